#include "feeds/ingest/ingest.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/role/holder.h"
#include "gateway/base/system/clock.h"

enum { PARALLEL = 32 };

struct ingest *ingest_new(void *owner, struct db *db, const struct config *config, struct error *err)
{
	struct ingest *in = mem_new(owner, struct ingest);
	in->db = db;
	in->config = config;
	in->holder = holder_self(in);
	in->hosts = hosts_new(in, config->host_seconds * CLOCK_SECOND, config->allow_networks);
	in->client = http_client_new(in, &(struct http_options){ .allow_networks = config->allow_networks, .ca_file = config->ca_file, .parallel = PARALLEL }, err);
	if (in->client)
		return in;
	talloc_free(in);
	return NULL;
}
