#include "gateway/base/address/mailbox.h"
#include "gateway/base/memory/mem.h"
#include "tap.h"

static const struct {
	const char *typed, *sent, *folded, *counted; /* NULL: no address */
} cases[] = {
	{ "Ada@EXAMPLE.net", "Ada@example.net", "ada@example.net", "ada@example.net" },
	{ "  ada@example.net\r\n", "ada@example.net", "ada@example.net", "ada@example.net" },
	{ "Ada Lovelace <Ada@example.net> ", "Ada@example.net", "ada@example.net", "ada@example.net" },
	{ "< ada@example.net >", "ada@example.net", "ada@example.net", "ada@example.net" },
	{ "A.da+News@Example.Net", "A.da+News@example.net", "a.da+news@example.net", "ada@example.net" },
	{ "+ada@example.net", "+ada@example.net", "+ada@example.net", "+ada@example.net" },
	{ "ada@example.net.", "ada@example.net", "ada@example.net", "ada@example.net" },
	{ "ada@b\xC3\xBC" "cher.example", "ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example" },
	{ "ada@B\xC3\x9C" "CHER.example", "ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example" },
	{ "ada@XN--BCHER-KVA.example", "ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example" },
	/* What comes along when an address is copied. */
	{ "\xE2\x80\x8B" "ada@example.net\xE2\x80\x8B", "ada@example.net", "ada@example.net", "ada@example.net" },
	{ "\xEF\xBB\xBF" "ada@example.net", "ada@example.net", "ada@example.net", "ada@example.net" },
	{ "\xC2\xA0" "ada@example.net\xE3\x80\x80", "ada@example.net", "ada@example.net", "ada@example.net" },
	{ "\xE2\x80\xAA" "ada@example.net\xE2\x80\xAC", "ada@example.net", "ada@example.net", "ada@example.net" },
	{ "Ada <\xE2\x81\xA0" "ada@example.net>\xE2\x80\x8B", "ada@example.net", "ada@example.net", "ada@example.net" },
	/* Compatible forms: fullwidth, with their own @ and full stop; mathematical letters; a ligature. */
	{ "\xEF\xBD\x81\xEF\xBD\x84\xEF\xBD\x81\xEF\xBC\xA0\xEF\xBD\x85xample\xE3\x80\x82net", "ada@example.net", "ada@example.net", "ada@example.net" },
	{ "\xEF\xBC\xA1" "da@example\xEF\xBC\x8Enet", "Ada@example.net", "ada@example.net", "ada@example.net" },
	{ "\xF0\x9D\x90\x9A" "da@example.net", "ada@example.net", "ada@example.net", "ada@example.net" },
	{ "o\xEF\xAC\x83" "ce@example.net", "office@example.net", "office@example.net", "office@example.net" },
	/* Letters beyond ASCII stay as typed; upper case, and marks apart from their letter, compare equal. */
	{ "J\xC3\xBCrgen@example.net", "J\xC3\xBCrgen@example.net", "j\xC3\xBCrgen@example.net", "j\xC3\xBCrgen@example.net" },
	{ "J\xC3\x9CRGEN@example.net", "J\xC3\x9CRGEN@example.net", "j\xC3\xBCrgen@example.net", "j\xC3\xBCrgen@example.net" },
	{ "Ju\xCC\x88rgen@example.net", "Ju\xCC\x88rgen@example.net", "j\xC3\xBCrgen@example.net", "j\xC3\xBCrgen@example.net" },
	{ "JU\xCC\x88rgen@example.net", "JU\xCC\x88rgen@example.net", "j\xC3\xBCrgen@example.net", "j\xC3\xBCrgen@example.net" },
	{ "\xE7\x94\xA8\xE6\x88\xB7@example.net", "\xE7\x94\xA8\xE6\x88\xB7@example.net", "\xE7\x94\xA8\xE6\x88\xB7@example.net", "\xE7\x94\xA8\xE6\x88\xB7@example.net" },
	{ "ada@localhost", "ada@localhost", "ada@localhost", "ada@localhost" },
	/* What nobody sees, inside. */
	{ "a\xE2\x80\x8B" "da@example.net", NULL, NULL, NULL },
	{ "ada@exa\xE2\x80\x8Bmple.net", NULL, NULL, NULL },
	{ "ada\xC2\xA0@example.net", NULL, NULL, NULL },
	{ "a\xC2\xAD" "da@example.net", NULL, NULL, NULL },
	{ "ada @example.net", NULL, NULL, NULL },
	{ "ada@ example.net", NULL, NULL, NULL },
	{ "", NULL, NULL, NULL }, { "ada", NULL, NULL, NULL }, { "ada@", NULL, NULL, NULL }, { "@example.net", NULL, NULL, NULL },
	{ "ada@example", NULL, NULL, NULL }, { "ada@192.0.2.1", NULL, NULL, NULL }, { "ada@[192.0.2.1]", NULL, NULL, NULL },
	{ "a..da@example.net", NULL, NULL, NULL }, { ".ada@example.net", NULL, NULL, NULL }, { "\"a da\"@example.net", NULL, NULL, NULL },
	{ "ada@example.net, bob@example.net", NULL, NULL, NULL }, { "ada@example.net\nBcc: bob@example.net", NULL, NULL, NULL },
	{ "a\xFF" "da@example.net", NULL, NULL, NULL }, { "ada@example.net..", NULL, NULL, NULL },
};

int main(void)
{
	void *t = talloc_new(NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *sent = mailbox_normalise(t, cases[i].typed);
		is(sent, cases[i].sent, "what is sent to");
		is(sent ? mailbox_fold(t, sent) : NULL, cases[i].folded, "what is compared");
		if (!is(sent ? mailbox_untagged(t, sent) : NULL, cases[i].counted, "whose mailbox it is"))
			printf("# case %zu: %s\n", i, cases[i].typed);
	}
	talloc_free(t);
	return tap_done();
}
