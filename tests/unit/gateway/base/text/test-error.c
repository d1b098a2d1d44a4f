#include "gateway/base/memory/mem.h"
#include "gateway/base/text/error.h"
#include "gateway/base/text/text.h"
#include "tap.h"
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void test_error(void *t)
{
	struct error err = { 0 };
	ok(!error_set(&err, ERROR_NOT_FOUND, "no '%s'", "x") && err.kind == ERROR_NOT_FOUND, "setting says false and the kind");
	is(err.text, "no 'x'", "and the text");
	ok(!error_prefix(&err, "feed %d: ", 12) && err.kind == ERROR_NOT_FOUND, "context leaves the kind");
	is(err.text, "feed 12: no 'x'", "and stands in front");
	char *big = mem_array(t, char, 2001);
	memset(big, 'a', 2000);
	error_set(&err, ERROR_INVALID, "%s", big);
	is_int((long long)strlen(err.text), sizeof err.text - 1, "a long text is cut");
	error_prefix(&err, "p: ");
	ok(strlen(err.text) == sizeof err.text - 1 && text_starts(err.text, "p: aaa"), "also with context");
	error_prefix(&err, "%s", big);
	ok(strlen(err.text) == sizeof err.text - 1, "also by context");
	for (size_t i = 0; i < 2000; i += 2)
		memcpy(big + i, "\xC3\xA9", 2);
	error_set(&err, ERROR_INVALID, "%s", big);
	ok(text_utf8(err.text, strlen(err.text)), "never within a character");
	error_set(&err, ERROR_INVALID, "550 Bo\xEEte pleine \xC3\xA9");
	is(err.text, "550 Bo?te pleine \xC3\xA9", "a peer's Latin-1 is no UTF-8");
}

static void test_mem(void *t)
{
	int *numbers = NULL;
	size_t count = 0, grown = 0;
	for (int i = 0; i < 1000; i++) {
		int *had = numbers, *last = mem_push(t, numbers, count);
		grown += numbers != had;
		if (*last)
			break;
		*last = i + 1;
	}
	ok(count == 1000 && numbers[0] == 1 && numbers[999] == 1000, "an array grows by pushing, zeroed");
	ok(grown < 12, "by doubling");
	ok(talloc_parent(numbers) == t, "and has an owner");
	ok(mem_grow(t, NULL, 8, 0) != NULL, "an array of nothing is something");
	ok(mem_dup_or_null(t, NULL) == NULL, "NULL stays NULL");
	is(mem_dup_or_null(t, "x"), "x", "text is copied");
	is(mem_ndup(t, "abc", 2), "ab", "or its beginning");
}

static void multiply(void *t) { mem_grow(t, NULL, SIZE_MAX / 2, 3); }
static void truncated(void *t) { mem_array(t, char, ((size_t)1 << 32) + 8); }
static void too_large(void *t) { mem_array(t, char, (size_t)1 << 31); }
static void missing(void *t) { (void)t; mem_check(NULL); }

static bool aborts(void (*act)(void *), void *t)
{
	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		signal(SIGABRT, SIG_DFL);
		if (!freopen("/dev/null", "w", stderr))
			_exit(1);
		act(t);
		_exit(0);
	}
	int status = 0;
	waitpid(child, &status, 0);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

int main(void)
{
	void *t = talloc_new(NULL);
	test_error(t);
	test_mem(t);
	ok(aborts(missing, t), "no memory ends the process");
	ok(aborts(multiply, t), "so does a size that wraps around");
	ok(aborts(truncated, t), "and a count that would be cut");
	ok(aborts(too_large, t), "and more than there can be");
	talloc_free(t);
	return tap_done();
}
