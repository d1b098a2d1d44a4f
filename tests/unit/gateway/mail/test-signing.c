/* test-signing - what threads sign is what dkim_sign says, however many they are and whenever a job is given up. */
#include "gateway/base/memory/mem.h"
#include "gateway/mail/signing.h"
#include "tap.h"
#include <stdio.h>
#include <string.h>

/* RSA with PKCS #1 v1.5 and Ed25519 always make the same signature of the same bytes. */
#define WHEN INT64_C(1795382045000)
enum { JOBS = 40, SIGNERS = 2 };

struct letter {
	char *message, *want;
	size_t size, want_size;
};

static struct letter *letters(void *t, const struct dkim_signer *signers)
{
	struct letter *all = mem_array(t, struct letter, JOBS);
	for (int i = 0; i < JOBS; i++) {
		struct letter *l = &all[i];
		l->message = mem_printf(t, "From: post@lamp.test\r\nTo: reader%d@mail.test\r\nSubject: Tides\r\n\r\nLow water, %d.\r\n", i, i);
		l->size = l->want_size = strlen(l->message);
		l->want = dkim_sign(t, l->message, &l->want_size, signers, SIGNERS, WHEN);
	}
	return all;
}

static struct signing_job *begin(struct signing *s, const struct letter *l, const struct dkim_signer *signers)
{
	return signing_begin(s, l->message, l->size, signers, SIGNERS, WHEN);
}

static bool is_signed(struct signing_job *job, const struct letter *l)
{
	size_t size;
	char *message = signing_finish(NULL, job, &size);
	bool same = size == l->want_size && memcmp(message, l->want, size) == 0;
	talloc_free(message);
	return same;
}

/* Finishes the jobs whose number divided by 3 leaves rest, those of a higher number first when backwards. */
static bool finish(struct signing_job **jobs, const struct letter *all, int rest, bool backwards)
{
	bool fine = true;
	for (int i = 0; i < JOBS; i++) {
		int n = backwards ? JOBS - 1 - i : i;
		if (n % 3 == rest)
			fine = is_signed(jobs[n], &all[n]) && fine;
	}
	return fine;
}

static void check(void *t, const struct letter *all, const struct dkim_signer *signers, int threads)
{
	struct signing *s = signing_new(t, threads);
	struct signing_job *jobs[JOBS];
	for (int i = 0; i < JOBS; i++)
		jobs[i] = begin(s, &all[i], signers);
	for (int i = 1; i < JOBS; i += 3)
		talloc_free(jobs[i]);
	printf("# %d threads\n", threads);
	ok(finish(jobs, all, 2, true), "the last first: each is signed, while others are given up");
	ok(finish(jobs, all, 0, false), "and so are the rest");
	ok(is_signed(begin(s, &all[0], signers), &all[0]), "and one after all have ended");
	for (int i = 0; i < JOBS; i++)
		begin(s, &all[i], signers);
	ok(talloc_free(s) == 0, "the threads end, and the jobs with them");
}

int main(void)
{
	void *t = talloc_new(NULL);
	const struct dkim_signer signers[SIGNERS] = { { "lamp.test", "pennypost", key_generate(t, KEY_RSA) },
	                                              { "lamp.test", "pennypost-ed", key_generate(t, KEY_ED25519) } };
	static const int threads[] = { 0, 1, 2, 5 };
	struct letter *all = letters(t, signers);
	for (size_t i = 0; i < sizeof threads / sizeof *threads; i++)
		check(t, all, signers, threads[i]);
	talloc_free(t);
	return tap_done();
}
