#include "gateway/base/memory/mem.h"
#include "gateway/cli/cli.h"
#include "gateway/cli/listing.h"
#include "gateway/cli/subscriber.h"
#include "subscribers/people/audience.h"
#include "subscribers/people/erasure.h"
#include "subscribers/people/subscriber.h"
#include "subscribers/people/subscriber_tag.h"
#include "subscribers/proof/session.h"
#include <string.h>

#define STATES "pending, confirmed, left, suppressed, contact or held"
#define KINDS "mail or actor"
#define HOW "subscriber add --confirmed ADDRESS... [--publication P]\n" \
	"       pennypost subscriber list [--publication P] [--state pending|confirmed|left|suppressed|contact|held]\n" \
	"       [--kind mail|actor] [--tag TAG | --audience WHO] [--tier subscriber|supporter] [--limit N]\n" \
	"       [--json]\n" \
	"       pennypost subscriber show ADDRESS [--publication P] [--json]\n" \
	"       pennypost subscriber set ADDRESS [--rhythm default|each|daily|weekly|monthly] [--at TIME] [--zone ZONE]\n" \
	"       [--pause-until DATE|no] [--text-only yes|no] [--language CODE|all] [--tier subscriber|supporter]\n" \
	"       [--publication P]\n" \
	"       pennypost subscriber remove ADDRESS [--publication P]\n" \
	"       pennypost subscriber unsuppress ADDRESS [--publication P]\n" \
	"       pennypost subscriber tag ADDRESS [+TAG...] [-TAG...] [--publication P]\n" \
	"       pennypost subscriber erase ADDRESS [--publication P]\n" \
	"       pennypost subscriber import FILE [--publication P] [--dry-run] [--format NAME]\n" \
	"       [--confirmed-elsewhere WORDS] [--tag TAG]\n" \
	"       pennypost subscriber import --approve N|--undo N [--publication P]\n" \
	"       pennypost subscriber imports [--publication P] [--json]\n" \
	"       pennypost subscriber export [--publication P] [--format csv|json]"

enum { PAGE = 1000 };

/* What became of an address; it is told once that is committed. */
struct outcome {
	int64_t id;
	struct error refusal; /* kind 0: it was added */
};

/* The first of these addresses, in one transaction: all[0] to all[*done - 1]. */
static bool add_some(struct cli *cli, const struct publication *p, size_t count, char **mails, struct outcome *all, size_t *done, struct error *err)
{
	size_t n = 0;
	bool fine = db_begin(cli->db, err);
	if (!fine)
		return false;
	while (fine && n < count && (n == 0 || !db_turn_over(cli->db, n))) {
		struct outcome *o = &all[n];
		*o = (struct outcome){ 0 };
		bool added = subscriber_add_confirmed(cli->db, p->id, mails[n], &o->id, &o->refusal);
		if (added)
			o->refusal.kind = 0;
		fine = added || o->refusal.kind == ERROR_EXISTS || o->refusal.kind == ERROR_INVALID;
		if (!fine)
			*err = o->refusal;
		n++;
	}
	fine = db_end(cli->db, fine, err);
	db_give_way(cli->db);
	*done = n;
	return fine;
}

static int add(struct cli *cli, const struct publication *p, size_t count, char **mails, struct error *err)
{
	int status = 0;
	int64_t until = 0;
	struct outcome *all = mem_array(cli->owner, struct outcome, count);
	for (size_t from = 0, done; from < count; from += done) {
		while (!add_some(cli, p, count - from, mails + from, all, &done, err))
			if (!cli_again(cli, err, &until))
				return cli_fail(err);
		until = 0;
		for (size_t i = 0; i < done; i++)
			if (all[i].refusal.kind)
				status = cli_fail(&all[i].refusal);
			else
				printf("%lld\tconfirmed\t%s\n", (long long)all[i].id, mails[from + i]);
	}
	return status;
}

static const char *const columns[] = { "id", "kind", "state", "since", "address", "reason", "tier", NULL };

/* Which addresses are wanted; state, kind and tier -1: all; limit 0: all. */
struct wanted {
	int state, kind, tier;
	int64_t limit;
	const char *tag, *words; /* an audience */
	bool json;
};

static int list(struct cli *cli, const struct publication *p, const struct wanted *w, struct error *err)
{
	int64_t after = 0, printed = 0;
	struct audience *audience = w->tag ? audience_tagged(cli->owner, w->tag, err) : audience_parse(cli->owner, p, w->words ? w->words : "", err);
	if (!audience)
		return cli_fail(err);
	if (w->tier >= 0)
		audience_limit(audience, (enum subscriber_tier)w->tier);
	struct listing *l = listing_new(cli->owner, stdout, columns, w->json);
	for (size_t count = PAGE; count == PAGE && (!w->limit || printed < w->limit);) {
		struct address **all;
		void *page = talloc_new(cli->owner);
		if (!subscriber_list(page, cli->db, p->id, w->kind, audience, after, PAGE, &all, err))
			return cli_fail(err);
		count = talloc_array_length(all);
		for (size_t i = 0; i < count && (!w->limit || printed < w->limit); i++) {
			after = all[i]->id;
			if (w->state >= 0 && (int)all[i]->state != w->state)
				continue;
			listing_number(l, all[i]->id);
			listing_text(l, address_kind_name(all[i]->kind));
			listing_text(l, address_state_name(all[i]->state));
			listing_time(l, all[i]->confirmed ? all[i]->confirmed : all[i]->created);
			listing_text(l, all[i]->value);
			listing_text(l, all[i]->reason);
			listing_text(l, tier_name(all[i]->tier));
			printed++;
		}
		talloc_free(page);
	}
	listing_end(l);
	return 0;
}

/* All that may be typed. */
struct typed {
	const char *publication, *state, *kind, *limit, *tag, *format, *words, *approve, *undo;
	bool confirmed, dry;
	struct subscriber_wishes wishes;
	char **changes;
	struct wanted wanted;
};

/* --state, --kind, --tier and --limit as typed. */
static bool understand(const struct typed *t, struct wanted *w, struct error *err)
{
	const char *state = t->state, *kind = t->kind;
	enum subscriber_tier tier;
	for (int s = ADDRESS_PENDING; state && s <= ADDRESS_HELD; s++)
		if (strcmp(state, address_state_name((enum address_state)s)) == 0)
			w->state = s;
	for (int k = ADDRESS_MAIL; kind && k <= ADDRESS_ACTOR; k++)
		if (strcmp(kind, address_kind_name((enum address_kind)k)) == 0)
			w->kind = k;
	if (state && w->state < 0)
		return error_set(err, ERROR_INVALID, "'%s' is no state: " STATES, state);
	if (kind && w->kind < 0)
		return error_set(err, ERROR_INVALID, "'%s' is no kind of address: " KINDS, kind);
	if (t->wishes.tier && !tier_named(t->wishes.tier, &tier, err))
		return false;
	if (t->wishes.tier)
		w->tier = (int)tier;
	return cli_number(t->limit, 1, &w->limit, err);
}

static int unsuppress(struct cli *cli, const struct publication *p, const char *value, struct error *err)
{
	struct address *a = subscriber_named(cli, p, value, err);
	int64_t until = 0;
	bool fine = false;
	while (a && !(fine = subscriber_unsuppress(cli->db, a->id, err)) && cli_again(cli, err, &until))
		;
	if (a && !fine && err->kind == ERROR_INVALID)
		error_set(err, ERROR_INVALID, "'%s' is not suppressed, but %s", value, address_state_name(a->state));
	a = fine ? address_get(cli->owner, cli->db, a->id, err) : NULL;
	if (!a)
		return cli_fail(err);
	printf("%lld\t%s\t%s\n", (long long)a->id, address_state_name(a->state), a->value);
	return 0;
}

/* Who is removed reads no longer, in whatever browser they are signed in. */
static bool end(struct db *db, struct address *a, struct error *err)
{
	return db_begin(db, err) &&
	       db_end(db, subscriber_leave(db, a->id, &(struct consent){ "", "removed by the owner" }, err) && session_end_all(db, a, err), err);
}

static int leave(struct cli *cli, const struct publication *p, const char *value, struct error *err)
{
	struct address *a = subscriber_named(cli, p, value, err);
	if (!a)
		return cli_fail(err);
	int64_t until = 0;
	while (!end(cli->db, a, err))
		if (!cli_again(cli, err, &until))
			return cli_fail(err);
	printf("%lld\tleft\t%s\n", (long long)a->id, a->value);
	return 0;
}

struct tagging {
	struct db *db;
	const struct address *address;
	char **changes; /* "+vip", "-old", until NULL */
};

static bool change_tags(void *context, struct error *err)
{
	const struct tagging *t = context;
	bool fine = true;
	for (char **c = t->changes; fine && *c; c++)
		fine = **c == '+' ? subscriber_tag_add(t->db, t->address->subscriber, *c + 1, 0, err) : subscriber_tag_remove(t->db, t->address->subscriber, *c + 1, err);
	return fine;
}

static int tag(struct cli *cli, const struct publication *p, const char *value, char **changes, struct error *err)
{
	int64_t until = 0;
	char **tags;
	struct tagging t = { cli->db, subscriber_named(cli, p, value, err), changes };
	if (!t.address)
		return cli_fail(err);
	while (!db_transact(cli->db, change_tags, &t, err))
		if (!cli_again(cli, err, &until))
			return cli_fail(err);
	if (!subscriber_tags(cli->owner, cli->db, t.address->subscriber, &tags, err))
		return cli_fail(err);
	printf("%lld\t%s\t", (long long)t.address->id, t.address->value);
	for (size_t i = 0; i < talloc_array_length(tags); i++)
		printf("%s%s", i ? ", " : "", tags[i]);
	putchar('\n');
	return 0;
}

static int erase(struct cli *cli, const struct publication *p, const char *value, struct error *err)
{
	int64_t until = 0;
	struct address *a = subscriber_named(cli, p, value, err);
	if (!a)
		return cli_fail(err);
	while (!subscriber_erase(cli->db, p, a->subscriber, err))
		if (!cli_again(cli, err, &until))
			return cli_fail(err);
	printf("%lld\terased\tonly a hash is kept, so that no import brings them back\n", (long long)a->id);
	return 0;
}

/* Takes "+vip" and "-old" out of argv, where the latter would be an option; the array ends with NULL. */
static char **take_changes(void *owner, int *argc, char **argv)
{
	char **changes = mem_array(owner, char *, (size_t)*argc + 1);
	int kept = 0, taken = 0;
	bool tagging = *argc > 0 && strcmp(argv[0], "tag") == 0;
	for (int i = 0; i < *argc; i++) {
		const char *w = argv[i];
		bool change = tagging && i > 1 && w[1] && (w[0] == '+' || (w[0] == '-' && w[1] != '-' && strcmp(w, "-h") != 0));
		if (change)
			changes[taken++] = argv[i];
		else
			argv[kept++] = argv[i];
	}
	*argc = kept;
	return changes;
}

typedef int verb(struct cli *, const struct publication *, const struct typed *, int, char **, struct error *);

static int verb_add(struct cli *cli, const struct publication *p, const struct typed *t, int argc, char **argv, struct error *err)
{
	(void)t;
	return add(cli, p, (size_t)argc - 1, argv + 1, err);
}

static int verb_list(struct cli *cli, const struct publication *p, const struct typed *t, int argc, char **argv, struct error *err)
{
	(void)argc, (void)argv;
	return list(cli, p, &t->wanted, err);
}

static int verb_show(struct cli *cli, const struct publication *p, const struct typed *t, int argc, char **argv, struct error *err)
{
	(void)argc;
	return subscriber_show(cli, p, argv[1], t->wanted.json, err);
}

static int verb_set(struct cli *cli, const struct publication *p, const struct typed *t, int argc, char **argv, struct error *err)
{
	(void)argc;
	return subscriber_set(cli, p, argv[1], &t->wishes, err);
}

static int verb_leave(struct cli *cli, const struct publication *p, const struct typed *t, int argc, char **argv, struct error *err)
{
	(void)argc, (void)t;
	return leave(cli, p, argv[1], err);
}

static int verb_unsuppress(struct cli *cli, const struct publication *p, const struct typed *t, int argc, char **argv, struct error *err)
{
	(void)argc, (void)t;
	return unsuppress(cli, p, argv[1], err);
}

static int verb_erase(struct cli *cli, const struct publication *p, const struct typed *t, int argc, char **argv, struct error *err)
{
	(void)argc, (void)t;
	return erase(cli, p, argv[1], err);
}

static int verb_tag(struct cli *cli, const struct publication *p, const struct typed *t, int argc, char **argv, struct error *err)
{
	(void)argc;
	return tag(cli, p, argv[1], t->changes, err);
}

static int verb_import(struct cli *cli, const struct publication *p, const struct typed *t, int argc, char **argv, struct error *err)
{
	(void)argc;
	if (t->approve || t->undo)
		return t->approve ? subscriber_verb_approve(cli, p, t->approve, err) : subscriber_verb_undo(cli, p, t->undo, err);
	return subscriber_verb_import(cli, p, argv[1], t->format, &(struct roster_settings){ t->words, t->tag, t->dry }, err);
}

static int verb_imports(struct cli *cli, const struct publication *p, const struct typed *t, int argc, char **argv, struct error *err)
{
	(void)argc, (void)argv;
	return subscriber_verb_imports(cli, p, t->wanted.json, err);
}

static int verb_export(struct cli *cli, const struct publication *p, const struct typed *t, int argc, char **argv, struct error *err)
{
	(void)argc, (void)argv;
	return subscriber_verb_export(cli, p, t->format, err);
}

/* The verb with just so many words behind it; -1: one or more. */
static const struct {
	const char *name;
	int words;
	verb *run;
} verbs[] = {
	{ "add", -1, verb_add }, { "list", 0, verb_list }, { "show", 1, verb_show }, { "set", 1, verb_set },
	{ "remove", 1, verb_leave }, { "unsuppress", 1, verb_unsuppress }, { "tag", 1, verb_tag },
	{ "erase", 1, verb_erase }, { "import", 1, verb_import }, { "imports", 0, verb_imports }, { "export", 0, verb_export },
};

static verb *verb_of(int argc, char **argv, const struct typed *t)
{
	bool record = t->approve || t->undo;
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
		int words = verbs[i].run == verb_import && record ? 0 : verbs[i].words;
		if (words < 0 ? argc >= 2 && strcmp(argv[0], verbs[i].name) == 0 : cli_verb(argc, argv, verbs[i].name, words))
			return verbs[i].run == verb_import && t->approve && t->undo ? NULL : verbs[i].run;
	}
	return NULL;
}

int cli_subscriber(struct cli *cli, int argc, char **argv)
{
	struct error err = { 0 };
	struct typed t = { .wanted = { .state = -1, .kind = -1, .tier = -1 } };
	const struct cli_option options[] = {
		{ "publication", &t.publication, 0 }, { "confirmed", 0, &t.confirmed }, { "state", &t.state, 0 }, { "kind", &t.kind, 0 }, { "limit", &t.limit, 0 },
		{ "json", 0, &t.wanted.json }, { "tag", &t.tag, 0 }, { "format", &t.format, 0 }, { "dry-run", 0, &t.dry }, { "confirmed-elsewhere", &t.words, 0 },
		{ "approve", &t.approve, 0 }, { "undo", &t.undo, 0 }, { "rhythm", &t.wishes.rhythm, 0 }, { "at", &t.wishes.at, 0 },
		{ "zone", &t.wishes.zone, 0 }, { "pause-until", &t.wishes.pause, 0 }, { "text-only", &t.wishes.text_only, 0 },
		{ "language", &t.wishes.language, 0 }, { "audience", &t.wanted.words, 0 }, { "tier", &t.wishes.tier, 0 }, { 0, 0, 0 }
	};
	t.changes = take_changes(cli->owner, &argc, argv);
	if (!cli_options(&argc, argv, options, &err))
		return cli_wrong(HOW, argc, argv, &err);
	verb *run = verb_of(argc, argv, &t);
	if (!run || (run == verb_set && !subscriber_wishes_any(&t.wishes)))
		return cli_usage(HOW, argc, argv);
	if (run == verb_add && !t.confirmed) {
		error_set(&err, ERROR_INVALID, "only people themselves can ask to subscribe, on the web page; "
		                               "for someone who agreed elsewhere say 'subscriber add --confirmed %s'", argv[1]);
		return cli_fail(&err);
	}
	if (t.words && !*t.words) {
		error_set(&err, ERROR_INVALID, "--confirmed-elsewhere needs words that say how they agreed, such as 'sign-up sheet at the fair, May 2025'");
		return cli_fail(&err);
	}
	t.wanted.tag = t.tag;
	if (!understand(&t, &t.wanted, &err))
		return cli_fail(&err);
	struct publication *p = cli_open(cli, &err) ? publication_choose(cli->owner, cli->db, t.publication, &err) : NULL;
	return p ? run(cli, p, &t, argc, argv, &err) : cli_fail(&err);
}
