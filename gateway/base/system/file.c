#include "gateway/base/system/file.h"
#include "gateway/base/memory/mem.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool read_all(int fd, struct buf *b)
{
	char chunk[65536];
	ssize_t n;
	while ((n = TEMP_FAILURE_RETRY(read(fd, chunk, sizeof chunk))) > 0)
		if (!buf_add(b, chunk, (size_t)n)) {
			errno = EFBIG;
			return false;
		}
	return n == 0;
}

struct buf *file_read(void *owner, const char *path, size_t max, struct error *err)
{
	int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		error_set(err, errno == ENOENT ? ERROR_NOT_FOUND : ERROR_PERMANENT, "cannot open '%s': %s", path, strerror(errno));
		return NULL;
	}
	struct buf *b = buf_new(owner, max);
	bool fine = read_all(fd, b);
	int why = errno;
	if (fd != STDIN_FILENO)
		close(fd);
	if (fine)
		return b;
	talloc_free(b);
	if (why == EFBIG)
		error_set(err, ERROR_INVALID, "'%s' is larger than %zu bytes", path, max);
	else
		error_set(err, ERROR_PERMANENT, "cannot read '%s': %s", path, strerror(why));
	return NULL;
}

char *file_read_secret(void *owner, const char *path, size_t max, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		error_set(err, errno == ENOENT ? ERROR_NOT_FOUND : ERROR_PERMANENT, "cannot open '%s': %s", path, strerror(errno));
		return NULL;
	}
	char *line = mem_array(owner, char, max + 2);
	size_t used = 0;
	ssize_t n;
	while ((n = TEMP_FAILURE_RETRY(read(fd, line + used, max + 1 - used))) > 0)
		used += (size_t)n;
	if (n < 0)
		error_set(err, ERROR_PERMANENT, "cannot read '%s': %s", path, strerror(errno));
	else if (used > max)
		error_set(err, ERROR_INVALID, "'%s' is larger than %zu bytes", path, max);
	close(fd);
	size_t size = n < 0 || used > max ? 0 : strcspn(line, "\r\n");
	explicit_bzero(line + size, max + 2 - size);
	if (n == 0 && used <= max)
		return line;
	talloc_free(line);
	return NULL;
}

static bool write_all(int fd, const char *data, size_t size)
{
	while (size) {
		ssize_t n = TEMP_FAILURE_RETRY(write(fd, data, size));
		if (n < 0)
			return false;
		data += n;
		size -= (size_t)n;
	}
	return true;
}

/* The rename is on disk only when the directory is synced. */
static bool sync_directory(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *directory = slash ? mem_ndup(NULL, path, (size_t)(slash - path) + 1) : mem_dup(NULL, ".");
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool fine = fd >= 0 && fsync(fd) == 0;
	int why = errno;
	if (fd >= 0)
		close(fd);
	talloc_free(directory);
	errno = why;
	return fine;
}

static bool cannot_write(const char *path, int why, struct error *err)
{
	return error_set(err, ERROR_PERMANENT, "cannot write '%s': %s", path, strerror(why));
}

int file_begin(void *owner, const char *path, char **part, struct error *err)
{
	*part = mem_printf(owner, "%s.XXXXXX", path);
	int fd = mkostemp(*part, O_CLOEXEC);
	if (fd < 0)
		cannot_write(path, errno, err);
	return fd;
}

bool file_end(int fd, const char *part, const char *path, bool fine, struct error *err)
{
	if (fine && !(fine = fsync(fd) == 0 && rename(part, path) == 0 && sync_directory(path)))
		cannot_write(path, errno, err);
	close(fd);
	if (!fine)
		unlink(part);
	return fine;
}

bool file_write(const char *path, const void *data, size_t size, unsigned mode, struct error *err)
{
	char *part;
	int fd = file_begin(NULL, path, &part, err);
	bool fine = fd >= 0 && ((fchmod(fd, mode) == 0 && write_all(fd, data, size)) || cannot_write(path, errno, err));
	if (fd >= 0)
		fine = file_end(fd, part, path, fine, err);
	talloc_free(part);
	return fine;
}

static bool is_directory(const char *path)
{
	struct stat st;
	if (stat(path, &st) != 0)
		return false;
	errno = ENOTDIR;
	return S_ISDIR(st.st_mode);
}

bool file_make_directory(const char *path, unsigned mode, struct error *err)
{
	char *part = mem_dup(NULL, path);
	for (char *p = part; *p; p++)
		if (*p == '/' && p > part) {
			*p = '\0';
			mkdir(part, mode);
			*p = '/';
		}
	bool fine = mkdir(part, mode) == 0 || (errno == EEXIST && is_directory(part));
	int why = errno;
	talloc_free(part);
	return fine || error_set(err, ERROR_PERMANENT, "cannot make the directory '%s': %s", path, strerror(why));
}
