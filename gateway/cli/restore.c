#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/file.h"
#include "gateway/cli/backup_file.h"
#include "gateway/cli/cli.h"
#include "gateway/cli/copying.h"
#include "subscribers/ledger/hold.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HOW "restore FILE [--database FILE|URL] [--config-dir DIR]\n" \
	"       pennypost restore --go | --drop"

/* They are kept in memory until the manifest, which is the last, says what they are. */
enum { MEMBER_MAX = 16 << 20, MEMBERS_MAX = 16 };

struct restore {
	struct cli *cli;
	const char *file, *database, *config_dir;
	char *scratch;       /* the database, taken out of the file */
	struct backup_manifest *manifest;
	const struct buf *configuration;
	struct unpacked {
		const char *name, *hash;
		struct buf *data; /* NULL: the database */
	} *members;
	size_t count;
};

static struct unpacked *unpacked(const struct restore *r, const char *name)
{
	for (size_t i = 0; i < r->count; i++)
		if (strcmp(r->members[i].name, name) == 0)
			return &r->members[i];
	return NULL;
}

static bool unpack_member(struct restore *r, struct tar_reader *tar, const char *name, struct error *err)
{
	char *hash;
	if (unpacked(r, name))
		return error_set(err, ERROR_INVALID, "'%s': it holds '%s' twice: 'pennypost backup' does not write that", r->file, name);
	if (r->count == MEMBERS_MAX)
		return error_set(err, ERROR_INVALID, "'%s': it holds more than %d files: it is no file of 'pennypost backup'", r->file, MEMBERS_MAX);
	struct unpacked *u = mem_push(r->cli->owner, r->members, r->count);
	u->name = mem_dup(r->members, name);
	bool fine;
	if (strcmp(name, BACKUP_DATABASE) == 0)
		fine = tar_extract(r->members, tar, r->scratch, &hash, err);
	else
		fine = (u->data = tar_read(r->members, tar, MEMBER_MAX, &hash, err)) != NULL;
	if (!fine)
		return false;
	u->hash = hash;
	if (strcmp(name, BACKUP_MANIFEST) != 0)
		return true;
	r->manifest = backup_manifest_read(r->cli->owner, u->data->data, u->data->size, err);
	return r->manifest || error_prefix(err, "'%s': ", r->file);
}

/* Is everything there that the manifest tells of, as it was? */
static bool check_whole(struct restore *r, struct error *err)
{
	if (!r->manifest)
		return error_set(err, ERROR_INVALID, "it holds no " BACKUP_MANIFEST ": it is not whole, or no file of 'pennypost backup'");
	for (size_t i = 0; i < r->manifest->count; i++) {
		const struct backup_member *m = &r->manifest->members[i];
		const struct unpacked *u = unpacked(r, m->name);
		if (!u || strcmp(u->hash, m->hash) != 0)
			return error_set(err, ERROR_INVALID, "'%s' in it is %s: take another backup", m->name, u ? "damaged" : "missing");
		if (strcmp(m->name, BACKUP_CONFIGURATION) == 0)
			r->configuration = u->data;
	}
	return (r->configuration && unpacked(r, BACKUP_DATABASE)) || error_set(err, ERROR_INVALID, "it holds no configuration or no database");
}

static bool unpack(struct restore *r, struct error *err)
{
	const char *name;
	struct tar_reader *tar = tar_open(r->cli->owner, r->file, err);
	bool fine = tar != NULL;
	while (fine && (fine = tar_next(tar, &name, err)) && name)
		fine = unpack_member(r, tar, name, err);
	talloc_free(tar);
	return fine && (check_whole(r, err) || error_prefix(err, "'%s': ", r->file));
}

/* Only what is missing is written. */
static bool put_back(const char *what, const char *path, const struct buf *data, unsigned mode, struct error *err)
{
	bool missing = access(path, F_OK) != 0;
	if (missing && !file_write(path, data->data, data->size, mode, err))
		return false;
	printf("%s\t%s\t%s\n", what, missing ? "restored" : "kept as it is", path);
	return true;
}

/* Is path a place where commands look for a configuration that nobody named? */
static bool is_looked_for(const char *path)
{
	char *here = getcwd(NULL, 0);
	size_t folder = (size_t)(strrchr(path, '/') - path);
	bool is = strcmp(path, "/etc/pennypost/pennypost.conf") == 0 || (here && strlen(here) == folder && strncmp(path, here, folder) == 0);
	free(here);
	return is;
}

/* Whoever wrote the file wrote the names in it, and may be a stranger: they alone do not say which folder we write to. */
static const char *place_of_configuration(const struct restore *r, struct error *err)
{
	const char *was = r->manifest->configuration;
	if (r->cli->config_file)
		return r->cli->config_file;
	if (r->config_dir)
		return mem_printf(r->cli->owner, "%s/%s", r->config_dir, strrchr(was, '/') + 1);
	if (is_looked_for(was))
		return was;
	error_set(err, ERROR_INVALID, "its configuration was '%s': name that directory, or another one, with --config-dir", was);
	return NULL;
}

/* Does no part of the path lead out of the folder that it begins in? */
static bool is_below(const char *path)
{
	bool below = *path && *path != '/';
	for (size_t size; below && *path; path += size + (path[size] == '/')) {
		size = strcspn(path, "/");
		below = size && !(size <= 2 && strncmp(path, "..", size) == 0);
	}
	return below;
}

static bool put_file(const struct restore *r, const struct backup_member *m, const char *folder, struct error *err)
{
	const struct unpacked *u = unpacked(r, m->name);
	char *at = *m->path == '/' ? mem_dup(r->cli->owner, m->path) : mem_printf(r->cli->owner, "%s/%s", folder, m->path);
	if (!is_below(m->path) && access(at, F_OK) != 0)
		return error_set(err, ERROR_INVALID, "'%s' is missing, and restore writes nothing outside '%s': put it there yourself ('%s' in '%s'), then restore again",
		                 at, folder, m->name, r->file);
	char *end = strrchr(at, '/'), *parent = mem_ndup(r->cli->owner, at, (size_t)(end - at) + (end == at));
	return file_make_directory(parent, 0750, err) && put_back("file", at, u->data, 0600, err);
}

/* The configuration and the files that it names; the first says where the others are. */
static bool put_files(struct restore *r, struct error *err)
{
	const char *path = place_of_configuration(r, err), *slash = path ? strrchr(path, '/') : NULL;
	if (!path)
		return false;
	char *folder = slash ? mem_ndup(r->cli->owner, path, (size_t)(slash - path) + (slash == path)) : mem_dup(r->cli->owner, ".");
	bool fine = file_make_directory(folder, 0750, err);
	for (size_t i = 0; fine && i < r->manifest->count; i++) {
		const struct backup_member *m = &r->manifest->members[i];
		if (m->path && strcmp(m->name, BACKUP_CONFIGURATION) != 0 && strcmp(m->name, BACKUP_DATABASE) != 0)
			fine = put_file(r, m, folder, err);
	}
	r->cli->config_file = path;
	return fine && put_back("configuration", path, r->configuration, 0640, err);
}

/* Held before it is copied: there is no moment at which the target could send. */
static bool put_database(struct restore *r, struct db *db, const char *where, struct hold_counts *counts, struct error *err)
{
	struct db_copy_table *tables;
	return hold_begin(db, &(struct hold){ r->manifest->made, clock_now() }, err) && hold_count(db, counts, err) &&
	       copying_run(r->cli->owner, db, where, &tables, err);
}

static void print_counts(const char *what, const struct hold_counts *counts)
{
	printf("%s\t%lld letters, %lld activities, and %lld posts or changes that are not planned yet\n", what, (long long)counts->letters,
	       (long long)counts->activities, (long long)counts->news);
	if (counts->digests)
		printf("%s\tdigests for %lld readers\n", what, (long long)counts->digests);
}

static void tell(struct restore *r, const char *where, const struct hold_counts *counts)
{
	char *made = clock_rfc3339(r->cli->owner, r->manifest->made);
	printf("database\trestored\t%s\t%s\n", db_shown(r->cli->owner, where), made);
	print_counts("held", counts);
	puts("held\tmost of it, and of what your blog published since, was probably sent before; new posts are archived and shown, and sent to nobody");
	printf("note\twho subscribed, left or signed in after %s is not known here: people who left since may get letters again\n", made);
	if (strcmp(where, r->cli->config->database) != 0)
		printf("next\twrite database = \"%s\" into %s\n", db_shown(r->cli->owner, where), r->cli->config->file);
	printf("next\tpennypost --config %s serve\n", r->cli->config->file);
	printf("next\tpennypost --config %s restore --drop, to send nothing of what is held, or restore --go, to send all of it\n", r->cli->config->file);
}

static int restore(struct restore *r, struct error *err)
{
	struct hold_counts counts;
	r->scratch = backup_scratch(r->cli->owner, NULL, err);
	struct db *db = r->scratch && unpack(r, err) ? archive_open_copy(r->cli->owner, r->scratch, err) : NULL;
	if (!db || !put_files(r, err))
		return cli_fail(err);
	struct config *config = r->cli->config = config_load(r->cli->owner, r->cli->config_file, err);
	if (!config)
		return cli_fail(err);
	const char *where = r->database ? r->database : config->database;
	if (!put_database(r, db, where, &counts, err))
		return cli_fail(err);
	tell(r, where, &counts);
	return 0;
}

static bool end_hold(struct db *db, bool go, struct error *err) { return go ? hold_release(db, err) : hold_drop(db, err); }

/* The owner's word. */
static int end(struct cli *cli, bool go, struct error *err)
{
	struct hold hold;
	struct hold_counts counts;
	int64_t until = 0;
	if (!cli_open(cli, err) || !hold_get(cli->db, &hold, err) || !hold_count(cli->db, &counts, err))
		return cli_fail(err);
	if (!hold.since) {
		error_set(err, ERROR_NOT_FOUND, "nothing is held: this instance was not restored, or it was let go already");
		return cli_fail(err);
	}
	while (!end_hold(cli->db, go, err))
		if (!cli_again(cli, err, &until))
			return cli_fail(err);
	print_counts(go ? "goes out" : "dropped", &counts);
	return 0;
}

int cli_restore(struct cli *cli, int argc, char **argv)
{
	struct error err = { 0 };
	struct restore r = { .cli = cli };
	bool go = false, drop = false;
	const struct cli_option options[] = { { "database", &r.database, 0 }, { "config-dir", &r.config_dir, 0 }, { "go", 0, &go }, { "drop", 0, &drop }, { 0, 0, 0 } };
	if (!cli_options(&argc, argv, options, &err))
		return cli_wrong(HOW, argc, argv, &err);
	if (argc == 0 && go != drop && !r.database && !r.config_dir)
		return end(cli, go, &err);
	if (argc != 1 || go || drop || (cli->config_file && r.config_dir))
		return cli_usage(HOW, argc, argv);
	r.file = argv[0];
	return restore(&r, &err);
}
