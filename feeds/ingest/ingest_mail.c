#include "feeds/ingest/ingest_mail.h"
#include "feeds/ingest/ingest_store.h"
#include "feeds/mail/mail_folder.h"
#include "feeds/mail/mail_message.h"
#include "feeds/mail/mail_post.h"
#include "feeds/vocabulary/record.h"
#include "gateway/archive/mail/mail_in.h"
#include "gateway/base/db/db.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/memory/set.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include "gateway/base/text/text.h"
#include <string.h>

#define SCHEME "maildir://"
#define ADDRESS "mailto:"
/* Of mail to an address, while it is read and stored; how long one waits that failed. */
#define LEASE (5 * CLOCK_MINUTE)
#define LATER (10 * CLOCK_SECOND)

/* Rows of files that are gone, in one turn. */
enum { FORGET = 100 };

bool ingest_mail_is_address(const struct source *s) { return text_starts(s->url, ADDRESS); }
bool ingest_mail_is_source(const struct source *s) { return text_starts(s->url, SCHEME) || ingest_mail_is_address(s); }

/* "cur/1772528400.M1P2.host:2,S" -> "1772528400.M1P2.host": a flag is no other message. */
static char *name_of(void *owner, const char *path)
{
	const char *slash = strchr(path, '/'), *name = slash ? slash + 1 : path;
	return mem_ndup(owner, name, strcspn(name, ":"));
}

/* The names that were read; those of files that are gone are forgotten. */
static bool read_seen(struct db *db, const struct source *s, const struct set *there, struct set *seen, struct error *err)
{
	void *t = talloc_new(NULL);
	const char **gone = NULL;
	size_t count = 0;
	struct db_rows *rows = db_query(db, "SELECT name FROM mail_seen WHERE source = $1", DB_ARGS(db_int(s->id)));
	while (db_next(rows)) {
		const char *name = db_column_text(rows, 0);
		set_add(seen, name);
		if (!set_has(there, name) && count < FORGET)
			*mem_push(t, gone, count) = mem_dup(t, name);
	}
	bool fine = db_finish(rows, err);
	for (size_t i = 0; fine && i < count; i++)
		fine = db_run(db, "DELETE FROM mail_seen WHERE source = $1 AND name = $2", DB_ARGS(db_int(s->id), db_text(gone[i])), err);
	talloc_free(t);
	return fine;
}

/* The messages of the folder, and which of them were read. */
struct listed {
	struct mail_folder *folder;
	char **names;
	struct set *seen;
};

static bool list(struct listed *l, struct ingest *in, const struct source *s, struct error *err)
{
	void *t = talloc_parent(l->seen);
	const char *path = s->url + strlen(SCHEME);
	if (!mail_folder_is_maildir(path))
		return error_set(err, ERROR_NOT_FOUND, "'%s' is no Maildir that can be read: it has neither 'new' nor 'cur'", path);
	l->folder = mail_folder_open(t, path, err);
	if (!l->folder)
		return false;
	struct set *there = set_new(t);
	l->names = mem_array(t, char *, l->folder->count + 1);
	for (size_t i = 0; i < l->folder->count; i++) {
		l->names[i] = name_of(t, l->folder->items[i].name);
		set_add(there, l->names[i]);
	}
	return read_seen(in->db, s, there, l->seen, err);
}

/* Message i; NULL when it was renamed or removed meanwhile. */
static struct ingest_mail *take(void *owner, const struct listed *l, size_t i)
{
	struct ingest_mail *mail = mem_new(owner, struct ingest_mail);
	/* One byte more than is read says that it is too large. */
	mail->data = mail_folder_read(mail, l->folder, i, MAIL_SIZE_MAX + 1, &mail->size);
	mail->name = mem_dup(mail, l->names[i]);
	if (mail->data)
		return mail;
	talloc_free(mail);
	return NULL;
}

static bool next_of_address(void *owner, struct ingest *in, const struct source *s, struct ingest_mail **mail, struct error *err)
{
	struct mail_in *m;
	const struct mail_in_claimer who = { in->holder, LEASE, false, s->id };
	*mail = NULL;
	if (!mail_in_claim(NULL, in->db, &who, &m, err))
		return false;
	if (m) {
		*mail = mem_new(owner, struct ingest_mail);
		**mail = (struct ingest_mail){ .row = m->id, .data = m->message, .size = m->size };
		talloc_steal(*mail, m);
	}
	return true;
}

bool ingest_mail_next(void *owner, struct ingest *in, const struct source *s, struct ingest_mail **mail, struct error *err)
{
	if (ingest_mail_is_address(s))
		return next_of_address(owner, in, s, mail, err);
	void *t = talloc_new(NULL);
	struct listed l = { .seen = set_new(t) };
	bool fine = list(&l, in, s, err);
	*mail = NULL;
	for (size_t i = 0; fine && !*mail && i < l.folder->count; i++)
		if (!set_has(l.seen, l.names[i]))
			*mail = take(owner, &l, i);
	talloc_free(t);
	return fine;
}

struct ingest_parsed *ingest_mail_parse(void *owner, const struct source *s, const char *data, size_t size)
{
	struct ingest_parsed *p = mem_new(owner, struct ingest_parsed);
	p->feed = mail_post_feed(p, data, size, s->settings.authenticate, &p->err);
	if (p->feed)
		p->ready = ingest_ready_make(p, s, p->feed);
	return p;
}

static bool note_read(struct db *db, const struct source *s, const struct ingest_mail *mail, struct error *err)
{
	if (mail->row)
		return mail_in_done(db, mail->row, err);
	return !mail->name || db_run(db, "INSERT INTO mail_seen (source, name, seen) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
	                             DB_ARGS(db_int(s->id), db_text(mail->name), db_int(clock_now())), err);
}

/* Without a word of the owner's whom to believe, nothing proves of whom mail to an address is. */
static bool is_doubtful(const struct source *s, const struct ingest_parsed *parsed)
{
	return record_value(parsed->feed->records[0], "unauthenticated") || (ingest_mail_is_address(s) && !s->settings.authenticate);
}

bool ingest_mail(struct ingest *in, struct source *s, const struct ingest_mail *mail, const struct ingest_parsed *parsed, struct ingest_result *result, struct error *err)
{
	struct ingest_result one = { 0 };
	const bool hold = s->settings.hold;
	if (!parsed->feed) {
		log_warning("mail is no post", log_int("source", s->id), log_text("file", mail->name ? mail->name : "-"), log_text("because", parsed->err.text));
		return note_read(in->db, s, mail, err);
	}
	in->ready = parsed->ready;
	s->settings.hold = hold || is_doubtful(s, parsed);
	bool fine = ingest_store(in, s, parsed->feed, INGEST_MAIL, &one, err);
	s->settings.hold = hold;
	in->ready = NULL;
	result->entries += one.entries;
	result->fresh += one.fresh;
	result->revised += one.revised;
	result->held = one.held;
	result->flood = one.flood;
	/* What is held comes again, as the posts of a feed do. */
	if (fine && one.held)
		return !mail->row || mail_in_put_off(in->db, mail->row, 0, err);
	return fine && note_read(in->db, s, mail, err);
}

bool ingest_mail_failed(struct ingest *in, const struct source *s, const struct ingest_mail *mail, const struct error *why, struct error *err)
{
	if (!mail->row)
		return true;
	log_warning("mail not read", log_int("mail", mail->row), log_int("source", s->id), log_text("error", why->text));
	return (why->kind == ERROR_TEMPORARY || quarantine_failed(in->db, &mail_in_source_queue, mail->row, s->publication, why->text, err)) &&
	       mail_in_put_off(in->db, mail->row, LATER, err);
}

bool ingest_mail_folder(struct ingest *in, struct source *s, struct ingest_result *result, struct error *err)
{
	void *t = talloc_new(NULL);
	struct listed l = { .seen = set_new(t), .folder = &(struct mail_folder){ 0 } };
	bool fine = ingest_mail_is_address(s) || list(&l, in, s, err);
	for (size_t i = 0; fine && !result->held && i < l.folder->count; i++) {
		struct ingest_mail *mail = set_has(l.seen, l.names[i]) ? NULL : take(t, &l, i);
		if (!mail)
			continue;
		fine = ingest_mail(in, s, mail, ingest_mail_parse(mail, s, mail->data, mail->size), result, err);
		talloc_free(mail);
	}
	result->first = s->imported == 0;
	talloc_free(t);
	return fine;
}
