#pragma once
/*
 * publication - one blog or newsletter: a name, a handle, a host, a gate policy.
 *
 * An instance serves several; the Host of a request selects one.  It may move
 * to another URL: what people open is made of the present one, what others
 * keep as an id of the one at which it was first.
 */
#include "gateway/archive/picture/picture_policy.h"
#include "gateway/base/db/db.h"
#include "gateway/base/secret/key.h"

enum publication_gate {
	PUBLICATION_FREE,   /* everybody reads everything */
	PUBLICATION_OLDER,  /* posts older than gate_number days are for subscribers */
	PUBLICATION_BEYOND, /* all but the newest gate_number posts are for subscribers */
	PUBLICATION_ALL     /* every post is for subscribers */
};

/* Where a reader's answer to a letter goes. */
enum publication_answers {
	PUBLICATION_ANSWERS_OWNER,   /* to the owner, as a letter */
	PUBLICATION_ANSWERS_MODERATE /* beside the replies of the fediverse (reply.h), if it is about a post */
};

/* One of its own that it shows. */
struct publication_picture {
	const char *path;     /* "/media/HASH.png"; NULL: there is none */
	const char *type;     /* "image/png" */
	int width, height;
};

struct publication {
	int64_t id;
	const char *url;      /* "https://tidalclock.example", no slash at the end */
	const char *host;     /* "tidalclock.example", with ":8080" when the URL has a port */
	const char *origin;   /* the URL at which it was first: ids of the fediverse and of feeds, the handle's host and List-Id are made of it */
	const char *const *former; /* URLs at which it was and is no longer, the oldest first; ends with NULL.  NULL: it never moved */
	const char *name;
	const char *handle;   /* without @: "tides" */
	const char *summary;  /* plain text, may be "" */
	const char *author;   /* may be "" */
	const char *language; /* BCP 47, "en" */
	const char *time_zone; /* name in the zone database, "Europe/Berlin": its days begin there (base/system/zone.h) */
	const char *mail_from;      /* "post@tidalclock.example" */
	const char *postal_address; /* may be "" */
	const char *owner_mail;     /* where notices to its owner go */
	enum publication_gate gate;
	int64_t gate_number;
	enum picture_policy pictures;
	enum publication_answers answers;
	struct publication_picture icon, header; /* set by publication_profile.h */
	const char *also_known_as; /* ids of its actors elsewhere, each with a line end behind it; NULL or "": there are none */
	int64_t created;
	int64_t leaving;      /* when its owner removed it (subscribers/plan/plan_leave.h), or 0 */
	const char *secret;   /* for stateless tokens (base/token.h); never leaves the server */
};

enum publication_key { PUBLICATION_KEY_ACTOR, PUBLICATION_KEY_DKIM };

/* What publication_add needs; NULL fields get defaults, time_zone that of this machine.  url, name and handle are required. */
struct publication_new {
	const char *url, *name, *handle, *summary, *author, *language, *time_zone, *mail_from, *postal_address, *owner_mail;
	enum publication_gate gate;
	int64_t gate_number;
};

/* Would publication_add accept it?  ERROR_INVALID names the wrong field, and what would be right. */
bool publication_check(const struct publication_new *with, struct error *err);
/* Adds it with its four keys (actor and DKIM, RSA-2048 and Ed25519 each), all or nothing.
 * ERROR_INVALID names the field that is wrong; ERROR_EXISTS when the host is taken (*id is then the existing one), or was that
 * of one that was removed and had the same handle. */
bool publication_add(struct db *db, const struct publication_new *with, int64_t *id, struct error *err);
bool publication_set_gate(struct db *db, int64_t id, enum publication_gate gate, int64_t number, struct error *err);
/* Which pictures are kept from now on, and of the posts that are there already.  What is kept stays as long as a post shows it. */
bool publication_set_pictures(struct db *db, int64_t id, enum picture_policy policy, struct error *err);
/* So many minutes, a week at most, a new post waits before it goes out, as it then is. */
bool publication_set_grace(struct db *db, int64_t id, int64_t minutes, struct error *err);
bool publication_set_answers(struct db *db, int64_t id, enum publication_answers answers, struct error *err);
/* Changes what is not NULL in with, but for url and handle: publication_move does the one, and the other cannot change, because all who
 * follow the publication name it.  ERROR_INVALID names what is wrong.  Another time_zone changes days and years of entries, but no path of a page. */
bool publication_edit(struct db *db, int64_t id, const struct publication_new *with, struct error *err);
/* It is at this URL from now on, which may be one where it was before; that where it is becomes a former one.  ERROR_INVALID when it is no URL
 * of a publication, or the present one; ERROR_EXISTS when another publication is, or was, at that host.  Telling followers is the caller's
 * (plan_profile). */
bool publication_move(struct db *db, int64_t id, const char *url, struct error *err);
/* Where notices to the owner go; ERROR_INVALID when mail is no address. */
bool publication_set_owner(struct db *db, int64_t id, const char *mail, struct error *err);
/* By host as in a Host header (case and a trailing dot do not matter), where it is or was, by id, or by host/handle/id as a person types it
 * (NULL: the only one there is).  Belongs to owner; NULL with ERROR_NOT_FOUND.  publication_choose does not know those that are leaving. */
struct publication *publication_by_host(void *owner, struct db *db, const char *host, struct error *err);
struct publication *publication_by_id(void *owner, struct db *db, int64_t id, struct error *err);
struct publication *publication_choose(void *owner, struct db *db, const char *named, struct error *err);
/* All, by id; an array that owner owns. */
bool publication_all(void *owner, struct db *db, struct publication ***all, size_t *count, struct error *err);
/* Was there one of that host that was removed?  handle (may be NULL): of that name, which cannot be used there again. */
bool publication_was(struct db *db, const char *host, const char *handle, bool *was, struct error *err);
struct key *publication_key(void *owner, struct db *db, int64_t publication, enum publication_key purpose,
                            enum key_type type, struct error *err);
/* The day of a moment in its zone: a format of clock_format. */
char *publication_day(void *owner, const struct publication *p, int64_t ms, const char *format);
/* A Host header in both spellings that a publication may have: with its port, and in *bare without one that is usual.  Belongs to owner. */
char *publication_host(void *owner, const char *host, char **bare);
/* The former URL of p whose host that is; NULL: it is there, or never was.  host as for publication_by_host. */
const char *publication_former(const struct publication *p, const char *host);
/* Is url on the host of p or on one where it was, with the same port?  The same whatever the port. */
bool publication_is_at(const struct publication *p, const char *url);
bool publication_shares_host(const struct publication *p, const char *url);
/* The host of its origin without a port, as ids use it. */
char *publication_domain(void *owner, const struct publication *p);
/* "@tides@tidalclock.example" */
char *publication_address(void *owner, const struct publication *p);
/* The id of the actor, a plain path without query: ORIGIN "/@" HANDLE. */
char *publication_actor_url(void *owner, const struct publication *p);
