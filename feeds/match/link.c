#include "feeds/match/link.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Parameters of trackers and sessions; a final "*" stands for any ending. */
static const char *const tracking[] = {
	"utm_*", "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "ysclid", "twclid", "ttclid", "li_fat_id", "igshid", "igsh", "mc_cid",
	"mc_eid", "mkt_tok", "_hsenc", "_hsmi", "hsctatracking", "ref_src", "ref_url", "oly_anon_id", "oly_enc_id", "vero_id", "vero_conv", "wickedid", "_openstat",
	"pk_*", "mtm_*", "piwik_*", "matomo_*", "xtor", "cmpid", "ncid", "spm", "share_id", "__twitter_impression", "_ga", "_gl",
	"phpsessid", "jsessionid", "aspsessionid*", "sessionid", NULL
};
/* Parameters of signed URLs and of cache busting. */
static const char *const tokens[] = {
	"token", "access_token", "sig", "signature", "expires", "expiry", "policy", "key-pair-id", "x-amz-*", "x-goog-*", "hmac", "nonce", "ts", "timestamp", "_", "cb",
	"cachebuster", NULL
};
static const char *const media[] = { ".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".svg", ".ico", ".mp3", ".m4a", ".ogg", ".oga", ".opus", ".wav", ".mp4", ".webm", ".mov", NULL };

static bool listed(const char *const *list, const char *name, size_t size)
{
	for (; *list; list++) {
		size_t n = strcspn(*list, "*");
		if ((*list)[n] ? size >= n && strncasecmp(*list, name, n) == 0 : size == n && strncasecmp(*list, name, n) == 0)
			return true;
	}
	return false;
}

/* The size of the separator at s: "&" or, in HTML, "&amp;"; 0: there is none. */
static size_t separator(const char *s, size_t left) { return left >= 5 && strncmp(s, "&amp;", 5) == 0 ? 5 : left > 0 && *s == '&'; }

/* Writes the parameters of a query that do not change, with "?" before the first. */
static void stable_query(FILE *out, const char *query, size_t size, bool without_tokens)
{
	char mark = '?';
	while (size > 0) {
		size_t n = 0, name = 0, step;
		while (n < size && !separator(query + n, size - n))
			n++;
		while (name < n && query[name] != '=')
			name++;
		if (n > 0 && !listed(tracking, query, name) && !(without_tokens && listed(tokens, query, name))) {
			fputc(mark, out);
			fwrite(query, 1, n, out);
			mark = '&';
		}
		step = n + separator(query + n, size - n);
		query += step;
		size -= step;
	}
}

/* Without a session ("/post;jsessionid=12") and final slashes. */
static size_t path_size(const char *path)
{
	const char *session = strcasestr(path, ";jsessionid=");
	size_t n = session ? (size_t)(session - path) : strlen(path);
	while (n > 0 && path[n - 1] == '/')
		n--;
	return n;
}

static char *normalise(void *owner, const char *link, bool with_query)
{
	struct error ignored;
	struct url *u = url_parse(NULL, link, &ignored);
	if (!u)
		return mem_dup(owner, link);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	mem_check(out);
	fputs(text_starts(u->host, "www.") && strchr(u->host + 4, '.') ? u->host + 4 : u->host, out);
	if (u->port != 80 && u->port != 443)
		fprintf(out, ":%d", u->port);
	fwrite(u->path, 1, path_size(u->path), out);
	if (u->query && with_query)
		stable_query(out, u->query, strlen(u->query), false);
	/* With "#!" the fragment names a page of its own. */
	if (u->fragment && *u->fragment == '!')
		fprintf(out, "#%s", u->fragment);
	fclose(out);
	char *result = mem_dup(owner, text);
	free(text);
	talloc_free(u);
	return result;
}

char *link_normalise(void *owner, const char *link) { return normalise(owner, link, true); }
char *link_normalise_without_query(void *owner, const char *link) { return normalise(owner, link, false); }

const char *link_fragment(const char *link)
{
	const char *mark = link ? strchr(link, '#') : NULL;
	return mark && mark[1] ? mark + 1 : NULL;
}

bool link_is_front_page(const char *normalised) { return !strpbrk(normalised, "/?#"); }

bool link_differs_in_query(const char *a, const char *b)
{
	if (!a || !b)
		return false;
	void *t = talloc_new(NULL);
	bool differs = strcmp(link_normalise_without_query(t, a), link_normalise_without_query(t, b)) == 0 && strcmp(link_normalise(t, a), link_normalise(t, b)) != 0;
	talloc_free(t);
	return differs;
}

static bool is_media(const char *path, size_t size)
{
	for (const char *const *end = media; *end; end++) {
		size_t n = strlen(*end);
		if (size > n && strncasecmp(path + size - n, *end, n) == 0)
			return true;
	}
	return false;
}

/* Writes the URL at s and returns its size. */
static size_t stable_url(FILE *out, const char *s)
{
	size_t size = strcspn(s, " \t\r\n\"'<>"), path = strcspn(s, "?#\"'<> \t\r\n"), end;
	fwrite(s, 1, path, out);
	if (path == size || s[path] != '?')
		return path;
	for (end = path; end < size && s[end] != '#';)
		end++;
	if (!is_media(s, path))
		stable_query(out, s + path + 1, end - path - 1, true);
	return end;
}

void link_write_stable(FILE *out, const char *s)
{
	bool space = false, begun = false;
	while (s && *s) {
		if (isspace((unsigned char)*s)) {
			space = true;
			s++;
			continue;
		}
		if (space && begun)
			fputc(' ', out);
		space = false;
		begun = true;
		if (*s == 'h' && (text_starts(s, "http://") || text_starts(s, "https://")))
			s += stable_url(out, s);
		else
			fputc(*s++, out);
	}
}
