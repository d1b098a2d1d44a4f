#pragma once
/*
 * import_packed - exports of several files.  For import_*.c only.
 */
#include "feeds/import/import.h"
#include "gateway/base/memory/buf.h"

/* A table of posts is smaller. */
#define IMPORT_TABLE_SIZE (64u << 20)

/* table: posts.csv; the texts are beside it in im->path. */
bool import_substack_open(struct import *im, const struct buf *table, struct error *err);
