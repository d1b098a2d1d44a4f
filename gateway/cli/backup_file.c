#include "gateway/cli/backup_file.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FORMAT = 1 };

char *backup_manifest_write(void *owner, const struct backup_manifest *m)
{
	char *made = clock_rfc3339(NULL, m->made);
	json_t *members = json_array();
	for (size_t i = 0; i < m->count; i++) {
		json_t *o = json_pack("{ss, ss}", "name", m->members[i].name, "sha256", m->members[i].hash);
		if (m->members[i].path)
			json_object_set_new(o, "path", json_string(m->members[i].path));
		json_array_append_new(members, o);
	}
	json_t *top = json_pack("{si, ss, ss, sI, ss, so}", "format", FORMAT, "program", PENNYPOST_VERSION, "made", made, "made_ms", (json_int_t)m->made,
	                        "configuration", m->configuration, "members", members);
	char *text = mem_check(json_dumps(top, JSON_INDENT(1))), *copy = mem_printf(owner, "%s\n", text);
	free(text);
	json_decref(top);
	talloc_free(made);
	return copy;
}

static bool take(struct backup_manifest *m, json_t *top, struct error *err)
{
	json_t *members, *o;
	json_int_t made;
	size_t i;
	int format;
	const char *configuration;
	if (json_unpack(top, "{s:i}", "format", &format) != 0)
		return error_set(err, ERROR_INVALID, "its " BACKUP_MANIFEST " is not one of pennypost");
	if (format > FORMAT)
		return error_set(err, ERROR_INVALID, "a newer version of pennypost wrote it: install that version");
	if (json_unpack(top, "{s:I, s:s, s:o}", "made_ms", &made, "configuration", &configuration, "members", &members) != 0 || *configuration != '/' || text_ends(configuration, "/"))
		return error_set(err, ERROR_INVALID, "its " BACKUP_MANIFEST " is not complete");
	m->made = made;
	m->configuration = mem_dup(m, configuration);
	json_array_foreach(members, i, o) {
		const char *name, *hash, *path = NULL;
		if (json_unpack(o, "{s:s, s:s, s?s}", "name", &name, "sha256", &hash, "path", &path) != 0)
			return error_set(err, ERROR_INVALID, "its " BACKUP_MANIFEST " is not complete");
		*mem_push(m, m->members, m->count) = (struct backup_member){ mem_dup(m, name), mem_dup_or_null(m, path), mem_dup(m, hash) };
	}
	return true;
}

struct backup_manifest *backup_manifest_read(void *owner, const char *text, size_t size, struct error *err)
{
	struct backup_manifest *m = mem_new(owner, struct backup_manifest);
	json_t *top = json_loadb(text, size, 0, NULL);
	bool fine = take(m, top, err);
	json_decref(top);
	if (fine)
		return m;
	talloc_free(m);
	return NULL;
}

static int remove_scratch(char **path)
{
	static const char *const behind[] = { "", "-wal", "-shm" };
	for (size_t i = 0; i < sizeof behind / sizeof *behind; i++)
		unlink(mem_printf(path, "%s%s", *path, behind[i]));
	return 0;
}

char *backup_scratch(void *owner, const char *path, struct error *err)
{
	char **scratch = mem_new(owner, char *);
	const char *folder = getenv("TMPDIR");
	*scratch = path ? mem_printf(scratch, "%s.XXXXXX", path) : mem_printf(scratch, "%s/pennypost.XXXXXX", folder && *folder ? folder : "/var/tmp");
	int fd = mkostemp(*scratch, O_CLOEXEC);
	if (fd < 0) {
		error_set(err, ERROR_PERMANENT, "cannot make '%s': %s%s", *scratch, strerror(errno), path ? "" : "; TMPDIR can name another folder");
		talloc_free(scratch);
		return NULL;
	}
	close(fd);
	talloc_set_destructor(scratch, remove_scratch);
	return *scratch;
}
