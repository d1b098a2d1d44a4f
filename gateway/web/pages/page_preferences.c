/* Preferences: a page behind a link of each letter, without a password.  GET shows, POST sets. */
#include "gateway/archive/store/archive.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/zone.h"
#include "gateway/base/text/text.h"
#include "gateway/web/pages/page.h"
#include "subscribers/people/preference.h"
#include "subscribers/proof/ask.h"
#include "subscribers/proof/proof.h"
#include <stdlib.h>
#include <string.h>

/* Tags that are offered; of the newest posts, those whose languages are. */
enum { OFFERED = 30, LOOKED_AT = 200 };

/* What went wrong with a form, and where. */
struct complaint {
	const char *text, *field; /* NULL: nothing */
};

/* The address of the link, if letters come to it; NULL when it was answered. */
static struct address *reader_of(struct visit *v)
{
	struct error err = { 0 };
	int64_t id;
	const struct publication *p = v->x->publication;
	struct address *a = proof_preferences_address(v->x->db, p, v->parts[0], &id, &err) ? address_get(v->owner, v->x->db, id, &err) : NULL;
	if (a && a->state == ADDRESS_CONFIRMED)
		return a;
	if (a)
		visit_note(v, 200, "No letters come to you", mem_printf(v->owner, "%s does not get the letters of %s at the moment.", a->value, p->name));
	else if (err.kind == ERROR_NOT_FOUND)
		visit_note(v, 404, "That link does not work", "It may have been cut in two on its way. Copy all of it from the letter.");
	else
		visit_failed(v, &err);
	visit_private(v);
	return NULL;
}

static json_t *choice(const char *value, const char *text, bool on) { return json_pack("{s:s, s:s, s:b}", "value", value, "text", text, "on", on); }

static json_t *rhythms(struct visit *v, const struct preferences *had, const struct rhythm *by_default)
{
	static const char *const texts[] = { "Each post, when it comes", "Daily", "Weekly", "Monthly" };
	json_t *list = json_array();
	json_array_append_new(list, choice("default", mem_printf(v->owner, "As %s sends: %s", v->x->publication->name, rhythm_words(v->owner, by_default)), !had->chosen));
	for (int kind = RHYTHM_EACH; kind <= RHYTHM_MONTHLY; kind++)
		json_array_append_new(list, choice(rhythm_name((enum rhythm_kind)kind), texts[kind], had->chosen && (int)had->rhythm.kind == kind));
	return list;
}

static json_t *week(const struct rhythm *r)
{
	json_t *list = json_array();
	for (int i = 1; i <= 7; i++) {
		const char *name = rhythm_day_name(i % 7);
		json_array_append_new(list, choice(name, name, i % 7 == (r->kind == RHYTHM_WEEKLY ? r->day : 1)));
	}
	return list;
}

static const struct topic *topic_of(const struct preferences *had, const char *slug)
{
	for (size_t i = 0; i < talloc_array_length(had->topics); i++)
		if (strcmp(had->topics[i].slug, slug) == 0)
			return &had->topics[i];
	return NULL;
}

/* The tags that are used most, and those that the reader has chosen: slugs, talloc_array_length() many. */
static bool offered(struct visit *v, const struct preferences *had, char ***slugs, struct error *err)
{
	bool fine = preferences_offered(v->owner, v->x->db, v->x->publication->id, OFFERED, slugs, err);
	size_t count = fine ? talloc_array_length(*slugs) : 0;
	for (size_t i = 0; i < talloc_array_length(had->topics); i++) {
		bool there = false;
		for (size_t k = 0; k < count; k++)
			there = there || strcmp((*slugs)[k], had->topics[i].slug) == 0;
		if (!there)
			*mem_push(v->owner, *slugs, count) = mem_dup(v->owner, had->topics[i].slug);
	}
	mem_fit(v->owner, *slugs, count);
	return fine;
}

static json_t *topics(struct visit *v, const struct preferences *had, struct error *err)
{
	char **slugs = NULL;
	if (!offered(v, had, &slugs, err))
		return NULL;
	json_t *list = json_array();
	for (size_t i = 0; i < talloc_array_length(slugs); i++) {
		const struct topic *t = topic_of(had, slugs[i]);
		char *name = NULL;
		struct error none = { 0 };
		if (!archive_tag_name(v->owner, v->x->db, v->x->publication->id, slugs[i], &name, &none))
			name = slugs[i];
		json_array_append_new(list, json_pack("{s:I, s:s, s:s, s:b, s:b}", "n", (json_int_t)i, "slug", slugs[i], "text", name, "wanted", t && t->wanted,
		                                      "unwanted", t && !t->wanted));
	}
	return list;
}

static json_t *languages(struct visit *v, const struct preferences *had, struct error *err)
{
	char **tags = NULL;
	if (!preferences_languages(v->owner, v->x->db, v->x->publication->id, LOOKED_AT, &tags, err))
		return NULL;
	json_t *list = json_array();
	bool there = false;
	for (size_t i = 0; i < talloc_array_length(tags); i++) {
		bool on = strcmp(tags[i], had->language) == 0;
		there = there || on;
		json_array_append_new(list, choice(tags[i], tags[i], on));
	}
	if (*had->language && !there)
		json_array_append_new(list, choice(had->language, had->language, true));
	return list;
}

/* The page: what is chosen, or what was typed and is wrong. */
static void show(struct visit *v, const struct address *a, const struct preferences *had, const struct complaint *wrong)
{
	struct error err = { 0 };
	const struct publication *p = v->x->publication;
	struct rhythm by_default;
	json_t *tags = topics(v, had, &err), *tongues = tags ? languages(v, had, &err) : NULL;
	if (!tongues || !preferences_default(v->owner, v->x->db, p->id, &by_default, &err)) {
		json_decref(tags);
		json_decref(tongues);
		visit_failed(v, &err);
		return;
	}
	/* The day, in the publication's zone, on which letters come again. */
	char *pause = had->paused_until ? publication_day(v->owner, p, had->paused_until, "%Y-%m-%d") : mem_dup(v->owner, "");
	const struct rhythm *r = &had->rhythm;
	int minute = r->kind == RHYTHM_EACH ? 8 * 60 : r->minute;
	json_t *data = json_pack("{s:s, s:s, s:b, s:b, s:s, s:s, s:s, s:s}", "heading", "Your letters", "title", mem_printf(v->owner, "Your letters · %s", p->name), "narrow", 1,
	                         "private", 1, "robots", "noindex", "email", a->value, "token", v->parts[0], "leave", proof_leave_token(v->owner, p, a->id));
	json_object_update_new(data, json_pack("{s:o, s:s, s:o, s:i, s:s, s:s, s:s}", "rhythms", rhythms(v, had, &by_default), "at",
	                                       mem_printf(v->owner, "%02d:%02d", minute / 60, minute % 60), "week", week(r), "mday",
	                                       r->kind == RHYTHM_MONTHLY ? r->day : 1, "zone", r->zone, "default_zone", p->time_zone, "pause", pause));
	json_object_update_new(data, json_pack("{s:b, s:o, s:b, s:b, s:o}", "any_topics", json_array_size(tags) > 0, "topics", tags, "text_only", had->text_only,
	                                       "several_languages", json_array_size(tongues) > 1 || *had->language, "languages", tongues));
	if (wrong->text)
		json_object_update_new(data, json_pack("{s:s, s:b, s:b}", "error", wrong->text, "wrong_rhythm", strcmp(wrong->field, "rhythm") == 0, "wrong_pause",
		                                       strcmp(wrong->field, "pause") == 0));
	else if (visit_field(v, "saved"))
		json_object_set_new(data, "saved", json_string("Letters come as you wish from now on."));
	visit_page(v, wrong->text ? 400 : 200, "preferences", data);
	visit_private(v);
}

static struct preferences *preferences_of(struct visit *v, const struct address *a)
{
	struct error err = { 0 };
	struct preferences *had = preferences_get(v->owner, v->x->db, v->x->publication, a->id, &err);
	if (!had)
		visit_failed(v, &err);
	return had;
}

void page_preferences(struct visit *v)
{
	struct address *a = reader_of(v);
	struct preferences *had = a ? preferences_of(v, a) : NULL;
	if (had)
		show(v, a, had, &(struct complaint){ 0 });
}

static const char *field(struct visit *v, const char *name)
{
	const char *value = visit_field(v, name);
	return value ? value : "";
}

/* The fields of the rhythm, of which only those count that it has. */
static void read_rhythm(struct visit *v, struct preferences *to, struct complaint *wrong)
{
	struct error err = { 0 };
	const char *name = field(v, "rhythm"), *at = field(v, "at"), *zone = field(v, "zone");
	to->chosen = strcmp(name, "default") != 0;
	if (!to->chosen)
		return;
	if (strcmp(name, "weekly") == 0)
		at = mem_printf(v->owner, "%s %s", field(v, "wday"), at);
	else if (strcmp(name, "monthly") == 0)
		at = mem_printf(v->owner, "%s %s", field(v, "mday"), at);
	bool each = strcmp(name, "each") == 0;
	struct rhythm typed;
	if (rhythm_parse(name, each ? NULL : at, each ? NULL : zone, &typed, &err)) {
		to->rhythm = typed;
		return;
	}
	*wrong = (struct complaint){ zone_known(*zone ? zone : "UTC") ? "That time does not work: choose an hour, and a day that months have, 1 to 31."
	                                                              : "That time zone is not known: write its name, such as Europe/Berlin or America/New_York.", "rhythm" };
}

/* Midnight of a day in the publication's zone. */
static void read_pause(struct visit *v, struct preferences *to, int64_t now, struct complaint *wrong)
{
	const char *typed = field(v, "pause");
	int64_t until = 0;
	if (*typed && !clock_parse_rfc3339(mem_printf(v->owner, "%sT00:00:00Z", typed), &until))
		*wrong = (struct complaint){ "A pause ends on a day: write it as 2027-01-31.", "pause" };
	else if (*typed)
		until -= zone_offset_of_local(v->x->publication->time_zone, until) * CLOCK_MINUTE;
	if (until && until <= now)
		*wrong = (struct complaint){ "That day is over: choose a later one, or none.", "pause" };
	else if (until > now + PAUSE_MAX)
		*wrong = (struct complaint){ "A pause lasts a year at most.", "pause" };
	else
		to->paused_until = until;
}

static void read_topics(struct visit *v, struct preferences *to, char *const *slugs)
{
	size_t count = 0;
	to->topics = NULL;
	for (size_t i = 0; i < talloc_array_length(slugs); i++) {
		const char *wish = field(v, mem_printf(v->owner, "topic-%s", slugs[i]));
		if (*wish == '0' || *wish == '1')
			*mem_push(v->owner, to->topics, count) = (struct topic){ slugs[i], *wish == '1' };
	}
	mem_fit(v->owner, to->topics, count);
}

static bool is_language(const char *s)
{
	size_t n = strlen(s);
	return n <= 8 && strspn(s, "abcdefghijklmnopqrstuvwxyz") == n;
}

void page_preferences_use(struct visit *v)
{
	struct error err = { 0 };
	struct address *a = reader_of(v);
	struct preferences *had = a ? preferences_of(v, a) : NULL;
	char **slugs;
	if (!had)
		return;
	struct preferences to = *had;
	struct complaint wrong = { 0 };
	int64_t now = clock_now();
	if (!offered(v, had, &slugs, &err)) {
		visit_failed(v, &err);
		return;
	}
	read_topics(v, &to, slugs);
	to.text_only = *field(v, "text") == '1';
	const char *language = visit_field(v, "language");
	if (language && is_language(language))
		to.language = language;
	read_pause(v, &to, now, &wrong);
	read_rhythm(v, &to, &wrong);
	if (wrong.text)
		show(v, a, &to, &wrong);
	else if (preferences_set(v->x->db, a->id, &to, now, &err))
		visit_go(v, mem_printf(v->owner, "/prefs/%s?saved=1", v->parts[0]));
	else
		visit_failed(v, &err);
}

/* Only written down: what becomes of it must not show whether the new address is known. */
void page_preferences_move(struct visit *v)
{
	struct error err = { 0 };
	const char *mail = field(v, "email");
	if (visit_limited(v))
		return;
	struct address *a = reader_of(v);
	if (!a || !visit_may_ask(v, mail))
		return;
	const struct proof_request request = { mail, "/", visit_consent(v, "Send my letters to another address"), a->id };
	if (ask_put(v->x->db, v->x->publication, PROOF_MOVE, &request, &err))
		visit_note(v, 200, "Look into both mailboxes", mem_printf(v->owner, "The new address gets a letter with a link, and letters go there once that was followed. %s is told, and can refuse.", a->value));
	else if (err.kind == ERROR_INVALID)
		visit_note(v, 400, "That is not a complete mail address", "Go back, and type all of it.");
	else
		visit_failed(v, &err);
	visit_private(v);
}
