#include "feeds/mail/mail_message.h"
#include "feeds/mail/mail_head.h"
#include "feeds/text/decode.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/mime/charset.h"
#include "gateway/base/mime/encoded_word.h"
#include "gateway/base/mime/multipart.h"
#include "gateway/base/mime/transfer.h"
#include "gateway/base/picture/picture_head.h"
#include "gateway/base/text/text.h"
#include <string.h>
#include <strings.h>

/* Files that were found in one text. */
enum { UUENCODED_MAX = 20 };

struct walk {
	struct mail_message *m;
	size_t parts;
};

/* A list of sections while a multipart is read. */
struct sections {
	struct mail_section *all;
	size_t count;
};

/* fallback: the type of a part that says none. */
static void walk_part(struct walk *w, struct sections *out, const char *part, size_t size, const char *fallback, int depth);

static bool is_type(const char *type, const char *prefix) { return strncasecmp(type, prefix, strlen(prefix)) == 0; }

static void fault(struct mail_message *m, const char *what)
{
	if (!m->wrong)
		m->wrong = what;
}

static struct mail_section *add(struct walk *w, struct sections *out) { return mem_push(w->m, out->all, out->count); }

static void add_file(struct walk *w, struct mail_file f)
{
	struct picture_head head;
	f.picture = picture_head_read(f.data, f.size, &head);
	*mem_push(w->m, w->m->files, w->m->file_count) = f;
}

/* Takes the uuencoded files out of a text. */
static char *without_uuencoded(struct walk *w, char *text)
{
	struct transfer_file file;
	for (size_t n = 0; n < UUENCODED_MAX && w->parts < MAIL_PARTS_MAX && transfer_uuencoded(w->m, text, &file); n++) {
		w->parts++;
		add_file(w, (struct mail_file){ .name = charset_text(w->m, file.name, strlen(file.name), ""), .type = "application/octet-stream",
		                                .id = "", .location = "", .data = file.data, .size = file.size });
		text = mem_printf(w->m, "%.*s%s", (int)(file.begin - text), text, file.end);
	}
	return text;
}

/* A NUL within would end it. */
static char *decoded_html(void *owner, const char *bytes, size_t size, const char *charset)
{
	char *type = mem_printf(NULL, "text/html%s%s", *charset ? "; charset=" : "", charset);
	struct decoded *d = decode_document(type, bytes, size, type);
	char *text = charset_text(owner, d->text, d->size, "utf-8");
	talloc_free(type);
	return text;
}

static void add_text(struct walk *w, struct sections *out, const struct fields *head, const char *body, const char *type)
{
	size_t size;
	void *t = talloc_new(NULL);
	const char *charset = encoded_word_parameter(t, type, "charset"), *format = encoded_word_parameter(t, type, "format");
	char *bytes = transfer_decode(t, body, strlen(body), fields_get(head, "Content-Transfer-Encoding"), &size);
	struct mail_section *s = add(w, out);
	charset = charset ? charset : "";
	if (is_type(type, "text/html"))
		s->html = decoded_html(w->m, bytes, size, charset);
	else {
		s->text = without_uuencoded(w, charset_text(w->m, bytes, size, charset));
		s->flowed = text_same(format, "flowed");
		s->delsp = text_same(encoded_word_parameter(t, type, "delsp"), "yes");
	}
	talloc_free(t);
}

static const char *name_of(void *owner, const struct fields *head, const char *type)
{
	const char *name = encoded_word_parameter(owner, fields_get(head, "Content-Disposition"), "filename");
	name = name ? name : encoded_word_parameter(owner, type, "name");
	name = name ? name : is_type(type, "application/ms-tnef") ? "winmail.dat" : encoded_word_text(owner, fields_get(head, "Content-Description"));
	const char *slash = strrchr(name, '/'), *back = strrchr(name, '\\');
	name = slash ? slash + 1 : name;
	return back && back >= name ? back + 1 : name;
}

static const char *inner_id(void *owner, const char *value)
{
	const char *s = value + strspn(value, "< \t");
	return encoded_word_text(owner, mem_ndup(owner, s, strcspn(s, "> \t")));
}

static void add_attachment(struct walk *w, const struct fields *head, const char *body, const char *type)
{
	size_t size;
	char *data = transfer_decode(w->m, body, strlen(body), fields_get(head, "Content-Transfer-Encoding"), &size);
	char *kind = mem_ndup(w->m, type, strcspn(type, "; \t"));
	add_file(w, (struct mail_file){ .name = name_of(w->m, head, type), .type = encoded_word_text(w->m, kind), .id = inner_id(w->m, fields_get(head, "Content-ID")),
	                                .location = encoded_word_text(w->m, fields_get(head, "Content-Location")), .data = data, .size = size });
}

/* The message within a message, behind what says whose it is. */
static void walk_message(struct walk *w, struct sections *out, const struct fields *head, const char *body, int depth)
{
	size_t size;
	char *raw = transfer_decode(NULL, body, strlen(body), fields_get(head, "Content-Transfer-Encoding"), &size);
	struct mail_message *inner = mail_message_head(raw, raw, size);
	struct mail_section *s = add(w, out);
	char *author = mail_head_author(w->m, &inner->from);
	s->subject = mem_dup(w->m, inner->subject);
	s->author = author ? author : "";
	s->date = mem_dup(w->m, inner->date_text);
	walk_part(w, out, raw, strlen(raw), "text/plain", depth + 1);
	talloc_free(raw);
}

static bool has_html(const struct sections *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (!text_blank(s->all[i].html))
			return true;
	return false;
}

/* The best form, with the plain text (or NULL) that says the same. */
static void add_forms(struct walk *w, struct sections *out, const struct sections *best, const struct mail_section *plain)
{
	bool html = best->count && best->all[0].html;
	for (size_t i = 0; i < best->count; i++) {
		struct mail_section *s = add(w, out);
		*s = best->all[i];
		if (plain && html && i == 0)
			*s = (struct mail_section){ .text = plain->text, .flowed = plain->flowed, .delsp = plain->delsp, .html = s->html };
		s->covered = plain && html && i > 0;
	}
}

/* One body in several forms, the best last (RFC 2046 section 5.1.4). */
static void walk_alternative(struct walk *w, struct sections *out, struct multipart *mp, int depth)
{
	const char *part;
	size_t size;
	struct sections best = { 0 };
	const struct mail_section *plain = NULL;
	while (multipart_next(mp, &part, &size)) {
		struct sections one = { 0 };
		walk_part(w, &one, part, size, "text/plain", depth + 1);
		if (!plain && one.count && !text_blank(one.all[0].text))
			plain = &one.all[0];
		if (has_html(&one) || !best.count)
			best = one;
	}
	add_forms(w, out, &best, plain);
}

static void walk_multipart(struct walk *w, struct sections *out, const struct fields *head, const char *body, const char *boundary, int depth)
{
	const char *part, *type = fields_get(head, "Content-Type");
	size_t size, before = out->count, files = w->m->file_count;
	struct multipart mp = { .at = body, .boundary = boundary };
	bool only_first = is_type(type, "multipart/signed");
	if (is_type(type, "multipart/alternative"))
		walk_alternative(w, out, &mp, depth);
	else
		for (size_t n = 0; multipart_next(&mp, &part, &size) && !(n && only_first); n++)
			walk_part(w, out, part, size, is_type(type, "multipart/digest") ? "message/rfc822" : "text/plain", depth + 1);
	/* The boundary is not where it should be. */
	if (out->count == before && w->m->file_count == files && !mp.ended && !text_blank(body)) {
		fault(w->m, "a multipart without its boundary");
		add_text(w, out, &(struct fields){ 0 }, body, "text/plain");
	}
}

static bool is_attachment(const struct fields *head, const char *type)
{
	const char *disposition = fields_get(head, "Content-Disposition");
	if (is_type(disposition, "attachment"))
		return true;
	bool text = is_type(type, "text/plain") || is_type(type, "text/html") || is_type(type, "text/markdown");
	/* Without a type, or with one that is none ("text"), it is text. */
	return !text && strchr(type, '/');
}

/* A form that no reader is meant to see beside the others. */
static bool is_for_programs(const char *type)
{
	return is_type(type, "text/x-amp-html") || is_type(type, "application/pgp-signature") || is_type(type, "application/pkcs7-signature") || is_type(type, "application/x-pkcs7-signature");
}

static void walk_body(struct walk *w, struct sections *out, const struct fields *head, const char *body, const char *fallback, int depth)
{
	const char *said = fields_get(head, "Content-Type"), *type = *said ? said : fallback;
	bool multipart = is_type(type, "multipart/");
	char *boundary = multipart ? encoded_word_parameter(w->m, type, "boundary") : NULL;
	if (depth > MAIL_DEPTH_MAX || ++w->parts > MAIL_PARTS_MAX)
		fault(w->m, "more parts than are read");
	else if (multipart && boundary && *boundary)
		walk_multipart(w, out, head, body, boundary, depth);
	else if (is_type(type, "message/rfc822") || is_type(type, "message/global"))
		walk_message(w, out, head, body, depth);
	else if (is_for_programs(type))
		;
	else if (multipart || !is_attachment(head, type))
		add_text(w, out, head, body, multipart ? "text/plain" : type);
	else
		add_attachment(w, head, body, type);
}

static void walk_part(struct walk *w, struct sections *out, const char *part, size_t size, const char *fallback, int depth)
{
	const char *body;
	void *t = talloc_new(NULL);
	char *copy = mem_ndup(t, part, size);
	/* The line end before a boundary belongs to that. */
	if (depth && size && copy[size - 1] == '\n')
		copy[size - 1] = '\0';
	const struct fields *head = *copy == '\n' ? mem_new(t, struct fields) : fields_read(t, copy, &body);
	body = *copy == '\n' ? copy + 1 : body;
	walk_body(w, out, head, body, fallback, depth);
	talloc_free(t);
}

static struct mail_message *empty(void *owner)
{
	struct mail_message *m = mem_new(owner, struct mail_message);
	m->subject = m->date_text = m->list_id = m->list_name = m->list_post = m->archived_at = m->language = "";
	return m;
}

struct mail_message *mail_message_head(void *owner, const char *data, size_t size)
{
	struct mail_message *m = empty(owner);
	/* A head is not so long. */
	char *lines = fields_lines(NULL, data, size < (256u << 10) ? size : 256u << 10);
	const char *rest;
	mail_head_read(m, fields_read(lines, lines, &rest));
	talloc_free(lines);
	return m;
}

struct mail_message *mail_message_read(void *owner, const char *data, size_t size)
{
	struct mail_message *m = mail_message_head(owner, data, size);
	if (size > MAIL_SIZE_MAX) {
		fault(m, "it has more than 16 MB");
		return m;
	}
	struct walk w = { .m = m };
	struct sections sections = { 0 };
	char *lines = fields_lines(NULL, data, size);
	const char *body;
	const struct fields *head = fields_read(lines, lines, &body);
	walk_body(&w, &sections, head, body, "text/plain", 0);
	m->sections = sections.all;
	m->section_count = sections.count;
	talloc_free(lines);
	return m;
}

const char *mail_message_text(const struct mail_message *m)
{
	for (size_t i = 0; i < m->section_count; i++)
		if (m->sections[i].text || m->sections[i].html)
			return m->sections[i].text ? m->sections[i].text : m->sections[i].html;
	return "";
}
