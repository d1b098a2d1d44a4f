#pragma once
/*
 * dmarc_record - one DMARC policy record, taken apart (RFC 9989 section 4.7).
 *
 * Unknown tags, and those of RFC 7489 that are no more (pct, rf, ri), are passed over, as receivers do.
 */
#include "gateway/base/text/error.h"
#include <stddef.h>

enum dmarc_policy { DMARC_UNSET, DMARC_NONE, DMARC_QUARANTINE, DMARC_REJECT };
enum dmarc_psd { DMARC_PSD_UNKNOWN, DMARC_PSD_YES, DMARC_PSD_NO };

struct dmarc_record {
	enum dmarc_policy p, sp, np;
	bool strict_dkim, strict_spf;  /* adkim=s, aspf=s */
	enum dmarc_psd psd;
	bool testing;                  /* t=y: the next milder policy is applied */
	const char *rua;               /* or NULL */
	const char *old;               /* a tag that RFC 9989 has no more, or NULL */
	const char *doubtful;          /* a tag whose value is not understood, so that its default counts; or NULL */
};

/* Does it begin with the tag v=DMARC1?  Other TXT records of the name are passed over. */
bool dmarc_record_is(const char *text);
/* Belongs to owner.  ERROR_INVALID: receivers act as if it were not there. */
struct dmarc_record *dmarc_record_parse(void *owner, const char *text, struct error *err);
/* "none", "quarantine", "reject"; "" for DMARC_UNSET. */
const char *dmarc_policy_name(enum dmarc_policy policy);
