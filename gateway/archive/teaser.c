#include "gateway/archive/teaser.h"
#include "gateway/archive/notes.h"
#include "gateway/archive/plain.h"
#include "gateway/base/document.h"
#include "gateway/base/html.h"
#include "gateway/base/mem.h"
#include "gateway/base/text.h"
#include <string.h>

enum { ENOUGH = 120, SHORT_POST = 180, EXCERPT = 300, SHARE = 35, SHORT_SHARE = 50, TOO_LONG = 220 };

static char *html_of(void *owner, const struct html_node *n)
{
	struct document *d = document_new(NULL);
	html_write(document_out(d), n);
	return document_finish(d, owner);
}

static size_t words_of(const struct html_node *n)
{
	char *html = html_of(NULL, n), *line = plain_line(html, html);
	size_t words = text_words(line);
	talloc_free(html);
	return words;
}

static bool has_words(const struct html_node *n)
{
	char *text = html_inner_text(NULL, n);
	bool any = !text_blank(text);
	talloc_free(text);
	return any;
}

/* Removes node and everything after it in document order. */
static void cut_from(struct html_node *root, struct html_node *node)
{
	for (struct html_node *n = node; n && n != root;) {
		struct html_node *parent = n->parent;
		while (n->next)
			html_remove(n->next);
		if (n == node)
			html_remove(n);
		n = parent;
	}
}

static struct html_node *more_of(struct html_node *root)
{
	for (struct html_node *n = root; n; n = html_next(root, n))
		if (n->kind == HTML_COMMENT && strcmp(n->text, "more") == 0)
			return n;
	return NULL;
}

/* The author's cut, when it leaves something on both sides. */
static bool cut_by_author(struct html_node *root)
{
	struct html_node *more = more_of(root);
	if (!more)
		return false;
	size_t all = words_of(root);
	void *copy_owner = talloc_new(NULL);
	char *html = html_of(copy_owner, root);
	struct html_node *copy = html_parse(copy_owner, html, strlen(html)), *same = more_of(copy);
	if (same)
		cut_from(copy, same);
	size_t before = same ? words_of(copy) : 0;
	talloc_free(copy_owner);
	if (before == 0 || before >= all)
		return false;
	cut_from(root, more);
	return true;
}

/* Where to cut text so that at most max words stay: behind the last sentence that fits, else behind the last word. */
static size_t cut_at(const char *text, size_t max, bool *sentence)
{
	size_t words = 0, by_word = 0, by_sentence = 0;
	for (size_t i = 0; text[i]; i++) {
		bool end = text[i + 1] == '\0' || strchr(" \t\r\n", text[i + 1]);
		if (strchr(" \t\r\n", text[i]) || !end)
			continue;
		char *so_far = mem_ndup(NULL, text, i + 1);
		words = text_words(so_far);
		talloc_free(so_far);
		if (words > max)
			break;
		by_word = i + 1;
		/* One letter and a dot is an initial, not an end. */
		if (strchr(".!?", text[i]) && i > 2 && text[i - 2] != ' ')
			by_sentence = i + 1;
	}
	*sentence = by_sentence > 0;
	return by_sentence ? by_sentence : by_word;
}

/* Cuts a paragraph's tree behind so many bytes of its text. */
static void cut_text(struct html_node *paragraph, size_t at, bool sentence)
{
	size_t passed = 0;
	for (struct html_node *n = paragraph; n; n = html_next(paragraph, n)) {
		if (n->kind != HTML_TEXT)
			continue;
		size_t size = strlen(n->text);
		if (passed + size < at) {
			passed += size;
			continue;
		}
		n->text = sentence ? mem_ndup(n, n->text, at - passed) : mem_printf(n, "%.*s…", (int)(at - passed), n->text);
		struct html_node *after = html_skip(paragraph, n);
		if (after)
			cut_from(paragraph, after);
		return;
	}
}

/* May a block be cut within? */
static bool may_cut(const struct html_node *n) { return html_is(n, "p"); }

static bool shorten(struct html_node *block, size_t max)
{
	bool sentence;
	char *text = html_inner_text(NULL, block);
	size_t at = may_cut(block) && max > 0 ? cut_at(text, max, &sentence) : 0;
	talloc_free(text);
	if (at == 0)
		return false;
	cut_text(block, at, sentence);
	return true;
}

static bool is_heading(const struct html_node *n)
{
	return n->kind == HTML_ELEMENT && n->name[0] == 'h' && n->name[1] >= '1' && n->name[1] <= '6' && !n->name[2];
}

/* The element that holds the blocks: sources wrap all in a div or two. */
static struct html_node *container_of(struct html_node *root)
{
	for (;;) {
		struct html_node *only = NULL;
		size_t count = 0;
		for (struct html_node *c = root->first; c; c = c->next)
			if (c->kind == HTML_ELEMENT || (c->kind == HTML_TEXT && !text_blank(c->text)))
				only = c, count++;
		if (count != 1 || only->kind != HTML_ELEMENT || !(html_is(only, "div") || html_is(only, "section") || html_is(only, "article")) || note_is_section(only))
			return root;
		root = only;
	}
}

/* How much of a post a stranger may have, in words. */
struct share {
	size_t most;   /* never more than this */
	size_t enough; /* no further block once there is so much */
};

static struct share share_of(size_t total)
{
	if (total >= SHORT_POST)
		return (struct share){ total * SHARE / 100, ENOUGH };
	size_t most = total * SHORT_SHARE / 100;
	return (struct share){ most, most / 2 + 1 };
}

/* Does a whole block of so many words go in?  A first paragraph without end does not, even when it would. */
static bool fits(const struct html_node *block, size_t words, size_t room, size_t taken)
{
	return words <= room && (taken > 0 || words <= TOO_LONG || !may_cut(block));
}

/* Whole blocks until there is enough, within the share. */
static void cut_by_rule(struct html_node *root, size_t total)
{
	struct share share = share_of(total);
	size_t taken = 0;
	struct html_node *n = container_of(root)->first;
	for (; n && taken < share.enough && !note_is_section(n); n = n->next) {
		size_t words = n->kind == HTML_COMMENT ? 0 : words_of(n), room = share.most > taken ? share.most - taken : 0;
		if (!fits(n, words, room, taken)) {
			/* A paragraph is cut only when otherwise there would be next to nothing. */
			if (taken < ENOUGH / 3 && shorten(n, room < ENOUGH ? room : ENOUGH))
				n = n->next;
			break;
		}
		taken += words;
	}
	if (n)
		cut_from(root, n);
}

static void tidy(struct html_node *root)
{
	for (struct html_node *n = root, *next; n; n = next) {
		next = html_next(root, n);
		if (note_is_mark(n) || note_is_section(n) || n->kind == HTML_COMMENT) {
			next = html_skip(root, n);
			html_remove(n);
		}
	}
	/* No heading, rule or blank at the end. */
	struct html_node *box = container_of(root);
	for (struct html_node *last; (last = box->last) && (is_heading(last) || html_is(last, "hr") || html_is(last, "br") || (last->kind == HTML_TEXT && text_blank(last->text)) ||
	                                                   (may_cut(last) && !has_words(last) && !last->first));)
		html_remove(last);
}

void teaser_make(void *owner, const char *html, struct teaser *t)
{
	void *scratch = talloc_new(NULL);
	struct html_node *root = html_parse(scratch, html, strlen(html));
	t->words = text_words(plain_line(scratch, html));
	t->notes = note_count(root);
	if (!cut_by_author(root))
		cut_by_rule(root, t->words);
	tidy(root);
	t->html = html_to_string(owner, root);
	char *line = plain_line(scratch, t->html);
	t->words_shown = text_words(line);
	t->excerpt = text_cut(owner, line, EXCERPT);
	talloc_free(scratch);
}
