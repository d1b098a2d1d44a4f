#include "feeds/source/rule.h"
#include "gateway/base/memory/mem.h"
#include "gateway/cli/listing.h"
#include "gateway/cli/source.h"
#include <string.h>

static const char *const columns[] = { "position", "effect", "field", "pattern", NULL };

static void print(struct listing *l, const struct rule *r)
{
	listing_number(l, r->position);
	listing_text(l, rule_effect_name(r->effect));
	listing_text(l, rule_field_name(r->field));
	listing_text(l, r->pattern);
}

static int list(struct source_call *call, struct error *err)
{
	struct rule *all;
	struct source *s = source_get(call->cli->owner, call->cli->db, call->id, err);
	if (!s || !rule_list(call->cli->owner, call->cli->db, s->id, &all, err))
		return cli_fail(err);
	struct listing *l = listing_new(call->cli->owner, stdout, columns, call->json);
	for (size_t i = 0; i < talloc_array_length(all); i++)
		print(l, &all[i]);
	listing_end(l);
	return 0;
}

static int add(struct source_call *call, struct error *err)
{
	struct rule r = { .pattern = call->words[3] };
	if (!rule_effect_named(call->words[1], &r.effect) || !rule_field_named(call->words[2], &r.field)) {
		error_set(err, ERROR_INVALID, "'%s %s' is no rule: include or exclude, then tag, author or title, then a pattern", call->words[1], call->words[2]);
		return cli_fail(err);
	}
	struct source *s = source_get(call->cli->owner, call->cli->db, call->id, err);
	int64_t until = 0;
	bool added = false;
	while (s && !(added = rule_add(call->cli->db, s->id, &r, err)) && cli_again(call->cli, err, &until))
		;
	if (!added)
		return cli_fail(err);
	struct listing *l = listing_new(call->cli->owner, stdout, columns, call->json);
	print(l, &r);
	listing_end(l);
	return 0;
}

static int drop(struct source_call *call, struct error *err)
{
	int64_t position, until = 0;
	if (!cli_number(call->words[2], 1, &position, err))
		return cli_fail(err);
	while (!rule_remove(call->cli->db, call->id, position, err))
		if (!cli_again(call->cli, err, &until))
			return cli_fail(err);
	printf("%lld\tremoved\n", (long long)position);
	return 0;
}

int source_verb_rule(struct source_call *call, struct error *err)
{
	int count = 0;
	while (call->words[count])
		count++;
	if (count == 2 && strcmp(call->words[1], "list") == 0)
		return list(call, err);
	if (count == 3 && strcmp(call->words[1], "remove") == 0)
		return drop(call, err);
	if (count == 4)
		return add(call, err);
	return SOURCE_MISUSED;
}
