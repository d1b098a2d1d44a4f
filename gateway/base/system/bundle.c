#include "gateway/base/system/bundle.h"
#include "gateway/base/memory/mem.h"
#include <archive.h>
#include <archive_entry.h>
#include <string.h>

enum { BLOCK = 65536 };

struct bundle {
	struct archive *archive;
	const char *path;
	char *name;
	int members;
	int64_t size;
	bool ended;
};

bool bundle_is(const char *data, size_t size)
{
	return (size >= 4 && memcmp(data, "PK\3\4", 4) == 0) || (size >= 2 && memcmp(data, "\x1F\x8B", 2) == 0) || (size >= 263 && memcmp(data + 257, "ustar", 5) == 0);
}

static int let_go(struct bundle *b)
{
	archive_read_free(b->archive);
	return 0;
}

static bool refuse(const struct bundle *b, struct error *err)
{
	const char *why = archive_error_string(b->archive);
	return error_set(err, ERROR_INVALID, "'%s' cannot be unpacked: %s", b->path, why ? why : "it is damaged");
}

struct bundle *bundle_open(void *owner, const char *path, struct error *err)
{
	struct bundle *b = mem_new(owner, struct bundle);
	b->path = mem_dup(b, path);
	b->archive = mem_check(archive_read_new());
	talloc_set_destructor(b, let_go);
	/* Only the formats that exports have: every other one is one more parser of untrusted data. */
	archive_read_support_format_zip(b->archive);
	archive_read_support_format_tar(b->archive);
	archive_read_support_filter_gzip(b->archive);
	if (archive_read_open_filename(b->archive, path, BLOCK) == ARCHIVE_OK)
		return b;
	refuse(b, err);
	talloc_free(b);
	return NULL;
}

static bool has_path_traversal(const char *name)
{
	for (const char *p = name; *p; p += strcspn(p, "/"), p += *p == '/')
		if (strcspn(p, "/") == 2 && strncmp(p, "..", 2) == 0)
			return true;
	return *name == '/';
}

bool bundle_next(struct bundle *b, const char **name, struct error *err)
{
	struct archive_entry *entry;
	talloc_free(b->name);
	*name = b->name = NULL;
	while (!b->ended) {
		int got = archive_read_next_header(b->archive, &entry);
		b->ended = got == ARCHIVE_EOF;
		if (b->ended)
			return true;
		if (got != ARCHIVE_OK && got != ARCHIVE_WARN)
			return refuse(b, err);
		if (++b->members > BUNDLE_MEMBERS)
			return error_set(err, ERROR_INVALID, "'%s' has more than %d files", b->path, BUNDLE_MEMBERS);
		const char *path = archive_entry_pathname(entry);
		if (path && has_path_traversal(path))
			return error_set(err, ERROR_INVALID, "'%s' holds a file of the name '%.100s', which no export does", b->path, path);
		if (path && archive_entry_filetype(entry) == AE_IFREG) {
			*name = b->name = mem_dup(b, path);
			return true;
		}
	}
	return true;
}

bool bundle_some(struct bundle *b, char *data, size_t room, size_t *got, struct error *err)
{
	la_ssize_t n = archive_read_data(b->archive, data, room);
	*got = n > 0 ? (size_t)n : 0;
	b->size += n > 0 ? n : 0;
	if (n < 0)
		return refuse(b, err);
	return b->size <= BUNDLE_MAX_SIZE ||
	       error_set(err, ERROR_INVALID, "'%s' holds more than can be read: '%.100s' is too large", b->path, b->name ? b->name : "");
}

struct buf *bundle_read(void *owner, struct bundle *b, size_t max, struct error *err)
{
	char block[BLOCK];
	size_t got;
	bool fine, fits = true;
	struct buf *data = buf_new(owner, max);
	while ((fine = bundle_some(b, block, sizeof block, &got, err)) && got && (fits = buf_add(data, block, got)))
		;
	if (fine && fits)
		return data;
	if (!fits)
		error_set(err, ERROR_INVALID, "'%s' holds more than can be read: '%.100s' is too large", b->path, b->name ? b->name : "");
	talloc_free(data);
	return NULL;
}
