#pragma once
/*
 * import_kind - what the kinds of export share.  Included by import*.c only.
 */
#include "feeds/import/import.h"
#include "feeds/vocabulary/record.h"
#include <jansson.h>

struct import_head {
	const char *data; /* the first bytes; NUL-terminated */
	size_t size;
};

struct import_kind {
	const char *name; /* as in struct import */
	bool (*is)(const struct import_head *head);
	/* Fills im->state, which im owns, and im->read. */
	bool (*open)(struct import *im, struct error *err);
};

/* A feed to put posts into, and what must be done before it is handed out. */
struct feed *import_batch(struct import *im);
void import_settle(const struct import *im, struct feed *batch);
/* One post more, with its slug (or NULL) and whether it is for subscribers only. */
struct record *import_add(struct feed *feed, const char *slug, bool gated);
/* One post less, counted under these words. */
void import_skip(struct import *im, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void import_set_title(struct record *r, const char *title);
void import_set_html(struct record *r, char *html);
void import_set_date(struct record_date *into, void *owner, const char *text);
/* False, with the words for it, unless settings name the blog's address. */
bool import_needs_site(const struct import *im, struct error *err);

bool import_wxr_is(const struct import_head *head);
bool import_wxr_open(struct import *im, struct error *err);
bool import_packed_is(const struct import_head *head);
bool import_packed_open(struct import *im, struct error *err);
bool import_feed_open(struct import *im, struct error *err);
bool import_json_is(const struct import_head *head);
bool import_json_open(struct import *im, struct error *err);
/* JSON is read whole before it can be told whose it is.  root belongs to im. */
bool import_ghost_is(const json_t *root);
bool import_ghost_open(struct import *im, json_t *root, struct error *err);
bool import_outbox_is(const json_t *root);
bool import_outbox_open(struct import *im, json_t *root, struct error *err);
/* Keeps root for im, and lets go of it with im. */
void import_keep(struct import *im, json_t *root);
