#include "feeds/ingest/ingest_letter.h"
#include "gateway/base/memory/buf.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/file.h"
#include "gateway/base/system/zone.h"
#include "gateway/cli/cli.h"
#include "gateway/cli/listing.h"
#include "gateway/mail/letter_entry.h"
#include "gateway/mail/letter_lint.h"
#include "subscribers/people/audience.h"
#include "subscribers/ledger/ledger.h"
#include <stdlib.h>
#include <string.h>

#define HOW "letter new FILE [--welcome | --after 3d] [--publication P]\n" \
	"       pennypost letter correct ENTRY FILE\n" \
	"       pennypost letter edit ID FILE\n" \
	"       pennypost letter list [--publication P] [--json]\n" \
	"       pennypost letter show ID [--json]\n" \
	"       pennypost letter lint ID [--json]\n" \
	"       pennypost letter preview ID\n" \
	"       pennypost letter test ID ADDRESS...\n" \
	"       pennypost letter send ID [--at 'YYYY-MM-DD HH:MM']\n" \
	"       pennypost letter cancel ID"

enum { FILE_MAX = 8 << 20 };

struct typed {
	const char *publication, *at, *after;
	bool welcome, json;
};

/* A letter with all that is known of it. */
struct whole {
	struct archive_letter *own;
	struct publication *p;
	struct entry *entry;
	struct letter *letter; /* as its owner may see it */
	enum gate_for whom;
};

/* "3d", "12h", "30m". */
static bool parse_after(const char *text, int64_t *ms, struct error *err)
{
	static const struct { char unit; int64_t ms; } units[] = { { 'd', CLOCK_DAY }, { 'h', CLOCK_HOUR }, { 'm', CLOCK_MINUTE } };
	char *end;
	long long n = strtoll(text, &end, 10);
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (end != text && n >= 0 && n <= 10000 && *end == units[i].unit && end[1] == '\0') {
			*ms = n * units[i].ms;
			return true;
		}
	return error_set(err, ERROR_INVALID, "'%s' is no time after the welcome: 3d, 12h or 30m", text);
}

static bool parse_kind(const struct typed *typed, const char *corrects, int64_t *after, int64_t *entry, struct error *err)
{
	if ((typed->welcome ? 1 : 0) + (typed->after ? 1 : 0) + (corrects ? 1 : 0) > 1)
		return error_set(err, ERROR_INVALID, "a letter is a welcome, or comes some time after it, or corrects another: one of these");
	return (!typed->after || parse_after(typed->after, after, err)) && cli_number(corrects, 1, entry, err);
}

/* What a letter is to correct: a post, or an earlier letter, that may have been sent. */
static struct publication *corrected(struct cli *cli, int64_t entry, struct error *err)
{
	struct entry *e = archive_get_mailed(cli->owner, cli->db, entry, err);
	if (e && e->state != ENTRY_LIVE && e->state != ENTRY_MAILED)
		error_set(err, ERROR_INVALID, "%lld was never sent, or was withdrawn: there is nothing to correct", (long long)entry);
	return e && (e->state == ENTRY_LIVE || e->state == ENTRY_MAILED) ? publication_by_id(cli->owner, cli->db, e->publication, err) : NULL;
}

/* Some readers cannot have what all others find in the archive. */
static bool check_audience(const struct publication *p, const char *path, struct ingest_letter *l, struct error *err)
{
	struct audience *a = audience_parse(l, p, l->letter.audience, err);
	if (!a)
		return error_prefix(err, "%s: ", path);
	if (audience_is_all(a)) {
		l->letter.audience = "";
		return true;
	}
	if (l->archive_said && l->letter.archived)
		return error_set(err, ERROR_INVALID, "%s: a post of the archive is for all readers: it has no audience, or 'archive: no'", path);
	l->letter.archived = false;
	return true;
}

/* What stands in the file, as a letter like kind. */
static struct ingest_letter *read_letter(struct cli *cli, const struct publication *p, const char *path, const struct archive_letter *kind, struct error *err)
{
	struct buf *file = file_read(cli->owner, path, FILE_MAX, err);
	char *text = file ? mem_ndup(cli->owner, (const char *)file->data, file->size) : NULL;
	struct ingest_letter *l = text ? ingest_letter_read(cli->owner, p, path, text, file->size, err) : NULL;
	if (!l)
		return NULL;
	l->letter.series = kind->series;
	l->letter.after_ms = kind->after_ms;
	l->letter.corrects = kind->corrects;
	l->letter.archived = l->letter.archived && !kind->corrects;
	return check_audience(p, path, l, err) ? l : NULL;
}

static int store(struct cli *cli, const struct publication *p, const struct ingest_letter *l, int64_t id, struct error *err)
{
	int64_t until = 0;
	while (!ingest_letter_store(cli->db, p, l, (int64_t)cli->config->picture_megabytes << 20, &id, err))
		if (!cli_again(cli, err, &until))
			return cli_fail(err);
	struct archive_letter *now = archive_letter_get(cli->owner, cli->db, id, err);
	if (!now)
		return cli_fail(err);
	printf("%lld\t%s\t%s\n", (long long)id, archive_letter_state_name(now->state), now->subject);
	return 0;
}

/* corrects: an entry, or 0. */
static int make(struct cli *cli, const char *path, const char *corrects, const struct typed *typed, struct error *err)
{
	int64_t after = 0, entry = 0;
	if (!parse_kind(typed, corrects, &after, &entry, err) || !cli_open(cli, err))
		return cli_fail(err);
	const struct archive_letter kind = { .series = typed->welcome || typed->after, .after_ms = after, .corrects = entry };
	struct publication *p = entry ? corrected(cli, entry, err) : publication_choose(cli->owner, cli->db, typed->publication, err);
	struct ingest_letter *l = p ? read_letter(cli, p, path, &kind, err) : NULL;
	return l ? store(cli, p, l, 0, err) : cli_fail(err);
}

static int edit(struct cli *cli, const char *word, const char *path, struct error *err)
{
	int64_t id;
	struct archive_letter *had = cli_number(word, 1, &id, err) && cli_open(cli, err) ? archive_letter_get(cli->owner, cli->db, id, err) : NULL;
	struct publication *p = had ? publication_by_id(cli->owner, cli->db, had->publication, err) : NULL;
	struct ingest_letter *l = p ? read_letter(cli, p, path, had, err) : NULL;
	return l ? store(cli, p, l, id, err) : cli_fail(err);
}

/* How many get it; of one that corrects another, nobody knows before. */
static bool count_readers(struct cli *cli, const struct whole *w, int64_t *count, struct error *err)
{
	struct audience *a = audience_parse(cli->owner, w->p, w->own->audience, err);
	return a && audience_count(cli->db, w->p->id, a, count, err);
}

static const char *const columns[] = { "id", "state", "kind", "archive", "when", "subject", NULL };

/* "letter", "welcome", "3 days after". */
static const char *kind_of(struct cli *cli, const struct archive_letter *l)
{
	return l->corrects ? mem_printf(cli->owner, "correction of %lld", (long long)l->corrects) : !l->series ? "letter" : !l->after_ms ? "welcome" : mem_printf(cli->owner, "%s after", cli_duration(cli->owner, l->after_ms));
}

static int list(struct cli *cli, const struct typed *typed, struct error *err)
{
	struct archive_letter **all;
	if (!cli_open(cli, err))
		return cli_fail(err);
	struct publication *p = typed->publication ? publication_choose(cli->owner, cli->db, typed->publication, err) : NULL;
	if ((typed->publication && !p) || !archive_letter_list(cli->owner, cli->db, p ? p->id : 0, &all, err))
		return cli_fail(err);
	struct listing *l = listing_new(cli->owner, stdout, columns, typed->json);
	for (size_t i = 0; i < talloc_array_length(all); i++) {
		listing_number(l, all[i]->id);
		listing_text(l, archive_letter_state_name(all[i]->state));
		listing_text(l, kind_of(cli, all[i]));
		listing_flag(l, all[i]->archived);
		listing_time(l, all[i]->sent ? all[i]->sent : all[i]->send_at);
		listing_text(l, all[i]->subject);
	}
	listing_end(l);
	return 0;
}

static struct whole *read_whole(struct cli *cli, const char *word, struct error *err)
{
	int64_t id;
	struct gate gate;
	struct whole *w = mem_new(cli->owner, struct whole);
	w->own = cli_number(word, 1, &id, err) && cli_open(cli, err) ? archive_letter_get(w, cli->db, id, err) : NULL;
	w->p = w->own ? publication_by_id(w, cli->db, w->own->publication, err) : NULL;
	struct template_set *templates = w->p ? letter_templates(w, cli->config->mail.templates, err) : NULL;
	struct entry *e = templates && gate_of(cli->db, w->p, &gate, err) ? archive_get_mailed(w, cli->db, id, err) : NULL;
	if (!e)
		return NULL;
	const struct viewer owner = { VIEWER_OWNER, w->p->id, 0, NULL };
	w->whom = gate_for(&gate, e);
	w->entry = gate_show(w, &gate, e, &owner, NULL);
	w->letter = letter_for(w, cli->db, templates, w->p, id, VIEWER_OWNER, err);
	return w->letter ? w : NULL;
}

static int show(struct cli *cli, const char *word, bool json, struct error *err)
{
	struct whole *w = read_whole(cli, word, err);
	if (!w)
		return cli_fail(err);
	const struct archive_letter *own = w->own;
	int64_t readers = 0;
	if (!count_readers(cli, w, &readers, err))
		return cli_fail(err);
	const char *const texts[][2] = {
		{ "subject", own->subject }, { "preheader", own->preheader }, { "state", archive_letter_state_name(own->state) }, { "kind", kind_of(cli, own) },
		{ "audience", *own->audience ? own->audience : "all" }, { "access", gate_for_name(w->whom) }, { "url", w->letter->archived_at && w->entry->state == ENTRY_LIVE ? w->letter->archived_at : NULL },
		{ "local time", own->send_at ? publication_day(w, w->p, own->send_at, "%Y-%m-%d %H:%M") : NULL },
	};
	struct listing *l = listing_show(cli->owner, stdout, json);
	listing_name(l, "id");
	listing_number(l, own->id);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		listing_name(l, texts[i][0]);
		listing_text(l, texts[i][1]);
	}
	listing_name(l, "archive");
	listing_flag(l, own->archived);
	listing_name(l, "when");
	listing_time(l, own->send_at);
	listing_name(l, "sent");
	listing_time(l, own->sent);
	if (!own->corrects && !own->series) {
		listing_name(l, "readers");
		listing_number(l, readers);
	}
	listing_name(l, "words");
	listing_number(l, (int64_t)w->entry->words);
	listing_end(l);
	return 0;
}

static int lint(struct cli *cli, const char *word, bool json, struct error *err)
{
	static const char *const names[] = { "level", "about", "words", NULL };
	struct whole *w = read_whole(cli, word, err);
	if (!w)
		return cli_fail(err);
	struct letter_remark *all = letter_lint(w, w->p, w->entry, w->own, w->letter, w->whom);
	struct listing *l = listing_new(cli->owner, stdout, names, json);
	bool faults = false;
	for (size_t i = 0; i < talloc_array_length(all); i++) {
		listing_text(l, all[i].fault ? "fault" : "hint");
		listing_text(l, all[i].about);
		listing_text(l, all[i].words);
		faults = faults || all[i].fault;
	}
	listing_end(l);
	return faults ? 1 : 0;
}

/* The links are not those of a reader. */
static int preview(struct cli *cli, const char *word, struct error *err)
{
	char *token;
	int64_t until = 0;
	struct whole *w = read_whole(cli, word, err);
	if (!w)
		return cli_fail(err);
	const struct letter_reader reader = { .address = w->p->owner_mail ? w->p->owner_mail : w->p->mail_from, .unsubscribe = w->p->url, .read = w->p->url,
	                                      .preferences = w->p->url, .since = publication_day(w, w->p, clock_now(), "%-d %B %Y") };
	const struct message_value *values = letter_values(w, &reader);
	const struct archive_preview shown = { w->letter->subject, letter_part(w, w->letter->html, values, true), letter_part(w, w->letter->text, values, false) };
	while (!archive_preview_keep(cli->owner, cli->db, w->p->id, &shown, &token, err))
		if (!cli_again(cli, err, &until))
			return cli_fail(err);
	printf("%s/preview/%s\n", w->p->url, token);
	return 0;
}

static int test(struct cli *cli, int argc, char **argv, struct error *err)
{
	struct whole *w = read_whole(cli, argv[0], err);
	if (!w)
		return cli_fail(err);
	char *payload = mem_printf(w, "{\"letter\":\"test\",\"entry\":%lld}", (long long)w->own->id);
	for (int i = 1; i < argc; i++) {
		int64_t address, until = 0;
		while (!subscriber_contact(cli->db, w->p->id, ADDRESS_MAIL, argv[i], &address, err) || !ledger_notice(cli->db, address, payload, NULL, err))
			if (!cli_again(cli, err, &until))
				return cli_fail(err);
		printf("%lld\ttest\t%s\n", (long long)w->own->id, argv[i]);
	}
	return 0;
}

static int send(struct cli *cli, const char *word, const char *at, struct error *err)
{
	struct whole *w = read_whole(cli, word, err);
	int64_t when = w ? w->own->send_at : 0, until = 0, readers = 0;
	if (!w || !count_readers(cli, w, &readers, err))
		return cli_fail(err);
	if (at && !zone_parse_local(w->p->time_zone, at, &when)) {
		error_set(err, ERROR_INVALID, "'%s' is no time: --at '2026-12-01 08:00', by the clocks of %s", at, w->p->time_zone);
		return cli_fail(err);
	}
	/* Of what was sent already, that is told below. */
	if (when && when < clock_now() && w->own->state == LETTER_DRAFT) {
		error_set(err, ERROR_INVALID, "%s is past in %s: --at names another time", publication_day(w, w->p, when, "%Y-%m-%d %H:%M"), w->p->time_zone);
		return cli_fail(err);
	}
	while (!archive_letter_send(cli->db, w->own->id, when, err))
		if (!cli_again(cli, err, &until))
			return cli_fail(err);
	printf("%lld\tscheduled\t%s%s\n", (long long)w->own->id, when ? mem_printf(w, "%s %s", publication_day(w, w->p, when, "%Y-%m-%d %H:%M"), w->p->time_zone) : "now",
	       *w->own->audience ? mem_printf(w, "\tto %lld reader%s", (long long)readers, readers == 1 ? "" : "s") : "");
	return 0;
}

static int cancel(struct cli *cli, const char *word, struct error *err)
{
	int64_t id, until = 0;
	const char *now;
	if (!cli_number(word, 1, &id, err) || !cli_open(cli, err))
		return cli_fail(err);
	while (!archive_letter_cancel(cli->db, id, &now, err))
		if (!cli_again(cli, err, &until))
			return cli_fail(err);
	printf("%lld\t%s\n", (long long)id, now);
	return 0;
}

int cli_letter(struct cli *cli, int argc, char **argv)
{
	struct error err = { 0 };
	struct typed t = { 0 };
	const struct cli_option options[] = { { "publication", &t.publication, 0 }, { "at", &t.at, 0 }, { "after", &t.after, 0 }, { "welcome", 0, &t.welcome },
	                                      { "json", 0, &t.json }, { 0, 0, 0 } };
	if (!cli_options(&argc, argv, options, &err))
		return cli_wrong(HOW, argc, argv, &err);
	if (cli_verb(argc, argv, "new", 1) || cli_verb(argc, argv, "correct", 2))
		return make(cli, argv[argc - 1], argc > 2 ? argv[1] : NULL, &t, &err);
	if (cli_verb(argc, argv, "edit", 2))
		return edit(cli, argv[1], argv[2], &err);
	if (cli_verb(argc, argv, "list", 0))
		return list(cli, &t, &err);
	if (cli_verb(argc, argv, "show", 1))
		return show(cli, argv[1], t.json, &err);
	if (cli_verb(argc, argv, "lint", 1))
		return lint(cli, argv[1], t.json, &err);
	if (cli_verb(argc, argv, "preview", 1))
		return preview(cli, argv[1], &err);
	if (argc > 2 && strcmp(argv[0], "test") == 0)
		return test(cli, argc - 1, argv + 1, &err);
	if (cli_verb(argc, argv, "send", 1))
		return send(cli, argv[1], t.at, &err);
	if (cli_verb(argc, argv, "cancel", 1))
		return cancel(cli, argv[1], &err);
	return cli_usage(HOW, argc, argv);
}
