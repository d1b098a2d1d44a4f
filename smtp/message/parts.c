#include "smtp/message/parts.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <libetpan/libetpan.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { DEPTH = 10 };

/* Encoded words (RFC 2047) as UTF-8; malformed ones are left as they are. */
static const char *decoded(void *owner, const char *s)
{
	size_t at = 0;
	char *out = NULL;
	bool fine = mailmime_encoded_phrase_parse("utf-8", s, strlen(s), &at, "utf-8", &out) == MAILIMF_NO_ERROR && out;
	char *copy = mem_dup(owner, fine ? out : s);
	free(out);
	return text_utf8(copy, strlen(copy)) ? copy : "";
}

static const char *header(struct parts *p, struct mailimf_fields *fields, const char *name)
{
	for (clistiter *i = fields ? clist_begin(fields->fld_list) : NULL; i; i = clist_next(i)) {
		struct mailimf_field *f = clist_content(i);
		if (f->fld_type == MAILIMF_FIELD_OPTIONAL_FIELD && strcasecmp(f->fld_data.fld_optional_field->fld_name, name) == 0)
			return text_squeeze(p, decoded(p, f->fld_data.fld_optional_field->fld_value));
	}
	return "";
}

static bool is_subtype(const struct mailmime *m, const char *subtype)
{
	const struct mailmime_content *c = m->mm_content_type;
	return c && c->ct_subtype && strcasecmp(c->ct_subtype, subtype) == 0 && c->ct_type->tp_type == MAILMIME_TYPE_DISCRETE_TYPE &&
	       c->ct_type->tp_data.tp_discrete_type->dt_type == MAILMIME_DISCRETE_TYPE_TEXT;
}

static const char *body(struct parts *p, const struct mailmime *m)
{
	const struct mailmime_data *d = m->mm_data.mm_single;
	size_t at = 0, size = 0;
	char *out = NULL;
	if (!d || d->dt_type != MAILMIME_DATA_TEXT ||
	    mailmime_part_parse(d->dt_data.dt_text.dt_data, d->dt_data.dt_text.dt_length, &at, d->dt_encoding, &out, &size) != MAILIMF_NO_ERROR)
		return "";
	char *copy = mem_ndup(p, out, size);
	mailmime_decoded_part_free(out);
	return text_utf8(copy, strlen(copy)) ? text_replace(p, copy, "\r\n", "\n") : "";
}

static void collect(struct parts *p, const struct mailmime *m, int depth)
{
	if (depth > DEPTH)
		return;
	if (m->mm_type == MAILMIME_SINGLE) {
		if (!*p->text && is_subtype(m, "plain"))
			p->text = body(p, m);
		else if (!*p->html && is_subtype(m, "html"))
			p->html = body(p, m);
	} else if (m->mm_type == MAILMIME_MULTIPLE) {
		for (clistiter *i = clist_begin(m->mm_data.mm_multipart.mm_mp_list); i; i = clist_next(i))
			collect(p, clist_content(i), depth + 1);
	} else if (m->mm_data.mm_message.mm_msg_mime) {
		collect(p, m->mm_data.mm_message.mm_msg_mime, depth + 1);
	}
}

struct parts *parts_read(void *owner, const char *message, size_t size)
{
	size_t at = 0;
	struct mailmime *mime = NULL;
	struct mailimf_fields *fields = NULL;
	if (mailmime_parse(message, size, &at, &mime) != MAILIMF_NO_ERROR)
		return NULL;
	struct parts *p = mem_new(owner, struct parts);
	at = 0;
	if (mailimf_optional_fields_parse(message, size, &at, &fields) != MAILIMF_NO_ERROR)
		fields = NULL;
	p->text = p->html = "";
	p->subject = header(p, fields, "Subject");
	p->from = header(p, fields, "From");
	p->to = header(p, fields, "To");
	p->date = header(p, fields, "Date");
	collect(p, mime, 0);
	if (fields)
		mailimf_fields_free(fields);
	mailmime_free(mime);
	return p;
}
