#pragma once
/*
 * source - a feed, file or actor that posts come from: its URL, the state of its fetches, its settings.
 *
 * The row has two halves with two writers: the process that fetches it writes
 * the state (source_record), and the owner writes the settings (source_set).
 * Neither changes the other half.
 */
#include "gateway/archive/store/entry.h"
#include "gateway/archive/store/publication.h"
#include "gateway/archive/store/quarantine.h"

enum source_kind { SOURCE_FEED, SOURCE_ACTOR };
enum source_state { SOURCE_ACTIVE, SOURCE_PAUSED, SOURCE_GONE, SOURCE_HELD };

/* Set by the owner; 0 and NULL are the defaults. */
struct source_settings {
	const char *headers;         /* JSON object of request headers */
	const char *proxy;           /* URL: http, https or socks5h */
	int64_t pause_min, pause_max; /* ms between two fetches; 0: as configured */
	enum entry_access access;    /* of its new entries */
	bool hold;                   /* its new entries wait for approval */
	bool full_text;              /* the text of an entry is taken from its page */
	const char *authenticate;    /* of a source of mails: "dkim:mx.example.org" (mail_authentication.h); others are held */
	const char *name;            /* instead of its title */
	const char *folder;          /* in the owner's list: "News / Tech" */
};

struct source {
	int64_t id, publication;
	enum source_kind kind;
	const char *url;             /* of the feed, "file:///...", "maildir:///...", "mailto:..." or the actor's id */
	const char *title;
	const char *site;            /* http(s) URL of the site, or NULL */
	enum source_state state;
	const char *etag, *last_modified, *body_hash;
	int64_t imported, next_fetch, last_fetch;
	int64_t last_whole;          /* when a response last had a body, and was not 304 */
	int64_t pause;               /* ms between two fetches, computed from its history; 0: not known */
	uint32_t skip_hours;         /* as in struct schedule_hints */
	uint8_t skip_days;
	int last_status, failures;
	int64_t failing_since;       /* 0: it is not */
	const char *last_error;
	bool approved;               /* the next fetch may bring any number of new posts */
	const char *moved;           /* target of the latest permanent redirects (301, 308), or NULL */
	int64_t moved_since;
	int moved_times;             /* in a row */
	int64_t pushed_until;        /* a hub pushes it until then */
	int64_t quiet_before;        /* entries older than this are no news: the rules have changed since */
	int identity;                /* enum identity_policy (feeds/match/identity.h) */
	struct source_settings settings;
};

/* Adds it, claimed for lease_ms.  ERROR_EXISTS when the publication has it already (*id is then that one). */
bool source_add(struct db *db, int64_t publication, enum source_kind kind, const char *url, int64_t lease_ms, int64_t *id, struct error *err);
/* What the owner calls it, else the feed itself; NULL when neither does. */
const char *source_name(const struct source *source);
struct source *source_get(void *owner, struct db *db, int64_t id, struct error *err);
/* "Tides@Lists.Example" -> "mailto:tides@lists.example", the source whose posts come by mail to that address; NULL: it is no address.  Belongs to owner. */
char *source_url_of_mail(void *owner, const char *address);
/* A publication's source with this URL; NULL with ERROR_NOT_FOUND. */
struct source *source_find(void *owner, struct db *db, int64_t publication, const char *url, struct error *err);
/* All of a publication's, or of all (0); array of owner's, its length is talloc_array_length. */
bool source_list(void *owner, struct db *db, int64_t publication, struct source ***all, struct error *err);
struct source_claimer {
	const char *holder;  /* holder_self() */
	int64_t lease_ms, limit;
	bool suspects;       /* claims sources with crashes, as trial.h says; false: only others */
};
/* Claims up to limit feeds that are due and that nobody holds: the most overdue first.  Array of owner's, as source_list's. */
bool source_claim(void *owner, struct db *db, const struct source_claimer *who, struct source ***all, struct error *err);
/* Claims this one, due or not.  NULL with ERROR_TEMPORARY while another process fetches it.  holder: NULL for a command, whose claim
 * ends with its lease only: to interrupt it says nothing about the source. */
struct source *source_claim_one(void *owner, struct db *db, int64_t id, const char *holder, int64_t lease_ms, struct error *err);
/* The feeds, as quarantine.h takes them.  One that is quarantined is paused. */
extern const struct quarantine_kind source_queue;
/* Releases a claim without a fetch: it is due at next_fetch. */
bool source_put_off(struct db *db, int64_t id, int64_t next_fetch, struct error *err);
/* When the next is due, in ms from now: 0 when one is, -1 when none will be. */
bool source_next_due(struct db *db, int64_t *ms, struct error *err);
/* Resumes a held source: what looked new is announced, or with quiet only archived.  ERROR_NOT_FOUND when it is not held. */
bool source_approve(struct db *db, int64_t id, bool quiet, struct error *err);
/* Stops fetching it until it is resumed; resuming makes it due now.  ERROR_NOT_FOUND: no such source, or it is held. */
bool source_pause(struct db *db, int64_t id, bool pause, struct error *err);
/* Writes until when a hub pushes it. */
bool source_set_pushed_until(struct db *db, int64_t id, int64_t until, struct error *err);
/* After a change of its rules: makes it due and its whole feed read again; entries older than its last fetch are no news then.
 * ERROR_TEMPORARY while another process fetches it. */
bool source_reread(struct db *db, int64_t id, struct error *err);
/* Changes the URL of the same feed (another password).  ERROR_EXISTS when the publication has that already, ERROR_TEMPORARY as above. */
bool source_set_url(struct db *db, int64_t id, const char *url, struct error *err);
/* Makes it due now. */
bool source_make_due(struct db *db, int64_t id, struct error *err);
/* Removes the source; its entries stay in the archive. */
bool source_remove(struct db *db, int64_t id, struct error *err);
/* For a source that is not fetched but delivers its posts: its server has just been in contact.  error is for the owner, or NULL. */
bool source_note_contact(struct db *db, int64_t id, const char *error, struct error *err);
/*
 * May source change the text of entry?  When several sources show it, the text is of the one that brought it first, as long as that
 * source is active; but the text of a feed takes precedence over that of an account.
 */
bool source_owns_text(struct db *db, const struct source *source, int64_t entry, bool *owns, struct error *err);
/* Writes the state after a fetch and ends the claim: every field but id, publication, kind, pushed_until and settings.  When the owner
 * has paused it meanwhile, it stays paused.  When its new URL belongs to another source already, the row keeps the old URL. */
bool source_record(struct db *db, const struct source *source, struct error *err);
/* Writes the settings, and makes it due. */
bool source_set(struct db *db, int64_t id, const struct source_settings *settings, struct error *err);
const char *source_state_name(enum source_state state);
/* url (of a feed or a proxy) as it may be shown and logged: "***" instead of user and password.  Belongs to owner. */
char *source_redact_url(void *owner, const char *url);
