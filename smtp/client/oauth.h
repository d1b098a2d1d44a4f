#pragma once
/*
 * oauth - logging in with an access token: OAUTHBEARER (RFC 7628), and XOAUTH2, its older form, which is all that Microsoft 365 knows.
 *
 * Such a token is valid for an hour or so.  Who gets it (a refresh token, a device code, the key of a service account) differs by provider and
 * is no matter of ours: another program keeps a file renewed, which is read anew for each login.
 */
#include "gateway/base/text/error.h"
#include <stdbool.h>
#include <stddef.h>

enum oauth_mechanism { OAUTH_BEARER, OAUTH_XOAUTH2 };

/* "OAUTHBEARER", "XOAUTH2" */
const char *oauth_name(enum oauth_mechanism mechanism);
/* The token in the first line of file; NULL with err, which says what to do, when it holds none.  Secret: the caller wipes it.  Belongs to owner. */
char *oauth_token(void *owner, const char *file, struct error *err);
/* What the client says first, size bytes; it holds the token. */
char *oauth_response(void *owner, enum oauth_mechanism mechanism, const char *user, const char *host, int port, const char *token, size_t *size);
/* What to answer to a challenge, which says that the token is refused: the server waits for it before it gives its reply.  In base64. */
const char *oauth_acknowledgement(enum oauth_mechanism mechanism);
/* The same challenge in words, as in "status invalid_token, scope https://mail.google.com/"; "" when it says nothing.  challenge is what follows
 * the 334, base64 of a JSON object that a stranger wrote.  Belongs to owner. */
char *oauth_complaint(void *owner, const char *challenge);
