#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/web/server/stamp.h"
#include "tap.h"

#define SENT (1795780800000 + 250)

static const struct {
	int64_t age;
	bool ripe;
	const char *what;
} ages[] = {
	{ -CLOCK_DAY, false, "one from tomorrow, by a clock that was wrong" },
	{ 0, false, "one that is sent at once" },
	{ 1999, false, "just short of two seconds" },
	{ 3000, true, "three seconds, whenever in its second it was made" },
	{ CLOCK_HOUR, true, "after an hour" },
	{ 2 * CLOCK_DAY, true, "after two days" },
	{ 2 * CLOCK_DAY + CLOCK_SECOND, false, "after more than two days" },
	{ 2000 * CLOCK_DAY, false, "after years" },
};

static const char *const forged[] = {
	"", ".", "0", "00000000000000000000000000000000", "006ae3b00.AAAAAAAAAAAAAAAAAAAAAA", "006ae3b00", "-",
	"006ae3b00.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
};

int main(void)
{
	void *t = talloc_new(NULL);
	char *stamp = stamp_make(t, "secret", SENT);
	is_int((long long)strlen(stamp), STAMP_SIZE, "a stamp has its size");
	is_int((long long)strlen(stamp_make(t, "secret", 0)), STAMP_SIZE, "in 1970, too");
	is(stamp_make(t, "secret", SENT + 749), stamp, "one is for all of a second");
	ok(strcmp(stamp_make(t, "secret", SENT + 750), stamp) != 0, "and the next second has another");
	for (size_t i = 0; i < sizeof ages / sizeof *ages; i++)
		ok(stamp_is_ripe("secret", stamp, SENT + ages[i].age) == ages[i].ripe, ages[i].what);
	for (int ms = 0; ms < 1000; ms += 37)
		ok(!stamp_is_ripe("secret", stamp_make(t, "secret", SENT + ms), SENT + ms + 1999), mem_printf(t, "none is ripe too early, %d", ms));
	for (size_t i = 0; i < sizeof forged / sizeof *forged; i++)
		ok(!stamp_is_ripe("secret", forged[i], SENT + CLOCK_HOUR), mem_printf(t, "forged: '%s'", forged[i]));
	int taken = 0;
	for (size_t i = 0; i < STAMP_SIZE; i++)
		for (int bit = 0; bit < 7; bit++) {
			char *wrong = mem_dup(t, stamp);
			wrong[i] ^= (char)(1 << bit);
			taken += stamp_is_ripe("secret", wrong, SENT + CLOCK_HOUR);
		}
	is_int(taken, 0, "no single bit can be changed");
	ok(!stamp_is_ripe("other", stamp, SENT + CLOCK_HOUR), "another instance's is none");
	ok(!stamp_is_ripe("secret", NULL, SENT), "and a form without one has none");
	talloc_free(t);
	return tap_done();
}
