#pragma once
/*
 * ehlo - the extensions that an SMTP server offers (RFC 5321 section 4.1.1.1).
 */
#include "smtp/client/reply.h"

struct ehlo {
	bool pipelining;  /* RFC 2920 */
	bool starttls;    /* RFC 3207 */
	bool eight_bit;   /* 8BITMIME, RFC 6152 */
	bool utf8;        /* SMTPUTF8, RFC 6531 */
	bool dsn;         /* RFC 3461 */
	bool size;        /* RFC 1870 */
	size_t size_max;  /* of a message, 0: not said */
	bool auth_plain, auth_login; /* RFC 4954 */
	bool auth_bearer, auth_xoauth2; /* RFC 7628 */
};

/* Reads the extensions in the reply to EHLO; unknown ones are ignored. */
void ehlo_read(struct ehlo *ehlo, const struct reply *reply);
