#pragma once
/*
 * config - pennypost.conf, read into one typed struct (libconfuse).
 *
 * config_option.c holds one table: name, type, default, meaning.  A mistake
 * is reported as "FILE:LINE: what is wrong and what would be right": an
 * option unknown, set twice or out of its range, a file that is not there, a
 * password that everybody may read.  Relative paths are relative to the
 * file's directory.  What belongs to one publication (name, handle, gate) is
 * in the database, not here.
 */
#include "gateway/base/text/error.h"
#include <stdint.h>
#include <stdio.h>

enum config_transport { CONFIG_MAILDIR, CONFIG_SMTP };
enum config_security { CONFIG_TLS, CONFIG_STARTTLS, CONFIG_PLAIN };

struct config {
	const char *file;             /* where this was read from, absolute */
	const char *database;         /* path, or sqlite:path */
	const char *listen;           /* "127.0.0.1:8080", "[::]:8080" */
	bool behind_proxy;            /* believe the last address of X-Forwarded-For */
	const char *log_level;        /* error, warning, info, debug */
	const char *const *allow_networks; /* ends with NULL */
	const char *ca_file;          /* or NULL */
	int poll_minutes;             /* least time between two fetches of a source */
	int poll_minutes_max;         /* and the most */
	int poll_seconds_min;         /* both in seconds, for tests and demos; 0: the minutes hold */
	int host_seconds;             /* least time between two requests to one host */
	bool letters;                 /* the web shows captured letters to anybody: for demos only */
	int lease_seconds;            /* how long a claimed delivery belongs to its role */
	struct {
		int web, mail, federate;  /* processes of each of these roles */
	} workers;
	struct {
		enum config_transport transport;
		const char *maildir;      /* transport maildir: where letters are captured */
		const char *host;         /* transport smtp */
		int port;
		enum config_security security;
		const char *user, *password; /* or NULL */
		const char *password_file; /* or NULL; password holds its first line */
		const char *helo;         /* or NULL: the publication's host */
		bool dkim;                /* sign with the publication's keys */
		int connections;          /* at once */
		int per_second;           /* messages, 0: no limit */
	} mail;
};

/* Reads file; NULL: PENNYPOST_CONFIG, ./pennypost.conf, /etc/pennypost/pennypost.conf, the first that is there.
 * ERROR_NOT_FOUND: there is none.  Not for two threads at once: libconfuse's scanner is one for the process. */
struct config *config_load(void *owner, const char *file, struct error *err);
/* Overwrites the password of the mail server, for a process that does not need it.  Of one that stood in the file itself copies may be left in
 * memory that is free again. */
void config_forget_password(struct config *config);
/* The files that it names and that must be there, absolute; ends with NULL.  Belongs to owner. */
const char **config_files(void *owner, const struct config *config);
/* The text of a new configuration file with every option, its default and its meaning as comments; database, unless NULL, is set. */
char *config_template(void *owner, const char *database);
/* Every option as mdoc list items, for pennypost.conf(5). */
void config_describe(FILE *out);
