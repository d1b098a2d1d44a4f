#include "gateway/archive/rendering/teaser.h"
#include "gateway/archive/rendering/footnotes.h"
#include "gateway/archive/rendering/plain.h"
#include "gateway/archive/rendering/sentence.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

#define ENOUGH 120      /* words of an opening */
#define MOST_PERCENT 35 /* of the words of the post */
#define SHORT_POST 180  /* words */
#define SHORT_PERCENT 60 /* of its words at most, so that a lock does not hide a line alone */
#define LONG_BLOCK 220  /* words; a longer first paragraph is cut */
#define LITTLE 40       /* words; an opening should have more */
#define EXCERPT 300     /* characters */
#define EXCERPT_SOURCE 8000 /* bytes of text in which an excerpt is looked for */

struct block {
	struct html_node *node;
	size_t words;
};

struct cut {
	void *scratch;
	struct html_node *root;
	struct block *blocks; /* paragraphs, lists, figures …, in order, without the footnotes */
	size_t count;
	size_t words;         /* in all blocks */
};

/* --- counting --- */

static bool is_paragraph(const struct html_node *n) { return html_is(n, "p") || !n->name; }

static bool is_heading(const struct html_node *n)
{
	return n->kind == HTML_ELEMENT && n->name && n->name[0] == 'h' && n->name[1] >= '1' && n->name[1] <= '6' && !n->name[2];
}

static bool holds_blocks(const struct html_node *n)
{
	for (const struct html_node *child = n->first; child; child = child->next)
		if (html_is_block(child))
			return true;
	return false;
}

/* Lists the blocks between which the post may be cut: a div is entered, nothing else. */
static void list_blocks(struct cut *c, struct html_node *parent)
{
	for (struct html_node *n = parent->first; n; n = n->next) {
		if (html_is(n, "div") && holds_blocks(n))
			list_blocks(c, n);
		else if (html_is_block(n) && !footnotes_is_section(n))
			*mem_push(c->scratch, c->blocks, c->count) = (struct block){ n, plain_words(n) };
	}
}

/* --- cutting --- */

static void remove_after(const struct html_node *root, struct html_node *node)
{
	for (struct html_node *n = node; n && n != root; n = n->parent)
		while (n->next)
			html_remove(n->next);
}

/* The bytes of all text nodes of a paragraph; in code the signs that could end a sentence are replaced by x. */
static char *running_text(void *owner, const struct html_node *p)
{
	static const char *const codes[] = { "code", "kbd", "samp", "pre" };
	struct document *d = document_new(NULL);
	for (const struct html_node *n = html_next(p, p); n; n = html_next(p, n)) {
		bool code = false;
		if (n->kind != HTML_TEXT)
			continue;
		for (const struct html_node *up = n->parent; up && up != p; up = up->parent)
			for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
				code = code || html_is(up, codes[i]);
		for (const char *s = n->text; *s; s++)
			fputc(code && strchr(".!?", *s) ? 'x' : *s, document_out(d));
	}
	return document_finish(d, owner);
}

/* The end of the last sentence within the first `most` words, or 0. */
static size_t last_sentence(const char *text, size_t most)
{
	size_t best = 0, from = 0, words = 0;
	for (size_t end; (end = sentence_end(text, from)); from = end) {
		char *sentence = mem_ndup(NULL, text + from, end - from);
		words += text_words(sentence);
		talloc_free(sentence);
		if (words > most)
			break;
		best = end;
	}
	return best;
}

/* Removes everything after the first `keep` bytes of p's running text, in p and after it. */
static void cut_text(struct cut *c, struct html_node *p, size_t keep, const char *end)
{
	for (struct html_node *n = html_next(p, p); n; n = html_next(p, n)) {
		size_t size = n->kind == HTML_TEXT ? strlen(n->text) : 0;
		if (size < keep || n->kind != HTML_TEXT) {
			keep -= size;
			continue;
		}
		while (keep && strchr(" \t\n", n->text[keep - 1]))
			keep--;
		char *kept = mem_printf(c->scratch, "%.*s%s", (int)keep, n->text, end);
		html_set_text(n, kept, strlen(kept));
		remove_after(c->root, n);
		return;
	}
}

/* Cuts after a sentence, or after a word when no sentence ends in time; false when nothing would be left. */
static bool cut_paragraph(struct cut *c, struct html_node *p, size_t most)
{
	char *text = running_text(c->scratch, p);
	size_t at = last_sentence(text, most);
	if (at) {
		cut_text(c, p, at, "");
		return true;
	}
	at = text_after_words(text, most);
	if (most == 0 || !at)
		return false;
	cut_text(c, p, at, "…");
	return true;
}

static void keep_blocks(struct cut *c, size_t taken)
{
	while (taken && (is_heading(c->blocks[taken - 1].node) || html_is(c->blocks[taken - 1].node, "hr")))
		taken--;
	if (taken) {
		remove_after(c->root, c->blocks[taken - 1].node);
		return;
	}
	while (c->root->first)
		html_remove(c->root->first);
}

/* --- where to cut --- */

static bool has_words(const struct html_node *root, const struct html_node *mark, bool behind)
{
	bool past = false;
	for (const struct html_node *n = html_next(root, root); n; n = html_next(root, n)) {
		past = past || n == mark;
		if (footnotes_is_section(n))
			break;
		if (n->kind == HTML_TEXT && past == behind && text_words(n->text))
			return true;
	}
	return false;
}

static bool cut_at_more(struct cut *c)
{
	struct html_node *mark = html_next(c->root, c->root);
	while (mark && (mark->kind != HTML_COMMENT || strcmp(mark->text, "more") != 0))
		mark = html_next(c->root, mark);
	if (!mark || !has_words(c->root, mark, false) || !has_words(c->root, mark, true))
		return false;
	remove_after(c->root, mark);
	html_remove(mark);
	return true;
}

/* Cuts inside the first paragraph with text, for a post that is only this paragraph. */
static void cut_first(struct cut *c, size_t most)
{
	size_t first = 0;
	while (first < c->count && (!c->blocks[first].words || is_heading(c->blocks[first].node)))
		first++;
	if (first == c->count || !is_paragraph(c->blocks[first].node) || !cut_paragraph(c, c->blocks[first].node, most))
		keep_blocks(c, first < c->count ? first : 0);
}

static void cut_short_post(struct cut *c)
{
	size_t taken = 0, words = 0, texts = 0;
	while (taken < c->count && (texts == 0 || (texts == 1 && words < LITTLE)) && words + c->blocks[taken].words <= c->words * SHORT_PERCENT / 100) {
		texts += c->blocks[taken].words && !is_heading(c->blocks[taken].node);
		words += c->blocks[taken++].words;
	}
	if (texts)
		keep_blocks(c, taken);
	else
		cut_first(c, c->words / 2);
}

static void cut_long_post(struct cut *c)
{
	size_t most = c->words * MOST_PERCENT / 100, taken = 0, words = 0, said = 0;
	for (; taken < c->count && words < ENOUGH; taken++) {
		const struct block *b = &c->blocks[taken];
		if (words + b->words > most || (!said && is_paragraph(b->node) && b->words > LONG_BLOCK))
			break;
		words += b->words;
		said += is_heading(b->node) ? 0 : b->words;
	}
	bool whole = said >= LITTLE || taken == c->count || !is_paragraph(c->blocks[taken].node);
	if (whole || !cut_paragraph(c, c->blocks[taken].node, most - words < LONG_BLOCK ? most - words : LONG_BLOCK))
		keep_blocks(c, taken);
}

static void make_cut(struct cut *c)
{
	if (cut_at_more(c))
		return;
	if (holds_blocks(c->root))
		list_blocks(c, c->root);
	else
		*mem_push(c->scratch, c->blocks, c->count) = (struct block){ c->root, plain_words(c->root) };
	for (size_t i = 0; i < c->count; i++)
		c->words += c->blocks[i].words;
	if (c->words < SHORT_POST)
		cut_short_post(c);
	else
		cut_long_post(c);
}

/* --- cleaning up after the cut --- */

static bool is_there(const struct html_node *root, const char *id)
{
	for (const struct html_node *n = html_next(root, root); n; n = html_next(root, n))
		if (html_get(n, "id") && strcmp(html_get(n, "id"), id) == 0)
			return true;
	return false;
}

/* Unwraps links to what is after the cut. */
static void drop_links(struct html_node *root)
{
	size_t tries = 0;
	for (struct html_node *n = html_next(root, root), *after; n; n = after) {
		const char *href = html_is(n, "a") ? html_get(n, "href") : NULL;
		after = html_next(root, n);
		if (href && *href == '#' && (tries++ > 100 || !is_there(root, href + 1)))
			html_unwrap(n);
	}
}

static bool is_empty(const struct html_node *n)
{
	if (n->kind == HTML_COMMENT || footnotes_is_section(n))
		return true;
	return n->kind == HTML_ELEMENT && !n->first && !html_is_void(n->name) && !html_is(n, "td") && !html_is(n, "th");
}

static void drop_empty(void *scratch, struct html_node *root)
{
	struct html_node **nodes = NULL;
	size_t count = 0;
	for (struct html_node *n = html_next(root, root); n; n = html_next(root, n))
		*mem_push(scratch, nodes, count) = n;
	/* From the end, so that an element whose children were all removed is removed too. */
	while (count-- > 0)
		if (is_empty(nodes[count]))
			html_remove(nodes[count]);
	while (root->last && root->last->kind == HTML_TEXT && text_blank(root->last->text))
		html_remove(root->last);
}

/* An excerpt is made of paragraphs and lists, or of everything when there are none. */
static char *excerpt_of(void *owner, const char *html)
{
	static const char *const others[] = { "figure", "table", "pre", "hr" };
	struct html_node *root = html_parse(NULL, html, strlen(html));
	size_t size = 0;
	for (struct html_node *n = html_next(root, root), *after; n; n = after) {
		bool other = is_heading(n) || footnotes_is_section(n);
		for (size_t i = 0; i < sizeof others / sizeof *others; i++)
			other = other || html_is(n, others[i]);
		size += n->kind == HTML_TEXT ? strlen(n->text) : 0;
		if (size > EXCERPT_SOURCE)
			remove_after(root, n);
		after = other ? html_skip(root, n) : html_next(root, n);
		if (other)
			html_remove(n);
	}
	char *line = plain_line(root, html_to_string(root, root));
	if (!*line)
		line = plain_line(root, html);
	char *result = text_cut(owner, line, EXCERPT);
	talloc_free(root);
	return result;
}

void teaser_make(void *owner, const char *html, struct teaser *t)
{
	void *scratch = talloc_new(NULL);
	struct cut c = { .scratch = scratch, .root = html_parse(scratch, html, strlen(html)) };
	t->words = plain_words(c.root);
	t->notes = footnotes_count(c.root);
	/* The footnotes come after any cut. */
	footnotes_drop_references(c.root);
	make_cut(&c);
	drop_links(c.root);
	drop_empty(scratch, c.root);
	t->html = html_to_string(owner, c.root);
	t->words_shown = plain_words(c.root);
	t->excerpt = excerpt_of(owner, t->html);
	t->whole_excerpt = excerpt_of(owner, html);
	talloc_free(scratch);
}
