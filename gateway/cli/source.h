#pragma once
/*
 * source - the verbs of `pennypost source`: a function each, a line each in the table of source.c.
 */
#include "feeds/source/source_option.h"
#include "gateway/cli/cli.h"

/* What was typed. */
struct source_call {
	struct cli *cli;            /* open */
	char **words;               /* behind the verb; ends with NULL */
	int64_t id;                 /* the first of them, for a verb that names a source; 0: it was left out */
	const char *publication, *state;
	const char *options[9];     /* as source_option_names has them, NULL where none was given */
	const char *user, *password_file;
	bool quiet, backfill, no_backfill, follow, json;
};

/* What a verb returns whose words do not fit: its usage is printed then. */
enum { SOURCE_MISUSED = 2 };
typedef int source_verb(struct source_call *call, struct error *err);
source_verb source_verb_list, source_verb_show, source_verb_set, source_verb_pause, source_verb_resume, source_verb_rule, source_verb_export,
	source_verb_import;

/* The settings with what was typed put in. */
bool source_call_settings(struct source_call *call, struct source_settings *settings, struct error *err);
/* url with the user and the password that were typed, or as it is. */
const char *source_call_login(struct source_call *call, const char *url, struct error *err);
