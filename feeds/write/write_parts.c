#include "feeds/write/write.h"
#include "feeds/write/write_parts.h"
#include "gateway/archive/store/beside.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <string.h>

char *write_entry_id(void *owner, const struct publication *p, const struct entry *e)
{
	char *domain = publication_domain(NULL, p), *day = clock_format(NULL, p->created, "%Y-%m-%d");
	char *id = mem_printf(owner, "tag:%s,%s:entry:%lld", domain, day, (long long)e->id);
	talloc_free(domain);
	talloc_free(day);
	return id;
}

char *write_entry_url(void *owner, const struct publication *p, const struct entry *e)
{
	char *path = entry_path(NULL, e), *url = mem_printf(owner, "%s%s", p->url, path);
	talloc_free(path);
	return url;
}

const char *write_entry_origin(const struct publication *p, const struct entry *e)
{
	const char *origin = entry_origin(e);
	return origin && url_valid(origin) && !publication_is_at(p, origin) ? origin : NULL;
}

char *write_entry_html(void *owner, const struct publication *p, const struct entry *e, bool cut)
{
	char *url = write_entry_url(NULL, p, e), *part = mem_printf(url, "href=\"%s#", url);
	char *html = text_replace(url, cut ? e->content ? e->content : "" : beside_content(url, e, p, BESIDE_FEED), "href=\"#", part);
	const char *words = e->access == ENTRY_ACCESS_SUPPORTER ? "The rest of this post is for supporters" : "Subscribe now to keep reading and get access to the full archive";
	char *whole = cut ? mem_printf(owner, "%s\n<p><a href=\"%s\">%s</a></p>", html, url, words)
	                  : mem_dup(owner, html);
	talloc_free(url);
	return whole;
}

bool write_title_is_html(const char *title)
{
	for (const char *p = title; (p = strpbrk(p, "<&")); p++)
		if (*p == '<' || isalnum((unsigned char)p[1]) || p[1] == '#')
			return true;
	return false;
}

char *write_title(void *owner, const char *title)
{
	struct document *d = document_new(owner);
	write_title_is_html(title) ? html_text(document_out(d), title) : (void)fputs(title, document_out(d));
	return document_finish(d, owner);
}

void write_url(FILE *out, const char *url)
{
	const char *scheme = strstr(url, "://"), *path = scheme ? scheme + 3 + strcspn(scheme + 3, "/?#") : url;
	char *start = mem_ndup(NULL, url, (size_t)(path - url)), *opened = text_replace(start, path, "[", "%5B");
	xml_attr(out, start);
	xml_attr(out, text_replace(start, opened, "]", "%5D"));
	talloc_free(start);
}

void write_element(FILE *out, const char *indent, const char *name, const char *text)
{
	fprintf(out, "%s<%s>", indent, name);
	xml_text(out, text);
	fprintf(out, "</%s>\n", name);
}
