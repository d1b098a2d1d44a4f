/* The whole schedule of a letter that is put off at every try, by a clock that is only a number. */
#include "gateway/base/system/clock.h"
#include "subscribers/ledger/retry.h"
#include "tap.h"

static const int64_t start = INT64_C(1790000000000);

/* Minutes after the first try, without spread. */
static void two_days(void)
{
	static const int at[] = { 1, 6, 21, 81, 261, 621, 981, 1341, 1701, 2061, 2421, 2781, 2880 };
	struct retry r = { .patience = 2 * CLOCK_DAY };
	int64_t now = start, next;
	for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
		r.tries++;
		ok(retry_next(&r, now, &next), "it is tried again");
		is_int((next - start) / CLOCK_MINUTE, at[i], "so many minutes after its first try");
		r.first = start;
		now = next;
	}
	r.tries++;
	ok(!retry_next(&r, now, &next), "after two days it is given up");
}

static void single(void)
{
	static const struct {
		const char *what;
		struct retry retry;
		int64_t late;  /* after its first try, ms */
		int64_t wait;  /* from then, ms; -1: given up */
	} cases[] = {
		{ "a row with another number comes later, by a quarter at most", { .tries = 6, .spread = 15 }, CLOCK_MINUTE, 6 * CLOCK_HOUR + 90 * CLOCK_MINUTE * 15 / 16 },
		{ "its spread is the same for every sixteenth", { .tries = 2, .spread = 16 }, CLOCK_MINUTE, 5 * CLOCK_MINUTE },
		{ "the peer wants to wait longer", { .tries = 1, .after = 10 * CLOCK_MINUTE }, 0, 10 * CLOCK_MINUTE },
		{ "... and not as long as we do", { .tries = 4, .after = 10 * CLOCK_MINUTE }, CLOCK_MINUTE, CLOCK_HOUR },
		{ "... longer than our patience", { .tries = 9, .after = 4 * CLOCK_HOUR }, 47 * CLOCK_HOUR, 4 * CLOCK_HOUR },
		{ "the last try is at the end of it", { .tries = 9 }, 47 * CLOCK_HOUR, CLOCK_HOUR },
		{ "its first try was long ago", { .tries = 3 }, 49 * CLOCK_HOUR, -1 },
		{ "a clock that was set back", { .tries = 3 }, -CLOCK_DAY, 15 * CLOCK_MINUTE },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct retry r = cases[i].retry;
		int64_t now = start + cases[i].late, next = now - 1;
		r.first = start;
		r.patience = 2 * CLOCK_DAY;
		is_int(retry_next(&r, now, &next) ? next - now : -1, cases[i].wait, cases[i].what);
	}
}

int main(void)
{
	two_days();
	single();
	return tap_done();
}
