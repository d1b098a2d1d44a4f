/* What a program like sendmail is given, and what its end means. */
#include "smtp/local/sendmail.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/memory/buf.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/file.h"
#include "tap.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/pennypost-sendmail-XXXXXX";

static const struct {
	const char *name, *script; /* of /bin/sh, in the folder */
	const char *from, *to, *data;
	enum sendmail_verdict verdict;
	const char *words;
	const char *seen;          /* what it was given: its arguments, a line each, and the message; NULL: nothing */
} cases[] = {
	{ "taken", "printf '%s\\n' \"$@\" > seen; cat >> seen", "b+1@penny.test", "ada@mail.test", "Subject: a\r\n\r\n.\r\ntext\r\n", SENDMAIL_TAKEN,
	  "sendmail ended with 0, taken", "-i\n-f\nb+1@penny.test\n--\nada@mail.test\nSubject: a\n\n.\ntext\n" },
	{ "the null sender", "printf '%s\\n' \"$@\" > seen", "", "ada@mail.test", "a: b\r\n\r\n", SENDMAIL_TAKEN, "sendmail ended with 0, taken", "-i\n-f\n\n--\nada@mail.test\n" },
	{ "nothing of a shell", "printf '%s\\n' \"$@\" > seen", "a$(id)@b", "`id`;'\"*|&@mail.test", "a: b\r\n\r\n", SENDMAIL_TAKEN, "sendmail ended with 0, taken",
	  "-i\n-f\na$(id)@b\n--\n`id`;'\"*|&@mail.test\n" },
	{ "and nothing of our environment", "export -p > seen; grep -q SECRET seen && exit 67; rm seen", "", "a@b", "a: b\r\n\r\n", SENDMAIL_TAKEN, "sendmail ended with 0, taken", NULL },
	{ "nor of our files", "test -e /proc/self/fd/9 && exit 67; exit 0", "", "a@b", "a: b\r\n\r\n", SENDMAIL_TAKEN, "sendmail ended with 0, taken", NULL },
	{ "no option in an address", "touch seen", "b@penny.test", "-oQ/tmp", "a: b\r\n\r\n", SENDMAIL_REFUSED,
	  "sendmail ended with 65, the message or its address is refused: this is no address that mail can be sent to", NULL },
	{ "nor in the return path", "touch seen", "-bs", "a@b", "a: b\r\n\r\n", SENDMAIL_REFUSED,
	  "sendmail ended with 65, the message or its address is refused: this is no address that mail can be sent to", NULL },
	{ "no second address", "touch seen", "", "a@b c@d", "a: b\r\n\r\n", SENDMAIL_REFUSED,
	  "sendmail ended with 65, the message or its address is refused: this is no address that mail can be sent to", NULL },
	{ "nobody", "echo 'no such\tuser' >&2; exit 67", "", "a@b", "a: b\r\n\r\n", SENDMAIL_REFUSED, "sendmail ended with 67, there is no such recipient: no such user", NULL },
	{ "later", "echo 'queue full'; exit 75", "", "a@b", "a: b\r\n\r\n", SENDMAIL_LATER, "sendmail ended with 75, it cannot take the message now: queue full", NULL },
	{ "its configuration is wrong", "exit 78", "", "a@b", "a: b\r\n\r\n", SENDMAIL_LATER, "sendmail ended with 78, its configuration is wrong", NULL },
	{ "it may not", "exit 77", "", "a@b", "a: b\r\n\r\n", SENDMAIL_LATER, "sendmail ended with 77, it may not do that for us", NULL },
	{ "of no table", "exit 3", "", "a@b", "a: b\r\n\r\n", SENDMAIL_LATER, "sendmail ended with 3, it failed", NULL },
	{ "killed", "kill -9 $$", "", "a@b", "a: b\r\n\r\n", SENDMAIL_LATER, "sendmail: it was killed, or took too long", NULL },
};

static char *path(void *t, const char *name) { return mem_printf(t, "%s/%s", folder, name); }

static char *script_of(void *t, const char *text)
{
	char *file = path(t, "sendmail");
	FILE *out = fopen(file, "w");
	fprintf(out, "#!/bin/sh\ncd %s\n%s\n", folder, text);
	fclose(out);
	chmod(file, 0755);
	return file;
}

static void check(void *t, size_t n)
{
	struct error err;
	struct sendmail_outcome o;
	int fd = sendmail_start(script_of(t, cases[n].script), &err);
	ok(fd >= 0 && sendmail_deliver(fd, cases[n].from, cases[n].to, cases[n].data, strlen(cases[n].data), &o), cases[n].name);
	is_int(o.verdict, cases[n].verdict, "its verdict");
	is(o.words, cases[n].words, "its words");
	struct buf *seen = file_read(t, path(t, "seen"), 1 << 20, &err);
	ok(!seen == !cases[n].seen, "whether it was started");
	if (seen && cases[n].seen)
		is(mem_ndup(t, seen->data, seen->size), cases[n].seen, "what it was given");
	unlink(path(t, "seen"));
	close(fd);
	while (wait(NULL) > 0)
		;
}

/* One process serves many messages, those that are not read to their end, too. */
static void check_many(void *t)
{
	struct error err;
	struct sendmail_outcome o;
	size_t size = 8 << 20;
	char *data = mem_array(t, char, size + 1);
	for (size_t i = 0; i < size; i++)
		data[i] = "0123456789abcd\r\n"[i % 16];
	int fd = sendmail_start(script_of(t, "case $5 in deaf*) exit 0;; esac; wc -c"), &err);
	ok(sendmail_deliver(fd, "", "all@b", data, size, &o), "a large message");
	is(o.words, mem_printf(t, "sendmail ended with 0, taken: %zu", size - size / 16), "is read whole, with line ends of this system");
	ok(sendmail_deliver(fd, "", "deaf@b", data, size, &o) && o.verdict == SENDMAIL_TAKEN, "a program that reads nothing");
	ok(sendmail_deliver(fd, "", "all@b", "a: b\r\n\r\n", 8, &o) && strstr(o.words, "taken: 6"), "and the next one");
	char *longest = mem_array(t, char, 2000);
	memset(longest, 'a', 1999);
	ok(sendmail_deliver(fd, "", longest, "a: b\r\n\r\n", 8, &o) && o.verdict == SENDMAIL_REFUSED, "an address without end is refused");
	ok(sendmail_deliver(fd, "", "all@b", "a: b\r\n\r\n", 8, &o) && o.verdict == SENDMAIL_TAKEN, "and ends nothing");
	close(fd);
	wait(NULL);
}

/* What a program does with its output says nothing about the message: not that it closes it, nor that a process which it leaves behind keeps it. */
static void check_output(void *t)
{
	struct error err;
	struct sendmail_outcome o;
	size_t size = 1 << 20;
	char *data = mem_array(t, char, size + 1);
	for (size_t i = 0; i < size; i++)
		data[i] = "0123456789abcd\r\n"[i % 16];
	int fd = sendmail_start(script_of(t, "case $5 in quiet*) exec > /dev/null 2>&1; sleep 0.3; wc -c > seen;; *) cat > /dev/null; sleep 40 & echo queued;; esac"), &err);
	ok(sendmail_deliver(fd, "", "quiet@b", data, size, &o) && o.verdict == SENDMAIL_TAKEN, "a program that closes its output first");
	struct buf *seen = file_read(t, path(t, "seen"), 100, &err);
	is(seen ? mem_ndup(t, seen->data, seen->size) : "", mem_printf(t, "%zu\n", size - size / 16), "gets the whole message");
	unlink(path(t, "seen"));
	int64_t before = clock_steady();
	ok(sendmail_deliver(fd, "", "queue@b", data, size, &o) && o.verdict == SENDMAIL_TAKEN, "a program that leaves a process behind");
	is(o.words, "sendmail ended with 0, taken: queued", "its words");
	ok(clock_steady() - before < 30 * CLOCK_SECOND, "is not waited for once it has ended");
	close(fd);
	wait(NULL);
}

int main(void)
{
	struct error err;
	void *t = talloc_new(NULL);
	setenv("SECRET", "x", 1);
	dup2(STDOUT_FILENO, 9);
	ok(mkdtemp(folder), "a folder");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check(t, i);
	check_many(t);
	check_output(t);
	ok(sendmail_start("/nowhere/sendmail", &err) < 0 && err.kind == ERROR_INVALID, "a program that is not there is told at once");
	unlink(path(t, "sendmail"));
	rmdir(folder);
	talloc_free(t);
	return tap_done();
}
