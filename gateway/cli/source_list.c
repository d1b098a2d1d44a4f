#include "feeds/ingest/backfill.h"
#include "feeds/source/rule.h"
#include "feeds/websub/websub.h"
#include "gateway/archive/store/archive.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include "gateway/cli/listing.h"
#include "gateway/cli/source.h"
#include "gateway/fediverse/following/following.h"
#include <string.h>

static const char *const columns[] = { "id", "state", "last_fetch", "last_status", "url", "name", "how", NULL };

static void print(void *owner, struct listing *l, const struct source *s, bool waits)
{
	const char *how = s->last_error ? s->last_error : "fine";
	listing_number(l, s->id);
	listing_text(l, source_state_name(s->state));
	listing_time(l, s->last_fetch);
	listing_number(l, s->last_status);
	listing_text(l, source_redact_url(owner, s->url));
	listing_text(l, source_name(s));
	listing_text(l, waits ? mem_printf(owner, "%s; its older pages wait for 'pennypost source backfill %lld'", how, (long long)s->id) : how);
}

static bool state_named(const char *text, int *state, struct error *err)
{
	for (int s = SOURCE_ACTIVE; s <= SOURCE_HELD; s++)
		if (strcmp(text, source_state_name((enum source_state)s)) == 0) {
			*state = s;
			return true;
		}
	return error_set(err, ERROR_INVALID, "'%s' is no state: active, paused, gone or held", text);
}

int source_verb_list(struct source_call *call, struct error *err)
{
	struct source **all;
	struct cli *cli = call->cli;
	int state = -1;
	if (call->state && !state_named(call->state, &state, err))
		return cli_fail(err);
	struct publication *p = call->publication ? publication_choose(cli->owner, cli->db, call->publication, err) : NULL;
	if ((call->publication && !p) || !source_list(cli->owner, cli->db, p ? p->id : 0, &all, err))
		return cli_fail(err);
	struct listing *l = listing_new(cli->owner, stdout, columns, call->json);
	for (size_t i = 0; i < talloc_array_length(all); i++) {
		bool waits;
		if (state >= 0 && (int)all[i]->state != state)
			continue;
		if (!backfill_progress_has_older(cli->db, all[i], &waits, err))
			return cli_fail(err);
		print(all, l, all[i], waits);
	}
	listing_end(l);
	return 0;
}

static void line(struct listing *l, const char *name, const char *words)
{
	listing_name(l, name);
	listing_text(l, words);
}

static void line_time(struct listing *l, const char *name, int64_t ms)
{
	listing_name(l, name);
	listing_time(l, ms);
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

static void show_fetches(struct listing *l, void *owner, const struct source *s)
{
	line_time(l, "first import", s->imported);
	line_time(l, "last fetch", s->last_fetch);
	if (s->last_status)
		line(l, "last answer", mem_printf(owner, "%d", s->last_status));
	line(l, "how it went", s->last_error ? s->last_error : s->last_fetch ? "fine" : "-");
	if (s->failures)
		line(l, "failures", mem_printf(owner, "%d in a row, since %s", s->failures, clock_rfc3339(owner, s->failing_since)));
	if (s->state == SOURCE_ACTIVE)
		line_time(l, "next fetch", s->next_fetch);
	if (s->pause)
		line(l, "its own pace", mem_printf(owner, "about every %s", cli_duration(owner, s->pause)));
	if (s->moved)
		line(l, "moving to", mem_printf(owner, "%s, seen %d times since %s", source_redact_url(owner, s->moved), s->moved_times, clock_rfc3339(owner, s->moved_since)));
}

static void show_access(struct listing *l, const struct source_settings *w)
{
	line(l, "access", w->access == ENTRY_ACCESS_POLICY ? "policy: the publication's gate" : source_option_access_name(w->access));
	line(l, "hold", w->hold ? "yes: its new posts wait for 'pennypost entry approve'" : "no");
}

static bool show_older(struct listing *l, void *owner, struct db *db, const struct source *s, struct error *err)
{
	const char *words = backfill_progress_describe(owner, db, s, err);
	if (words && *words)
		line(l, "older pages", words);
	return words != NULL;
}

/* The server of an account posts its entries to us: there are no fetches to describe. */
static bool show_account(struct listing *l, void *owner, struct db *db, const struct source *s, struct error *err)
{
	struct following *f = following_of(owner, db, s->id, err);
	if (!f)
		return false;
	line(l, "account", f->handle);
	line_time(l, "followed since", s->imported);
	line_time(l, "last heard of", s->last_fetch);
	line(l, "how it stands", s->last_error ? s->last_error : "it lets us follow");
	line(l, "outbox", f->outbox ? f->outbox : "none that can be read");
	show_access(l, &s->settings);
	return show_older(l, owner, db, s, err);
}

static void show_settings(struct listing *l, void *owner, const struct source_settings *w)
{
	const char *names = source_option_header_names(owner, w);
	line(l, "every", !w->pause_min && !w->pause_max ? "as the configuration says" :
	     !w->pause_max ? mem_printf(owner, "%s at least", cli_duration(owner, w->pause_min)) :
	     mem_printf(owner, "%s to %s", cli_duration(owner, w->pause_min), cli_duration(owner, w->pause_max)));
	line(l, "headers", *names ? names : "none");
	line(l, "proxy", w->proxy ? source_redact_url(owner, w->proxy) : "none");
	show_access(l, w);
	if (w->authenticate)
		line(l, "authenticate", w->authenticate);
	line(l, "full text", w->full_text ? "yes: from each post's page" : "no");
}

static bool show_rules(struct listing *l, void *owner, struct db *db, const struct source *s, struct error *err)
{
	struct rule *all;
	if (!rule_list(owner, db, s->id, &all, err))
		return false;
	for (size_t i = 0; i < talloc_array_length(all); i++)
		line(l, mem_printf(owner, "rule %lld", (long long)all[i].position),
		     mem_printf(owner, "%s %s %s", rule_effect_name(all[i].effect), rule_field_name(all[i].field), all[i].pattern));
	return true;
}

static bool show_hub(struct listing *l, void *owner, struct db *db, const struct source *s, struct error *err)
{
	struct websub *hub = websub_of(owner, db, s->id, err);
	if (!hub && err->kind != ERROR_NOT_FOUND)
		return false;
	line(l, "hub", hub ? websub_describe(owner, hub) : "none: it is polled");
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
	struct listing *l = listing_show(owner, stdout, call->json);
	listing_name(l, "source");
	listing_number(l, s->id);
	line(l, "publication", p->url);
	line(l, "address", source_redact_url(owner, s->url));
	line(l, "title", s->title ? s->title : "-");
	line(l, "name", s->settings.name ? s->settings.name : "-");
	line(l, "folder", s->settings.folder ? s->settings.folder : "-");
	line(l, "site", s->site ? source_redact_url(owner, s->site) : "-");
	line(l, "state", state_words(s));
	bool fine;
	if (s->kind == SOURCE_ACTOR) {
		fine = show_account(l, owner, db, s, err);
	} else {
		show_fetches(l, owner, s);
		fine = show_older(l, owner, db, s, err) && show_hub(l, owner, db, s, err);
		show_settings(l, owner, &s->settings);
	}
	if (!fine || !show_rules(l, owner, db, s, err))
		return cli_fail(err);
	listing_end(l);
	return 0;
}
