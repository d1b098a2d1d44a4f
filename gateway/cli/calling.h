#pragma once
/*
 * calling - how a command is called: its options, its verbs, its usage.
 *
 * A command says once how it is called, as text: a line for each verb, "source add URL [--publication P]", the lines after the
 * first with "       pennypost " before them; further lines of a verb, and those about options at the end, begin otherwise.
 * What is printed for --help, what a complaint names and what shells complete all come from that text.
 */
#include "gateway/base/text/error.h"
#include <stdio.h>

/* After words that no verb takes: what is wrong, and how the command, or the verb that argv names, is called, on standard error;
 * returns 2.  An unknown verb is told with the nearest one. */
int cli_usage(const char *how, int argc, char **argv);
/* After cli_options has failed: what is wrong and how the command is called; returns 2.  When help was asked for,
 * only the latter, on standard output; returns 0. */
int cli_wrong(const char *how, int argc, char **argv, const struct error *err);

/* The options that a command takes, for cli_options: --name VALUE fills *value, --name alone sets *flag.  One that may
 * be given several times stands as often, each with a value of its own; the others take what was said last. */
struct cli_option {
	const char *name;
	const char **value;
	bool *flag;
};
/*
 * Takes the options (until a name of NULL) out of argv wherever they stand; what is left is *argc words from argv[0]
 * (argv[0] is the first word that is no option).  "--" ends the options.  ERROR_INVALID names what is wrong; it names
 * nothing when help was asked for (--help, -h).  After an error argv[0] is still the first word when it came before it.
 */
bool cli_options(int *argc, char **argv, const struct cli_option *options, struct error *err);
/* Is argv this verb with just so many words behind it? */
bool cli_verb(int argc, char **argv, const char *verb, int words);

/* The one of these (until NULL) that typed is most like; NULL when it is like none. */
const char *cli_nearest(const char *typed, const char *const *names);
