#pragma once
/*
 * config_option - the table of what pennypost.conf may say.
 *
 * Everything comes from it: the defaults, the checks and their complaints,
 * the commented file for a new instance, the list in pennypost.conf(5).
 * Knows nothing of files and lines; included by config*.c only.
 */
#include "gateway/base/config/config.h"
#include <stddef.h>

enum config_kind {
	CONFIG_TEXT,
	CONFIG_PATH,     /* relative to the file's directory; "sqlite:" may stand before */
	CONFIG_READABLE, /* the path of a file that must be there */
	CONFIG_HOST,
	CONFIG_SERVER,   /* a host, or the path of a socket */
	CONFIG_RETURN,   /* a host, or a mail address */
	CONFIG_ENDPOINT, /* HOST:PORT */
	CONFIG_DAYTIME,  /* HH:MM-HH:MM */
	CONFIG_SOCKET,   /* unix:/PATH, or HOST:PORT of this machine alone */
	CONFIG_NUMBER,
	CONFIG_WORKERS,  /* a number, or "auto": one for each processor, four at most */
	CONFIG_SWITCH,
	CONFIG_WORD,     /* one of words, kept as text */
	CONFIG_CHOICE,   /* one of words, kept as the enum that counts them */
	CONFIG_NETWORKS,
	CONFIG_ADDRESSES
};

struct config_option {
	const char *section; /* NULL: outside of any; "server": one of several within mail { } */
	const char *name;
	enum config_kind kind;
	size_t at;            /* of the field in struct config, or config_server; text that is empty is NULL there */
	const char *standard; /* the default, as it is written in the file, without quotes; of a server's number "": as in mail { } */
	int least, most;      /* NUMBER, WORKERS */
	const char *words;    /* WORD, CHOICE: with spaces between */
	const char *meaning;  /* sentences */
};

/* Is its value a list? */
static inline bool config_option_is_list(const struct config_option *option) { return option->kind == CONFIG_NETWORKS || option->kind == CONFIG_ADDRESSES; }
/* Ends with a name of NULL. */
extern const struct config_option config_options[];

/* NULL when there is none. */
const struct config_option *config_option_find(const char *section, const char *name);
/* The one that somebody who wrote name most likely meant, in section if it can be; or NULL. */
const struct config_option *config_option_nearest(const char *section, const char *name);
/* May the option have this value (of NETWORKS: may the list hold it)?  ERROR_INVALID says what would be right. */
bool config_option_check(const struct config_option *option, const char *value, struct error *err);
/* The number of a checked NUMBER or WORKERS, the place of a CHOICE among its words, whether a SWITCH is on. */
int config_option_number(const struct config_option *option, const char *value);
