#include "gateway/base/config/config_option.h"
#include "gateway/base/config/config_source.h"
#include "gateway/base/db/db.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/file.h"
#include "gateway/base/text/text.h"
#include <confuse.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPTIONS_MAX = 96, SECTIONS_MAX = 8, FILE_BYTES_MAX = 1 << 18, PASSWORD_BYTES_MAX = 4096 };

/* libconfuse passes no argument of ours to its callbacks, and its scanner is global anyway. */
static struct reading {
	struct config *config;
	int lines[OPTIONS_MAX]; /* where each option was set; 0: nowhere */
	bool sections[OPTIONS_MAX]; /* which have begun, by the place of their first option */
	struct error err; /* kind 0: none yet */
} reading;

static const char *section_of(cfg_t *cfg) { return strcmp(cfg_name(cfg), "root") == 0 ? NULL : cfg_name(cfg); }

/* Only the first error is kept: it is the nearest to the cause. */
#define complain(line, ...) \
	(reading.err.kind ? false : (error_set(&reading.err, ERROR_INVALID, __VA_ARGS__), error_prefix(&reading.err, "%s:%d: ", reading.config->file, (line))))

static void complain_unknown(cfg_t *cfg, const char *name)
{
	const char *section = section_of(cfg);
	const struct config_option *o = config_option_nearest(section, name);
	if (!o)
		complain(cfg->line, "there is no option '%s'; pennypost.conf(5) has them all", name);
	else if (o->section && !section)
		complain(cfg->line, "there is no option '%s' here; did you mean '%s' inside of %s { }?", name, o->name, o->section);
	else if (o->section && strcmp(o->section, section) != 0)
		complain(cfg->line, "there is no option '%s' in %s { }; did you mean '%s' inside of %s { }?", name, section, o->name, o->section);
	else if (section && !o->section)
		complain(cfg->line, "there is no option '%s' in %s { }; did you mean '%s' outside of it?", name, section, o->name);
	else
		complain(cfg->line, "there is no option '%s'; did you mean '%s'?", name, o->name);
}

/* The error function of libconfuse. */
static void hear(cfg_t *cfg, const char *fmt, va_list ap)
{
	static const char unknown[] = "no such option '";
	char text[300];
	vsnprintf(text, sizeof text, fmt, ap);
	if (strcmp(text, "premature end of file") == 0) {
		complain(cfg->line, "the file ends where a value should be");
	} else if (text_starts(text, unknown) && text_ends(text, "'")) {
		text[strlen(text) - 1] = '\0';
		complain_unknown(cfg, text + strlen(unknown));
	} else {
		complain(cfg->line, "%s", text);
	}
}

/* path, relative to the directory of the file; the URL of a database server is no path. */
static char *beside(void *owner, const char *path)
{
	const char *file = reading.config->file, *scheme = text_starts(path, "sqlite:") ? "sqlite:" : "";
	if (db_is_server(path))
		return mem_dup(owner, path);
	path += strlen(scheme);
	if (*path == '/' || strcmp(path, ":memory:") == 0)
		return mem_printf(owner, "%s%s", scheme, path);
	return mem_printf(owner, "%s%.*s/%s", scheme, (int)(strrchr(file, '/') - file), file, path);
}

static bool check_readable(const struct config_option *o, const char *value, struct error *err)
{
	char *path = beside(NULL, value);
	struct stat st;
	bool fine = stat(path, &st) == 0 && access(path, R_OK) == 0;
	if (!fine)
		error_set(err, ERROR_INVALID, "'%s': cannot read '%s': %s", o->name, path, strerror(errno));
	else if (S_ISDIR(st.st_mode))
		fine = error_set(err, ERROR_INVALID, "'%s': '%s' is a directory; it must be a file", o->name, path);
	talloc_free(path);
	return fine;
}

static bool check_value(const struct config_option *o, const char *value, int line)
{
	struct error err;
	int *before = &reading.lines[o - config_options];
	if (*before && !config_option_is_list(o))
		return complain(line, "'%s' was set in line %d already; remove one of the two", o->name, *before);
	*before = line;
	if (config_option_check(o, value, &err) && (o->kind != CONFIG_READABLE || !*value || check_readable(o, value, &err)))
		return true;
	return complain(line, "%s", err.text);
}

/* libconfuse calls this after each value, and for each value of a list. */
static int validate(cfg_t *cfg, cfg_opt_t *opt)
{
	const struct config_option *o = config_option_find(section_of(cfg), cfg_opt_name(opt));
	return check_value(o, cfg_opt_getnstr(opt, cfg_opt_size(opt) - 1), cfg->line) ? 0 : -1;
}

/* The first option of the section that o is in. */
static const struct config_option *first_of_section(const struct config_option *o)
{
	while (o > config_options && o[-1].section && strcmp(o[-1].section, o->section) == 0)
		o--;
	return o;
}

static bool begins_section(const struct config_option *o) { return o->section && first_of_section(o) == o; }

static const struct config_option *section_named(const char *name)
{
	const struct config_option *o = config_options;
	while (!o->section || strcmp(o->section, name) != 0)
		o++;
	return o;
}

static bool is_server(const struct config_option *o) { return o->section && strcmp(o->section, "server") == 0; }

/* There may be another server, which says the same again. */
static int validate_server(cfg_t *cfg, cfg_opt_t *opt)
{
	(void)cfg, (void)opt;
	for (const struct config_option *o = config_options; o->name; o++)
		if (is_server(o))
			reading.lines[o - config_options] = 0;
	return 0;
}

/* libconfuse would replace a section by a second one of the same name. */
static int validate_section(cfg_t *cfg, cfg_opt_t *opt)
{
	bool *before = &reading.sections[section_named(cfg_opt_name(opt)) - config_options];
	if (!*before) {
		*before = true;
		return 0;
	}
	complain(cfg->line, "a second %s { }; all its options belong into one", cfg_opt_name(opt));
	return -1;
}

static cfg_opt_t opt_of(const struct config_option *o)
{
	if (config_option_is_list(o))
		return (cfg_opt_t)CFG_STR_LIST(o->name, (char *)(uintptr_t)o->standard, CFGF_NONE);
	return (cfg_opt_t)CFG_STR(o->name, o->standard, CFGF_NONE);
}

/* The options of the section that begins with o. */
static size_t section_options(const struct config_option *o, cfg_opt_t *options)
{
	size_t count = 0;
	for (const struct config_option *next = o; next->name && next->section && strcmp(next->section, o->section) == 0; next++)
		options[count++] = opt_of(next);
	options[count] = (cfg_opt_t)CFG_END();
	return count;
}

static void set_checks(cfg_t *cfg)
{
	cfg_set_validate_func(cfg, "mail|server", validate_server);
	for (const struct config_option *o = config_options; o->name; o++) {
		char name[80];
		if (begins_section(o) && !is_server(o))
			cfg_set_validate_func(cfg, o->section, validate_section);
		snprintf(name, sizeof name, "%s%s%s%s", is_server(o) ? "mail|" : "", o->section ? o->section : "", o->section ? "|" : "", o->name);
		cfg_set_validate_func(cfg, name, validate);
	}
}

/* libconfuse copies what it is given. */
static cfg_t *make_parser(void)
{
	cfg_opt_t root[OPTIONS_MAX], sections[SECTIONS_MAX][OPTIONS_MAX], *mail = NULL;
	size_t roots = 0, count = 0, mails = 0;
	for (const struct config_option *o = config_options; o->name; o++) {
		if (!o->section)
			root[roots++] = opt_of(o);
		if (!begins_section(o))
			continue;
		size_t size = section_options(o, sections[count]);
		if (is_server(o)) {
			mail[mails++] = (cfg_opt_t)CFG_SEC("server", sections[count], CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES);
			mail[mails] = (cfg_opt_t)CFG_END();
		} else {
			root[roots++] = (cfg_opt_t)CFG_SEC(o->section, sections[count], CFGF_NONE);
			mail = sections[count];
			mails = size;
		}
		count++;
	}
	root[roots] = (cfg_opt_t)CFG_END();
	cfg_t *cfg = mem_check(cfg_init(root, CFGF_NONE));
	cfg_set_error_function(cfg, hear);
	set_checks(cfg);
	return cfg;
}

static const char *const *taken_list(struct config *c, cfg_t *cfg, const char *name)
{
	unsigned n = cfg_size(cfg, name);
	const char **list = mem_array(c, const char *, n + 1);
	for (unsigned i = 0; i < n; i++)
		list[i] = mem_dup(list, cfg_getnstr(cfg, name, i));
	return list;
}

/* Into base, a struct config or one that belongs to c. */
static void take(struct config *c, void *base, cfg_t *cfg, const struct config_option *o)
{
	void *field = (char *)base + o->at;
	const char *text = config_option_is_list(o) ? "" : cfg_getstr(cfg, o->name);
	switch (o->kind) {
	case CONFIG_PATH:
	case CONFIG_READABLE: *(const char **)field = *text ? beside(c, text) : NULL; break;
	case CONFIG_NUMBER:
	case CONFIG_WORKERS: *(int *)field = config_option_number(o, text); break;
	case CONFIG_CHOICE: *(unsigned *)field = (unsigned)config_option_number(o, text); break;
	case CONFIG_SWITCH: *(bool *)field = config_option_number(o, text); break;
	case CONFIG_NETWORKS:
	case CONFIG_ADDRESSES: *(const char *const **)field = taken_list(c, cfg, o->name); break;
	default: *(const char **)field = *text ? mem_dup(c, text) : NULL; break;
	}
}

/* The line of the file that sets field. */
static int line_of(size_t at)
{
	for (const struct config_option *o = config_options; o->name; o++)
		if (!is_server(o) && o->at == at && reading.lines[o - config_options])
			return reading.lines[o - config_options];
	return 1;
}
#define LINE_OF(field) line_of(offsetof(struct config, field))

static bool check_secret(const char *path, int line)
{
	struct stat st;
	if (stat(path, &st) != 0 || !(st.st_mode & S_IROTH))
		return true;
	return complain(line, "'%s' holds a password and everybody may read it: chmod o= '%s'", path, path);
}

static bool read_password(struct config *c, const char *file, const char **password, int line)
{
	struct error err;
	*password = file_read_secret(c, file, PASSWORD_BYTES_MAX, &err);
	if (!*password)
		return complain(line, "'password_file': %s", err.text);
	return **password || complain(line, "'password_file': the first line of '%s' is empty; it must be the password", file);
}

static void forget(const char **password)
{
	if (*password)
		explicit_bzero((char *)(uintptr_t)*password, strlen(*password));
	*password = NULL;
}

void config_forget_password(struct config *c)
{
	for (size_t i = 0; i < c->mail.server_count; i++)
		forget(&c->mail.servers[i].password);
	forget(&c->mail.password);
}

/* A token is not read now: it is another one by the time of the login. */
static bool check_token(const struct config_server *s, int line)
{
	if (s->password || s->password_file)
		return complain(line, "'token_file' and a password are both set; remove one of the two");
	if (!s->user)
		return complain(line, "'token_file' is set without 'user'; set that too");
	return check_secret(s->token_file, line);
}

void config_forget_mailbox(struct config *c) { forget(&c->mailbox.password); }

static bool check_mailbox(struct config *c)
{
	const char *file = c->mailbox.password_file;
	if (!c->mailbox.host)
		return true;
	if (!c->mailbox.user || !file)
		return complain(LINE_OF(mailbox.host), "a mailbox wants 'user' and 'password_file'");
	return check_secret(file, LINE_OF(mailbox.password_file)) && read_password(c, file, &c->mailbox.password, LINE_OF(mailbox.password_file));
}

/* Checks of a login that need more than one option.  at is the line where its section ends; 0: it stands in mail { } itself. */
static bool check_login(struct config *c, struct config_server *s, int at)
{
#define LINE(field) (at ? at : LINE_OF(mail.field))
	if (s->token_file)
		return check_token(s, LINE(token_file));
	if (s->password && s->password_file)
		return complain(LINE(password), "'password' and 'password_file' are both set; remove one of the two");
	if (s->password && !check_secret(c->file, LINE(password)))
		return false;
	if (s->password_file && !(check_secret(s->password_file, LINE(password_file)) && read_password(c, s->password_file, &s->password, LINE(password_file))))
		return false;
	if (s->user && !s->password)
		return complain(LINE(user), "'user' is set without a password; set 'password_file' too");
	if (s->password && !s->user)
		return complain(LINE(password), "a password is set without 'user'; set that too");
	return true;
#undef LINE
}

static struct config_server mail_server(const struct config *c)
{
	return (struct config_server){ .name = c->mail.host, .host = c->mail.host, .port = c->mail.port, .protocol = c->mail.protocol,
	                               .security = c->mail.security, .user = c->mail.user, .password = c->mail.password,
	                               .password_file = c->mail.password_file, .token_file = c->mail.token_file, .direct = c->mail.direct,
	                               .warm_up = c->mail.warm_up, .warm_up_growth = c->mail.warm_up_growth, .weight = 1, .connections = c->mail.connections,
	                               .per_second = c->mail.per_second };
}

/* A password is for one server: that of mail { } is not told to others. */
static void take_server(struct config *c, cfg_t *cfg, struct config_server *s)
{
	*s = mail_server(c);
	s->name = mem_dup(c, cfg_title(cfg));
	s->user = s->password = s->password_file = s->token_file = NULL;
	s->per_second = 0;
	for (const struct config_option *o = config_options; o->name; o++)
		if (is_server(o) && *cfg_getstr(cfg, o->name))
			take(c, s, cfg, o);
}

/* A server without a section of its own is that of mail { }. */
static bool take_servers(struct config *c, cfg_t *mail)
{
	size_t sections = cfg_size(mail, "server"), count = sections ? sections : 1;
	bool fine = true;
	c->mail.server_count = count;
	c->mail.servers = mem_array(c, struct config_server, count);
	c->mail.servers[0] = mail_server(c);
	for (size_t i = 0; fine && i < sections; i++) {
		cfg_t *section = cfg_getnsec(mail, "server", (unsigned)i);
		struct config_server *s = &c->mail.servers[i];
		take_server(c, section, s);
		fine = check_login(c, s, (int)section->line);
	}
	fine = fine && (sections || check_login(c, c->mail.servers, 0));
	if (!sections)
		c->mail.password = c->mail.servers[0].password;
	return fine;
}

static bool parse(struct config *c, char *text)
{
	struct error err;
	int line;
	reading = (struct reading){ .config = c };
	if (!config_source_prepare(text, &line, &err))
		return complain(line, "%s", err.text);
	cfg_t *cfg = make_parser();
	bool fine = cfg_parse_buf(cfg, text) == CFG_SUCCESS;
	for (const struct config_option *o = config_options; fine && o->name; o++)
		if (!is_server(o))
			take(c, c, o->section ? cfg_getsec(cfg, o->section) : cfg, o);
	fine = fine && take_servers(c, cfg_getsec(cfg, "mail")) && check_mailbox(c);
	cfg_free(cfg);
	return fine;
}

/* The URL of a database server may hold a password. */
static bool check_database(struct config *c)
{
	char *shown = db_shown(NULL, c->database);
	bool secret = strcmp(shown, c->database) != 0;
	talloc_free(shown);
	return !secret || check_secret(c->file, LINE_OF(database));
}

static bool read_config(struct config *c, struct error *err)
{
	struct buf *b = file_read(c, c->file, FILE_BYTES_MAX, err);
	if (!b)
		return false;
	if (!text_utf8(b->data, b->size) || strlen(b->data) != b->size)
		return error_set(err, ERROR_INVALID, "%s: that is no text in UTF-8", c->file);
	bool fine = parse(c, b->data + (text_starts(b->data, "\xEF\xBB\xBF") ? 3 : 0)) && check_database(c);
	if (!fine)
		*err = reading.err;
	talloc_free(b);
	return fine;
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
	bool fine = real != NULL;
	if (!fine)
		error_set(err, errno == ENOENT ? ERROR_NOT_FOUND : ERROR_PERMANENT, "cannot read '%s': %s%s", path, strerror(errno),
		          errno == ENOENT ? "; 'pennypost init' makes one" : "");
	c->file = mem_dup_or_null(c, real);
	free(real);
	if (fine && read_config(c, err))
		return c;
	talloc_free(c);
	return NULL;
}

const char **config_files(void *owner, const struct config *config)
{
	const char **all = NULL;
	size_t count = 0;
	for (const struct config_option *o = config_options; o->name; o++) {
		const char *path = o->kind == CONFIG_READABLE && !is_server(o) ? *(const char *const *)((const char *)config + o->at) : NULL;
		if (path)
			*mem_push(owner, all, count) = path;
	}
	for (size_t i = 0; i < config->mail.server_count; i++) {
		const struct config_server *s = &config->mail.servers[i];
		if (s->password_file && s->password_file != config->mail.password_file)
			*mem_push(owner, all, count) = s->password_file;
		if (s->token_file && s->token_file != config->mail.token_file)
			*mem_push(owner, all, count) = s->token_file;
	}
	*mem_push(owner, all, count) = NULL;
	return all;
}
