#include "gateway/base/html/html_source.h"
#include "gateway/base/html/html_element.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include <string.h>

static void write_raw(FILE *out, struct html_span text, const char *escape)
{
	for (size_t i = 0; i < text.size; i++) {
		char c = text.at[i];
		if (html_is_control(c))
			continue;
		if (!strchr(escape, c))
			putc_unlocked(c, out);
		else
			fputs_unlocked(c == '<' ? "&lt;" : c == '&' ? "&amp;" : "&quot;", out);
	}
}

static void write_tag(FILE *out, const struct html_token *t, unsigned traits)
{
	fprintf(out, traits & HTML_FOREIGN ? "<%s!" : "<%s", t->name);
	for (size_t i = 0; i < t->attribute_count; i++) {
		fprintf(out, " %.*s=\"", (int)t->attributes[i].name.size, t->attributes[i].name.at);
		write_raw(out, t->attributes[i].value, "\"");
		fputc('"', out);
	}
	fputc('>', out);
}

static void *start(struct html_sink *sink, const struct html_token *t, unsigned traits)
{
	struct html_source *s = (struct html_source *)sink;
	if (!(traits & HTML_FORMATTING)) {
		write_tag(s->out, t, traits);
		return NULL;
	}
	struct document *d = document_new(s->scratch);
	write_tag(document_out(d), t, traits);
	char *tag = document_finish(d, s->scratch);
	fputs(tag, s->out);
	return tag;
}

static void again(struct html_sink *sink, void *tag) { fputs(tag, ((struct html_source *)sink)->out); }

static void end(struct html_sink *sink, const char *name, unsigned traits, bool crossed)
{
	(void)crossed;
	fprintf(((struct html_source *)sink)->out, traits & HTML_FOREIGN ? "</%s!>" : "</%s>", name);
}

static void text(struct html_sink *sink, struct html_span text, enum html_text kind)
{
	static const char *const escapes[] = { [HTML_TEXT_READ] = "<", [HTML_TEXT_SHOWN] = "<&", [HTML_TEXT_CODE] = "" };
	write_raw(((struct html_source *)sink)->out, text, escapes[kind]);
}

static void comment(struct html_sink *sink, struct html_span text)
{
	FILE *out = ((struct html_source *)sink)->out;
	fputs("<!--", out);
	for (size_t i = 0; i < text.size; i++)
		if (!html_is_control(text.at[i]))
			putc_unlocked(html_ends_comment(text, i) ? ' ' : text.at[i], out);
	fputs("-->", out);
}

void html_source_begin(struct html_source *s, FILE *out, void *scratch)
{
	*s = (struct html_source){ { start, again, end, text, comment, false }, out, scratch };
}
