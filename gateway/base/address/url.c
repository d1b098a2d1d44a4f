#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <arpa/inet.h>
#include <ctype.h>
#include <curl/curl.h>
#include <idn2.h>
#include <stdlib.h>
#include <string.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static char *decode(void *owner, const char *s, size_t size, bool form)
{
	char *out = mem_array(owner, char, size + 1);
	size_t used = 0;
	for (size_t i = 0; i < size; i++) {
		int high = s[i] == '%' && size - i > 2 ? hex_digit(s[i + 1]) : -1;
		int low = high >= 0 ? hex_digit(s[i + 2]) : -1;
		if (low >= 0 && (high || low)) {
			out[used++] = (char)(high << 4 | low);
			i += 2;
		} else {
			out[used++] = s[i] == '+' && form ? ' ' : s[i];
		}
	}
	return out;
}

char *url_decode(void *owner, const char *s, bool form) { return decode(owner, s, strlen(s), form); }

char *url_form_value(void *owner, const char *form, const char *name)
{
	for (size_t size; form && *form; form += size + (form[size] == '&')) {
		size = strcspn(form, "&");
		size_t key = strcspn(form, "=&");
		char *found = decode(NULL, form, key, true);
		bool same = strcmp(found, name) == 0;
		talloc_free(found);
		if (same && size)
			return key < size ? decode(owner, form + key + 1, size - key - 1, true) : mem_dup(owner, "");
	}
	return NULL;
}

/* RFC 1034 section 3.1: labels of 1 to 63, 253 in all. */
static bool is_host_name(const char *s, size_t size)
{
	size_t label = 0;
	if (!size || size > 253)
		return false;
	for (size_t i = 0; i < size; i++)
		if (s[i] == '.' && !label)
			return false;
		else if (s[i] == '.')
			label = 0;
		else if (++label > 63 || (!islower((unsigned char)s[i]) && !isdigit((unsigned char)s[i]) && s[i] != '-' && s[i] != '_'))
			return false;
	return label > 0;
}

char *url_host_ascii(void *owner, const char *host)
{
	char *name;
	if (strlen(host) > 1000)
		return NULL;
	if (text_is_ascii(host)) {
		name = text_lower(owner, host);
	} else {
		char *ascii;
		if (idn2_to_ascii_8z(host, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
			return NULL;
		name = text_lower(owner, ascii);
		idn2_free(ascii);
	}
	size_t n = strlen(name);
	if (n && name[n - 1] == '.')
		name[--n] = '\0';
	if (is_host_name(name, n))
		return name;
	talloc_free(name);
	return NULL;
}

/* Characters that RFC 3986 allows nowhere in a path, query or fragment, and that libcurl does not encode. */
static char *encode_rest(void *owner, const char *s)
{
	char *out = mem_array(owner, char, strlen(s) * 3 + 1), *p = out;
	for (; *s; s++)
		if (strchr("\"<>\\^`{|}", *s))
			p += sprintf(p, "%%%02X", (unsigned char)*s);
		else
			*p++ = *s;
	return out;
}

static char *part(void *owner, CURLU *handle, CURLUPart which)
{
	char *value;
	if (curl_url_get(handle, which, &value, 0) != CURLUE_OK)
		return NULL;
	char *copy = encode_rest(owner, value);
	curl_free(value);
	return copy;
}

/* "http://" and "https://" only, followed by something that every parser reads as the same host. */
static bool begins_well(const char *s)
{
	if (!s || strncasecmp(s, "http", 4) != 0)
		return false;
	s += s[4] == 's' || s[4] == 'S' ? 5 : 4;
	if (strncmp(s, "://", 3) != 0)
		return false;
	size_t n = strcspn(s + 3, "/?#");
	return n && !memchr(s + 3, '\\', n) && !memchr(s + 3, ' ', n);
}

/* libcurl would write a space in a query as "+", which means a space only in form data. */
static bool set_url(CURLU *handle, const char *text)
{
	char *spaceless = text_replace(NULL, text, " ", "%20");
	CURLUcode code = curl_url_set(handle, CURLUPART_URL, spaceless, CURLU_URLENCODE);
	talloc_free(spaceless);
	return code == CURLUE_OK;
}

/* NULL unless it is an http(s) URL. */
static CURLU *load(const char *text)
{
	if (!begins_well(text) || strnlen(text, URL_MAX + 1) > URL_MAX)
		return NULL;
	CURLU *handle = mem_check(curl_url());
	if (set_url(handle, text))
		return handle;
	curl_url_cleanup(handle);
	return NULL;
}

static int standard_port(const char *scheme) { return strcmp(scheme, "https") == 0 ? 443 : 80; }

/* After decoding, IDNA and without the final dot the host may be an IPv4 address ("%31", "127.1."): libcurl normalises it. */
static const char *plain_host(void *owner, const char *host)
{
	char *ascii = url_host_ascii(owner, host);
	if (!ascii || !isdigit((unsigned char)*ascii))
		return ascii;
	char *alone = mem_printf(ascii, "http://%s/", ascii);
	CURLU *handle = load(alone);
	const char *result = handle ? part(owner, handle, CURLUPART_HOST) : NULL;
	curl_url_cleanup(handle);
	return result;
}

/* False when host, port or zone cannot be those of a URL on the public web. */
static bool take_authority(struct url *url, CURLU *handle)
{
	char *host = part(url, handle, CURLUPART_HOST), *port = part(url, handle, CURLUPART_PORT);
	char *zone = part(url, handle, CURLUPART_ZONEID);
	if (!host || zone)
		return false;
	url->host = *host == '[' ? text_lower(url, host) : plain_host(url, host);
	url->port = port ? atoi(port) : standard_port(url->scheme);
	url->user = part(url, handle, CURLUPART_USER);
	url->password = part(url, handle, CURLUPART_PASSWORD);
	if (text_blank(url->user) && !url->password)
		url->user = NULL;
	return url->host && url->port > 0;
}

/* Are path, query and fragment already in the form that url_text writes? */
static bool is_plain_path(const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_~!$&()*+,;=:@/.";
	size_t path = strspn(s, plain), query = s[path] == '?' ? 1 + strspn(s + path + 1, plain) : 0, rest = path + query;
	if (*s != '/' || s[1] == '/' || query == 1 || memmem(s, path, "/.", 2))
		return false;
	return !s[rest] || (s[rest] == '#' && s[rest + 1] && !s[rest + 1 + strspn(s + rest + 1, plain)]);
}

/* A host that begins with a digit must be an address of four decimal numbers: libcurl reads other spellings, too. */
static bool is_plain_host(const char *s, size_t size)
{
	char copy[INET_ADDRSTRLEN];
	struct in_addr ignored;
	if (size && islower((unsigned char)*s))
		return is_host_name(s, size);
	return snprintf(copy, sizeof copy, "%.*s", (int)size, s) < (int)sizeof copy && inet_pton(AF_INET, copy, &ignored) == 1;
}

/* The parts of a URL that is in the form that url_text writes. */
struct plain {
	size_t scheme, host, origin; /* sizes: of "https", of the host, of everything before the path */
	int port;
};

/* False when scheme, host and port may be in another form.  Nearly all URLs are in this one, and libcurl is slow. */
static bool read_plain(const char *text, struct plain *p)
{
	p->scheme = text_starts(text, "https://") ? 5 : text_starts(text, "http://") ? 4 : 0;
	if (!p->scheme || strnlen(text, URL_MAX + 1) > URL_MAX)
		return false;
	const char *host = text + p->scheme + 3;
	int standard = p->scheme == 5 ? 443 : 80;
	p->host = strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789-.");
	p->port = standard;
	p->origin = p->scheme + 3 + p->host;
	if (host[p->host] == ':') {
		size_t digits = strspn(host + p->host + 1, "0123456789");
		p->port = digits > 0 && digits < 6 && host[p->host + 1] != '0' ? atoi(host + p->host + 1) : 0;
		p->origin += 1 + digits;
		if (p->port < 1 || p->port > 65535 || p->port == standard)
			return false;
	}
	return (text[p->origin] == '/' || !text[p->origin]) && is_plain_host(host, p->host);
}

/* The length of everything before the path of a plain URL; 0 when it may be another one. */
static size_t plain_origin(const char *text)
{
	struct plain p;
	return read_plain(text, &p) && is_plain_path(text + p.origin) ? p.origin : 0;
}

/* NULL when text may be anything but a plain URL. */
static struct url *parse_plain(void *owner, const char *text)
{
	struct plain p;
	if (!text || !read_plain(text, &p) || (text[p.origin] && !is_plain_path(text + p.origin)))
		return NULL;
	struct url *url = mem_new(owner, struct url);
	const char *path = text + p.origin, *query = strchr(path, '?'), *fragment = strchr(path, '#');
	url->scheme = p.scheme == 5 ? "https" : "http";
	url->host = mem_ndup(url, text + p.scheme + 3, p.host);
	url->port = p.port;
	url->path = *path ? mem_ndup(url, path, strcspn(path, "?#")) : "/";
	url->query = query ? mem_ndup(url, query + 1, strcspn(query + 1, "#")) : NULL;
	url->fragment = fragment ? mem_dup(url, fragment + 1) : NULL;
	return url;
}

struct url *url_parse(void *owner, const char *text, struct error *err)
{
	struct url *plain = parse_plain(owner, text);
	if (plain)
		return plain;
	CURLU *handle = load(text);
	struct url *url = mem_new(owner, struct url);
	bool fine = handle != NULL;
	if (fine) {
		url->scheme = part(url, handle, CURLUPART_SCHEME);
		url->path = part(url, handle, CURLUPART_PATH);
		url->query = part(url, handle, CURLUPART_QUERY);
		url->fragment = part(url, handle, CURLUPART_FRAGMENT);
		fine = url->scheme && url->path && take_authority(url, handle);
		curl_url_cleanup(handle);
	}
	if (fine)
		return url;
	talloc_free(url);
	error_set(err, ERROR_INVALID, "'%.200s' is no web address; it must begin with http:// or https:// and name a host",
	          text ? text : "");
	return NULL;
}

static char *authority(void *owner, const struct url *url)
{
	if (url->port == standard_port(url->scheme))
		return mem_dup(owner, url->host);
	return mem_printf(owner, "%s:%d", url->host, url->port);
}

char *url_text(void *owner, const struct url *url)
{
	char *host = authority(NULL, url);
	char *text = mem_printf(owner, "%s://%s%s%s%s%s%s%s%s%s%s", url->scheme, url->user ? url->user : "",
	                        url->password ? ":" : "", url->password ? url->password : "",
	                        url->user || url->password ? "@" : "", host, url->path, url->query ? "?" : "",
	                        url->query ? url->query : "", url->fragment ? "#" : "", url->fragment ? url->fragment : "");
	talloc_free(host);
	return text;
}

char *url_without_fragment(void *owner, const char *text) { return mem_ndup(owner, text, strcspn(text, "#")); }

/*
 * libcurl resolves as RFC 3986 section 5.2.2 says, except for references that
 * keep the last path segment; and it treats a "/" in the base's fragment as
 * one of the path.
 */
static char *resolve(void *owner, CURLU *base, const char *relative)
{
	char *whole = NULL;
	curl_url_set(base, CURLUPART_FRAGMENT, NULL, 0);
	if (*relative == '\0' || *relative == '#')
		curl_url_set(base, CURLUPART_FRAGMENT, *relative ? relative + 1 : NULL, CURLU_URLENCODE);
	else if (!set_url(base, relative))
		return NULL;
	if (curl_url_get(base, CURLUPART_URL, &whole, 0) != CURLUE_OK)
		return NULL;
	struct error ignored;
	struct url *url = url_parse(NULL, whole, &ignored);
	char *text = url ? url_text(owner, url) : NULL;
	talloc_free(url);
	curl_free(whole);
	return text;
}

char *url_resolve(void *owner, const char *base, const char *relative)
{
	size_t origin = base && relative ? plain_origin(base) : 0;
	if (origin && plain_origin(relative))
		return mem_dup(owner, relative);
	if (origin && is_plain_path(relative) && origin + strnlen(relative, URL_MAX + 1) <= URL_MAX)
		return mem_printf(owner, "%.*s%s", (int)origin, base, relative);
	CURLU *handle = load(base);
	if (!handle || !relative || strnlen(relative, URL_MAX + 1) > URL_MAX) {
		curl_url_cleanup(handle);
		return NULL;
	}
	char *trimmed = text_trim(NULL, relative);
	char *text = resolve(owner, handle, trimmed);
	talloc_free(trimmed);
	curl_url_cleanup(handle);
	return text;
}

char *url_authority(void *owner, const char *text)
{
	struct error ignored;
	struct url *url = url_parse(NULL, text, &ignored);
	char *result = url ? authority(owner, url) : NULL;
	talloc_free(url);
	return result;
}

char *url_origin(void *owner, const char *text)
{
	struct error ignored;
	struct url *url = url_parse(NULL, text, &ignored);
	char *result = url ? mem_printf(owner, "%s://%s", url->scheme, authority(url, url)) : NULL;
	talloc_free(url);
	return result;
}

static bool same(const char *a, const char *b, bool whole_origin)
{
	struct error ignored;
	void *here = talloc_new(NULL);
	struct url *x = url_parse(here, a, &ignored), *y = url_parse(here, b, &ignored);
	bool result = x && y && strcmp(x->host, y->host) == 0;
	if (result && whole_origin)
		result = strcmp(x->scheme, y->scheme) == 0 && x->port == y->port;
	talloc_free(here);
	return result;
}

bool url_same(const char *a, const char *b)
{
	struct error ignored;
	if (!a || !b || strcmp(a, b) == 0)
		return a && b;
	void *scratch = talloc_new(NULL);
	struct url *x = url_parse(scratch, a, &ignored), *y = url_parse(scratch, b, &ignored);
	bool result = x && y && strcmp(url_text(scratch, x), url_text(scratch, y)) == 0;
	talloc_free(scratch);
	return result;
}

char *url_other_spelling(void *owner, const char *text)
{
	const char *host = text ? strstr(text, "://") : NULL;
	size_t size = host ? strlen(text) : 0, rest = host ? strcspn(host + 3, "/?#") : 0;
	if (!host)
		return NULL;
	if (!host[3 + rest])
		return mem_printf(owner, "%s/", text);
	return strcmp(host + 3 + rest, "/") == 0 ? mem_ndup(owner, text, size - 1) : mem_dup(owner, text);
}

bool url_same_origin(const char *a, const char *b) { return same(a, b, true); }
bool url_same_host(const char *a, const char *b) { return same(a, b, false); }

bool url_valid(const char *text)
{
	if (text && plain_origin(text))
		return true;
	struct error ignored;
	struct url *url = url_parse(NULL, text, &ignored);
	talloc_free(url);
	return url != NULL;
}
