#include "gateway/base/memory/mem.h"
#include "gateway/base/system/file.h"
#include "gateway/cli/cli.h"
#include <string.h>
#include <unistd.h>

#define HOW "init --url URL --name NAME --handle HANDLE [--dir DIR] [--database FILE|URL] [--summary TEXT] [--author NAME]\n" \
	"       [--language CODE] [--timezone ZONE] [--mail-from ADDRESS] [--owner ADDRESS] [--postal-address TEXT] [--gate free|all|older:DAYS|beyond:POSTS]"

/* Writes the configuration unless there is one. */
static bool write_config(const char *path, const char *database, bool *made, struct error *err)
{
	*made = access(path, F_OK) != 0;
	if (!*made)
		return true;
	char *text = config_template(NULL, database);
	bool fine = file_write(path, text, strlen(text), 0640, err);
	talloc_free(text);
	return fine;
}

static bool prepare(struct cli *cli, const char *dir, const char *database, bool *made, struct error *err)
{
	if (!cli->config_file) {
		if (!file_make_directory(dir, 0750, err))
			return false;
		cli->config_file = mem_printf(cli->owner, "%s/pennypost.conf", dir);
	}
	cli->makes = true;
	return write_config(cli->config_file, database, made, err) && cli_open(cli, err);
}

/* What did not come to a publication must not be in the way of the next try. */
static int undo(const struct cli *cli, bool made, bool had_database, const struct error *err)
{
	const char *path = cli->config ? db_path(cli->config->database) : NULL;
	if (made)
		unlink(cli->config_file);
	if (path && !had_database) {
		static const char *const ends[] = { "", "-wal", "-shm" };
		for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
			unlink(mem_printf(cli->owner, "%s%s", path, ends[i]));
	}
	return cli_fail(err);
}

/* A database that holds a publication is somebody's, and stays whatever fails. */
static bool has_publication(const struct cli *cli, bool *had, struct error *err)
{
	struct publication **all;
	size_t count = 0;
	bool fine = publication_all(cli->owner, cli->db, &all, &count, err);
	*had = count > 0;
	return fine;
}

static void tell(const struct cli *cli, const struct publication *p, bool fresh)
{
	printf("configuration\t%s\ndatabase\t%s\n", cli->config->file, db_shown(cli->owner, cli->config->database));
	printf("publication\t%s\t", fresh ? "made" : "was there already");
	cli_field(stdout, p->name);
	printf("\t%s\n", p->url);
	printf("handle\t%s\n", publication_address(cli->owner, p));
	if (cli->config->mail.transport == CONFIG_MAILDIR)
		printf("letters\twritten into the Maildir %s, and not sent until 'mail' in the configuration names a server\n", cli->config->mail.maildir);
	printf("next\tpennypost --config %s source add URL-OF-YOUR-BLOG\n", cli->config->file);
	printf("next\tpennypost --config %s serve\n", cli->config->file);
}

static bool check(const struct publication_new *with, const char *database, struct error *err)
{
	if (database && database[strcspn(database, "\"\\\n")])
		return error_set(err, ERROR_INVALID, "the database '%s' cannot stand in a configuration file", database);
	return publication_check(with, err);
}

static int make(struct cli *cli, const struct publication_new *with, const char *dir, const char *database)
{
	struct error err = { 0 };
	bool made = false, had;
	int64_t id;
	if (!prepare(cli, dir, database, &made, &err))
		return undo(cli, made, !made || !cli->config, &err);
	if (!has_publication(cli, &had, &err))
		return cli_fail(&err);
	bool fresh = publication_add(cli->db, with, &id, &err);
	if (!fresh && err.kind != ERROR_EXISTS)
		return undo(cli, made, had, &err);
	struct publication *p = publication_by_id(cli->owner, cli->db, id, &err);
	if (!p)
		return cli_fail(&err);
	tell(cli, p, fresh);
	return 0;
}

int cli_init(struct cli *cli, int argc, char **argv)
{
	struct error err = { 0 };
	struct publication_new with = { 0 };
	const char *dir = ".", *gate = NULL, *database = NULL;
	const struct cli_option options[] = {
		{ "url", &with.url, 0 }, { "name", &with.name, 0 }, { "handle", &with.handle, 0 }, { "dir", &dir, 0 }, { "database", &database, 0 },
		{ "summary", &with.summary, 0 }, { "author", &with.author, 0 }, { "language", &with.language, 0 }, { "timezone", &with.time_zone, 0 },
		{ "mail-from", &with.mail_from, 0 }, { "owner", &with.owner_mail, 0 }, { "postal-address", &with.postal_address, 0 }, { "gate", &gate, 0 }, { 0, 0, 0 } };
	if (!cli_options(&argc, argv, options, &err))
		return cli_wrong(HOW, argc, argv, &err);
	if (gate && !cli_gate(gate, &with.gate, &with.gate_number, &err))
		return cli_fail(&err);
	if (argc > 0 || !with.url || !with.name || !with.handle)
		return cli_usage(HOW, argc, argv);
	if (!check(&with, database, &err))
		return cli_fail(&err);
	return make(cli, &with, dir, database);
}
