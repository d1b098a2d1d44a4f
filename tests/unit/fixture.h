#pragma once
/*
 * fixture - a database with a publication in it, for the tests of the stores.
 *
 * In memory; or, when TEST_DATABASE is a URL of PostgreSQL, a new schema there (tests/run starts a cluster for that).  With
 * TEST_DATABASES, such a URL with %s for the name of a database, a database that is copied from one which has all migrations; TEST_DATABASE
 * then becomes the URL of that.
 */
#include "gateway/archive/store/archive.h"
#include "gateway/archive/store/publication.h"
#include "gateway/base/db/db.h"
#include "gateway/base/memory/mem.h"
#include "tap.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static inline void fixture_must(bool fine, const struct error *err)
{
	if (fine)
		return;
	printf("Bail out! %s\n", err->text);
	exit(1);
}

/* pattern with name in the place of "%s". */
static inline char *fixture_url(void *owner, const char *pattern, const char *name)
{
	const char *place = strstr(pattern, "%s");
	return talloc_asprintf(owner, "%.*s%s%s", (int)(place - pattern), pattern, name, place + 2);
}

/* CREATE DATABASE, from the template when one is named. */
static inline bool fixture_create(struct db *server, const char *name, const char *template_name, struct error *err)
{
	return db_run(server, talloc_asprintf(server, "CREATE DATABASE %s%s%s", name, template_name ? " TEMPLATE " : "", template_name ? template_name : ""), DB_NONE, err);
}

static inline struct db *fixture_copy(void *owner, const char *pattern)
{
	struct error err = { 0 };
	static int count;
	void *scratch = talloc_new(NULL);
	struct db *server = db_open(scratch, fixture_url(scratch, pattern, "postgres"), &err);
	fixture_must(server, &err);
	const char *name = talloc_asprintf(scratch, "test_%d_%d", (int)getpid(), ++count), *url = fixture_url(scratch, pattern, name);
	if (!fixture_create(server, name, "fixture", &err)) {
		fixture_must(fixture_create(server, "fixture", NULL, &err), &err);
		struct db *model = db_open(scratch, fixture_url(scratch, pattern, "fixture"), &err);
		fixture_must(model && db_migrate(model, "gateway/archive/schema/", &err), &err);
		talloc_free(model);
		fixture_must(fixture_create(server, name, "fixture", &err), &err);
	}
	setenv("TEST_DATABASE", url, 1);
	struct db *db = db_open(owner, url, &err);
	fixture_must(db, &err);
	talloc_free(scratch);
	return db;
}

static inline struct db *fixture_db(void *owner)
{
	struct error err = { 0 };
	static int count;
	const char *url = getenv("TEST_DATABASE"), *pattern = getenv("TEST_DATABASES");
	if (pattern)
		return fixture_copy(owner, pattern);
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
	struct publication_new with = { .url = url, .name = "The Lamp Room", .handle = "lamp", .time_zone = "UTC", .gate = gate, .gate_number = number };
	fixture_must(publication_add(db, &with, &id, &err), &err);
	struct publication *p = publication_by_id(owner, db, id, &err);
	fixture_must(p, &err);
	return p;
}

/* What a statement without parameters counts. */
static inline int64_t fixture_number(struct db *db, const char *sql)
{
	struct error err = { 0 };
	int64_t n = -1;
	fixture_must(db_get_int(db, sql, DB_NONE, &n, &err), &err);
	return n;
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
