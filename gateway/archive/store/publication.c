#include "gateway/archive/store/publication.h"
#include "gateway/archive/picture/picture.h"
#include "gateway/archive/store/archive_day.h"
#include "gateway/archive/store/picture_backlog.h"
#include "gateway/archive/store/tally.h"
#include "gateway/base/address/mailbox.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/secret/token.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/zone.h"
#include "gateway/base/text/language.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define SELECT "SELECT b.id, b.host, b.url, b.name, b.handle, b.summary, b.author, b.language, b.mail_from, b.postal_address, b.gate, b.gate_number," \
	" b.secret, b.created, b.owner_mail, b.pictures, b.time_zone, b.also_known_as, b.answers, i.hash, i.type, i.width, i.height, h.hash, h.type, h.width, h.height, b.leaving, b.origin, b.moved" \
	" FROM publication b LEFT JOIN picture i ON i.id = b.icon LEFT JOIN picture h ON h.id = b.header"

/* Of the four columns from n. */
static struct publication_picture own_picture(void *owner, struct db_rows *rows, int n)
{
	enum picture_type type = (enum picture_type)db_column_int(rows, n + 1);
	if (db_column_null(rows, n))
		return (struct publication_picture){ 0 };
	return (struct publication_picture){ picture_path(owner, db_column_text(rows, n), type), picture_media_type(type), (int)db_column_int(rows, n + 2), (int)db_column_int(rows, n + 3) };
}

/* What is to be completed with add_former. */
static struct publication *from_row(void *owner, struct db_rows *rows)
{
	struct publication *p = mem_new(owner, struct publication);
	p->id = db_column_int(rows, 0);
	p->host = db_column_dup(p, rows, 1);
	p->url = db_column_dup(p, rows, 2);
	p->name = db_column_dup(p, rows, 3);
	p->handle = db_column_dup(p, rows, 4);
	p->summary = db_column_dup(p, rows, 5);
	p->author = db_column_dup(p, rows, 6);
	p->language = db_column_dup(p, rows, 7);
	p->mail_from = db_column_dup(p, rows, 8);
	p->postal_address = db_column_dup(p, rows, 9);
	p->gate = (enum publication_gate)db_column_int(rows, 10);
	p->gate_number = db_column_int(rows, 11);
	p->secret = db_column_dup(p, rows, 12);
	p->created = db_column_int(rows, 13);
	const char *owner_mail = db_column_text(rows, 14);
	p->pictures = (enum picture_policy)db_column_int(rows, 15);
	p->time_zone = db_column_dup(p, rows, 16);
	p->also_known_as = db_column_dup(p, rows, 17);
	p->answers = (enum publication_answers)db_column_int(rows, 18);
	p->icon = own_picture(p, rows, 19);
	p->header = own_picture(p, rows, 23);
	p->leaving = db_column_int(rows, 27);
	p->origin = db_column_dup(p, rows, 28);
	p->former = db_column_int(rows, 29) ? mem_array(p, const char *, 1) : NULL;
	p->owner_mail = *owner_mail ? mem_dup(p, owner_mail) : p->mail_from;
	return p;
}

/* Most never move, and cost no query. */
static bool add_former(struct db *db, struct publication *p, struct error *err)
{
	if (!p->former)
		return true;
	const char **all = mem_array(p, const char *, 1);
	size_t count = 0;
	struct db_rows *rows = db_query(db, "SELECT url FROM publication_url WHERE publication = $1 AND host <> $2 ORDER BY since, host", DB_ARGS(db_int(p->id), db_text(p->host)));
	while (db_next(rows)) {
		const char *url = db_column_dup(p, rows, 0);
		*mem_push(p, all, count) = url;
	}
	*mem_push(p, all, count) = NULL;
	p->former = all;
	return db_finish(rows, err);
}

static struct publication *one(void *owner, struct db *db, const char *sql, const struct db_value *args, struct error *err)
{
	struct db_rows *rows = db_query(db, sql, args);
	struct publication *p = db_finish_one(rows, db_next(rows) ? from_row(owner, rows) : NULL, "there is no such publication", err);
	if (!p || add_former(db, p, err))
		return p;
	talloc_free(p);
	return NULL;
}

struct publication *publication_by_host(void *owner, struct db *db, const char *host, struct error *err)
{
	char *bare, *clean = publication_host(NULL, host, &bare);
	struct publication *p = one(owner, db, SELECT " WHERE b.id = (SELECT u.publication FROM publication_url u WHERE u.host IN ($1, $2)"
	                            " ORDER BY length(u.host) DESC LIMIT 1)", DB_ARGS(db_text(clean), db_text(bare)), err);
	talloc_free(clean);
	return p;
}

struct publication *publication_by_id(void *owner, struct db *db, int64_t id, struct error *err)
{
	return one(owner, db, SELECT " WHERE b.id = $1", DB_ARGS(db_int(id)), err);
}

bool publication_all(void *owner, struct db *db, struct publication ***all, size_t *count, struct error *err)
{
	struct db_rows *rows = db_query(db, SELECT " ORDER BY b.id", DB_NONE);
	*all = mem_array(owner, struct publication *, 1);
	*count = 0;
	while (db_next(rows)) {
		struct publication *p = from_row(owner, rows);
		*mem_push(owner, *all, *count) = p;
	}
	bool fine = db_finish(rows, err);
	for (size_t i = 0; fine && i < *count; i++)
		fine = add_former(db, (*all)[i], err);
	return fine;
}

static struct publication *the_only_one(void *owner, struct db *db, struct error *err)
{
	struct publication **all, *only = NULL;
	size_t count, staying = 0;
	if (!publication_all(owner, db, &all, &count, err))
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (!all[i]->leaving) {
			only = all[i];
			staying++;
		}
	if (staying == 1)
		return only;
	if (staying == 0)
		error_set(err, ERROR_NOT_FOUND, "there is no publication yet: make one with 'pennypost init' or 'pennypost publication add'");
	else
		error_set(err, ERROR_INVALID, "there are %zu publications: say which with --publication HOST", staying);
	return NULL;
}

static struct publication *named_one(void *owner, struct db *db, const char *named, struct error *err)
{
	char *end;
	long long id = strtoll(named, &end, 10);
	if (*named && !*end)
		return publication_by_id(owner, db, id, err);
	struct publication *p = publication_by_host(owner, db, named, err);
	if (p || err->kind != ERROR_NOT_FOUND)
		return p;
	return one(owner, db, SELECT " WHERE b.handle = $1", DB_ARGS(db_text(*named == '@' ? named + 1 : named)), err);
}

struct publication *publication_choose(void *owner, struct db *db, const char *named, struct error *err)
{
	if (!named)
		return the_only_one(owner, db, err);
	struct publication *p = named_one(owner, db, named, err);
	if (p && p->leaving) {
		TALLOC_FREE(p);
		error_set(err, ERROR_NOT_FOUND, "'%s' was removed: it is gone once the servers of its followers know", named);
	} else if (!p && err->kind == ERROR_NOT_FOUND) {
		error_set(err, ERROR_NOT_FOUND, "there is no publication '%s': 'pennypost publication list' shows them", named);
	}
	return p;
}

/* Mastodon's rule for user names: [a-z0-9_]+([.-]+[a-z0-9_]+)*.  No capitals, because some servers compare exactly. */
static bool handle_fits(const char *s)
{
	size_t n = strlen(s);
	if (n < 1 || n > 64)
		return false;
	for (size_t i = 0; i < n; i++) {
		bool edge = i == 0 || i == n - 1, word = islower((unsigned char)s[i]) || isdigit((unsigned char)s[i]) || s[i] == '_';
		if (!word && (edge || (s[i] != '.' && s[i] != '-')))
			return false;
	}
	return true;
}

/* The URL as it is stored: an origin without path, because only the host selects a publication. */
static char *origin_of(void *owner, const char *text, struct error *err)
{
	struct url *u = url_parse(NULL, text ? text : "", err);
	if (!u)
		return NULL;
	bool bare = strcmp(u->path, "/") == 0 && !u->query && !u->fragment && !u->user;
	talloc_free(u);
	if (bare)
		return url_origin(owner, text);
	error_set(err, ERROR_INVALID, "'%s' must be a scheme and a host only, such as https://tidalclock.example", text);
	return NULL;
}

static bool is_mail(const char *text)
{
	char *mail = mailbox_normalise(NULL, text);
	talloc_free(mail);
	return mail != NULL;
}

/* What can also be changed later. */
static bool check_words(const struct publication_new *with, struct error *err)
{
	if (text_blank(with->name) || strlen(with->name) > 200)
		return error_set(err, ERROR_INVALID, "a publication needs a name of 1 to 200 bytes: --name \"The Tidal Clock\"");
	if (strpbrk(with->name, "\r\n"))
		return error_set(err, ERROR_INVALID, "a name is one line");
	if (with->language && !language_known(with->language))
		return error_set(err, ERROR_INVALID, "'%s' is no language: write its code, such as en, de or pt-BR", with->language);
	if (with->time_zone && !zone_known(with->time_zone))
		return error_set(err, ERROR_INVALID, "'%s' is no time zone: write its name, such as Europe/Berlin, America/New_York or UTC%s", with->time_zone,
		                 zone_known("Europe/Berlin") ? "" : "; no other zone is known here before tzdata is installed");
	if (with->owner_mail && !is_mail(with->owner_mail))
		return error_set(err, ERROR_INVALID, "'%s' is not a mail address: --owner ada@example.org", with->owner_mail);
	if (with->mail_from && !is_mail(with->mail_from))
		return error_set(err, ERROR_INVALID, "'%s' is not a mail address: --mail-from post@tidalclock.example", with->mail_from);
	return true;
}

bool publication_check(const struct publication_new *with, struct error *err)
{
	char *origin = origin_of(NULL, with->url, err);
	if (!origin)
		return false;
	talloc_free(origin);
	if (!with->handle || !handle_fits(with->handle))
		return error_set(err, ERROR_INVALID, "'%s' cannot be a handle: small letters, digits and '_', with '.' or '-' between, at most 64",
		                 with->handle ? with->handle : "");
	if (with->gate_number < 0 || ((with->gate == PUBLICATION_OLDER || with->gate == PUBLICATION_BEYOND) && with->gate_number < 1))
		return error_set(err, ERROR_INVALID, "the gate needs a number of 1 or more, as in older:30 or beyond:10");
	return check_words(with, err);
}

enum { KEYS = 4 };

/* The keys of a new publication, which take up to a second to make. */
struct keys {
	struct { enum publication_key purpose; enum key_type type; char *private_pem; } all[KEYS];
};

static struct keys *make_keys(void *owner)
{
	struct keys *keys = mem_new(owner, struct keys);
	size_t n = 0;
	for (int purpose = PUBLICATION_KEY_ACTOR; purpose <= PUBLICATION_KEY_DKIM; purpose++)
		for (int type = KEY_RSA; type <= KEY_ED25519; type++) {
			struct key *key = key_generate(keys, (enum key_type)type);
			keys->all[n].purpose = (enum publication_key)purpose;
			keys->all[n].type = (enum key_type)type;
			keys->all[n++].private_pem = key_private_pem(keys, key);
		}
	return keys;
}

static bool add_keys(struct db *db, int64_t id, const struct keys *keys, struct error *err)
{
	bool fine = true;
	for (size_t i = 0; fine && i < KEYS; i++)
		fine = db_run(db, "INSERT INTO publication_key (publication, purpose, type, private_pem, created) VALUES ($1, $2, $3, $4, $5)",
		              DB_ARGS(db_int(id), db_int(keys->all[i].purpose), db_int(keys->all[i].type), db_text(keys->all[i].private_pem), db_int(clock_now())), err);
	return fine;
}

static const char *or_empty(const char *s) { return s ? s : ""; }

static bool host_taken(const char *host, const struct publication *by, struct error *err)
{
	return strcmp(host, by->host) == 0 ? error_set(err, ERROR_EXISTS, "'%s' is a publication already ('%s')", host, by->name)
	                                   : error_set(err, ERROR_EXISTS, "'%s' leads to '%s' ('%s'), which was there before", host, by->host, by->name);
}

/* Nobody else is or was at that host: the key of the table sees to it.  Two moves within a millisecond are in order, too. */
static bool take_host(struct db *db, int64_t id, const char *host, const char *url, struct error *err)
{
	int64_t taken, last, now = clock_now();
	return db_get_int(db, "SELECT coalesce(max(since), 0) FROM publication_url WHERE publication = $1", DB_ARGS(db_int(id)), &last, err) &&
	       db_change(db, "INSERT INTO publication_url (host, publication, url, since) VALUES ($1, $2, $3, $4)"
	                     " ON CONFLICT (host) DO UPDATE SET url = excluded.url, since = excluded.since WHERE publication_url.publication = excluded.publication",
	                 DB_ARGS(db_text(host), db_int(id), db_text(url), db_int(last < now ? now : last + 1)), &taken, err) &&
	       (taken || error_set(err, ERROR_EXISTS, "'%s' is the host of another publication", host));
}

static bool insert(struct db *db, const struct publication_new *with, const char *url, const struct keys *keys, int64_t *id, struct error *err)
{
	void *scratch = talloc_new(NULL);
	char *host = url_authority(scratch, url);
	struct url *u = url_parse(scratch, url, err);
	char *mail = mailbox_normalise(scratch, with->mail_from ? with->mail_from : mem_printf(scratch, "post@%s", u->host));
	bool fine = (mail || error_set(err, ERROR_INVALID, "letters cannot come from 'post@%s', which is no mail address: say which with --mail-from", u->host)) &&
	            db_get_int(db, "INSERT INTO publication (host, url, name, handle, summary, author, language, mail_from,"
	                              " postal_address, gate, gate_number, secret, created, owner_mail, time_zone, origin)"
	                              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $2) RETURNING id",
	                          DB_ARGS(db_text(host), db_text(url), db_text(with->name), db_text(with->handle),
	                                  db_text(or_empty(with->summary)), db_text(or_empty(with->author)),
	                                  db_text(with->language ? with->language : "en"), db_text(mail),
	                                  db_text(or_empty(with->postal_address)), db_int(with->gate), db_int(with->gate_number),
	                                  db_text(token_random(scratch, 32)), db_int(clock_now()),
	                                  db_text(with->owner_mail ? mailbox_normalise(scratch, with->owner_mail) : ""),
	                                  db_text(with->time_zone ? with->time_zone : zone_of_system(scratch))), id, err) &&
	       take_host(db, *id, host, url, err) && add_keys(db, *id, keys, err);
	talloc_free(scratch);
	return fine;
}

bool publication_was(struct db *db, const char *host, const char *handle, bool *was, struct error *err)
{
	int64_t count;
	char *bare, *clean = publication_host(NULL, host, &bare);
	bool fine = db_get_int(db, "SELECT count(*) FROM publication_gone WHERE host IN ($1, $3) AND ($2 = '' OR handle = $2)",
	                       DB_ARGS(db_text(clean), db_text(handle ? handle : ""), db_text(bare)), &count, err);
	talloc_free(clean);
	*was = fine && count > 0;
	return fine;
}

/* Other servers were told that the account is deleted, and many keep to that for ever. */
static bool was_not(void *scratch, struct db *db, const char *url, const char *handle, struct error *err)
{
	bool was;
	const char *host = url_authority(scratch, url);
	if (!publication_was(db, host, handle, &was, err))
		return false;
	return !was || error_set(err, ERROR_EXISTS, "'%s' at '%s' was removed, and other servers keep its account as deleted: choose another handle", handle, host);
}

bool publication_add(struct db *db, const struct publication_new *with, int64_t *id, struct error *err)
{
	void *scratch = talloc_new(NULL);
	char *url = origin_of(scratch, with->url, err);
	const struct keys *keys = url && publication_check(with, err) ? make_keys(scratch) : NULL;
	bool fine = keys && db_begin(db, err);
	if (fine) {
		struct publication *had = publication_by_host(scratch, db, url_authority(scratch, url), err);
		if (had) {
			*id = had->id;
			fine = host_taken(url_authority(scratch, url), had, err);
		} else {
			fine = err->kind == ERROR_NOT_FOUND && was_not(scratch, db, url, with->handle, err) && insert(db, with, url, keys, id, err);
		}
		fine = db_end(db, fine, err);
	}
	talloc_free(scratch);
	return fine;
}

bool publication_edit(struct db *db, int64_t id, const struct publication_new *with, struct error *err)
{
	void *scratch = talloc_new(NULL);
	struct publication_new whole = *with;
	whole.name = with->name ? with->name : "unchanged";
	bool fine = check_words(&whole, err) && db_begin(db, err);
	if (fine) {
		fine = db_run(db, "UPDATE publication SET name = coalesce($2, name), summary = coalesce($3, summary), author = coalesce($4, author),"
		                  " language = coalesce($5, language), mail_from = coalesce($6, mail_from), postal_address = coalesce($7, postal_address),"
		                  " owner_mail = coalesce($8, owner_mail), time_zone = coalesce($9, time_zone) WHERE id = $1",
		              DB_ARGS(db_int(id), db_text(with->name), db_text(with->summary), db_text(with->author), db_text(with->language),
		                      db_text(with->mail_from ? mailbox_normalise(scratch, with->mail_from) : NULL), db_text(with->postal_address),
		                      db_text(with->owner_mail ? mailbox_normalise(scratch, with->owner_mail) : NULL), db_text(with->time_zone)), err) &&
		       (!with->time_zone || archive_day_move(db, id, err)) &&
		       /* The planner works out anew when digests are due. */
		       (!with->time_zone || db_run(db, "UPDATE schedule SET next = 0 WHERE publication = $1 AND zone = '' AND next IS NOT NULL", DB_ARGS(db_int(id)), err)) &&
		       tally_add(db, id, TALLY_PUBLICATION, "", 1, err);
		fine = db_end(db, fine, err);
	}
	talloc_free(scratch);
	return fine;
}

/* The publication's row first, as publication_add does: so two who want one host wait for each other in the same order. */
static bool move_to(struct db *db, int64_t id, const char *url, struct error *err)
{
	void *scratch = talloc_new(NULL);
	char *host = url_authority(scratch, url);
	struct publication *p = publication_by_id(scratch, db, id, err), *had = p ? publication_by_host(scratch, db, host, err) : NULL;
	bool fine = p && (had || err->kind == ERROR_NOT_FOUND);
	if (fine && strcmp(p->url, url) == 0)
		fine = error_set(err, ERROR_INVALID, "'%s' is the URL of this publication already", url);
	if (fine && had && had->id != id)
		fine = host_taken(host, had, err);
	fine = fine && db_run(db, "UPDATE publication SET url = $2, host = $3, moved = $4 WHERE id = $1", DB_ARGS(db_int(id), db_text(url), db_text(host), db_int(clock_now())), err) &&
	       take_host(db, id, host, url, err) && tally_add(db, id, TALLY_PUBLICATION, "", 1, err);
	talloc_free(scratch);
	return fine;
}

bool publication_move(struct db *db, int64_t id, const char *text, struct error *err)
{
	char *url = origin_of(NULL, text, err);
	bool fine = url && db_begin(db, err) && db_end(db, move_to(db, id, url, err), err);
	talloc_free(url);
	return fine;
}

bool publication_set_gate(struct db *db, int64_t id, enum publication_gate gate, int64_t number, struct error *err)
{
	if (!db_begin(db, err))
		return false;
	bool fine = db_run(db, "UPDATE publication SET gate = $2, gate_number = $3 WHERE id = $1", DB_ARGS(db_int(id), db_int(gate), db_int(number)), err) &&
	            tally_add(db, id, TALLY_PUBLICATION, "", 1, err);
	return db_end(db, fine, err);
}

enum { GRACE_MAX = 7 * 24 * 60 };

bool publication_set_grace(struct db *db, int64_t id, int64_t minutes, struct error *err)
{
	if (minutes < 0 || minutes > GRACE_MAX)
		return error_set(err, ERROR_INVALID, "a post can wait up to %d minutes, not %lld", GRACE_MAX, (long long)minutes);
	return db_run(db, "UPDATE publication SET grace_minutes = $2 WHERE id = $1", DB_ARGS(db_int(id), db_int(minutes)), err);
}

bool publication_set_pictures(struct db *db, int64_t id, enum picture_policy policy, struct error *err)
{
	return db_begin(db, err) && db_end(db, db_run(db, "UPDATE publication SET pictures = $2 WHERE id = $1", DB_ARGS(db_int(id), db_int(policy)), err) &&
	                                       picture_backlog_begin(db, id, err) && tally_add(db, id, TALLY_PUBLICATION, "", 1, err), err);
}

bool publication_set_answers(struct db *db, int64_t id, enum publication_answers answers, struct error *err)
{
	return db_begin(db, err) && db_end(db, db_run(db, "UPDATE publication SET answers = $2 WHERE id = $1", DB_ARGS(db_int(id), db_int(answers)), err) &&
	                                       tally_add(db, id, TALLY_PUBLICATION, "", 1, err), err);
}

bool publication_set_owner(struct db *db, int64_t id, const char *mail, struct error *err)
{
	char *clean = mailbox_normalise(NULL, mail);
	if (!clean)
		return error_set(err, ERROR_INVALID, "'%s' is not a mail address", mail);
	bool fine = db_begin(db, err) &&
	            db_end(db, db_run(db, "UPDATE publication SET owner_mail = $2 WHERE id = $1", DB_ARGS(db_int(id), db_text(clean)), err) &&
	                       tally_add(db, id, TALLY_PUBLICATION, "", 1, err), err);
	talloc_free(clean);
	return fine;
}

struct key *publication_key(void *owner, struct db *db, int64_t publication, enum publication_key purpose,
                            enum key_type type, struct error *err)
{
	char *pem;
	if (!db_get_text(owner, db, "SELECT private_pem FROM publication_key WHERE publication = $1 AND purpose = $2 AND type = $3",
	                 DB_ARGS(db_int(publication), db_int(purpose), db_int(type)), &pem, err)) {
		error_prefix(err, "key of publication %lld: ", (long long)publication);
		return NULL;
	}
	struct key *key = key_from_private_pem(owner, pem, err);
	talloc_free(pem);
	return key;
}

/* An origin is stored without path. */
static const char *origin_host(const struct publication *p) { return strstr(p->origin, "://") + strlen("://"); }

char *publication_domain(void *owner, const struct publication *p)
{
	const char *host = origin_host(p), *port = strrchr(host, ':');
	return mem_ndup(owner, host, port && !strchr(port, ']') ? (size_t)(port - host) : strlen(host));
}

char *publication_day(void *owner, const struct publication *p, int64_t ms, const char *format)
{
	return clock_format(owner, ms + zone_offset(p->time_zone, ms) * CLOCK_MINUTE, format);
}

/* With the port, if there is one, as WebFinger looks it up. */
char *publication_address(void *owner, const struct publication *p) { return mem_printf(owner, "@%s@%s", p->handle, origin_host(p)); }
char *publication_actor_url(void *owner, const struct publication *p) { return mem_printf(owner, "%s/@%s", p->origin, p->handle); }
