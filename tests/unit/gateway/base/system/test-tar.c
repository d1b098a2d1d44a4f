#include "gateway/base/memory/mem.h"
#include "gateway/base/system/file.h"
#include "gateway/base/system/tar.h"
#include "gateway/base/text/encode.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

static struct error err;
static char folder[] = "/tmp/pennypost-tar-XXXXXX";
enum { BIG = 300000 };

static void write_one(void *t, const char *path, const char *big)
{
	char *hash = NULL, *part;
	int fd = file_begin(t, path, &part, &err);
	ok(fd >= 0 && access(path, F_OK) != 0, "a file is begun beside its name");
	struct tar_writer *w = tar_create(t, fd, path, &err);
	ok(w && tar_add(w, "small.txt", "hello\n", 6, &hash, &err), "some bytes");
	is(hash, encode_sha256_hex(t, "hello\n", 6), "with their hash");
	ok(tar_add_file(w, "files/big", big, &hash, &err) && tar_add(w, "empty", "", 0, NULL, &err), "a file, and nothing");
	ok(!tar_add_file(w, "files/none", "/nonexistent", &hash, &err) && strstr(err.text, "/nonexistent"), "a file that is not there is named");
	ok(tar_finish(w, &err) && file_end(fd, part, path, true, &err) && access(part, F_OK) != 0, "then it has its name");
	struct stat st;
	ok(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600, "and only its owner may read it");
}

static void read_one(void *t, const char *path, const char *data)
{
	const char *name, *out = mem_printf(t, "%s/out", folder);
	char *hash;
	struct tar_reader *r = tar_open(t, path, &err);
	ok(r && tar_next(r, &name, &err), "it opens");
	is(name, "small.txt", "the first member");
	struct buf *b = tar_read(t, r, 6, &hash, &err);
	ok(b && b->size == 6, "its bytes");
	is(hash, encode_sha256_hex(t, "hello\n", 6), "and their hash");
	ok(tar_next(r, &name, &err) && tar_extract(t, r, out, &hash, &err), "the second becomes a file");
	is(hash, encode_sha256_hex(t, data, BIG), "the same as it was");
	b = file_read(t, out, BIG, &err);
	ok(b && b->size == BIG && memcmp(b->data, data, BIG) == 0, "to its last byte");
	ok(tar_next(r, &name, &err) && name && tar_next(r, &name, &err) && !name, "then it ends");
	talloc_free(r);
	r = tar_open(t, path, &err);
	ok(tar_next(r, &name, &err) && !tar_read(t, r, 5, &hash, &err) && err.kind == ERROR_INVALID, "a member that is too large is refused");
	talloc_free(r);
	ok(system(mem_printf(t, "tar xf %s -C %s && cmp %s/files/big %s", path, folder, folder, out)) == 0, "tar(1) reads it too");
}

static void damaged(void *t, const char *path)
{
	const char *name, *cut = mem_printf(t, "%s/cut", folder), *out = mem_printf(t, "%s/out2", folder);
	char *hash;
	ok(system(mem_printf(t, "head -c 200000 %s > %s", path, cut)) == 0, "half of it");
	struct tar_reader *r = tar_open(t, cut, &err);
	ok(r && tar_next(r, &name, &err) && tar_next(r, &name, &err) && !tar_extract(t, r, out, &hash, &err) && err.kind == ERROR_INVALID && strstr(err.text, "runcated"),
	   "is called truncated");
	talloc_free(r);
	ok(!tar_open(t, "/nonexistent", &err) && err.kind == ERROR_NOT_FOUND, "what is not there is not found");
	file_write(cut, "no tar at all", 13, 0600, &err);
	ok(!tar_open(t, cut, &err) && err.kind == ERROR_INVALID, "what is no tar is refused");
	int fd = open("/dev/full", O_WRONLY);
	struct tar_writer *w = tar_create(t, fd, "full.tar", &err);
	bool fine = tar_add_file(w, "big", path, NULL, &err);
	ok(!(tar_finish(w, fine ? &err : &(struct error){ 0 }) && fine) && strstr(err.text, "No space left"), "a full disk is called that");
	close(fd);
}

int main(void)
{
	void *t = talloc_new(NULL);
	if (!mkdtemp(folder))
		abort();
	char *data = mem_array(t, char, BIG);
	for (size_t i = 0; i < BIG; i++)
		data[i] = (char)(i * i >> 3);
	const char *path = mem_printf(t, "%s/a.tar", folder), *big = mem_printf(t, "%s/big", folder);
	ok(file_write(big, data, BIG, 0600, &err), "a file");
	write_one(t, path, big);
	read_one(t, path, data);
	damaged(t, path);
	ok(system(mem_printf(t, "rm -r %s", folder)) == 0, "and the files go");
	talloc_free(t);
	return tap_done();
}
