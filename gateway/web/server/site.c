#include "gateway/web/server/site.h"
#include "gateway/base/memory/mem.h"
#include <string.h>
#include <strings.h>

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
	struct site nobody, gone;
};

struct sites *sites_new(void *owner, struct db *db)
{
	struct sites *s = mem_new(owner, struct sites);
	s->db = db;
	s->gone.gone = true;
	return s;
}

static struct known **find(struct sites *s, const char *host)
{
	for (size_t i = 0; i < KEPT; i++)
		if (s->known[i] && strcmp(s->known[i]->host, host) == 0)
			return &s->known[i];
	return NULL;
}

/* Is this how somebody on the same machine asks, before there is a domain? */
static bool is_local(const char *host)
{
	static const char *const names[] = { "localhost", "127.0.0.1", "[::1]" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		size_t size = strlen(names[i]);
		if (strncasecmp(host, names[i], size) == 0 && (!host[size] || host[size] == ':'))
			return true;
	}
	return false;
}

/* The publication of that host; on the machine itself the first one, when none has that name. */
static struct publication *find_publication(void *owner, struct db *db, const char *host, struct error *err)
{
	struct publication *p = publication_by_host(owner, db, host, err), **all;
	size_t count;
	if (p || err->kind != ERROR_NOT_FOUND || !is_local(host))
		return p;
	if (!publication_all(owner, db, &all, &count, err))
		return NULL;
	return count ? all[0] : (error_set(err, ERROR_NOT_FOUND, "there is no publication"), NULL);
}

/* What is read after the versions may be newer than they say, never older; so the publication is read again. */
static bool load(struct sites *s, struct known *k, struct error *err)
{
	k->seen = db_version(s->db);
	struct publication *found = find_publication(k, s->db, k->host, err);
	if (!found || !tally_versions(s->db, found->id, &k->site.versions, err))
		return false;
	k->site.publication = publication_by_id(k, s->db, found->id, err);
	talloc_free(found);
	if (k->site.publication)
		k->site.former = publication_former(k->site.publication, k->host);
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
		bool was = false, unknown = err->kind == ERROR_NOT_FOUND && publication_was(s->db, host, NULL, &was, err);
		talloc_free(k);
		return !unknown ? NULL : was ? &s->gone : &s->nobody;
	}
	struct known **at = had ? had : &s->known[s->next++ % KEPT];
	talloc_free(*at);
	*at = k;
	return &k->site;
}
