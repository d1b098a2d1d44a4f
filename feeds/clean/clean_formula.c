#include "feeds/clean/clean_formula.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

/* What MathML says by the place of an element, in signs: the text before, between and after its children. */
static const struct { const char *name, *open, *between[2], *close; } layouts[] = {
	{ "msup", "", { "^", "^" }, "" }, { "msub", "", { "_", "_" }, "" }, { "msubsup", "", { "_", "^" }, "" }, { "mfrac", "", { "/", "/" }, "" },
	{ "munder", "", { "_", "_" }, "" }, { "mover", "", { "^", "^" }, "" }, { "munderover", "", { "_", "^" }, "" }, { "msqrt", "√(", { " ", " " }, ")" },
};

static struct html_node *find(struct html_node *below, const char *name)
{
	for (struct html_node *n = html_next(below, below); n; n = html_next(below, n))
		if (html_is(n, name))
			return n;
	return NULL;
}

static void write_symbols(FILE *out, const struct html_node *parent);

static bool is_part(const struct html_node *n) { return n->kind == HTML_ELEMENT || (n->kind == HTML_TEXT && !text_blank(n->text)); }

/* A part that is more than one symbol stands in brackets. */
static void write_part(FILE *out, const struct html_node *part)
{
	size_t parts = 0;
	for (const struct html_node *n = part->first; n; n = n->next)
		parts += is_part(n);
	fputs(parts > 1 ? "(" : "", out);
	write_symbols(out, part);
	fputs(parts > 1 ? ")" : "", out);
}

static bool write_layout(FILE *out, const struct html_node *n)
{
	for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
		size_t parts = 0;
		if (!html_is(n, layouts[i].name))
			continue;
		fputs(layouts[i].open, out);
		for (const struct html_node *part = n->first; part; part = part->next) {
			if (!is_part(part))
				continue;
			fputs(parts ? layouts[i].between[parts > 1] : "", out);
			parts++;
			write_part(out, part);
		}
		fputs(layouts[i].close, out);
		return true;
	}
	return false;
}

/* The text of mi, mn, mo, ms and mtext, with a blank between them. */
static void write_symbols(FILE *out, const struct html_node *parent)
{
	bool gap = false;
	for (const struct html_node *n = parent->first; n; n = n->next) {
		if (!is_part(n) || (n->kind == HTML_TEXT && !(parent->name && parent->name[0] == 'm')))
			continue;
		fputs(gap ? " " : "", out);
		gap = true;
		if (n->kind == HTML_TEXT) {
			char *text = text_squeeze(NULL, n->text);
			fputs(text, out);
			talloc_free(text);
		} else if (!write_layout(out, n)) {
			write_symbols(out, n);
		}
	}
}

static char *symbols(void *owner, const struct html_node *math)
{
	struct document *d = document_new(NULL);
	write_symbols(document_out(d), math);
	return document_finish(d, owner);
}

static void replace(struct clean *c, struct html_node *node, const char *formula)
{
	char *plain = text_squeeze(NULL, formula);
	if (*plain) {
		struct html_node *code = html_new_element(c->root, "code");
		html_append(code, html_new_text(c->root, plain));
		html_insert_before(node, code);
	}
	html_remove(node);
	talloc_free(plain);
}

void clean_formula_math(struct clean *c, struct html_node *math)
{
	const char *alt = html_get(math, "alttext");
	struct html_node *tex = find(math, "annotation");
	char *text = alt ? mem_dup(NULL, alt) : tex ? html_inner_text(NULL, tex) : symbols(NULL, math);
	replace(c, math, text);
	talloc_free(text);
}

bool clean_formula_script(struct clean *c, struct html_node *script)
{
	static const char *const drawings[] = { "MathJax_Preview", "MathJax", "MathJax_Display", "MathJax_SVG", "MathJax_SVG_Display", "MathJax_CHTML", NULL };
	const char *type = html_get(script, "type");
	if (!type || !text_starts(type, "math/") || text_starts(type, "math/mml"))
		return false;
	/* What the script has drawn of the same formula, if the source saved the page as it was shown; clean_drop removes it. */
	for (struct html_node *drawn = clean_previous_element(script); drawn && html_has_one_class(drawn, drawings); drawn = clean_previous_element(drawn))
		html_set(drawn, "hidden", "");
	char *text = html_inner_text(NULL, script);
	replace(c, script, text);
	talloc_free(text);
	return true;
}
