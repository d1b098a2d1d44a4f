#include "feeds/mail/mail_post.h"
#include "feeds/dates/dates.h"
#include "feeds/mail/mail_authentication.h"
#include "feeds/mail/mail_head.h"
#include "feeds/mail/mail_html.h"
#include "feeds/mail/mail_text.h"
#include "feeds/mail/mail_words.h"
#include "feeds/parse/normalise.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/encode.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <string.h>

char *mail_post_guid(void *owner, const struct mail_message *m)
{
	if (m->id)
		return mem_printf(owner, "mid:%s", m->id);
	const char *text = mail_message_text(m);
	char *all = mem_printf(NULL, "%s\n%s\n%s\n%s", m->date_text, m->from.email ? m->from.email : "", m->subject, text);
	char *hash = encode_sha256_hex(all, all, strlen(all)), *guid = mem_printf(owner, "mail:%s", hash);
	talloc_free(all);
	return guid;
}

/* What lists put in brackets before a subject: their name, or the first part of their id or address. */
char *mail_post_title(void *owner, const struct mail_message *m, const char *prefix)
{
	void *t = talloc_new(NULL);
	const char *names[] = { prefix, *m->list_name ? m->list_name : NULL, *m->list_id ? mem_ndup(t, m->list_id, strcspn(m->list_id, ".")) : NULL,
	                        *m->list_post ? mem_ndup(t, m->list_post + 7, strcspn(m->list_post + 7, "@?")) : NULL };
	const char *title = m->subject, *before;
	bool reply;
	do {
		before = title;
		for (size_t i = 0; i < sizeof names / sizeof *names; i++)
			title = mail_words_subject(title, names[i], &reply);
	} while (title != before);
	char *own = text_blank(title) ? NULL : text_trim(owner, title);
	talloc_free(t);
	return own;
}

void mail_post_describe(struct record *r, const struct mail_message *m, const char *prefix)
{
	char *title = mail_post_title(r, m, prefix), *author = mail_head_author(r, &m->from);
	r->id = mail_post_guid(r, m);
	if (title)
		r->title = (struct record_text){ .value = title, .type = RECORD_PLAIN, .rank = RECORD_NATIVE };
	if (author)
		record_add_author(r, (struct entry_person){ .name = author }, RECORD_NATIVE);
	if (m->date)
		r->published = (struct record_date){ mem_dup(r, m->date_text), m->date, RECORD_NATIVE };
	if (*m->language)
		r->language = mem_ndup(r, m->language, strcspn(m->language, ", "));
	if (*m->archived_at && url_valid(m->archived_at))
		r->link = mem_dup(r, m->archived_at);
}

static void write_line_of(FILE *out, const char *author, const char *date)
{
	int64_t ms;
	int minutes = 0;
	bool dated = dates_parse(date, &ms);
	if (dated)
		dates_offset_said(date, &minutes);
	char *day = dated ? clock_format(NULL, ms + minutes * CLOCK_MINUTE, "%-d %B %Y") : NULL;
	fputs("<p>", out);
	if (*author) {
		fputs("<strong>", out);
		html_text(out, author);
		fputs("</strong>", out);
	}
	fputs(*author && day ? ", " : "", out);
	html_text(out, day);
	fputs("</p>\n", out);
	talloc_free(day);
}

static void write_section(FILE *out, const struct mail_message *m, const struct mail_section *s, bool by_text, struct mail_pictures *pictures)
{
	if (s->author) {
		fputs("<hr>\n<h2>", out);
		html_text(out, s->subject);
		fputs("</h2>\n", out);
		write_line_of(out, s->author, s->date);
	} else if (s->text && (by_text || !s->html)) {
		mail_text_html(out, &(struct mail_text){ s->text, s->flowed, s->delsp });
	} else if (s->html && !(by_text && s->covered)) {
		mail_html_write(out, m, s->html, pictures);
	}
}

static void write_pictures(FILE *out, const struct mail_message *m, struct mail_pictures *pictures)
{
	for (size_t i = 0; i < m->file_count; i++) {
		const struct mail_file *f = &m->files[i];
		if (!f->picture || pictures->shown[i] || f->size > pictures->room)
			continue;
		char *url = mail_html_data_url(NULL, f);
		fprintf(out, "<p><img src=\"%s\" alt=\"", url);
		html_attr(out, f->name);
		fputs("\"></p>\n", out);
		talloc_free(url);
		pictures->shown[i] = true;
		pictures->room -= f->size;
	}
}

static void write_size(FILE *out, size_t size)
{
	if (size < 1000)
		fprintf(out, "%zu bytes", size);
	else if (size < 1000000)
		fprintf(out, "%zu kB", (size + 500) / 1000);
	else
		fprintf(out, "%.1f MB", (double)size / 1e6);
}

/* They are named, and not kept: whoever sends a mail does not publish its documents. */
static void write_files(FILE *out, const struct mail_message *m, const struct mail_pictures *pictures)
{
	bool any = false;
	for (size_t i = 0; i < m->file_count; i++) {
		const struct mail_file *f = &m->files[i];
		if (pictures->shown[i] || !*f->name)
			continue;
		fputs(any ? ", " : "<p><small>Attached: ", out);
		any = true;
		html_text(out, f->name);
		fputs(" (", out);
		write_size(out, f->size);
		fputs(")", out);
	}
	if (any)
		fputs("</small></p>\n", out);
}

void mail_post_body(FILE *out, const struct mail_message *m, size_t *room)
{
	struct mail_pictures pictures = { mem_array(NULL, bool, m->file_count + 1), *room };
	/* People write to each other in plain text, and the HTML beside it is of their programs; a newsletter is the other way round. */
	bool by_text = *m->list_post || m->reference_count;
	for (size_t i = 0; i < m->section_count; i++)
		write_section(out, m, &m->sections[i], by_text, &pictures);
	write_pictures(out, m, &pictures);
	write_files(out, m, &pictures);
	*room = pictures.room;
	talloc_free(pictures.shown);
}

void mail_post_answer(FILE *out, const struct mail_message *m, size_t *room)
{
	char *author = mail_head_author(NULL, &m->from);
	fputs("<hr>\n", out);
	write_line_of(out, author ? author : "", m->date_text);
	mail_post_body(out, m, room);
	talloc_free(author);
}

struct feed *mail_post_feed(void *owner, const char *data, size_t size, const char *policy, struct error *err)
{
	struct mail_message *m = mail_message_read(NULL, data, size);
	struct feed *feed = NULL;
	size_t room = MAIL_POST_PICTURES;
	if (size > MAIL_SIZE_MAX)
		error_set(err, ERROR_INVALID, "the mail has more than %u MB", MAIL_SIZE_MAX >> 20);
	else if (!m->id && !m->from.email && !m->from.name && !*m->subject)
		error_set(err, ERROR_INVALID, "it has no head of a mail");
	else if (m->automatic)
		error_set(err, ERROR_INVALID, "the mail is an automatic reply");
	else {
		struct document *d = document_new(m);
		feed = mem_new(owner, struct feed);
		feed->format = "mail";
		feed->encoding = "utf-8";
		feed->record = record_new(feed, RECORD_FEED);
		struct record *r = feed_add_record(feed);
		mail_post_describe(r, m, NULL);
		mail_post_body(document_out(d), m, &room);
		*mem_push(r, r->contents, r->content_count) = (struct record_text){ .value = document_finish(d, r), .type = RECORD_HTML, .rank = RECORD_NATIVE };
		if (policy && !mail_authentication_passes(m, policy)) {
			record_set_value(r, "unauthenticated", "yes");
			/* The id of another's mail must not keep that out. */
			r->id = mem_printf(r, "unauthenticated:%s", r->id);
		}
		feed->firm_ids = true;
		normalise_feed(feed, NULL);
		feed->broken = m->wrong != NULL;
		feed->wrong = m->wrong ? mem_dup(feed, m->wrong) : NULL;
	}
	talloc_free(m);
	return feed;
}
