#include "gateway/base/html/html_balance.h"
#include "gateway/base/html/html.h"
#include "gateway/base/html/html_element.h"
#include "gateway/base/html/html_token.h"
#include "gateway/base/memory/mem.h"
#include <ctype.h>
#include <string.h>

#define MAX_AGAIN 8       /* formatting elements that are reopened in the next block */
#define MAX_AGAIN_TAG 400 /* bytes of their start tags */
#define MAX_MISNESTED 6   /* blocks between a formatting element and its end tag; HTML5 gives up at eight */
#define MAX_DROPPED 32    /* how many of the latest left-out elements an end tag is compared with */

struct open {
	char name[HTML_TOKEN_NAME];
	unsigned traits;
	void *tag; /* of a formatting element: its start tag, as the sink has it, to start it again */
	size_t tag_size;
};

struct balance {
	struct html_sink *sink;
	void *scratch;
	struct open stack[HTML_MAX_DEPTH];
	size_t depth;
	struct open again[MAX_AGAIN]; /* to be reopened, oldest first */
	size_t again_count;
	char (*dropped)[HTML_TOKEN_NAME]; /* left out inside the innermost open element */
	size_t dropped_count;
	unsigned tags;
	const char *unclosed[16]; /* text-only elements without an end tag from here on */
	size_t unclosed_count;
};

/* Closes the innermost element; implied: its own end tag may still follow. */
static void pop(struct balance *b, bool implied)
{
	struct open *e = &b->stack[--b->depth];
	b->sink->end(b->sink, e->name, e->traits, false);
	b->dropped_count = 0;
	if (e->traits & (HTML_SCOPE | HTML_FOREIGN))
		b->again_count = 0;
	if (!implied || !e->tag || e->tag_size > MAX_AGAIN_TAG)
		return;
	if (b->again_count == MAX_AGAIN)
		memmove(b->again, b->again + 1, --b->again_count * sizeof *b->again);
	/* They were popped from the innermost on, and are reopened from the outermost on. */
	b->again[b->again_count++] = *e;
}

static void reverse(struct open *from, size_t count)
{
	for (size_t i = 0; i + 1 < count - i; i++) {
		struct open held = from[i];
		from[i] = from[count - 1 - i];
		from[count - 1 - i] = held;
	}
}

/* Closes all elements from the innermost to stack[at], inclusive. */
static void pop_through(struct balance *b, size_t at)
{
	size_t had = b->again_count;
	while (b->depth > at + 1)
		pop(b, true);
	size_t now = b->again_count;
	if (now > had)
		reverse(b->again + had, now - had);
	pop(b, false);
}

/* These are compared for every tag with all that is open, and most differ in the first letter. */
static bool is(const char *a, const char *b) { return *a == *b && strcmp(a, b) == 0; }

/* Where the innermost open element is that fits: called name, or of the same kind; -1 when something of stop comes first. */
static int find_open(const struct balance *b, const char *name, unsigned stop)
{
	for (size_t i = b->depth; i-- > 0;) {
		if (is(b->stack[i].name, name))
			return (int)i;
		if (b->stack[i].traits & stop)
			return -1;
	}
	return -1;
}

static bool one_of(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (is(name, *names))
			return true;
	return false;
}

static void end_tag(struct balance *b, const char *name, unsigned traits);

/* A start tag of one of `starts` ends open elements of `ends`: the outermost one before anything of `within`, and before
 * any other block but p, div and address where `near`. */
struct implied {
	const char *starts[6], *ends[10], *within[3];
	bool near;
};

static const struct implied implied_ends[] = {
	{ { "li" }, { "li" }, { "ul", "ol" }, true },
	{ { "dd", "dt" }, { "dd", "dt" }, { "dl" }, true },
	{ { "td", "th" }, { "td", "th", "caption" }, { "table" }, false },
	{ { "tr" }, { "tr", "td", "th", "caption" }, { "table" }, false },
	{ { "tbody", "thead", "tfoot", "colgroup", "caption" },
	  { "tbody", "thead", "tfoot", "colgroup", "caption", "tr", "td", "th" }, { "table" }, false },
	{ { "option", "optgroup" }, { "option" }, { "select", "datalist" }, false },
	{ { "rt", "rp", "rb", "rtc" }, { "rt", "rp", "rb" }, { "ruby", "rtc" }, false },
};

static int find_ended(const struct balance *b, const struct implied *rule)
{
	static const char *const passed[] = { "p", "div", "address", NULL };
	int at = -1;
	for (size_t i = b->depth; i-- > 0 && !one_of(b->stack[i].name, rule->within);) {
		if (one_of(b->stack[i].name, rule->ends))
			at = (int)i;
		else if (rule->near && (b->stack[i].traits & HTML_SPECIAL) && !one_of(b->stack[i].name, passed))
			break;
	}
	return at;
}

static void end_implied(struct balance *b, const char *name)
{
	for (size_t n = 0; n < sizeof implied_ends / sizeof *implied_ends; n++) {
		int at = one_of(name, implied_ends[n].starts) ? find_ended(b, &implied_ends[n]) : -1;
		if (at >= 0)
			pop_through(b, (size_t)at);
	}
}

/* Closes the open elements that the start of this one implies. */
static void end_before(struct balance *b, const char *name, unsigned traits)
{
	int p = traits & HTML_CLOSES_P ? find_open(b, "p", HTML_SCOPE) : -1;
	if (p >= 0 && find_open(b, "button", HTML_SCOPE) < p)
		pop_through(b, (size_t)p);
	if (traits & HTML_ENDS)
		end_implied(b, name);
	if ((traits & HTML_HEADING) && b->depth && (b->stack[b->depth - 1].traits & HTML_HEADING))
		pop_through(b, b->depth - 1);
	if (strcmp(name, "a") == 0 || strcmp(name, "nobr") == 0 || strcmp(name, "button") == 0)
		end_tag(b, name, traits);
}

static bool is_full(const struct balance *b) { return b->tags >= HTML_MAX_TAGS; }
static bool has_room(const struct balance *b) { return b->depth < HTML_MAX_DEPTH && !is_full(b); }

static void push(struct balance *b, const char *name, unsigned traits, void *tag, size_t tag_size)
{
	struct open *e = &b->stack[b->depth++];
	strcpy(e->name, name);
	e->traits = traits;
	e->tag = tag;
	e->tag_size = tag_size;
	b->tags++;
	b->dropped_count = 0;
	if (traits & HTML_SCOPE)
		b->again_count = 0;
}

/* Formatting that the end of a block closed is reopened before the next text. */
static void open_again(struct balance *b)
{
	size_t count = b->again_count;
	b->again_count = 0;
	for (size_t i = 0; i < count && has_room(b); i++) {
		const struct open *e = &b->again[i];
		b->sink->again(b->sink, e->tag);
		push(b, e->name, e->traits, e->tag, e->tag_size);
	}
}

static void drop(struct balance *b, const char *name)
{
	strcpy(*mem_push(b->scratch, b->dropped, b->dropped_count), name);
}

static bool inside_foreign(const struct balance *b)
{
	return find_open(b, "svg", 0) >= 0 || find_open(b, "math", 0) >= 0;
}

static void start_element(struct balance *b, const struct html_token *t, unsigned traits)
{
	end_before(b, t->name, traits);
	if (!(traits & HTML_BLOCK) && strcmp(t->name, "br") != 0)
		open_again(b);
	if (!has_room(b)) {
		if (!(traits & HTML_VOID))
			drop(b, t->name);
		return;
	}
	void *tag = b->sink->start(b->sink, t, traits);
	if (traits & HTML_VOID) {
		b->tags++;
		return;
	}
	push(b, t->name, traits, tag, t->size);
	if (t->self_closing && inside_foreign(b))
		pop(b, false);
}

/* Remembers the names without an end tag: searching for each again would take quadratic time. */
static bool read_text(struct balance *b, struct html_scanner *s, const char *name, struct html_span *text)
{
	for (size_t i = 0; i < b->unclosed_count; i++)
		if (strcmp(b->unclosed[i], name) == 0)
			return false;
	if (html_token_text(s, name, text))
		return true;
	if (b->unclosed_count < sizeof b->unclosed / sizeof *b->unclosed)
		b->unclosed[b->unclosed_count++] = mem_dup(b->scratch, name);
	return false;
}

static bool is_code(const char *name) { return strcmp(name, "script") == 0 || strcmp(name, "style") == 0; }
static bool holds(struct html_span text, const char *what) { return memmem(text.at, text.size, what, strlen(what)); }

/* One that never ends counts as empty, but an unended script or style takes all that follows, as in a browser. */
static struct html_span content_of(struct balance *b, struct html_scanner *s, const struct html_token *t)
{
	struct html_span text = { s->at, 0 };
	if (!t->self_closing && !read_text(b, s, t->name, &text) && is_code(t->name))
		s->at = s->end;
	return text;
}

/*
 * An element whose content is text.  The content of iframe, noembed and noframes, which is never shown, is left out, and so is a
 * script with "<!--", which can go on past its end tag.
 */
static void text_element(struct balance *b, struct html_scanner *s, struct html_token *t, unsigned traits)
{
	static const char *const shown[] = { "xmp", "title", "textarea", "style", "script", NULL };
	struct html_span text = content_of(b, s, t);
	bool code = is_code(t->name), sample = strcmp(t->name, "xmp") == 0;
	if (code && holds(text, "<!--"))
		text.size = 0;
	if (sample)
		strcpy(t->name, "pre"), traits = html_traits("pre");
	start_element(b, t, traits);
	if (!b->depth || strcmp(b->stack[b->depth - 1].name, t->name) != 0)
		return;
	if (sample || one_of(t->name, shown))
		b->sink->text(b->sink, text, code ? HTML_TEXT_CODE : sample ? HTML_TEXT_SHOWN : HTML_TEXT_READ);
	pop(b, false);
}

static void start_tag(struct balance *b, struct html_scanner *s, struct html_token *t)
{
	if (strcmp(t->name, "image") == 0)
		strcpy(t->name, "img");
	unsigned traits = html_traits(t->name);
	if (!*t->name || (traits & HTML_PAGE) || (strcmp(t->name, "form") == 0 && find_open(b, "form", 0) >= 0))
		return;
	if ((traits & HTML_TABLE_PART) && find_open(b, "table", 0) < 0)
		return;
	if (traits & HTML_TEXT_ONLY)
		text_element(b, s, t, traits);
	else
		start_element(b, t, traits);
}

/* Was the element left out?  Then its end tag is left out too, with those of the elements that were left out inside it. */
static bool end_dropped(struct balance *b, const char *name)
{
	for (size_t i = b->dropped_count, n = 0; i-- > 0 && n < MAX_DROPPED; n++)
		if (strcmp(b->dropped[i], name) == 0) {
			b->dropped_count = i;
			return true;
		}
	return false;
}

static void end_waiting(struct balance *b, const char *name)
{
	for (size_t i = b->again_count; i-- > 0;)
		if (strcmp(b->again[i].name, name) == 0) {
			memmove(b->again + i, b->again + i + 1, (--b->again_count - i) * sizeof *b->again);
			return;
		}
}

/*
 * "<b><p>x</b>y": the paragraph goes on without the b.  Gumbo knows how (the adoption agency, 13.2.6.4.7), so it gets
 * the end tag unchanged; the limit keeps it within the rounds in which HTML5 really closes the element.
 */
static void end_formatting(struct balance *b, const char *name)
{
	int at = find_open(b, name, HTML_SCOPE);
	size_t blocks = 0;
	if (at < 0) {
		end_waiting(b, name);
		return;
	}
	for (size_t i = (size_t)at; i < b->depth; i++)
		blocks += (b->stack[i].traits & HTML_SPECIAL) != 0;
	if (!blocks) {
		pop_through(b, (size_t)at);
	} else if (blocks <= MAX_MISNESTED) {
		b->sink->end(b->sink, name, b->stack[at].traits, true);
		memmove(b->stack + at, b->stack + at + 1, (--b->depth - (size_t)at) * sizeof *b->stack);
	}
}

static void end_tag(struct balance *b, const char *name, unsigned traits)
{
	if (end_dropped(b, name))
		return;
	if (traits & HTML_FORMATTING) {
		end_formatting(b, name);
		return;
	}
	int at = -1;
	if (traits & HTML_HEADING) {
		for (int n = '1'; n <= '6'; n++) {
			int other = find_open(b, (char[]){ 'h', (char)n, '\0' }, HTML_SCOPE);
			at = other > at ? other : at;
		}
	} else if (traits & (HTML_TABLE | HTML_TABLE_PART)) {
		for (at = (int)b->depth - 1; at >= 0 && strcmp(b->stack[at].name, name) != 0; at--)
			if (strcmp(b->stack[at].name, "table") == 0)
				return;
	} else {
		at = find_open(b, name, traits & (HTML_SPECIAL | HTML_FOREIGN) ? HTML_SCOPE : HTML_SPECIAL);
	}
	if (at >= 0)
		pop_through(b, (size_t)at);
}

static void comment(struct balance *b, struct html_span text)
{
	b->tags++;
	b->sink->comment(b->sink, text);
}

static void text(struct balance *b, struct html_span text)
{
	size_t i = 0;
	while (b->again_count && i < text.size && isspace((unsigned char)text.at[i]))
		i++;
	if (i < text.size)
		open_again(b);
	b->sink->text(b->sink, text, HTML_TEXT_READ);
}

static void close_all(struct balance *b)
{
	while (b->depth && !b->sink->stopped)
		pop(b, false);
	b->again_count = 0;
}

/*
 * What is left when there are too many tags: its text, outside of all elements, with a space where a block began or ended.  A tag
 * that closes nothing and opens nothing costs nothing, and no text is left where a table would move it away.
 */
static void rest(struct balance *b, struct html_scanner *s)
{
	struct html_token t;
	close_all(b);
	while (!b->sink->stopped && html_token_next(s, &t)) {
		unsigned traits = t.kind == HTML_TOKEN_START || t.kind == HTML_TOKEN_END ? html_traits(t.name) : 0;
		if (t.kind == HTML_TOKEN_TEXT)
			b->sink->text(b->sink, t.text, HTML_TEXT_READ);
		else if (t.kind == HTML_TOKEN_START && (traits & HTML_TEXT_ONLY))
			content_of(b, s, &t);
		else if (traits & HTML_BLOCK)
			b->sink->text(b->sink, (struct html_span){ " ", 1 }, HTML_TEXT_READ);
	}
}

static void balance(struct balance *b, struct html_scanner *s)
{
	struct html_token t;
	while (!b->sink->stopped && !is_full(b) && html_token_next(s, &t)) {
		unsigned traits;
		switch (t.kind) {
		case HTML_TOKEN_TEXT: text(b, t.text); break;
		case HTML_TOKEN_COMMENT: comment(b, t.text); break;
		case HTML_TOKEN_START: start_tag(b, s, &t); break;
		case HTML_TOKEN_END:
			traits = html_traits(t.name);
			t.attribute_count = 0;
			if (strcmp(t.name, "br") == 0)
				start_element(b, &t, traits);
			else if (!(traits & HTML_VOID))
				end_tag(b, t.name, traits);
			break;
		}
	}
}

void html_balance(struct html_sink *sink, const char *source, size_t size)
{
	struct balance *b = mem_new(NULL, struct balance);
	struct html_scanner s = { source, source + size };
	b->scratch = b;
	b->sink = sink;
	balance(b, &s);
	if (is_full(b))
		rest(b, &s);
	close_all(b);
	talloc_free(b);
}
