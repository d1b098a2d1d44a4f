#include "subscribers/bounce/bounce_token.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/secret/token.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PURPOSE "bounce"
/* An id of 64 bits; base64url of 128 bits. */
enum { DIGITS_MAX = 19, MAC_SIZE = 22 };

static char *sign(void *owner, const struct publication *p, const char *purpose, int64_t delivery)
{
	char *payload = mem_printf(NULL, "%lld", (long long)delivery), *token = token_sign(owner, p->secret, purpose, payload);
	talloc_free(payload);
	return token;
}

char *bounce_token(void *owner, const struct publication *p, int64_t delivery) { return sign(owner, p, PURPOSE, delivery); }

static bool in_token(char c) { return isalnum((unsigned char)c) || c == '-' || c == '_'; }

/* The size of the token at s, or 0. */
static size_t token_at(const char *s)
{
	size_t digits = strspn(s, "0123456789"), mac = 0;
	if (digits == 0 || digits > DIGITS_MAX || s[digits] != '.')
		return 0;
	while (mac <= MAC_SIZE && in_token(s[digits + 1 + mac]))
		mac++;
	return mac == MAC_SIZE ? digits + 1 + mac : 0;
}

char *bounce_token_in(void *owner, const char *text)
{
	for (const char *p = text; *p; p++) {
		size_t n = p == text || !in_token(p[-1]) ? token_at(p) : 0;
		if (n)
			return mem_ndup(owner, p, n);
		/* Digits that are none are not looked at again from their middle. */
		p += isdigit((unsigned char)*p) ? strspn(p, "0123456789") - 1 : 0;
	}
	return NULL;
}

/* Some hosts make local parts small. */
static bool same(const char *a, const char *b)
{
	char *x = text_lower(NULL, a), *y = text_lower(NULL, b);
	bool equal = token_equal(x, y);
	talloc_free(x);
	talloc_free(y);
	return equal;
}

static struct bounce_origin *delivery_of(void *owner, struct db *db, int64_t id, struct error *err)
{
	struct bounce_origin *o = NULL;
	struct db_rows *rows = db_query(db, "SELECT d.id, d.issue, d.address, i.publication, a.value FROM delivery d JOIN issue i ON i.id = d.issue"
	                                    " JOIN address a ON a.id = d.address WHERE d.id = $1 AND d.kind = 0", DB_ARGS(db_int(id)));
	if (db_next(rows)) {
		o = mem_new(owner, struct bounce_origin);
		*o = (struct bounce_origin){ db_column_int(rows, 0), db_column_int(rows, 1), db_column_int(rows, 2), db_column_int(rows, 3), db_column_dup(o, rows, 4) };
	}
	return db_finish_one(rows, o, "no such letter was sent", err);
}

struct bounce_origin *bounce_token_find(void *owner, struct db *db, const char *token, bool message_id, struct error *err)
{
	struct bounce_origin *o = delivery_of(owner, db, strtoll(token, NULL, 10), err);
	struct publication *p = o ? publication_by_id(NULL, db, o->publication, err) : NULL;
	char *right = p ? sign(p, p, message_id ? "return" : PURPOSE, o->delivery) : NULL;
	bool genuine = right && same(right, token);
	if (right && !genuine)
		error_set(err, ERROR_NOT_FOUND, "no such letter was sent");
	talloc_free(p);
	if (genuine)
		return o;
	talloc_free(o);
	return NULL;
}
