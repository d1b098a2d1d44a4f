#pragma once
/*
 * signature_message - the request that is signed, and what a signature on it says.
 *
 * The structs that signature.h and both schemes (cavage.h, rfc9421.h) share.
 * Knows no syntax of a header, and no key's bytes.
 */
#include "gateway/base/http/http.h"
#include "gateway/base/secret/key.h"
#include <stdint.h>

enum signature_scheme { SIGNATURE_CAVAGE, SIGNATURE_RFC9421 };

/* The request that is signed. */
struct signature_message {
	const char *method;  /* "POST" */
	const char *origin;  /* scheme and authority that it is meant for: "https://tidalclock.example" */
	const char *target;  /* path and query, as in the request line */
	const struct http_header *headers; /* ends with a name of NULL */
	const void *body;
	size_t body_size;
};

/* A signature as its headers describe it, not verified. */
struct signature {
	enum signature_scheme scheme;
	const char *key_id;
	const char *algorithm;  /* or NULL */
	int64_t created, expires; /* ms; 0: not given */
	const char **covered;   /* lower-case header names, and "(request-target)", "@method", … */
	size_t covered_count;
	const char *params;     /* RFC 9421: the value of @signature-params */
	unsigned char *bytes;
	size_t size;
};

/* Who signs, and how. */
struct signature_signer {
	enum signature_scheme scheme;
	const char *key_id;
	const struct key *key; /* RSA */
};

/* All values of a header of m, joined by ", " into one string of owner; NULL when the header is absent. */
char *signature_message_field(void *owner, const struct signature_message *m, const char *name);
/* Is name (lower case) among the components that s covers? */
bool signature_message_covers(const struct signature *s, const char *name);
