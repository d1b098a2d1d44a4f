#include "smtp/local/maildir.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/file.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const folders[] = { "new", "cur", "tmp" };

bool maildir_make(const char *path, struct error *err)
{
	bool fine = true;
	for (size_t i = 0; fine && i < 3; i++) {
		char *folder = mem_printf(NULL, "%s/%s", path, folders[i]);
		fine = file_make_directory(folder, 0700, err);
		talloc_free(folder);
	}
	return fine;
}

static bool safe(const char *name) { return *name && *name != '.' && !strchr(name, '/') && strlen(name) < 200; }

/* The rename is on disk only when the directory is synced. */
static bool sync_directory(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool fine = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return fine;
}

static bool write_whole(const char *path, const char *data, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool fine = fd >= 0;
	while (fine && size) {
		ssize_t n = write(fd, data, size);
		fine = n > 0;
		data += fine ? n : 0;
		size -= fine ? (size_t)n : 0;
	}
	fine = fine && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return fine;
}

bool maildir_store(const char *path, const char *name, const char *data, size_t size, struct error *err)
{
	if (!safe(name))
		return error_set(err, ERROR_INVALID, "'%s' cannot name a message", name);
	char *part = mem_printf(NULL, "%s/tmp/%s", path, name), *whole = mem_printf(part, "%s/new/%s", path, name), *folder = mem_printf(part, "%s/new", path);
	bool fine = write_whole(part, data, size) && rename(part, whole) == 0 && sync_directory(folder);
	if (!fine) {
		error_set(err, ERROR_TEMPORARY, "cannot write '%s': %s", whole, strerror(errno));
		unlink(part);
	}
	talloc_free(part);
	return fine;
}

static int newest_first(const void *a, const void *b)
{
	const struct maildir_entry *x = a, *y = b;
	return x->time != y->time ? (x->time < y->time) - (x->time > y->time) : strcmp(y->name, x->name);
}

static void list_folder(void *owner, const char *folder, struct maildir_entry **all, size_t *count)
{
	DIR *dir = opendir(folder);
	struct dirent *d;
	struct stat st;
	while (dir && (d = readdir(dir)))
		if (safe(d->d_name) && fstatat(dirfd(dir), d->d_name, &st, 0) == 0 && S_ISREG(st.st_mode)) {
			struct maildir_entry *e = mem_push(owner, *all, *count);
			*e = (struct maildir_entry){ mem_dup(owner, d->d_name), (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000 };
		}
	if (dir)
		closedir(dir);
}

bool maildir_list(void *owner, const char *path, size_t limit, struct maildir_entry **all, struct error *err)
{
	size_t count = 0;
	*all = NULL;
	if (access(path, R_OK) != 0)
		return error_set(err, ERROR_NOT_FOUND, "there is no Maildir '%s'", path);
	for (size_t i = 0; i < 2; i++) {
		char *folder = mem_printf(NULL, "%s/%s", path, folders[i]);
		list_folder(owner, folder, all, &count);
		talloc_free(folder);
	}
	if (count)
		qsort(*all, count, sizeof **all, newest_first);
	count = count < limit ? count : limit;
	mem_fit(owner, *all, count);
	return true;
}

struct buf *maildir_read(void *owner, const char *path, const char *name, size_t max, struct error *err)
{
	struct buf *b = NULL;
	error_set(err, ERROR_NOT_FOUND, "there is no message '%s'", name);
	for (size_t i = 0; safe(name) && !b && i < 2; i++) {
		char *file = mem_printf(NULL, "%s/%s/%s", path, folders[i], name);
		b = file_read(owner, file, max, err);
		talloc_free(file);
	}
	return b;
}
