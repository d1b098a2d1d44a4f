#include "gateway/fediverse/remote/follow_page.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include "gateway/fediverse/document/jsonld.h"
#include "gateway/fediverse/remote/resolve.h"
#include <string.h>

enum { TEMPLATE_MAX = 1000, PAGE_MAX = 4000 };

/* Relations by which the page is known, the best first. */
static const struct relation {
	const char *rel, *parameter;
} relations[] = {
	{ "https://w3id.org/fep/3b86/Follow", "{object}" },
	{ "http://ostatus.org/schema/1.0/subscribe", "{uri}" },
	{ "https://ostatus.org/schema/1.0/subscribe", "{uri}" },
	{ "https://w3id.org/fep/3b86/Object", "{object}" },
};

static bool is_template(const char *text, const char *parameter)
{
	if (!text || strlen(text) > TEMPLATE_MAX || !strstr(text, parameter))
		return false;
	for (const unsigned char *c = (const unsigned char *)text; *c; c++)
		if (*c <= ' ' || *c == 0x7f || strchr("\\\"<>", *c))
			return false;
	return true;
}

static char *fill(void *owner, const char *template, const char *parameter, const struct follow_page_query *q)
{
	const struct {
		const char *name, *value;
	} parameters[] = { { parameter, q->actor }, { "{on-success}", q->back }, { "{on-cancel}", q->back } };
	struct document *d = document_new(owner);
	FILE *out = document_out(d);
	while (*template) {
		size_t i = 0, count = sizeof parameters / sizeof *parameters;
		while (i < count && !text_starts(template, parameters[i].name))
			i++;
		if (i < count)
			url_part(out, parameters[i].value);
		else
			fputc(*template, out);
		template += i < count ? strlen(parameters[i].name) : 1;
	}
	return document_finish(d, owner);
}

static bool is_trusted(const char *page, const char *self, const struct follow_page_query *q, bool *own)
{
	*own = url_same_host(page, q->asked) || url_same_host(page, q->answered);
	return *own || url_same_host(page, self);
}

/* As it is parsed, so that no browser reads it as something else. */
static char *page_of(void *owner, const json_t *link, const struct relation *r, const char *self, const struct follow_page_query *q, bool *own)
{
	struct error ignored;
	const char *template = jsonld_text(link, "template");
	if (!template)
		template = jsonld_text(link, "href");
	if (!is_template(template, r->parameter))
		return NULL;
	struct url *u = url_parse(owner, fill(owner, template, r->parameter, q), &ignored);
	char *page = u && strcmp(u->scheme, "https") == 0 && !u->user && !u->password ? url_text(owner, u) : NULL;
	return page && strlen(page) <= PAGE_MAX && is_trusted(page, self, q, own) ? page : NULL;
}

char *follow_page_find(void *owner, const json_t *jrd, const struct follow_page_query *q, bool *own)
{
	char *page = NULL;
	void *scratch = talloc_new(NULL);
	const char *self = resolve_self(jrd);
	for (size_t r = 0; !page && r < sizeof relations / sizeof *relations; r++) {
		size_t i;
		const json_t *link;
		json_array_foreach(json_object_get(jrd, "links"), i, link) {
			const char *rel = jsonld_text(link, "rel");
			if (!page && rel && text_same(rel, relations[r].rel))
				page = page_of(scratch, link, &relations[r], self, q, own);
		}
	}
	page = page ? talloc_steal(owner, page) : NULL;
	talloc_free(scratch);
	return page;
}
