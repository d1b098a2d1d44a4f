#pragma once
/*
 * message - a letter as bytes: RFC 5322 headers, MIME, CRLF.
 *
 * multipart/alternative, the text part first.  Every header stands once, no
 * line is longer than 998 octets, and no value can smuggle in another
 * header: line ends in values become spaces.  The same message gives the
 * same bytes.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct message {
	const char *from, *from_name;  /* name may be NULL */
	const char *to;
	const char *reply_to;          /* or NULL */
	const char *subject;
	const char *id;                /* Message-ID without its angle brackets */
	int64_t date;
	const char *list_id;           /* "tides.news.example.org", or NULL for no list headers at all */
	const char *list_name;
	const char *unsubscribe;       /* https URL, for List-Unsubscribe with one-click */
	const char *archive;           /* URL, or NULL */
	const char *archived_at;       /* URL of this post (RFC 5064), or NULL */
	const char *help;              /* URL, or NULL */
	const char *feedback_id;       /* or NULL */
	const char *language;          /* or NULL */
	bool automatic;                /* Auto-Submitted: auto-generated, for letters that a form asked for */
	const char *text, *html;       /* UTF-8 */
};

/* The whole message; *size without the NUL behind it.  Belongs to owner. */
char *message_compose(void *owner, const struct message *m, size_t *size);
