#include "gateway/mail/letter.h"
#include "gateway/archive/rendering/fitting.h"
#include "gateway/archive/rendering/letter_html.h"
#include "gateway/archive/rendering/letter_mirror.h"
#include "gateway/archive/rendering/plain.h"
#include "gateway/archive/store/beside.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/language.h"
#include "gateway/base/text/text.h"
#include "gateway/mail/letter_frame.h"
#include <string.h>

/* MESSAGE_PLACE, a control character that no clean text has, and a letter. */
#define PLACE_ADDRESS "\x01" "a"
#define PLACE_LEAVE "\x01" "l"
#define PLACE_SINCE "\x01" "s"
#define PLACE_PREFERENCES "\x01" "p"
enum { WIDTH = 72, PREVIEW = 150, TITLE = 200 };
/* The most bytes of the letter around the text. */
enum { FRAME_MAX = 12000 };

char *letter_unmarked(void *owner, const char *s) { return text_replace(owner, s, "\x01", ""); }

char *letter_written(void *owner, void (*write)(FILE *, const char *), const char *html)
{
	struct document *d = document_new(NULL);
	write(document_out(d), html);
	return document_finish(d, owner);
}

char *letter_plain(void *owner, const char *html)
{
	struct document *d = document_new(NULL);
	plain_write(document_out(d), html, WIDTH);
	return document_finish(d, owner);
}

char *letter_directed(void *owner, const struct publication *p, char *html, const char *text)
{
	const char *direction = language_direction_of(text), *around = language_direction(p->language);
	if (!direction || strcmp(direction, around) == 0)
		return html;
	/* A letter from right to left is mirrored as a whole. */
	return mem_printf(owner, "<div dir=\"%s\">%s</div>", direction, strcmp(direction, "rtl") == 0 ? letter_mirror(owner, html) : html);
}

char *letter_for_supporters(void *owner, const struct publication *p, bool html)
{
	struct document *d = document_new(NULL);
	FILE *out = document_out(d);
	fputs(html ? "\n<p style=\"margin:0 0 20px\"><em>The rest is for supporters of " : "\nThe rest is for supporters of ", out);
	html ? html_text(out, p->name) : (void)fputs(p->name, out);
	fputs(html ? ".</em></p>" : ".\n", out);
	return document_finish(d, owner);
}

char *letter_foot(void *owner, const struct publication *p, bool html)
{
	struct document *d = document_new(NULL);
	FILE *out = document_out(d);
	fputs("You get this because " PLACE_ADDRESS " subscribed to ", out);
	if (html) {
		html_text(out, p->name);
		fputs(" on " PLACE_SINCE ".<br>\n<a class=\"lk\" href=\"" PLACE_LEAVE "\" style=\"color:#0d5c56\">Unsubscribe</a>"
		      " &middot; <a class=\"lk\" href=\"" PLACE_PREFERENCES "\" style=\"color:#0d5c56\">Change how often</a>", out);
	} else {
		fprintf(out, "%s on " PLACE_SINCE ".\nUnsubscribe: " PLACE_LEAVE "\nChange how often: " PLACE_PREFERENCES, p->name);
	}
	return document_finish(d, owner);
}

char *letter_underline(void *owner, const char *title)
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

json_t *letter_frame(const struct publication *p, const char *title, const char *preview)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "language", p->language, "direction", language_direction(p->language), "title", title,
	                 "preview", preview, "url", p->url, "name", p->name, "postal", p->postal_address);
}

bool letter_render(struct letter *l, const struct template_set *templates, const char *name, json_t *data, const char *const content[2],
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

/* Whoever answers must know that it may be for all to read. */
static char *foot_of_post(void *owner, const struct publication *p, const struct archive_letter *own, bool html)
{
	char *foot = letter_foot(owner, p, html);
	bool shown = p->answers == PUBLICATION_ANSWERS_MODERATE && (!own || own->archived);
	return shown ? mem_printf(owner, "%s%s\nAn answer to this letter may be shown below the post, with your name and without your address.", foot, html ? "<br>" : "") : foot;
}

struct letter *letter_of_entry(void *owner, const struct template_set *templates, const struct publication *p, const struct entry *e,
                               const struct archive_letter *own, struct error *err)
{
	struct letter *l = mem_new(owner, struct letter);
	char *title = text_cut(l, letter_unmarked(l, entry_display_title(l, e)), TITLE), *authors = text_cut(l, letter_unmarked(l, entry_author_names(l, e)), TITLE);
	/* A letter that is in no archive has no page but that of its reader. */
	char *link = own && !own->archived ? NULL : mem_printf(l, "%s%s", p->url, entry_path(l, e));
	char *content = letter_unmarked(l, e->cut ? e->content : beside_content(l, e, p, BESIDE_LETTER)), *html = letter_written(l, letter_html_write, content);
	bool cut = strlen(html) > LETTER_HTML_MAX - FRAME_MAX;
	if (cut)
		html = letter_written(l, letter_html_write, fitting(l, content, LETTER_HTML_MAX - FRAME_MAX, letter_html_write));
	/* Again, because decoding a character reference may produce such a byte. */
	html = letter_unmarked(l, html);
	char *text = letter_unmarked(l, letter_plain(l, content));
	html = letter_directed(l, p, html, text);
	if (e->cut) {
		html = mem_printf(l, "%s%s", html, letter_for_supporters(l, p, true));
		text = mem_printf(l, "%s%s", text, letter_for_supporters(l, p, false));
	}
	const char *preview = own && *own->preheader ? own->preheader : e->excerpt ? e->excerpt : "";
	json_t *data = letter_frame(p, title, text_cut(l, letter_unmarked(l, preview), PREVIEW));
	json_object_update_new(data, json_pack("{s:s, s:s, s:s?, s:s, s:s, s:b}", "authors", authors, "date", entry_day(l, e, "%-d %B %Y"),
	                                       "link", link, "read", LETTER_PLACE_READ, "underline", letter_underline(l, title), "cut", cut));
	l->subject = own ? text_cut(l, letter_unmarked(l, own->subject), TITLE) : title;
	l->archived_at = link;
	l->cut = cut;
	if (letter_render(l, templates, "letter", data, (const char *const[]){ html, text }, (const char *const[]){ foot_of_post(l, p, own, true), foot_of_post(l, p, own, false) }, err))
		return l;
	talloc_free(l);
	return NULL;
}

/* What a letter with one button says. */
struct request {
	const char *sentence, *link, *code, *button, *foot; /* code: may be "" */
};

static struct letter *letter_of_request(struct letter *l, const struct template_set *templates, const struct publication *p, const struct request *r, struct error *err)
{
	json_t *data = letter_frame(p, l->subject, "");
	json_object_update_new(data, json_pack("{s:s, s:s, s:s, s:s}", "sentence", r->sentence, "link", r->link, "code", r->code, "button", r->button));
	if (letter_render(l, templates, "notice", data, (const char *const[]){ "", "" }, (const char *const[]){ r->foot, r->foot }, err))
		return l;
	talloc_free(l);
	return NULL;
}

struct letter *letter_of_proof(void *owner, const struct template_set *templates, const struct publication *p, const struct proof *proof, struct error *err)
{
	struct letter *l = mem_new(owner, struct letter);
	struct request r = { .link = mem_printf(l, "%s/c/%s", p->url, proof->token), .code = proof->code };
	l->asked_from = proof->purpose == PROOF_CONFIRM && *proof->remote ? mem_dup(l, proof->remote) : NULL;
	if (proof->purpose != PROOF_CONFIRM) {
		l->subject = mem_printf(l, "Sign in to %s", p->name);
		r.sentence = mem_printf(l, "Here is the link that signs you in to %s. You subscribe already.", p->name);
		r.button = "Sign in";
		r.foot = "If you did not ask for this, ignore it: nothing happens.";
	} else if (proof->moves) {
		l->subject = mem_printf(l, "Confirm your new address for %s", p->name);
		r.sentence = mem_printf(l, "One tap and the letters of %s come here instead of to your old address: please confirm that this is yours.", p->name);
		r.button = "Yes, send them here";
		r.foot = "If you did not ask for this, ignore it: nothing changes.";
	} else {
		l->subject = mem_printf(l, "Confirm your subscription to %s", p->name);
		r.sentence = mem_printf(l, "One tap and you are subscribed to %s: please confirm that this is your address.%s", p->name,
		                        proof->by_answer ? " Or answer this letter; nothing need stand in the answer." : "");
		r.button = "Yes, send me the letter";
		r.foot = "If you did not ask for this, ignore it: you will not be subscribed.";
	}
	return letter_of_request(l, templates, p, &r, err);
}

struct letter *letter_of_move(void *owner, const struct template_set *templates, const struct publication *p, const char *link, struct error *err)
{
	struct letter *l = mem_new(owner, struct letter);
	l->subject = mem_printf(l, "Your letters of %s are to go to another address", p->name);
	const struct request r = {
		.sentence = mem_printf(l, "On the page of your preferences somebody, we hope you, asked that the letters of %s go to another address. Once that is confirmed there, none"
		                          " come here any more. If it was not you, keep them here; that works for a week afterwards, too.", p->name),
		.link = link, .code = "", .button = "Keep my letters here", .foot = "If you asked for this, there is nothing to do here." };
	return letter_of_request(l, templates, p, &r, err);
}

static json_t *lines(const char *text, size_t size)
{
	json_t *all = json_array();
	for (const char *p = text, *stop = text + size, *end; p < stop; p = end + 1) {
		end = memchr(p, '\n', (size_t)(stop - p));
		end = end ? end : stop;
		json_array_append_new(all, json_pack("{s:s%, s:b}", "text", p, (size_t)(end - p), "more", end + 1 < stop));
	}
	return all;
}

/* The paragraphs of text and their lines, as a list for the template: a line may be what somebody quotes, or a command. */
static json_t *paragraphs(const char *text)
{
	json_t *all = json_array();
	for (const char *p = text, *end; *p; p = *end ? end + 2 : end) {
		end = strstr(p, "\n\n");
		end = end ? end : p + strlen(p);
		if (end > p)
			json_array_append_new(all, json_pack("{s:o}", "lines", lines(p, (size_t)(end - p))));
	}
	return all;
}

static char *as_html(void *owner, const char *text)
{
	struct document *d = document_new(NULL);
	html_text(document_out(d), text);
	return document_finish(d, owner);
}

struct letter *letter_of_words(void *owner, const struct template_set *templates, const struct publication *p, const struct letter_words *w, struct error *err)
{
	struct letter *l = mem_new(owner, struct letter);
	char *text = letter_unmarked(l, w->text);
	l->subject = mem_printf(l, "%s: %s", p->name, letter_unmarked(l, w->subject));
	json_t *data = letter_frame(p, l->subject, "");
	json_object_set_new(data, "paragraphs", paragraphs(text));
	if (letter_render(l, templates, "owner", data, (const char *const[]){ "", text }, (const char *const[]){ as_html(l, w->why), w->why }, err))
		return l;
	talloc_free(l);
	return NULL;
}

struct letter *letter_of_notice(void *owner, const struct template_set *templates, const struct publication *p, const struct notice *n, struct error *err)
{
	char *why = mem_printf(NULL, "You get this because you run %s.", p->name);
	struct letter *l = letter_of_words(owner, templates, p, &(struct letter_words){ n->subject, n->text, why }, err);
	talloc_free(why);
	return l;
}

char *letter_part(void *owner, const char *part, const struct message_value *values, bool html)
{
	char *text = mem_dup(owner, part);
	for (; values->place; values++) {
		struct document *d = document_new(NULL);
		if (html)
			html_attr(document_out(d), values->text);
		else
			fputs(values->text, document_out(d));
		char *value = document_finish(d, owner);
		text = text_replace(owner, text, (char[]){ MESSAGE_PLACE, values->place, '\0' }, value);
	}
	return text;
}

const struct message_value *letter_values(void *owner, const struct letter_reader *reader)
{
	struct message_value *values = mem_array(owner, struct message_value, 6);
	values[0] = (struct message_value){ PLACE_ADDRESS[1], reader->address };
	values[1] = (struct message_value){ PLACE_LEAVE[1], reader->unsubscribe };
	values[2] = (struct message_value){ PLACE_SINCE[1], reader->since };
	values[3] = (struct message_value){ LETTER_PLACE_READ[1], reader->read };
	values[4] = (struct message_value){ PLACE_PREFERENCES[1], reader->preferences };
	return values;
}
