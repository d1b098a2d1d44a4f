#include "gateway/web/pages/page_inbox.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/encode.h"
#include "gateway/base/text/text.h"
#include "gateway/web/pages/page.h"
#include <string.h>

enum { PENDING_SECONDS = 3600 };

void page_inbox_remember(struct visit *v, const char *mail, const char *again, const char *next)
{
	char *text = mem_printf(v->owner, "%s\n%s\n%s", again, visit_local_path(next), mail);
	visit_go(v, "/inbox-check");
	visit_set_cookie(v, "pending", encode_base64url(v->owner, text, strlen(text)), PENDING_SECONDS);
}

/* What the cookie "pending" holds: which form, where to go back, which address. */
static bool remembered(struct visit *v, char **again, char **next, char **mail)
{
	const char *cookie = visit_cookie(v, "pending", 0);
	size_t size;
	char *text = cookie ? (char *)decode_base64(v->owner, cookie, &size) : NULL;
	char *a = text ? strchr(text, '\n') : NULL, *b = a ? strchr(a + 1, '\n') : NULL;
	if (!b || strlen(text) != size || !text_utf8(text, size))
		return false;
	*a = *b = '\0';
	*again = strcmp(text, "/signin") == 0 ? text : mem_dup(v->owner, "/subscribe");
	*next = mem_dup(v->owner, visit_local_path(a + 1));
	*mail = b + 1;
	return true;
}

void page_inbox_show(struct visit *v, int status, const char *flash)
{
	char *again, *next, *mail;
	if (!remembered(v, &again, &next, &mail)) {
		visit_go(v, "/subscribe");
		return;
	}
	bool signing_in = strcmp(again, "/signin") == 0;
	json_t *inbox = json_pack("{s:s, s:s, s:b, s:s}", "email", mail, "again", again, "back", strcmp(next, "/") != 0, "forget",
	                          signing_in ? "If that address does not subscribe, no letter comes." : "If you do nothing, we forget the address in a few days.");
	json_object_set_new(inbox, "next", json_string(next));
	json_t *data = json_pack("{s:s, s:s, s:b, s:s, s:o}", "heading", "Check your inbox", "title",
	                         mem_printf(v->owner, "Check your inbox · %s", v->x->publication->name), "narrow", 1, "robots", "noindex", "inbox", inbox);
	json_object_set_new(data, "private", json_true());
	if (flash)
		json_object_update_new(data, json_pack("{s:s, s:b}", "flash", flash, "bad", 1));
	visit_page(v, status, "note", data);
	visit_private(v);
}

void page_inbox(struct visit *v) { page_inbox_show(v, 200, NULL); }
