#include "feeds/parse/recognise.h"
#include "feeds/parse/discover.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"

static const struct dialect *const dialects[] = {
	&rss_dialect, &cdf_dialect, &atom_dialect, &json_feed_dialect, &hfeed_dialect, &activitystreams_dialect,
};

const struct dialect *recognise_dialect(const struct feed_input *in)
{
	for (size_t i = 0; i < sizeof dialects / sizeof *dialects; i++)
		if (dialects[i]->is(in))
			return dialects[i];
	return NULL;
}

char *recognise_other(void *owner, const struct feed_input *in)
{
	if (text_blank(in->text))
		return mem_dup(owner, "empty");
	if (discover_is_page(in->text, in->size, NULL))
		return mem_dup(owner, "an HTML page");
	if (in->root)
		return mem_printf(owner, "XML of another kind ('%.40s')", (const char *)in->root->name);
	return mem_dup(owner, "neither XML nor any other kind of feed");
}
