#pragma once
/*
 * proof - proves that a person reads an address: a link and a six-digit code are sent there.
 *
 * Double opt-in and sign-in are the same exchange.  A request makes a proof
 * and the notice that carries it, in one transaction; the secret itself is not
 * stored.  Looking at a proof changes nothing (mail scanners fetch links);
 * using it does, once.
 */
#include "subscribers/people/subscriber.h"

/* PROOF_MOVE is only asked for (ask.h): its proof is one of PROOF_CONFIRM. */
enum proof_purpose { PROOF_CONFIRM, PROOF_SIGN_IN, PROOF_MOVE };

struct proof {
	int64_t id;
	enum proof_purpose purpose;
	struct address *address;
	const char *next;    /* local path */
	const char *token;   /* for the link */
	const char *code;    /* six digits */
	int64_t expires, code_expires, used;
	bool by_code;        /* the person entered the code */
	bool moves;          /* letters to another address of the subscriber are to come here (move.h) */
	const char *remote;  /* network address from which it was asked for, or "" */
	bool by_answer;      /* for its letter: an answer to it is as good as its link */
};

struct proof_request {
	const char *mail;
	const char *next;    /* local path to come back to; anything else counts as "/" */
	struct consent consent;
	int64_t from;        /* PROOF_MOVE: the address that is to be left */
};

/*
 * "Subscribe": a pending address, consent and a letter with a proof; for a confirmed address a letter that
 * says so with a link to sign in; for a suppressed one, and for one that was written to too often, nothing.  All look
 * the same to the caller.  ERROR_INVALID: no mail address; the text is for the page.
 */
bool proof_ask_subscription(struct db *db, const struct publication *p, const struct proof_request *request, struct error *err);
/* "Sign in": a letter to a confirmed address (or one that left, so that they can return); to others nothing. */
bool proof_ask_sign_in(struct db *db, const struct publication *p, const struct proof_request *request, struct error *err);

/* The proof that a link's token names, unless expired.  ERROR_NOT_FOUND: no such; ERROR_INVALID: too old, and
 * *expired (may be NULL) is then the address that may ask again.  Used ones are found (used != 0). */
struct proof *proof_by_token(void *owner, struct db *db, const struct publication *p, const char *token,
                             struct address **expired, struct error *err);
/* By address and code, in digits of any script and however they are set apart (text_digits).  A wrong code counts as a try; after five the code is invalid.  ERROR_NOT_FOUND for any mismatch. */
struct proof *proof_by_code(void *owner, struct db *db, const struct publication *p, const char *mail, const char *code,
                            struct error *err);
/* For the letter. */
struct proof *proof_get(void *owner, struct db *db, const struct publication *p, int64_t id, struct error *err);
/* The proof that a token of proof_mail_token names; ERROR_NOT_FOUND, also when it has expired. */
struct proof *proof_by_mail_token(void *owner, struct db *db, const struct publication *p, const char *token, struct error *err);
/* The same secret for an address to write to, whose local part is short (RFC 5321 section 4.5.3.1.1).  Belongs to owner. */
char *proof_mail_token(void *owner, const struct publication *p, int64_t id);
/* Confirms the address when it was pending or had left, records consent, opens a session; *cookie is its secret, to
 * be set on the answer.  A proof that was used before does not work again (ERROR_EXISTS), but the address stays confirmed. */
bool proof_use(void *owner, struct db *db, const struct proof *proof, const struct consent *how, char **cookie, struct error *err);

/* Links in letters that must work for years: stateless, bound to one address. */
char *proof_leave_token(void *owner, const struct publication *p, int64_t address);
/* The address that a leave token names; false (ERROR_NOT_FOUND) for a bad token. */
bool proof_leave_address(struct db *db, const struct publication *p, const char *token, int64_t *address, struct error *err);
/* Is it the leave token of address 0, which is nobody?  Posting to its link shows that links work, and changes nothing. */
bool proof_leave_nobody(const struct publication *p, const char *token);
/* The same for the page of their preferences: a link of its own, since it may do more than end letters. */
char *proof_preferences_token(void *owner, const struct publication *p, int64_t address);
bool proof_preferences_address(struct db *db, const struct publication *p, const char *token, int64_t *address, struct error *err);
/* The opaque part of a Message-ID, which names a delivery; that of a return path is another (subscribers/bounce/bounce_token.h). */
char *proof_return_token(void *owner, const struct publication *p, int64_t delivery);
