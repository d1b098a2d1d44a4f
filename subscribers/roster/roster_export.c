#include "subscribers/roster/roster_export.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/json_write.h"
#include "subscribers/people/subscriber_tag.h"
#include <string.h>

enum { PAGE = 500 };

static const char *const columns[] = { "address", "kind", "state", "created", "confirmed", "ended", "reason", "tags", "follow", "consents", "tier", NULL };

/* "2026-09-06T06:30:00.123Z"; "" for no time. */
static char *when(void *owner, int64_t ms)
{
	return ms ? mem_printf(owner, "%s.%03dZ", clock_format(owner, ms, "%Y-%m-%dT%H:%M:%S"), (int)(ms % 1000)) : mem_dup(owner, "");
}

static json_t *consents(void *scratch, struct db *db, int64_t address, struct error *err)
{
	json_t *array = json_array();
	struct db_rows *rows = db_query(db, "SELECT event, time, remote, wording FROM consent WHERE address = $1 ORDER BY id", DB_ARGS(db_int(address)));
	while (db_next(rows))
		json_array_append_new(array, json_pack("{s:s, s:s, s:s, s:s}", "event", consent_event_name((enum consent_event)db_column_int(rows, 0)), "time",
		                                       when(scratch, db_column_int(rows, 1)), "remote", db_column_text(rows, 2), "wording", db_column_text(rows, 3)));
	if (db_finish(rows, err))
		return array;
	json_decref(array);
	return NULL;
}

static json_t *tags(void *scratch, struct db *db, int64_t subscriber, struct error *err)
{
	char **names;
	if (!subscriber_tags(scratch, db, subscriber, &names, err))
		return NULL;
	json_t *array = json_array();
	for (size_t i = 0; i < talloc_array_length(names); i++)
		json_array_append_new(array, json_string(names[i]));
	return array;
}

/* With all columns, in their order. */
static json_t *person(void *scratch, struct db *db, const struct address *a, struct error *err)
{
	char *follow = NULL;
	json_t *said = consents(scratch, db, a->id, err), *called = said ? tags(scratch, db, a->subscriber, err) : NULL;
	if (!called || !subscriber_follow_id(scratch, db, a->id, &follow, err)) {
		json_decref(said);
		json_decref(called);
		return NULL;
	}
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:s, s:o, s:s}", columns[0], a->value, columns[1], address_kind_name(a->kind), columns[2],
	                 address_state_name(a->state), columns[3], when(scratch, a->created), columns[4], when(scratch, a->confirmed), columns[5],
	                 when(scratch, a->ended), columns[6], a->reason ? a->reason : "", columns[7], called, columns[8], follow ? follow : "", columns[9], said, columns[10], tier_name(a->tier));
}

static void cell(FILE *out, const char *s)
{
	bool formula = *s && strchr("=+-@\t\r'", *s);
	if (!formula && !strpbrk(s, ",;\"\r\n\t")) {
		fputs(s, out);
		return;
	}
	fputs(formula ? "\"'" : "\"", out);
	for (; *s; s++) {
		if (*s == '"')
			fputc('"', out);
		fputc(*s, out);
	}
	fputc('"', out);
}

static void write_row(FILE *out, json_t *row, bool json, int64_t *count)
{
	if (json) {
		fputs(*count ? ",\n" : "\n", out);
		json_dumpf(row, out, JSON_COMPACT);
	} else {
		for (size_t i = 0; columns[i]; i++) {
			const json_t *value = json_object_get(row, columns[i]);
			char *list = json_is_array(value) && json_array_size(value) ? json_dumps(value, JSON_COMPACT) : NULL;
			if (i)
				fputc(',', out);
			cell(out, list ? list : json_is_string(value) ? json_string_value(value) : "");
			free(list);
		}
		fputs("\r\n", out);
	}
	++*count;
	json_decref(row);
}

static bool write_people(FILE *out, struct db *db, int64_t publication, bool json, int64_t *count, struct error *err)
{
	int64_t after = 0;
	bool fine = true;
	for (size_t n = PAGE; fine && n == PAGE;) {
		struct address **all;
		void *page = talloc_new(NULL);
		fine = subscriber_list(page, db, publication, -1, NULL, after, PAGE, &all, err);
		n = fine ? talloc_array_length(all) : 0;
		for (size_t i = 0; fine && i < n; i++) {
			json_t *row = person(page, db, all[i], err);
			fine = row != NULL;
			after = all[i]->id;
			if (row)
				write_row(out, row, json, count);
		}
		talloc_free(page);
	}
	return fine;
}

static bool write_erased(FILE *out, struct db *db, int64_t publication, bool json, int64_t *count, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT hash, created FROM erased WHERE publication = $1 ORDER BY hash", DB_ARGS(db_int(publication)));
	while (db_next(rows)) {
		void *scratch = talloc_new(NULL);
		char *created = when(scratch, db_column_int(rows, 1));
		write_row(out, json_pack("{s:s, s:s, s:s}", columns[0], db_column_text(rows, 0), columns[1], "erased", columns[3], created), json, count);
		talloc_free(scratch);
	}
	return db_finish(rows, err);
}

bool roster_export(FILE *out, struct db *db, int64_t publication, bool json, struct error *err)
{
	int64_t count = 0;
	if (!db_begin_read(db, err))
		return false;
	for (size_t i = 0; !json && columns[i]; i++)
		fprintf(out, "%s%s", columns[i], columns[i + 1] ? "," : "\r\n");
	if (json)
		fputc('[', out);
	bool fine = write_people(out, db, publication, json, &count, err) && write_erased(out, db, publication, json, &count, err);
	if (json)
		fputs("\n]\n", out);
	return db_end(db, fine, err);
}

/* {"name": text or time, ...} of each row: a column whose name begins with "when_" is a time. */
static json_t *list(void *scratch, struct db *db, const char *sql, int64_t subscriber, const char *const *names, struct error *err)
{
	json_t *array = json_array();
	struct db_rows *rows = db_query(db, sql, DB_ARGS(db_int(subscriber)));
	while (db_next(rows)) {
		json_t *object = json_object();
		for (int i = 0; names[i]; i++) {
			bool time = strncmp(names[i], "when_", 5) == 0;
			const char *text = time ? when(scratch, db_column_int(rows, i)) : db_column_text(rows, i);
			json_object_set_new(object, time ? names[i] + 5 : names[i], json_string(text ? text : ""));
		}
		json_array_append_new(array, object);
	}
	if (db_finish(rows, err))
		return array;
	json_decref(array);
	return NULL;
}

static json_t *addresses(void *scratch, struct db *db, int64_t subscriber, struct error *err)
{
	int64_t *ids = NULL;
	size_t count = 0;
	json_t *array = json_array();
	struct db_rows *rows = db_query(db, "SELECT id FROM address WHERE subscriber = $1 AND merged = 0 ORDER BY id", DB_ARGS(db_int(subscriber)));
	while (db_next(rows))
		*mem_push(scratch, ids, count) = db_column_int(rows, 0);
	bool fine = db_finish(rows, err);
	for (size_t i = 0; fine && i < count; i++) {
		struct address *a = address_get(scratch, db, ids[i], err);
		json_t *one = a ? person(scratch, db, a, err) : NULL;
		fine = one && json_array_append_new(array, one) == 0;
	}
	if (fine)
		return array;
	json_decref(array);
	return NULL;
}

static json_t *all_of(void *scratch, struct db *db, const struct publication *p, int64_t subscriber, struct error *err)
{
	json_t *where = addresses(scratch, db, subscriber, err), *sent = NULL, *sessions = NULL, *proofs = NULL, *answers = NULL;
	if (where)
		sent = list(scratch, db, "SELECT d.created, d.finished, coalesce(e.title, 'a letter to you alone'), d.words FROM delivery d JOIN address a ON a.id = d.address"
		                         " JOIN issue i ON i.id = d.issue LEFT JOIN entry e ON e.id = i.entry WHERE a.subscriber = $1 ORDER BY d.id", subscriber,
		            (const char *const[]){ "when_planned", "when_ended", "what", "answer", NULL }, err);
	if (sent)
		sessions = list(scratch, db, "SELECT created, expires FROM session WHERE subscriber = $1 ORDER BY id", subscriber,
		                (const char *const[]){ "when_created", "when_expires", NULL }, err);
	if (sessions)
		proofs = list(scratch, db, "SELECT p.created, p.used, p.remote, p.next FROM proof p JOIN address a ON a.id = p.address WHERE a.subscriber = $1 ORDER BY p.id",
		              subscriber, (const char *const[]){ "when_created", "when_used", "remote", "next", NULL }, err);
	if (proofs)
		answers = list(scratch, db, "SELECT r.received, coalesce(e.title, ''), r.name, r.content, CASE WHEN r.state = 2 THEN 'shown' WHEN r.state = 1 THEN 'refused' ELSE 'held' END"
		                            " FROM reply r JOIN address a ON a.id = r.address LEFT JOIN entry e ON e.id = r.entry WHERE a.subscriber = $1 ORDER BY r.id", subscriber,
		               (const char *const[]){ "when_received", "post", "name", "content", "state", NULL }, err);
	if (answers)
		return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "publication", p->name, "url", p->url, "written", when(scratch, clock_now()), "addresses", where,
		                 "deliveries", sent, "sessions", sessions, "links", proofs, "answers", answers);
	json_decref(where);
	json_decref(sent);
	json_decref(sessions);
	json_decref(proofs);
	return NULL;
}

char *roster_person(void *owner, struct db *db, const struct publication *p, int64_t subscriber, struct error *err)
{
	void *scratch = talloc_new(NULL);
	json_t *all = db_begin_read(db, err) ? all_of(scratch, db, p, subscriber, err) : NULL;
	char *text = NULL, *json = all ? json_dumps(all, JSON_INDENT(1)) : NULL;
	if (all)
		text = mem_printf(owner, "%s\n", json);
	free(json);
	json_decref(all);
	talloc_free(scratch);
	return db_end(db, text != NULL, err) ? text : NULL;
}
