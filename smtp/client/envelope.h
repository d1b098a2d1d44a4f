#pragma once
/*
 * envelope - the lines MAIL FROM and RCPT TO (RFC 5321), with what the server offers for them.
 */
#include "smtp/client/connection.h"

/* Can address stand between the angle brackets of a path?  The null sender "" can. */
bool envelope_takes(const char *address);
/* Lines without their end; they belong to owner. */
char *envelope_mail(void *owner, const struct job *job, const struct ehlo *offers);
char *envelope_rcpt(void *owner, const struct job *job, const struct ehlo *offers);
