#include "gateway/base/memory/mem.h"
#include "gateway/cli/cli.h"
#include "gateway/mail/dkim_record.h"

#define HOW "dkim [--publication P]"

/* Records as a zone file has them: name, type, text; each text in pieces of at most 255 bytes (RFC 1035 section 3.3.14). */
static void record(const char *name, const char *text)
{
	printf("%s.\tTXT\t", name);
	for (const char *p = text; *p;) {
		int n = 0;
		while (p[n] && n < 255)
			n++;
		printf("%s\"%.*s\"", p == text ? "" : " ", n, p);
		p += n;
	}
	putchar('\n');
}

int cli_dkim(struct cli *cli, int argc, char **argv)
{
	struct error err = { 0 };
	const char *named = NULL;
	if (!cli_options(&argc, argv, (const struct cli_option[]){ { "publication", &named, 0 }, { 0, 0, 0 } }, &err))
		return cli_wrong(HOW, &err);
	if (argc > 0)
		return cli_usage(HOW);
	struct publication *p = cli_open(cli, &err) ? publication_choose(cli->owner, cli->db, named, &err) : NULL;
	if (!p)
		return cli_fail(&err);
	for (int type = KEY_RSA; type <= KEY_ED25519; type++) {
		struct dkim_record *r = dkim_record(cli->owner, cli->db, p, (enum key_type)type, &err);
		if (!r)
			return cli_fail(&err);
		record(r->name, r->text);
	}
	return 0;
}
