#include "gateway/base/memory/mem.h"
#include "gateway/cli/cli.h"
#include "gateway/cli/copying.h"
#include <inttypes.h>
#include <string.h>

#define HOW "database copy FROM TO"

static int copy(struct cli *cli, const char *from, const char *where, struct error *err)
{
	struct db_copy_table *tables;
	struct db *db = copying_open(cli->owner, from, err);
	int64_t rows = 0;
	if (!db || !copying_run(cli->owner, db, where, &tables, err))
		return cli_fail(err);
	for (size_t i = 0; i < talloc_array_length(tables); i++) {
		printf("%s\t%" PRId64 "\t%s\n", tables[i].name, tables[i].rows, tables[i].hash);
		rows += tables[i].rows;
	}
	printf("copied\t%" PRId64 " rows, and read again: all the same\t%s\n", rows, db_shown(cli->owner, where));
	printf("next\tname it in pennypost.conf and restart serve; what was written to the old one since is not in it\n");
	return 0;
}

int cli_database(struct cli *cli, int argc, char **argv)
{
	struct error err = { 0 };
	if (!cli_options(&argc, argv, (const struct cli_option[]){ { 0, 0, 0 } }, &err))
		return cli_wrong(HOW, argc, argv, &err);
	return cli_verb(argc, argv, "copy", 2) ? copy(cli, argv[1], argv[2], &err) : cli_usage(HOW, argc, argv);
}
