/* What another server posts, and the documents that we fetch from it. */
#include "gateway/base/memory/mem.h"
#include "gateway/fediverse/remote/activity.h"
#include "gateway/fediverse/remote/remote_actor.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	void *t = talloc_new(NULL);
	struct error err;
	char *next;
	activity_read(t, data, size, &err);
	json_t *document = jsonld_read(t, data, size, &err);
	if (document) {
		remote_actor_read(t, document, "https://a.example/u", "https://a.example/u#k", &next, &err);
		remote_actor_read(t, document, "https://a.example/u", NULL, &next, &err);
	}
	talloc_free(t);
	return 0;
}
