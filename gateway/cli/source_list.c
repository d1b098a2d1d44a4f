#include "feeds/ingest/backfill.h"
#include "feeds/source/rule.h"
#include "feeds/websub/websub.h"
#include "gateway/archive/store/archive.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include "gateway/cli/source.h"
#include "gateway/fediverse/following/following.h"

/* One source per line: what it is, and how it went. */
static void print(void *owner, const struct source *s, bool waits)
{
	printf("%lld\t%s\t", (long long)s->id, source_state_name(s->state));
	cli_time(stdout, s->last_fetch);
	printf("\t%d\t%s\t", s->last_status, source_redact_url(owner, s->url));
	cli_field(stdout, source_name(s) ? source_name(s) : "-");
	fputc('\t', stdout);
	cli_field(stdout, s->last_error ? s->last_error : "fine");
	if (waits)
		printf("; its older pages wait for 'pennypost source backfill %lld'", (long long)s->id);
	fputc('\n', stdout);
}

int source_verb_list(struct source_call *call, struct error *err)
{
	struct source **all;
	struct cli *cli = call->cli;
	struct publication *p = call->publication ? publication_choose(cli->owner, cli->db, call->publication, err) : NULL;
	if ((call->publication && !p) || !source_list(cli->owner, cli->db, p ? p->id : 0, &all, err))
		return cli_fail(err);
	for (size_t i = 0; i < talloc_array_length(all); i++) {
		bool waits;
		if (!backfill_progress_has_older(cli->db, all[i], &waits, err))
			return cli_fail(err);
		print(all, all[i], waits);
	}
	return 0;
}

/* "NAME<TAB>words". */
static void line(const char *name, const char *words)
{
	printf("%s\t", name);
	cli_field(stdout, words);
	fputc('\n', stdout);
}

static void line_time(const char *name, int64_t ms)
{
	printf("%s\t", name);
	cli_time(stdout, ms);
	fputc('\n', stdout);
}

static const char *state_words(const struct source *s)
{
	switch (s->state) {
	case SOURCE_ACTIVE: return s->imported ? "active" : "active, and not yet read for the first time";
	case SOURCE_PAUSED: return "paused: it is not fetched until 'pennypost source resume'";
	case SOURCE_GONE: return "gone: it is not fetched any more, its posts stay";
	case SOURCE_HELD: return "held: most of its posts look new at once; 'pennypost source approve' lets it go on";
	}
	return "";
}

static void show_fetches(void *owner, const struct source *s)
{
	line_time("first import", s->imported);
	line_time("last fetch", s->last_fetch);
	if (s->last_status)
		line("last answer", mem_printf(owner, "%d", s->last_status));
	line("how it went", s->last_error ? s->last_error : s->last_fetch ? "fine" : "-");
	if (s->failures)
		line("failures", mem_printf(owner, "%d in a row, since %s", s->failures, clock_rfc3339(owner, s->failing_since)));
	if (s->state == SOURCE_ACTIVE)
		line_time("next fetch", s->next_fetch);
	if (s->pause)
		line("its own pace", mem_printf(owner, "about every %s", cli_duration(owner, s->pause)));
	if (s->moved)
		line("moving to", mem_printf(owner, "%s, seen %d times since %s", source_redact_url(owner, s->moved), s->moved_times, clock_rfc3339(owner, s->moved_since)));
}

static void show_access(const struct source_settings *w)
{
	line("access", w->access == ENTRY_ACCESS_POLICY ? "policy: the publication's gate" : source_option_access_name(w->access));
	line("hold", w->hold ? "yes: its new posts wait for 'pennypost entry approve'" : "no");
}

static bool show_older(void *owner, struct db *db, const struct source *s, struct error *err)
{
	const char *words = backfill_progress_describe(owner, db, s, err);
	if (words && *words)
		line("older pages", words);
	return words != NULL;
}

/* The server of an account posts its entries to us: there are no fetches to describe. */
static bool show_account(void *owner, struct db *db, const struct source *s, struct error *err)
{
	struct following *f = following_of(owner, db, s->id, err);
	if (!f)
		return false;
	line("account", f->handle);
	line_time("followed since", s->imported);
	line_time("last heard of", s->last_fetch);
	line("how it stands", s->last_error ? s->last_error : "it lets us follow");
	line("outbox", f->outbox ? f->outbox : "none that can be read");
	show_access(&s->settings);
	return show_older(owner, db, s, err);
}

static void show_settings(void *owner, const struct source_settings *w)
{
	const char *names = source_option_header_names(owner, w);
	line("every", !w->pause_min && !w->pause_max ? "as the configuration says" :
	     !w->pause_max ? mem_printf(owner, "%s at least", cli_duration(owner, w->pause_min)) :
	     mem_printf(owner, "%s to %s", cli_duration(owner, w->pause_min), cli_duration(owner, w->pause_max)));
	line("headers", *names ? names : "none");
	line("proxy", w->proxy ? source_redact_url(owner, w->proxy) : "none");
	show_access(w);
	line("full text", w->full_text ? "yes: from each post's page" : "no");
}

static bool show_rules(void *owner, struct db *db, const struct source *s, struct error *err)
{
	struct rule *all;
	if (!rule_list(owner, db, s->id, &all, err))
		return false;
	for (size_t i = 0; i < talloc_array_length(all); i++)
		line(mem_printf(owner, "rule %lld", (long long)all[i].position),
		     mem_printf(owner, "%s %s %s", rule_effect_name(all[i].effect), rule_field_name(all[i].field), all[i].pattern));
	return true;
}

static bool show_hub(void *owner, struct db *db, const struct source *s, struct error *err)
{
	struct websub *hub = websub_of(owner, db, s->id, err);
	if (!hub && err->kind != ERROR_NOT_FOUND)
		return false;
	line("hub", hub ? websub_describe(owner, hub) : "none: it is polled");
	return true;
}

int source_verb_show(struct source_call *call, struct error *err)
{
	void *owner = call->cli->owner;
	struct db *db = call->cli->db;
	struct source *s = source_get(owner, db, call->id, err);
	struct publication *p = s ? publication_by_id(owner, db, s->publication, err) : NULL;
	if (!p)
		return cli_fail(err);
	line("source", mem_printf(owner, "%lld", (long long)s->id));
	line("publication", p->url);
	line("address", source_redact_url(owner, s->url));
	line("title", s->title ? s->title : "-");
	line("name", s->settings.name ? s->settings.name : "-");
	line("folder", s->settings.folder ? s->settings.folder : "-");
	line("site", s->site ? source_redact_url(owner, s->site) : "-");
	line("state", state_words(s));
	if (s->kind == SOURCE_ACTOR)
		return show_account(owner, db, s, err) && show_rules(owner, db, s, err) ? 0 : cli_fail(err);
	show_fetches(owner, s);
	if (!show_older(owner, db, s, err) || !show_hub(owner, db, s, err))
		return cli_fail(err);
	show_settings(owner, &s->settings);
	return show_rules(owner, db, s, err) ? 0 : cli_fail(err);
}
