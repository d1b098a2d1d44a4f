#include "smtp/dmarc/dmarc_record.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/tag_list.h"
#include "gateway/base/text/text.h"
#include <string.h>

static const char blanks[] = " \t";

bool dmarc_record_is(const char *text)
{
	const char *p = text;
	if (*p++ != 'v')
		return false;
	p += strspn(p, blanks);
	if (*p++ != '=')
		return false;
	p += strspn(p, blanks);
	if (strncmp(p, "DMARC1", 6) != 0)
		return false;
	p += 6 + strspn(p + 6, blanks);
	return !*p || *p == ';';
}

const char *dmarc_policy_name(enum dmarc_policy policy)
{
	static const char *const names[] = { [DMARC_UNSET] = "", [DMARC_NONE] = "none", [DMARC_QUARANTINE] = "quarantine", [DMARC_REJECT] = "reject" };
	return names[policy];
}

static enum dmarc_policy read_policy(struct dmarc_record *r, const struct tag_list *tags, const char *name)
{
	const char *value = tag_list_value(tags, name);
	for (int p = DMARC_NONE; value && p <= DMARC_REJECT; p++)
		if (text_same(value, dmarc_policy_name((enum dmarc_policy)p)))
			return (enum dmarc_policy)p;
	if (value)
		r->doubtful = mem_printf(r, "%s=%s", name, value);
	return DMARC_UNSET;
}

/* One letter of two; the default, which is the second, for anything else. */
static bool read_letter(struct dmarc_record *r, const struct tag_list *tags, const char *name, const char *yes, const char *no)
{
	const char *value = tag_list_value(tags, name);
	if (value && !text_same(value, yes) && !text_same(value, no))
		r->doubtful = mem_printf(r, "%s=%s", name, value);
	return value && text_same(value, yes);
}

static void read(struct dmarc_record *r, const struct tag_list *tags)
{
	static const char *const old[] = { "pct", "rf", "ri" };
	const char *psd = tag_list_value(tags, "psd");
	r->p = read_policy(r, tags, "p");
	r->sp = read_policy(r, tags, "sp");
	r->np = read_policy(r, tags, "np");
	r->strict_dkim = read_letter(r, tags, "adkim", "s", "r");
	r->strict_spf = read_letter(r, tags, "aspf", "s", "r");
	r->testing = read_letter(r, tags, "t", "y", "n");
	r->psd = psd && text_same(psd, "y") ? DMARC_PSD_YES : psd && text_same(psd, "n") ? DMARC_PSD_NO : DMARC_PSD_UNKNOWN;
	r->rua = tag_list_value(tags, "rua");
	for (size_t i = 0; i < sizeof old / sizeof *old && !r->old; i++)
		r->old = tag_list_value(tags, old[i]) ? old[i] : NULL;
}

struct dmarc_record *dmarc_record_parse(void *owner, const char *text, struct error *err)
{
	struct dmarc_record *r = mem_new(owner, struct dmarc_record);
	struct tag_list *tags = dmarc_record_is(text) ? tag_list_parse(r, text, err) : NULL;
	if (tags) {
		read(r, tags);
		/* Section 4.7: without a policy that is understood, a record that asks for reports counts as p=none, any other not at all. */
		if (r->p != DMARC_UNSET || r->rua) {
			r->p = r->p == DMARC_UNSET ? DMARC_NONE : r->p;
			return r;
		}
		error_set(err, ERROR_INVALID, "it has no p= of none, quarantine or reject");
	} else if (!dmarc_record_is(text)) {
		error_set(err, ERROR_INVALID, "it does not begin with v=DMARC1");
	}
	talloc_free(r);
	return NULL;
}
