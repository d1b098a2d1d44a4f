#include "gateway/base/config.h"
#include "gateway/base/document.h"
#include "gateway/base/file.h"
#include "gateway/base/mem.h"
#include "gateway/base/network.h"
#include "gateway/base/text.h"
#include <confuse.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum kind { TEXT, PATH, NUMBER, SWITCH, CHOICE, NETWORKS };

#define AT(field) offsetof(struct config, field)

/* The one table.  Text that is empty by default is NULL in the struct. */
static const struct option {
	const char *section, *name;
	enum kind kind;
	size_t at;
	const char *standard;      /* the default, as it would be written */
	long least, most;          /* NUMBER */
	const char *choices;       /* CHOICE: words by their enum value */
	const char *meaning;
} options[] = {
	{ 0, "database", PATH, AT(database), "pennypost.db", 0, 0, 0, "The archive, the subscribers and the ledger: a file, made when it is missing." },
	{ 0, "listen", TEXT, AT(listen), "127.0.0.1:8080", 0, 0, 0, "Where the web role listens, HOST:PORT. A reverse proxy with a certificate belongs before it." },
	{ 0, "behind_proxy", SWITCH, AT(behind_proxy), "false", 0, 0, 0, "Believe the last X-Forwarded-For of a request. Only with a proxy that sets it." },
	{ 0, "log_level", TEXT, AT(log_level), "info", 0, 0, "error warning info debug", "The least important lines that are logged." },
	{ 0, "allow_networks", NETWORKS, AT(allow_networks), "{}", 0, 0, 0, "Networks that are not public and may be fetched from all the same, such as {\"192.168.1.0/24\"}." },
	{ 0, "ca_file", PATH, AT(ca_file), "", 0, 0, 0, "Certificates to trust instead of the system's, in PEM." },
	{ 0, "poll_minutes", NUMBER, AT(poll_minutes), "30", 1, 1440, 0, "How often a source is fetched, in minutes." },
	{ 0, "poll_seconds_min", NUMBER, AT(poll_seconds_min), "0", 0, 86400, 0, "Fetch this often instead, in seconds: for tests and demos. 0: by poll_minutes." },
	{ 0, "letters", SWITCH, AT(letters), "false", 0, 0, 0, "Show captured letters to everybody at /letters: for demos only, they hold links to sign in." },
	{ 0, "lease_seconds", NUMBER, AT(lease_seconds), "60", 5, 3600, 0, "How long a claimed delivery belongs to the process that claimed it." },
	{ "mail", "transport", CHOICE, AT(mail.transport), "maildir", 0, 0, "maildir smtp", "Where letters go: into a Maildir, or to an SMTP server." },
	{ "mail", "maildir", PATH, AT(mail.maildir), "letters", 0, 0, 0, "The Maildir of transport maildir." },
	{ "mail", "host", TEXT, AT(mail.host), "localhost", 0, 0, 0, "The SMTP server that takes our letters." },
	{ "mail", "port", NUMBER, AT(mail.port), "587", 1, 65535, 0, "Its port: 587 with starttls, 465 with tls." },
	{ "mail", "security", CHOICE, AT(mail.security), "starttls", 0, 0, "tls starttls plain", "How the connection is protected. Certificates are verified. plain is for a relay on this machine." },
	{ "mail", "user", TEXT, AT(mail.user), "", 0, 0, 0, "Name to log in with; empty: do not log in." },
	{ "mail", "password", TEXT, AT(mail.password), "", 0, 0, 0, "Its password. Better: password_file." },
	{ "mail", "password_file", PATH, AT(mail.password_file), "", 0, 0, 0, "A file whose first line is the password." },
	{ "mail", "helo", TEXT, AT(mail.helo), "", 0, 0, 0, "Our name in EHLO; empty: the name of this machine." },
	{ "mail", "connections", NUMBER, AT(mail.connections), "10", 1, 200, 0, "How many connections at once." },
	{ "mail", "per_second", NUMBER, AT(mail.per_second), "0", 0, 100000, 0, "At most so many letters in a second; 0: no limit." },
};
enum { OPTIONS = sizeof options / sizeof *options, FILE_MAX = 1 << 20 };

/* libconfuse hands its error function nothing of ours; one file is read at a time. */
static struct error *complaint;
static const char *complaint_file;

static bool in_section(const struct option *o, const char *section)
{
	return o->section ? section && strcmp(o->section, section) == 0 : !section;
}

static const struct option *find(const char *section, const char *name)
{
	for (const struct option *o = options; o < options + OPTIONS; o++)
		if (in_section(o, section) && strcmp(o->name, name) == 0)
			return o;
	return NULL;
}

/* Levenshtein's distance, for "did you mean". */
static size_t distance(const char *a, const char *b)
{
	size_t row[64], n = strlen(b);
	if (n >= 63 || strlen(a) >= 63)
		return 99;
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

static const struct option *nearest(const char *name)
{
	const struct option *best = NULL;
	size_t least = strlen(name) / 2 + 1;
	for (const struct option *o = options; o < options + OPTIONS; o++)
		if (distance(name, o->name) < least) {
			least = distance(name, o->name);
			best = o;
		}
	return best;
}

static void say_unknown(const cfg_t *cfg, const char *name)
{
	const struct option *o = nearest(name);
	const char *file = complaint_file;
	if (!o)
		error_set(complaint, ERROR_INVALID, "%s:%d: there is no option '%s'; pennypost.conf(5) has them all", file, cfg->line, name);
	else if (o->section && strcmp(o->name, name) == 0)
		error_set(complaint, ERROR_INVALID, "%s:%d: '%s' belongs inside %s { }", file, cfg->line, name, o->section);
	else
		error_set(complaint, ERROR_INVALID, "%s:%d: there is no option '%s'; did you mean '%s'?", file, cfg->line, name, o->name);
}

/* Keeps the first complaint, the nearest to the cause. */
static void hear(cfg_t *cfg, const char *fmt, va_list ap)
{
	char text[300], name[80];
	if (complaint->kind)
		return;
	vsnprintf(text, sizeof text, fmt, ap);
	if (sscanf(text, "no such option '%79[^']'", name) == 1)
		say_unknown(cfg, name);
	else
		error_set(complaint, ERROR_INVALID, "%s:%d: %s", complaint_file, cfg->line, text);
}

static int choice_of(const struct option *o, const char *word)
{
	int n = 0;
	for (const char *p = o->choices; *p; n++) {
		size_t size = strcspn(p, " ");
		if (strlen(word) == size && strncmp(p, word, size) == 0)
			return n;
		p += size + (p[size] == ' ');
	}
	return -1;
}

static int validate(cfg_t *cfg, cfg_opt_t *opt)
{
	const struct option *o = find(strcmp(cfg_name(cfg), "root") == 0 ? NULL : cfg_name(cfg), cfg_opt_name(opt));
	struct error err;
	struct network network;
	long n;
	if (!o)
		return 0;
	switch (o->kind) {
	case NUMBER:
		n = cfg_opt_getnint(opt, 0);
		if (n >= o->least && n <= o->most)
			return 0;
		cfg_error(cfg, "'%s' is %ld; it must be %ld to %ld", o->name, n, o->least, o->most);
		return -1;
	case NETWORKS:
		for (unsigned i = 0; i < cfg_opt_size(opt); i++)
			if (!network_parse(cfg_opt_getnstr(opt, i), &network, &err)) {
				cfg_error(cfg, "%s: %s", o->name, err.text);
				return -1;
			}
		return 0;
	default:
		if (!o->choices || choice_of(o, cfg_opt_getnstr(opt, 0)) >= 0)
			return 0;
		cfg_error(cfg, "'%s' is '%s'; it must be one of: %s", o->name, cfg_opt_getnstr(opt, 0), o->choices);
		return -1;
	}
}

static cfg_opt_t opt_of(const struct option *o)
{
	switch (o->kind) {
	case NUMBER: return (cfg_opt_t)CFG_INT(o->name, strtol(o->standard, NULL, 10), CFGF_NONE);
	case SWITCH: return (cfg_opt_t)CFG_BOOL(o->name, cfg_false, CFGF_NONE);
	case NETWORKS: return (cfg_opt_t)CFG_STR_LIST(o->name, (char *)(uintptr_t)o->standard, CFGF_NONE);
	default: return (cfg_opt_t)CFG_STR(o->name, o->standard, CFGF_NONE);
	}
}

static char *beside(struct config *c, const char *path)
{
	if (*path == '/' || strcmp(path, ":memory:") == 0 || text_starts(path, "sqlite:"))
		return mem_dup(c, path);
	return mem_printf(c, "%.*s/%s", (int)(strrchr(c->file, '/') - c->file), c->file, path);
}

static void take(struct config *c, cfg_t *cfg, const struct option *o)
{
	void *field = (char *)c + o->at;
	const char *text = o->kind == TEXT || o->kind == PATH || o->kind == CHOICE ? cfg_getstr(cfg, o->name) : NULL;
	const char **list;
	unsigned n;
	switch (o->kind) {
	case TEXT: *(const char **)field = text && *text ? mem_dup(c, text) : NULL; break;
	case PATH: *(const char **)field = text && *text ? beside(c, text) : NULL; break;
	case NUMBER: *(int *)field = (int)cfg_getint(cfg, o->name); break;
	case SWITCH: *(bool *)field = cfg_getbool(cfg, o->name); break;
	case CHOICE: *(int *)field = choice_of(o, text); break;
	case NETWORKS:
		n = cfg_size(cfg, o->name);
		list = mem_array(c, const char *, n + 1);
		for (unsigned i = 0; i < n; i++)
			list[i] = mem_dup(list, cfg_getnstr(cfg, o->name, i));
		*(const char *const **)field = list;
		break;
	}
}

static bool parse(struct config *c, struct error *err)
{
	cfg_opt_t mail[OPTIONS + 1], root[OPTIONS + 2];
	size_t mails = 0, roots = 0;
	for (const struct option *o = options; o < options + OPTIONS; o++)
		if (o->section)
			mail[mails++] = opt_of(o);
		else
			root[roots++] = opt_of(o);
	mail[mails] = (cfg_opt_t)CFG_END();
	root[roots++] = (cfg_opt_t)CFG_SEC("mail", mail, CFGF_NONE);
	root[roots] = (cfg_opt_t)CFG_END();
	cfg_t *cfg = mem_check(cfg_init(root, CFGF_NONE));
	complaint = err;
	complaint_file = c->file;
	err->kind = 0;
	cfg_set_error_function(cfg, hear);
	for (const struct option *o = options; o < options + OPTIONS; o++) {
		char name[80];
		snprintf(name, sizeof name, "%s%s%s", o->section ? o->section : "", o->section ? "|" : "", o->name);
		cfg_set_validate_func(cfg, name, validate);
	}
	bool fine = cfg_parse(cfg, c->file) == CFG_SUCCESS;
	for (const struct option *o = options; fine && o < options + OPTIONS; o++)
		take(c, o->section ? cfg_getsec(cfg, o->section) : cfg, o);
	if (!fine && !err->kind)
		error_set(err, ERROR_INVALID, "cannot read '%s': %s", c->file, strerror(errno));
	cfg_free(cfg);
	return fine;
}

static bool read_password(struct config *c, struct error *err)
{
	if (!c->mail.password_file)
		return true;
	struct buf *b = file_read(c, c->mail.password_file, FILE_MAX, err);
	if (!b)
		return error_prefix(err, "%s: mail.password_file: ", c->file);
	b->data[strcspn(b->data, "\r\n")] = '\0';
	c->mail.password = b->data;
	return true;
}

static const char *found_file(void)
{
	static const char *const places[] = { "pennypost.conf", "/etc/pennypost/pennypost.conf" };
	const char *named = getenv("PENNYPOST_CONFIG");
	if (named && *named)
		return named;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (access(places[i], F_OK) == 0)
			return places[i];
	return NULL;
}

struct config *config_load(void *owner, const char *file, struct error *err)
{
	const char *path = file ? file : found_file();
	if (!path) {
		error_set(err, ERROR_NOT_FOUND, "there is no pennypost.conf here nor in /etc/pennypost: make one with 'pennypost init', or name it with --config FILE");
		return NULL;
	}
	struct config *c = mem_new(owner, struct config);
	char *real = realpath(path, NULL);
	if (!real) {
		error_set(err, ERROR_NOT_FOUND, "cannot read '%s': %s; 'pennypost init' makes one", path, strerror(errno));
	} else {
		c->file = mem_dup(c, real);
		free(real);
		if (parse(c, err) && read_password(c, err))
			return c;
	}
	talloc_free(c);
	return NULL;
}

static bool quoted(const struct option *o) { return o->kind == TEXT || o->kind == PATH; }

char *config_template(void *owner)
{
	struct document *d = document_new(NULL);
	FILE *out = document_out(d);
	const char *section = NULL;
	fputs("# Pennypost. Every option with its default; pennypost.conf(5) says more.\n# After a change: kill -HUP, or systemctl reload pennypost.\n", out);
	for (const struct option *o = options; o < options + OPTIONS; o++) {
		if (o->section && !section)
			fprintf(out, "\n%s {\n", o->section);
		section = o->section;
		fprintf(out, "\n%s# %s\n%s# %s = %s%s%s\n", section ? "    " : "", o->meaning, section ? "    " : "", o->name, quoted(o) ? "\"" : "", o->standard,
		        quoted(o) ? "\"" : "");
	}
	fputs("}\n", out);
	return document_finish(d, owner);
}

void config_describe(FILE *out)
{
	for (const struct option *o = options; o < options + OPTIONS; o++) {
		fprintf(out, ".It Ic %s%s%s\n%s\n", o->section ? o->section : "", o->section ? " . " : "", o->name, o->meaning);
		if (o->choices)
			fprintf(out, "One of: %s.\n", o->choices);
		fprintf(out, "Default: %s.\n", *o->standard ? o->standard : "none");
	}
}
