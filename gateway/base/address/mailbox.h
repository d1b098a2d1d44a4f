#pragma once
/*
 * mailbox - mail addresses as a person types them, brought to one form.
 */
#include <stdbool.h>

/*
 * "  Ada@EXAMPLE.net " -> "Ada@example.net": the domain in small letters and A-labels (RFC 5890), the local part as
 * given (RFC 5321 section 2.4 leaves it to its host).  A display name around ("Ada <ada@example.net>") is dropped.
 * NULL for what is no deliverable address: no quoted local parts, no address literals, at least one dot in the
 * domain or "localhost", lengths of RFC 5321 section 4.5.3.1.  Belongs to owner.
 */
char *mailbox_normalise(void *owner, const char *text);
/* Does the local part need SMTPUTF8 (RFC 6531)? */
bool mailbox_needs_utf8(const char *address);
/* The part after the last @. */
const char *mailbox_domain(const char *address);
