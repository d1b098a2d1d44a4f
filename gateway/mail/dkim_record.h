#pragma once
/*
 * dkim_record - which DKIM keys sign a publication's letters, and the DNS records that publish them.
 */
#include "gateway/archive/store/publication.h"

struct dkim_record {
	const char *domain;   /* d=: the domain of the address that letters come from */
	const char *selector; /* s= */
	const char *name;     /* SELECTOR._domainkey.DOMAIN */
	const char *text;     /* v=DKIM1; k=...; p=... */
	struct key *key;
};

/* Belongs to owner.  The domain is in A-labels. */
struct dkim_record *dkim_record(void *owner, struct db *db, const struct publication *p, enum key_type type, struct error *err);
/* As a zone file has it: name, type, text in pieces of at most 255 bytes (RFC 1035 section 3.3.14), with tabs between. */
char *dkim_record_line(void *owner, const struct dkim_record *record);
