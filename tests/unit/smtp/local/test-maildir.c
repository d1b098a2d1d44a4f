#include "gateway/base/memory/mem.h"
#include "smtp/local/maildir.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const bad_names[] = { "", ".", "..", ".hidden", "a/b", "../secret", "/etc/passwd", "new/1",
	"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
	"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789" };

static void set_time(void *t, const char *path, const char *file, time_t when)
{
	struct timespec times[2] = { { .tv_sec = when }, { .tv_sec = when } };
	ok(utimensat(AT_FDCWD, mem_printf(t, "%s/%s", path, file), times, 0) == 0, "a time");
}

static void check_store(void *t, const char *path)
{
	struct error err = { 0 };
	struct stat st;
	ok(maildir_make(path, &err) && maildir_make(path, &err), "it is made, and made again");
	ok(stat(mem_printf(t, "%s/new", path), &st) == 0 && (st.st_mode & 0777) == 0700, "for its owner alone");
	ok(maildir_store(path, "1@mail.test", "one", 3, &err), "a message is stored");
	ok(maildir_store(path, "1@mail.test", "two\0two", 7, &err), "the same again replaces it");
	struct buf *b = maildir_read(t, path, "1@mail.test", 100, &err);
	ok(b && b->size == 7 && memcmp(b->data, "two\0two", 7) == 0, "every byte is there");
	ok(access(mem_printf(t, "%s/tmp/1@mail.test", path), F_OK) != 0, "nothing stays in tmp");
	ok(!maildir_read(t, path, "1@mail.test", 6, &err), "nothing larger than the caller wants");
	ok(!maildir_read(t, path, "2", 100, &err) && err.kind == ERROR_NOT_FOUND, "what is not there");
}

static void check_names(void *t, const char *path)
{
	struct error err;
	for (size_t i = 0; i < sizeof bad_names / sizeof *bad_names; i++) {
		ok(!maildir_store(path, bad_names[i], "x", 1, &err) && err.kind == ERROR_INVALID, "no name of a message");
		ok(!maildir_read(t, path, bad_names[i], 100, &err) && err.kind == ERROR_NOT_FOUND, "nor is one found under it");
	}
}

static void check_list(void *t, const char *path)
{
	struct error err;
	struct maildir_entry *all;
	ok(maildir_store(path, "2", "x", 1, &err) && maildir_store(path, "3", "x", 1, &err), "two more");
	ok(rename(mem_printf(t, "%s/new/3", path), mem_printf(t, "%s/cur/3:2,S", path)) == 0, "one was read");
	ok(mkdir(mem_printf(t, "%s/new/folder", path), 0700) == 0, "something else lies there");
	set_time(t, path, "new/1@mail.test", 100);
	set_time(t, path, "new/2", 200);
	set_time(t, path, "cur/3:2,S", 300);
	ok(maildir_list(t, path, 10, &all, &err) && talloc_array_length(all) == 3, "three messages");
	is(all[0].name, "3:2,S", "the newest first");
	is(all[2].name, "1@mail.test", "the oldest last");
	is_int(all[2].time, 100000, "in ms");
	ok(maildir_read(t, path, "3:2,S", 100, &err) != NULL, "one in cur is found as well");
	ok(maildir_list(t, path, 2, &all, &err) && talloc_array_length(all) == 2 && strcmp(all[1].name, "2") == 0, "no more than wanted");
	ok(!maildir_list(t, mem_printf(t, "%s/none", path), 2, &all, &err) && err.kind == ERROR_NOT_FOUND, "no Maildir");
}

static void check_failure(void *t, const char *path)
{
	struct error err;
	char *gone = mem_printf(t, "%s/gone", path), *half = mem_printf(t, "%s/half", path);
	ok(!maildir_store(gone, "1", "x", 1, &err) && err.kind == ERROR_TEMPORARY, "a Maildir that is not there");
	ok(maildir_make(half, &err) && rmdir(mem_printf(t, "%s/new", half)) == 0, "one without new");
	ok(!maildir_store(half, "1", "x", 1, &err) && err.kind == ERROR_TEMPORARY, "cannot take a message");
	ok(access(mem_printf(t, "%s/tmp/1", half), F_OK) != 0, "and keeps no part of it");
}

int main(void)
{
	void *t = talloc_new(NULL);
	char template[] = "/tmp/test-maildir-XXXXXX", *folder = mkdtemp(template), *path = mem_printf(t, "%s/a/b", folder);
	struct error err;
	struct maildir_entry *all;
	if (!ok(maildir_make(mem_printf(t, "%s/empty", folder), &err), "an empty one"))
		printf("# %s\n", err.text);
	ok(maildir_list(t, mem_printf(t, "%s/empty", folder), 10, &all, &err) && talloc_array_length(all) == 0, "has no messages");
	check_store(t, path);
	check_names(t, path);
	check_list(t, path);
	check_failure(t, folder);
	if (system(mem_printf(t, "rm -r %s", folder)) != 0)
		abort();
	talloc_free(t);
	return tap_done();
}
