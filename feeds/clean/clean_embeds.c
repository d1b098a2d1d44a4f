#include "feeds/clean/clean_embeds.h"
#include "feeds/clean/clean_lazy.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

/* The id behind url is appended to page and replaces the "*" in poster. */
static const struct {
	const char *url, *page, *poster, *kind;
} embeds[] = {
	{ "://www.youtube.com/embed/", "https://www.youtube.com/watch?v=", "https://i.ytimg.com/vi/*/hqdefault.jpg", "Video" },
	{ "://www.youtube-nocookie.com/embed/", "https://www.youtube.com/watch?v=", "https://i.ytimg.com/vi/*/hqdefault.jpg", "Video" },
	{ "://youtube.com/embed/", "https://www.youtube.com/watch?v=", "https://i.ytimg.com/vi/*/hqdefault.jpg", "Video" },
	{ "://www.youtube.com/v/", "https://www.youtube.com/watch?v=", "https://i.ytimg.com/vi/*/hqdefault.jpg", "Video" },
	{ "://www.youtube.com/watch?v=", "https://www.youtube.com/watch?v=", "https://i.ytimg.com/vi/*/hqdefault.jpg", "Video" },
	{ "://youtube.com/watch?v=", "https://www.youtube.com/watch?v=", "https://i.ytimg.com/vi/*/hqdefault.jpg", "Video" },
	{ "://m.youtube.com/watch?v=", "https://www.youtube.com/watch?v=", "https://i.ytimg.com/vi/*/hqdefault.jpg", "Video" },
	{ "://www.youtube.com/shorts/", "https://www.youtube.com/shorts/", "https://i.ytimg.com/vi/*/hqdefault.jpg", "Video" },
	{ "://www.youtube.com/live/", "https://www.youtube.com/live/", "https://i.ytimg.com/vi/*/hqdefault.jpg", "Video" },
	{ "://youtu.be/", "https://www.youtube.com/watch?v=", "https://i.ytimg.com/vi/*/hqdefault.jpg", "Video" },
	{ "://player.vimeo.com/video/", "https://vimeo.com/", NULL, "Video" },
	{ "://www.dailymotion.com/embed/video/", "https://www.dailymotion.com/video/", "https://www.dailymotion.com/thumbnail/video/*", "Video" },
	{ "://www.dailymotion.com/video/", "https://www.dailymotion.com/video/", "https://www.dailymotion.com/thumbnail/video/*", "Video" },
	{ "://dai.ly/", "https://www.dailymotion.com/video/", "https://www.dailymotion.com/thumbnail/video/*", "Video" },
	{ "://open.spotify.com/embed/", "https://open.spotify.com/", NULL, "Audio" },
	{ "://embed.podcasts.apple.com/", "https://podcasts.apple.com/", NULL, "Audio" },
	{ "://bandcamp.com/EmbeddedPlayer/", NULL, NULL, "Audio" },
};

static char *with_id(void *owner, const char *pattern, const char *id, size_t size)
{
	const char *star = pattern ? strchr(pattern, '*') : NULL;
	return star ? mem_printf(owner, "%.*s%.*s%s", (int)(star - pattern), pattern, (int)size, id, star + 1) : NULL;
}

static bool known_embed(void *owner, const char *url, struct clean_embed *found)
{
	for (size_t i = 0; i < sizeof embeds / sizeof *embeds; i++) {
		const char *at = strstr(url, embeds[i].url), *id = at ? at + strlen(embeds[i].url) : NULL;
		size_t n = id ? strcspn(id, "?&#") : 0;
		/* "videoseries" is a playlist, which has no such page. */
		if (!n || strpbrk(at, "\"<>") || (n == 11 && text_starts(id, "videoseries")))
			continue;
		found->kind = embeds[i].kind;
		if (embeds[i].page)
			found->page = mem_printf(owner, "%s%.*s", embeds[i].page, (int)n, id);
		if (!memchr(id, '/', n))
			found->poster = with_id(owner, embeds[i].poster, id, n);
		return true;
	}
	return false;
}

/* SoundCloud's embed has the track's URL in its query; an API URL there has no page. */
static bool soundcloud(void *owner, const char *url, struct clean_embed *found)
{
	const char *query = text_starts(url, "https://w.soundcloud.com/player/") ? strchr(url, '?') : NULL;
	if (!query)
		return false;
	char *track = url_form_value(owner, query + 1, "url");
	found->kind = "Audio";
	if (track && text_starts(track, "https://soundcloud.com/") && url_valid(track))
		found->page = track;
	return true;
}

/* PeerTube and Mastodon, which have any host: they are known by their paths. */
static bool by_path(void *owner, const char *url, struct clean_embed *found)
{
	const char *host = strstr(url, "://") + 3, *path = host + strcspn(host, "/?#");
	size_t size = strcspn(path, "?#");
	if (text_starts(path, "/videos/embed/") && size > 14) {
		found->page = mem_printf(owner, "%.*s/w/%.*s", (int)(path - url), url, (int)(size - 14), path + 14);
		found->kind = "Video";
		return true;
	}
	if (text_starts(path, "/@") && size > 8 && memcmp(path + size - 6, "/embed", 6) == 0) {
		found->page = mem_ndup(owner, url, (size_t)(path - url) + size - 6);
		return true;
	}
	return false;
}

struct clean_embed clean_embed_of(void *owner, const char *url)
{
	struct clean_embed found = { url, NULL, "Embedded" };
	if (!known_embed(owner, url, &found) && !soundcloud(owner, url, &found))
		by_path(owner, url, &found);
	return found;
}

bool clean_embed_is_known(const char *url)
{
	struct clean_embed found;
	void *scratch = talloc_new(NULL);
	bool known = strstr(url, "://") && known_embed(scratch, url, &found);
	talloc_free(scratch);
	return known;
}

char *clean_embed_of_script(void *owner, const char *url)
{
	static const char *const hosts[] = {
		"https://gist.github.com/", "https://gitlab.com/-/snippets/", "https://gitlab.com/snippets/", "https://asciinema.org/a/", "https://www.buzzsprout.com/",
		"https://pastebin.com/embed_js/", "https://poll.fm/", "https://secure.polldaddy.com/p/",
	};
	size_t size = strcspn(url, "?#");
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
		size_t host = strlen(hosts[i]);
		if (!text_starts(url, hosts[i]) || size <= host)
			continue;
		bool js = size > host + 3 && memcmp(url + size - 3, ".js", 3) == 0;
		char *page = mem_ndup(owner, url, size - (js ? 3 : 0));
		return text_replace(owner, page, "/embed_js/", "/");
	}
	return NULL;
}

static void set_iframe(struct html_node *n, const char *id, const char *before)
{
	const char *value = html_get(n, id);
	if (text_blank(value))
		return;
	char *url = mem_printf(NULL, "%s%s", before, value);
	html_set(n, "src", url);
	talloc_free(url);
	html_rename(n, "iframe");
}

static void drop_content(struct html_node *n)
{
	while (n->first)
		html_remove(n->first);
}

/* An empty element that a script makes a player. */
static bool is_facade(const struct html_node *n)
{
	const char *address = (html_is(n, "div") || html_is(n, "span")) && !n->first ? clean_lazy_address(n) : NULL;
	return address && clean_embed_is_known(address);
}

void clean_embed_rename(struct html_node *n)
{
	static const struct { const char *name, *as; } same[] = {
		{ "amp-img", "img" }, { "amp-anim", "img" }, { "amp-video", "video" }, { "amp-audio", "audio" }, { "amp-iframe", "iframe" },
	};
	static const struct { const char *name, *id, *url; } by_id[] = {
		{ "amp-youtube", "data-videoid", "https://www.youtube.com/embed/" }, { "lite-youtube", "videoid", "https://www.youtube.com/embed/" },
		{ "amp-vimeo", "data-videoid", "https://player.vimeo.com/video/" }, { "lite-vimeo", "videoid", "https://player.vimeo.com/video/" },
		{ "amp-dailymotion", "data-videoid", "https://www.dailymotion.com/embed/video/" },
	};
	if (n->kind != HTML_ELEMENT)
		return;
	for (size_t i = 0; i < sizeof by_id / sizeof *by_id; i++)
		if (html_is(n, by_id[i].name)) {
			drop_content(n);
			set_iframe(n, by_id[i].id, by_id[i].url);
			return;
		}
	if (is_facade(n)) {
		html_set(n, "src", clean_lazy_address(n));
		html_rename(n, "iframe");
	}
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		if (html_is(n, same[i].name)) {
			html_rename(n, same[i].as);
			if (html_is(n, "img"))
				drop_content(n);
			return;
		}
}

bool clean_embed_repeats(const struct html_node *media)
{
	const struct html_node *before = clean_previous_element(media);
	return html_has_class(media, "wp-embedded-content") && html_is(before, "blockquote") && html_has_class(before, "wp-embedded-content");
}
