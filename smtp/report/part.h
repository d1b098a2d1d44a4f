#pragma once
/*
 * part - the leaves of a message that may say something of a delivery, decoded.
 *
 * Walks multiparts of any kind and depth, whole or broken, up to its limits.
 * Knows what a part is by its type; what it says is for report.h.
 */
#include "gateway/base/mime/fields.h"

/* What lies deeper, beyond so many parts, or beyond so many bytes of one part is not looked at. */
enum { PART_DEPTH = 8, PARTS_MAX = 64, PART_SIZE_MAX = 256 << 10 };

enum part_kind {
	PART_TEXT,     /* words for people */
	PART_HTML,     /* the same in HTML, as plain text */
	PART_STATUS,   /* message/delivery-status (RFC 3464, RFC 6533) */
	PART_FEEDBACK, /* message/feedback-report (RFC 5965) */
	PART_RETURNED  /* the message that it is about, or its head */
};

struct part {
	enum part_kind kind;
	const char *text; /* UTF-8, lines with LF */
};
struct parts_found {
	const struct fields *head; /* of the message */
	struct part *all;
	size_t count;
};

/* All parts of a message of UTF-8 or any other bytes without NUL, lines with LF.  Belongs to owner. */
struct parts_found *part_walk(void *owner, const char *message);
