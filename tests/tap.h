#pragma once
/*
 * tap - checks that print TAP; prove(1) does the rest.
 *
 *   ok(expr, "what must hold");
 *   is(got, want, "two strings are equal");
 *   is_int(got, want, "two numbers are equal");
 *   if (tap_here("../shared/suites/xss", "its payloads")) ...
 *   return tap_done();
 *
 * What is missing is one skipped result, with its name; tests/e2e/skips.t runs the tests that skip where it is.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int tap_count, tap_failed;

static inline bool tap_ok(bool pass, const char *what, const char *file, int line)
{
	printf("%sok %d - %s\n", pass ? "" : "not ", ++tap_count, what);
	if (!pass) {
		tap_failed++;
		printf("# at %s:%d\n", file, line);
	}
	return pass;
}

static inline bool tap_is(const char *got, const char *want, const char *what, const char *file, int line)
{
	bool same = got && want ? !strcmp(got, want) : got == want;
	if (!tap_ok(same, what, file, line))
		printf("# got:  %s\n# want: %s\n", got ? got : "(null)", want ? want : "(null)");
	return same;
}

static inline bool tap_is_int(long long got, long long want, const char *what, const char *file, int line)
{
	if (!tap_ok(got == want, what, file, line))
		printf("# got:  %lld\n# want: %lld\n", got, want);
	return got == want;
}

#define ok(expr, what) tap_ok((expr), (what), __FILE__, __LINE__)
#define is(got, want, what) tap_is((got), (want), (what), __FILE__, __LINE__)
#define is_int(got, want, what) tap_is_int((got), (want), (what), __FILE__, __LINE__)

static inline void tap_skip(const char *what, const char *why) { printf("ok %d - %s # SKIP %s\n", ++tap_count, what, why); }

/* Is that file or folder here?  It is skipped when not. */
static inline bool tap_here(const char *path, const char *what)
{
	if (access(path, F_OK) == 0)
		return true;
	printf("ok %d - %s # SKIP %s is not here\n", ++tap_count, what, path);
	return false;
}

/* Line by line, or a line of the log would be written into the middle of one of ours. */
__attribute__((constructor)) static inline void tap_by_lines(void) { setvbuf(stdout, NULL, _IOLBF, 0); }

static inline int tap_done(void) { printf("1..%d\n", tap_count); return tap_failed ? 1 : 0; }
