#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/zone.h"
#include "gateway/base/text/language.h"
#include "gateway/cli/listing.h"
#include "gateway/cli/subscriber.h"
#include "subscribers/people/preference.h"
#include <ctype.h>
#include <string.h>

bool subscriber_wishes_any(const struct subscriber_wishes *w) { return w->rhythm || w->at || w->zone || w->pause || w->text_only || w->language || w->tier; }

struct address *subscriber_named(struct cli *cli, const struct publication *p, const char *value, struct error *err)
{
	enum address_kind kind = strstr(value, "://") ? ADDRESS_ACTOR : ADDRESS_MAIL;
	struct address *a = address_find(cli->owner, cli->db, p->id, kind, value, err);
	if (!a && err->kind == ERROR_NOT_FOUND)
		error_set(err, ERROR_NOT_FOUND, "'%s' is no address of %s", value, p->host);
	return a;
}

/* "tides, brass" of the topics that are wanted, or not. */
static char *topic_words(void *owner, const struct preferences *had, bool wanted)
{
	char *words = mem_dup(owner, "");
	for (size_t i = 0; i < talloc_array_length(had->topics); i++)
		if (had->topics[i].wanted == wanted)
			words = mem_printf(owner, "%s%s%s", words, *words ? ", " : "", had->topics[i].slug);
	return *words ? words : NULL;
}

int subscriber_show(struct cli *cli, const struct publication *p, const char *value, bool json, struct error *err)
{
	struct address *a = subscriber_named(cli, p, value, err);
	struct preferences *had = a ? preferences_get(cli->owner, cli->db, p, a->id, err) : NULL;
	if (!had)
		return cli_fail(err);
	struct listing *l = listing_show(cli->owner, stdout, json);
	const struct { const char *name, *text; } texts[] = {
		{ "address", a->value }, { "kind", address_kind_name(a->kind) }, { "state", address_state_name(a->state) }, { "reason", a->reason },
		{ "rhythm", rhythm_words(cli->owner, &had->rhythm) }, { "wanted topics", topic_words(cli->owner, had, true) },
		{ "unwanted topics", topic_words(cli->owner, had, false) }, { "language", *had->language ? had->language : NULL },
		{ "tier", tier_name(a->tier) } };
	const struct { const char *name; int64_t at; } times[] = {
		{ "asked", a->created }, { "confirmed", a->confirmed }, { "ended", a->ended }, { "paused until", had->paused_until } };
	const struct { const char *name; bool is; } flags[] = { { "rhythm chosen", had->chosen }, { "text only", had->text_only } };
	listing_name(l, "id");
	listing_number(l, a->id);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		listing_name(l, texts[i].name);
		listing_text(l, texts[i].text);
	}
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
		listing_name(l, flags[i].name);
		listing_flag(l, flags[i].is);
	}
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		listing_name(l, times[i].name);
		listing_time(l, times[i].at);
	}
	listing_end(l);
	return 0;
}

/* A day begins at midnight of the publication's zone. */
static bool read_pause(const struct publication *p, const char *typed, int64_t now, int64_t *until, struct error *err)
{
	char *midnight = mem_printf(NULL, "%sT00:00:00Z", typed);
	bool day = clock_parse_rfc3339(midnight, until), moment = !day && clock_parse_rfc3339(typed, until);
	talloc_free(midnight);
	if (strcmp(typed, "no") == 0) {
		*until = 0;
		return true;
	}
	if (day)
		*until -= zone_offset_of_local(p->time_zone, *until) * CLOCK_MINUTE;
	if (!day && !moment)
		return error_set(err, ERROR_INVALID, "'%s' is no date: write it as 2027-01-31, or 'no' to end a pause", typed);
	return *until > now || error_set(err, ERROR_INVALID, "%s is over: write a date to come, or 'no' to end a pause", typed);
}

/* --rhythm, --at and --zone; without --rhythm the others change the one that is. */
static bool read_rhythm(const struct subscriber_wishes *w, struct preferences *to, struct error *err)
{
	if (w->rhythm && strcmp(w->rhythm, "default") == 0) {
		to->chosen = false;
		return (!w->at && !w->zone) || error_set(err, ERROR_INVALID, "the publication's rhythm has its own time: --at and --zone go with daily, weekly and monthly");
	}
	if (!w->rhythm && !w->at && !w->zone)
		return true;
	const char *name = w->rhythm ? w->rhythm : rhythm_name(to->rhythm.kind), *zone = w->zone ? w->zone : w->rhythm ? NULL : to->rhythm.zone;
	struct rhythm had = to->rhythm;
	to->chosen = true;
	if (!rhythm_parse(name, w->at, zone, &to->rhythm, err))
		return false;
	if (!w->rhythm && !w->at) {
		to->rhythm.day = had.day;
		to->rhythm.minute = had.minute;
	}
	return true;
}

static bool read_rest(const struct subscriber_wishes *w, struct preferences *to, struct error *err)
{
	if (w->text_only && strcmp(w->text_only, "yes") != 0 && strcmp(w->text_only, "no") != 0)
		return error_set(err, ERROR_INVALID, "--text-only is yes or no");
	if (w->text_only)
		to->text_only = strcmp(w->text_only, "yes") == 0;
	if (!w->language)
		return true;
	bool all = strcmp(w->language, "all") == 0;
	if (!all && (!language_known(w->language) || strchr(w->language, '-')))
		return error_set(err, ERROR_INVALID, "'%s' is no language: write its code, such as en or de, or 'all'", w->language);
	to->language = all ? "" : w->language;
	return true;
}

struct change {
	struct db *db;
	const struct address *address;
	const struct preferences *to; /* or NULL */
	const char *tier;             /* or NULL */
	int64_t now;
};

static bool change(void *context, struct error *err)
{
	const struct change *c = context;
	enum subscriber_tier tier;
	return (!c->to || preferences_set(c->db, c->address->id, c->to, c->now, err)) &&
	       (!c->tier || (tier_named(c->tier, &tier, err) && tier_set(c->db, c->address->subscriber, tier, err)));
}

/* What is to become of their preferences, if anything: c->to. */
static bool read_preferences(struct cli *cli, const struct publication *p, const struct subscriber_wishes *w, struct change *c, struct error *err)
{
	struct subscriber_wishes letters = *w;
	letters.tier = NULL;
	bool any = subscriber_wishes_any(&letters);
	/* A follower may sign in too, and read what is for supporters. */
	if (c->address->state == ADDRESS_CONTACT || (any && c->address->kind != ADDRESS_MAIL))
		return error_set(err, ERROR_INVALID, "'%s' gets no letters", c->address->value);
	if (!any)
		return true;
	struct preferences *to = preferences_get(cli->owner, cli->db, p, c->address->id, err);
	c->to = to;
	return to && read_rhythm(w, to, err) && (!w->pause || read_pause(p, w->pause, c->now, &to->paused_until, err)) && read_rest(w, to, err);
}

int subscriber_set(struct cli *cli, const struct publication *p, const char *value, const struct subscriber_wishes *w, struct error *err)
{
	struct change c = { .db = cli->db, .address = subscriber_named(cli, p, value, err), .tier = w->tier, .now = clock_now() };
	const struct address *a = c.address;
	int64_t until = 0;
	if (!a || !read_preferences(cli, p, w, &c, err))
		return cli_fail(err);
	while (!db_transact(cli->db, change, &c, err))
		if (!cli_again(cli, err, &until))
			return cli_fail(err);
	printf("%lld\tchanged\t%s\n", (long long)a->id, a->value);
	return 0;
}
