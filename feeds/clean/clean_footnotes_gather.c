#include "feeds/clean/clean_footnotes.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>
#include <strings.h>

/* --- gathering: out of the source's form; what goes is only detached, as ids still point to it --- */

static void remove_back_links(const struct clean_ids *ids, const struct clean_notes *notes, size_t note)
{
	struct html_node *body = notes->notes[note].body;
	size_t looked = 0;
	for (struct html_node *n = html_next(body, body), *after; n && looked < CLEAN_NOTES_LOOK; n = after, looked++) {
		bool back = html_is(n, "a") && clean_notes_is_back(ids, notes, note, n);
		after = back ? html_skip(body, n) : html_next(body, n);
		if (back)
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

/* "1. ", "[1] " before a note that is no list item: our list counts by itself. */
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

static bool is_litter(const char *s)
{
	return !s[strspn(s, "[](). \t\n")];
}

/* What is left at the front when a link back stood there: its brackets, its full stop; or the number itself, set high. */
static void drop_front(struct html_node *body, const char *label)
{
	struct html_node *first = first_text(body), *up = first ? first->parent : NULL;
	if (!first)
		return;
	if (html_is(up, "sup") && up != body && !text_blank(label) && strncmp(first->text, label, strlen(label)) == 0 && is_litter(first->text + strlen(label))) {
		html_remove(up);
		first = first_text(body);
	}
	while (first && is_litter(first->text) && !text_blank(first->text)) {
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

/* What stood round a link back: brackets, arrows, an arrow's variation selector. */
static void drop_arrows(struct html_node *body)
{
	static const char *const litter[] = { " ", "\n", "\t", "\xC2\xA0", "\xEF\xB8\x8E", "↩", "↑", "⤴", "^", "[]", "()", NULL };
	struct html_node *last = last_text(body);
	size_t n = last ? strlen(last->text) : 0;
	for (size_t i = 0; n && litter[i]; i++) {
		size_t size = strlen(litter[i]);
		if (n >= size && memcmp(last->text + n - size, litter[i], size) == 0) {
			n -= size;
			i = (size_t)-1;
		}
	}
	if (last)
		html_set_text(last, last->text, n);
}

static bool is_heading(const struct html_node *n)
{
	return n && n->kind == HTML_ELEMENT && n->name[0] == 'h' && n->name[1] >= '1' && n->name[1] <= '6' && !n->name[2];
}

static bool names_notes(const char *heading)
{
	static const char *const names[] = {
		"notes", "note", "footnotes", "footnote", "endnotes", "fußnoten", "anmerkungen", "notes de bas de page", "notas",
		"notas al pie", "note a piè di pagina", "voetnoten", "fotnoter", "przypisy", NULL
	};
	char *s = text_squeeze(NULL, heading);
	size_t n = strlen(s);
	bool names_them = false;
	if (n && s[n - 1] == ':')
		s[n - 1] = '\0';
	for (size_t i = 0; names[i]; i++)
		names_them = names_them || strcasecmp(s, names[i]) == 0;
	talloc_free(s);
	return names_them;
}

static bool holds_link(const struct html_node *node)
{
	for (const struct html_node *n = html_next(node, node); n; n = html_next(node, n))
		if (html_is(n, "a"))
			return true;
	return false;
}

/* Is this what stands over notes: a heading, or a paragraph that serves as one?  certain: it stands among nothing but notes. */
static bool heads_notes(const struct html_node *n, bool certain)
{
	if ((!is_heading(n) && !html_is(n, "p")) || holds_link(n))
		return false;
	char *text = html_inner_text(NULL, n), *s = text_squeeze(text, text);
	bool heads = names_notes(s) || (certain && is_heading(n) && *s && text_length(s) < 40);
	talloc_free(text);
	return heads;
}

/* Keeps the source's word for them. */
static void take_heading(struct clean_notes *notes, struct html_node *n)
{
	char *text = html_inner_text(notes, n);
	if (!notes->heading)
		notes->heading = text_squeeze(notes, text);
	html_remove(n);
}

static bool is_emptied(const struct html_node *held)
{
	bool certain = clean_notes_is_wrapper(held);
	for (const struct html_node *n = held->first; n; n = n->next)
		if (!html_is(n, "hr") && !clean_is_empty(n) && !heads_notes(n, certain))
			return false;
	return true;
}

static void remove_emptied(struct clean_notes *notes, struct html_node *held)
{
	for (struct html_node *n = held->first, *after; n; n = after) {
		after = n->next;
		if (!clean_is_empty(n) && !html_is(n, "hr"))
			take_heading(notes, n);
	}
	html_remove(held);
}

/* The rule and the heading over notes. */
static void drop_before(struct clean_notes *notes, struct html_node *where)
{
	struct html_node *before = clean_previous_element(where);
	if (html_is(before, "hr")) {
		html_remove(before);
		before = clean_previous_element(where);
	}
	if (before && heads_notes(before, false))
		take_heading(notes, before);
}

/* What held the notes goes when nothing else is in it. */
static void drop_holder(struct clean *c, struct clean_notes *notes, struct html_node *holder)
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

/* Items of the list that nothing in the text refers to are notes too. */
static void take_rest(struct clean *c, struct clean_notes *notes, struct html_node *holder, struct html_node *list)
{
	if (!html_is(holder, "ol"))
		return;
	for (struct html_node *n = holder->first, *after; n && notes->count < 2 * CLEAN_NOTES_MAX; n = after) {
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

static char *label_of(void *owner, const struct clean_notes *notes, size_t note)
{
	for (size_t i = 0; i < notes->mark_count; i++)
		if (notes->marks[i].note == note) {
			char *text = html_inner_text(owner, notes->marks[i].holder);
			size_t from = strspn(text, "[( \t\n");
			return mem_ndup(owner, text + from, strcspn(text + from, ".)] \t\n"));
		}
	return mem_dup(owner, "");
}

static void move_notes(struct clean *c, const struct clean_ids *ids, struct clean_notes *notes)
{
	size_t referred = notes->count;
	struct html_node *list = html_new_element(c->root, "ol"), **holders = mem_array(notes, struct html_node *, referred);
	for (size_t i = 0; i < referred; i++) {
		struct html_node *body = notes->notes[i].body, *li = html_new_element(c->root, "li");
		remove_back_links(ids, notes, i);
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

/* Is a mark's sup its own, but for brackets? */
static bool is_alone(const struct html_node *a)
{
	for (const struct html_node *n = a->parent->first; n; n = n->next)
		if (n != a && (n->kind != HTML_TEXT || n->text[strspn(n->text, "[]() \t\n")]))
			return false;
	return true;
}

/* "[<a>1</a>]": brackets that are drawn round a mark are drawn by whoever shows it. */
static void drop_brackets(struct html_node *holder)
{
	struct html_node *before = holder->previous, *after = holder->next;
	size_t n = before && before->kind == HTML_TEXT ? strlen(before->text) : 0;
	if (!n || before->text[n - 1] != '[' || !after || after->kind != HTML_TEXT || after->text[0] != ']')
		return;
	html_set_text(before, before->text, n - 1);
	after->text++;
}

static void bare_mark(struct clean *c, struct clean_mark *mark)
{
	struct html_node *a = mark->holder, *old = a;
	bool inside = html_is(a->parent, "sup");
	if (inside && is_alone(a))
		old = a->parent;
	struct html_node *holder = html_new_element(c->root, inside && old == a ? "span" : "sup");
	html_insert_before(old, holder);
	html_remove(old);
	drop_brackets(holder);
	mark->holder = holder;
}

static bool is_attached(const struct clean *c, const struct html_node *n)
{
	while (n && n != c->root)
		n = n->parent;
	return n;
}

/* Links that are marks and links back in one, or stand in what was taken out, are gone by now. */
static void forget_lost_marks(struct clean *c, struct clean_notes *notes)
{
	size_t kept = 0;
	for (size_t i = 0; i < notes->count; i++)
		notes->notes[i].marks = 0;
	for (size_t i = 0; i < notes->mark_count; i++) {
		struct clean_mark mark = notes->marks[i];
		if (!is_attached(c, mark.holder))
			continue;
		mark.repeat = notes->notes[mark.note].marks++;
		notes->marks[kept++] = mark;
	}
	notes->mark_count = kept;
}

struct clean_notes *clean_notes_gather(struct clean *c)
{
	struct clean_ids *ids = clean_ids_new(c->root, c->root);
	struct clean_notes *notes = clean_notes_find(c, ids);
	if (notes->count)
		move_notes(c, ids, notes);
	forget_lost_marks(c, notes);
	for (size_t i = 0; i < notes->mark_count; i++)
		bare_mark(c, &notes->marks[i]);
	talloc_free(ids);
	return notes;
}

/* --- linking: into ours --- */

static const char *mark_id(void *owner, const struct clean_mark *mark)
{
	return mark->repeat ? mem_printf(owner, "p-r%zu-%zu", mark->note + 1, mark->repeat + 1) : mem_printf(owner, "p-r%zu", mark->note + 1);
}

static struct html_node *new_link(struct clean *c, const char *id, const char *href, const char *role, const char *label, const char *text)
{
	struct html_node *a = html_new_element(c->root, "a");
	html_set(a, "id", id);
	html_set(a, "href", href);
	html_set(a, "role", role);
	html_set(a, "aria-label", label);
	html_append(a, html_new_text(c->root, text));
	return a;
}

static void link_mark(struct clean *c, void *scratch, const struct clean_mark *mark)
{
	struct html_node *holder = mark->holder;
	struct html_node *a = new_link(c, mark_id(scratch, mark), mem_printf(scratch, "#p-n%zu", mark->note + 1), "doc-noteref",
	                               mem_printf(scratch, "Note %zu", mark->note + 1), mem_printf(scratch, "%zu", mark->note + 1));
	if (html_is(holder, "sup")) {
		html_append(holder, a);
	} else {
		html_insert_before(holder, a);
		html_remove(holder);
	}
}

static bool is_blank(const struct html_node *n) { return n->kind == HTML_TEXT && text_blank(n->text); }

static struct html_node *only_child(struct html_node *parent)
{
	struct html_node *only = NULL;
	for (struct html_node *n = parent->first; n; n = n->next) {
		if (is_blank(n))
			continue;
		if (only)
			return NULL;
		only = n;
	}
	return only;
}

/* Where the links back go.  A note that is one paragraph becomes that paragraph's text. */
static struct html_node *last_block(struct clean *c, struct html_node *li)
{
	struct html_node *only = only_child(li);
	if (html_is(only, "p")) {
		html_unwrap(only);
		return li;
	}
	while (li->last && clean_is_empty(li->last))
		html_remove(li->last);
	if (!li->last || !html_is_block(li->last))
		return li;
	if (!html_is(li->last, "p"))
		html_append(li, html_new_element(c->root, "p"));
	return li->last;
}

static void link_back(struct clean *c, void *scratch, const struct clean_notes *notes, size_t note, struct html_node *at)
{
	static const char *const letters[] = { "ᵃ", "ᵇ", "ᶜ", "ᵈ", "ᵉ", "ᶠ", "ᵍ", "ʰ", "ⁱ", "ʲ", "ᵏ", "ˡ", "ᵐ", "ⁿ", "ᵒ", "ᵖ" };
	bool several = notes->notes[note].marks > 1;
	for (size_t i = 0; i < notes->mark_count; i++) {
		const struct clean_mark *mark = &notes->marks[i];
		if (mark->note != note)
			continue;
		const char *letter = several && mark->repeat < sizeof letters / sizeof *letters ? letters[mark->repeat] : "";
		char *label = mem_printf(scratch, "Back to reference %zu", note + 1);
		if (several && *letter)
			label = mem_printf(scratch, "%s%c", label, (int)('a' + mark->repeat));
		while (at->last && is_blank(at->last))
			html_remove(at->last);
		if (at->last)
			html_append(at, html_new_text(c->root, "\xC2\xA0"));
		html_append(at, new_link(c, NULL, mem_printf(scratch, "#%s", mark_id(scratch, mark)), "doc-backlink", label,
		                         mem_printf(scratch, "↩%s", letter)));
	}
}

void clean_notes_link(struct clean *c, struct clean_notes *notes)
{
	void *scratch = talloc_new(NULL);
	if (notes->section) {
		/* No source's section comes through the filter under that name. */
		html_rename(notes->section, "section");
		struct html_node *h2 = html_new_element(c->root, "h2");
		html_set(notes->section, "class", "notes");
		html_set(notes->section, "role", "doc-endnotes");
		html_set(notes->section, "aria-labelledby", "p-notes");
		html_set(h2, "id", "p-notes");
		html_append(h2, html_new_text(c->root, notes->heading ? notes->heading : "Notes"));
		html_insert_before(notes->section->first, h2);
	}
	for (size_t i = 0; i < notes->mark_count; i++)
		link_mark(c, scratch, &notes->marks[i]);
	for (size_t i = 0; i < notes->count; i++) {
		html_set(notes->notes[i].body, "id", mem_printf(scratch, "p-n%zu", i + 1));
		link_back(c, scratch, notes, i, last_block(c, notes->notes[i].body));
	}
	talloc_free(scratch);
}
