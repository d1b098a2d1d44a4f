#include "gateway/fediverse/actor/nodeinfo.h"
#include "gateway/archive/store/archive.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/escape.h"

#define SCHEMA "http://nodeinfo.diaspora.software/ns/schema/"

json_t *nodeinfo_links(void *owner, const struct publication *p)
{
	void *scratch = talloc_new(NULL);
	json_t *links = jsonld_own(owner, json_pack("{s:[{s:s, s:s}, {s:s, s:s}]}", "links",
		"rel", SCHEMA "2.0", "href", mem_printf(scratch, "%s/nodeinfo/2.0", p->origin),
		"rel", SCHEMA "2.1", "href", mem_printf(scratch, "%s/nodeinfo/2.1", p->origin)));
	talloc_free(scratch);
	return links;
}

json_t *nodeinfo_document(void *owner, struct db *db, const struct publication *p, int minor, struct error *err)
{
	int64_t posts, month, half, now = clock_now();
	const struct archive_range all = { 0 }, last_month = { .since = now - 30 * CLOCK_DAY }, last_half = { .since = now - 180 * CLOCK_DAY };
	if (!archive_count(db, p->id, &all, &posts, err) || !archive_count(db, p->id, &last_month, &month, err) ||
	    !archive_count(db, p->id, &last_half, &half, err))
		return NULL;
	return jsonld_own(owner, json_pack(
		"{s:s, s:{s:s, s:s}, s:[s], s:{s:[s, s], s:[s, s, s]}, s:b, s:{s:{s:i, s:i, s:i}, s:I, s:i}, s:{s:o}}",
		"version", minor ? "2.1" : "2.0",
		"software", "name", "pennypost", "version", PENNYPOST_VERSION,
		"protocols", "activitypub",
		"services", "inbound", "atom1.0", "rss2.0", "outbound", "atom1.0", "rss2.0", "smtp",
		"openRegistrations", 0,
		"usage", "users", "total", 1, "activeMonth", month > 0, "activeHalfyear", half > 0,
		"localPosts", (json_int_t)posts, "localComments", 0,
		"metadata", "nodeName", jsonld_new_string(p->name)));
}

void nodeinfo_host_meta(FILE *out, const struct publication *p)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	      "<XRD xmlns=\"http://docs.oasis-open.org/ns/xri/xrd-1.0\">\n"
	      "  <Link rel=\"lrdd\" type=\"application/jrd+json\" template=\"", out);
	xml_attr(out, p->origin);
	fputs("/.well-known/webfinger?resource={uri}\"/>\n</XRD>\n", out);
}

json_t *nodeinfo_host_meta_json(void *owner, const struct publication *p)
{
	char *template = mem_printf(NULL, "%s/.well-known/webfinger?resource={uri}", p->origin);
	json_t *jrd = jsonld_own(owner, json_pack("{s:[{s:s, s:s, s:s}]}", "links", "rel", "lrdd", "type", "application/jrd+json",
	                                        "template", template));
	talloc_free(template);
	return jrd;
}
