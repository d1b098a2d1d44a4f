#include "gateway/archive/store/publication.h"
#include "gateway/archive/store/tally.h"
#include "gateway/base/address/mailbox.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/secret/token.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/language.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS "id, host, url, name, handle, summary, author, language, mail_from, postal_address, gate, gate_number, secret, created, owner_mail"

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
	p->owner_mail = *owner_mail ? mem_dup(p, owner_mail) : p->mail_from;
	return p;
}

static struct publication *one(void *owner, struct db *db, const char *sql, const struct db_value *args, struct error *err)
{
	struct db_rows *rows = db_query(db, sql, args);
	return db_finish_one(rows, db_next(rows) ? from_row(owner, rows) : NULL, "there is no such publication", err);
}

struct publication *publication_by_host(void *owner, struct db *db, const char *host, struct error *err)
{
	char *clean = text_lower(NULL, host);
	char *colon = strrchr(clean, ':'), *port = colon && !strchr(colon, ']') ? colon : clean + strlen(clean);
	if (port > clean && port[-1] == '.')
		memmove(port - 1, port, strlen(port) + 1), port--;
	bool usual = strcmp(port, ":443") == 0 || strcmp(port, ":80") == 0 || strcmp(port, ":") == 0;
	char *bare = mem_ndup(clean, clean, usual ? (size_t)(port - clean) : strlen(clean));
	struct publication *p = one(owner, db, "SELECT " COLUMNS " FROM publication WHERE host IN ($1, $2) ORDER BY length(host) DESC LIMIT 1",
	                            DB_ARGS(db_text(clean), db_text(bare)), err);
	talloc_free(clean);
	return p;
}

struct publication *publication_by_id(void *owner, struct db *db, int64_t id, struct error *err)
{
	return one(owner, db, "SELECT " COLUMNS " FROM publication WHERE id = $1", DB_ARGS(db_int(id)), err);
}

bool publication_all(void *owner, struct db *db, struct publication ***all, size_t *count, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT " COLUMNS " FROM publication ORDER BY id", DB_NONE);
	*all = mem_array(owner, struct publication *, 1);
	*count = 0;
	while (db_next(rows)) {
		struct publication *p = from_row(owner, rows);
		*mem_push(owner, *all, *count) = p;
	}
	return db_finish(rows, err);
}

static struct publication *the_only_one(void *owner, struct db *db, struct error *err)
{
	struct publication **all;
	size_t count;
	if (!publication_all(owner, db, &all, &count, err))
		return NULL;
	if (count == 1)
		return all[0];
	if (count == 0)
		error_set(err, ERROR_NOT_FOUND, "there is no publication yet: make one with 'pennypost init' or 'pennypost publication add'");
	else
		error_set(err, ERROR_INVALID, "there are %zu publications: say which with --publication HOST", count);
	return NULL;
}

struct publication *publication_choose(void *owner, struct db *db, const char *named, struct error *err)
{
	if (!named)
		return the_only_one(owner, db, err);
	char *end;
	long long id = strtoll(named, &end, 10);
	if (*named && !*end)
		return publication_by_id(owner, db, id, err);
	struct publication *p = publication_by_host(owner, db, named, err);
	if (p || err->kind != ERROR_NOT_FOUND)
		return p;
	p = one(owner, db, "SELECT " COLUMNS " FROM publication WHERE handle = $1", DB_ARGS(db_text(*named == '@' ? named + 1 : named)), err);
	if (!p && err->kind == ERROR_NOT_FOUND)
		error_set(err, ERROR_NOT_FOUND, "there is no publication '%s': 'pennypost publication list' shows them", named);
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

static bool insert(struct db *db, const struct publication_new *with, const char *url, const struct keys *keys, int64_t *id, struct error *err)
{
	void *scratch = talloc_new(NULL);
	char *host = url_authority(scratch, url);
	struct url *u = url_parse(scratch, url, err);
	char *mail = mailbox_normalise(scratch, with->mail_from ? with->mail_from : mem_printf(scratch, "post@%s", u->host));
	bool fine = (mail || error_set(err, ERROR_INVALID, "letters cannot come from 'post@%s', which is no mail address: say which with --mail-from", u->host)) &&
	            db_get_int(db, "INSERT INTO publication (host, url, name, handle, summary, author, language, mail_from,"
	                              " postal_address, gate, gate_number, secret, created, owner_mail)"
	                              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING id",
	                          DB_ARGS(db_text(host), db_text(url), db_text(with->name), db_text(with->handle),
	                                  db_text(or_empty(with->summary)), db_text(or_empty(with->author)),
	                                  db_text(with->language ? with->language : "en"), db_text(mail),
	                                  db_text(or_empty(with->postal_address)), db_int(with->gate), db_int(with->gate_number),
	                                  db_text(token_random(scratch, 32)), db_int(clock_now()),
	                                  db_text(with->owner_mail ? mailbox_normalise(scratch, with->owner_mail) : "")), id, err) &&
	       add_keys(db, *id, keys, err);
	talloc_free(scratch);
	return fine;
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
			fine = error_set(err, ERROR_EXISTS, "'%s' is a publication already ('%s')", had->host, had->name);
		} else {
			fine = err->kind == ERROR_NOT_FOUND && insert(db, with, url, keys, id, err);
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
		                  " owner_mail = coalesce($8, owner_mail) WHERE id = $1",
		              DB_ARGS(db_int(id), db_text(with->name), db_text(with->summary), db_text(with->author), db_text(with->language),
		                      db_text(with->mail_from ? mailbox_normalise(scratch, with->mail_from) : NULL), db_text(with->postal_address),
		                      db_text(with->owner_mail ? mailbox_normalise(scratch, with->owner_mail) : NULL)), err) &&
		       tally_add(db, id, TALLY_PUBLICATION, "", 1, err);
		fine = db_end(db, fine, err);
	}
	talloc_free(scratch);
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

char *publication_domain(void *owner, const struct publication *p)
{
	const char *port = strrchr(p->host, ':');
	return mem_ndup(owner, p->host, port && !strchr(port, ']') ? (size_t)(port - p->host) : strlen(p->host));
}

/* With the port, if there is one, as WebFinger looks it up. */
char *publication_address(void *owner, const struct publication *p) { return mem_printf(owner, "@%s@%s", p->handle, p->host); }
char *publication_actor_url(void *owner, const struct publication *p) { return mem_printf(owner, "%s/@%s", p->url, p->handle); }
