#include "feeds/write/write.h"
#include "feeds/write/write_parts.h"
#include "gateway/archive/store/beside.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/escape.h"

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

char *write_entry_html(void *owner, const struct publication *p, const struct entry *e, bool cut)
{
	if (!cut)
		return beside_content(owner, e, p->url, BESIDE_FEED);
	char *url = write_entry_url(NULL, p, e);
	char *html = mem_printf(owner, "%s\n<p><a href=\"%s\">Subscribe now to keep reading and get access to the full archive</a></p>",
	                        e->content ? e->content : "", url);
	talloc_free(url);
	return html;
}

void write_element(FILE *out, const char *indent, const char *name, const char *text)
{
	fprintf(out, "%s<%s>", indent, name);
	xml_text(out, text);
	fprintf(out, "</%s>\n", name);
}
