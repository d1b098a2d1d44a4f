#include "smtp/report/part.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/mime/multipart.h"
#include "gateway/base/text/text.h"
#include "smtp/report/decode.h"
#include <string.h>
#include <strings.h>

static const struct {
	const char *type;
	enum part_kind kind;
} kinds[] = {
	{ "message/delivery-status", PART_STATUS },
	{ "message/global-delivery-status", PART_STATUS },
	{ "message/feedback-report", PART_FEEDBACK },
	{ "message/rfc822", PART_RETURNED },
	{ "message/global", PART_RETURNED },
	{ "message/partial", PART_RETURNED },
	{ "text/rfc822", PART_RETURNED },
	{ "message/global-headers", PART_RETURNED },
	{ "text/html", PART_HTML },
	{ "text/", PART_TEXT },
};

/* Text that is nothing but the head of a message: some attach that as text/plain. */
static bool is_head(const char *text)
{
	void *t = talloc_new(NULL);
	const char *rest;
	struct fields *f = fields_read(t, text, &rest);
	bool head = *fields_get(f, "Received") && *fields_get(f, "From");
	talloc_free(t);
	return head;
}

static void keep(struct parts_found *found, const struct fields *head, const char *body)
{
	const char *type = fields_get(head, "Content-Type");
	size_t i = 0, count = sizeof kinds / sizeof *kinds;
	while (i < count && strncasecmp(type, kinds[i].type, strlen(kinds[i].type)) != 0)
		i++;
	/* Without a type it is text; so is "Text", as some write it. */
	if ((i == count && strchr(type, '/')) || found->count >= PARTS_MAX)
		return;
	enum part_kind kind = i < count ? kinds[i].kind : PART_TEXT;
	void *t = talloc_new(NULL);
	char *text = decode_body(t, body, PART_SIZE_MAX, fields_get(head, "Content-Transfer-Encoding"), fields_parameter(t, type, "charset"));
	if (kind == PART_HTML)
		text = decode_html(t, text);
	if (kind == PART_TEXT && is_head(text))
		kind = PART_RETURNED;
	*mem_push(found, found->all, found->count) = (struct part){ kind, mem_dup(found, text) };
	talloc_free(t);
}

static void walk(struct parts_found *found, const struct fields *head, const char *body, int depth);

static void walk_part(struct parts_found *found, const char *s, size_t size, int depth)
{
	void *t = talloc_new(NULL);
	const char *body;
	char *part = mem_ndup(t, s, size);
	struct fields *head = fields_read(t, part, &body);
	walk(found, head, body, depth);
	talloc_free(t);
}

/* Walks the parts between the boundaries; false when there are none. */
static bool split(struct parts_found *found, const char *body, const char *boundary, int depth)
{
	struct multipart m = { .at = body, .boundary = boundary };
	const char *part;
	size_t size;
	bool any = false;
	while (multipart_next(&m, &part, &size)) {
		walk_part(found, part, size, depth + 1);
		any = true;
	}
	return any;
}

static void walk(struct parts_found *found, const struct fields *head, const char *body, int depth)
{
	if (depth > PART_DEPTH || found->count >= PARTS_MAX)
		return;
	void *t = talloc_new(NULL);
	const char *type = fields_get(head, "Content-Type");
	char *boundary = strncasecmp(type, "multipart/", 10) == 0 ? fields_parameter(t, type, "boundary") : NULL;
	if (!boundary)
		keep(found, head, body);
	else if (!*boundary || !split(found, body, boundary, depth))
		keep(found, &(struct fields){ 0 }, body);
	talloc_free(t);
}

struct parts_found *part_walk(void *owner, const char *message)
{
	struct parts_found *found = mem_new(owner, struct parts_found);
	const char *body;
	found->head = fields_read(found, message, &body);
	walk(found, found->head, body, 0);
	return found;
}
