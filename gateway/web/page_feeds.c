/* What there is to subscribe to with a reader, and a few pages that say things in words. */
#include "gateway/base/mem.h"
#include "gateway/base/text.h"
#include "gateway/base/url.h"
#include "gateway/web/web.h"
#include <ctype.h>
#include <string.h>

static json_t *labelled(struct visit *v, const char *label, const char *path)
{
	return json_pack("{s:s, s:s}", "label", label, "value", *path == '/' ? mem_printf(v->owner, "%s%s", v->x->publication->url, path) : path);
}

void page_feeds(struct visit *v)
{
	json_t *data = json_pack("{s:s, s:s, s:[s, s], s:b, s:[o, o, o]}", "heading", "Feeds", "title",
	                         mem_printf(v->owner, "Feeds · %s", v->x->publication->name), "paragraphs",
	                         "A feed lets a reader program show you new posts of many sites in one place, without an account anywhere.",
	                         "Copy one of these addresses into your reader. The public feeds carry every free post in full, and the openings of the others.",
	                         "narrow", 1, "fields", labelled(v, "RSS", "/feed.xml"), labelled(v, "Atom", "/feed.atom"),
	                         labelled(v, "In the fediverse, search for", publication_address(v->owner, v->x->publication)));
	v->shared = true;
	visit_page(v, 200, "note", data);
}

void page_privacy(struct visit *v)
{
	const struct publication *p = v->x->publication;
	json_t *data = json_pack("{s:s, s:s, s:[s, s, s, s], s:b}", "heading", "Privacy", "title", mem_printf(v->owner, "Privacy · %s", p->name), "paragraphs",
	                         "If you subscribe, we keep your address, when and from which network address you asked and confirmed, and which letters were delivered to it. Nothing else.",
	                         "Letters carry no tracking pictures and no rewritten links. Pages set a cookie only when you subscribe or sign in, and load nothing from elsewhere but the pictures in a post.",
	                         "Every letter has a link to leave; one click is enough. Addresses that nobody confirms are deleted after a few days.",
	                         mem_printf(v->owner, "Letters come from %s.%s%s", p->mail_from, *p->postal_address ? " Behind it stands: " : "", p->postal_address),
	                         "narrow", 1);
	v->shared = true;
	visit_page(v, 200, "note", data);
}

/* "@ada@example.social", "https://example.social/@ada", "example.social" -> "example.social" */
static char *host_of_handle(void *owner, const char *text)
{
	const char *at = strrchr(text, '@'), *scheme = strstr(text, "://");
	char *host = scheme ? mem_ndup(owner, scheme + 3, strcspn(scheme + 3, "/")) : mem_dup(owner, at ? at + 1 : text);
	host = url_host_ascii(owner, host);
	/* A name on the public net: not an address, not "localhost". */
	return host && strchr(host, '.') && !isdigit((unsigned char)host[strlen(host) - 1]) ? host : NULL;
}

void page_follow(struct visit *v)
{
	const char *typed = visit_field(v, "handle");
	char *host = typed ? host_of_handle(v->owner, typed) : NULL, *address = publication_address(v->owner, v->x->publication);
	if (!host) {
		visit_note(v, 400, "That is no fediverse address", "It looks like @you@example.social.");
		return;
	}
	json_t *data = json_pack("{s:s, s:s, s:b, s:s, s:[s, s], s:[{s:s, s:s}], s:[{s:s, s:s}]}", "heading", mem_printf(v->owner, "Follow from %s", host), "title",
	                         mem_printf(v->owner, "Follow · %s", v->x->publication->name), "narrow", 1, "robots", "noindex", "paragraphs",
	                         "Most servers open a page that asks whether you want to follow.",
	                         "If yours does not, paste the address below in the search field of your fediverse app (not in the browser’s address bar).",
	                         "links", "href", mem_printf(v->owner, "https://%s/authorize_interaction?uri=%s", host, address + 1), "text",
	                         mem_printf(v->owner, "Go on at %s", host), "fields", "label", "The address to search for", "value", address);
	visit_page(v, 200, "note", data);
}

void page_robots(struct visit *v)
{
	fprintf(exchange_answer(v->x, 200, "text/plain; charset=utf-8"), "User-agent: *\nDisallow: /c/\nDisallow: /u/\nDisallow: /me\nDisallow: /signin\nDisallow: /inbox-check\n");
	v->shared = true;
}
