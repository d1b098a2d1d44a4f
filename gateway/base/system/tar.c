#include "gateway/base/system/tar.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/encode.h"
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 65536 };

struct tar_writer {
	struct archive *archive;
	const char *name;
};

struct tar_reader {
	struct archive *archive;
	const char *path;
	char *member;
};

static char *hash_end(void *owner, EVP_MD_CTX *digest)
{
	unsigned char hash[ENCODE_SHA256];
	EVP_DigestFinal_ex(digest, hash, NULL);
	EVP_MD_CTX_free(digest);
	return encode_hex(owner, hash, sizeof hash);
}

static EVP_MD_CTX *hash_begin(void)
{
	EVP_MD_CTX *digest = mem_check(EVP_MD_CTX_new());
	EVP_DigestInit_ex(digest, EVP_sha256(), NULL);
	return digest;
}

static bool cannot_write(const struct tar_writer *w, struct error *err)
{
	const char *why = archive_error_string(w->archive);
	return error_set(err, ERROR_PERMANENT, "cannot write '%s': %s", w->name, archive_errno(w->archive) > 0 ? strerror(archive_errno(w->archive)) : why ? why : "it failed");
}

static int let_go_writer(struct tar_writer *w)
{
	archive_write_free(w->archive);
	return 0;
}

struct tar_writer *tar_create(void *owner, int fd, const char *name, struct error *err)
{
	struct tar_writer *w = mem_new(owner, struct tar_writer);
	w->name = mem_dup(w, name);
	w->archive = mem_check(archive_write_new());
	talloc_set_destructor(w, let_go_writer);
	archive_write_set_format_pax_restricted(w->archive);
	if (archive_write_open_fd(w->archive, fd) == ARCHIVE_OK)
		return w;
	cannot_write(w, err);
	talloc_free(w);
	return NULL;
}

static bool write_header(struct tar_writer *w, const char *member, int64_t size, struct error *err)
{
	struct archive_entry *e = mem_check(archive_entry_new());
	archive_entry_set_pathname(e, member);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0600);
	archive_entry_set_size(e, size);
	archive_entry_set_mtime(e, clock_now() / CLOCK_SECOND, 0);
	bool fine = archive_write_header(w->archive, e) == ARCHIVE_OK || cannot_write(w, err);
	archive_entry_free(e);
	return fine;
}

static bool write_data(struct tar_writer *w, EVP_MD_CTX *digest, const void *data, size_t size, struct error *err)
{
	EVP_DigestUpdate(digest, data, size);
	return archive_write_data(w->archive, data, size) == (la_ssize_t)size || cannot_write(w, err);
}

bool tar_add(struct tar_writer *w, const char *member, const void *data, size_t size, char **hash, struct error *err)
{
	EVP_MD_CTX *digest = hash_begin();
	bool fine = write_header(w, member, (int64_t)size, err) && write_data(w, digest, data, size, err);
	char *made = hash_end(w, digest);
	if (hash)
		*hash = made;
	return fine;
}

/* All that the header promised, or the tar would not be one. */
static bool write_file(struct tar_writer *w, EVP_MD_CTX *digest, int fd, int64_t left, struct error *err)
{
	char block[BLOCK];
	while (left) {
		ssize_t n = TEMP_FAILURE_RETRY(read(fd, block, left < BLOCK ? (size_t)left : BLOCK));
		if (n <= 0)
			return error_set(err, ERROR_PERMANENT, "%s", n < 0 ? strerror(errno) : "it became shorter while it was read");
		if (!write_data(w, digest, block, (size_t)n, err))
			return false;
		left -= n;
	}
	return true;
}

bool tar_add_file(struct tar_writer *w, const char *member, const char *path, char **hash, struct error *err)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) != 0)
		error_set(err, ERROR_PERMANENT, "cannot read '%s': %s", path, strerror(errno));
	EVP_MD_CTX *digest = hash_begin();
	bool fine = fd >= 0 && write_header(w, member, st.st_size, err) && write_file(w, digest, fd, st.st_size, err);
	if (fd >= 0)
		close(fd);
	char *made = hash_end(w, digest);
	if (hash)
		*hash = made;
	return fine;
}

bool tar_finish(struct tar_writer *w, struct error *err)
{
	bool fine = archive_write_close(w->archive) == ARCHIVE_OK || cannot_write(w, err);
	talloc_free(w);
	return fine;
}

static int let_go_reader(struct tar_reader *r)
{
	archive_read_free(r->archive);
	return 0;
}

static bool cannot_read(const struct tar_reader *r, struct error *err)
{
	const char *why = archive_error_string(r->archive);
	if (archive_errno(r->archive) == ENOENT)
		return error_set(err, ERROR_NOT_FOUND, "cannot read '%s': %s", r->path, strerror(ENOENT));
	return error_set(err, ERROR_INVALID, "cannot read '%s': %s", r->path, why ? why : "it is damaged");
}

struct tar_reader *tar_open(void *owner, const char *path, struct error *err)
{
	struct tar_reader *r = mem_new(owner, struct tar_reader);
	r->path = mem_dup(r, path);
	r->archive = mem_check(archive_read_new());
	talloc_set_destructor(r, let_go_reader);
	archive_read_support_format_tar(r->archive);
	archive_read_support_filter_gzip(r->archive);
	if (archive_read_open_filename(r->archive, strcmp(path, "-") == 0 ? NULL : path, BLOCK) == ARCHIVE_OK)
		return r;
	cannot_read(r, err);
	talloc_free(r);
	return NULL;
}

bool tar_next(struct tar_reader *r, const char **name, struct error *err)
{
	struct archive_entry *entry;
	TALLOC_FREE(r->member);
	*name = NULL;
	for (;;) {
		int got = archive_read_next_header(r->archive, &entry);
		if (got == ARCHIVE_EOF)
			return true;
		if (got != ARCHIVE_OK && got != ARCHIVE_WARN)
			return cannot_read(r, err);
		const char *member = archive_entry_pathname(entry);
		if (member && archive_entry_filetype(entry) == AE_IFREG) {
			*name = r->member = mem_dup(r, member);
			return true;
		}
	}
}

struct buf *tar_read(void *owner, struct tar_reader *r, size_t max, char **hash, struct error *err)
{
	char block[BLOCK];
	la_ssize_t n;
	struct buf *b = buf_new(owner, max);
	while ((n = archive_read_data(r->archive, block, sizeof block)) > 0)
		if (!buf_add(b, block, (size_t)n)) {
			error_set(err, ERROR_INVALID, "'%s' in '%s' is larger than %zu bytes", r->member, r->path, max);
			talloc_free(b);
			return NULL;
		}
	if (n == 0) {
		*hash = encode_sha256_hex(owner, b->data, b->size);
		return b;
	}
	cannot_read(r, err);
	talloc_free(b);
	return NULL;
}

static bool extract(struct tar_reader *r, EVP_MD_CTX *digest, int fd, const char *path, struct error *err)
{
	char block[BLOCK];
	la_ssize_t n;
	while ((n = archive_read_data(r->archive, block, sizeof block)) > 0) {
		EVP_DigestUpdate(digest, block, (size_t)n);
		for (ssize_t at = 0, put; at < n; at += put)
			if ((put = TEMP_FAILURE_RETRY(write(fd, block + at, (size_t)(n - at)))) < 0)
				return error_set(err, ERROR_PERMANENT, "cannot write '%s': %s", path, strerror(errno));
	}
	return n == 0 || cannot_read(r, err);
}

bool tar_extract(void *owner, struct tar_reader *r, const char *path, char **hash, struct error *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return error_set(err, ERROR_PERMANENT, "cannot write '%s': %s", path, strerror(errno));
	EVP_MD_CTX *digest = hash_begin();
	bool fine = extract(r, digest, fd, path, err);
	*hash = hash_end(owner, digest);
	close(fd);
	return fine;
}
