/* test-dkim-key-record - what domains publish as DKIM keys (RFC 6376 section 3.6.1, RFC 8463). */
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/encode.h"
#include "gateway/base/text/text.h"
#include "smtp/dkim/dkim_key_record.h"
#include "gateway/base/secret/key.h"
#include "tap.h"

#define RSA_1024 "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB"
#define ED25519 "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

/* The keys of RFC 6376 appendix C and RFC 8463 appendix A, in records of all kinds. */
static const struct {
	const char *text, *want;
} rows[] = {
	{ "v=DKIM1; p=" RSA_1024, "rsa 1024" },
	{ "v=DKIM1; k=rsa; p=" RSA_1024, "rsa 1024" },
	{ "p=" RSA_1024, "rsa 1024" },
	{ "v=DKIM1;k=RSA;p=" RSA_1024 ";", "rsa 1024" },
	{ "v = DKIM1 ; k = rsa ; n=a note ; p = " RSA_1024, "rsa 1024" },
	{ "v=DKIM1; k=rsa; x=unknown; p=" RSA_1024, "rsa 1024" },
	{ "v=DKIM1; k=ed25519; p=" ED25519, "ed25519 256" },
	{ "v=DKIM1; k=rsa; t=y; p=" RSA_1024, "rsa 1024 testing" },
	{ "v=DKIM1; k=rsa; t=s; p=" RSA_1024, "rsa 1024 strict" },
	{ "v=DKIM1; k=rsa; t= y : s ; p=" RSA_1024, "rsa 1024 testing strict" },
	{ "v=DKIM1; k=rsa; h=sha1:sha256; p=" RSA_1024, "rsa 1024" },
	{ "v=DKIM1; k=rsa; h=sha1; p=" RSA_1024, "rsa 1024 no-sha256" },
	{ "v=DKIM1; k=rsa; s=email; p=" RSA_1024, "rsa 1024" },
	{ "v=DKIM1; k=rsa; s=*; p=" RSA_1024, "rsa 1024" },
	{ "v=DKIM1; k=rsa; s=tlsrpt; p=" RSA_1024, "rsa 1024 no-email" },
	{ "v=DKIM1; k=rsa; p=", "rsa revoked" },
	{ "v=DKIM1; k=rsa; p= ; t=s", "rsa revoked strict" },
	{ "v=DKIM1; k=rsa", "it has no p=" },
	{ "", "it has no p=" },
	{ "v=DKIM2; p=" RSA_1024, "it must begin with v=DKIM1" },
	{ "v=dkim1; p=" RSA_1024, "it must begin with v=DKIM1" },
	{ "k=rsa; v=DKIM1; p=" RSA_1024, "it must begin with v=DKIM1" },
	{ "v=DKIM1; k=dsa; p=" RSA_1024, "its k= is 'dsa'; it must be rsa or ed25519" },
	{ "v=DKIM1; k=ed25519; p=" RSA_1024, "its p= is no Ed25519 key" },
	{ "v=DKIM1; k=rsa; p=" ED25519, "its p= is no RSA key" },
	{ "v=DKIM1; k=rsa; p=!!!!", "its p= is no base64" },
	{ "v=DKIM1; k=rsa; p=MIGf", "its p= is no RSA key" },
	{ "v=DKIM1; k=rsa; p=" RSA_1024 "; p=" RSA_1024, "'p=' stands in it twice" },
	{ "v=DKIM1 k=rsa p=" RSA_1024, "it must begin with v=DKIM1" },
	{ "\"v=DKIM1; k=rsa; p=" RSA_1024 "\"", "'\"v' in it is not understood" },
	{ "v=spf1 -all", "it must begin with v=DKIM1" },
	{ "hello", "'hello' in it is not understood" },
};

static char *told(void *owner, const char *text)
{
	struct error err = { 0 };
	struct dkim_key_record *r = dkim_key_record_parse(owner, text, &err);
	if (!r)
		return mem_dup(owner, err.text);
	char *size = r->key ? mem_printf(owner, "%d", r->bits) : mem_dup(owner, "revoked");
	return mem_printf(owner, "%s %s%s%s%s%s", r->ed25519 ? "ed25519" : "rsa", size, r->testing ? " testing" : "", r->strict ? " strict" : "",
	                  r->sha256 ? "" : " no-sha256", r->email ? "" : " no-email");
}

int main(void)
{
	void *t = talloc_new(NULL);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		is(told(t, rows[i].text), rows[i].want, *rows[i].text ? text_cut(t, rows[i].text, 60) : "nothing");
	/* Spaces in p= come from zone files; our own keys come back as they were. */
	is(told(t, "v=DKIM1; p=" "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3 /DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od"
	           "\t+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB"), "rsa 1024", "white space inside of p=");
	for (int type = KEY_RSA; type <= KEY_ED25519; type++) {
		struct key *key = key_generate(t, (enum key_type)type);
		const char *ours = key_dkim_public(t, key);
		struct error err = { 0 };
		struct dkim_key_record *r = dkim_key_record_parse(t, mem_printf(t, "v=DKIM1; k=%s; p=%s", type == KEY_RSA ? "rsa" : "ed25519", ours), &err);
		is_int(r ? r->bits : 0, type == KEY_RSA ? 2048 : 256, "a key of ours has its length");
		is(r ? encode_base64(t, r->key, r->size) : err.text, ours, "and is what was published");
	}
	talloc_free(t);
	return tap_done();
}
