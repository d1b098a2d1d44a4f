/* Letters to look at: what an owner previews, for a day, by a secret link; and captured ones, for demos: only where the configuration says so.  The Maildir is the instance's: every publication shows them all. */
#include "gateway/archive/store/archive_letter.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include "gateway/web/pages/page.h"
#include "smtp/local/maildir.h"
#include "smtp/message/parts.h"
#include <string.h>

enum { SHOWN = 200, LETTER_MAX = 4 << 20 };

/* Is this page switched on in the configuration?  If not, 404 was answered. */
static bool open_to_all(struct visit *v)
{
	if (v->pages->config->letters && v->pages->config->mail.transport == CONFIG_MAILDIR)
		return true;
	visit_note(v, 404, "There is no page here", "The address may be old, or mistyped. The archive has everything there is.");
	return false;
}

static struct parts *letter_of(struct visit *v, const char *name, struct buf **raw)
{
	struct error err;
	*raw = maildir_read(v->owner, v->pages->config->mail.maildir, name, LETTER_MAX, &err);
	return *raw ? parts_read(v->owner, (*raw)->data, (*raw)->size) : NULL;
}

void page_letters(struct visit *v)
{
	struct error err;
	struct maildir_entry *all;
	if (!open_to_all(v))
		return;
	json_t *messages = json_array();
	size_t count = maildir_list(v->owner, v->pages->config->mail.maildir, SHOWN, &all, &err) ? talloc_array_length(all) : 0;
	for (size_t i = 0; i < count; i++) {
		struct buf *raw;
		struct parts *p = letter_of(v, all[i].name, &raw);
		if (p)
			json_array_append_new(messages, json_pack("{s:s, s:s, s:s, s:s}", "name", all[i].name, "time", clock_format(v->owner, all[i].time, "%H:%M:%S"),
			                                          "subject", p->subject, "to", p->to));
		talloc_free(p);
		talloc_free(raw);
	}
	visit_page(v, 200, "letters", json_pack("{s:s, s:s, s:b, s:o}", "title", "Captured letters", "robots", "noindex", "any", json_array_size(messages) > 0,
	                                        "messages", messages));
	visit_private(v);
}

/* The letter that the path names; NULL after a 404. */
static struct parts *asked_for(struct visit *v, struct buf **raw)
{
	struct parts *p = open_to_all(v) ? letter_of(v, v->parts[0], raw) : NULL;
	if (!p && v->x->status == 0)
		visit_note(v, 404, "There is no such letter", "It may have been removed.");
	return p;
}

void page_letter(struct visit *v)
{
	struct buf *raw;
	struct parts *p = asked_for(v, &raw);
	if (!p)
		return;
	visit_page(v, 200, "letter", json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "title", p->subject, "robots", "noindex", "subject", p->subject, "from", p->from,
	                                       "to", p->to, "date", p->date, "file", v->parts[0], "text", p->text));
	visit_private(v);
}

/* Shown as a mail program would: its own styles, pictures and links work, scripts do not. */
static void show_html(struct visit *v, const char *html)
{
	fputs(html, exchange_answer(v->x, 200, "text/html; charset=utf-8"));
	exchange_reply(v->x, "Content-Security-Policy", "default-src 'none'; img-src https: http: data:; style-src 'unsafe-inline'; base-uri 'none';"
	                                                " form-action 'none'; frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation allow-popups");
	visit_private(v);
}

void page_letter_html(struct visit *v)
{
	struct buf *raw;
	struct parts *p = asked_for(v, &raw);
	if (!p)
		return;
	show_html(v, p->html);
}

void page_letter_raw(struct visit *v)
{
	struct buf *raw;
	if (!asked_for(v, &raw))
		return;
	fwrite(raw->data, 1, raw->size, exchange_answer(v->x, 200, "text/plain; charset=utf-8"));
	visit_private(v);
}

/* NULL after a 404. */
static struct archive_preview *preview_of(struct visit *v)
{
	struct error err = { 0 };
	struct archive_preview *p = archive_preview_get(v->owner, v->x->db, v->x->publication->id, v->parts[0], &err);
	if (!p && err.kind == ERROR_NOT_FOUND)
		visit_note(v, 404, "There is no such preview", "It is kept for a day: 'pennypost letter preview' makes another one.");
	else if (!p)
		visit_failed(v, &err);
	visit_private(v);
	return p;
}

void page_preview(struct visit *v)
{
	struct archive_preview *p = preview_of(v);
	if (!p)
		return;
	visit_page(v, 200, "preview", json_pack("{s:s, s:s, s:b, s:s, s:s, s:s}", "title", p->subject, "robots", "noindex", "private", 1, "subject", p->subject,
	                                        "html", v->parts[0], "text", p->text));
	visit_private(v);
}

void page_preview_html(struct visit *v)
{
	struct archive_preview *p = preview_of(v);
	if (p)
		show_html(v, p->html);
}
