#pragma once
/*
 * letter - the content of a letter: rendered once per issue, personalised per address.
 *
 * Entries become letters through the gate as a subscriber sees them.
 * Notices (confirm, sign in) are letters to one address.  Knows nothing of
 * MIME or SMTP.
 */
#include "gateway/archive/store/entry.h"
#include "gateway/archive/store/notice.h"
#include "gateway/archive/store/publication.h"
#include "gateway/base/template/template.h"
#include "smtp/message/message.h"
#include "subscribers/proof/proof.h"

/* The HTML part stays below this, so that Gmail does not clip it and hide the unsubscribe link (its limit is near 102 KB).
 * The text part is always whole. */
#define LETTER_HTML_MAX 90000

struct letter {
	const char *subject;
	const char *html, *text; /* with placeholders for what differs by address: letter_values */
	const char *archived_at; /* URL of the entry's page, or NULL */
};

/* What differs from one address to the next. */
struct letter_reader {
	const char *address;
	const char *unsubscribe; /* URL of the unsubscribe link */
	int64_t since;           /* when they subscribed */
};

/* Loads the templates; NULL with err when one has a mistake. */
struct template_set *letter_templates(void *owner, struct error *err);
/* entry as gate_show gave it to a subscriber.  Belongs to owner. */
struct letter *letter_of_entry(void *owner, const struct template_set *templates, const struct publication *p, const struct entry *entry,
                               struct error *err);
/* The letter that carries a proof: its link, its code. */
struct letter *letter_of_proof(void *owner, const struct template_set *templates, const struct publication *p, const struct proof *proof,
                               struct error *err);
/* The letter that carries a notice to an owner. */
struct letter *letter_of_notice(void *owner, const struct template_set *templates, const struct publication *p, const struct notice *notice,
                                struct error *err);
/* The values of the placeholders for one reader; belongs to owner, but the strings of reader are not copied. */
const struct message_value *letter_values(void *owner, const struct letter_reader *reader);
