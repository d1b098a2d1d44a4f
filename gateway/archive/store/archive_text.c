#include "gateway/archive/store/archive_text.h"
#include "gateway/archive/store/entry_json.h"
#include "gateway/archive/store/entry_pictures.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>
#include <strings.h>

/* Does a query name the post, as in "/watch?v=..." and "/?p=77"?  What only says where a reader came from does not. */
static bool names_post(const char *query)
{
	static const char *const tracking[] = { "utm_", "ref=", "source=", "src=", "from=", "fbclid=", "gclid=", "mc_", "pk_", "mtm_", "at_", "rss", "feed", "cmp", NULL };
	while (*query && *query != '#') {
		bool known = false;
		for (size_t i = 0; tracking[i]; i++)
			known = known || strncasecmp(query, tracking[i], strlen(tracking[i])) == 0;
		if (!known && *query != '&')
			return true;
		query += strcspn(query, "&#");
		query += *query == '&';
	}
	return false;
}

/* Takes slashes from the end, and a last part that every post of a site has: "/index.html". */
static void trim_path(char *path)
{
	static const char *const same[] = { "/index", "/default", "/index.html", "/index.htm", "/index.php", "/default.aspx", NULL };
	size_t n = strlen(path);
	while (n && path[n - 1] == '/')
		path[--n] = '\0';
	for (size_t i = 0; same[i]; i++)
		if (text_ends(path, same[i])) {
			path[n - strlen(same[i])] = '\0';
			trim_path(path);
			return;
		}
}

/* The last part of the link's path, if that names the post and has words: so the URL here resembles the one at the source. */
static char *slug_of_link(void *owner, const char *link)
{
	char *path = mem_dup(owner, link ? link : ""), *query = strchr(path, '?');
	if (query && names_post(query + 1))
		return mem_dup(owner, "");
	path[strcspn(path, "?#")] = '\0';
	trim_path(path);
	char *start = strstr(path, "://"), *last = strrchr(path, '/');
	if (!start || !last || last <= start + 2)
		return mem_dup(owner, "");
	char *dot = strrchr(last, '.');
	if (dot && strlen(dot) <= 5)
		*dot = '\0';
	char *words = url_decode(owner, last + 1, false);
	return text_utf8(words, strlen(words)) ? text_slug(owner, words) : mem_dup(owner, "");
}

static char *slug_of(void *owner, const struct entry *e, const char *excerpt)
{
	char *slug = text_slug(owner, e->slug ? e->slug : "");
	if (!*slug)
		slug = slug_of_link(owner, e->link);
	if (!*slug || slug[strspn(slug, "0123456789-")] == '\0')
		slug = text_slug(owner, e->title ? e->title : "");
	if (!*slug)
		slug = text_slug(owner, text_cut(owner, excerpt, 40));
	return *slug ? slug : mem_dup(owner, "post");
}

struct archive_text *archive_text_make(void *owner, const struct entry *e)
{
	struct archive_text *t = mem_new(owner, struct archive_text);
	teaser_make(t, e->content, &t->teaser);
	t->excerpt = e->warning ? text_cut(t, mem_printf(t, "Content warning: %s", e->warning), 300) : t->teaser.excerpt;
	t->whole_excerpt = e->warning ? t->excerpt : t->teaser.whole_excerpt;
	t->slug = slug_of(t, e, t->teaser.excerpt);
	t->authors = entry_authors_json(t, e);
	t->enclosures = entry_enclosures_json(t, e);
	t->tag_count = e->tag_count;
	t->tag_slugs = mem_array(t, const char *, e->tag_count + 1);
	for (size_t i = 0; i < e->tag_count; i++)
		t->tag_slugs[i] = text_tag(t, e->tags[i]);
	entry_picture_addresses(t, e, &t->pictures, &t->picture_count);
	return t;
}
