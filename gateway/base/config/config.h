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

enum config_transport { CONFIG_MAILDIR, CONFIG_SMTP, CONFIG_SENDMAIL };
enum config_security { CONFIG_TLS, CONFIG_STARTTLS, CONFIG_ENCRYPTED, CONFIG_OPPORTUNISTIC, CONFIG_PLAIN };
enum config_mailbox_protocol { CONFIG_IMAP, CONFIG_POP3 };
enum config_mailbox_security { CONFIG_MAILBOX_TLS, CONFIG_MAILBOX_STARTTLS, CONFIG_MAILBOX_PLAIN };
enum config_protocol { CONFIG_PROTOCOL_SMTP, CONFIG_PROTOCOL_LMTP };

/* A server that takes letters: mail { server NAME { } }, or the one of mail { } itself. */
struct config_server {
	const char *name;             /* unique; the host when there is only the one of mail { } */
	const char *host;             /* or the path of a socket, which begins with a slash */
	int port;
	enum config_protocol protocol;
	enum config_security security;
	const char *user, *password;  /* or NULL */
	const char *password_file;    /* or NULL; password holds its first line */
	bool direct;                  /* no server: letters go to those of their receivers */
	const char *token_file;       /* or NULL; instead of a password: read at each login, for it changes */
	int weight;                   /* its share of the letters */
	int connections;              /* at once */
	int per_second;               /* messages, 0: no limit */
	int warm_up, warm_up_growth;  /* letters on its first day, 0: no limit; percent more each day */
};

struct config {
	const char *file;             /* where this was read from, absolute */
	const char *database;         /* path, or sqlite:path */
	const char *listen;           /* "127.0.0.1:8080", "[::]:8080" */
	bool behind_proxy;            /* believe the last address of X-Forwarded-For */
	const char *log_level;        /* error, warning, info, debug */
	const char *const *allow_networks; /* ends with NULL */
	const char *ca_file;          /* or NULL */
	const char *resolver;         /* "127.0.0.1:5353", or NULL: the system's */
	int poll_minutes;             /* least time between two fetches of a source */
	int poll_minutes_max;         /* and the most */
	int poll_seconds_min;         /* both in seconds, for tests and demos; 0: the minutes hold */
	int host_seconds;             /* least time between two requests to one host */
	int picture_megabytes;        /* that all kept pictures may take */
	bool letters;                 /* the web shows captured letters to anybody: for demos only */
	int lease_seconds;            /* how long a claimed delivery belongs to its role */
	struct {
		int web, mail, federate;  /* processes of each of these roles */
	} workers;
	struct {
		const char *domain;       /* the domain of the addresses at which publications take mail; or NULL: they take none */
		const char *lmtp;         /* where mail servers hand it to us, as listen_on takes it; or NULL */
	} inbound;
	struct {
		const char *host;         /* or NULL: there is none */
		int port;
		enum config_mailbox_protocol protocol;
		enum config_mailbox_security security;
		const char *user, *password_file; /* or NULL */
		const char *password;     /* the first line of the file */
		const char *folder;
		int seconds;              /* between two looks */
	} mailbox;                    /* whose messages are taken */
	struct {
		enum config_transport transport;
		const char *maildir;      /* transport maildir: where letters are captured */
		const char *sendmail;     /* transport sendmail: the program */
		const char *host;         /* transport smtp: what mail { } itself says, as in struct config_server */
		int port;
		enum config_security security;
		enum config_protocol protocol;
		const char *user, *password, *password_file, *token_file;
		const char *bounces;      /* a host or an address; or NULL: the host of the publication's address */
		int connections;
		int per_second;           /* of all servers together */
		bool direct;              /* as in struct config_server */
		int warm_up, warm_up_growth; /* as in struct config_server */
		const char *quiet_hours;  /* "22:00-07:00", or NULL */
		bool refuse_in_doubt;     /* nothing is sent that would not land */
		bool per_receiver;        /* the pace of each receiver is kept through a relay, too */
		struct config_server *servers; /* one at least */
		size_t server_count;
		const char *helo;         /* or NULL: the publication's host */
		const char *const *outgoing; /* the addresses that letters leave from, to the world; ends with NULL */
		bool dkim;                /* sign with the publication's keys */
		const char *templates;    /* folder of the owner's own, or NULL */
	} mail;
};

/* Reads file; NULL: PENNYPOST_CONFIG, ./pennypost.conf, /etc/pennypost/pennypost.conf, the first that is there.
 * ERROR_NOT_FOUND: there is none.  Not for two threads at once: libconfuse's scanner is one for the process. */
struct config *config_load(void *owner, const char *file, struct error *err);
/* Overwrites the passwords of the mail servers, for a process that does not need it.  Of one that stood in the file itself copies may be left in
 * memory that is free again. */
void config_forget_password(struct config *config);
/* The same for that of mailbox { }. */
void config_forget_mailbox(struct config *config);
/* The files that it names and that must be there, absolute; ends with NULL.  Belongs to owner. */
const char **config_files(void *owner, const struct config *config);
/* The text of a new configuration file with every option, its default and its meaning as comments; database, unless NULL, is set. */
char *config_template(void *owner, const char *database);
/* Every option as mdoc list items, for pennypost.conf(5). */
void config_describe(FILE *out);
