#include "gateway/fediverse/follow.h"
#include "gateway/base/document.h"
#include "gateway/base/escape.h"
#include "gateway/base/mem.h"
#include "gateway/base/text.h"
#include "gateway/base/url.h"
#include <stdlib.h>
#include <string.h>

enum { TYPED_MAX = 400, TIMEOUT_MS = 4000, JRD_MAX = 64 << 10, REDIRECTS = 2 };

static struct follow_who *refuse(void *who, struct error *err)
{
	talloc_free(who);
	error_set(err, ERROR_INVALID, "Please give your address there, like @you@example.social.");
	return NULL;
}

/* "example.social" or "example.social:8443" in ASCII; NULL for what is no host. */
static char *host_of(void *owner, const char *text)
{
	size_t n = strcspn(text, ":");
	char *name = mem_ndup(NULL, text, n), *ascii = url_host_ascii(name, name), *host = NULL;
	bool port_fits = !text[n] || (text[n + 1] && strspn(text + n + 1, "0123456789") == strlen(text + n + 1) && strlen(text + n + 1) <= 5);
	if (ascii && port_fits && strchr(ascii, '.'))
		host = mem_printf(owner, "%s%s", ascii, text + n);
	talloc_free(name);
	return host;
}

/* The part before the host: letters of any script, digits and ._-+ only, so that nothing can hide in it. */
static bool name_fits(const char *name, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)name[i];
		if (c <= ' ' || c == 0x7f || strchr("/?#@:&=%\"'<>\\", c))
			return false;
	}
	return size > 0;
}

struct follow_who *follow_who(void *owner, const char *typed, struct error *err)
{
	struct follow_who *who = mem_new(owner, struct follow_who);
	if (strlen(typed) > TYPED_MAX || !text_utf8(typed, strlen(typed)))
		return refuse(who, err);
	char *text = text_trim(who, typed);
	if (url_valid(text)) {
		who->host = url_authority(who, text);
		who->resource = url_without_fragment(who, text);
		return who;
	}
	if (text_starts(text, "acct:"))
		text += strlen("acct:");
	if (*text == '@')
		text++;
	char *at = strrchr(text, '@');
	who->host = host_of(who, at ? at + 1 : text);
	if (!who->host || (at && !name_fits(text, (size_t)(at - text))))
		return refuse(who, err);
	if (at)
		who->resource = mem_printf(who, "acct:%.*s@%s", (int)(at - text), text, who->host);
	return who;
}

static char *fill_in(void *owner, const char *template, const char *place, const char *uri)
{
	const char *at = template ? strstr(template, place) : NULL;
	if (!at)
		return NULL;
	struct document *d = document_new(NULL);
	FILE *out = document_out(d);
	fwrite(template, 1, (size_t)(at - template), out);
	url_part(out, uri);
	fputs(at + strlen(place), out);
	char *url = document_finish(d, owner);
	if (url_valid(url))
		return url;
	talloc_free(url);
	return NULL;
}

char *follow_page(void *owner, const json_t *jrd, const char *uri)
{
	static const struct {
		const char *rel, *place;
	} known[] = {
		{ "http://ostatus.org/schema/1.0/subscribe", "{uri}" },
		{ "https://w3id.org/fep/3b86/Follow", "{object}" },
	};
	json_t *links = json_object_get(jrd, "links"), *link;
	size_t i;
	for (size_t k = 0; k < sizeof known / sizeof *known; k++)
		json_array_foreach(links, i, link) {
			const char *rel = tree_text(link, "rel");
			char *url = rel && strcmp(rel, known[k].rel) == 0 ? fill_in(owner, tree_text(link, "template"), known[k].place, uri) : NULL;
			if (url)
				return url;
		}
	return NULL;
}

static char *webfinger_url(void *owner, const struct follow_who *who)
{
	struct document *d = document_new(NULL);
	FILE *out = document_out(d);
	fprintf(out, "https://%s/.well-known/webfinger?resource=", who->host);
	url_part(out, who->resource);
	return document_finish(d, owner);
}

/* The page that its WebFinger names, or NULL; false when the server does not answer or knows nobody of that name. */
static bool look_up(void *owner, struct http_client *client, const struct follow_who *who, const char *uri, char **page, struct error *err)
{
	void *scratch = talloc_new(NULL);
	struct error why;
	const struct http_header headers[] = { { "Accept", "application/jrd+json, application/json" }, { 0, 0 } };
	const struct http_request request = {
		.url = webfinger_url(scratch, who), .headers = headers, .max_size = JRD_MAX, .timeout_ms = TIMEOUT_MS, .redirects = REDIRECTS,
	};
	struct http_response *response = http_fetch(scratch, client, &request, &why);
	json_t *jrd = response && response->status == 200 ? tree_read(scratch, response->body->data, response->body->size, &why) : NULL;
	bool fine = true;
	if (!response || response->status >= 500)
		fine = error_set(err, ERROR_TEMPORARY, "%s did not answer.", who->host);
	else if (response->status == 404 || response->status == 410)
		fine = error_set(err, ERROR_NOT_FOUND, "%s knows no such account.", who->host);
	*page = jrd ? follow_page(owner, jrd, uri) : NULL;
	talloc_free(scratch);
	return fine;
}

char *follow_ask(void *owner, struct http_client *client, const struct follow_who *who, const char *uri, bool *guess, struct error *err)
{
	char *page = NULL;
	if (who->resource && !look_up(owner, client, who, uri, &page, err))
		return NULL;
	*guess = !page;
	if (!page) {
		char *template = mem_printf(NULL, "https://%s/authorize_interaction?uri={uri}", who->host);
		page = fill_in(owner, template, "{uri}", uri);
		talloc_free(template);
	}
	if (!page)
		error_set(err, ERROR_INVALID, "Please give your address there, like @you@example.social.");
	return page;
}
