#include "gateway/mail/letter.h"
#include "gateway/archive/rendering/fitting.h"
#include "gateway/archive/rendering/letter_html.h"
#include "gateway/archive/rendering/letter_mirror.h"
#include "gateway/archive/rendering/plain.h"
#include "gateway/archive/store/beside.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/language.h"
#include "gateway/base/text/text.h"
#include <string.h>

/* MESSAGE_PLACE, a control character that no clean text has, and a letter. */
#define PLACE_ADDRESS "\x01" "a"
#define PLACE_LEAVE "\x01" "l"
#define PLACE_SINCE "\x01" "s"
enum { WIDTH = 72, PREVIEW = 150, TITLE = 200 };
/* The most bytes of the letter around the text. */
enum { FRAME_MAX = 12000 };

struct template_set *letter_templates(void *owner, struct error *err) { return template_set_load(owner, "gateway/mail/templates/", err); }

/* s comes from a feed: removes bytes that would be read as a placeholder. */
static char *unmarked(void *owner, const char *s) { return text_replace(owner, s, "\x01", ""); }

static char *written(void *owner, void (*write)(FILE *, const char *), const char *html)
{
	struct document *d = document_new(NULL);
	write(document_out(d), html);
	return document_finish(d, owner);
}

static char *plain_of(void *owner, const char *html)
{
	struct document *d = document_new(NULL);
	plain_write(document_out(d), html, WIDTH);
	return document_finish(d, owner);
}

/* The footer of a letter, as HTML or text. */
static char *foot(void *owner, const struct publication *p, bool html)
{
	struct document *d = document_new(NULL);
	FILE *out = document_out(d);
	fputs("You get this because " PLACE_ADDRESS " subscribed to ", out);
	if (html) {
		html_text(out, p->name);
		fputs(" on " PLACE_SINCE ".<br>\n<a class=\"lk\" href=\"" PLACE_LEAVE "\" style=\"color:#0d5c56\">Unsubscribe</a>", out);
	} else {
		fprintf(out, "%s on " PLACE_SINCE ".\nUnsubscribe: " PLACE_LEAVE, p->name);
	}
	return document_finish(d, owner);
}

/* A line of '=' as long as the title, for the text part. */
static char *underline(void *owner, const char *title)
{
	size_t n = text_length(title);
	if (n > WIDTH)
		n = WIDTH;
	char *line = mem_array(owner, char, n + 1);
	memset(line, '=', n);
	return line;
}

static bool render(void *owner, const struct template_set *templates, const char *name, const json_t *data, const char **text, struct error *err)
{
	struct document *d = document_new(NULL);
	if (!template_render(templates, name, data, document_out(d), err)) {
		talloc_free(d);
		return error_prefix(err, "letter '%s': ", name);
	}
	*text = document_finish(d, owner);
	return true;
}

static json_t *frame(const struct publication *p, const char *title, const char *preview)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "language", p->language, "direction", language_direction(p->language), "title", title,
	                 "preview", preview, "url", p->url, "name", p->name, "postal", p->postal_address);
}

/* Renders both parts from data, each with its own content and footer; frees data. */
static bool render_both(struct letter *l, const struct template_set *templates, const char *name, json_t *data, const char *const content[2],
                        const char *const feet[2], struct error *err)
{
	json_object_set_new(data, "content", json_string(content[0]));
	json_object_set_new(data, "foot", json_string(feet[0]));
	bool rtl = strcmp(json_string_value(json_object_get(data, "direction")), "rtl") == 0;
	bool fine = render(l, templates, name, data, &l->html, err);
	if (fine && rtl)
		l->html = letter_mirror(l, l->html);
	json_object_set_new(data, "content", json_string(content[1]));
	json_object_set_new(data, "foot", json_string(feet[1]));
	char *text_name = mem_printf(l, "%s.txt", name);
	fine = fine && render(l, templates, text_name, data, &l->text, err);
	json_decref(data);
	return fine;
}

struct letter *letter_of_entry(void *owner, const struct template_set *templates, const struct publication *p, const struct entry *e, struct error *err)
{
	struct letter *l = mem_new(owner, struct letter);
	char *title = text_cut(l, unmarked(l, entry_display_title(l, e)), TITLE), *authors = text_cut(l, unmarked(l, entry_author_names(l, e)), TITLE);
	char *link = mem_printf(l, "%s%s", p->url, entry_path(l, e)), *content = unmarked(l, beside_content(l, e, p, BESIDE_LETTER)), *html = written(l, letter_html_write, content);
	bool cut = strlen(html) > LETTER_HTML_MAX - FRAME_MAX;
	if (cut)
		html = written(l, letter_html_write, fitting(l, content, LETTER_HTML_MAX - FRAME_MAX, letter_html_write));
	/* Again, because decoding a character reference may produce such a byte. */
	html = unmarked(l, html);
	char *text = unmarked(l, plain_of(l, content));
	json_t *data = frame(p, title, text_cut(l, unmarked(l, e->excerpt ? e->excerpt : ""), PREVIEW));
	json_object_update_new(data, json_pack("{s:s, s:s, s:s, s:s, s:b}", "authors", authors, "date", clock_format(l, e->published, "%-d %B %Y"),
	                                       "link", link, "underline", underline(l, title), "cut", cut));
	l->subject = title;
	l->archived_at = link;
	if (render_both(l, templates, "letter", data, (const char *const[]){ html, text }, (const char *const[]){ foot(l, p, true), foot(l, p, false) }, err))
		return l;
	talloc_free(l);
	return NULL;
}

struct letter *letter_of_proof(void *owner, const struct template_set *templates, const struct publication *p, const struct proof *proof, struct error *err)
{
	struct letter *l = mem_new(owner, struct letter);
	bool confirm = proof->purpose == PROOF_CONFIRM;
	l->subject = confirm ? mem_printf(l, "Confirm your subscription to %s", p->name) : mem_printf(l, "Sign in to %s", p->name);
	char *sentence = confirm ? mem_printf(l, "One tap and you are subscribed to %s: please confirm that this is your address.", p->name)
	                         : mem_printf(l, "Here is the link that signs you in to %s. You subscribe already.", p->name);
	const char *ignore = confirm ? "If you did not ask for this, ignore it: you will not be subscribed." : "If you did not ask for this, ignore it: nothing happens.";
	json_t *data = frame(p, l->subject, sentence);
	json_object_update_new(data, json_pack("{s:s, s:s, s:s, s:s}", "sentence", sentence, "link", mem_printf(l, "%s/c/%s", p->url, proof->token),
	                                       "code", proof->code, "button", confirm ? "Yes, send me the letter" : "Sign in"));
	if (render_both(l, templates, "notice", data, (const char *const[]){ "", "" }, (const char *const[]){ ignore, ignore }, err))
		return l;
	talloc_free(l);
	return NULL;
}

/* The paragraphs of text, as a list for the template. */
static json_t *paragraphs(const char *text)
{
	json_t *all = json_array();
	for (const char *p = text, *end; *p; p = *end ? end + 2 : end) {
		end = strstr(p, "\n\n");
		end = end ? end : p + strlen(p);
		if (end > p)
			json_array_append_new(all, json_pack("{s:s%}", "text", p, (size_t)(end - p)));
	}
	return all;
}

static char *as_html(void *owner, const char *text)
{
	struct document *d = document_new(NULL);
	html_text(document_out(d), text);
	return document_finish(d, owner);
}

struct letter *letter_of_notice(void *owner, const struct template_set *templates, const struct publication *p, const struct notice *n, struct error *err)
{
	struct letter *l = mem_new(owner, struct letter);
	char *text = unmarked(l, n->text), *why = mem_printf(l, "You get this because you run %s.", p->name);
	l->subject = mem_printf(l, "%s: %s", p->name, unmarked(l, n->subject));
	json_t *data = frame(p, l->subject, text_cut(l, text, PREVIEW));
	json_object_set_new(data, "paragraphs", paragraphs(text));
	if (render_both(l, templates, "owner", data, (const char *const[]){ "", text }, (const char *const[]){ as_html(l, why), why }, err))
		return l;
	talloc_free(l);
	return NULL;
}

const struct message_value *letter_values(void *owner, const struct letter_reader *reader)
{
	struct message_value *values = mem_array(owner, struct message_value, 4);
	values[0] = (struct message_value){ PLACE_ADDRESS[1], reader->address };
	values[1] = (struct message_value){ PLACE_LEAVE[1], reader->unsubscribe };
	values[2] = (struct message_value){ PLACE_SINCE[1], clock_format(values, reader->since, "%-d %B %Y") };
	return values;
}
