#pragma once
/*
 * fixture - a database with a publication in it, for the tests of the stores.
 *
 * In memory; or, when TEST_DATABASE is a URL of PostgreSQL, a new schema there (tests/run starts a cluster for that).
 */
#include "gateway/archive/store/archive.h"
#include "gateway/archive/store/publication.h"
#include "gateway/base/db/db.h"
#include "gateway/base/memory/mem.h"
#include "tap.h"
#include <stdlib.h>
#include <unistd.h>

static inline void fixture_must(bool fine, const struct error *err)
{
	if (fine)
		return;
	printf("Bail out! %s\n", err->text);
	exit(1);
}

static inline struct db *fixture_db(void *owner)
{
	struct error err = { 0 };
	static int count;
	const char *url = getenv("TEST_DATABASE");
	struct db *db = db_open(owner, url ? url : ":memory:", &err);
	if (db && url) {
		const char *schema = talloc_asprintf(db, "test_%d_%d", (int)getpid(), ++count);
		fixture_must(db_run(db, talloc_asprintf(db, "CREATE SCHEMA %s", schema), DB_NONE, &err) &&
		             db_run(db, talloc_asprintf(db, "SET search_path TO %s", schema), DB_NONE, &err), &err);
	}
	fixture_must(db && db_migrate(db, "gateway/archive/schema/", &err), &err);
	return db;
}

static inline struct publication *fixture_publication(void *owner, struct db *db, const char *url, enum publication_gate gate, int64_t number)
{
	struct error err = { 0 };
	int64_t id;
	struct publication_new with = { .url = url, .name = "The Lamp Room", .handle = "lamp", .gate = gate, .gate_number = number };
	fixture_must(publication_add(db, &with, &id, &err), &err);
	struct publication *p = publication_by_id(owner, db, id, &err);
	fixture_must(p, &err);
	return p;
}

/* Stores a post with this guid and content; returns its id. */
static inline int64_t fixture_post(struct db *db, int64_t publication, const char *guid, const char *content, int64_t published, bool announce)
{
	struct error err = { 0 };
	struct entry e = { .guid = guid, .title = guid, .content = content, .published = published };
	const char *key = talloc_asprintf(db, "guid:%s", guid);
	struct archive_post post = { .publication = publication, .entry = &e, .keys = (const char *const[]){ key, NULL }, .hash = content, .announce = announce };
	int64_t id;
	fixture_must(archive_store(db, &post, NULL, &id, &err), &err);
	return id;
}
