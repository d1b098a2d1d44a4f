/* test-list-address - the addresses of a publication, written and read. */
#include "gateway/archive/mail/list_address.h"
#include "gateway/base/memory/mem.h"
#include "tap.h"

static const struct {
	const char *address, *handle, *domain;
	enum list_command command;
	const char *token;
} cases[] = {
	{ "tides@lists.test", "tides", "lists.test", LIST_POST, "" },
	{ "tides+subscribe@lists.test", "tides", "lists.test", LIST_SUBSCRIBE, "" },
	{ "Tides+JOIN@Lists.test", "Tides", "Lists.test", LIST_SUBSCRIBE, "" },
	{ "tides+unsubscribe-12.a-b_C@lists.test", "tides", "lists.test", LIST_UNSUBSCRIBE, "12.a-b_C" },
	{ "tides+leave@lists.test", "tides", "lists.test", LIST_UNSUBSCRIBE, "" },
	{ "tides+confirm-1.x@lists.test", "tides", "lists.test", LIST_CONFIRM, "1.x" },
	{ "tides+digest@lists.test", "tides", "lists.test", LIST_WEEKLY, "" },
	{ "tides+nodigest@lists.test", "tides", "lists.test", LIST_EACH, "" },
	{ "tides+@lists.test", "tides", "lists.test", LIST_POST, "" },
	{ "tides+subscribed@lists.test", "tides", "lists.test", LIST_NO_COMMAND, "" },
	{ "tides+owner+help@lists.test", "tides", "lists.test", LIST_NO_COMMAND, "" },
	{ "@", "", "", LIST_POST, "" },
};

static void test_read(void *t)
{
	struct list_address a;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *what = cases[i].address;
		ok(list_address_read(t, what, &a), what);
		is(a.handle, cases[i].handle, what);
		is(a.domain, cases[i].domain, what);
		is_int(a.command, cases[i].command, what);
		is(a.token, cases[i].token, what);
	}
	ok(!list_address_read(t, "tides", &a), "what has no @ is no address");
}

static void test_write(void *t)
{
	const struct publication p = { .handle = "tides" };
	struct list_address a;
	for (int c = LIST_POST; c < LIST_NO_COMMAND; c++) {
		const char *written = list_address(t, &p, "lists.test", (enum list_command)c, c == LIST_POST ? NULL : "9.x-y");
		ok(list_address_read(t, written, &a) && a.command == (enum list_command)c, written);
		is(a.token, c == LIST_POST ? "" : "9.x-y", written);
	}
	is(list_address(t, &p, "lists.test", LIST_WEEKLY, NULL), "tides+weekly@lists.test", "the first word of each is written");
}

int main(void)
{
	void *t = talloc_new(NULL);
	test_read(t);
	test_write(t);
	talloc_free(t);
	return tap_done();
}
