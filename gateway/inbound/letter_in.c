#include "gateway/inbound/letter_in.h"
#include "gateway/base/address/mailbox.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/mime/encoded_word.h"
#include "gateway/base/text/text.h"
#include "smtp/report/addr_spec.h"
#include "smtp/report/autoreply.h"
#include "smtp/report/part.h"
#include <string.h>
#include <strings.h>

/* In characters. */
enum { SUBJECT_MAX = 200, NAME_MAX_LENGTH = 80 };

/* Fields that say a program sent it: whatever their value, or with this one. */
static const struct {
	const char *name, *value;
} marks[] = {
	{ "List-Id", NULL }, { "List-Unsubscribe", NULL }, { "List-Post", NULL }, { "X-Mailing-List", NULL }, { "X-Loop", NULL }, { "Feedback-ID", NULL },
	{ "X-Auto-Response-Suppress", NULL }, { "Precedence", "bulk" }, { "Precedence", "list" }, { "Precedence", "junk" },
};

/* Nobody reads what is sent there. */
static const char *const robots[] = { "mailer-daemon@", "noreply@", "no-reply@", "donotreply@", "do-not-reply@", "postmaster@", "majordomo@" };

static const char *marked(const struct fields *head)
{
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		const char *value = fields_get(head, marks[i].name);
		if (marks[i].value ? text_same(value, marks[i].value) : *value != '\0')
			return marks[i].name;
	}
	return NULL;
}

static bool is_robot(const char *from)
{
	for (size_t i = 0; i < sizeof robots / sizeof *robots; i++)
		if (strncasecmp(from, robots[i], strlen(robots[i])) == 0)
			return true;
	return false;
}

static const char *automatic(const struct mail_in *m, const struct fields *head, const char *from)
{
	const char *submitted = fields_get(head, "Auto-Submitted");
	if (!*m->sender)
		return "it has no return path";
	if (*submitted && strncasecmp(submitted, "no", 2) != 0)
		return "Auto-Submitted";
	if (autoreply_is(head))
		return "it is an automatic answer";
	return from && is_robot(from) ? "a robot's address" : marked(head);
}

static const char *words_of(const struct parts_found *parts)
{
	for (size_t i = 0; i < parts->count; i++)
		if (parts->all[i].kind == PART_TEXT || parts->all[i].kind == PART_HTML)
			return parts->all[i].text;
	return "";
}

/* "Ada <ada@mail.test>" -> "Ada". */
static char *name_of(void *owner, const char *from)
{
	const char *angle = strchr(from, '<');
	char *decoded = encoded_word_text(owner, angle ? mem_ndup(owner, from, (size_t)(angle - from)) : "");
	return text_cut(owner, text_squeeze(owner, text_replace(owner, decoded, "\"", "")), NAME_MAX_LENGTH);
}

struct letter_in *letter_in_read(void *owner, const struct mail_in *m)
{
	struct letter_in *l = mem_new(owner, struct letter_in);
	void *scratch = talloc_new(NULL);
	struct parts_found *parts = part_walk(scratch, fields_lines(scratch, m->message, m->size));
	const char *from = fields_get(parts->head, "From");
	l->from = mailbox_normalise(l, addr_spec_of_field(scratch, from));
	l->name = name_of(l, from);
	l->subject = text_cut(l, text_squeeze(l, encoded_word_text(l, fields_get(parts->head, "Subject"))), SUBJECT_MAX);
	l->text = text_trim(l, words_of(parts));
	l->automatic = automatic(m, parts->head, l->from);
	talloc_free(scratch);
	return l;
}
