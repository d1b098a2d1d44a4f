#include "gateway/base/address/handle.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <string.h>

enum { TYPED_MAX = 400 };

static struct handle *refuse(void *handle, struct error *err)
{
	talloc_free(handle);
	error_set(err, ERROR_INVALID, "Please give your address there, like @you@example.social.");
	return NULL;
}

/* "example.social" or "example.social:8443" in ASCII; NULL when text is not a host. */
static char *host_of(void *owner, const char *text)
{
	size_t n = strcspn(text, ":");
	char *name = mem_ndup(NULL, text, n), *ascii = url_host_ascii(name, name), *host = NULL;
	bool port_fits = !text[n] || (text[n + 1] && strspn(text + n + 1, "0123456789") == strlen(text + n + 1) && strlen(text + n + 1) <= 5);
	if (ascii && port_fits && strchr(ascii, '.'))
		host = mem_printf(owner, "%s%s", ascii, text + n);
	/* Not every name is valid in a URL, nor every number as a port. */
	if (host && !url_valid(mem_printf(name, "https://%s/", host)))
		host = NULL;
	talloc_free(name);
	return host;
}

/* The part before the host may not have characters with a meaning in a URL, in HTML or in a header. */
static bool is_name(const char *name, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)name[i];
		if (c <= ' ' || c == 0x7f || strchr("/?#@:&=%\"'<>\\", c))
			return false;
	}
	return size > 0;
}

struct handle *handle_parse(void *owner, const char *typed, struct error *err)
{
	struct handle *handle = mem_new(owner, struct handle);
	if (strlen(typed) > TYPED_MAX || !text_utf8(typed, strlen(typed)))
		return refuse(handle, err);
	char *text = text_trim(handle, typed);
	if (url_valid(text)) {
		handle->host = url_authority(handle, text);
		return handle;
	}
	if (text_starts(text, "acct:"))
		text += strlen("acct:");
	if (*text == '@')
		text++;
	char *at = strrchr(text, '@');
	handle->host = host_of(handle, at ? at + 1 : text);
	handle->name = at ? mem_ndup(handle, text, (size_t)(at - text)) : NULL;
	return handle->host && (!at || is_name(text, (size_t)(at - text))) ? handle : refuse(handle, err);
}

char *handle_follow_page(void *owner, const struct handle *handle, const char *uri)
{
	struct document *d = document_new(NULL);
	FILE *out = document_out(d);
	fprintf(out, "https://%s/authorize_interaction?uri=", handle->host);
	url_part(out, uri);
	return document_finish(d, owner);
}
