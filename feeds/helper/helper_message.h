#pragma once
/*
 * helper_message - what goes between the role ingest and its helpers: one request, then its answer.
 *
 * Each is a frame: its size in eight bytes, then a struct as wire.h writes
 * it.  Sizes are bounded before anything else is looked at.  An answer is as
 * hostile as the document that it was made from.
 */
#include "feeds/helper/wire.h"
#include "feeds/ingest/ingest_ready.h"

#define HELPER_HEAD sizeof(int64_t)
#define HELPER_REQUEST_MAX (FEED_MAX_SIZE + (1u << 20))
/* The text of a document, decoded; the same, cleaned; its teasers. */
#define HELPER_ANSWER_MAX (96u << 20)

enum helper_kind {
	HELPER_FEED, /* a feed is parsed, and its entries are made ready */
	HELPER_PAGE, /* the article in a page is found and cleaned */
	HELPER_MAIL  /* a mail is read, and its entry is made ready */
};

struct helper_request {
	enum helper_kind kind;
	const char *data;
	size_t size;
	const char *type;        /* Content-Type, or NULL; of a mail: the setting authenticate of its source */
	const char *url;         /* where data came from */
	const char *source;      /* URL of the source */
	enum entry_access access; /* of the source's new entries */
};

struct helper_answer {
	struct feed *feed;          /* without record; of records only base and values */
	struct ingest_ready *ready; /* of each entry of feed */
	size_t count;
	const char *article;        /* clean HTML; NULL: the page has none */
	enum error_kind kind;       /* 0, or why there is no feed */
	const char *why;
};

extern const struct wire_struct helper_request_type, helper_answer_type;

/* Appends a whole frame; false when it would be larger than out may be, and then out is as it was. */
bool helper_message_write(struct buf *out, const struct wire_struct *type, const void *message);
/* The size of a frame's body from its head (HELPER_HEAD bytes); false when it is more than max. */
bool helper_message_size(const char *head, size_t max, size_t *size);
/* The body of a frame.  Belongs to owner, its strings are in body.  NULL: it is no request or no answer. */
struct helper_request *helper_message_request(void *owner, const char *body, size_t size);
struct helper_answer *helper_message_answer(void *owner, const char *body, size_t size);
