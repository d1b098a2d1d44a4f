/* The DMARC policy that receivers find for From, and whether what SPF and DKIM vouch for belongs to the same organisation. */
#include "gateway/base/address/mailbox.h"
#include "gateway/base/memory/mem.h"
#include "gateway/doctor/examination.h"
#include "gateway/mail/dkim_record.h"
#include "smtp/dmarc/dmarc.h"
#include <string.h>

static const char *record_to_publish(struct examination *x, const char *domain)
{
	return mem_printf(x->owner, "publish just one record: _dmarc.%s.\tTXT\t\"v=DMARC1; p=none; rua=mailto:%s\"", domain, x->p->owner_mail);
}

/* The domain that signs, which is that of our keys. */
static const char *signing_domain(struct examination *x)
{
	struct error err;
	struct dkim_record *r = x->config->mail.dkim ? dkim_record(x->owner, x->db, x->p, KEY_RSA, &err) : NULL;
	return r ? r->domain : x->domain;
}

/* Is either not aligned, or is there something in the record that the owner should know?  NULL: no. */
static const char *doubt(struct examination *x, const struct dmarc_found *f, enum doctor_level *level, const char **fix)
{
	const char *author = mailbox_domain(x->p->mail_from), *signer = signing_domain(x);
	bool spf = dmarc_aligned(x->owner, x->dns, author, x->domain, f->record->strict_spf), dkim = dmarc_aligned(x->owner, x->dns, author, signer,
	                f->record->strict_dkim);
	*level = DOCTOR_WARNING;
	if (!spf || !dkim) {
		*level = spf || dkim ? DOCTOR_WARNING : DOCTOR_WRONG;
		*fix = "use one domain for From, for the envelope and for DKIM";
		return mem_printf(x->owner, "From is of '%s', the envelope of '%s', the signature of '%s': %s not aligned", author, x->domain, signer,
		                  spf ? "DKIM is" : dkim ? "SPF is" : "neither SPF nor DKIM is");
	}
	if (f->record->doubtful) {
		*fix = "correct it, or take it out: receivers act as if it were not there";
		return mem_printf(x->owner, "'%s' in the record of '%s' is not understood", f->record->doubtful, f->at);
	}
	if (f->record->old) {
		*fix = mem_printf(x->owner, "take %s= out of the record; while a policy is tried, t=y stands for pct=0", f->record->old);
		return mem_printf(x->owner, "the record of '%s' has %s=, which RFC 9989 has no more", f->at, f->record->old);
	}
	return NULL;
}

void check_dmarc(struct examination *x)
{
	const char *author = mailbox_domain(x->p->mail_from), *why, *fix;
	struct dmarc_found f;
	enum doctor_level level;
	dmarc_discover(x->owner, x->dns, author, &f);
	if (f.failed)
		examination_add(x, "dmarc", DOCTOR_WRONG, f.passed,
		                "ask who runs the name servers of the domain: receivers put letters off while they cannot look up its policy");
	else if (!f.at)
		examination_add(x, "dmarc", DOCTOR_WRONG, f.passed ? f.passed : mem_printf(x->owner,
		                                                                           "there is no DMARC record for '%s', nor above it",
		                                                                           author), record_to_publish(x, author));
	else if (f.passed)
		examination_add(x, "dmarc", DOCTOR_WARNING, f.passed, record_to_publish(x, author));
	else if ((why = doubt(x, &f, &level, &fix)))
		examination_add(x, "dmarc", level, why, fix);
	else
		examination_add(x, "dmarc", DOCTOR_OK, mem_printf(x->owner, "the record of '%s' asks for p=%s%s; SPF and DKIM are aligned", f.at,
		                                                  dmarc_policy_name(f.policy),
		                strcmp(f.at, author) == 0 ? "" : " for this domain"), NULL);
}
