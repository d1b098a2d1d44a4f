/*
 * The RSA keys of unit tests: a few are made in each process, and then come again and again, as making one takes longer than most tests.
 *
 * Linked into every unit test in the place of key_generate (ld's --wrap).
 */
#include "gateway/base/memory/mem.h"
#include "gateway/base/secret/key.h"

enum { KEYS = 4 };

struct key *__real_key_generate(void *owner, enum key_type type);
struct key *__wrap_key_generate(void *owner, enum key_type type);

struct key *__wrap_key_generate(void *owner, enum key_type type)
{
	static char *made[KEYS];
	static size_t next;
	struct error ignored;
	if (type != KEY_RSA)
		return __real_key_generate(owner, type);
	char **pem = &made[next++ % KEYS];
	if (*pem)
		return key_from_private_pem(owner, *pem, &ignored);
	struct key *key = __real_key_generate(owner, type);
	*pem = key_private_pem(NULL, key);
	return key;
}
