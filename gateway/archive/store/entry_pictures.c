#include "gateway/archive/store/entry_pictures.h"
#include "gateway/archive/picture/picture_map.h"
#include "gateway/archive/store/beside.h"
#include "gateway/base/memory/mem.h"
#include <string.h>

void entry_picture_addresses(void *owner, const struct entry *e, const char ***all, size_t *count)
{
	picture_addresses(owner, e->content, all, count);
	picture_addresses(owner, e->summary, all, count);
	picture_addresses_add(owner, e->image.url, all, count);
	for (size_t i = 0; i < e->enclosure_count; i++)
		if (e->enclosures[i].url && beside_is_picture(&e->enclosures[i]))
			picture_addresses_add(owner, e->enclosures[i].url, all, count);
}

/* Ours where it is kept; NULL: it is not to be shown. */
static const char *placed(const struct picture_map *map, const char *url)
{
	const struct picture_kept *kept = picture_map_find(map, url);
	return kept ? kept->url : picture_is_hidden(url) ? NULL : url;
}

static void place_image(struct entry *e, const struct picture_map *map)
{
	const struct picture_kept *kept = picture_map_find(map, e->image.url);
	if (kept)
		e->image = (struct entry_image){ kept->url, e->image.alt, kept->width, kept->height };
	else if (e->image.url && picture_is_hidden(e->image.url))
		e->image = (struct entry_image){ 0 };
}

/* The array may be that of the entry which e is a copy of.  in_text is told of their own addresses, for ours say nothing. */
static void place_enclosures(struct entry *e, const struct picture_map *map, bool *in_text)
{
	struct entry_enclosure *all = mem_array(e, struct entry_enclosure, e->enclosure_count + 1);
	size_t count = 0;
	for (size_t i = 0; i < e->enclosure_count; i++) {
		struct entry_enclosure one = e->enclosures[i];
		bool picture = one.url && beside_is_picture(&one);
		in_text[1 + count] = picture && beside_is_in_text(e, one.url);
		one.url = picture ? placed(map, one.url) : one.url;
		if (one.url || !picture)
			all[count++] = one;
	}
	e->enclosures = all;
	e->enclosure_count = count;
}

void entry_pictures_place(struct entry *e, const char *site)
{
	const struct picture_map *map = picture_map_read(e, e->kept, site);
	bool *in_text = mem_array(e, bool, e->enclosure_count + 1);
	in_text[0] = e->image.url && beside_is_in_text(e, e->image.url);
	place_enclosures(e, map, in_text);
	place_image(e, map);
	e->content = picture_map_html(e, map, e->content);
	e->summary = picture_map_html(e, map, e->summary);
	e->in_text = in_text;
}
