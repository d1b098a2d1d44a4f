#pragma once
/*
 * outbox_page - a page of an outbox whose items are whole.
 *
 * Some servers write the items of an outbox, or the posts in them, as ids
 * alone.  What has the actor's origin is requested, signed, several at once;
 * that it is the actor's, the reader of the page checks.  Blocks until all answers are
 * there, so it is for commands.
 */
#include "gateway/archive/store/publication.h"
#include "gateway/fediverse/remote/signed_transport.h"

/*
 * page as if its server had written the items whole; page itself when there is nothing to be done.  Belongs to owner.  At most *left requests are sent,
 * which is lowered by their number; *unread grows by the number of the items that could not be read.  transport must be idle.
 */
const struct http_response *outbox_page_whole(void *owner, struct signed_transport *transport, const struct publication *p, const struct http_response *page,
                                              int64_t *left, int64_t *unread);
