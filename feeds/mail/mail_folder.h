#pragma once
/*
 * mail_folder - the messages in an mbox file or a Maildir.
 *
 * An mbox is read in all four dialects.  A line "From ..." begins a message when
 * it has a time and a header field follows, so that no sentence of a text does
 * (mboxo and mboxrd quote these, others forgot).  Where a Content-Length leads to the
 * next such line or the end, it is believed (mboxcl, mboxcl2).  A file in which
 * a length covers an unquoted "From " is an mboxcl2: nothing in it is unquoted.
 * In all others one ">" is taken from lines ">From ".
 */
#include "gateway/base/text/error.h"
#include <stddef.h>
#include <stdint.h>

struct mail_folder {
	struct mail_folder_item *items;
	size_t count;
	bool quoted;        /* of an mbox: lines are unquoted */
	int fd;             /* the file, or the folder */
	bool maildir;
};
struct mail_folder_item {
	int64_t at, size;   /* in the file; of a Maildir's file, its size */
	const char *name;   /* of a Maildir's file, "cur/NAME" */
};

/* Messages beyond this number are not read. */
enum { MAIL_FOLDER_MAX = 1000000 };

/* Does the beginning of a file look like an mbox? */
bool mail_folder_is_mbox(const char *head);
/* A folder with "new" or "cur" in it? */
bool mail_folder_is_maildir(const char *path);
/* ERROR_NOT_FOUND: it cannot be opened. */
struct mail_folder *mail_folder_open(void *owner, const char *path, struct error *err);
/* The bytes of message i, at most most of them; NULL when it is not there any more.  Belongs to owner. */
char *mail_folder_read(void *owner, const struct mail_folder *folder, size_t i, size_t most, size_t *size);
