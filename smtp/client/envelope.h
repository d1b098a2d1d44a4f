#pragma once
/*
 * envelope - the lines MAIL FROM and RCPT TO (RFC 5321), with the parameters of the extensions that the server offers.
 */
#include "smtp/client/connection.h"

/* Is address valid between the angle brackets of a path?  The null sender "" is. */
bool envelope_takes(const char *address);
/* The command lines without CRLF; they belong to owner. */
char *envelope_mail(void *owner, const struct job *job, const struct ehlo *offers);
char *envelope_rcpt(void *owner, const struct job *job, const struct ehlo *offers);
