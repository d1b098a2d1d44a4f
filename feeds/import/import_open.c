#include "feeds/import/import_kind.h"
#include "feeds/mail/mail_folder.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bytes of the file that the kind is recognised by. */
enum { HEAD = 65536 };

static bool any(const struct import_head *head)
{
	(void)head;
	return true;
}

/* The first match counts, so a feed, which takes every file, is last. */
static const struct import_kind kinds[] = {
	{ "a WordPress export", import_wxr_is, import_wxr_open },
	{ "an archive", import_packed_is, import_packed_open },
	{ "a JSON export", import_json_is, import_json_open },
	{ "an mbox", import_mbox_is, import_mail_open },
	{ "a feed", any, import_feed_open },
};

/* A folder is recognised by what is in it. */
static const struct import_kind maildir = { "a Maildir", NULL, import_mail_open };

static bool read_head(const char *path, char *head, size_t *size, struct error *err)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return error_set(err, ERROR_NOT_FOUND, "cannot read '%s': %s", path, strerror(errno));
	bool fine = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
	ssize_t got = fine ? read(fd, head, HEAD) : -1;
	close(fd);
	if (got < 0)
		return error_set(err, ERROR_INVALID, "'%s' is no file that can be read", path);
	if (st.st_size > IMPORT_MAX_SIZE)
		return error_set(err, ERROR_INVALID, "'%s' has more than %lld MB; split the export", path, (long long)(IMPORT_MAX_SIZE >> 20));
	head[got] = '\0';
	*size = (size_t)got;
	return true;
}

/* Keeps the URL of the blog without the final slash. */
static bool take_site(struct import *im, const char *site, struct error *err)
{
	if (!site)
		return true;
	char *own = url_without_fragment(im, site);
	for (size_t n = strlen(own); n && own[n - 1] == '/'; n--)
		own[n - 1] = '\0';
	im->settings.site = own;
	return url_valid(own) || error_set(err, ERROR_INVALID, "'%s' is no address of a blog: write it as https://blog.example", site);
}

struct import *import_open(void *owner, const char *path, const struct import_settings *settings, struct error *err)
{
	struct import *im = mem_new(owner, struct import);
	char *data = mem_array(im, char, HEAD + 1);
	struct import_head head = { .data = data };
	const struct import_kind *kind = kinds;
	im->path = mem_dup(im, path);
	im->settings = *settings;
	bool folder = mail_folder_is_maildir(path);
	bool fine = take_site(im, settings->site, err) && (folder || read_head(path, data, &head.size, err));
	if (folder)
		kind = &maildir;
	while (fine && !folder && !kind->is(&head))
		kind++;
	im->kind = kind->name;
	talloc_free(data);
	if (fine && kind->open(im, err))
		return im;
	talloc_free(im);
	return NULL;
}

bool import_next(struct import *im, struct feed **feed, struct error *err)
{
	*feed = NULL;
	do {
		talloc_free(*feed);
		if (!im->read(im, feed, err))
			return false;
	} while (*feed && (*feed)->count == 0);
	return true;
}
