/* How long the policy of a domain holds, when its record or its file cannot be had. */
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "smtp/receiver/sts_cache.h"
#include "tap.h"

static struct sts_known *known(void *t, int64_t left)
{
	struct sts_known *k = mem_new(t, struct sts_known);
	k->id = mem_dup(k, "1");
	k->policy = mem_new(k, struct sts_policy);
	k->until = clock_steady() + left;
	return k;
}

/* No web server has a name in ".invalid". */
static const struct {
	const char *what, *records[2];
	bool known;
	int64_t left;
	bool holds;
} cases[] = {
	{ "none, and none before", { 0 }, false, 0, false },
	{ "its record is gone", { 0 }, true, CLOCK_HOUR, true },
	{ "... and its time is over", { 0 }, true, 0, false },
	{ "its record is as it was", { "v=STSv1; id=1" }, true, CLOCK_HOUR, true },
	{ "... and its time is over, and its file is gone", { "v=STSv1; id=1" }, true, 0, false },
	{ "another file is told of, and not there", { "v=STSv1; id=2" }, true, CLOCK_HOUR, true },
	{ "two records, which count as none", { "v=STSv1; id=2", "v=STSv1; id=3" }, true, CLOCK_HOUR, true },
	{ "a record, and no file", { "v=STSv1; id=2" }, false, 0, false },
};

int main(void)
{
	void *t = talloc_new(NULL);
	const struct http_options http = { .parallel = 1 };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct dns *dns = dns_offline(t);
		for (size_t k = 0; k < 2 && cases[i].records[k]; k++)
			dns_put(dns, "_mta-sts.penny.invalid", DNS_TXT, DNS_FOUND, &(struct dns_record){ .text = cases[i].records[k] });
		struct sts_known *before = cases[i].known ? known(t, cases[i].left) : NULL;
		struct sts_known *after = sts_look_up(t, dns, &http, "penny.invalid", before);
		ok(cases[i].holds ? after && after == before : !after, cases[i].what);
		talloc_free(dns);
	}
	talloc_free(t);
	return tap_done();
}
