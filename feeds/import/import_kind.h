#pragma once
/*
 * import_kind - what a kind of export is, and what the kinds share.  Included by import_*.c only.
 */
#include "feeds/import/import.h"
#include "feeds/vocabulary/record.h"
#include "gateway/base/memory/buf.h"
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

/* An empty batch. */
struct feed *import_batch_new(struct import *im);
/* Adds a post with its slug (or NULL).  NULL when the batch is full. */
struct record *import_batch_add(struct feed *batch, const char *slug, enum entry_access access);
/* Makes the entries from the records; the last step before read hands the batch out. */
void import_batch_finish(const struct import *im, struct feed *batch);
/* Counts a post that is not imported, under the reason that fmt gives. */
void import_skip(struct import *im, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void import_set_title(struct record *r, const char *title);
/* Takes html over. */
void import_set_html(struct record *r, char *html);
/* Keeps the first date that can be read. */
void import_set_date(struct record_date *into, void *owner, const char *text);
/* False with ERROR_INVALID when the settings do not name the URL of the blog. */
bool import_needs_site(const struct import *im, struct error *err);
/* Takes the reference to root; it is released together with im. */
void import_keep_json(struct import *im, json_t *root);

bool import_wxr_is(const struct import_head *head);
bool import_wxr_open(struct import *im, struct error *err);
bool import_packed_is(const struct import_head *head);
bool import_packed_open(struct import *im, struct error *err);
bool import_json_is(const struct import_head *head);
bool import_json_open(struct import *im, struct error *err);
bool import_mbox_is(const struct import_head *head);
/* An mbox, or the folder of a Maildir. */
bool import_mail_open(struct import *im, struct error *err);
/* Takes every file: what is no feed is an error of import_next. */
bool import_feed_open(struct import *im, struct error *err);

/* Kinds of JSON, which is read as a whole before it can be recognised.  root belongs to im. */
bool import_ghost_is(const json_t *root);
bool import_ghost_open(struct import *im, json_t *root, struct error *err);
bool import_outbox_is(const json_t *root);
/* member: its name in the archive at im->path; NULL: it is a file by itself, beside which others may lie. */
bool import_outbox_open(struct import *im, json_t *root, const char *member, struct error *err);
/* A kind in an archive.  table is its posts.csv; the texts are in other files of the archive at im->path. */
bool import_substack_open(struct import *im, const struct buf *table, struct error *err);
