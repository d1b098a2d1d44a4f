#pragma once
/*
 * mail_post - a mail, or a thread of mails, as one post.
 *
 * A thread is one entry: what began it, then each answer in the order of time
 * behind a line that says who wrote it and when.  An archive with an entry for
 * each answer would be a list of "Re: Re:", whose answers say nothing without
 * each other; in one page they read as the conversation that they were, and are
 * found by the same search.  The order of time is that in which the writers read
 * each other; a tree of answers is as deep as some programs make it.
 *
 * Addresses of authors are left out: whoever wrote to a list or a reader did not
 * publish it on the web.
 */
#include "feeds/mail/mail_message.h"
#include "feeds/parse/feed.h"
#include "feeds/vocabulary/record.h"
#include <stdio.h>

/* Bytes of pictures within one post. */
#define MAIL_POST_PICTURES (8u << 20)

/* "mid:ID" (RFC 2392); of a message without an id, a hash of what it says of itself.  Belongs to owner. */
char *mail_post_guid(void *owner, const struct mail_message *m);
/* The subject without marks of a reply and the list's name; prefix: what stands in brackets before it, or NULL: as the message says.
 * Belongs to owner; NULL when nothing is left. */
char *mail_post_title(void *owner, const struct mail_message *m, const char *prefix);
/* Guid, title, author, date, language, page elsewhere. */
void mail_post_describe(struct record *r, const struct mail_message *m, const char *prefix);
/* The body as HTML, with its pictures as "data:" and the names of its files.  *room is how much pictures may take. */
void mail_post_body(FILE *out, const struct mail_message *m, size_t *room);
/* The same as an answer in a thread. */
void mail_post_answer(FILE *out, const struct mail_message *m, size_t *room);
/* A mail as a feed of one entry, which has the value "unauthenticated" when it is not what policy (mail_authentication.h; NULL: none) asks
 * for.  Belongs to owner; NULL with ERROR_INVALID when it is none that is posted. */
struct feed *mail_post_feed(void *owner, const char *data, size_t size, const char *policy, struct error *err);
