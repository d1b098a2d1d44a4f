#pragma once
/*
 * mail_authentication - is a mail from the domain of its author, as our mail server found when it came?
 *
 * A server writes what it found into Authentication-Results (RFC 8601), above all that
 * the sender wrote.  A sender may write such a field, too, with any name in it:
 * so the owner says which server is believed, and of its fields only the uppermost
 * counts.  What cannot be understood proves nothing.
 */
#include "feeds/mail/mail_message.h"

/* "dkim:mx.example.org", "spf:...", "any:..." (either of them): a way that is known, and the name of a server (authserv-id). */
bool mail_authentication_valid(const char *policy);
/* Did that server find that m is from the domain of its From, or of one above that? */
bool mail_authentication_passes(const struct mail_message *m, const char *policy);
