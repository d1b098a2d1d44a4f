#include "gateway/archive/picture/picture.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/encode.h"
#include "gateway/base/text/text.h"
#include <string.h>
#include <strings.h>

#define SCHEME "picture:"
/* Up to so many pixels wide or high it stands for one that a script was to load. */
enum { NARROW = 2, HASH = 2 * ENCODE_SHA256 };

bool picture_make(void *owner, const void *data, size_t size, struct picture *p)
{
	*p = (struct picture){ .data = data, .size = size };
	if (size > PICTURE_MAX || !picture_head_read(data, size, &p->head) || p->head.width <= NARROW || p->head.height <= NARROW)
		return false;
	p->hash = encode_sha256_hex(owner, data, size);
	p->address = mem_printf(owner, SCHEME "%s.%s", p->hash, picture_extension(p->head.type));
	return true;
}

struct picture_list *picture_list_new(void *owner) { return mem_new(owner, struct picture_list); }

bool picture_list_has(const struct picture_list *list, const char *address)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->all[i].address, address) == 0)
			return true;
	return false;
}

const char *picture_list_add(struct picture_list *list, const void *data, size_t size)
{
	struct picture p;
	if (!picture_make(list, data, size, &p))
		return NULL;
	if (picture_list_has(list, p.address))
		return p.address;
	if (list->count == PICTURE_LIST_COUNT || size > PICTURE_LIST_MAX - list->bytes)
		return NULL;
	p.data = mem_check(talloc_memdup(list, data, size));
	list->bytes += size;
	*mem_push(list, list->all, list->count) = p;
	return p.address;
}

bool picture_is_data_url(const char *url) { return url && strncasecmp(url + strspn(url, " \t\r\n"), "data:", 5) == 0; }

const char *picture_list_add_url(struct picture_list *list, const char *url)
{
	const char *comma = picture_is_data_url(url) ? strchr(url, ',') : NULL;
	void *scratch = talloc_new(NULL);
	char *head = comma ? text_trim(scratch, mem_ndup(scratch, url, (size_t)(comma - url))) : NULL;
	const char *address = NULL;
	/* Four characters are three bytes; an escaped one is three characters. */
	if (head && text_ends(text_lower(scratch, head), ";base64") && strlen(comma) <= (size_t)PICTURE_MAX * 4) {
		size_t size;
		const char *text = strchr(comma, '%') ? url_decode(scratch, comma + 1, false) : comma + 1;
		unsigned char *data = decode_base64(scratch, text, &size);
		address = data ? picture_list_add(list, data, size) : NULL;
	}
	talloc_free(scratch);
	return address;
}

bool picture_is_own(const char *address) { return text_starts(address, SCHEME); }

/* Is host name, or below it? */
static bool is_host(const char *host, size_t size, const char *name)
{
	size_t n = strlen(name);
	return size >= n && strncasecmp(host + size - n, name, n) == 0 && (size == n || host[size - n - 1] == '.');
}

bool picture_is_poster(const char *address)
{
	static const struct { const char *host, *path; } posters[] = {
		{ "ytimg.com", "/" }, { "img.youtube.com", "/" }, { "vimeocdn.com", "/" }, { "dailymotion.com", "/thumbnail/" }, { "dmcdn.net", "/" },
		{ "scdn.co", "/" }, { "spotifycdn.com", "/" }, { "sndcdn.com", "/" }, { "bcbits.com", "/" }, { "mzstatic.com", "/" },
		{ "clips-media-assets2.twitch.tv", "/" }, { "static-cdn.jtvnw.net", "/" }, { "fast.wistia.com", "/" }, { "embed-ssl.wistia.com", "/" },
	};
	const char *host = strstr(address, "://");
	size_t size = host ? strcspn(host + 3, "/:?#") : 0;
	const char *path = host ? host + 3 + strcspn(host + 3, "/?#") : "";
	for (size_t i = 0; host && i < sizeof posters / sizeof *posters; i++)
		if (is_host(host + 3, size, posters[i].host) && text_starts(path, posters[i].path))
			return true;
	return false;
}

char *picture_path(void *owner, const char *hash, enum picture_type type) { return mem_printf(owner, "/media/%s.%s", hash, picture_extension(type)); }

char *picture_hash_of(void *owner, const char *name)
{
	if (strspn(name, "0123456789abcdef") != HASH || name[HASH] != '.')
		return NULL;
	for (int type = PICTURE_JPEG; picture_extension((enum picture_type)type); type++)
		if (strcmp(name + HASH + 1, picture_extension((enum picture_type)type)) == 0)
			return mem_ndup(owner, name, HASH);
	return NULL;
}
