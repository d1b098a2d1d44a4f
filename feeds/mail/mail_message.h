#pragma once
/*
 * mail_message - what one message (RFC 5322, MIME) says: who wrote what, when, to which list, in answer to what.
 *
 * Takes any bytes; what is malformed is read as far as it goes, as mail
 * programs do.  Beyond its limits nothing is looked at, and wrong says so.
 * Text is UTF-8 as it was sent: mail_text.h and mail_html.h make a post of it.
 */
#include "gateway/archive/store/entry.h"

/* Of a whole message; one that is larger is not read. */
#define MAIL_SIZE_MAX (16u << 20)
enum { MAIL_PARTS_MAX = 300, MAIL_DEPTH_MAX = 12, MAIL_REFERENCES_MAX = 100, MAIL_RESULTS_MAX = 20 };

/* A piece of the body: the same in one form or both, one behind the other. */
struct mail_section {
	const char *text;     /* plain text, or NULL */
	bool flowed, delsp;   /* of text: RFC 3676 */
	const char *html;     /* or NULL */
	bool covered;         /* the text of an earlier section stands for it, too */
	const char *subject;  /* it begins a message within this one (a digest, one sent on); else NULL */
	const char *author;   /* of that */
	const char *date;
};

/* A picture, a document: whatever is no text. */
struct mail_file {
	const char *name;     /* "" when it has none */
	const char *type;     /* "image/png" */
	const char *id;       /* its Content-ID without brackets, or "" */
	const char *location; /* its Content-Location, or "" */
	const char *data;
	size_t size;
	bool picture;
};

struct mail_message {
	const char *subject;      /* one line, or "" */
	struct entry_person from; /* of the first author; name and email NULL when it is not said */
	int64_t date;             /* ms; 0: none that can be read */
	const char *date_text;
	const char *id;           /* without brackets; NULL: it has none */
	const char **references;  /* the messages that it answers, oldest first, without brackets */
	size_t reference_count;
	const char *list_id;      /* "tides.lists.example", or "" */
	const char *list_name;    /* the words before it, or "" */
	const char *list_post;    /* the address of a list on which readers write, or "" */
	const char *archived_at;  /* URL of its page elsewhere (RFC 5064), or "" */
	const char *language;     /* or "" */
	bool one_author;          /* one From, with one address */
	const char *sender;       /* the address in From, whoever wrote it by other fields (X-Original-From); NULL: none */
	const char **results;     /* of Authentication-Results, the uppermost first */
	size_t result_count;
	bool automatic;           /* an answer that no person wrote (RFC 3834) */
	struct mail_section *sections;
	size_t section_count;
	struct mail_file *files;
	size_t file_count;
	const char *wrong;        /* the first fault, or NULL */
};

/* Belongs to owner, and needs data no more. */
struct mail_message *mail_message_read(void *owner, const char *data, size_t size);
/* The head alone: no sections, no files. */
struct mail_message *mail_message_head(void *owner, const char *data, size_t size);
/* The first text that it has, in plain text or HTML, or "".  Borrowed. */
const char *mail_message_text(const struct mail_message *m);
