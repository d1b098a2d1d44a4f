#include "gateway/archive/store/archive.h"
#include "gateway/archive/store/publication_profile.h"
#include "gateway/cli/cli.h"
#include "gateway/cli/listing.h"
#include "gateway/cli/publication_remove.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/file.h"
#include "subscribers/people/preference.h"
#include "subscribers/plan/plan.h"
#include <string.h>

/* One more than there may be, so that too many are told. */
enum { ALIASES = PUBLICATION_ALIASES + 1 };

/* How a verb was called. */
struct call {
	struct cli *cli;
	const char *named, *word;
	const struct publication_new *with;
	const char *gate;
	const char *pictures; /* or NULL */
	enum picture_policy policy;
	int answers; /* enum publication_answers, or -1: not said */
	int64_t grace; /* minutes, -1: not said */
	bool json, yes;
	const char *rhythm, *at, *order; /* of digests, as typed */
	const char *files[PUBLICATION_PICTURES];  /* "": none; NULL: not said */
	const char *aliases[ALIASES];             /* until NULL; "" alone: none */
};

#define HOW "publication list [--json]\n" \
	"       pennypost publication show [--publication P] [--json]\n" \
	"       pennypost publication add --url URL --name NAME --handle HANDLE [--summary TEXT] [--author NAME]\n" \
	"       [--language CODE] [--timezone ZONE] [--mail-from ADDRESS] [--postal-address TEXT] [--owner ADDRESS]\n" \
	"       [--gate free|all|older:DAYS|beyond:POSTS] [--pictures none|posters|all] [--grace-minutes N]\n" \
	"       [--rhythm each|daily|weekly|monthly] [--at TIME] [--digest-order date|source] [--icon FILE] [--header FILE]\n" \
	"       [--also-known-as URL]... [--answers owner|moderate]\n" \
	"       pennypost publication set [--url URL] [--name NAME] [--summary TEXT] [--author NAME] [--language CODE]\n" \
	"       [--timezone ZONE] [--mail-from ADDRESS] [--postal-address TEXT] [--owner ADDRESS]\n" \
	"       [--gate free|all|older:DAYS|beyond:POSTS] [--pictures none|posters|all] [--grace-minutes N]\n" \
	"       [--rhythm each|daily|weekly|monthly] [--at TIME] [--digest-order date|source] [--icon FILE] [--header FILE]\n" \
	"       [--also-known-as URL]... [--answers owner|moderate] [--publication P]\n" \
	"       pennypost publication remove P [--yes]\n" \
	"       pennypost publication owner ADDRESS [--publication P]\n" \
	"       pennypost publication gate free|all|older:DAYS|beyond:POSTS [--publication P]"

static const char *const columns[] = { "id", "url", "handle", "name", "posts", "followers", "time_zone", "state", NULL };

static int list(const struct call *call, struct error *err)
{
	struct cli *cli = call->cli;
	struct publication **all;
	size_t count;
	if (!publication_all(cli->owner, cli->db, &all, &count, err))
		return cli_fail(err);
	struct listing *l = listing_new(cli->owner, stdout, columns, call->json);
	for (size_t i = 0; i < count; i++) {
		int64_t posts, people;
		if (!archive_count(cli->db, all[i]->id, &(struct archive_range){ 0 }, &posts, err) ||
		    !subscriber_count(cli->db, all[i]->id, -1, &people, err))
			return cli_fail(err);
		listing_number(l, all[i]->id);
		listing_text(l, all[i]->url);
		listing_text(l, publication_address(cli->owner, all[i]));
		listing_text(l, all[i]->name);
		listing_count(l, posts, "posts");
		listing_count(l, people, "followers");
		listing_text(l, all[i]->time_zone);
		listing_text(l, all[i]->leaving ? "leaving" : "here");
	}
	listing_end(l);
	return 0;
}

static void say_text(struct listing *l, const char *name, const char *text)
{
	listing_name(l, name);
	listing_text(l, *text ? text : NULL);
}

static const char *const answers[] = { [PUBLICATION_ANSWERS_OWNER] = "owner", [PUBLICATION_ANSWERS_MODERATE] = "moderate" };

static void say_picture(struct listing *l, const char *name, const struct publication *p, const struct publication_picture *picture)
{
	char *url = picture->path ? mem_printf(NULL, "%s%s", p->url, picture->path) : NULL;
	say_text(l, name, url ? url : "");
	talloc_free(url);
}

static void say_aliases(struct listing *l, const struct publication *p)
{
	void *t = talloc_new(NULL);
	int n = 0;
	for (const char *s = p->also_known_as; *s; s += strcspn(s, "\n") + 1)
		say_text(l, mem_printf(t, "also known as %d", ++n), mem_ndup(t, s, strcspn(s, "\n")));
	talloc_free(t);
}

static void say_former(struct listing *l, const struct publication *p)
{
	for (int i = 0; p->former && p->former[i]; i++) {
		char *name = mem_printf(NULL, "former url %d", i + 1);
		say_text(l, name, p->former[i]);
		talloc_free(name);
	}
}

static int show(const struct call *call, struct error *err)
{
	struct cli *cli = call->cli;
	struct publication *p = publication_choose(cli->owner, cli->db, call->named, err);
	if (!p)
		return cli_fail(err);
	struct listing *l = listing_show(cli->owner, stdout, call->json);
	listing_name(l, "publication");
	listing_number(l, p->id);
	say_text(l, "url", p->url);
	say_former(l, p);
	say_text(l, "handle", publication_address(cli->owner, p));
	say_text(l, "name", p->name);
	say_text(l, "summary", p->summary);
	say_text(l, "author", p->author);
	say_text(l, "language", p->language);
	say_text(l, "time zone", p->time_zone);
	say_text(l, "mail from", p->mail_from);
	say_text(l, "postal address", p->postal_address);
	say_text(l, "owner", p->owner_mail);
	say_text(l, "answers", answers[p->answers]);
	say_picture(l, "icon", p, &p->icon);
	say_picture(l, "header", p, &p->header);
	say_aliases(l, p);
	listing_end(l);
	return 0;
}

static bool says_profile(const struct call *c) { return c->files[PUBLICATION_ICON] || c->files[PUBLICATION_HEADER] || c->aliases[0]; }

/* The pictures are read before a transaction begins. */
struct profile {
	struct picture pictures[PUBLICATION_PICTURES];
	size_t aliases;
	bool said;
};

static bool read_profile(const struct call *call, struct profile *profile, struct error *err)
{
	void *owner = call->cli->owner;
	*profile = (struct profile){ 0 };
	while (profile->aliases < ALIASES && call->aliases[profile->aliases])
		profile->aliases++;
	profile->said = says_profile(call);
	for (size_t i = 0; i < PUBLICATION_PICTURES; i++) {
		const char *name = call->files[i];
		struct buf *bytes = name && *name ? file_read(owner, name, PICTURE_MAX, err) : NULL;
		if (name && *name && !bytes)
			return false;
		if (bytes && !publication_picture_make(owner, bytes->data, bytes->size, &profile->pictures[i], err)) {
			error_prefix(err, "'%s' cannot be a picture of a publication: ", name);
			return false;
		}
	}
	return true;
}

static bool set_profile(const struct call *call, int64_t id, const struct profile *profile, struct error *err)
{
	struct db *db = call->cli->db;
	bool fine = true;
	for (int i = 0; fine && i < PUBLICATION_PICTURES; i++)
		fine = !call->files[i] || publication_set_picture(db, id, (enum publication_picture_use)i, *call->files[i] ? &profile->pictures[i] : NULL, err);
	return fine && (!profile->aliases || publication_set_also_known_as(db, id, call->aliases, profile->aliases, err));
}

/* What was said of digests. */
struct digests {
	struct rhythm rhythm;
	bool by_source;
};

static bool read_digests(const struct call *call, struct digests *digests, struct error *err)
{
	*digests = (struct digests){ .by_source = call->order && strcmp(call->order, "source") == 0 };
	if (!call->rhythm && call->at)
		return error_set(err, ERROR_INVALID, "--at is the time of a rhythm: say --rhythm daily, weekly or monthly as well");
	if (call->order && !digests->by_source && strcmp(call->order, "date") != 0)
		return error_set(err, ERROR_INVALID, "'%s' is no order of the posts in a digest: date, source", call->order);
	return !call->rhythm || rhythm_parse(call->rhythm, call->at, NULL, &digests->rhythm, err);
}

static bool set_digests(const struct call *call, int64_t id, const struct digests *digests, struct error *err)
{
	struct db *db = call->cli->db;
	return (!call->rhythm || preferences_set_default(db, id, &digests->rhythm, err)) &&
	       (!call->order || db_run(db, "UPDATE publication SET digest_order = $2 WHERE id = $1", DB_ARGS(db_int(id), db_int(digests->by_source)), err));
}

static int add(const struct call *call, struct error *err)
{
	int64_t id;
	struct profile profile;
	struct digests digests;
	if (!read_profile(call, &profile, err) || !read_digests(call, &digests, err) || !publication_add(call->cli->db, call->with, &id, err) ||
	    !set_profile(call, id, &profile, err) || !set_digests(call, id, &digests, err) ||
	    (call->pictures && !publication_set_pictures(call->cli->db, id, call->policy, err)) ||
	    (call->answers >= 0 && !publication_set_answers(call->cli->db, id, (enum publication_answers)call->answers, err)) ||
	    (call->grace >= 0 && !publication_set_grace(call->cli->db, id, call->grace, err)))
		return cli_fail(err);
	printf("%lld\t%s\tmade\n", (long long)id, call->with->url);
	return 0;
}

static int set_gate(const struct call *call, struct error *err)
{
	struct cli *cli = call->cli;
	const char *named = call->named, *text = call->word;
	enum publication_gate gate;
	int64_t number;
	struct publication *p = publication_choose(cli->owner, cli->db, named, err);
	if (!cli_gate(text, &gate, &number, err))
		return cli_fail(err);
	if (!p || !publication_set_gate(cli->db, p->id, gate, number, err))
		return cli_fail(err);
	printf("%s\tgate %s\n", p->url, text);
	return 0;
}

static int set_owner(const struct call *call, struct error *err)
{
	struct cli *cli = call->cli;
	const char *named = call->named, *mail = call->word;
	struct publication *p = publication_choose(cli->owner, cli->db, named, err);
	if (!p || !publication_set_owner(cli->db, p->id, mail, err))
		return cli_fail(err);
	printf("%s\towner %s\n", p->url, mail);
	return 0;
}

/* What followers' servers show. */
static bool set_shown(const struct call *call, int64_t id, const struct profile *profile, struct error *err)
{
	const struct publication_new *with = call->with;
	struct db *db = call->cli->db;
	bool shown = with->url || with->name || with->summary || profile->said;
	return (!with->url || publication_move(db, id, with->url, err)) && set_profile(call, id, profile, err) && (!shown || plan_profile(db, id, err));
}

static bool edit(struct db *db, int64_t id, const struct call *call, const struct profile *profile, struct error *err)
{
	const struct publication_new *with = call->with;
	return db_begin(db, err) &&
	       db_end(db, publication_edit(db, id, with, err) && set_shown(call, id, profile, err) && (!call->gate || publication_set_gate(db, id, with->gate, with->gate_number, err)) &&
	                      (!call->pictures || publication_set_pictures(db, id, call->policy, err)) &&
	                      (call->answers < 0 || publication_set_answers(db, id, (enum publication_answers)call->answers, err)) &&
	                      (call->grace < 0 || publication_set_grace(db, id, call->grace, err)), err);
}

/* Only what was said is changed. */
static int set(const struct call *call, struct error *err)
{
	struct cli *cli = call->cli;
	struct publication *p = publication_choose(cli->owner, cli->db, call->named, err);
	struct profile profile;
	struct digests digests;
	int64_t until = 0;
	if (!p || !read_profile(call, &profile, err) || !read_digests(call, &digests, err))
		return cli_fail(err);
	while (!edit(cli->db, p->id, call, &profile, err))
		if (!cli_again(cli, err, &until))
			return cli_fail(err);
	if (!set_digests(call, p->id, &digests, err) || !(p = publication_by_id(cli->owner, cli->db, p->id, err)))
		return cli_fail(err);
	printf("%s\tchanged\n", p->url);
	return 0;
}

static int drop(const struct call *call, struct error *err) { return publication_remove(call->cli, call->word, call->yes, err); }

static bool policy_of(const char *text, enum picture_policy *policy, struct error *err)
{
	static const char *const names[] = { [PICTURES_NONE] = "none", [PICTURES_POSTERS] = "posters", [PICTURES_ALL] = "all" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(text, names[i]) == 0) {
			*policy = (enum picture_policy)i;
			return true;
		}
	return error_set(err, ERROR_INVALID, "'%s' is none of: none, posters (previews of films are kept here), all (and the pictures of posts)", text);
}

static bool answers_of(const char *text, int *where, struct error *err)
{
	*where = -1;
	for (int i = 0; text && i < (int)(sizeof answers / sizeof *answers); i++)
		if (strcmp(text, answers[i]) == 0)
			*where = i;
	return !text || *where >= 0 ||
	       error_set(err, ERROR_INVALID, "'%s' is none of: owner (what readers answer to a letter comes to you), moderate (it waits in 'pennypost reply list')", text);
}

/* An answer to a letter must be able to come here. */
static bool hears(const struct call *c, struct error *err)
{
	return c->answers != PUBLICATION_ANSWERS_MODERATE || c->cli->config->inbound.domain ||
	       error_set(err, ERROR_INVALID, "no mail comes in here, so no answer can wait for your word: name the domain of the addresses in inbound { } first (pennypost.conf(5))");
}

static bool needed(const struct call *c) { return c->with->url && c->with->name && c->with->handle; }

static bool says_policy(const struct call *c) { return c->gate || c->answers >= 0 || c->pictures || c->grace >= 0; }

static bool says_words(const struct publication_new *with)
{
	return with->url || with->name || with->summary || with->author || with->language || with->time_zone || with->mail_from || with->postal_address ||
	       with->owner_mail;
}

static bool says_something(const struct call *c)
{
	return says_words(c->with) || says_policy(c) || c->rhythm || c->at || c->order || says_profile(c);
}

static const struct verb {
	const char *name;
	int words;
	bool (*fits)(const struct call *); /* or NULL */
	int (*run)(const struct call *, struct error *);
} verbs[] = {
	{ "list", 0, NULL, list }, { "show", 0, NULL, show }, { "add", 0, needed, add }, { "set", 0, says_something, set }, { "remove", 1, NULL, drop }, { "owner", 1, NULL, set_owner }, { "gate", 1, NULL, set_gate },
};

static const struct verb *verb_of(int argc, char **argv, const struct call *call)
{
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (cli_verb(argc, argv, verbs[i].name, verbs[i].words) && (!verbs[i].fits || verbs[i].fits(call)))
			return &verbs[i];
	return NULL;
}

#define ALIAS(N) { "also-known-as", &as[N], 0 }

int cli_publication(struct cli *cli, int argc, char **argv)
{
	struct error err = { 0 };
	struct publication_new with = { 0 };
	const char *gate = NULL, *named = NULL, *where = NULL, *pictures = NULL, *grace = NULL, *rhythm = NULL, *at = NULL, *order = NULL;
	const char *icon = NULL, *header = NULL, *as[ALIASES] = { 0 };
	enum picture_policy policy = PICTURES_POSTERS;
	int answered = -1;
	int64_t minutes = -1;
	bool json = false, yes = false;
	const struct cli_option options[] = {
		{ "url", &with.url, 0 }, { "name", &with.name, 0 }, { "handle", &with.handle, 0 }, { "summary", &with.summary, 0 },
		{ "author", &with.author, 0 }, { "language", &with.language, 0 }, { "timezone", &with.time_zone, 0 }, { "mail-from", &with.mail_from, 0 },
		{ "postal-address", &with.postal_address, 0 }, { "owner", &with.owner_mail, 0 }, { "gate", &gate, 0 }, { "pictures", &pictures, 0 }, { "grace-minutes", &grace, 0 },
		{ "answers", &where, 0 }, { "rhythm", &rhythm, 0 }, { "at", &at, 0 }, { "digest-order", &order, 0 }, { "publication", &named, 0 }, { "json", 0, &json }, { "yes", 0, &yes }, { "icon", &icon, 0 }, { "header", &header, 0 },
		ALIAS(0), ALIAS(1), ALIAS(2), ALIAS(3), ALIAS(4), ALIAS(5), ALIAS(6), ALIAS(7), ALIAS(8), ALIAS(9), ALIAS(10), { 0, 0, 0 } };
	if (!cli_options(&argc, argv, options, &err))
		return cli_wrong(HOW, argc, argv, &err);
	if (gate && !cli_gate(gate, &with.gate, &with.gate_number, &err))
		return cli_fail(&err);
	if (!answers_of(where, &answered, &err) || (pictures && !policy_of(pictures, &policy, &err)) || !cli_number(grace, 0, &minutes, &err))
		return cli_fail(&err);
	struct call call = { cli, named, argc > 1 ? argv[1] : NULL, &with, gate, pictures, policy, answered, minutes, json, yes, rhythm, at, order, { icon, header }, { 0 } };
	memcpy(call.aliases, as, sizeof as);
	const struct verb *verb = verb_of(argc, argv, &call);
	if (!verb)
		return cli_usage(HOW, argc, argv);
	if (verb->run == set && with.handle) {
		error_set(&err, ERROR_INVALID, "the handle of a publication stays: everybody who follows it names it");
		return cli_fail(&err);
	}
	return cli_open(cli, &err) && hears(&call, &err) ? verb->run(&call, &err) : cli_fail(&err);
}
