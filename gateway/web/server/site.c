#include "gateway/web/server/site.h"
#include "gateway/base/memory/mem.h"
#include <string.h>

enum { KEPT = 64 };

struct known {
	char *host; /* as it was asked for */
	struct site site;
	int64_t seen; /* db_version of its versions */
};

struct sites {
	struct db *db;
	struct known *known[KEPT];
	size_t next; /* to be replaced */
	struct site nobody;
};

struct sites *sites_new(void *owner, struct db *db)
{
	struct sites *s = mem_new(owner, struct sites);
	s->db = db;
	return s;
}

static struct known **find(struct sites *s, const char *host)
{
	for (size_t i = 0; i < KEPT; i++)
		if (s->known[i] && strcmp(s->known[i]->host, host) == 0)
			return &s->known[i];
	return NULL;
}

/* What is read after the versions may be newer than they say, never older; so the publication is read again. */
static bool load(struct sites *s, struct known *k, struct error *err)
{
	k->seen = db_version(s->db);
	struct publication *found = publication_by_host(k, s->db, k->host, err);
	if (!found || !tally_versions(s->db, found->id, &k->site.versions, err))
		return false;
	k->site.publication = publication_by_id(k, s->db, found->id, err);
	talloc_free(found);
	return k->site.publication;
}

/* False when k can no longer be used. */
static bool refresh(struct sites *s, struct known *k, struct error *err)
{
	struct tally_versions fresh;
	int64_t now = db_version(s->db);
	if (now == k->seen)
		return true;
	if (!tally_versions(s->db, k->site.publication->id, &fresh, err) || fresh.publication != k->site.versions.publication)
		return false;
	k->site.versions = fresh;
	k->seen = now;
	return true;
}

const struct site *site_of(struct sites *s, const char *host, struct error *err)
{
	struct known **had = find(s, host);
	if (had && refresh(s, *had, err))
		return &(*had)->site;
	if (had)
		TALLOC_FREE(*had);
	struct known *k = mem_new(s, struct known);
	k->host = mem_dup(k, host);
	if (!load(s, k, err)) {
		talloc_free(k);
		return err->kind == ERROR_NOT_FOUND ? &s->nobody : NULL;
	}
	struct known **at = had ? had : &s->known[s->next++ % KEPT];
	talloc_free(*at);
	*at = k;
	return &k->site;
}
