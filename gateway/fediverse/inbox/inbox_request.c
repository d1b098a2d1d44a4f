#include "gateway/fediverse/inbox/inbox_request.h"
#include "gateway/base/memory/mem.h"

struct inbox_request *inbox_request_new(void *owner, struct inbox_item *item)
{
	struct inbox_request *request = mem_new(owner, struct inbox_request);
	request->item = talloc_steal(request, item);
	return request;
}

bool inbox_request_read(struct inbox_request *request, struct error *err)
{
	const struct inbox_item *item = request->item;
	request->signature = signature_read(request, &item->message, err);
	/* Checked as of the time of receipt: since then the signature may have expired. */
	if (request->signature && signature_check(request->signature, &item->message, item->received, err)) {
		request->item->signed_at = signature_time(request->signature, &item->message);
		request->activity = activity_read(request, item->message.body, item->message.body_size, err);
	}
	return request->activity != NULL;
}
