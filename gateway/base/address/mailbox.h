#pragma once
/*
 * mailbox - mail addresses as a person types them: the form that is sent to, and the form that is compared.
 *
 * RFC 5321 section 2.4 leaves the local part to its host, so letters go to it as it was typed.  But no host that people have
 * addresses at tells "Ada" from "ada", and people type now one, now the other: they are compared folded.
 */
#include <stdbool.h>

/*
 * "  Ada@EXAMPLE.net. " -> "Ada@example.net": the domain in small letters and A-labels (RFC 5890), without a final dot; the local
 * part as given, but with the fullwidth and other compatible forms of ASCII (Unicode's NFKC) as ASCII.  A display name around
 * ("Ada <ada@example.net>") is dropped, and what nobody sees (text_unseen) at both ends.
 * NULL for what is no deliverable address: no quoted local parts, no address literals, nothing unseen inside, at least one dot in
 * the domain or "localhost", lengths of RFC 5321 section 4.5.3.1.  Belongs to owner.
 */
char *mailbox_normalise(void *owner, const char *text);
/* What two addresses of one person have in common: the case folded, and beyond ASCII what NFKC makes of it.  address is
 * normalised.  Belongs to owner. */
char *mailbox_fold(void *owner, const char *address);
/* The same for counting how much one mailbox gets: without "+tag", and without the dots that some hosts ignore. */
char *mailbox_untagged(void *owner, const char *address);
/* Does the local part need SMTPUTF8 (RFC 6531)? */
bool mailbox_needs_utf8(const char *address);
/* The part after the last @. */
const char *mailbox_domain(const char *address);
