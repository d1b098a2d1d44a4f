#include "gateway/inbound/answer.h"
#include "feeds/clean/clean_reply.h"
#include "feeds/mail/mail_html.h"
#include "feeds/mail/mail_message.h"
#include "feeds/mail/mail_post.h"
#include "feeds/mail/mail_text.h"
#include "gateway/archive/mail/list_address.h"
#include "gateway/archive/rendering/plain.h"
#include "gateway/archive/store/archive.h"
#include "gateway/base/address/mailbox.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/encode.h"
#include "gateway/base/text/text.h"
#include "subscribers/bounce/bounce_token.h"
#include "subscribers/ledger/ledger.h"
#include "subscribers/people/subscriber.h"
#include <string.h>

/* So many messages that it names are looked for, the last ones; so many bytes of HTML are read where there is no plain text. */
enum { TOKENS_MAX = 8, HTML_READ = 256 << 10 };

struct answer {
	const char **tokens; /* of letters, the likeliest first */
	size_t token_count;
	struct reply reply;
};

/* --- which letter it is about --- */

static void add_token(struct answer *a, const char *text)
{
	char *token = a->token_count < TOKENS_MAX ? bounce_token_in(a, text) : NULL;
	if (token)
		*mem_push(a, a->tokens, a->token_count) = token;
}

static void find_tokens(struct answer *a, const struct publication *p, const struct mail_in *m, const struct mail_message *message)
{
	struct list_address to;
	if (list_address_read(a, m->recipient, &to) && to.command == LIST_REPLY)
		add_token(a, to.token);
	for (size_t i = message->reference_count; i > 0; i--) {
		const char *id = message->references[i - 1], *at = strrchr(id, '@');
		if (at && text_same(at + 1, mailbox_domain(p->mail_from)))
			add_token(a, id);
	}
}

/* --- what it says --- */

/* Until one that was sent on within it: that is another's. */
static void write_sections(FILE *out, void *scratch, const struct mail_message *message)
{
	struct mail_pictures none = { mem_array(scratch, bool, message->file_count + 1), 0 };
	size_t left = CLEAN_REPLY_CUT;
	for (size_t i = 0; left && i < message->section_count && !message->sections[i].author; i++) {
		const struct mail_section *s = &message->sections[i];
		char *text = s->text ? text_cut(scratch, s->text, left) : NULL;
		if (text)
			mail_text_html(out, &(struct mail_text){ text, s->flowed, s->delsp });
		else if (s->html && !s->covered)
			mail_html_write(out, message, mem_ndup(scratch, s->html, strnlen(s->html, HTML_READ)), &none);
		size_t n = text ? text_length(text) : s->html ? left : 0;
		left -= n < left ? n : left;
	}
}

/* html without this address, however large its letters are: many write it below what they say. */
static char *without_address(void *owner, const char *html, const char *address)
{
	struct document *d = document_new(NULL);
	FILE *out = document_out(d);
	/* In HTML another spelling would stand for such a sign. */
	for (const char *at; !strpbrk(address, "\"<>&") && (at = strcasestr(html, address)); html = at + strlen(address)) {
		fwrite(html, 1, (size_t)(at - html), out);
		fputs("…", out);
	}
	fputs(html, out);
	return document_finish(d, owner);
}

static char *content_of(void *owner, const struct publication *p, const struct mail_message *message, const char *from)
{
	void *scratch = talloc_new(NULL);
	struct document *d = document_new(scratch);
	write_sections(document_out(d), scratch, message);
	char *clean = clean_reply_html(scratch, document_text(d, NULL), p->url), *content = NULL;
	if (!text_blank(plain_line(scratch, clean)))
		content = without_address(owner, clean, from);
	talloc_free(scratch);
	return content;
}

/* Does the sign change how the signs around it are read, and is itself not seen?  U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069 say where text begins. */
static bool is_hidden(uint32_t c)
{
	return (text_unseen(c) && c != ' ') || c == 0x61C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F);
}

/* What is shown of a name: on one line, and no address. */
static char *public_name(void *owner, const char *name)
{
	struct document *d = document_new(NULL);
	for (const char *s = name, *next = name; *s; s = next)
		if (!is_hidden(text_next(&next)))
			fwrite(s, 1, (size_t)(next - s), document_out(d));
	char *clean = text_squeeze(owner, document_text(d, NULL));
	talloc_free(d);
	return strchr(clean, '@') || strstr(clean, "://") ? mem_dup(owner, "") : clean;
}

/* The id is the sender's word: with their address in it, it is nobody else's. */
static char *object_of(void *owner, const struct mail_message *message, const char *folded)
{
	char *said = mail_post_guid(NULL, message), *all = mem_printf(said, "%s\n%s", folded, said);
	char *object = mem_printf(owner, "mail:%s", encode_sha256_hex(said, all, strlen(all)));
	talloc_free(said);
	return object;
}

static void describe(struct answer *a, const struct publication *p, const struct mail_in *m, const struct letter_in *letter, const struct mail_message *message)
{
	char *folded = mailbox_fold(a, letter->from);
	a->reply = (struct reply){
		.publication = p->id, .kind = REPLY_REPLY, .left_out = (int64_t)message->file_count, .actor = mem_printf(a, "mailto:%s", folded), .host = "",
		.name = public_name(a, letter->name), .handle = letter->from, .object = object_of(a, message, folded),
		.content = content_of(a, p, message, letter->from), .attachments = "[]", .published = m->received, .received = m->received,
	};
}

struct answer *answer_read(void *owner, const struct publication *p, const struct mail_in *m, const struct letter_in *letter)
{
	struct answer *a = mem_new(owner, struct answer);
	void *scratch = talloc_new(NULL);
	find_tokens(a, p, m, mail_message_head(scratch, m->message, m->size));
	/* Most of what is no answer has no token, and need not be read. */
	if (a->token_count && letter->from)
		describe(a, p, m, letter, mail_message_read(scratch, m->message, m->size));
	talloc_free(scratch);
	if (a->reply.content)
		return a;
	talloc_free(a);
	return NULL;
}

const struct reply *answer_reply(const struct answer *answer) { return &answer->reply; }

/* --- whose it is --- */

/* The letter that the first genuine token names; NULL without a fault when none is. */
static struct bounce_origin *find_letter(void *owner, struct db *db, const struct publication *p, const struct answer *a, bool *fine, struct error *err)
{
	struct bounce_origin *origin = NULL;
	*fine = true;
	for (size_t i = 0; *fine && !origin && i < a->token_count; i++) {
		struct error why = { 0 };
		origin = bounce_token_find(owner, db, a->tokens[i], true, &why);
		*fine = origin || why.kind == ERROR_NOT_FOUND || (*err = why, false);
	}
	return origin && origin->publication == p->id ? origin : NULL;
}

/* The post of that letter, if it has a page; else 0. */
static bool find_post(struct db *db, const struct bounce_origin *origin, int64_t *entry, struct error *err)
{
	*entry = 0;
	return db_get_int(db, "SELECT coalesce(max(e.id), 0) FROM issue i JOIN entry e ON e.id = i.entry WHERE i.id = $1 AND i.kind = $2 AND e.state = $3",
	                  DB_ARGS(db_int(origin->issue), db_int(ISSUE_ENTRY), db_int(ENTRY_LIVE)), entry, err);
}

/* The confirmed address of its author, if they are the reader to whom the letter went, at this address or at another one of theirs; else 0. */
static bool find_author(void *scratch, struct db *db, const struct answer *a, const struct bounce_origin *origin, int64_t *address, struct error *err)
{
	struct error why = { 0 };
	struct address *from = address_find(scratch, db, origin->publication, ADDRESS_MAIL, a->reply.handle, &why);
	struct address *to = from ? address_get(scratch, db, origin->address, &why) : NULL;
	*address = to && from->state == ADDRESS_CONFIRMED && from->subscriber == to->subscriber ? from->id : 0;
	if (to || why.kind == ERROR_NOT_FOUND || why.kind == ERROR_INVALID)
		return true;
	*err = why;
	return false;
}

static bool keep(struct db *db, const struct answer *a, enum answer_outcome *outcome, struct error *err)
{
	enum reply_outcome kept = REPLY_KNOWN;
	if (!reply_store(db, &a->reply, &kept, err))
		return false;
	*outcome = kept == REPLY_STORED ? ANSWER_HELD : kept == REPLY_TOO_MANY ? ANSWER_TOO_MANY : kept == REPLY_FULL ? ANSWER_FOR_OWNER : ANSWER_KNOWN;
	return true;
}

bool answer_store(struct db *db, const struct publication *p, struct answer *a, enum answer_outcome *outcome, struct error *err)
{
	bool fine;
	void *scratch = talloc_new(NULL);
	struct bounce_origin *origin = find_letter(scratch, db, p, a, &fine, err);
	*outcome = ANSWER_FOR_OWNER;
	a->reply.entry = a->reply.address = 0;
	if (origin)
		fine = find_post(db, origin, &a->reply.entry, err) && find_author(scratch, db, a, origin, &a->reply.address, err);
	if (fine && a->reply.entry && a->reply.address)
		fine = keep(db, a, outcome, err);
	talloc_free(scratch);
	return fine;
}
