/* What a domain asks of those who bring its mail, as RFC 8461 writes it and as it is written. */
#include "gateway/base/memory/mem.h"
#include "smtp/receiver/mta_sts.h"
#include "tap.h"

static const struct {
	const char *record, *id; /* NULL: it is none */
} records[] = {
	{ "v=STSv1; id=20160831085700Z;", "20160831085700Z" },
	{ "v=STSv1;id=1", "1" },
	{ "v=STSv1; x=y; id = 7 ;", "7" },
	{ "v=STSv1; id=12345678901234567890123456789012", "12345678901234567890123456789012" },
	{ "v=STSv1; id=123456789012345678901234567890123", NULL },
	{ "v=STSv1; id=a-b", NULL },
	{ "v=STSv1; id=", NULL },
	{ "v=STSv1;", NULL },
	{ "v=STSv1", NULL },
	{ "id=1; v=STSv1", NULL },
	{ "v=STSv2; id=1", NULL },
	{ "v=STSv1x; id=1", NULL },
	{ "", NULL },
};

static const struct {
	const char *text, *want; /* "mode seconds servers", or why not */
} policies[] = {
	{ "version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.example.net\r\nmx: backupmx.example.com\r\nmax_age: 604800\r\n",
	  "2 604800 mail.example.com *.example.net backupmx.example.com" },
	{ "version:STSv1\nmode:testing\nmx:A.TEST\nmax_age:86401", "1 86401 a.test" },
	{ "mode: enforce\nmx: a.test\nmax_age: 604800\nversion: STSv1\nx-more: all\nno field\n", "2 604800 a.test" },
	{ "version: STSv1\nmode: none\nmax_age: 604800\n", "0 604800" },
	{ "version: STSv1\nmode: enforce\nmode: none\nmx: a.test\nmax_age: 604800\nmax_age: 1\n", "2 604800 a.test" },
	{ "version: STSv1\nmode: enforce\nmx: a.test\nmax_age: 0\n", "2 86400 a.test" },
	{ "version: STSv1\nmode: enforce\nmx: a.test\nmax_age: 9999999999\n", "2 2678400 a.test" },
	{ "version: STSv1\nmode: enforce\nmx: a.test\nmax_age: -1\n", "its max_age is no number of seconds" },
	{ "version: STSv1\nmode: enforce\nmx: a.test\n", "it has no max_age" },
	{ "version: STSv1\nmx: a.test\nmax_age: 604800\n", "it has no mode" },
	{ "version: STSv1\nmode: strict\nmx: a.test\nmax_age: 604800\n", "its mode is not none, testing or enforce" },
	{ "version: STSv1\nmode: enforce\nmax_age: 604800\n", "it names no servers" },
	{ "version: STSv1\nmode: enforce\nmx: a test\nmax_age: 604800\n", "'mx' is no name of a server" },
	{ "version: STSv1\nmode: enforce\nmx: *.*.test\nmax_age: 604800\n", "'mx' is no name of a server" },
	{ "version: STSv1\nmode: enforce\nmx:\nmax_age: 604800\n", "'mx' is no name of a server" },
	{ "version: STSv2\nmode: enforce\nmx: a.test\nmax_age: 604800\n", "its version is not STSv1" },
	{ "<!doctype html>\n<title>Not here</title>\n", "it does not say 'version: STSv1'" },
	{ "", "it does not say 'version: STSv1'" },
};

static const struct {
	const char *host;
	bool named;
} hosts[] = {
	{ "mail.example.com", true }, { "MAIL.example.COM", true }, { "a.mail.example.com", false }, { "example.com", false }, { "mx1.example.net", true },
	{ "example.net", false }, { ".example.net", false }, { "a.b.example.net", false }, { "mx1.example.net.evil.test", false }, { "", false },
};

static char *told(void *t, const char *text)
{
	struct error err;
	const struct sts_policy *p = sts_policy_parse(t, text, &err);
	if (!p)
		return mem_dup(t, err.text);
	char *all = mem_printf(t, "%d %lld", (int)p->mode, (long long)(p->max_age / 1000));
	for (size_t i = 0; i < p->count; i++)
		all = mem_printf(t, "%s %s", all, p->mx[i]);
	return all;
}

int main(void)
{
	struct error err;
	void *t = talloc_new(NULL);
	for (size_t i = 0; i < sizeof records / sizeof *records; i++)
		is(sts_record_id(t, records[i].record), records[i].id, records[i].record);
	for (size_t i = 0; i < sizeof policies / sizeof *policies; i++)
		is(told(t, policies[i].text), policies[i].want, "a policy");
	const struct sts_policy *p = sts_policy_parse(t, policies[0].text, &err);
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
		ok(sts_policy_names(p, hosts[i].host) == hosts[i].named, hosts[i].host);
	char *many = mem_dup(t, "version: STSv1\nmode: enforce\nmax_age: 604800\n");
	for (int i = 0; i < 101; i++)
		many = mem_printf(t, "%smx: m%d.test\n", many, i);
	is(told(t, many), "more than 100 servers", "a policy without end");
	talloc_free(t);
	return tap_done();
}
