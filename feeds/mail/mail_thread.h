#pragma once
/*
 * mail_thread - which messages belong together.
 *
 * A message belongs to what it names in References or In-Reply-To, also when that is
 * not here itself: all that answer it are one thread.  A "Re:" that names
 * nothing belongs to the last thread of that subject, if that is not
 * older than a few weeks: programs leave ids out, and lists rewrite them.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of one thread; what follows is another. */
enum { MAIL_THREAD_MAX = 200 };

struct mail_thread_head {
	const char *id;          /* or NULL */
	const char **references; /* the oldest first */
	size_t reference_count;
	const char *subject;     /* without marks of a reply */
	bool reply;              /* it had such a mark */
	int64_t date;
	size_t at;               /* the caller's number of it */
};

struct mail_thread {
	size_t *at;              /* of its messages, the oldest first */
	size_t count;
	int64_t date;            /* of the oldest */
};

/* The threads of all, oldest first, an array of owner's.  Of messages with one id only the first counts; *twice is how many were left out. */
struct mail_thread *mail_threads(void *owner, const struct mail_thread_head *heads, size_t count, size_t *thread_count, size_t *twice);
