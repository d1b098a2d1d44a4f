#include "feeds/import/import_media.h"
#include "gateway/base/system/bundle.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct file {
	const char *path;
	int64_t at; /* in the unpacked file */
	size_t size; /* 0: it is not there */
};

struct import_media {
	struct file **files;
	size_t count;
	json_t *by_address, *by_path; /* their numbers */
	int folder;     /* or -1 */
	FILE *unpacked; /* or NULL */
	int64_t end;    /* of unpacked */
};

static int let_go(struct import_media *m)
{
	json_decref(m->by_address);
	json_decref(m->by_path);
	if (m->folder >= 0)
		close(m->folder);
	if (m->unpacked)
		fclose(m->unpacked);
	return 0;
}

struct import_media *import_media_new(void *owner)
{
	struct import_media *m = mem_new(owner, struct import_media);
	m->by_address = json_object();
	m->by_path = json_object();
	m->folder = -1;
	talloc_set_destructor(m, let_go);
	return m;
}

static struct file *find(const struct import_media *m, const json_t *table, const char *key)
{
	const json_t *number = json_object_get(table, key);
	return number ? m->files[json_integer_value(number)] : NULL;
}

void import_media_note(struct import_media *m, const char *address, const char *path)
{
	json_t *known = json_object_get(m->by_path, path);
	if (!known) {
		struct file *f = mem_new(m, struct file);
		f->path = mem_dup(f, path);
		json_object_set_new(m->by_path, path, json_integer((json_int_t)m->count));
		*mem_push(m, m->files, m->count) = f;
		known = json_object_get(m->by_path, path);
	}
	json_object_set(m->by_address, address, known);
}

/* A regular file below the folder, to which no link leads on the way; -1 when there is none. */
static int open_beneath(int folder, const char *path, size_t *size)
{
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK, .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS };
	struct stat st;
	int fd = (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 && st.st_size <= PICTURE_MAX) {
		*size = (size_t)st.st_size;
		return fd;
	}
	close(fd);
	return -1;
}

/* The bytes of a file; NULL when they cannot be read any more. */
static char *bytes_of(void *owner, const struct import_media *m, const struct file *f)
{
	size_t size = f->size;
	int fd = m->unpacked ? fileno(m->unpacked) : open_beneath(m->folder, f->path, &size);
	char *data = mem_array(owner, char, f->size);
	bool whole = fd >= 0 && size == f->size && pread(fd, data, f->size, m->unpacked ? (off_t)f->at : 0) == (ssize_t)f->size;
	if (fd >= 0 && !m->unpacked)
		close(fd);
	if (whole)
		return data;
	talloc_free(data);
	return NULL;
}

void import_media_in_folder(struct import_media *m, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = !slash ? mem_dup(m, ".") : mem_ndup(m, path, slash == path ? 1 : (size_t)(slash - path));
	m->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; m->folder >= 0 && i < m->count; i++) {
		struct file *f = m->files[i];
		struct picture_head head;
		int fd = open_beneath(m->folder, f->path, &f->size);
		if (fd >= 0)
			close(fd);
		char *data = f->size ? bytes_of(folder, m, f) : NULL;
		f->size = data && picture_head_read(data, f->size, &head) ? f->size : 0;
		talloc_free(data);
	}
	talloc_free(folder);
}

static bool unpack(struct import_media *m, struct file *f, const struct buf *data, struct error *err)
{
	struct picture_head head;
	if (!picture_head_read(data->data, data->size, &head))
		return true;
	if (fwrite(data->data, 1, data->size, m->unpacked) != data->size)
		return error_set(err, ERROR_TEMPORARY, "there is no room to unpack the pictures: %s; TMPDIR may name another folder", strerror(errno));
	f->at = m->end;
	f->size = data->size;
	m->end += (int64_t)data->size;
	return true;
}

bool import_media_in_bundle(struct import_media *m, const char *path, const char *prefix, struct error *err)
{
	const char *name;
	size_t skip = strlen(prefix);
	if (!m->count)
		return true;
	struct bundle *b = bundle_open(m, path, err);
	m->unpacked = b ? tmpfile() : NULL;
	bool fine = b && (m->unpacked || error_set(err, ERROR_TEMPORARY, "cannot make a file to unpack the pictures: %s", strerror(errno)));
	while (fine && (fine = bundle_next(b, &name, err)) && name) {
		struct file *f = text_starts(name, prefix) ? find(m, m->by_path, name + skip) : NULL;
		struct error ignored;
		/* One that is too large is only missing; an archive that is damaged says so at its next file. */
		struct buf *data = f && !f->size ? bundle_read(b, b, PICTURE_MAX, &ignored) : NULL;
		fine = !data || unpack(m, f, data, err);
		talloc_free(data);
	}
	talloc_free(b);
	return fine && (fflush(m->unpacked) == 0 || error_set(err, ERROR_TEMPORARY, "there is no room to unpack the pictures: %s", strerror(errno)));
}

size_t import_media_missing(const struct import_media *m)
{
	size_t missing = 0;
	for (size_t i = 0; i < m->count; i++)
		missing += m->files[i]->size == 0;
	return missing;
}

struct picture *import_media_take(void *owner, const struct import_media *m, const char *const *addresses, size_t address_count, size_t *count)
{
	struct picture *all = NULL, p;
	size_t bytes = 0;
	*count = 0;
	for (size_t i = 0; i < address_count && *count < PICTURE_LIST_COUNT; i++) {
		const struct file *f = find(m, m->by_address, addresses[i]);
		char *data = f && f->size && f->size <= PICTURE_LIST_MAX - bytes ? bytes_of(owner, m, f) : NULL;
		if (!data || !picture_make(owner, data, f->size, &p))
			continue;
		bytes += f->size;
		/* The text goes on naming it as it did. */
		p.address = addresses[i];
		*mem_push(owner, all, *count) = p;
	}
	return all;
}
