#include "feeds/clean/clean_footnotes_link.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"

static const char *ref_id(void *owner, const struct clean_footnote_ref *ref)
{
	return ref->repeat ? mem_printf(owner, "p-r%zu-%zu", ref->note + 1, ref->repeat + 1) : mem_printf(owner, "p-r%zu", ref->note + 1);
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

static void link_ref(struct clean *c, void *scratch, const struct clean_footnote_ref *ref)
{
	struct html_node *holder = ref->holder;
	struct html_node *a = new_link(c, ref_id(scratch, ref), mem_printf(scratch, "#p-n%zu", ref->note + 1), "doc-noteref",
	                               mem_printf(scratch, "Note %zu", ref->note + 1), mem_printf(scratch, "%zu", ref->note + 1));
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

/* The element that gets the backlinks.  A footnote of one paragraph becomes the text of that paragraph. */
static struct html_node *backlink_parent(struct clean *c, struct html_node *li)
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

static void add_backlinks(struct clean *c, void *scratch, const struct clean_footnotes *notes, size_t note, struct html_node *at)
{
	static const char *const letters[] = { "ᵃ", "ᵇ", "ᶜ", "ᵈ", "ᵉ", "ᶠ", "ᵍ", "ʰ", "ⁱ", "ʲ", "ᵏ", "ˡ", "ᵐ", "ⁿ", "ᵒ", "ᵖ" };
	bool several = notes->notes[note].refs > 1;
	for (size_t i = 0; i < notes->ref_count; i++) {
		const struct clean_footnote_ref *ref = &notes->refs[i];
		if (ref->note != note)
			continue;
		const char *letter = several && ref->repeat < sizeof letters / sizeof *letters ? letters[ref->repeat] : "";
		char *label = mem_printf(scratch, "Back to reference %zu", note + 1);
		if (several && *letter)
			label = mem_printf(scratch, "%s%c", label, (int)('a' + ref->repeat));
		while (at->last && is_blank(at->last))
			html_remove(at->last);
		if (at->last)
			html_append(at, html_new_text(c->root, "\xC2\xA0"));
		html_append(at, new_link(c, NULL, mem_printf(scratch, "#%s", ref_id(scratch, ref)), "doc-backlink", label,
		                         mem_printf(scratch, "↩%s", letter)));
	}
}

void clean_footnotes_link(struct clean *c, struct clean_footnotes *notes)
{
	void *scratch = talloc_new(NULL);
	if (notes->section) {
		/* clean_filter has made it a div, as it does with every section. */
		html_rename(notes->section, "section");
		struct html_node *h2 = html_new_element(c->root, "h2");
		html_set(notes->section, "class", "notes");
		html_set(notes->section, "role", "doc-endnotes");
		html_set(notes->section, "aria-labelledby", "p-notes");
		html_set(h2, "id", "p-notes");
		html_append(h2, html_new_text(c->root, notes->heading ? notes->heading : "Notes"));
		html_insert_before(notes->section->first, h2);
	}
	for (size_t i = 0; i < notes->ref_count; i++)
		link_ref(c, scratch, &notes->refs[i]);
	for (size_t i = 0; i < notes->count; i++) {
		html_set(notes->notes[i].body, "id", mem_printf(scratch, "p-n%zu", i + 1));
		add_backlinks(c, scratch, notes, i, backlink_parent(c, notes->notes[i].body));
	}
	talloc_free(scratch);
}
