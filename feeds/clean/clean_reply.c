#include "feeds/clean/clean_reply.h"
#include "feeds/clean/clean.h"
#include "gateway/archive/rendering/plain.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <string.h>

/* Bytes of HTML that are kept as they are. */
enum { CONTENT_MAX = 64 << 10 };

/* text as HTML: escaped, its lines apart. */
static char *paragraph(void *owner, const char *text)
{
	struct document *d = document_new(NULL);
	FILE *out = document_out(d);
	fputs("<p>", out);
	for (const char *line = text; *line; line += *line == '\n') {
		size_t n = strcspn(line, "\n");
		char *part = mem_ndup(d, line, n);
		html_text(out, part);
		fputs(line[n] ? "<br>" : "", out);
		line += n;
	}
	fputs("</p>", out);
	return document_finish(d, owner);
}

static char *written(void *owner, const char *html, const char *base)
{
	void *scratch = talloc_new(NULL);
	char *clean = clean_html(scratch, html, strlen(html), base);
	if (strlen(clean) > CONTENT_MAX)
		clean = paragraph(scratch, text_cut(scratch, plain_line(scratch, clean), CLEAN_REPLY_CUT));
	talloc_steal(owner, clean);
	talloc_free(scratch);
	return clean;
}

char *clean_reply_html(void *owner, const char *html, const char *base) { return text_blank(html) ? mem_dup(owner, "") : written(owner, html, base); }

char *clean_reply_text(void *owner, const char *text)
{
	if (text_blank(text))
		return mem_dup(owner, "");
	char *cut = text_cut(NULL, text, CLEAN_REPLY_CUT), *html = paragraph(cut, cut), *clean = written(owner, html, NULL);
	talloc_free(cut);
	return clean;
}
