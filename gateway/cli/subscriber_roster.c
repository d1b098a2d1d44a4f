/* Lists of people: import, imports, approve, undo, export. */
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/cli/listing.h"
#include "gateway/cli/progress.h"
#include "gateway/cli/subscriber.h"
#include "subscribers/roster/roster_export.h"
#include <errno.h>
#include <string.h>

/* Rows that are read before they are stored, and how many wrong ones are told one by one. */
enum { BATCH = 2000, TOLD = 200 };

struct work {
	struct cli *cli;
	struct roster *roster;
	struct roster_import *im;
	struct progress *progress;
	int64_t rows, told;
};

static bool store(struct work *w, struct roster_row **rows, size_t count, struct error *err)
{
	int64_t until = 0;
	for (size_t i = 0; i < count; i++) {
		if (!rows[i]->wrong || ++w->told > TOLD)
			continue;
		printf("invalid\t%s%s%zu\t", rows[i]->file, *rows[i]->file ? ":" : "", rows[i]->line);
		cli_field(stdout, rows[i]->wrong);
		putchar('\n');
	}
	while (!roster_import_rows(w->im, rows, count, err))
		if (!cli_again(w->cli, err, &until))
			return false;
	w->rows += (int64_t)count;
	progress_show(w->progress, w->roster->progress, "%lld rows, %.0f a second", (long long)w->rows, progress_rate(w->progress, w->rows));
	return true;
}

static bool run(struct work *w, struct error *err)
{
	bool fine = true, ended = false;
	while (fine && !ended && !progress_stopped()) {
		void *batch = talloc_new(w->cli->owner);
		struct roster_row **rows = mem_array(batch, struct roster_row *, BATCH);
		size_t count = 0;
		while (fine && !ended && count < BATCH) {
			fine = roster_next(batch, w->roster, &rows[count], err);
			ended = fine && !rows[count];
			count += fine && !ended;
		}
		struct error later = { 0 };
		bool stored = !count || store(w, rows, count, fine ? err : &later);
		fine = fine && stored;
		talloc_free(batch);
	}
	return fine;
}

static void tell_held(const struct roster_import *im)
{
	int64_t held = im->counts[ROSTER_NEW_HELD];
	if (held && im->settings.dry)
		fprintf(stderr, "pennypost: this list does not say when %lld of these people agreed to get letters, so they will be held, and get none until you approve them; "
		                "if they all did agree, say how with --confirmed-elsewhere 'WORDS', which is kept as the proof\n", (long long)held);
	else if (held)
		fprintf(stderr, "pennypost: %lld are held and get no letters, because this list does not say when they agreed; if you know that they did, "
		                "'pennypost subscriber import --approve %lld' sends to them from now on; 'pennypost subscriber import --undo %lld' removes them\n",
		        (long long)held, (long long)im->id, (long long)im->id);
}

static int tell(const struct work *w, bool fine, const struct error *err)
{
	const struct roster_import *im = w->im;
	if (w->told > TOLD)
		printf("invalid\t-\tand %lld more\n", (long long)(w->told - TOLD));
	for (int i = 0; i < ROSTER_OUTCOMES; i++)
		if (im->counts[i])
			printf("%s\t%lld\n", roster_outcome_words[i], (long long)im->counts[i]);
	if (im->supporters)
		printf("supporters\t%lld\n", (long long)im->supporters);
	if (im->settings.dry)
		printf("dry run\t%lld rows of %s, nothing was written\n", (long long)w->rows, w->roster->label ? w->roster->label : "no list");
	else if (im->id)
		printf("import\t%lld\t%lld rows of %s\n", (long long)im->id, (long long)w->rows, w->roster->label);
	else
		printf("unchanged\t%lld rows of %s\n", (long long)w->rows, w->roster->label ? w->roster->label : "no list");
	fflush(stdout);
	tell_held(im);
	if (!fine)
		return cli_fail(err);
	if (progress_stopped())
		fprintf(stderr, "pennypost: stopped; the same command again adds what is missing\n");
	return progress_stopped() ? 1 : 0;
}

int subscriber_verb_import(struct cli *cli, const struct publication *p, const char *path, const char *format, const struct roster_settings *settings,
                           struct error *err)
{
	struct work w = { .cli = cli, .roster = roster_open(cli->owner, path, format, err) };
	if (!w.roster)
		return cli_fail(err);
	w.im = roster_import_new(cli->owner, cli->db, p->id, w.roster, settings);
	w.progress = progress_new(cli->owner);
	bool fine = db_bulk_begin(cli->db, err) && run(&w, err);
	struct error later = { 0 };
	fine = db_bulk_end(cli->db, fine ? err : &later) && fine;
	progress_end(w.progress);
	return w.rows || fine ? tell(&w, fine, err) : cli_fail(err);
}

static const char *const columns[] = { "id", "made", "there", "held", "imported", "approved", "undone", "format", "file", "words", NULL };

int subscriber_verb_imports(struct cli *cli, const struct publication *p, bool json, struct error *err)
{
	struct roster_record **all;
	if (!roster_import_list(cli->owner, cli->db, p->id, &all, err))
		return cli_fail(err);
	struct listing *l = listing_new(cli->owner, stdout, columns, json);
	for (size_t i = 0; i < talloc_array_length(all); i++) {
		listing_number(l, all[i]->id);
		listing_number(l, all[i]->made);
		listing_number(l, all[i]->there);
		listing_number(l, all[i]->held);
		listing_time(l, all[i]->created);
		listing_time(l, all[i]->approved);
		listing_time(l, all[i]->undone);
		listing_text(l, all[i]->format);
		listing_text(l, all[i]->file);
		listing_text(l, all[i]->words);
	}
	listing_end(l);
	return 0;
}

typedef bool step(struct db *db, int64_t publication, int64_t id, int64_t *changed, struct error *err);

/* Steps until there is nothing left to do. */
static bool all_steps(struct cli *cli, const struct publication *p, step *how, const char *number, int64_t *id, int64_t *sum, struct error *err)
{
	int64_t until = 0, changed = 1;
	*sum = 0;
	if (!cli_number(number, 1, id, err))
		return false;
	while (changed) {
		if (how(cli->db, p->id, *id, &changed, err)) {
			*sum += changed;
			until = 0;
		} else if (!cli_again(cli, err, &until)) {
			return false;
		}
	}
	return true;
}

int subscriber_verb_approve(struct cli *cli, const struct publication *p, const char *number, struct error *err)
{
	int64_t id, sum;
	if (!all_steps(cli, p, roster_import_approve, number, &id, &sum, err))
		return cli_fail(err);
	printf("approved\t%lld\t%lld address%s get what is published from now on\n", (long long)id, (long long)sum, sum == 1 ? "" : "es");
	return 0;
}

int subscriber_verb_undo(struct cli *cli, const struct publication *p, const char *number, struct error *err)
{
	int64_t id, sum, kept = 0;
	struct roster_record **all;
	if (!all_steps(cli, p, roster_import_undo, number, &id, &sum, err) || !roster_import_list(cli->owner, cli->db, p->id, &all, err))
		return cli_fail(err);
	for (size_t i = 0; i < talloc_array_length(all); i++)
		kept = all[i]->id == id ? all[i]->there + all[i]->changed : kept;
	printf("undone\t%lld\t%lld removed or as before, %lld kept because they, or you, have changed something since\n", (long long)id, (long long)sum, (long long)kept);
	return 0;
}

int subscriber_verb_export(struct cli *cli, const struct publication *p, const char *format, struct error *err)
{
	bool json = format && strcmp(format, "json") == 0;
	if (format && !json && strcmp(format, "csv") != 0) {
		error_set(err, ERROR_INVALID, "'%s' is no format of an export: csv or json", format);
		return cli_fail(err);
	}
	if (!roster_export(stdout, cli->db, p->id, json, err))
		return cli_fail(err);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		error_set(err, ERROR_TEMPORARY, "cannot write the export: %s", strerror(errno));
		return cli_fail(err);
	}
	return 0;
}
