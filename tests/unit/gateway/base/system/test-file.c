#include "gateway/base/memory/mem.h"
#include "gateway/base/system/file.h"
#include "tap.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char *here; /* a directory of this run's own */

static char *path(const char *name) { return mem_printf(here, "%s/%s", here, name); }

static int entries(const char *directory)
{
	DIR *d = opendir(directory);
	int n = 0;
	for (struct dirent *e; d && (e = readdir(d));)
		n += e->d_name[0] != '.';
	if (d)
		closedir(d);
	return n;
}

static void test_round_trip(void *t)
{
	struct error err = { 0 };
	struct stat st;
	ok(file_write(path("a"), "one\0two", 7, 0600, &err), "a file is written");
	ok(stat(path("a"), &st) == 0 && (st.st_mode & 0777) == 0600, "with its mode");
	struct buf *b = file_read(t, path("a"), 7, &err);
	ok(b && b->size == 7 && memcmp(b->data, "one\0two", 8) == 0, "and read, as large as allowed");
	ok(!file_read(t, path("a"), 6, &err) && err.kind == ERROR_INVALID, "not when it is larger");
	is(err.text, mem_printf(t, "'%s' is larger than 6 bytes", path("a")), "which the error says");
	ok(file_write(path("a"), "", 0, 0644, &err) && stat(path("a"), &st) == 0 && st.st_size == 0 && (st.st_mode & 0777) == 0644,
	   "it is replaced whole");
	is_int(entries(here), 1, "and nothing is left beside it");
}

static void test_errors(void *t)
{
	struct error err = { 0 };
	ok(!file_read(t, path("missing"), 9, &err) && err.kind == ERROR_NOT_FOUND, "no such file");
	ok(!file_read(t, here, 9, &err) && err.kind == ERROR_PERMANENT, "a directory is not read");
	ok(!file_write(path("no/such/b"), "x", 1, 0600, &err) && err.kind == ERROR_PERMANENT, "nothing is written where no directory is");
	ok(file_make_directory(path("d"), 0700, &err) && !file_write(path("d"), "x", 1, 0600, &err), "nor over a directory");
	is_int(entries(here), 2, "and no half file stays");
}

static void test_directories(void)
{
	struct error err = { 0 };
	struct stat st;
	ok(file_make_directory(path("p/q/r"), 0700, &err), "with its parents");
	ok(stat(path("p/q/r"), &st) == 0 && S_ISDIR(st.st_mode) && (st.st_mode & 0777) == 0700, "and its mode");
	ok(file_make_directory(path("p/q/r"), 0700, &err), "one that exists is fine");
	ok(file_make_directory(path("p/q/s/"), 0700, &err) && stat(path("p/q/s"), &st) == 0, "a slash at the end is too");
	ok(file_make_directory("/", 0700, &err), "so is the root");
	ok(!file_make_directory("", 0700, &err), "nothing is no directory");
	ok(!file_make_directory(path("a"), 0700, &err) && err.kind == ERROR_PERMANENT, "a file is none");
	is(err.text, mem_printf(here, "cannot make the directory '%s': Not a directory", path("a")), "which the error says");
	ok(!file_make_directory(path("a/b"), 0700, &err), "nor can one be below it");
}

static void test_relative(void)
{
	struct error err = { 0 };
	int was = open(".", O_RDONLY | O_DIRECTORY);
	bool fine = was >= 0 && chdir(here) == 0 && file_write("here", "x", 1, 0600, &err);
	ok(fine && access("here", R_OK) == 0, "a path without a directory");
	ok(file_make_directory("there/too", 0700, &err) && access("there/too", X_OK) == 0, "also for directories");
	if (fchdir(was) != 0)
		exit(1);
	close(was);
}

static void test_standard_input(void *t)
{
	struct error err = { 0 };
	int ends[2];
	if (pipe(ends) != 0 || write(ends[1], "piped", 5) != 5 || dup2(ends[0], STDIN_FILENO) < 0)
		exit(1);
	close(ends[1]);
	close(ends[0]);
	struct buf *b = file_read(t, "-", 10, &err);
	is(b ? b->data : NULL, "piped", "\"-\" is standard input");
	ok(fcntl(STDIN_FILENO, F_GETFD) >= 0, "which stays open");
}

int main(void)
{
	void *t = talloc_new(NULL);
	char name[] = "/tmp/test-file-XXXXXX";
	if (!mkdtemp(name))
		return 1;
	here = mem_dup(t, name);
	test_round_trip(t);
	test_errors(t);
	test_directories();
	test_relative();
	test_standard_input(t);
	if (system(mem_printf(t, "rm -r %s", here)) != 0)
		return 1;
	talloc_free(t);
	return tap_done();
}
