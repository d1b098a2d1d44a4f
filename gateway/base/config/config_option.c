#include "gateway/base/config/config_option.h"
#include "gateway/base/address/network.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AT(field) offsetof(struct config, field)

const struct config_option config_options[] = {
	{ 0, "database", CONFIG_PATH, AT(database), "pennypost.db", 0, 0, 0,
	  "The archive, the subscribers and the ledger: a file, made when it is missing. Or the URL of a PostgreSQL server, "
	  "postgresql://USER@HOST/NAME, whose database may be empty: then several machines can share it. Its password belongs in "
	  "~/.pgpass, and what else libpq takes may stand in the URL (sslmode, sslrootcert)." },
	{ 0, "listen", CONFIG_ENDPOINT, AT(listen), "127.0.0.1:8080", 0, 0, 0,
	  "Where the web server listens, as HOST:PORT. In front of it belongs a reverse proxy that speaks TLS." },
	{ 0, "behind_proxy", CONFIG_SWITCH, AT(behind_proxy), "false", 0, 0, 0,
	  "Believe the last address of X-Forwarded-For. Only right behind a proxy that sets it: else anybody can "
	  "claim any address." },
	{ 0, "log_level", CONFIG_WORD, AT(log_level), "info", 0, 0, "error warning info debug", "The least important lines that are logged." },
	{ 0, "allow_networks", CONFIG_NETWORKS, AT(allow_networks), "{}", 0, 0, 0,
	  "Networks that are not public and may be fetched from all the same, such as {\"192.168.1.0/24\", \"::1\"}. Others that are not public "
	  "are refused, so that a feed cannot point at the machines next to this one." },
	{ 0, "ca_file", CONFIG_READABLE, AT(ca_file), "", 0, 0, 0, "Certificates to trust instead of the system's, in PEM." },
	{ 0, "poll_minutes", CONFIG_NUMBER, AT(poll_minutes), "30", 1, 1440, 0, "The least time between two fetches of a source, in minutes. A blog that posts rarely is fetched more rarely." },
	{ 0, "poll_minutes_max", CONFIG_NUMBER, AT(poll_minutes_max), "240", 1, 10080, 0,
	  "The most, whatever the source says of itself and however rarely it posts. Only a source whose hub pushes to us is fetched less." },
	{ 0, "host_seconds", CONFIG_NUMBER, AT(host_seconds), "1", 0, 3600, 0,
	  "The least time between two requests to one host, in seconds. Hosts that are named by an address within allow_networks are your own "
	  "and need none." },
	{ 0, "poll_seconds_min", CONFIG_NUMBER, AT(poll_seconds_min), "0", 0, 86400, 0,
	  "Fetch every source this often instead, in seconds: for tests and demos. 0 means that poll_minutes holds." },
	{ 0, "letters", CONFIG_SWITCH, AT(letters), "false", 0, 0, 0,
	  "Show the letters of transport maildir to everybody at /letters. Only for demos: letters hold links that sign their reader in." },
	{ 0, "lease_seconds", CONFIG_NUMBER, AT(lease_seconds), "60", 5, 3600, 0,
	  "How long a claimed delivery belongs to the process that claimed it. When that process vanishes, another takes over so much later." },
	{ "workers", "web", CONFIG_WORKERS, AT(workers.web), "auto", 1, 32, 0,
	  "How many processes answer requests. They share the address of listen, and one that is busy leaves new connections to the others." },
	{ "workers", "mail", CONFIG_WORKERS, AT(workers.mail), "auto", 1, 32, 0,
	  "How many processes write, sign and send letters. They share connections and per_second of mail { }; there are never more of them than "
	  "either allows." },
	{ "workers", "federate", CONFIG_WORKERS, AT(workers.federate), "auto", 1, 32, 0,
	  "How many processes read the inboxes and deliver to other servers." },
	{ "mail", "transport", CONFIG_CHOICE, AT(mail.transport), "maildir", 0, 0, "maildir smtp",
	  "Where letters go: into a Maildir on this machine, or to an SMTP server." },
	{ "mail", "maildir", CONFIG_PATH, AT(mail.maildir), "letters", 0, 0, 0, "The Maildir of transport maildir, made when it is missing." },
	{ "mail", "host", CONFIG_HOST, AT(mail.host), "localhost", 0, 0, 0, "The SMTP server that takes the letters." },
	{ "mail", "port", CONFIG_NUMBER, AT(mail.port), "587", 1, 65535, 0, "Its port: 587 is usual for starttls, 465 for tls, 25 for plain." },
	{ "mail", "security", CONFIG_CHOICE, AT(mail.security), "starttls", 0, 0, "tls starttls plain",
	  "How the connection is protected. Certificates are verified. Use plain only for a relay on this machine." },
	{ "mail", "user", CONFIG_TEXT, AT(mail.user), "", 0, 0, 0, "The name to log in with. Empty means not to log in." },
	{ "mail", "password", CONFIG_TEXT, AT(mail.password), "", 0, 0, 0, "Its password. A password_file is better: then only the processes that send mail have it." },
	{ "mail", "password_file", CONFIG_READABLE, AT(mail.password_file), "", 0, 0, 0,
	  "A file whose first line is the password. Others may not read it." },
	{ "mail", "helo", CONFIG_HOST, AT(mail.helo), "", 0, 0, 0, "The name to say in EHLO. Empty means the host of the publication." },
	{ "mail", "dkim", CONFIG_SWITCH, AT(mail.dkim), "true", 0, 0, 0, "Sign letters. Off only when the server behind signs them for the same domain." },
	{ "mail", "connections", CONFIG_NUMBER, AT(mail.connections), "10", 1, 200, 0, "How many connections there are at once." },
	{ "mail", "per_second", CONFIG_NUMBER, AT(mail.per_second), "0", 0, 100000, 0,
	  "How many letters are sent in a second at most. 0 means as many as the server takes." },
	{ 0, 0, 0, 0, 0, 0, 0, 0, 0 }
};

static bool in_section(const struct config_option *o, const char *section)
{
	return o->section ? section && strcmp(o->section, section) == 0 : !section;
}

const struct config_option *config_option_find(const char *section, const char *name)
{
	for (const struct config_option *o = config_options; o->name; o++)
		if (in_section(o, section) && strcmp(o->name, name) == 0)
			return o;
	return NULL;
}

enum { NAME_ROOM = 64, FAR = 99 };

/* The Levenshtein distance. */
static size_t distance(const char *a, const char *b)
{
	size_t row[NAME_ROOM], n = strlen(b);
	if (n >= NAME_ROOM || strlen(a) >= NAME_ROOM)
		return FAR;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; *a; a++, i++) {
		size_t corner = row[0];
		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t best = corner + (*a != b[j - 1]);
			corner = row[j];
			best = best < row[j] + 1 ? best : row[j] + 1;
			row[j] = best < row[j - 1] + 1 ? best : row[j - 1] + 1;
		}
	}
	return row[n];
}

const struct config_option *config_option_nearest(const char *section, const char *name)
{
	const struct config_option *best = NULL;
	char *small = text_lower(NULL, name);
	/* Distances count twice, so that the right section decides between equals; at most half of the letters may be wrong. */
	size_t least = strlen(name) + 1;
	for (const struct config_option *o = config_options; o->name; o++) {
		size_t far = 2 * distance(small, o->name) + !in_section(o, section);
		if (far < least) {
			least = far;
			best = o;
		}
	}
	talloc_free(small);
	return best;
}

static int place_of(const char *words, const char *word)
{
	int n = 0;
	for (const char *p = words; *p; n++) {
		size_t size = strcspn(p, " ");
		if (strlen(word) == size && strncmp(p, word, size) == 0)
			return n;
		p += size + (p[size] == ' ');
	}
	return -1;
}

/* Digits alone: "010" could be read as ten or as eight. */
static bool number_of(const char *value, int least, int most, int *number)
{
	size_t digits = strspn(value, "0123456789");
	long n = strtol(value, NULL, 10);
	*number = (int)n;
	return digits && digits < 10 && !value[digits] && (*value != '0' || digits == 1) && n >= least && n <= most;
}

/* One for each processor; beyond four, the database is what they would wait for. */
static int processors(void)
{
	enum { AUTO_MOST = 4 };
	long online = sysconf(_SC_NPROCESSORS_ONLN);
	return online < 1 ? 1 : online > AUTO_MOST ? AUTO_MOST : (int)online;
}

static bool workers_of(const struct config_option *o, const char *value, int *number)
{
	bool automatic = strcmp(value, "auto") == 0;
	if (automatic)
		*number = processors();
	return automatic || number_of(value, o->least, o->most, number);
}

static bool is_switch(const char *value, bool *on)
{
	int place = place_of("false no off true yes on", value);
	*on = place >= 3;
	return place >= 0;
}

static bool is_host(const char *value)
{
	struct network_address address;
	char *ascii = url_host_ascii(NULL, value);
	bool fine = ascii || network_address_parse(value, &address);
	talloc_free(ascii);
	return fine;
}

static bool is_endpoint(const char *value)
{
	const char *colon = strrchr(value, ':');
	int port;
	if (!colon || !number_of(colon + 1, 1, 65535, &port))
		return false;
	char *host = mem_ndup(NULL, value, (size_t)(colon - value));
	size_t size = strlen(host);
	struct network_address address;
	bool fine = !size || (!strchr(host, ':') && is_host(host));
	if (size > 2 && host[0] == '[' && host[size - 1] == ']') {
		host[size - 1] = '\0';
		fine = network_address_parse(host + 1, &address);
	}
	talloc_free(host);
	return fine;
}

static bool one_of(const struct config_option *o, const char *value, struct error *err)
{
	if (place_of(o->words, value) >= 0)
		return true;
	char *list = text_replace(NULL, o->words, " ", ", ");
	error_set(err, ERROR_INVALID, "'%s' is '%s'; it must be one of: %s", o->name, value, list);
	talloc_free(list);
	return false;
}

static bool may_be_empty(const struct config_option *o)
{
	return !*o->standard && (o->kind == CONFIG_HOST || o->kind == CONFIG_READABLE || o->kind == CONFIG_TEXT);
}

bool config_option_check(const struct config_option *o, const char *value, struct error *err)
{
	struct network network;
	int number;
	bool on;
	for (const char *p = value; *p; p++)
		if ((unsigned char)*p < ' ')
			return error_set(err, ERROR_INVALID, "'%s' holds a line break or another control character; nothing may", o->name);
	if (!*value && may_be_empty(o))
		return true;
	if (!*value)
		return error_set(err, ERROR_INVALID, "'%s' is empty; leave the line out for the default, %s", o->name, o->standard);
	switch (o->kind) {
	case CONFIG_NUMBER:
		return number_of(value, o->least, o->most, &number) ||
		       error_set(err, ERROR_INVALID, "'%s' is '%s'; it must be a number from %d to %d", o->name, value, o->least, o->most);
	case CONFIG_WORKERS:
		return workers_of(o, value, &number) ||
		       error_set(err, ERROR_INVALID, "'%s' is '%s'; it must be a number from %d to %d, or auto", o->name, value, o->least, o->most);
	case CONFIG_SWITCH: return is_switch(value, &on) || error_set(err, ERROR_INVALID, "'%s' is '%s'; it must be true or false", o->name, value);
	case CONFIG_WORD:
	case CONFIG_CHOICE: return one_of(o, value, err);
	case CONFIG_HOST: return is_host(value) || error_set(err, ERROR_INVALID, "'%s' is '%s'; it must be the name or address of a host", o->name, value);
	case CONFIG_ENDPOINT:
		return is_endpoint(value) ||
		       error_set(err, ERROR_INVALID, "'%s' is '%s'; it must be HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080", o->name, value);
	case CONFIG_NETWORKS: return network_parse(value, &network, err) || error_prefix(err, "'%s': ", o->name);
	default: return true;
	}
}

int config_option_number(const struct config_option *o, const char *value)
{
	int number;
	bool on;
	if (o->kind == CONFIG_CHOICE)
		return place_of(o->words, value);
	if (o->kind == CONFIG_SWITCH)
		return is_switch(value, &on) && on;
	if (o->kind == CONFIG_WORKERS)
		workers_of(o, value, &number);
	else
		number_of(value, o->least, o->most, &number);
	return number;
}
