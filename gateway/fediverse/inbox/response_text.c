#include "gateway/fediverse/inbox/response_text.h"
#include "feeds/clean/clean_reply.h"
#include "feeds/dates/dates.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

/* In characters. */
enum { LINE_MAX_LENGTH = 500, ATTACHMENTS_MAX = 16, URL_LENGTH = 2048 };

static const char *line_of(void *owner, const char *said)
{
	return text_blank(said) ? NULL : text_cut(owner, text_squeeze(owner, said), LINE_MAX_LENGTH);
}

/* A URL in a member, which may be a string, a Link or a list of them. */
static const char *url_of(void *owner, const json_t *value)
{
	if (json_is_array(value))
		value = json_array_get(value, 0);
	const char *url = json_is_string(value) ? json_string_value(value) : jsonld_text(value, "href");
	return url && strlen(url) <= URL_LENGTH && url_valid(url) ? mem_dup(owner, url) : NULL;
}

static char *attachments_of(void *owner, const json_t *list)
{
	json_t *kept = jsonld_own(owner, json_array());
	for (size_t i = 0; json_array_size(kept) < ATTACHMENTS_MAX; i++) {
		const json_t *one = json_is_array(list) ? json_array_get(list, i) : i == 0 ? list : NULL;
		if (!one)
			break;
		const char *url = url_of(owner, json_object_get(one, "url")), *type = line_of(owner, jsonld_text(one, "mediaType"));
		const char *name = line_of(owner, jsonld_text(one, "name") ? jsonld_text(one, "name") : jsonld_text(one, "summary"));
		if (!url)
			url = url_of(owner, json_object_get(one, "href"));
		if (url)
			json_array_append_new(kept, json_pack("{ss, so, so}", "url", url, "type", type ? jsonld_new_string(type) : json_null(),
			                                      "name", name ? jsonld_new_string(name) : json_null()));
	}
	return jsonld_write(owner, kept);
}

void response_text_read(void *owner, const json_t *object, bool plain, struct reply *reply, int64_t now)
{
	const char *said = jsonld_text(object, "content"), *when = jsonld_text(object, "published");
	if (text_blank(said))
		said = jsonld_text(object, "name");
	reply->content = plain ? clean_reply_text(owner, said) : clean_reply_html(owner, said, jsonld_text(object, "id"));
	reply->warning = plain ? NULL : line_of(owner, jsonld_text(object, "summary"));
	reply->attachments = attachments_of(owner, plain ? NULL : json_object_get(object, "attachment"));
	reply->url = url_of(owner, json_object_get(object, "url"));
	reply->received = now;
	if (!when || !dates_parse(when, &reply->published) || reply->published > now || reply->published <= 0)
		reply->published = now;
}

void response_text_author(void *owner, const struct remote_actor *sender, struct reply *reply)
{
	char *host = url_authority(owner, sender->uri);
	const char *username = line_of(owner, sender->username), *name = line_of(owner, sender->name);
	reply->name = name ? name : "";
	reply->handle = username ? mem_printf(owner, "@%s@%s", username, host) : mem_dup(owner, sender->uri);
}
