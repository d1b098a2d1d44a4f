#include "gateway/base/config/config_option.h"
#include "gateway/base/address/mailbox.h"
#include "gateway/base/address/network.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/daytime.h"
#include "gateway/base/text/text.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AT(field) offsetof(struct config, field)
#define AT_SERVER(field) offsetof(struct config_server, field)

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
	{ 0, "resolver", CONFIG_ENDPOINT, AT(resolver), "", 0, 0, 0,
	  "The DNS server that pennypost doctor asks, as ADDRESS:PORT, such as 127.0.0.1:53. Empty means those of /etc/resolv.conf." },
	{ 0, "poll_minutes", CONFIG_NUMBER, AT(poll_minutes), "30", 1, 1440, 0, "The least time between two fetches of a source, in minutes. A blog that posts rarely is fetched more rarely." },
	{ 0, "poll_minutes_max", CONFIG_NUMBER, AT(poll_minutes_max), "240", 1, 10080, 0,
	  "The most, whatever the source says of itself and however rarely it posts. Only a source whose hub pushes to us is fetched less." },
	{ 0, "host_seconds", CONFIG_NUMBER, AT(host_seconds), "1", 0, 3600, 0,
	  "The least time between two requests to one host, in seconds. Hosts that are named by an address within allow_networks are your own "
	  "and need none." },
	{ 0, "poll_seconds_min", CONFIG_NUMBER, AT(poll_seconds_min), "0", 0, 86400, 0,
	  "Fetch every source this often instead, in seconds: for tests and demos. 0 means that poll_minutes holds." },
	{ 0, "picture_megabytes", CONFIG_NUMBER, AT(picture_megabytes), "1024", 1, 1048576, 0,
	  "How much the pictures of posts that are kept in the database may take, all together. Beyond that no more are kept. Which are kept at all is said "
	  "for each publication: see 'publication set --pictures' in pennypost(1)." },
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
	{ "inbound", "domain", CONFIG_HOST, AT(inbound.domain), "", 0, 0, 0,
	  "The domain of the addresses at which publications take mail, such as lists.example: HANDLE@lists.example for a reply, HANDLE+subscribe@lists.example, "
	  "+unsubscribe, +help and +owner. What the owner writes to the first is a draft of a letter. Letters then name these addresses. The mail server of that domain must give us what comes to them, by lmtp or by "
	  "'pennypost bounce'. Empty means that nobody can write to a publication." },
	{ "inbound", "lmtp", CONFIG_SOCKET, AT(inbound.lmtp), "", 0, 0, 0,
	  "Where a mail server on this machine hands us mail by LMTP (RFC 2033): unix:/run/pennypost/lmtp, or 127.0.0.1:PORT. What comes to the return paths of "
	  "letters (see bounces in mail { }) is taken there, too. Empty means nowhere; the role receive then does not run." },
	{ "mailbox", "host", CONFIG_HOST, AT(mailbox.host), "", 0, 0, 0,
	  "A server with a mailbox whose messages are taken, and removed there, for those who cannot have mail handed over by lmtp. All mail to the addresses of "
	  "inbound { } and to the return paths must come into it; what is for none of these stays there. Best it is for nothing else." },
	{ "mailbox", "protocol", CONFIG_CHOICE, AT(mailbox.protocol), "imap", 0, 0, "imap pop3", "What the server speaks." },
	{ "mailbox", "port", CONFIG_NUMBER, AT(mailbox.port), "993", 1, 65535, 0, "Its port: 993 is usual for imap with tls, 143 with starttls; 995 and 110 for pop3." },
	{ "mailbox", "security", CONFIG_CHOICE, AT(mailbox.security), "tls", 0, 0, "tls starttls plain",
	  "How the connection is protected. The certificate is verified, but with plain, which is for a server on this machine only." },
	{ "mailbox", "user", CONFIG_TEXT, AT(mailbox.user), "", 0, 0, 0, "The name to log in with." },
	{ "mailbox", "password_file", CONFIG_READABLE, AT(mailbox.password_file), "", 0, 0, 0, "A file whose first line is the password. Others may not read it." },
	{ "mailbox", "folder", CONFIG_TEXT, AT(mailbox.folder), "INBOX", 0, 0, 0, "The folder, for imap." },
	{ "mailbox", "seconds", CONFIG_NUMBER, AT(mailbox.seconds), "60", 1, 86400, 0, "How long to wait before the mailbox is looked into again." },
	{ "mail", "transport", CONFIG_CHOICE, AT(mail.transport), "maildir", 0, 0, "maildir smtp sendmail",
	  "Where letters go: into a Maildir on this machine, to an SMTP server, or to a program of this machine that takes them as sendmail(8) does." },
	{ "mail", "maildir", CONFIG_PATH, AT(mail.maildir), "letters", 0, 0, 0, "The Maildir of transport maildir, made when it is missing." },
	{ "mail", "sendmail", CONFIG_PATH, AT(mail.sendmail), "/usr/sbin/sendmail", 0, 0, 0,
	  "The program of transport sendmail: that of Postfix, Exim, OpenSMTPD, or msmtp. It is started for each letter as 'sendmail -i -f RETURN-PATH -- ADDRESS', by "
	  "a process that can do nothing else. An smtp server on the same machine is quicker, and says more of what went wrong." },
	{ "mail", "host", CONFIG_SERVER, AT(mail.host), "localhost", 0, 0, 0,
	  "The SMTP server that takes the letters: a host, or the path of a socket of this machine, such as /run/dovecot/lmtp with protocol = lmtp. A socket has "
	  "no port, and needs no TLS." },
	{ "mail", "port", CONFIG_NUMBER, AT(mail.port), "587", 1, 65535, 0, "Its port: 587 is usual for starttls, 465 for tls, 25 for plain." },
	{ "mail", "security", CONFIG_CHOICE, AT(mail.security), "starttls", 0, 0, "tls starttls encrypted opportunistic plain",
	  "How the connection is protected. With tls, from its beginning, and starttls the certificate is verified, and no letter leaves otherwise. encrypted wants "
	  "STARTTLS and takes any certificate; opportunistic does the same where the server offers it, and sends in the clear where it does not. No password "
	  "is sent without a verified certificate, but to this machine. Use plain only for a relay on this machine." },
	{ "mail", "protocol", CONFIG_CHOICE, AT(mail.protocol), "smtp", 0, 0, "smtp lmtp", "What the server speaks: lmtp is for a mailbox server (RFC 2033), often at port 24." },
	{ "mail", "user", CONFIG_TEXT, AT(mail.user), "", 0, 0, 0, "The name to log in with. Empty means not to log in." },
	{ "mail", "password", CONFIG_TEXT, AT(mail.password), "", 0, 0, 0, "Its password. A password_file is better: then only the processes that send mail have it." },
	{ "mail", "password_file", CONFIG_READABLE, AT(mail.password_file), "", 0, 0, 0,
	  "A file whose first line is the password. Others may not read it." },
	{ "mail", "token_file", CONFIG_READABLE, AT(mail.token_file), "", 0, 0, 0,
	  "A file whose first line is an access token (OAuth 2), instead of a password: for Gmail, Microsoft 365 and others that want XOAUTH2 or "
	  "OAUTHBEARER. Another program, such as one that a timer starts, must renew it before the token expires: the file is read again for each "
	  "login. Others may not read it." },
	{ "mail", "helo", CONFIG_HOST, AT(mail.helo), "", 0, 0, 0, "The name to say in EHLO. Empty means the host of the publication." },
	{ "mail", "bounces", CONFIG_RETURN, AT(mail.bounces), "", 0, 0, 0,
	  "Where reports of letters that could not be delivered go: a host, bounces.example, and they go to b+TOKEN@bounces.example; or an address, "
	  "back@mail.example, and they go to back+TOKEN@mail.example. The mail server of that host must give them to 'pennypost bounce'. Empty means the host of "
	  "the address that letters come from." },
	{ "mail", "outgoing", CONFIG_ADDRESSES, AT(mail.outgoing), "{}", 0, 0, 0,
	  "The addresses that letters leave from, as receivers see them, such as {\"192.0.2.25\"}. pennypost doctor holds SPF and reverse names "
	  "against them; without them it takes those of host." },
	{ "mail", "dkim", CONFIG_SWITCH, AT(mail.dkim), "true", 0, 0, 0, "Sign letters. Off only when the server behind signs them for the same domain." },
	{ "mail", "connections", CONFIG_NUMBER, AT(mail.connections), "10", 1, 200, 0, "How many connections there are at once." },
	{ "mail", "per_second", CONFIG_NUMBER, AT(mail.per_second), "0", 0, 100000, 0,
	  "How many letters are sent in a second at most. 0 means as many as the server takes." },
	{ "mail", "direct", CONFIG_SWITCH, AT(mail.direct), "false", 0, 0, 0,
	  "Bring letters to the mail servers of their receivers (port 25), by what DNS says of each domain, instead of to host. Needs an address that receivers trust: "
	  "its reverse name must be helo, and lead back to it; 'pennypost doctor' looks at that. Letters are encrypted where the receiver offers it; where the MTA-STS policy of a domain demands "
	  "it, they wait until its servers do, with good certificates. "
	  "Receivers are asked no faster than they like." },
	{ "mail", "per_receiver", CONFIG_SWITCH, AT(mail.per_receiver), "false", 0, 0, 0,
	  "Send no faster to each receiver (Google, say, with all domains whose mail is there) than it likes, also when letters go through a relay, which mostly "
	  "sees to that itself. With direct this is always so." },
	{ "mail", "warm_up", CONFIG_NUMBER, AT(mail.warm_up), "0", 0, 1000000, 0,
	  "How many letters a day may leave by a server whose address is new to receivers, on its first day; on each day after one on which it has sent, more by "
	  "warm_up_growth. The rest of a post waits until the next day (UTC); what somebody waits for, such as a confirmation, does not. 0 means no limit. "
	  "When the server is known, take this out." },
	{ "mail", "warm_up_growth", CONFIG_NUMBER, AT(mail.warm_up_growth), "50", 0, 1000, 0, "How much more each day, in percent." },
	{ "mail", "quiet_hours", CONFIG_DAYTIME, AT(mail.quiet_hours), "", 0, 0, 0,
	  "A part of the day, such as 22:00-07:00, in which no letters go out but those that somebody waits for: by the clocks of the publication's time zone. "
	  "Empty means that there is none." },
	{ "mail", "refuse_in_doubt", CONFIG_SWITCH, AT(mail.refuse_in_doubt), "false", 0, 0, 0,
	  "Pause a publication when 'pennypost doctor' finds in DNS that its letters would be refused (SPF, DKIM, DMARC, reverse names): looked at before the first "
	  "letter leaves, and every hour. Its owner is told once, and says 'pennypost delivery resume' when that is put right. Without this, the log says so." },
	{ "mail", "templates", CONFIG_PATH, AT(mail.templates), "", 0, 0, 0,
	  "A folder with templates of your own for letters (letter.mustache, letter.txt.mustache and the like): each takes the place of the one with that name. 'pennypost letter preview' shows what they make; 'pennypost backup' does not hold them." },
	{ "server", "host", CONFIG_SERVER, AT_SERVER(host), "", 0, 0, 0,
	  "One of several servers, each a section server NAME { } within mail { }. What such a section does not say is as in mail { }, but for password and "
	  "user. When a server is down, or refuses us, the others have its share until it is back; a letter that one has put off is tried by another." },
	{ "server", "port", CONFIG_NUMBER, AT_SERVER(port), "", 1, 65535, 0, "Its port." },
	{ "server", "security", CONFIG_CHOICE, AT_SERVER(security), "", 0, 0, "tls starttls encrypted opportunistic plain", "As in mail { }, for this server." },
	{ "server", "protocol", CONFIG_CHOICE, AT_SERVER(protocol), "", 0, 0, "smtp lmtp", "As in mail { }, for this server." },
	{ "server", "user", CONFIG_TEXT, AT_SERVER(user), "", 0, 0, 0, "The name to log in with." },
	{ "server", "password", CONFIG_TEXT, AT_SERVER(password), "", 0, 0, 0, "Its password." },
	{ "server", "password_file", CONFIG_READABLE, AT_SERVER(password_file), "", 0, 0, 0, "A file whose first line is the password. Others may not read it." },
	{ "server", "direct", CONFIG_SWITCH, AT_SERVER(direct), "", 0, 0, 0, "As in mail { }: this is no server, but the way to those of the receivers." },
	{ "server", "warm_up", CONFIG_NUMBER, AT_SERVER(warm_up), "", 0, 1000000, 0, "As in mail { }, for this server: others take what it may not send." },
	{ "server", "warm_up_growth", CONFIG_NUMBER, AT_SERVER(warm_up_growth), "", 0, 1000, 0, "As in mail { }, for this server." },
	{ "server", "token_file", CONFIG_READABLE, AT_SERVER(token_file), "", 0, 0, 0, "A file whose first line is an access token, as in mail { }." },
	{ "server", "weight", CONFIG_NUMBER, AT_SERVER(weight), "1", 1, 1000, 0, "Its share: with weight 3 it gets three letters where one with weight 1, as without, gets one." },
	{ "server", "connections", CONFIG_NUMBER, AT_SERVER(connections), "", 1, 200, 0, "How many connections there are to it at once." },
	{ "server", "per_second", CONFIG_NUMBER, AT_SERVER(per_second), "", 0, 100000, 0,
	  "How many letters it gets in a second at most; without it, only per_second of mail { } holds, which is for all servers together." },
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

static bool is_return(const char *value)
{
	char *mailbox = strchr(value, '@') ? mailbox_normalise(NULL, value) : NULL;
	bool fine = strchr(value, '@') ? mailbox && strcmp(mailbox, value) == 0 : is_host(value);
	talloc_free(mailbox);
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

/* What sockaddr_un has room for. */
static bool is_socket(const char *value) { return *value == '/' && strlen(value) < 108; }

static bool check_host(const struct config_option *o, const char *value, struct error *err)
{
	bool server = o->kind == CONFIG_SERVER;
	return is_host(value) || (server && is_socket(value)) ||
	       error_set(err, ERROR_INVALID, "'%s' is '%s'; it must be the name or address of a host%s", o->name, value,
	                 server ? ", or the path of a socket, such as /run/dovecot/lmtp" : "");
}

/* Whoever may connect can hand us any message as anybody's. */
static bool is_nearby(const char *value)
{
	static const char *const here[] = { "127.0.0.1:", "[::1]:", "localhost:" };
	if (text_starts(value, "unix:"))
		return value[strlen("unix:")] == '/';
	bool fine = false;
	for (size_t i = 0; !fine && i < sizeof here / sizeof *here; i++)
		fine = text_starts(value, here[i]) && is_endpoint(value);
	return fine;
}

static bool check_endpoint(const struct config_option *o, const char *value, struct error *err)
{
	if (o->kind == CONFIG_SOCKET)
		return is_nearby(value) ||
		       error_set(err, ERROR_INVALID, "'%s' is '%s'; it must be unix:/PATH, or an address of this machine, such as 127.0.0.1:2424", o->name, value);
	return is_endpoint(value) || error_set(err, ERROR_INVALID, "'%s' is '%s'; it must be HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080", o->name, value);
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

static bool is_daytime(const struct config_option *o, const char *value, struct error *err)
{
	struct daytime part;
	return daytime_parse(value, &part) || error_set(err, ERROR_INVALID, "'%s' is '%s'; it must be a part of the day, such as 22:00-07:00", o->name, value);
}

static bool may_be_empty(const struct config_option *o)
{
	return !*o->standard && (o->kind == CONFIG_HOST || o->kind == CONFIG_SERVER || o->kind == CONFIG_RETURN || o->kind == CONFIG_READABLE || o->kind == CONFIG_TEXT || o->kind == CONFIG_ENDPOINT || o->kind == CONFIG_DAYTIME ||
	                          o->kind == CONFIG_SOCKET ||
	                          o->kind == CONFIG_PATH);
}

static bool is_empty(const struct config_option *o, struct error *err)
{
	return error_set(err, ERROR_INVALID, "'%s' is empty; leave the line out%s%s", o->name, *o->standard ? " for the default, " : "", o->standard);
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
		return is_empty(o, err);
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
	case CONFIG_HOST:
	case CONFIG_SERVER: return check_host(o, value, err);
	case CONFIG_RETURN:
		return is_return(value) ||
		       error_set(err, ERROR_INVALID, "'%s' is '%s'; it must be a host, such as bounces.example, or an address, such as back@mail.example", o->name, value);
	case CONFIG_ENDPOINT:
	case CONFIG_SOCKET: return check_endpoint(o, value, err);
	case CONFIG_DAYTIME: return is_daytime(o, value, err);
	case CONFIG_NETWORKS: return network_parse(value, &network, err) || error_prefix(err, "'%s': ", o->name);
	case CONFIG_ADDRESSES:
		return network_address_parse(value, &network.first) ||
		       error_set(err, ERROR_INVALID, "'%s' holds '%s'; it must be addresses, such as {\"192.0.2.25\", \"2001:db8::25\"}", o->name, value);
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
