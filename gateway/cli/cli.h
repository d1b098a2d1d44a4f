#pragma once
/*
 * cli - the commands of pennypost: one file each, one line each in the table of main.c.
 *
 * A command gets the words after its name and returns the exit status: 0
 * done, 1 failed, 2 called wrongly.  Results go to standard output, one
 * record a line with tabs between, complaints to standard error.
 */
#include "gateway/archive/store/publication.h"
#include "gateway/base/config/config.h"
#include "gateway/base/db/db.h"
#include "gateway/cli/calling.h"
#include <stdio.h>

struct cli {
	void *owner;             /* freed when the command has ended */
	const char *config_file; /* --config, or NULL */
	struct config *config;   /* after cli_open */
	struct db *db;
	bool makes;              /* cli_open makes the database when there is none; else it says so */
};

typedef int cli_command(struct cli *cli, int argc, char **argv);

cli_command cli_init, cli_serve, cli_publication, cli_source, cli_import, cli_entry, cli_letter, cli_subscriber, cli_delivery, cli_reply, cli_quarantine, cli_dkim, cli_html,
	cli_feed, cli_database, cli_backup, cli_restore, cli_status, cli_bounce, cli_doctor;

/* Reads the configuration, opens the database and brings its schema up to date. */
bool cli_open(struct cli *cli, struct error *err);
/* "pennypost: TEXT" on standard error; returns 1. */
int cli_fail(const struct error *err);
/* What a role holds for a moment is worth waiting for: true when err is ERROR_TEMPORARY and somebody committed something since,
 * so that it is worth another try.  False after fifteen seconds; *until is 0 at first.  Each change that a command makes is tried so. */
bool cli_again(struct cli *cli, const struct error *err, int64_t *until);

/* A whole number of at least least; ERROR_INVALID otherwise.  Of an option that was not given (NULL) *number stays. */
bool cli_number(const char *text, int64_t least, int64_t *number, struct error *err);
/* "free", "all", "older:30", "beyond:10". */
bool cli_gate(const char *text, enum publication_gate *gate, int64_t *number, struct error *err);
/* A field of an output line: tabs and line ends become spaces. */
void cli_field(FILE *out, const char *text);
/* A time as "2026-09-06T06:30:00Z", or "-" for 0. */
void cli_time(FILE *out, int64_t ms);
/* "3 hours", "45 minutes", "2 days".  Belongs to owner. */
char *cli_duration(void *owner, int64_t ms);
