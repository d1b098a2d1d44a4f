#include "gateway/archive/picture/picture_map.h"
#include "gateway/base/html/html.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

struct row {
	const char *address;
	struct picture_kept kept;
};

struct picture_map {
	struct row *rows;
	size_t count;
};

struct picture_map *picture_map_read(void *owner, const char *text, const char *site)
{
	struct picture_map *map = mem_new(owner, struct picture_map);
	json_t *json = text ? json_loads(text, 0, NULL) : NULL, *one;
	const char *address;
	json_object_foreach(json, address, one) {
		const char *path = json_string_value(json_array_get(one, 0));
		if (!path)
			continue;
		struct row *r = mem_push(map, map->rows, map->count);
		*r = (struct row){ mem_dup(map, address), { mem_printf(map, "%s%s", site ? site : "", path), (int)json_integer_value(json_array_get(one, 1)),
		                                            (int)json_integer_value(json_array_get(one, 2)) } };
	}
	json_decref(json);
	return map;
}

void picture_map_add(json_t *json, const char *address, const char *path, int width, int height)
{
	json_object_set_new(json, address, json_pack("[s, i, i]", path, width, height));
}

const struct picture_kept *picture_map_find(const struct picture_map *map, const char *address)
{
	for (size_t i = 0; address && i < map->count; i++)
		if (strcmp(map->rows[i].address, address) == 0)
			return &map->rows[i].kept;
	return NULL;
}

bool picture_is_hidden(const char *address) { return picture_is_own(address) || picture_is_poster(address); }

/* The next <img> with an address after n. */
static struct html_node *next_picture(struct html_node *root, struct html_node *n)
{
	do
		n = html_next(root, n);
	while (n && !(html_is(n, "img") && html_get(n, "src")));
	return n;
}

static void show_ours(struct html_node *img, const struct picture_kept *kept)
{
	char number[12];
	html_set(img, "src", kept->url);
	if (html_get(img, "width") || html_get(img, "height"))
		return;
	snprintf(number, sizeof number, "%d", kept->width);
	html_set(img, "width", number);
	snprintf(number, sizeof number, "%d", kept->height);
	html_set(img, "height", number);
}

static bool is_in_link(const struct html_node *n)
{
	while (n->parent && !html_is(n, "a"))
		n = n->parent;
	return html_is(n, "a");
}

static void remove_with_empty_parents(struct html_node *n)
{
	for (struct html_node *parent = n->parent; n; n = parent && parent->parent && !parent->first ? parent : NULL, parent = n ? n->parent : NULL)
		html_remove(n);
}

/* What its words say, in its place; a link keeps something to follow it by. */
static void put_words(struct html_node *root, struct html_node *img)
{
	const char *alt = html_get(img, "alt");
	bool linked = is_in_link(img), blank = text_blank(alt);
	if (!blank || linked) {
		char *words = linked ? mem_dup(NULL, blank ? "Video" : alt) : mem_printf(NULL, "[image: %s]", alt);
		html_insert_before(img, html_new_text(root, words));
		talloc_free(words);
		html_remove(img);
	} else {
		remove_with_empty_parents(img);
	}
}

/* A cheap test before the tree is made. */
static bool may_change(const struct picture_map *map, const char *html)
{
	const char *img = strstr(html, "<img");
	bool may = img && map->count > 0;
	for (; img && !may; img = strstr(img + 1, "<img")) {
		const char *src = strstr(img, "src=\"");
		char *address = src ? mem_ndup(NULL, src + 5, strcspn(src + 5, "\"")) : NULL;
		may = address && picture_is_hidden(address);
		talloc_free(address);
	}
	return may;
}

const char *picture_map_html(void *owner, const struct picture_map *map, const char *html)
{
	if (!html || !may_change(map, html))
		return html;
	struct html_node *root = html_parse(NULL, html, strlen(html));
	bool changed = false;
	for (struct html_node *n = next_picture(root, root), *after; n; n = after) {
		const char *address = html_get(n, "src");
		const struct picture_kept *kept = picture_map_find(map, address);
		after = next_picture(root, n);
		changed = changed || kept || picture_is_hidden(address);
		if (kept)
			show_ours(n, kept);
		else if (picture_is_hidden(address))
			put_words(root, n);
	}
	const char *result = changed ? html_to_string(owner, root) : html;
	talloc_free(root);
	return result;
}

void picture_addresses_add(void *owner, const char *address, const char ***all, size_t *count)
{
	bool fits = address && (picture_is_own(address) || text_starts(address, "https://") || text_starts(address, "http://")) &&
	            strlen(address) <= PICTURE_ADDRESS_MAX && *count < PICTURE_LIST_COUNT;
	for (size_t i = 0; fits && i < *count; i++)
		fits = strcmp((*all)[i], address) != 0;
	if (fits)
		*mem_push(owner, *all, *count) = mem_dup(owner, address);
}

void picture_addresses(void *owner, const char *html, const char ***all, size_t *count)
{
	if (!html || !strstr(html, "<img"))
		return;
	struct html_node *root = html_parse(NULL, html, strlen(html));
	for (struct html_node *n = next_picture(root, root); n; n = next_picture(root, n))
		picture_addresses_add(owner, html_get(n, "src"), all, count);
	talloc_free(root);
}
