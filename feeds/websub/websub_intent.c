#include "feeds/websub/websub_intent.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include <string.h>

#define LEASE_USUAL (10 * CLOCK_DAY)
#define LEASE_MAX (30 * CLOCK_DAY)
/* How long a hub that missed our answer may repeat its verification. */
#define GRACE (5 * CLOCK_MINUTE)
/* So long a new hub is relied on before its first push. */
#define TRIAL CLOCK_DAY
#define GONE_FOR (30 * CLOCK_DAY)
#define DENIED_FOR (3 * CLOCK_DAY)
enum { REASON_MAX = 200 };

/* The hub after the current one in the list; NULL when that was the last. */
static char *next_hub(void *owner, const struct websub *w)
{
	size_t n = strlen(w->hub);
	for (const char *line = w->hubs; *line; ) {
		size_t size = strcspn(line, "\n");
		const char *next = line + size + (line[size] == '\n');
		if (size == n && strncmp(line, w->hub, n) == 0)
			return *next ? mem_ndup(owner, next, strcspn(next, "\n")) : NULL;
		line = next;
	}
	return NULL;
}

void websub_fall_back(struct websub *w, const char *reason)
{
	int64_t now = clock_now();
	char *next = next_hub(w, w);
	w->last_error = mem_dup(w, reason);
	if (w->state == WEBSUB_ACTIVE && w->lease_end > now) {
		/* It refused to renew, but may push until the lease ends. */
		w->next_try = w->lease_end;
		return;
	}
	/* Another hub must not get the token and secret of this one. */
	websub_renew_keys(w);
	w->tries = 0;
	w->pending = WEBSUB_NOTHING;
	w->pending_until = w->lease_end = 0;
	w->state = next ? WEBSUB_WANTED : WEBSUB_DENIED;
	w->next_try = next ? now : now + DENIED_FOR;
	w->hub = next ? next : mem_ndup(w, w->hubs, strcspn(w->hubs, "\n"));
	if (next)
		w->last_error = NULL;
}

static int64_t bounded(int64_t lease, int64_t least)
{
	lease = lease > 0 ? lease : LEASE_USUAL;
	return lease < least ? least : lease > LEASE_MAX ? LEASE_MAX : lease;
}

/* How long before its end a lease is renewed: a tenth of it, at least an hour, at most half of it. */
static int64_t renewal_margin(int64_t lease)
{
	int64_t left = lease / 10 > CLOCK_HOUR ? lease / 10 : CLOCK_HOUR;
	return left < lease / 2 ? left : lease / 2;
}

static bool begin(struct db *db, struct websub *w, int64_t lease, struct error *err)
{
	int64_t now = clock_now();
	bool first = w->state != WEBSUB_ACTIVE;
	w->state = WEBSUB_ACTIVE;
	w->lease_end = now + lease;
	w->next_try = w->lease_end - renewal_margin(lease);
	w->tries = 0;
	w->last_error = NULL;
	w->pending_until = now + GRACE;
	if (!w->proven && !first)
		return true;
	return source_set_pushed_until(db, w->source, w->proven || lease < TRIAL ? w->lease_end : now + TRIAL, err);
}

static void end(struct websub *w)
{
	w->state = WEBSUB_ENDED;
	w->pending_until = clock_now() + GRACE;
	w->next_try = clock_now() + GONE_FOR;
}

static bool deny(struct db *db, struct websub *w, const char *reason, struct error *err)
{
	char *words = text_blank(reason) ? NULL : text_cut(w, text_squeeze(w, reason), REASON_MAX);
	w->lease_end = 0;
	websub_fall_back(w, words && text_utf8(words, strlen(words)) ? mem_printf(w, "the hub says: %s", words) : "the hub refuses");
	return source_set_pushed_until(db, w->source, 0, err) && source_make_due(db, w->source, err);
}

/* Did we request this? */
static bool is_requested(const struct websub *w, const struct websub_intent *i)
{
	static const char *const names[] = { [WEBSUB_NOTHING] = "", [WEBSUB_SUBSCRIBE] = "subscribe", [WEBSUB_UNSUBSCRIBE] = "unsubscribe" };
	return w->pending != WEBSUB_NOTHING && strcmp(i->mode, names[w->pending]) == 0 && w->pending_until > clock_now() &&
	       (w->pending == WEBSUB_UNSUBSCRIBE || w->source);
}

static bool apply(struct db *db, struct websub *w, const struct websub_intent *i, int64_t least, bool *agreed, struct error *err)
{
	const struct websub before = *w;
	bool fine = true, denied = strcmp(i->mode, "denied") == 0;
	if (strcmp(i->topic, w->topic) != 0 || !(denied ? w->source && w->state < WEBSUB_LEAVING : is_requested(w, i)))
		return true;
	if (denied)
		fine = deny(db, w, i->reason, err);
	else if (w->pending == WEBSUB_SUBSCRIBE)
		fine = begin(db, w, bounded(i->lease, least), err);
	else
		end(w);
	return fine && websub_record(db, &before, w, agreed, err);
}

struct asking {
	struct db *db;
	const char *token;
	const struct websub_intent *intent;
	int64_t least;
	bool *agreed;
};

static bool answer(void *context, struct error *err)
{
	const struct asking *a = context;
	*a->agreed = false;
	struct websub *w = websub_by_token(NULL, a->db, a->token, err);
	bool fine = w ? apply(a->db, w, a->intent, a->least, a->agreed, err) : err->kind == ERROR_NOT_FOUND;
	talloc_free(w);
	return fine;
}

bool websub_intent(struct db *db, const char *token, const struct websub_intent *intent, int64_t least, bool *agreed, struct error *err)
{
	*agreed = false;
	return !intent->mode || !intent->topic || db_transact(db, answer, &(struct asking){ db, token, intent, least, agreed }, err);
}
