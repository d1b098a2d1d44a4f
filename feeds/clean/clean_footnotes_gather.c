#include "feeds/clean/clean_footnotes_gather.h"
#include "feeds/clean/clean_footnotes_find.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>
#include <strings.h>

/* Nodes are only detached here and not freed: struct clean_ids still points to them. */

static void remove_backlinks(const struct clean_ids *ids, const struct clean_footnotes *notes, size_t note)
{
	struct html_node *body = notes->notes[note].body;
	size_t looked = 0;
	for (struct html_node *n = html_next(body, body), *after; n && looked < CLEAN_FOOTNOTE_NODES; n = after, looked++) {
		bool backlink = html_is(n, "a") && clean_footnotes_is_backlink(ids, notes, note, n);
		after = backlink ? html_skip(body, n) : html_next(body, n);
		if (backlink)
			html_remove(n);
	}
}

static struct html_node *first_text(struct html_node *body)
{
	for (struct html_node *n = html_next(body, body); n; n = html_next(body, n))
		if (n->kind == HTML_TEXT && !text_blank(n->text))
			return n;
	return NULL;
}

static struct html_node *last_text(struct html_node *body)
{
	struct html_node *last = NULL;
	for (struct html_node *n = html_next(body, body); n; n = html_next(body, n))
		if (n->kind == HTML_TEXT && !text_blank(n->text))
			last = n;
	return last;
}

/* "1. " or "[1] " at the start of a footnote that is not a list item: the new list has numbers. */
static void drop_number(struct html_node *body, const char *label)
{
	struct html_node *first = html_is(body, "li") ? NULL : first_text(body);
	size_t n = strlen(label);
	const char *s = first ? first->text + strspn(first->text, " \t\n[(") : "";
	if (!n || strncmp(s, label, n) != 0 || !strchr(".)]: ", s[n]) || !s[n])
		return;
	s += n;
	first->text = s + strspn(s, ".)]: \t\n");
}

static bool is_punctuation(const char *s)
{
	return !s[strspn(s, "[](). \t\n")];
}

/* What a backlink at the start leaves: brackets, a full stop, or the number in a sup. */
static void drop_front(struct html_node *body, const char *label)
{
	struct html_node *first = first_text(body), *up = first ? first->parent : NULL;
	if (!first)
		return;
	if (html_is(up, "sup") && up != body && !text_blank(label) && strncmp(first->text, label, strlen(label)) == 0 && is_punctuation(first->text + strlen(label))) {
		html_remove(up);
		first = first_text(body);
	}
	while (first && is_punctuation(first->text) && !text_blank(first->text)) {
		html_remove(first);
		first = first_text(body);
	}
	if (!first)
		return;
	if (text_starts(first->text, ". ") || text_starts(first->text, ") "))
		first->text += 2;
	while (text_starts(first->text, "\xC2\xA0"))
		first->text += 2;
}

/* What a backlink at the end leaves: brackets, arrows, an arrow's variation selector. */
static void drop_arrows(struct html_node *body)
{
	static const char *const rests[] = { " ", "\n", "\t", "\xC2\xA0", "\xEF\xB8\x8E", "↩", "↑", "⤴", "^", "[]", "()", NULL };
	struct html_node *last = last_text(body);
	size_t n = last ? strlen(last->text) : 0;
	for (size_t i = 0; n && rests[i]; i++) {
		size_t size = strlen(rests[i]);
		if (n >= size && memcmp(last->text + n - size, rests[i], size) == 0) {
			n -= size;
			i = (size_t)-1;
		}
	}
	if (last)
		html_set_text(last, last->text, n);
}

static bool is_footnote_heading(const char *heading)
{
	static const char *const names[] = {
		"notes", "note", "footnotes", "footnote", "endnotes", "fußnoten", "anmerkungen", "notes de bas de page", "notas",
		"notas al pie", "note a piè di pagina", "voetnoten", "fotnoter", "przypisy", NULL
	};
	char *s = text_squeeze(NULL, heading);
	size_t n = strlen(s);
	bool found = false;
	if (n && s[n - 1] == ':')
		s[n - 1] = '\0';
	for (size_t i = 0; names[i]; i++)
		found = found || strcasecmp(s, names[i]) == 0;
	talloc_free(s);
	return found;
}

static bool holds_link(const struct html_node *node)
{
	for (const struct html_node *n = html_next(node, node); n; n = html_next(node, n))
		if (html_is(n, "a"))
			return true;
	return false;
}

/* Is n a heading of footnotes, or a paragraph that serves as one?  certain: nothing but footnotes is beside it. */
static bool heads_notes(const struct html_node *n, bool certain)
{
	if ((!clean_is_heading(n) && !html_is(n, "p")) || holds_link(n))
		return false;
	char *text = html_inner_text(NULL, n), *s = text_squeeze(text, text);
	bool heads = is_footnote_heading(s) || (certain && clean_is_heading(n) && *s && text_length(s) < 40);
	talloc_free(text);
	return heads;
}

/* Removes the heading; its text is kept for the new one. */
static void take_heading(struct clean_footnotes *notes, struct html_node *n)
{
	char *text = html_inner_text(notes, n);
	if (!notes->heading)
		notes->heading = text_squeeze(notes, text);
	html_remove(n);
}

static bool is_emptied(const struct html_node *held)
{
	bool certain = clean_footnotes_is_wrapper(held);
	for (const struct html_node *n = held->first; n; n = n->next)
		if (!html_is(n, "hr") && !clean_is_empty(n) && !heads_notes(n, certain))
			return false;
	return true;
}

static void remove_emptied(struct clean_footnotes *notes, struct html_node *held)
{
	for (struct html_node *n = held->first, *after; n; n = after) {
		after = n->next;
		if (!clean_is_empty(n) && !html_is(n, "hr"))
			take_heading(notes, n);
	}
	html_remove(held);
}

/* Removes a rule and a heading before the footnotes. */
static void drop_before(struct clean_footnotes *notes, struct html_node *where)
{
	struct html_node *before = clean_previous_element(where);
	if (html_is(before, "hr")) {
		html_remove(before);
		before = clean_previous_element(where);
	}
	if (before && heads_notes(before, false))
		take_heading(notes, before);
}

/* Removes the elements around the footnotes that contain nothing else. */
static void drop_holder(struct clean *c, struct clean_footnotes *notes, struct html_node *holder)
{
	while (holder && holder != c->root && is_emptied(holder)) {
		struct html_node *up = holder->parent;
		drop_before(notes, holder);
		remove_emptied(notes, holder);
		holder = up;
	}
}

static void move_children(struct html_node *from, struct html_node *to)
{
	while (from->first)
		html_append(to, from->first);
}

/* The other items of the same ordered list are footnotes too, without a reference. */
static void take_rest(struct clean *c, struct clean_footnotes *notes, struct html_node *holder, struct html_node *list)
{
	if (!html_is(holder, "ol"))
		return;
	for (struct html_node *n = holder->first, *after; n && notes->count < 2 * CLEAN_FOOTNOTES_MAX; n = after) {
		after = n->next;
		if (!html_is(n, "li") || clean_is_empty(n))
			continue;
		struct html_node *li = html_new_element(c->root, "li");
		drop_arrows(n);
		move_children(n, li);
		html_append(list, li);
		mem_push(notes, notes->notes, notes->count)->body = li;
		html_remove(n);
	}
}

static char *label_of(void *owner, const struct clean_footnotes *notes, size_t note)
{
	for (size_t i = 0; i < notes->ref_count; i++)
		if (notes->refs[i].note == note) {
			char *text = html_inner_text(owner, notes->refs[i].holder);
			size_t from = strspn(text, "[( \t\n");
			return mem_ndup(owner, text + from, strcspn(text + from, ".)] \t\n"));
		}
	return mem_dup(owner, "");
}

static void move_notes(struct clean *c, const struct clean_ids *ids, struct clean_footnotes *notes)
{
	size_t referred = notes->count;
	struct html_node *list = html_new_element(c->root, "ol"), **holders = mem_array(notes, struct html_node *, referred);
	for (size_t i = 0; i < referred; i++) {
		struct html_node *body = notes->notes[i].body, *li = html_new_element(c->root, "li");
		remove_backlinks(ids, notes, i);
		char *label = label_of(notes, notes, i);
		drop_number(body, label);
		drop_front(body, label);
		drop_arrows(body);
		drop_before(notes, body);
		holders[i] = body->parent;
		move_children(body, li);
		html_append(list, li);
		html_remove(body);
		notes->notes[i].body = li;
	}
	for (size_t i = 0; i < referred; i++)
		for (size_t k = i + 1; k < referred; k++)
			if (holders[k] == holders[i])
				holders[k] = c->root;
	for (size_t i = 0; i < referred; i++)
		if (holders[i] != c->root) {
			take_rest(c, notes, holders[i], list);
			drop_holder(c, notes, holders[i]);
		}
	notes->section = html_new_element(c->root, "section");
	html_append(notes->section, list);
	html_append(c->root, notes->section);
}

/* Does the parent contain nothing but the link and brackets? */
static bool is_alone(const struct html_node *a)
{
	for (const struct html_node *n = a->parent->first; n; n = n->next)
		if (n != a && (n->kind != HTML_TEXT || n->text[strspn(n->text, "[]() \t\n")]))
			return false;
	return true;
}

/* "[<a>1</a>]": brackets are left to the style sheet. */
static void drop_brackets(struct html_node *holder)
{
	struct html_node *before = holder->previous, *after = holder->next;
	size_t n = before && before->kind == HTML_TEXT ? strlen(before->text) : 0;
	if (!n || before->text[n - 1] != '[' || !after || after->kind != HTML_TEXT || after->text[0] != ']')
		return;
	html_set_text(before, before->text, n - 1);
	after->text++;
}

static void bare_ref(struct clean *c, struct clean_footnote_ref *ref)
{
	struct html_node *a = ref->holder, *old = a;
	bool inside = html_is(a->parent, "sup");
	if (inside && is_alone(a))
		old = a->parent;
	struct html_node *holder = html_new_element(c->root, inside && old == a ? "span" : "sup");
	html_insert_before(old, holder);
	html_remove(old);
	drop_brackets(holder);
	ref->holder = holder;
}

static bool is_attached(const struct clean *c, const struct html_node *n)
{
	while (n && n != c->root)
		n = n->parent;
	return n;
}

/* References that were backlinks too, or were in a removed element, are no longer in the tree. */
static void forget_lost_refs(struct clean *c, struct clean_footnotes *notes)
{
	size_t kept = 0;
	for (size_t i = 0; i < notes->count; i++)
		notes->notes[i].refs = 0;
	for (size_t i = 0; i < notes->ref_count; i++) {
		struct clean_footnote_ref ref = notes->refs[i];
		if (!is_attached(c, ref.holder))
			continue;
		ref.repeat = notes->notes[ref.note].refs++;
		notes->refs[kept++] = ref;
	}
	notes->ref_count = kept;
}

struct clean_footnotes *clean_footnotes_gather(struct clean *c)
{
	struct clean_ids *ids = clean_ids_new(c->root, c->root);
	struct clean_footnotes *notes = clean_footnotes_find(c, ids);
	if (notes->count)
		move_notes(c, ids, notes);
	forget_lost_refs(c, notes);
	for (size_t i = 0; i < notes->ref_count; i++)
		bare_ref(c, &notes->refs[i]);
	talloc_free(ids);
	return notes;
}
