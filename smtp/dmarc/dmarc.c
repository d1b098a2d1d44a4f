#include "smtp/dmarc/dmarc.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

/* One step of the walk: a name, and the record that counts there. */
struct step {
	const char *domain, *text;
	struct dmarc_record *record; /* NULL: none */
};

struct walk {
	struct step steps[DMARC_STEPS_MAX];
	int count;
	const char *passed;
	bool failed;
};

static void pass_over(struct walk *w, const char *why)
{
	if (!w->passed)
		w->passed = why;
}

/* Several records of one name are all passed over. */
static void look(void *owner, struct dns *dns, const char *domain, struct walk *w)
{
	struct step *s = &w->steps[w->count++];
	char *name = mem_printf(owner, "_dmarc.%s", domain);
	const struct dns_answer *answer = dns_ask(dns, name, DNS_TXT);
	size_t count = 0;
	struct error err;
	*s = (struct step){ .domain = domain };
	for (size_t i = 0; i < answer->count; i++)
		if (dmarc_record_is(answer->records[i].text) && ++count)
			s->text = answer->records[i].text;
	if (answer->state == DNS_FAILED) {
		w->failed = true;
		pass_over(w, mem_printf(owner, "'%s' cannot be looked up: %s", name, answer->why));
	} else if (count > 1) {
		pass_over(w, mem_printf(owner, "'%s' has %zu DMARC records, so that none of them counts", name, count));
	} else if (count == 1 && !(s->record = dmarc_record_parse(owner, s->text, &err))) {
		pass_over(w, mem_printf(owner, "the DMARC record of '%s' counts for nothing: %s", domain, err.text));
	}
}

static int count_labels(const char *domain)
{
	int n = 1;
	for (const char *p = domain; *p; p++)
		n += *p == '.';
	return n;
}

/* A domain of more than eight labels goes on with its last seven; any other loses one. */
static const char *parent(const char *domain)
{
	int labels = count_labels(domain);
	do {
		domain = strchr(domain, '.');
		domain = domain ? domain + 1 : NULL;
		labels--;
	} while (domain && labels > DMARC_STEPS_MAX - 1);
	return domain;
}

static void walk_from(void *owner, struct dns *dns, const char *domain, struct walk *w)
{
	*w = (struct walk){ 0 };
	for (const char *at = domain; at && *at && w->count < DMARC_STEPS_MAX; at = parent(at)) {
		look(owner, dns, at, w);
		const struct dmarc_record *r = w->steps[w->count - 1].record;
		if (r && (r->psd == DMARC_PSD_NO || (r->psd == DMARC_PSD_YES && w->count > 1)))
			return;
	}
}

/* The domain one label below a public suffix, on the way down to domain. */
static const char *one_below(const char *domain, const char *suffix)
{
	const char *at = domain + strlen(domain) - strlen(suffix) - 1;
	while (at > domain && at[-1] != '.')
		at--;
	return at;
}

/* Section 4.10.2: psd=n; else one below psd=y; else the record with the fewest labels; else the domain itself. */
static const char *organisation(const struct walk *w, const char *domain)
{
	const char *fewest = NULL;
	for (int i = 0; i < w->count; i++) {
		const struct step *s = &w->steps[i];
		if (!s->record)
			continue;
		if (s->record->psd == DMARC_PSD_NO)
			return s->domain;
		if (s->record->psd == DMARC_PSD_YES && i > 0)
			return one_below(domain, s->domain);
		fewest = s->domain;
	}
	return fewest ? fewest : domain;
}

static const struct step *step_at(const struct walk *w, const char *domain)
{
	for (int i = 0; i < w->count; i++)
		if (w->steps[i].record && strcmp(w->steps[i].domain, domain) == 0)
			return &w->steps[i];
	return NULL;
}

/* Section 4.10.1: the record of the domain itself; else that of its organisation; else that of the public suffix above. */
static const struct step *that_counts(const struct walk *w, const char *organisational)
{
	const struct step *s = w->count && w->steps[0].record ? &w->steps[0] : step_at(w, organisational);
	for (int i = w->count - 1; i >= 0 && !s; i--)
		if (w->steps[i].record && w->steps[i].record->psd == DMARC_PSD_YES)
			s = &w->steps[i];
	return s;
}

/* Has the name no address and no MX (section 3.2.15)? */
static bool is_nowhere(struct dns *dns, const char *domain)
{
	static const enum dns_type types[] = { DNS_A, DNS_AAAA, DNS_MX };
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		enum dns_state state = dns_ask(dns, domain, types[i])->state;
		if (state == DNS_FOUND || state == DNS_FAILED)
			return false;
	}
	return true;
}

static enum dmarc_policy policy_for(struct dns *dns, const char *domain, const struct step *s)
{
	const struct dmarc_record *r = s->record;
	enum dmarc_policy policy = r->p;
	if (strcmp(s->domain, domain) != 0) {
		policy = r->sp != DMARC_UNSET ? r->sp : policy;
		policy = r->np != DMARC_UNSET && is_nowhere(dns, domain) ? r->np : policy;
	}
	return r->testing && policy > DMARC_NONE ? policy - 1 : policy;
}

void dmarc_discover(void *owner, struct dns *dns, const char *domain, struct dmarc_found *found)
{
	struct walk w;
	const char *small = text_lower(owner, domain);
	walk_from(owner, dns, small, &w);
	*found = (struct dmarc_found){ .organisation = organisation(&w, small), .steps = w.count, .passed = w.passed, .failed = w.failed };
	const struct step *s = that_counts(&w, found->organisation);
	if (!s)
		return;
	found->at = s->domain;
	found->text = s->text;
	found->record = s->record;
	found->policy = policy_for(dns, small, s);
}

bool dmarc_aligned(void *owner, struct dns *dns, const char *author, const char *identifier, bool strict)
{
	struct walk one, other;
	if (strict || text_same(author, identifier))
		return text_same(author, identifier);
	const char *a = text_lower(owner, author), *b = text_lower(owner, identifier);
	walk_from(owner, dns, a, &one);
	walk_from(owner, dns, b, &other);
	return strcmp(organisation(&one, a), organisation(&other, b)) == 0;
}
