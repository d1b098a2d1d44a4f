#include "feeds/source/source_option.h"
#include "feeds/mail/mail_authentication.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Of a name or a folder. */
enum { LONGEST_LINE = 300 };

enum { HEADERS_MAX = 16, HEADER_MAX = 4096, YEAR_MINUTES = 366 * 24 * 60 };

/* RFC 9110 section 5.6.2. */
static bool is_token(const char *s)
{
	static const char others[] = "!#$%&'*+-.^_`|~";
	size_t n = 0;
	for (; s[n]; n++)
		if (!((s[n] >= 'a' && s[n] <= 'z') || (s[n] >= 'A' && s[n] <= 'Z') || (s[n] >= '0' && s[n] <= '9') || strchr(others, s[n])))
			return false;
	return n > 0;
}

static bool is_one_line(const char *s)
{
	for (; *s; s++)
		if (((unsigned char)*s < ' ' && *s != '\t') || *s == 0x7F)
			return false;
	return true;
}

/* Headers that each request sets itself, for the connection and the validators. */
static bool is_reserved(const char *name)
{
	static const char *const reserved[] = { "host", "connection", "content-length", "transfer-encoding", "te", "upgrade", "keep-alive", "trailer", "accept-encoding",
	                                    "range", "if-none-match", "if-modified-since", "if-match", "if-unmodified-since", "if-range" };
	for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
		if (text_same(name, reserved[i]))
			return true;
	return false;
}

/* Removes the header of that name, whatever its case. */
static void drop_header(json_t *all, const char *name)
{
	const char *key;
	void *next;
	json_t *value;
	json_object_foreach_safe(all, next, key, value) {
		(void)value;
		if (text_same(key, name))
			json_object_del(all, key);
	}
}

static bool keep_header(void *owner, struct source_settings *s, const char *name, const char *value, struct error *err)
{
	json_t *all = s->headers ? json_loads(s->headers, 0, NULL) : NULL;
	all = json_is_object(all) ? all : json_object();
	drop_header(all, name);
	if (*value)
		json_object_set_new(all, name, json_string(value));
	bool fits = json_object_size(all) <= HEADERS_MAX;
	if (fits) {
		char *text = json_object_size(all) ? json_dumps(all, JSON_COMPACT) : NULL;
		s->headers = mem_dup_or_null(owner, text);
		free(text);
	}
	json_decref(all);
	return fits || error_set(err, ERROR_INVALID, "a source has %d headers at most", HEADERS_MAX);
}

static bool set_header(void *owner, struct source_settings *s, const char *line, struct error *err)
{
	const char *colon = strchr(line, ':');
	char *name = text_trim(owner, colon ? mem_ndup(owner, line, (size_t)(colon - line)) : "");
	char *value = text_trim(owner, colon ? colon + 1 : "");
	if (!is_token(name))
		return error_set(err, ERROR_INVALID, "'%s' is no header: 'Name: value', or 'Name:' to take one away", line);
	if (is_reserved(name))
		return error_set(err, ERROR_INVALID, "the header '%s' is not to be set: each request has its own", name);
	if (!is_one_line(value) || !text_utf8(value, strlen(value)) || strlen(line) > HEADER_MAX)
		return error_set(err, ERROR_INVALID, "the value of the header '%s' is not one line of text of at most %d bytes", name, HEADER_MAX);
	return keep_header(owner, s, name, value, err);
}

static bool set_proxy(void *owner, struct source_settings *s, const char *text, struct error *err)
{
	static const char *const schemes[] = { "http://", "https://", "socks5://", "socks5h://" };
	if (strcmp(text, "none") == 0) {
		s->proxy = NULL;
		return true;
	}
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (text_starts(text, schemes[i]) && url_valid(mem_printf(owner, "http://%s", text + strlen(schemes[i])))) {
			s->proxy = mem_dup(owner, text);
			return true;
		}
	/* The value is not in the error, because it may contain a password. */
	return error_set(err, ERROR_INVALID, "this is no proxy: a URL of http, https, socks5 or socks5h, or 'none'");
}

static bool minutes(const char *text, const char *end, int64_t *ms)
{
	char *stop;
	errno = 0;
	long long n = *text >= '0' && *text <= '9' ? strtoll(text, &stop, 10) : 0;
	if (n < 1 || n > YEAR_MINUTES || errno || stop != end)
		return false;
	*ms = n * CLOCK_MINUTE;
	return true;
}

static bool set_every(void *owner, struct source_settings *s, const char *text, struct error *err)
{
	(void)owner;
	int64_t min = 0, max = 0;
	const char *colon = strchr(text, ':'), *end = text + strlen(text);
	bool usual = strcmp(text, "default") == 0;
	if (!usual && (!minutes(text, colon ? colon : end, &min) || (colon && (!minutes(colon + 1, end, &max) || max < min))))
		return error_set(err, ERROR_INVALID, "'%s' is no time between two fetches: minutes (30), the least and the most (30:1440), or 'default'", text);
	s->pause_min = min;
	s->pause_max = max;
	return true;
}

static const char *const accesses[] = { [ENTRY_ACCESS_POLICY] = "policy", [ENTRY_ACCESS_FREE] = "free", [ENTRY_ACCESS_GATED] = "gated",
	[ENTRY_ACCESS_SUPPORTER] = "supporter" };

bool source_option_access(const char *text, enum entry_access *access, struct error *err)
{
	for (size_t i = 0; i < sizeof accesses / sizeof *accesses; i++)
		if (strcmp(text, accesses[i]) == 0) {
			*access = (enum entry_access)i;
			return true;
		}
	return error_set(err, ERROR_INVALID, "'%s' is no access: policy, free, gated or supporter", text);
}

const char *source_option_access_name(enum entry_access access) { return accesses[access]; }

static bool set_access(void *owner, struct source_settings *s, const char *text, struct error *err)
{
	(void)owner;
	return source_option_access(text, &s->access, err);
}

static bool yes_or_no(const char *text, bool *flag, struct error *err)
{
	bool yes = strcmp(text, "yes") == 0;
	if (!yes && strcmp(text, "no") != 0)
		return error_set(err, ERROR_INVALID, "'%s' is neither yes nor no", text);
	*flag = yes;
	return true;
}

static bool set_hold(void *owner, struct source_settings *s, const char *text, struct error *err)
{
	(void)owner;
	return yes_or_no(text, &s->hold, err);
}

static bool set_full_text(void *owner, struct source_settings *s, const char *text, struct error *err)
{
	(void)owner;
	return yes_or_no(text, &s->full_text, err);
}

/* One line; "" takes it away. */
static bool set_line(void *owner, const char **line, const char *text, struct error *err)
{
	char *squeezed = text_squeeze(owner, text);
	if (text_length(squeezed) > LONGEST_LINE)
		return error_set(err, ERROR_INVALID, "more than %d characters are no name", LONGEST_LINE);
	*line = *squeezed ? squeezed : NULL;
	return true;
}

static bool set_name(void *owner, struct source_settings *s, const char *text, struct error *err) { return set_line(owner, &s->name, text, err); }

static bool set_folder(void *owner, struct source_settings *s, const char *text, struct error *err) { return set_line(owner, &s->folder, text, err); }

static bool set_authenticate(void *owner, struct source_settings *s, const char *text, struct error *err)
{
	bool none = strcmp(text, "none") == 0;
	if (!none && !mail_authentication_valid(text))
		return error_set(err, ERROR_INVALID, "'%s' names no way and server: dkim:mx.example.org, spf:..., any:... or none; the server is the first word of its Authentication-Results",
		                 text);
	s->authenticate = none ? NULL : mem_dup(owner, text);
	return true;
}

const char *const source_option_names[] = { "header", "proxy", "every", "access", "hold", "full-text", "name", "folder", "authenticate", NULL };
static bool (*const setters[])(void *owner, struct source_settings *s, const char *text, struct error *err) = {
	set_header, set_proxy, set_every, set_access, set_hold, set_full_text, set_name, set_folder, set_authenticate };

bool source_option_set(void *owner, struct source_settings *settings, const char *name, const char *value, struct error *err)
{
	for (size_t i = 0; source_option_names[i]; i++)
		if (strcmp(source_option_names[i], name) == 0)
			return setters[i](owner, settings, value, err);
	return error_set(err, ERROR_INVALID, "a source has no option '%s'", name);
}

char *source_option_header_names(void *owner, const struct source_settings *s)
{
	char *names = mem_dup(owner, "");
	const char *key;
	json_t *value, *all = s->headers ? json_loads(s->headers, 0, NULL) : NULL;
	json_object_foreach(all, key, value) {
		(void)value;
		names = mem_check(talloc_asprintf_append_buffer(names, "%s%s", *names ? ", " : "", key));
	}
	json_decref(all);
	return names;
}

static char *encoded(void *owner, const char *s)
{
	struct document *d = document_new(NULL);
	url_part(document_out(d), s);
	return document_finish(d, owner);
}

char *source_option_login(void *owner, const char *url, const char *user, const char *password, struct error *err)
{
	struct url *u = url_parse(NULL, url, err);
	if (!u) {
		error_set(err, ERROR_INVALID, "only a feed on the web asks for a user and a password");
		return NULL;
	}
	u->user = *user ? encoded(u, user) : NULL;
	u->password = *user ? encoded(u, password) : NULL;
	char *with = url_text(owner, u);
	talloc_free(u);
	return with;
}
