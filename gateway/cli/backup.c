#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/file.h"
#include "gateway/base/text/text.h"
#include "gateway/cli/backup_file.h"
#include "gateway/cli/cli.h"
#include "gateway/cli/copying.h"
#include "subscribers/ledger/hold.h"
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HOW "backup FILE"

/* The database as a file that is sound, and held: whoever takes it out by hand and serves it sends nothing twice either. */
static bool make_database(struct cli *cli, const char *scratch, int64_t made, struct db_copy_table **tables, struct error *err)
{
	if (!copying_run(cli->owner, cli->db, scratch, tables, err))
		return false;
	struct db *db = archive_open_copy(cli->owner, scratch, err);
	bool fine = db && hold_begin(db, &(struct hold){ made, made }, err) && db_settle(db, err) && db_check(db, err);
	talloc_free(db);
	return fine || error_prefix(err, "the copy '%s': ", scratch);
}

/* path as the restored configuration will find it: relative when it lies in its directory. */
static const char *beside(const char *configuration, const char *path)
{
	size_t folder = (size_t)(strrchr(configuration, '/') - configuration) + 1;
	return strncmp(configuration, path, folder) == 0 ? path + folder : path;
}

static bool add(struct tar_writer *w, struct backup_manifest *m, const char *name, const char *path, const char *shown, struct error *err)
{
	char *hash;
	if (!tar_add_file(w, name, path, &hash, err))
		return false;
	*mem_push(m, m->members, m->count) = (struct backup_member){ name, shown, hash };
	return true;
}

static bool pack(struct cli *cli, struct tar_writer *w, const char *database, int64_t made, struct error *err)
{
	const char *configuration = cli->config->file;
	struct backup_manifest *m = mem_new(w, struct backup_manifest);
	m->made = made;
	m->configuration = configuration;
	bool fine = add(w, m, BACKUP_CONFIGURATION, configuration, configuration, err);
	const char **files = config_files(m, cli->config);
	for (size_t i = 0; fine && files[i]; i++)
		fine = add(w, m, mem_printf(m, "files/%zu-%s", i + 1, strrchr(files[i], '/') + 1), files[i], beside(configuration, files[i]), err);
	if (!fine || !add(w, m, BACKUP_DATABASE, database, NULL, err))
		return false;
	char *text = backup_manifest_write(m, m);
	return tar_add(w, BACKUP_MANIFEST, text, strlen(text), NULL, err);
}

static bool write_tar(struct cli *cli, int fd, const char *name, const char *database, int64_t made, struct error *err)
{
	struct tar_writer *w = tar_create(cli->owner, fd, name, err);
	if (!w)
		return false;
	bool fine = pack(cli, w, database, made, err);
	return tar_finish(w, fine ? err : &(struct error){ 0 }) && fine;
}

static bool write_file(struct cli *cli, const char *path, const char *database, int64_t made, struct error *err)
{
	char *part;
	int fd = file_begin(cli->owner, path, &part, err);
	return fd >= 0 && file_end(fd, part, path, write_tar(cli, fd, path, database, made, err), err);
}

static void tell(const char *path, const struct db_copy_table *tables)
{
	struct stat st = { 0 };
	int64_t rows = 0;
	for (size_t i = 0; i < talloc_array_length(tables); i++)
		rows += tables[i].rows;
	stat(path, &st);
	printf("backup\t%s\t%lld rows\t%lld bytes\n", path, (long long)rows, (long long)st.st_size);
	puts("next\tkeep it elsewhere, as safe as the database: it holds addresses, keys and passwords");
}

int cli_backup(struct cli *cli, int argc, char **argv)
{
	struct error err = { 0 };
	if (!cli_options(&argc, argv, (const struct cli_option[]){ { 0, 0, 0 } }, &err))
		return cli_wrong(HOW, argc, argv, &err);
	if (argc != 1)
		return cli_usage(HOW, argc, argv);
	bool out = strcmp(argv[0], "-") == 0;
	int64_t made = clock_now();
	struct db_copy_table *tables;
	if (out && isatty(STDOUT_FILENO)) {
		error_set(&err, ERROR_INVALID, "a backup is no text for a terminal: name a file, or pipe it into a program");
		return cli_fail(&err);
	}
	cli->config = config_load(cli->owner, cli->config_file, &err);
	cli->db = cli->config ? copying_open(cli->owner, cli->config->database, &err) : NULL;
	char *scratch = cli->db ? backup_scratch(cli->owner, out ? NULL : argv[0], &err) : NULL;
	if (!scratch || !make_database(cli, scratch, made, &tables, &err))
		return cli_fail(&err);
	if (out)
		return write_tar(cli, STDOUT_FILENO, "standard output", scratch, made, &err) ? 0 : cli_fail(&err);
	if (!write_file(cli, argv[0], scratch, made, &err))
		return cli_fail(&err);
	tell(argv[0], tables);
	return 0;
}
