#include "feeds/clean/clean.h"
#include "gateway/base/html/html.h"
#include "gateway/base/system/file.h"
#include "gateway/cli/cli.h"
#include <string.h>

#define HOW "html clean [--base URL] < FILE"

int cli_html(struct cli *cli, int argc, char **argv)
{
	struct error err = { 0 };
	const char *base = NULL;
	if (!cli_options(&argc, argv, (const struct cli_option[]){ { "base", &base, 0 }, { 0, 0, 0 } }, &err))
		return cli_wrong(HOW, argc, argv, &err);
	if (argc != 1 || strcmp(argv[0], "clean") != 0)
		return cli_usage(HOW, argc, argv);
	struct buf *in = file_read(cli->owner, "-", HTML_MAX_SIZE, &err);
	if (!in)
		return cli_fail(&err);
	fputs(clean_html(cli->owner, in->data, in->size, base), stdout);
	return 0;
}
