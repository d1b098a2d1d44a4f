#include "feeds/mail/mail_folder.h"
#include "feeds/mail/mbox.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int let_go(struct mail_folder *f)
{
	if (f->fd >= 0)
		close(f->fd);
	return 0;
}

static bool is_folder(int at, const char *path)
{
	struct stat st;
	return fstatat(at, path, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

bool mail_folder_is_maildir(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool is = fd >= 0 && (is_folder(fd, "cur") || is_folder(fd, "new"));
	if (fd >= 0)
		close(fd);
	return is;
}

bool mail_folder_is_mbox(const char *head)
{
	const char *line = head + strspn(head, "\r\n");
	const char *next = line + strcspn(line, "\n");
	return mbox_is_separator(line, strcspn(line, "\n")) && *next && mbox_is_field(next + 1);
}

static int by_name(const void *a, const void *b)
{
	const char *x = strchr(((const struct mail_folder_item *)a)->name, '/'), *y = strchr(((const struct mail_folder_item *)b)->name, '/');
	return strcmp(x, y);
}

static void list(struct mail_folder *f, const char *part)
{
	int fd = openat(f->fd, part, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *d;
	while (dir && f->count < MAIL_FOLDER_MAX && (d = readdir(dir))) {
		struct stat st;
		/* Links lead elsewhere. */
		if (*d->d_name == '.' || fstatat(fd, d->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode))
			continue;
		*mem_push(f, f->items, f->count) = (struct mail_folder_item){ .size = st.st_size, .name = mem_printf(f, "%s/%s", part, d->d_name) };
	}
	if (dir)
		closedir(dir);
	else if (fd >= 0)
		close(fd);
}

struct mail_folder *mail_folder_open(void *owner, const char *path, struct error *err)
{
	struct mail_folder *f = mem_new(owner, struct mail_folder);
	talloc_set_destructor(f, let_go);
	f->maildir = mail_folder_is_maildir(path);
	f->fd = open(path, O_RDONLY | O_CLOEXEC | (f->maildir ? O_DIRECTORY : O_NONBLOCK));
	if (f->fd < 0) {
		error_set(err, ERROR_NOT_FOUND, "cannot read '%s': %s", path, strerror(errno));
		talloc_free(f);
		return NULL;
	}
	if (f->maildir) {
		list(f, "cur");
		list(f, "new");
		/* Names begin with the time of delivery. */
		if (f->count)
			qsort(f->items, f->count, sizeof *f->items, by_name);
	} else
		mbox_index(f);
	return f;
}

/* All that there is from fd at offset, up to size. */
static size_t read_at(int fd, char *to, size_t size, int64_t offset)
{
	size_t got = 0;
	while (got < size) {
		ssize_t n = pread(fd, to + got, size - got, (off_t)(offset + (int64_t)got));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		got += (size_t)n;
	}
	return got;
}

char *mail_folder_read(void *owner, const struct mail_folder *f, size_t i, size_t most, size_t *size)
{
	const struct mail_folder_item *item = &f->items[i];
	*size = (uint64_t)item->size < most ? (size_t)item->size : most;
	int fd = f->maildir ? openat(f->fd, item->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) : f->fd;
	if (fd < 0)
		return NULL;
	char *data = mem_array(owner, char, *size + 1);
	*size = read_at(fd, data, *size, f->maildir ? 0 : item->at);
	data[*size] = '\0';
	if (f->maildir)
		close(fd);
	else if (f->quoted)
		*size = mbox_unquote(data, *size);
	return data;
}
