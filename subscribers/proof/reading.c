#include "subscribers/proof/reading.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/secret/token.h"
#include "subscribers/ledger/ledger.h"
#include <stdlib.h>

static const char purpose[] = "read";

char *reading_token(void *owner, const struct publication *p, int64_t address, int64_t issue, int64_t issued)
{
	/* In seconds: the link is shorter. */
	char *payload = mem_printf(NULL, "%lld-%lld-%lld", (long long)address, (long long)issue, (long long)((issued + READING_LIFE) / CLOCK_SECOND));
	char *token = token_sign(owner, p->secret, purpose, payload);
	talloc_free(payload);
	return token;
}

/* The numbers of a payload of ours. */
static void take_apart(const char *payload, int64_t numbers[3])
{
	for (size_t i = 0; i < 3; i++) {
		char *end;
		numbers[i] = strtoll(payload, &end, 10);
		payload = *end ? end + 1 : end;
	}
}

static bool reads_still(struct db *db, const struct publication *p, int64_t id, bool *still, bool *supporter, struct error *err)
{
	struct address *a = address_get(NULL, db, id, err);
	*still = a && a->publication == p->id && a->state == ADDRESS_CONFIRMED;
	*supporter = a && a->tier == TIER_SUPPORTER;
	talloc_free(a);
	return a || err->kind == ERROR_NOT_FOUND;
}

bool reading_of(struct db *db, const struct publication *p, const char *token, struct reading *reading, struct error *err)
{
	int64_t numbers[3];
	bool still;
	char *payload = token_verify(NULL, p->secret, purpose, token);
	if (!payload)
		return error_set(err, ERROR_NOT_FOUND, "that link is not one of ours");
	take_apart(payload, numbers);
	talloc_free(payload);
	if (clock_now() / CLOCK_SECOND >= numbers[2])
		return error_set(err, ERROR_INVALID, "The link of a letter works for ninety days. Sign in with your address, and you can read on.");
	if (!reads_still(db, p, numbers[0], &still, &reading->supporter, err))
		return false;
	if (!still)
		return error_set(err, ERROR_INVALID, "The link of a letter works for as long as its reader is subscribed.");
	reading->issue = numbers[1];
	return db_get_int(db, "SELECT coalesce(entry, 0) FROM issue WHERE id = $1 AND publication = $2 AND (entry IS NOT NULL OR kind = $3)",
	                  DB_ARGS(db_int(numbers[1]), db_int(p->id), db_int(ISSUE_DIGEST)), &reading->entry, err);
}
