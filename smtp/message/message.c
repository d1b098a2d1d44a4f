#include "smtp/message/message.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/encode.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include "smtp/message/mime.h"
#include <string.h>

/* What follows a piece. */
enum slot { SLOT_NOTHING, SLOT_TO, SLOT_ID, SLOT_UNSUBSCRIBE, SLOT_BOUNDARY, SLOT_TEXT, SLOT_HTML };

/* Bytes that are the same for all readers, and the kind of value that follows them. */
struct piece {
	char *bytes;
	size_t size;
	enum slot slot;
	char place; /* SLOT_TEXT, SLOT_HTML: whose value */
};

struct message_draft {
	struct piece *pieces;
	size_t count;
	struct document *under_way; /* the piece that is being written */
};

static FILE *out(struct message_draft *d) { return document_out(d->under_way); }

/* Ends the current piece, and begins another. */
static void cut(struct message_draft *d, enum slot slot, char place)
{
	struct piece *p = mem_push(d, d->pieces, d->count);
	document_text(d->under_way, &p->size);
	p->bytes = document_finish(d->under_way, d);
	p->slot = slot;
	p->place = place;
	d->under_way = document_new(d);
}

static bool is_name(const char *name)
{
	for (const char *p = name; *p; p++)
		if (*p <= ' ' || *p >= 0x7f || *p == ':')
			return false;
	return *name && strlen(name) < 40;
}

static void extra_fields(struct message_draft *d, const struct message_field *fields)
{
	for (; fields && fields->name; fields++)
		if (is_name(fields->name))
			mime_plain(out(d), fields->name, fields->value);
}

/* RFC 2369, RFC 2919, RFC 8058; all but List-Id are written only if there is a URL. */
static void list_fields(struct message_draft *d, const struct message *m)
{
	if (!m->list_id)
		return;
	if (text_blank(m->list_name))
		mime_angle(out(d), "List-Id", m->list_id);
	else
		mime_address(out(d), "List-Id", m->list_name, m->list_id);
	cut(d, SLOT_UNSUBSCRIBE, 0);
	mime_angles(out(d), "List-Help", m->help, NULL);
	mime_angles(out(d), "List-Subscribe", m->subscribe, NULL);
	mime_angles(out(d), "List-Owner", m->owner, NULL);
	mime_angles(out(d), "List-Archive", m->archive, NULL);
	mime_plain(out(d), "List-Post", "NO");
	mime_plain(out(d), "Precedence", "list");
}

static void fields(struct message_draft *d, const struct message *m)
{
	char *date = clock_rfc5322(NULL, m->date);
	mime_address(out(d), "From", m->from_name, m->from);
	cut(d, SLOT_TO, 0);
	mime_words(out(d), "Subject", m->subject);
	mime_plain(out(d), "Date", date);
	cut(d, SLOT_ID, 0);
	list_fields(d, m);
	mime_angles(out(d), "Archived-At", m->archived_at, NULL);
	if (m->feedback_id)
		mime_plain(out(d), "Feedback-ID", m->feedback_id);
	if (m->automatic)
		mime_plain(out(d), "Auto-Submitted", "auto-generated");
	if (m->language)
		mime_plain(out(d), "Content-Language", m->language);
	extra_fields(d, m->extra);
	mime_plain(out(d), "MIME-Version", "1.0");
	talloc_free(date);
}

/* A value begins and ends with a soft line break, so that the rest of the text does not depend on it. */
static void quoted(struct message_draft *d, const char *s, enum slot slot, bool places)
{
	const char *start = s;
	for (const char *mark; places && (mark = strchr(s, MESSAGE_PLACE)) && mark[1]; s = mark + 2) {
		char *before = mem_ndup(NULL, s, (size_t)(mark - s));
		mime_quoted_printable_part(out(d), before);
		cut(d, slot, mark[1]);
		talloc_free(before);
	}
	mime_quoted_printable(out(d), s);
	/* The last line ended with a soft line break. */
	if (*s == '\0' && s > start)
		fputs("\r\n", out(d));
}

static void body(struct message_draft *d, const char *type, const char *s, enum slot slot, bool places)
{
	bool plain = mime_is_plain(s) && !strstr(s, "--=_");
	fprintf(out(d), "Content-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: %s\r\n\r\n", type, plain ? "7bit" : "quoted-printable");
	if (plain)
		mime_lines(out(d), s);
	else
		quoted(d, s, slot, places);
	fputs("\r\n", out(d));
}

static void part(struct message_draft *d, const char *type, const char *s, enum slot slot, bool places)
{
	fputs("--", out(d));
	cut(d, SLOT_BOUNDARY, 0);
	fputs("\r\n", out(d));
	body(d, type, s, slot, places);
}

static void alternative(struct message_draft *d, const struct message *m, bool places)
{
	fputs("Content-Type: multipart/alternative;\r\n boundary=\"", out(d));
	cut(d, SLOT_BOUNDARY, 0);
	fputs("\"\r\n\r\n", out(d));
	part(d, "text/plain", m->text, SLOT_TEXT, places);
	part(d, "text/html", m->html, SLOT_HTML, places);
	fputs("--", out(d));
	cut(d, SLOT_BOUNDARY, 0);
	fputs("--\r\n", out(d));
}

static struct message_draft *prepare(void *owner, const struct message *m, bool places)
{
	struct message_draft *d = mem_new(owner, struct message_draft);
	d->under_way = document_new(d);
	fields(d, m);
	if (m->html)
		alternative(d, m, places);
	else
		body(d, "text/plain", m->text, SLOT_TEXT, places);
	cut(d, SLOT_NOTHING, 0);
	TALLOC_FREE(d->under_way);
	return d;
}

struct message_draft *message_prepare(void *owner, const struct message *m) { return prepare(owner, m, true); }

static const char *value_of(const struct message_value *values, char place)
{
	for (; values && values->place; values++)
		if (values->place == place)
			return values->text;
	return NULL;
}

static void put_value(FILE *to, const char *value, bool html)
{
	if (!value)
		return;
	if (!html) {
		mime_quoted_printable_part(to, value);
		return;
	}
	struct document *escaped = document_new(NULL);
	html_attr(document_out(escaped), value);
	mime_quoted_printable_part(to, document_text(escaped, NULL));
	talloc_free(escaped);
}

static void put(FILE *to, const struct piece *p, const struct message *m, const char *boundary)
{
	fwrite(p->bytes, 1, p->size, to);
	switch (p->slot) {
	case SLOT_NOTHING: break;
	case SLOT_TO:
		mime_address(to, "To", NULL, m->to);
		if (m->reply_to)
			mime_address(to, "Reply-To", NULL, m->reply_to);
		break;
	case SLOT_ID:
		mime_angle(to, "Message-ID", m->id);
		mime_angles(to, "In-Reply-To", m->in_reply_to, NULL);
		mime_angles(to, "References", m->in_reply_to, NULL);
		break;
	case SLOT_UNSUBSCRIBE:
		mime_angles(to, "List-Unsubscribe", m->unsubscribe, m->unsubscribe_mail);
		if (m->unsubscribe)
			mime_plain(to, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
		break;
	case SLOT_BOUNDARY: fputs(boundary, to); break;
	case SLOT_TEXT: case SLOT_HTML: put_value(to, value_of(m->values, p->place), p->slot == SLOT_HTML); break;
	}
}

char *message_complete(void *owner, const struct message_draft *d, const struct message *m, size_t *size)
{
	struct document *whole = document_new(NULL);
	/* '=' before '_' cannot occur in quoted-printable text, so neither part contains the boundary. */
	char *boundary = mem_printf(whole, "=_%.32s", encode_sha256_hex(whole, m->id, strlen(m->id)));
	for (size_t i = 0; i < d->count; i++)
		put(document_out(whole), &d->pieces[i], m, boundary);
	document_text(whole, size);
	return document_finish(whole, owner);
}

char *message_compose(void *owner, const struct message *m, size_t *size)
{
	struct message_draft *d = prepare(NULL, m, m->values != NULL);
	char *message = message_complete(owner, d, m, size);
	talloc_free(d);
	return message;
}
