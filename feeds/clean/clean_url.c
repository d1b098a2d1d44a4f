#include "feeds/clean/clean_url.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define MAX_URL 4096

/* Without what a URL parser removes (WHATWG URL, section 4.4): white space and control characters at both ends, tabs and line
 * ends anywhere. */
static char *strip(void *owner, const char *text)
{
	while (*text > 0 && *text <= ' ')
		text++;
	char *s = mem_dup(owner, text), *to = s;
	for (const char *p = text; *p; p++)
		if (*p != '\t' && *p != '\n' && *p != '\r')
			*to++ = *p;
	while (to > s && to[-1] > 0 && to[-1] <= ' ')
		to--;
	*to = '\0';
	return s;
}

/* Percent-encodes all but letters, digits and the other allowed characters. */
static char *encode(void *owner, const char *text, const char *others)
{
	char *out = mem_array(owner, char, strlen(text) * 3 + 1), *to = out;
	for (const unsigned char *p = (const unsigned char *)text; *p; p++)
		if (isalnum(*p) || strchr(others, *p))
			*to++ = (char)*p;
		else
			to += sprintf(to, "%%%02X", *p);
	return out;
}

static char *with_allowed_scheme(void *owner, const char *url, bool pictures)
{
	if (strncasecmp(url, "http:", 5) == 0 || strncasecmp(url, "https:", 6) == 0)
		return url_resolve(owner, url, url);
	if (!pictures && strncasecmp(url, "mailto:", 7) == 0)
		return mem_printf(owner, "mailto:%s", encode(owner, url + 7, "@.-_~+%!#$&'*/=?^{|};:,"));
	if (!pictures && strncasecmp(url, "tel:", 4) == 0)
		return mem_printf(owner, "tel:%s", encode(owner, url + 4, "+-.()%;=*#"));
	return NULL;
}

/*
 * Text with a colon before its first slash must have an allowed scheme.  This
 * rejects a few relative links too ("a:b.html"), and with them every
 * spelling of "javascript:" that any user agent may accept.
 */
char *clean_url(void *owner, const char *base, const char *text, bool pictures)
{
	void *scratch = talloc_new(NULL);
	char *url = strnlen(text, MAX_URL + 1) <= MAX_URL ? strip(scratch, text) : NULL, *result = NULL;
	if (url && *url) {
		size_t first = strcspn(url, ":/?#\\");
		if (url[first] == ':')
			result = with_allowed_scheme(scratch, url, pictures);
		else if (base)
			result = url_resolve(scratch, base, text_replace(scratch, url, "\\", "/"));
	}
	result = mem_dup_or_null(owner, result);
	talloc_free(scratch);
	return result;
}

char *clean_url_any_fragment(void *owner, const char *text)
{
	const char *hash = text ? strchr(text, '#') : NULL;
	return hash && hash[1] && strlen(hash) < 512 ? url_decode(owner, hash + 1, false) : NULL;
}

/* The URL without what often differs between two links to one page: scheme, final slash, fragment. */
static char *page(void *owner, const char *url)
{
	char *s = url_without_fragment(owner, url);
	size_t n = strlen(s);
	if (n && s[n - 1] == '/')
		s[n - 1] = '\0';
	return text_starts(s, "http://") ? s + 7 : text_starts(s, "https://") ? s + 8 : s;
}

char *clean_url_fragment(void *owner, const char *base, const char *text)
{
	void *scratch = talloc_new(NULL);
	char *url = strip(scratch, text), *whole = *url == '#' || !base ? NULL : clean_url(scratch, base, url, false);
	bool here = *url == '#' || (whole && strcmp(page(scratch, whole), page(scratch, base)) == 0);
	char *fragment = here ? clean_url_any_fragment(owner, url) : NULL;
	talloc_free(scratch);
	return fragment;
}
