#pragma once
/*
 * message - composes a message: RFC 5322 headers, MIME, CRLF.
 *
 * multipart/alternative, the text part first.  Every header occurs once, no
 * line is longer than 998 octets, and no value can inject another header.  The same message gives the same bytes.
 *
 * A message to many readers is prepared once and completed for each: its text
 * and HTML may have placeholders for what differs, which are the byte
 * MESSAGE_PLACE and a character that names the value.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MESSAGE_PLACE '\x01'

/* An additional header. */
struct message_field {
	const char *name, *value;
};

struct message_value {
	char place;
	const char *text;              /* plain text: in the HTML it is escaped */
};

struct message {
	const char *from, *from_name;  /* name may be NULL */
	const char *subject;
	int64_t date;
	const char *list_id;           /* "tides.news.example.org", or NULL for no list headers at all */
	const char *list_name;
	const char *archive;           /* URL, or NULL */
	const char *archived_at;       /* URL of this post (RFC 5064), or NULL */
	const char *help;              /* URL, or NULL */
	const char *subscribe, *owner; /* of the list: URLs, or NULL */
	const char *feedback_id;       /* or NULL */
	const char *language;          /* or NULL */
	bool automatic;                /* Auto-Submitted: auto-generated, for letters that a form requested */
	const struct message_field *extra; /* ends with a name of NULL; or NULL.  No name may occur twice or be written here already. */
	const char *text, *html;       /* UTF-8; html NULL: the text alone, as text/plain */

	/* what differs by reader */
	const char *to;
	const char *reply_to;          /* or NULL */
	const char *id;                /* Message-ID without its angle brackets */
	const char *in_reply_to;       /* Message-ID of an earlier message to them, without its angle brackets, or NULL */
	const char *unsubscribe;       /* https URL, for List-Unsubscribe with one-click (RFC 8058), or NULL */
	const char *unsubscribe_mail;  /* mailto: URL, or NULL */
	const struct message_value *values; /* ends with a place of 0; or NULL.  A placeholder without a value stays empty. */
};

/* The whole message; *size does not count the NUL at its end.  Belongs to owner.  Without values the text has no placeholders. */
char *message_compose(void *owner, const struct message *m, size_t *size);

struct message_draft;

/* Encodes everything that does not differ by reader; m is not kept.  Belongs to owner. */
struct message_draft *message_prepare(void *owner, const struct message *m);
/* The same bytes as message_compose; reads only what differs by reader from m. */
char *message_complete(void *owner, const struct message_draft *draft, const struct message *m, size_t *size);
