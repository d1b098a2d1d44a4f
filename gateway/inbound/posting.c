#include "gateway/inbound/posting.h"
#include "feeds/ingest/ingest_letter.h"
#include "gateway/archive/mail/list_address.h"
#include "gateway/archive/store/notice.h"
#include "gateway/base/address/mailbox.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/secret/token.h"
#include "gateway/base/text/text.h"
#include <stdlib.h>
#include <string.h>

#define PURPOSE "publish"

struct posting {
	const struct letter_in *letter;
	struct ingest_letter *draft;
};

bool posting_is(const struct publication *p, const struct letter_in *l)
{
	const char *owner = *p->owner_mail ? p->owner_mail : p->mail_from;
	void *t = talloc_new(NULL);
	char *normal = mailbox_normalise(t, owner);
	bool is = l->from && normal && strcmp(mailbox_fold(t, l->from), mailbox_fold(t, normal)) == 0;
	talloc_free(t);
	return is;
}

/* Without what mail programs put below: the line "-- ", and what follows it. */
static char *body_of(void *owner, const char *text)
{
	const char *signature = strncmp(text, "-- \n", 4) == 0 ? text : strstr(text, "\n-- \n");
	return text_trim(owner, signature ? mem_ndup(owner, text, (size_t)(signature - text)) : text);
}

struct posting *posting_read(void *owner, const struct publication *p, const struct letter_in *l, struct error *err)
{
	struct posting *posting = mem_new(owner, struct posting);
	char *body = body_of(posting, l->text);
	posting->letter = l;
	if (*body) {
		char *file = mem_printf(posting, "---\nsubject: %s\n---\n%s\n", *l->subject ? l->subject : p->name, body);
		posting->draft = ingest_letter_read(posting, p, "the message", file, strlen(file), err);
	} else {
		error_set(err, ERROR_INVALID, "it has no text");
	}
	if (posting->draft)
		return posting;
	talloc_free(posting);
	return NULL;
}

static bool tell_owner(struct db *db, const struct publication *p, const struct posting *posting, const char *domain, int64_t id, struct error *err)
{
	void *t = talloc_new(NULL);
	char *token = token_sign(t, p->secret, PURPOSE, mem_printf(t, "%lld", (long long)id));
	char *text = mem_printf(t, "A message from your address is a draft now, and goes to nobody yet.\n\nTo send it to all readers, send any message to:\n\n%s\n\n"
	                           "Or look at it first: 'pennypost letter preview %lld', then 'pennypost letter send %lld'.\n\nIf you have not written it, do nothing: anybody can "
	                           "write your address into a message. 'pennypost letter cancel %lld' deletes it.",
	                        list_address(t, p, domain, LIST_PUBLISH, token), (long long)id, (long long)id, (long long)id);
	char *subject = mem_printf(t, "a draft waits for your word: %s", posting->draft->letter.subject);
	bool fine = notice_post(db, &(struct notice){ .publication = p->id, .subject = subject, .text = text }, err);
	talloc_free(t);
	return fine;
}

bool posting_store(struct db *db, const struct publication *p, const struct posting *posting, const struct config *config, struct error *err)
{
	int64_t id;
	return ingest_letter_store(db, p, posting->draft, (int64_t)config->picture_megabytes << 20, &id, err) &&
	       tell_owner(db, p, posting, config->inbound.domain, id, err);
}

bool posting_send(struct db *db, const struct publication *p, const char *token, struct error *err)
{
	char *payload = token_verify(NULL, p->secret, PURPOSE, token);
	int64_t id = payload ? strtoll(payload, NULL, 10) : 0;
	talloc_free(payload);
	struct archive_letter *l = archive_letter_get(NULL, db, id, err);
	if (!l)
		return false;
	bool ours = l->publication == p->id;
	talloc_free(l);
	return (ours || error_set(err, ERROR_NOT_FOUND, "that draft is not there")) && archive_letter_send(db, id, 0, err);
}
