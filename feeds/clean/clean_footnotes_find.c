#include "feeds/clean/clean_footnotes_find.h"
#include "feeds/clean/clean_url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TRIES 1000 /* links that look like references to a footnote */

struct id {
	const char *id;
	struct html_node *node;
	size_t order; /* of the node in the document */
};

struct clean_ids {
	struct id *all;
	size_t count;
};

static int by_id(const void *a, const void *b)
{
	const struct id *x = a, *y = b;
	int order = strcmp(x->id, y->id);
	return order ? order : x->order < y->order ? -1 : x->order > y->order;
}

struct clean_ids *clean_ids_new(void *owner, struct html_node *root)
{
	struct clean_ids *ids = mem_new(owner, struct clean_ids);
	size_t order = 0;
	for (struct html_node *n = html_next(root, root); n; n = html_next(root, n)) {
		const char *id = html_get(n, "id"), *name = html_is(n, "a") ? html_get(n, "name") : NULL;
		order++;
		if (id)
			*mem_push(ids, ids->all, ids->count) = (struct id){ id, n, order };
		if (name && (!id || strcmp(id, name) != 0))
			*mem_push(ids, ids->all, ids->count) = (struct id){ name, n, order };
	}
	if (ids->count)
		qsort(ids->all, ids->count, sizeof *ids->all, by_id);
	return ids;
}

struct html_node *clean_ids_find(const struct clean_ids *ids, const char *id, size_t *order)
{
	size_t from = 0, to = ids->count;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (strcmp(ids->all[middle].id, id) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	if (from == ids->count || strcmp(ids->all[from].id, id) != 0)
		return NULL;
	*order = ids->all[from].order;
	return ids->all[from].node;
}

static struct html_node *target(const struct clean_ids *ids, const struct html_node *a, size_t *order)
{
	char *fragment = html_is(a, "a") ? clean_url_any_fragment(NULL, html_get(a, "href")) : NULL;
	struct html_node *node = fragment ? clean_ids_find(ids, fragment, order) : NULL;
	talloc_free(fragment);
	return node;
}

static bool is_below(const struct html_node *node, const struct html_node *above)
{
	for (; node; node = node->parent)
		if (node == above)
			return true;
	return false;
}

static const struct html_node *block_of(const struct html_node *n)
{
	while (n && !html_is_block(n) && n->parent)
		n = n->parent;
	return n;
}

static bool is_local_link(const struct html_node *n) { return html_is(n, "a") && clean_url_has_fragment(html_get(n, "href")); }

/* "1", "[12]", "(a)", "*", "†", "iv": at most four characters besides brackets. */
static bool looks_like_ref(const struct html_node *a)
{
	char *text = html_inner_text(NULL, a), *s = text_squeeze(text, text);
	size_t letters = 0, others = 0;
	for (const char *p = s; *p;) {
		uint32_t c = text_next(&p);
		if (c == '[' || c == ']' || c == '(' || c == ')' || c == '.' || c == ' ' || c == 0xFE0E)
			continue;
		if (c < 0x80 && isalpha((int)c))
			letters++;
		else
			others++;
	}
	talloc_free(text);
	return letters + others > 0 && letters + others <= 4 && letters <= 3 && (!letters || !others);
}

bool clean_footnotes_is_wrapper(const struct html_node *n)
{
	static const char *const classes[] = {
		"footnotes", "footnotes-list", "footnote-list", "footnote", "footnote-definition", "wp-block-footnotes", "notes", "endnotes",
		"easy-footnotes-wrapper", "modern-footnotes-list", NULL
	};
	const char *role = html_get(n, "role"), *id = html_get(n, "id");
	for (size_t i = 0; classes[i]; i++)
		if (id && strcmp(id, classes[i]) == 0)
			return true;
	return html_has_one_class(n, classes) || (role && strcmp(role, "doc-endnotes") == 0);
}

static bool has_footnote_class(const struct html_node *n)
{
	static const char *const classes[] = {
		"footnote-ref", "footnote-anchor", "footnote-link", "footnote-reference", "jetpack-footnote", "noteref", "fn", "footnote", NULL
	};
	const char *role = html_get(n, "role");
	return html_has_one_class(n, classes) || html_get(n, "data-fn") || (role && strcmp(role, "doc-noteref") == 0);
}

/* Then it is a chapter and not a footnote.  The same is assumed when it is too long. */
static bool holds_heading(const struct html_node *body)
{
	size_t looked = 0;
	for (const struct html_node *n = html_next(body, body); n; n = html_next(body, n))
		if (looked++ > CLEAN_FOOTNOTE_NODES || (n->kind == HTML_ELEMENT && n->name[0] == 'h' && n->name[1] >= '1' && n->name[1] <= '6'))
			return true;
	return false;
}

/* The element of the whole footnote that at is a part of: a list item, a paragraph, a div. */
static struct html_node *body_of(struct html_node *at)
{
	static const char *const bodies[] = { "li", "p", "div", "dd", "aside", NULL };
	while (at && at->name && !html_is_block(at))
		at = at->parent;
	if (html_is(at, "p") && (html_is(at->parent, "li") || (html_is(at->parent, "div") && html_has_class(at->parent, "footnote"))))
		at = at->parent;
	return at && at->name && clean_is_one(at, bodies) && !holds_heading(at) ? at : NULL;
}

/* Is back, the target of a link in a footnote, the place of ref?  The id may be on the link, its sup, an anchor beside it or
 * the paragraph around it, but on nothing larger: a table of contents would become references to its chapters. */
static bool belongs(const struct html_node *ref, const struct html_node *back)
{
	if (html_is_block(back) && !html_is(back, "p"))
		return false;
	const struct html_node *block = block_of(ref);
	return is_below(ref, back) || is_below(back, ref) || (block && block->name && block == block_of(back));
}

bool clean_footnotes_is_backlink(const struct clean_ids *ids, const struct clean_footnotes *notes, size_t note, const struct html_node *a)
{
	size_t order;
	const struct html_node *to = target(ids, a, &order);
	for (size_t i = 0; to && i < notes->ref_count; i++)
		if (notes->refs[i].note == note && belongs(notes->refs[i].holder, to))
			return true;
	return false;
}

static bool links_back(const struct clean_ids *ids, const struct html_node *body, const struct html_node *ref)
{
	size_t order, looked = 0;
	for (const struct html_node *n = html_next(body, body); n && looked < CLEAN_FOOTNOTE_NODES; n = html_next(body, n), looked++) {
		const struct html_node *to = target(ids, n, &order);
		if (to && belongs(ref, to))
			return true;
	}
	return false;
}

static bool is_in_wrapper(const struct html_node *n)
{
	for (; n; n = n->parent)
		if (clean_footnotes_is_wrapper(n))
			return true;
	return false;
}

static bool is_note(const struct clean_ids *ids, const struct html_node *body, const struct html_node *ref)
{
	return links_back(ids, body, ref) || is_in_wrapper(body) || has_footnote_class(ref) || has_footnote_class(ref->parent);
}

static size_t known(const struct clean_footnotes *notes, const struct html_node *body)
{
	size_t n = 0;
	while (n < notes->count && notes->notes[n].body != body)
		n++;
	return n;
}

/* Is one inside of the other?  It would be moved twice. */
static bool overlaps(const struct clean_footnotes *notes, const struct html_node *body)
{
	for (size_t i = 0; i < notes->count; i++)
		if (is_below(body, notes->notes[i].body) || is_below(notes->notes[i].body, body))
			return true;
	return false;
}

static void take(struct clean_footnotes *found, struct html_node *a, struct html_node *body)
{
	size_t n = known(found, body);
	if (n == found->count)
		mem_push(found, found->notes, found->count)->body = body;
	*mem_push(found, found->refs, found->ref_count) = (struct clean_footnote_ref){ a, n, found->notes[n].refs++ };
}

/* A footnote in the text itself, directly behind its reference: Modern Footnotes, Tufte CSS. */
static bool is_inline_note(const struct html_node *n)
{
	const struct html_node *before = html_is(n, "span") && n->attribute_count ? clean_previous_element(n) : NULL;
	if (html_has_class(n, "modern-footnotes-footnote__note"))
		return html_is(before, "sup");
	return html_has_class(n, "sidenote") && html_is(before, "label");
}

/* The footnote that n, the order-th node, may be a reference to; else NULL. */
static struct html_node *referenced_note(const struct clean_ids *ids, const struct clean_footnotes *found, const struct html_node *n, size_t order)
{
	size_t to_order;
	if (!is_local_link(n) || !looks_like_ref(n))
		return NULL;
	struct html_node *to = target(ids, n, &to_order), *body = to && to_order > order ? body_of(to) : NULL;
	if (!body || is_below(n, body) || (found->ref_count && is_below(n, found->refs[found->ref_count - 1].holder)))
		return NULL;
	return body;
}

struct clean_footnotes *clean_footnotes_find(struct clean *c, const struct clean_ids *ids)
{
	struct clean_footnotes *found = mem_new(c->root, struct clean_footnotes);
	size_t order = 0, tries = 0;
	for (struct html_node *n = html_next(c->root, c->root); n; n = html_next(c->root, n)) {
		if (tries >= MAX_TRIES || found->ref_count >= CLEAN_FOOTNOTES_MAX)
			return mem_new(c->root, struct clean_footnotes);
		if (is_inline_note(n) && !overlaps(found, n))
			take(found, clean_previous_element(n), n);
		struct html_node *body = referenced_note(ids, found, n, ++order);
		tries += body != NULL;
		if (body && (known(found, body) < found->count || (!overlaps(found, body) && is_note(ids, body, n))))
			take(found, n, body);
	}
	return found;
}
