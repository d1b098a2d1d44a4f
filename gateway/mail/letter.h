#pragma once
/*
 * letter - the content of a letter: rendered once per issue and tier, personalised per address.
 *
 * Entries become letters through the gate as their reader sees them, several at once in digest.h; one whose rest is for supporters says so.
 * Notices (confirm, sign in) are letters to one address.  Knows nothing of
 * MIME or SMTP.
 */
#include "gateway/archive/store/archive_letter.h"
#include "gateway/archive/store/notice.h"
#include "gateway/archive/store/publication.h"
#include "gateway/base/template/template.h"
#include "smtp/message/message.h"
#include "subscribers/proof/proof.h"

/* The HTML part stays below this, so that Gmail does not clip it and hide the unsubscribe link (its limit is near 102 KB).
 * The text part is always whole. */
#define LETTER_HTML_MAX 80000

struct letter {
	const char *subject;
	const char *html, *text; /* with placeholders for what differs by address: letter_values */
	bool cut;                /* the HTML part has not all of the text */
	const char *archived_at; /* URL of the entry's page, or NULL */
	const char *asked_from;  /* network address whose form made us write to somebody who may not have asked; or NULL */
};

/* What differs from one address to the next. */
struct letter_reader {
	const char *address;
	const char *unsubscribe; /* URL of the unsubscribe link */
	const char *read;        /* URL that opens the letter in a browser */
	const char *preferences; /* URL of the page where they change how often letters come */
	const char *since;       /* the day on which they subscribed, "25 November 2026" */
};

/* Loads the templates; those in folder (or NULL) take the place of ours.  NULL with err when one has a mistake, or makes letters without what they
 * must have: their text, the way out, a proof's link and code. */
struct template_set *letter_templates(void *owner, const char *folder, struct error *err);
/* entry as gate_show gave it to its reader; own: what its author said of it as a letter, or NULL.  Belongs to owner. */
struct letter *letter_of_entry(void *owner, const struct template_set *templates, const struct publication *p, const struct entry *entry,
                               const struct archive_letter *own, struct error *err);
/* To a reader whose letters are to go elsewhere: link is where they refuse. */
struct letter *letter_of_move(void *owner, const struct template_set *templates, const struct publication *p, const char *link, struct error *err);
/* The letter that carries a proof: its link, its code. */
struct letter *letter_of_proof(void *owner, const struct template_set *templates, const struct publication *p, const struct proof *proof,
                               struct error *err);
/* The letter that carries a notice to an owner. */
struct letter *letter_of_notice(void *owner, const struct template_set *templates, const struct publication *p, const struct notice *notice,
                                struct error *err);
/* A letter of plain text: its subject, its text, and why one gets it. */
struct letter_words {
	const char *subject, *text, *why;
};
struct letter *letter_of_words(void *owner, const struct template_set *templates, const struct publication *p, const struct letter_words *words, struct error *err);
/* A part as one reader gets it: with the values of its placeholders.  Belongs to owner. */
char *letter_part(void *owner, const char *part, const struct message_value *values, bool html);
/* The values of the placeholders for one reader; belongs to owner, but the strings of reader are not copied. */
const struct message_value *letter_values(void *owner, const struct letter_reader *reader);
