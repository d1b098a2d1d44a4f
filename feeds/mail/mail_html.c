#include "feeds/mail/mail_html.h"
#include "feeds/mail/mail_words.h"
#include "gateway/base/html/html.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/picture/picture_head.h"
#include "gateway/base/text/encode.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Bytes of a footer at most; footers in one mail: for each, what is around it is read. */
enum { FOOTER_MAX = 1500, FOOTERS = 20 };

char *mail_html_data_url(void *owner, const struct mail_file *f)
{
	char *base64 = encode_base64(NULL, f->data, f->size);
	char *url = mem_printf(owner, "data:%s;base64,%s", text_starts(f->type, "image/") ? f->type : "image/png", base64);
	talloc_free(base64);
	return url;
}

/* --- pictures --- */

static const struct mail_file *file_of(const struct mail_message *m, const char *src, size_t *at)
{
	bool cid = strncasecmp(src, "cid:", 4) == 0;
	for (size_t i = 0; i < m->file_count; i++) {
		const struct mail_file *f = &m->files[i];
		if (f->picture && ((cid && *f->id && strcmp(f->id, src + 4) == 0) || (!cid && *f->location && strcmp(f->location, src) == 0))) {
			*at = i;
			return f;
		}
	}
	return NULL;
}

static void place_pictures(struct html_node *root, const struct mail_message *m, struct mail_pictures *pictures)
{
	size_t at;
	for (struct html_node *n = html_last(root), *before; n; n = before) {
		before = html_before(root, n);
		const char *src = html_is(n, "img") ? html_get(n, "src") : NULL;
		const struct mail_file *f = src ? file_of(m, src, &at) : NULL;
		if (f && f->size <= pictures->room) {
			char *url = mail_html_data_url(NULL, f);
			html_set(n, "src", url);
			talloc_free(url);
			pictures->shown[at] = true;
			pictures->room -= f->size;
		} else if (f || (src && strncasecmp(src, "cid:", 4) == 0))
			html_remove(n);
	}
}

/* --- what is for a mailbox only --- */

/* A declaration "name: value" in a style, whatever the blanks. */
static bool has_style(const struct html_node *n, const char *name, const char *value)
{
	const char *style = html_get(n, "style");
	for (const char *s = style ? strcasestr(style, name) : NULL; s; s = strcasestr(s + 1, name)) {
		const char *colon = s + strlen(name) + strspn(s + strlen(name), " ");
		if ((s == style || !isalpha((unsigned char)s[-1])) && s[-(s > style)] != '-' && *colon == ':' && strncasecmp(colon + 1 + strspn(colon + 1, " "), value, strlen(value)) == 0)
			return true;
	}
	return false;
}

static bool is_hidden(const struct html_node *n)
{
	return html_get(n, "hidden") || has_style(n, "display", "none") || has_style(n, "mso-hide", "all") || has_style(n, "visibility", "hidden") ||
	       (has_style(n, "max-height", "0") && has_style(n, "overflow", "hidden"));
}

static bool is_quote(const struct html_node *n)
{
	static const char *const classes[] = { "gmail_quote", "gmail_quote_container", "yahoo_quoted", "moz-signature", "gmail_signature", "protonmail_quote", "protonmail_signature_block", "moz-cite-prefix",
	                                       "gmail_attr", "OutlookMessageHeader", "zmail_extra", NULL };
	return html_has_one_class(n, classes);
}

/* What Outlook puts its history behind. */
static bool begins_history(const struct html_node *n)
{
	const char *id = html_get(n, "id");
	return id && (strcasecmp(id, "divRplyFwdMsg") == 0 || strcasecmp(id, "appendonsend") == 0 || strcasecmp(id, "mail-editor-reference-message-container") == 0);
}

static bool says(const struct html_node *n) { return html_is(n, "img") || (n->kind == HTML_TEXT && !text_blank(n->text)); }

/* The last node that says something, or NULL. */
static struct html_node *last_said(const struct html_node *root)
{
	struct html_node *n = html_last(root);
	while (n && !says(n))
		n = html_before(root, n);
	return n;
}

static bool is_within(const struct html_node *n, const struct html_node *outer)
{
	while (n && n != outer)
		n = n->parent;
	return n != NULL;
}

/* Removes all behind n in the document. */
static void remove_after(struct html_node *root, struct html_node *n)
{
	for (struct html_node *at = n; at && at != root; at = at->parent)
		while (at->next)
			html_remove(at->next);
}

static void drop_hidden(struct html_node *root)
{
	for (struct html_node *n = html_next(root, root), *next; n; n = next) {
		bool drop = n->kind == HTML_COMMENT || (n->kind == HTML_ELEMENT && (is_hidden(n) || html_is(n, "style") || html_is(n, "script") || html_is(n, "title")));
		next = drop ? html_skip(root, n) : html_next(root, n);
		if (drop)
			html_remove(n);
	}
}

/* Quotes that nothing follows; a mail of nothing else keeps them. */
static void drop_history(struct html_node *root)
{
	const struct html_node *last = last_said(root);
	for (struct html_node *n = html_next(root, root), *next; n; n = next) {
		next = html_next(root, n);
		if (n->kind != HTML_ELEMENT)
			continue;
		if (begins_history(n)) {
			remove_after(root, n);
			html_remove(n);
			return;
		}
		const char *type = html_is(n, "blockquote") ? html_get(n, "type") : NULL;
		if (is_quote(n) || (type && strcasecmp(type, "cite") == 0 && is_within(last, n))) {
			next = html_skip(root, n);
			html_remove(n);
		}
	}
}

/* The largest element around n that is no more than a footer, and no larger than a third of all. */
static struct html_node *around(struct html_node *root, struct html_node *n, size_t all)
{
	size_t most = all / 3 < FOOTER_MAX ? all / 3 : FOOTER_MAX;
	struct html_node *found = n;
	for (struct html_node *p = n->parent; p && p != root; p = p->parent) {
		char *text = html_inner_text(NULL, p), *squeezed = text_squeeze(text, text);
		bool small = strlen(squeezed) <= most;
		talloc_free(text);
		if (!small)
			break;
		if (!html_is(p, "tr") && !html_is(p, "tbody"))
			found = p;
	}
	return found;
}

/* Links to unsubscribe and to a browser, with the lines in which they are. */
static void drop_links(struct html_node *root)
{
	char *whole = html_inner_text(NULL, root), *squeezed = text_squeeze(whole, whole);
	size_t all = strlen(squeezed);
	talloc_free(whole);
	size_t found = 0;
	for (struct html_node *n = html_last(root), *before; n && found < FOOTERS; n = before) {
		before = html_before(root, n);
		if (!html_is(n, "a"))
			continue;
		char *text = html_inner_text(NULL, n);
		const char *href = html_get(n, "href");
		bool out = mail_words_unsubscribe(text) || (href && mail_words_unsubscribe(href)), browser = mail_words_browser(text);
		talloc_free(text);
		if (!out && !browser)
			continue;
		found++;
		struct html_node *footer = around(root, n, all);
		/* The walk goes on before all that is removed. */
		before = html_before(root, footer);
		html_remove(footer);
	}
}

/* A heading with which it begins, and which says no more than the subject: the page has that already. */
static void drop_title(struct html_node *root, const char *subject)
{
	struct html_node *n = html_next(root, root);
	while (n && !says(n))
		n = html_next(root, n);
	while (n && n != root && !html_is(n, "h1") && !html_is(n, "h2") && !html_is(n, "h3"))
		n = n->parent;
	if (!n || n == root)
		return;
	char *text = html_inner_text(NULL, n);
	if (text_same(text_squeeze(text, text), subject))
		html_remove(n);
	talloc_free(text);
}

/* --- tables of a layout --- */

static bool is_table_part(const struct html_node *n)
{
	static const char *const names[] = { "table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption", "colgroup", "col" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (html_is(n, names[i]))
			return true;
	return false;
}

/* Data has more than one column, and nothing but words in its cells. */
static bool is_data(const struct html_node *table)
{
	const char *role = html_get(table, "role");
	size_t rows = 0, cells = 0;
	if (role && strcasecmp(role, "presentation") == 0)
		return false;
	for (const struct html_node *n = html_next(table, table); n; n = html_next(table, n)) {
		rows += html_is(n, "tr");
		cells += html_is(n, "td") || html_is(n, "th");
		if (html_is(n, "th"))
			return true;
		if (n->kind == HTML_ELEMENT && (html_is(n, "table") || html_is(n, "img") || (html_is_block(n) && !is_table_part(n) && !html_is(n, "p"))))
			return false;
	}
	return rows > 1 && cells >= 2 * rows;
}

/* Inner tables are seen first. */
static void unfold_tables(struct html_node *root)
{
	for (struct html_node *n = html_last(root), *before; n; n = before) {
		before = html_before(root, n);
		if (!html_is(n, "table") || is_data(n))
			continue;
		for (struct html_node *p = html_next(n, n), *next; p; p = next) {
			bool data = html_is(p, "table");
			next = data ? html_skip(n, p) : html_next(n, p);
			if (!data && is_table_part(p))
				html_rename(p, "div");
		}
		html_rename(n, "div");
	}
}

void mail_html_write(FILE *out, const struct mail_message *m, const char *html, struct mail_pictures *pictures)
{
	struct html_node *root = html_parse(NULL, html, strlen(html));
	drop_hidden(root);
	drop_history(root);
	if (!last_said(root)) {
		talloc_free(root);
		root = html_parse(NULL, html, strlen(html));
		drop_hidden(root);
	}
	drop_links(root);
	drop_title(root, m->subject);
	unfold_tables(root);
	place_pictures(root, m, pictures);
	html_write(out, root);
	fputc('\n', out);
	talloc_free(root);
}
