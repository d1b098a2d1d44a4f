/* Are the keys that sign published as they are? */
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/encode.h"
#include "gateway/doctor/examination.h"
#include "gateway/mail/dkim_record.h"
#include "smtp/dkim/dkim_key_record.h"
#include <string.h>

/* What Gmail asks for at least, and what is usual (RFC 8301 section 3.2). */
enum { BITS_LEAST = 1024, BITS_GOOD = 2048 };

/* What is wrong with the one record that is there; NULL: nothing.  *warning: it works all the same. */
static const char *fault(struct examination *x, const struct dkim_record *ours, const char *text, bool *warning)
{
	struct error err;
	struct dkim_key_record *r = dkim_key_record_parse(x->owner, text, &err);
	bool ed25519 = key_type(ours->key) == KEY_ED25519;
	if (!r)
		return mem_printf(x->owner, "the record is wrong: %s", err.text);
	if (!r->key)
		return "the record says that the key was revoked (its p= is empty)";
	if (r->ed25519 != ed25519)
		return mem_printf(x->owner, "the record holds a key of type %s, and the key that signs is %s", r->ed25519 ? "ed25519" : "rsa",
		                  ed25519 ? "ed25519" : "rsa");
	if (strcmp(encode_base64(x->owner, r->key, r->size), key_dkim_public(x->owner, ours->key)) != 0)
		return "the record holds another key than the one that signs";
	if (!ed25519 && r->bits < BITS_LEAST)
		return mem_printf(x->owner, "the key has %d bits; receivers take none below %d", r->bits, BITS_LEAST);
	if (!r->sha256)
		return "the record does not allow sha256 (its h=)";
	if (!r->email)
		return "the record is not for mail (its s=)";
	*warning = r->testing || (!ed25519 && r->bits < BITS_GOOD);
	if (r->testing)
		return "the record says that the domain only tests DKIM (t=y), so that a signature counts for little";
	return *warning ? mem_printf(x->owner, "the key has %d bits; %d are usual", r->bits, BITS_GOOD) : NULL;
}

static void check_key(struct examination *x, enum key_type type)
{
	const char *check = type == KEY_RSA ? "dkim rsa" : "dkim ed25519";
	struct error err;
	struct dkim_record *ours = dkim_record(x->owner, x->db, x->p, type, &err);
	if (!ours) {
		examination_add(x, check, DOCTOR_WRONG, mem_dup(x->owner, err.text), "a publication is made with its keys: restore the backup that has them");
		return;
	}
	const struct dns_answer *answer = dns_ask(x->dns, ours->name, DNS_TXT);
	const char *fix = mem_printf(x->owner, "publish this record%s: %s", answer->count ? ", and no other of its name" : "",
	                             dkim_record_line(x->owner, ours)), *why;
	/* Receivers that do not know Ed25519 pass over the signature; those that do have the other one. */
	enum doctor_level bad = type == KEY_RSA ? DOCTOR_WRONG : DOCTOR_WARNING;
	bool warning = false;
	if (answer->state == DNS_FAILED) {
		examination_failed(x, check, ours->name, answer);
		return;
	}
	if (answer->count == 0)
		why = "there is no such record";
	else if (answer->count > 1)
		why = mem_printf(x->owner, "there are %zu TXT records, and receivers may take any of them", answer->count);
	else
		why = fault(x, ours, answer->records[0].text, &warning);
	if (why)
		examination_add(x, check, warning ? DOCTOR_WARNING : bad, mem_printf(x->owner, "%s: %s", ours->name, why), fix);
	else
		examination_add(x, check, DOCTOR_OK, mem_printf(x->owner, "%s holds the key that signs", ours->name), NULL);
}

void check_dkim(struct examination *x)
{
	if (!x->config->mail.dkim) {
		examination_add(x, "dkim rsa", DOCTOR_WARNING, "letters are not signed here ('dkim' is off)",
		                "make sure that the mail server signs them for the same domain, or set dkim = true in mail { }");
		return;
	}
	check_key(x, KEY_RSA);
	check_key(x, KEY_ED25519);
}
