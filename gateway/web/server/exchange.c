#include "gateway/web/server/exchange.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"

const char *exchange_site(const struct exchange *x) { return x->former ? x->former : x->publication->url; }

const char *exchange_header(const struct exchange *x, const char *name)
{
	for (const struct http_header *h = x->headers; h && h->name; h++)
		if (text_same(h->name, name))
			return h->value;
	return NULL;
}

FILE *exchange_answer(struct exchange *x, int status, const char *content_type)
{
	talloc_free(x->page);
	talloc_free(x->reply);
	x->page = document_new(x->owner);
	x->reply = NULL;
	x->reply_count = 0;
	x->status = status;
	if (content_type)
		exchange_reply(x, "Content-Type", content_type);
	return document_out(x->page);
}

/* The value of a header that may be one only; a browser takes two of Access-Control-Allow-Origin for none.  NULL: it is not set yet. */
static struct http_header *set_before(struct exchange *x, const char *name)
{
	bool several = text_same(name, "Set-Cookie") || text_same(name, "Link") || text_same(name, "Vary");
	for (size_t i = 0; !several && i < x->reply_count; i++)
		if (text_same(x->reply[i].name, name))
			return &x->reply[i];
	return NULL;
}

void exchange_reply(struct exchange *x, const char *name, const char *value)
{
	struct http_header *before = set_before(x, name);
	if (before) {
		before->value = mem_dup(x->owner, value);
		return;
	}
	char *kept_name = mem_dup(x->owner, name), *kept_value = mem_dup(x->owner, value);
	struct http_header *h = mem_push(x->owner, x->reply, x->reply_count);
	*h = (struct http_header){ kept_name, kept_value };
}

const char *exchange_replied(const struct exchange *x, const char *name)
{
	for (size_t i = 0; i < x->reply_count; i++)
		if (text_same(x->reply[i].name, name))
			return x->reply[i].value;
	return NULL;
}
