#pragma once
/*
 * inbox_request - an inbox item as its signature and its activity say it.
 */
#include "gateway/fediverse/inbox/inbox_item.h"
#include "gateway/fediverse/remote/activity.h"

struct inbox_request {
	struct inbox_item *item;
	struct signature *signature;
	struct activity *activity;
};

/* Takes item over.  Belongs to owner; signature and activity are not read yet. */
struct inbox_request *inbox_request_new(void *owner, struct inbox_item *item);
/* Reads both; false with ERROR_INVALID when the item cannot be processed. */
bool inbox_request_read(struct inbox_request *request, struct error *err);
