#pragma once
/*
 * publication - one blog or newsletter: a name, a handle, a host, a gate policy.
 *
 * An instance serves several; the Host of a request selects one.
 */
#include "gateway/base/db/db.h"
#include "gateway/base/secret/key.h"

enum publication_gate {
	PUBLICATION_FREE,   /* everybody reads everything */
	PUBLICATION_OLDER,  /* posts older than gate_number days are for subscribers */
	PUBLICATION_BEYOND, /* all but the newest gate_number posts are for subscribers */
	PUBLICATION_ALL     /* every post is for subscribers */
};

struct publication {
	int64_t id;
	const char *url;      /* "https://tidalclock.example", no slash at the end */
	const char *host;     /* "tidalclock.example", with ":8080" when the URL has a port */
	const char *name;
	const char *handle;   /* without @: "tides" */
	const char *summary;  /* plain text, may be "" */
	const char *author;   /* may be "" */
	const char *language; /* BCP 47, "en" */
	const char *mail_from;      /* "post@tidalclock.example" */
	const char *postal_address; /* may be "" */
	const char *owner_mail;     /* where notices to its owner go */
	enum publication_gate gate;
	int64_t gate_number;
	int64_t created;
	const char *secret;   /* for stateless tokens (base/token.h); never leaves the server */
};

enum publication_key { PUBLICATION_KEY_ACTOR, PUBLICATION_KEY_DKIM };

/* What publication_add needs; NULL fields get defaults.  url, name and handle are required. */
struct publication_new {
	const char *url, *name, *handle, *summary, *author, *language, *mail_from, *postal_address, *owner_mail;
	enum publication_gate gate;
	int64_t gate_number;
};

/* Would publication_add accept it?  ERROR_INVALID names the wrong field, and what would be right. */
bool publication_check(const struct publication_new *with, struct error *err);
/* Adds it with its four keys (actor and DKIM, RSA-2048 and Ed25519 each), all or nothing.
 * ERROR_INVALID names the field that is wrong; ERROR_EXISTS when the host is taken (*id is then the existing one). */
bool publication_add(struct db *db, const struct publication_new *with, int64_t *id, struct error *err);
bool publication_set_gate(struct db *db, int64_t id, enum publication_gate gate, int64_t number, struct error *err);
/* Changes what is not NULL in with.  ERROR_INVALID names what is wrong; url and handle cannot change, because all links to the
 * publication and all who follow it name them. */
bool publication_edit(struct db *db, int64_t id, const struct publication_new *with, struct error *err);
/* Where notices to the owner go; ERROR_INVALID when mail is no address. */
bool publication_set_owner(struct db *db, int64_t id, const char *mail, struct error *err);
/* By host as in a Host header (case and a trailing dot do not matter), by id, or by host/handle/id as a person types it
 * (NULL: the only one there is).  Belongs to owner; NULL with ERROR_NOT_FOUND. */
struct publication *publication_by_host(void *owner, struct db *db, const char *host, struct error *err);
struct publication *publication_by_id(void *owner, struct db *db, int64_t id, struct error *err);
struct publication *publication_choose(void *owner, struct db *db, const char *named, struct error *err);
/* All, by id; an array that owner owns. */
bool publication_all(void *owner, struct db *db, struct publication ***all, size_t *count, struct error *err);
struct key *publication_key(void *owner, struct db *db, int64_t publication, enum publication_key purpose,
                            enum key_type type, struct error *err);
/* The host without a port, as mail domains and handles use it. */
char *publication_domain(void *owner, const struct publication *p);
/* "@tides@tidalclock.example" */
char *publication_address(void *owner, const struct publication *p);
/* The URL of the actor, a plain path without query: URL "/@" HANDLE. */
char *publication_actor_url(void *owner, const struct publication *p);
