/* pennypost - the command table. */
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "gateway/cli/cli.h"
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static const struct command {
	const char *name;
	cli_command *run;
	const char *summary;
} commands[] = {
	{ "init", cli_init, "make a configuration, a database, keys and the first publication" },
	{ "serve", cli_serve, "run everything" },
	{ "status", cli_status, "does it run, what waits, what needs you" },
	{ "publication", cli_publication, "the publications of this instance" },
	{ "source", cli_source, "where posts come from" },
	{ "import", cli_import, "take the posts out of another system's export" },
	{ "entry", cli_entry, "the posts in the archive" },
	{ "letter", cli_letter, "letters that you write yourself: drafts, tests, when they are sent" },
	{ "subscriber", cli_subscriber, "who receives them" },
	{ "reply", cli_reply, "what people of the fediverse write to you" },
	{ "delivery", cli_delivery, "who got what" },
	{ "bounce", cli_bounce, "what came back: reports of mail servers, complaints" },
	{ "quarantine", cli_quarantine, "what ended a role or failed again and again, and is left out" },
	{ "backup", cli_backup, "everything in one file, while it runs" },
	{ "restore", cli_restore, "everything out of that file; nothing is sent until you say so" },
	{ "database", cli_database, "move everything to another database" },
	{ "dkim", cli_dkim, "the DNS records that let letters arrive" },
	{ "doctor", cli_doctor, "will letters land? what is wrong, and how to put it right" },
	{ "feed", cli_feed, "what a feed says, as we understand it" },
	{ "html", cli_html, "make HTML safe, as the archive keeps it" },
};

static void help(FILE *out)
{
	fputs("pennypost " PENNYPOST_VERSION " - a newsletter and feed gateway\n\n"
	      "usage: pennypost [--config FILE] COMMAND ...\n\n", out);
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		fprintf(out, "  %-12s %s\n", commands[i].name, commands[i].summary);
	fputs("\n'pennypost help COMMAND' says how a command is called, the manual is pennypost(1); a first publication begins with 'pennypost init'.\n", out);
}

static int unknown(const char *typed)
{
	const char *names[sizeof commands / sizeof *commands + 1] = { 0 };
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		names[i] = commands[i].name;
	const char *near = cli_nearest(typed, names);
	fprintf(stderr, "pennypost: there is no %s '%s'", *typed == '-' ? "option" : "command", typed);
	fprintf(stderr, near ? "; did you mean '%s'?\n" : "\n", near);
	fputs("'pennypost help' lists the commands, 'pennypost help COMMAND' says how one is called\n", stderr);
	return 2;
}

static int run(struct cli *cli, int argc, char **argv)
{
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		if (strcmp(commands[i].name, argv[0]) == 0)
			return commands[i].run(cli, argc - 1, argv + 1);
	return unknown(argv[0]);
}

static int fall_back(FILE *out, int status)
{
	help(out);
	return status;
}

/* Takes the options before the command; the index of the first word that is none. */
static int read_options(struct cli *cli, int argc, char **argv)
{
	int first = 1;
	for (; first < argc; first++)
		if (strcmp(argv[first], "--config") == 0 && first + 1 < argc)
			cli->config_file = argv[++first];
		else if (text_starts(argv[first], "--config="))
			cli->config_file = argv[first] + strlen("--config=");
		else
			break;
	return first;
}

static int start(struct cli *cli, int argc, char **argv)
{
	int first = read_options(cli, argc, argv);
	const char *word = first < argc ? argv[first] : NULL;
	if (!word)
		return fall_back(stderr, 2);
	if (strcmp(word, "help") == 0 && first + 1 < argc) {
		/* "help source list" is "source list --help". */
		char ask[] = "--help", *words[] = { argv[first + 1], first + 2 < argc ? argv[first + 2] : ask, ask };
		return run(cli, 3, words);
	}
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0)
		return fall_back(stdout, 0);
	if (strcmp(word, "--version") != 0 && strcmp(word, "version") != 0)
		return run(cli, argc - first, argv + first);
	puts("pennypost " PENNYPOST_VERSION);
	return 0;
}

int main(int argc, char **argv)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	signal(SIGPIPE, SIG_IGN);
	struct cli cli = { .owner = talloc_named_const(NULL, 0, "command") };
	int status = start(&cli, argc, argv);
	talloc_free(cli.owner);
	/* A full disk behind standard output is a failure too. */
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr, "pennypost: cannot write to the standard output: %s\n", strerror(errno));
		status = status ? status : 1;
	}
	return status;
}
