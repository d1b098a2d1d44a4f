#pragma once
/*
 * autoreply - automatic answers of people's mailboxes: out of office, vacation, "we got your message" (RFC 3834).
 */
#include "gateway/base/mime/fields.h"
#include <stdbool.h>

/* Is the message with this head such an answer?  Reports of delivery, which may carry the same fields, must have been told from it. */
bool autoreply_is(const struct fields *head);
