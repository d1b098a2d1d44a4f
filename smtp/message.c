#include "smtp/message.h"
#include "gateway/base/clock.h"
#include "gateway/base/document.h"
#include "gateway/base/encode.h"
#include "gateway/base/mem.h"
#include "gateway/base/text.h"
#include "smtp/mime.h"
#include <string.h>

/* RFC 2369, RFC 2919, RFC 8058; all but List-Id by URL alone. */
static void list_headers(FILE *out, const struct message *m)
{
	if (!m->list_id)
		return;
	if (text_blank(m->list_name))
		mime_angle(out, "List-Id", m->list_id);
	else
		mime_address(out, "List-Id", m->list_name, m->list_id);
	if (m->unsubscribe) {
		mime_angle(out, "List-Unsubscribe", m->unsubscribe);
		mime_plain(out, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
	}
	if (m->help)
		mime_angle(out, "List-Help", m->help);
	if (m->archive)
		mime_angle(out, "List-Archive", m->archive);
	mime_plain(out, "List-Post", "NO");
	mime_plain(out, "Precedence", "list");
}

static void headers(FILE *out, const struct message *m)
{
	mime_address(out, "From", m->from_name, m->from);
	mime_address(out, "To", NULL, m->to);
	if (m->reply_to)
		mime_address(out, "Reply-To", NULL, m->reply_to);
	mime_words(out, "Subject", m->subject);
	char *date = clock_rfc5322(NULL, m->date);
	mime_plain(out, "Date", date);
	talloc_free(date);
	mime_angle(out, "Message-ID", m->id);
	list_headers(out, m);
	if (m->archived_at)
		mime_angle(out, "Archived-At", m->archived_at);
	if (m->feedback_id)
		mime_plain(out, "Feedback-ID", m->feedback_id);
	if (m->automatic)
		mime_plain(out, "Auto-Submitted", "auto-generated");
	if (m->language)
		mime_plain(out, "Content-Language", m->language);
	mime_plain(out, "MIME-Version", "1.0");
}

static void part(FILE *out, const char *boundary, const char *type, const char *body)
{
	fprintf(out, "--%s\r\nContent-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", boundary, type);
	mime_quoted_printable(out, body);
	fputs("\r\n", out);
}

char *message_compose(void *owner, const struct message *m, size_t *size)
{
	struct document *d = document_new(NULL);
	FILE *out = document_out(d);
	/* '=' and '_' together cannot stand in quoted-printable text, so the boundary is in neither part. */
	char *boundary = mem_printf(d, "=_%.32s", encode_sha256_hex(d, m->id, strlen(m->id)));
	headers(out, m);
	fprintf(out, "Content-Type: multipart/alternative;\r\n boundary=\"%s\"\r\n\r\n", boundary);
	part(out, boundary, "text/plain", m->text);
	part(out, boundary, "text/html", m->html);
	fprintf(out, "--%s--\r\n", boundary);
	document_text(d, size);
	return document_finish(d, owner);
}
