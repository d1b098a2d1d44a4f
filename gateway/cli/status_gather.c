#include "gateway/cli/status.h"
#include "feeds/source/source.h"
#include "gateway/archive/reply/reaction.h"
#include "gateway/archive/reply/reply.h"
#include "gateway/archive/store/archive_held.h"
#include "gateway/archive/store/quarantine.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/serve/roles.h"
#include "gateway/serve/worker.h"
#include "subscribers/ledger/hold.h"
#include "subscribers/ledger/pause.h"
#include "subscribers/ledger/ledger.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

enum { ERRORS_SHOWN = 5 };
/* What waits longer than this is stuck. */
#define LATE CLOCK_HOUR
#define LONG_FAILING CLOCK_DAY
#define LEAST_FREE (INT64_C(64) << 20)

struct gathering {
	struct cli *cli;
	json_t *top, *problems;
	struct error *err;
};

static void problem(struct gathering *g, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void problem(struct gathering *g, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	char *text = mem_check(talloc_vasprintf(g->cli->owner, fmt, ap));
	va_end(ap);
	json_array_append_new(g->problems, json_string(text));
}

static json_t *time_json(struct gathering *g, int64_t ms) { return ms ? json_string(clock_rfc3339(g->cli->owner, ms)) : json_null(); }

static bool number(struct gathering *g, const char *sql, json_t *to, const char *key)
{
	int64_t n;
	if (!db_get_int(g->cli->db, sql, DB_NONE, &n, g->err))
		return false;
	json_object_set_new(to, key, json_integer(n));
	return true;
}

/* "mail.example:587", "/run/dovecot/lmtp" */
static char *server_place(void *owner, const struct config_server *s)
{
	return *s->host == '/' ? mem_dup(owner, s->host) : mem_printf(owner, "%s:%d", s->host, s->port);
}

/* That of the one, or of all of them. */
static json_t *where_letters_go(const struct config *c)
{
	char *all = mem_dup(NULL, "");
	for (size_t i = 0; i < c->mail.server_count; i++)
		all = mem_check(talloc_asprintf_append_buffer(all, "%s%s", i ? ", " : "", server_place(all, &c->mail.servers[i])));
	json_t *text = json_string(all);
	talloc_free(all);
	return text;
}

static void gather_mail(struct gathering *g)
{
	const struct config *c = g->cli->config;
	const char *program = c->mail.transport == CONFIG_SENDMAIL ? c->mail.sendmail : NULL, *maildir = c->mail.transport == CONFIG_MAILDIR ? c->mail.maildir : NULL;
	json_object_set_new(g->top, "mail", maildir || program ? json_pack("{ss, ss}", "transport", program ? "sendmail" : "maildir", "where", program ? program : maildir)
	                                             : json_pack("{ss, so}", "transport", "smtp", "where", where_letters_go(c)));
}

static bool gather_database(struct gathering *g)
{
	struct cli *cli = g->cli;
	const char *path = db_path(cli->config->database);
	struct statvfs fs;
	int64_t bytes;
	char *schema;
	if (!db_size(cli->db, &bytes, g->err) || !db_get_text(cli->owner, cli->db, "SELECT max(name) FROM migration", DB_NONE, &schema, g->err))
		return false;
	char *slash = strrchr(schema, '/');
	json_t *o = json_pack("{ss, ss, sI, sn, ss}", "engine", db_engine_name(cli->db), "where", db_shown(cli->owner, cli->config->database), "bytes", (json_int_t)bytes,
	                      "free_bytes", "schema", slash ? slash + 1 : schema);
	json_object_set_new(g->top, "database", o);
	if (!path || statvfs(path, &fs) != 0)
		return true;
	int64_t room = (int64_t)(fs.f_bavail * fs.f_frsize);
	json_object_set_new(o, "free_bytes", json_integer(room));
	if (room < bytes + LEAST_FREE)
		problem(g, "the disk of the database has %lld MiB left: too few for another copy of it, as an upgrade makes", (long long)(room >> 20));
	return true;
}

static bool is_of(const char *worker, const char *role)
{
	size_t n = strlen(role);
	return strncmp(worker, role, n) == 0 && (!worker[n] || worker[n] == '.');
}

static void check_roles(struct gathering *g, const struct worker *all, bool any)
{
	if (!any)
		problem(g, "nothing runs: 'pennypost serve' starts it");
	for (size_t r = 0; any && r < ROLE_KINDS; r++) {
		const struct role_kind *kind = &role_kinds[r];
		bool runs = kind->workers && kind->workers(g->cli->config) == 0; /* nothing is configured for it */
		for (size_t i = 0; i < talloc_array_length(all); i++)
			runs |= all[i].running && is_of(all[i].role, kind->name);
		if (!runs)
			problem(g, "the role %s does not run, on no machine", kind->name);
	}
}

static bool gather_roles(struct gathering *g)
{
	struct worker *all;
	if (!worker_list(g->cli->owner, g->cli->db, &all, g->err))
		return false;
	json_t *list = json_array();
	for (size_t i = 0; i < talloc_array_length(all); i++) {
		const char *colon = strrchr(all[i].holder, ':');
		char *host = mem_ndup(g->cli->owner, all[i].holder, strcspn(all[i].holder, ":"));
		if (all[i].running)
			json_array_append_new(list, json_pack("{ss, ss, sI, so, so}", "role", all[i].role, "host", host, "pid", (json_int_t)strtoll(colon + 1, NULL, 10),
			                                      "started", time_json(g, all[i].started), "seen", time_json(g, all[i].seen)));
	}
	json_object_set_new(g->top, "roles", list);
	check_roles(g, all, json_array_size(list) > 0);
	return true;
}

static const char *kind_key(int64_t kind) { return kind == ADDRESS_MAIL ? "mail" : "fediverse"; }

static json_t *empty_queue(void)
{
	return json_pack("{si, si, si, si, si, si, sn}", "waiting", 0, "deferred", 0, "delivered", 0, "failed", 0, "suppressed", 0, "quarantined", 0, "oldest_due");
}

static bool gather_deliveries(struct gathering *g)
{
	json_t *queues = json_pack("{so, so}", "mail", empty_queue(), "fediverse", empty_queue());
	json_object_set_new(g->top, "deliveries", queues);
	struct db_rows *rows = db_query(g->cli->db, "SELECT kind, state, count(*) FROM delivery GROUP BY kind, state", DB_NONE);
	while (db_next(rows))
		json_object_set_new(json_object_get(queues, kind_key(db_column_int(rows, 0))), delivery_state_name((enum delivery_state)db_column_int(rows, 1)),
		                    json_integer(db_column_int(rows, 2)));
	if (!db_finish(rows, g->err))
		return false;
	int64_t now = clock_now();
	rows = db_query(g->cli->db, "SELECT kind, min(next_try) FROM delivery WHERE next_try <= $1 AND kind IN (0, 1) AND priority IN (0, 1) GROUP BY kind", DB_ARGS(db_int(now)));
	while (db_next(rows)) {
		int64_t due = db_column_int(rows, 1);
		json_object_set_new(json_object_get(queues, kind_key(db_column_int(rows, 0))), "oldest_due", time_json(g, due));
		if (now - due > LATE)
			problem(g, "deliveries by %s have been due for %s", kind_key(db_column_int(rows, 0)), cli_duration(g->cli->owner, now - due));
	}
	return db_finish(rows, g->err);
}

static bool gather_inbox(struct gathering *g)
{
	int64_t oldest, now = clock_now();
	json_t *o = json_object();
	json_object_set_new(g->top, "inbox", o);
	if (!number(g, "SELECT count(*) FROM inbox WHERE next_try IS NOT NULL", o, "waiting") ||
	    !db_get_int(g->cli->db, "SELECT coalesce(min(received), 0) FROM inbox WHERE next_try IS NOT NULL", DB_NONE, &oldest, g->err))
		return false;
	json_object_set_new(o, "oldest", time_json(g, oldest));
	if (oldest && now - oldest > CLOCK_DAY)
		problem(g, "what other servers sent has waited for %s", cli_duration(g->cli->owner, now - oldest));
	return true;
}

static bool gather_replies(struct gathering *g)
{
	int64_t reactions[REACTION_KINDS], replies;
	if (!reaction_count(g->cli->db, 0, reactions, g->err) || !reply_count(g->cli->db, 0, &replies, g->err))
		return false;
	json_object_set_new(g->top, "answers", json_pack("{sI, sI, sI}", "likes", (json_int_t)reactions[REACTION_LIKE], "shares", (json_int_t)reactions[REACTION_SHARE],
	                                                 "replies", (json_int_t)replies));
	return true;
}

static bool gather_news(struct gathering *g)
{
	struct hold hold;
	struct hold_counts n;
	if (!hold_get(g->cli->db, &hold, g->err) || !hold_count(g->cli->db, &n, g->err))
		return false;
	json_object_set_new(g->top, "unplanned", json_integer(n.news));
	json_object_set_new(g->top, "held", !hold.since ? json_null() : json_pack("{so, so, sI, sI, sI, sI}", "backup", time_json(g, hold.made), "since", time_json(g, hold.since),
		"letters", (json_int_t)n.letters, "activities", (json_int_t)n.activities, "unplanned", (json_int_t)n.news, "digests", (json_int_t)n.digests));
	if (hold.since)
		problem(g, "restored from a backup, it sends nothing until 'pennypost restore --drop' or '--go'");
	return true;
}

static bool gather_pauses(struct gathering *g)
{
	char **hosts;
	if (!pause_hosts(g->cli->owner, g->cli->db, &hosts, g->err))
		return false;
	for (size_t i = 0; i < talloc_array_length(hosts); i++)
		problem(g, "letters of %s are paused, for mail servers refuse them: 'pennypost bounce list' shows why, 'pennypost delivery resume' ends it", hosts[i]);
	return true;
}

static bool gather_quarantine(struct gathering *g)
{
	struct quarantined **all;
	json_t *list = json_array();
	json_object_set_new(g->top, "quarantine", list);
	if (!quarantine_list(g->cli->owner, g->cli->db, &all, g->err))
		return false;
	size_t count = talloc_array_length(all);
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_pack("{sI, ss, so, ss}", "id", (json_int_t)all[i]->id, "kind", all[i]->kind, "since", time_json(g, all[i]->since),
		                                      "words", all[i]->words));
	if (count)
		problem(g, "%zu %s in quarantine: 'pennypost quarantine list'", count, count == 1 ? "thing is" : "things are");
	return true;
}

static void add_source(struct gathering *g, json_t *list, const struct source *s)
{
	int64_t now = clock_now();
	char *url = source_redact_url(g->cli->owner, s->url);
	json_array_append_new(list, json_pack("{sI, ss, ss, ss?, so}", "id", (json_int_t)s->id, "url", url, "state", source_state_name(s->state), "error", s->last_error,
	                                      "since", time_json(g, s->failing_since)));
	if (s->state == SOURCE_HELD)
		problem(g, "source %lld is held, most of its posts look new at once: 'pennypost source approve %lld'", (long long)s->id, (long long)s->id);
	else if (s->state == SOURCE_GONE)
		problem(g, "source %lld is gone: %s", (long long)s->id, url);
	else if (s->state == SOURCE_ACTIVE && s->failing_since && now - s->failing_since > LONG_FAILING)
		problem(g, "source %lld has failed for %s: %s", (long long)s->id, cli_duration(g->cli->owner, now - s->failing_since), s->last_error ? s->last_error : "-");
}

static bool gather_sources(struct gathering *g)
{
	struct source **all;
	struct held *held;
	int64_t fine = 0, paused = 0;
	if (!source_list(g->cli->owner, g->cli->db, 0, &all, g->err) || !archive_held(g->cli->owner, g->cli->db, 0, &held, g->err))
		return false;
	json_t *list = json_array();
	for (size_t i = 0; i < talloc_array_length(all); i++) {
		bool failing = all[i]->state == SOURCE_ACTIVE && all[i]->last_error;
		fine += all[i]->state == SOURCE_ACTIVE && !failing;
		paused += all[i]->state == SOURCE_PAUSED;
		if (failing || all[i]->state == SOURCE_GONE || all[i]->state == SOURCE_HELD)
			add_source(g, list, all[i]);
	}
	size_t waiting = talloc_array_length(held);
	json_object_set_new(g->top, "sources", json_pack("{sI, sI, so}", "fine", (json_int_t)fine, "paused", (json_int_t)paused, "failing", list));
	json_object_set_new(g->top, "entries_waiting", json_integer((json_int_t)waiting));
	if (waiting)
		problem(g, "%zu post%s for approval: 'pennypost entry list --held'", waiting, waiting == 1 ? " waits" : "s wait");
	return true;
}

/* The latest deliveries that failed, by their number: an index for the time would be one more for every row to pay. */
static bool gather_errors(struct gathering *g)
{
	json_t *list = json_array();
	json_object_set_new(g->top, "last_errors", list);
	struct db_rows *rows = db_query(g->cli->db, "SELECT d.finished, d.issue, a.value, d.reason, d.words FROM delivery d JOIN address a ON a.id = d.address"
	                                            " WHERE d.state = $1 ORDER BY d.id DESC LIMIT $2", DB_ARGS(db_int(DELIVERY_FAILED), db_int(ERRORS_SHOWN)));
	while (db_next(rows))
		json_array_append_new(list, json_pack("{so, sI, ss, ss, ss?}", "time", time_json(g, db_column_int(rows, 0)), "issue", (json_int_t)db_column_int(rows, 1),
		                                      "to", db_column_text(rows, 2), "reason", delivery_reason_name((enum delivery_reason)db_column_int(rows, 3)),
		                                      "words", db_column_text(rows, 4)));
	return db_finish(rows, g->err);
}

json_t *status_gather(struct cli *cli, struct error *err)
{
	struct gathering g = { .cli = cli, .top = json_object(), .problems = json_array(), .err = err };
	json_object_set_new(g.top, "healthy", json_false());
	json_object_set_new(g.top, "problems", g.problems);
	json_object_set_new(g.top, "program", json_string(PENNYPOST_VERSION));
	gather_mail(&g);
	if (gather_database(&g) && gather_roles(&g) && gather_deliveries(&g) && gather_inbox(&g) && gather_replies(&g) && gather_news(&g) && gather_pauses(&g) && gather_quarantine(&g) && gather_sources(&g) && gather_errors(&g)) {
		json_object_set_new(g.top, "healthy", json_boolean(json_array_size(g.problems) == 0));
		return g.top;
	}
	json_decref(g.top);
	return NULL;
}
