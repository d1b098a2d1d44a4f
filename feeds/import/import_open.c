#include "feeds/dates/dates.h"
#include "feeds/import/import_kind.h"
#include "feeds/parse/feed_parse.h"
#include "feeds/parse/normalise.h"
#include "feeds/parse/dialect.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/buf.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/file.h"
#include "gateway/base/text/text.h"
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEAD = 65536, REASONS = 40 };

static bool any(const struct import_head *head)
{
	(void)head;
	return true;
}

/* What none of the others is may be a feed: that is last. */
static const struct import_kind kinds[] = {
	{ "a WordPress export", import_wxr_is, import_wxr_open },
	{ "an archive", import_packed_is, import_packed_open },
	{ "a JSON export", import_json_is, import_json_open },
	{ "a feed", any, import_feed_open },
};

struct record *import_add(struct feed *feed, const char *slug, bool gated)
{
	struct record *r = feed_add_record(feed);
	if (r && slug)
		record_set_value(r, "slug", mem_dup(r, slug));
	if (r && gated)
		record_set_value(r, "access", "gated");
	return r;
}

void import_skip(struct import *im, const char *fmt, ...)
{
	char why[120];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(why, sizeof why, fmt, ap);
	va_end(ap);
	size_t i = 0;
	while (i < im->skipped_count && strcmp(im->skipped[i].why, why) != 0)
		i++;
	/* The file chooses some of these words. */
	if (i == im->skipped_count && i >= REASONS)
		i = REASONS - 1;
	else if (i == im->skipped_count)
		mem_push(im, im->skipped, im->skipped_count)->why = mem_dup(im, why);
	im->skipped[i].count++;
}

void import_set_title(struct record *r, const char *title)
{
	if (!text_blank(title))
		r->title = (struct record_text){ .value = mem_dup(r, title), .type = record_looks_like_html(title) ? RECORD_HTML : RECORD_PLAIN, .rank = RECORD_NATIVE };
}

void import_set_html(struct record *r, char *html)
{
	*mem_push(r, r->contents, r->content_count) = (struct record_text){ .value = talloc_steal(r, html), .type = RECORD_HTML, .rank = RECORD_NATIVE };
}

void import_set_date(struct record_date *into, void *owner, const char *text)
{
	int64_t ms;
	/* "0000-00-00 00:00:00" is how MySQL writes that there is none. */
	if (into->ms || text_blank(text) || text_starts(text, "0000") || !dates_parse(text, &ms))
		return;
	*into = (struct record_date){ mem_dup(owner, text), ms, RECORD_NATIVE };
}

bool import_needs_site(const struct import *im, struct error *err)
{
	return im->settings.site || error_set(err, ERROR_INVALID, "%s does not say where the blog was: name its address with --site https://…", im->kind);
}

/* Any file that is a feed: all of it at once. */
static bool read_feed(struct import *im, struct feed **feed, struct error *err)
{
	*feed = NULL;
	if (im->share > 0)
		return true;
	struct buf *data = file_read(im, im->path, FEED_MAX_SIZE, err);
	*feed = data ? feed_parse(im, data->data, data->size, NULL, im->settings.site, err) : NULL;
	talloc_free(data);
	if (!*feed)
		return error_prefix(err, "'%s': ", im->path);
	im->wrong = mem_dup_or_null(im, (*feed)->wrong);
	im->share = 1;
	return true;
}

bool import_feed_open(struct import *im, struct error *err)
{
	(void)err;
	im->read = read_feed;
	return true;
}

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

/* The address of the blog without the slash at its end. */
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
	bool fine = take_site(im, settings->site, err) && read_head(path, data, &head.size, err);
	while (fine && !kind->is(&head))
		kind++;
	im->kind = kind->name;
	talloc_free(data);
	if (fine && kind->open(im, err))
		return im;
	talloc_free(im);
	return NULL;
}

struct feed *import_batch(struct import *im)
{
	struct feed *batch = mem_new(im, struct feed);
	batch->record = record_new(batch, RECORD_FEED);
	return batch;
}

void import_settle(const struct import *im, struct feed *batch)
{
	normalise_feed(batch, im->settings.site);
	for (size_t i = 0; i < batch->count; i++) {
		struct entry *e = batch->entries[i];
		const struct record *r = batch->records[i];
		const char *slug = record_value(r, "slug");
		e->slug = slug ? text_slug(e, url_decode(e, slug, false)) : NULL;
		e->access = record_value(r, "access") ? ENTRY_ACCESS_GATED : ENTRY_ACCESS_POLICY;
	}
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
