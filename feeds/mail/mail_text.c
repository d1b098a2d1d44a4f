#include "feeds/mail/mail_text.h"
#include "feeds/mail/mail_words.h"
#include "feeds/text/plain_address.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <string.h>

/* Lines and quotes beyond these are not told apart. */
enum { LINES_MAX = 200000, QUOTES_MAX = 8, FOOTER_LINES = 25 };

struct line {
	int quote;        /* how deep it is quoted */
	char *text;       /* without the marks */
	bool soft;        /* flowed: it goes on in the next line */
};
struct lines {
	struct line *all;
	size_t count;
};

/* Marks of a quote at s: ">> ", "> > ", "|"; returns what follows. */
static const char *unquote(const char *s, const char *end, bool flowed, int *depth)
{
	for (*depth = 0; s < end; s++) {
		if (*s == '>')
			++*depth;
		else if (flowed || *s != ' ' || s + 1 == end || s[1] != '>' || !*depth)
			break;
	}
	/* Flowed text stuffs a blank; others write one behind the mark. */
	return s < end && *s == ' ' && (flowed || *depth) ? s + 1 : s;
}

static void add_line(struct lines *ls, const struct mail_text *t, const char *s, size_t size)
{
	int depth;
	const char *end = s + size, *text = unquote(s, end, t->flowed, &depth);
	struct line *l = mem_push(ls, ls->all, ls->count);
	l->quote = depth < QUOTES_MAX ? depth : QUOTES_MAX;
	l->text = mem_ndup(ls, text, (size_t)(end - text));
	size_t n = (size_t)(end - text);
	bool signature = strcmp(l->text, "-- ") == 0;
	l->soft = t->flowed && n && l->text[n - 1] == ' ' && !signature;
	if (l->soft && t->delsp)
		l->text[n - 1] = '\0';
	while (!l->soft && !signature && n && isspace((unsigned char)l->text[n - 1]))
		l->text[--n] = '\0';
}

static struct lines *lines_of(void *owner, const struct mail_text *t)
{
	struct lines *ls = mem_new(owner, struct lines);
	for (const char *s = t->text; *s && ls->count < LINES_MAX;) {
		size_t n = strcspn(s, "\n");
		add_line(ls, t, s, n);
		s += n + (s[n] == '\n');
	}
	return ls;
}

static bool is_empty(const struct line *l) { return text_blank(l->text); }

static void trim_end(struct lines *ls)
{
	while (ls->count && is_empty(&ls->all[ls->count - 1]))
		ls->count--;
}

/* --- what is cut --- */

/* "From: ... Sent: ... Subject: ..." of Outlook, in its languages. */
static bool is_outlook(const struct lines *ls, size_t i)
{
	static const char *const first[] = { "From:", "Von:", "De:", "Da:", "Van:", "Från:", "Fra:", "От:" };
	static const char *const later[] = { "Subject:", "Betreff:", "Objet:", "Oggetto:", "Asunto:", "Onderwerp:", "Ämne:", "Emne:", "Assunto:", "Тема:" };
	bool begins = false;
	for (size_t j = 0; j < sizeof first / sizeof *first; j++)
		begins = begins || text_starts(ls->all[i].text, first[j]);
	for (size_t n = i + 1; begins && n < ls->count && n < i + 7; n++)
		for (size_t j = 0; j < sizeof later / sizeof *later; j++)
			if (text_starts(ls->all[n].text, later[j]))
				return true;
	return false;
}

/* Where the first line is from which on there is history only, or a signature; else count. */
static size_t find_tail(const struct lines *ls)
{
	for (size_t i = 0; i < ls->count; i++) {
		const char *s = ls->all[i].text;
		if (ls->all[i].quote)
			continue;
		if (strcmp(s, "-- ") == 0 || mail_words_history(s) || mail_words_footer(s) || is_outlook(ls, i))
			return i;
		/* Mail programs take the blank away. */
		if (strcmp(s, "--") == 0 && ls->count - i <= FOOTER_LINES)
			return i;
	}
	return ls->count;
}

/* The quote at the end of an answer, with the line that introduces it. */
static void cut_history(struct lines *ls)
{
	size_t i = ls->count;
	while (i && (ls->all[i - 1].quote || is_empty(&ls->all[i - 1])))
		i--;
	if (i == ls->count)
		return;
	/* The introduction may take two lines. */
	if (i && mail_words_attribution(ls->all[i - 1].text)) {
		bool split = i > 1 && !is_empty(&ls->all[i - 2]) && (text_starts(ls->all[i - 2].text, "On ") || text_starts(ls->all[i - 2].text, "Am ") || text_starts(ls->all[i - 2].text, "Le "));
		i -= split ? 2 : 1;
	}
	ls->count = i;
}

/* The paragraph of the last ones that tells how to unsubscribe, and all behind it. */
static void cut_unsubscribe(struct lines *ls)
{
	size_t least = ls->count > FOOTER_LINES ? ls->count - FOOTER_LINES : 0;
	for (size_t i = least; i < ls->count; i++) {
		const char *s = ls->all[i].text;
		bool next = i + 1 < ls->count;
		if (ls->all[i].quote || !mail_words_unsubscribe(s) || !(strstr(s, "://") || strchr(s, '@') || (next && strstr(ls->all[i + 1].text, "://"))))
			continue;
		while (i > least && !is_empty(&ls->all[i - 1]) && !ls->all[i - 1].quote)
			i--;
		/* Not in the middle of what somebody says. */
		if (i == 0)
			return;
		ls->count = i;
	}
}

static void drop_first(struct lines *ls, size_t n)
{
	memmove(ls->all, ls->all + n, (ls->count - n) * sizeof *ls->all);
	ls->count -= n;
}

static void cut_browser(struct lines *ls)
{
	for (size_t i = 0; i < ls->count && i < 4; i++)
		if (mail_words_browser(ls->all[i].text)) {
			size_t end = i + 1;
			while (end < ls->count && !is_empty(&ls->all[end]))
				end++;
			drop_first(ls, end);
			return;
		}
}

/* "=====", "* * *", "-----" */
static bool is_rule(const char *s) { return s[strspn(s, " \t")] && !s[strspn(s, " \t-=_*~#+")] && strlen(s) >= 3; }

/* The address in "Ada <ada@mail.example> wrote:" was not written for the web. */
static void hide_addresses(struct lines *ls)
{
	for (size_t i = 0; i < ls->count; i++) {
		char *s = ls->all[i].text, *open = mail_words_attribution(s) ? strchr(s, '<') : NULL, *close = open ? strchr(open, '>') : NULL;
		if (!close || !memchr(open, '@', (size_t)(close - open)))
			continue;
		open -= open > s && open[-1] == ' ';
		memmove(open, close + 1, strlen(close + 1) + 1);
	}
}

static void cut(struct lines *ls)
{
	size_t all = ls->count;
	ls->count = find_tail(ls);
	trim_end(ls);
	cut_history(ls);
	cut_unsubscribe(ls);
	trim_end(ls);
	while (ls->count && is_rule(ls->all[ls->count - 1].text)) {
		ls->count--;
		trim_end(ls);
	}
	if (ls->count == 0)
		ls->count = all;
	cut_browser(ls);
	hide_addresses(ls);
}

/* --- how it is written --- */

static void write_words(FILE *out, const char *s)
{
	for (bool word = true; *s;) {
		size_t n = *s == 'h' && word ? plain_address(s) : 0;
		if (n) {
			char *url = mem_ndup(NULL, s, n);
			fputs("<a href=\"", out);
			html_attr(out, url);
			fputs("\">", out);
			html_text(out, url);
			fputs("</a>", out);
			talloc_free(url);
			s += n;
			word = false;
			continue;
		}
		char one[2] = { *s, '\0' };
		/* Not behind any sign: an address that is none would be read from each of its own. */
		word = isspace((unsigned char)*s) || strchr("(<[\"'", *s);
		html_text(out, one);
		s++;
	}
}

/* "- item", "* item", "12. item"; the size of its mark, or 0. */
static size_t item_mark(const char *s, bool *numbered)
{
	size_t indent = strspn(s, " "), digits = strspn(s + indent, "0123456789");
	const char *p = s + indent;
	*numbered = digits && digits < 4 && (p[digits] == '.' || p[digits] == ')') && p[digits + 1] == ' ';
	if (indent > 4)
		return 0;
	if (*numbered)
		return indent + digits + 2;
	return (*p == '-' || *p == '*' || *p == '+') && p[1] == ' ' && p[2] > ' ' ? indent + 2 : text_starts(p, "• ") ? indent + 4 : 0;
}

/* Is line i drawn, so that its blanks count: indented, or with columns? */
static bool is_drawn(const struct line *l)
{
	bool numbered;
	size_t indent = strspn(l->text, " ");
	return *l->text && (*l->text == '\t' || (indent >= 4 && !item_mark(l->text, &numbered)) || strchr(l->text + indent, '\t'));
}

/* The end of the paragraph that begins at line i. */
static size_t paragraph_end(const struct lines *ls, size_t i)
{
	size_t end = i + 1;
	while (end < ls->count && !is_empty(&ls->all[end]) && ls->all[end].quote == ls->all[i].quote)
		end++;
	return end;
}

static bool all_drawn(const struct lines *ls, size_t from, size_t end)
{
	for (size_t i = from; i < end; i++)
		if (!is_drawn(&ls->all[i]))
			return false;
	return true;
}

static void write_drawn(FILE *out, const struct lines *ls, size_t from, size_t end)
{
	fputs("<pre>", out);
	for (size_t i = from; i < end; i++) {
		html_text(out, ls->all[i].text);
		fputc('\n', out);
	}
	fputs("</pre>\n", out);
}

/* Was the line broken because it was full?  Else somebody ended it: a verse, an address. */
static bool is_full(const struct lines *ls, size_t i)
{
	return text_length(ls->all[i].text) + 1 + strcspn(ls->all[i + 1].text, " ") > 60;
}

static void write_joined(FILE *out, const struct lines *ls, size_t from, size_t end)
{
	for (size_t i = from; i < end; i++) {
		const struct line *l = &ls->all[i];
		write_words(out, l->text + strspn(l->text, " "));
		if (i + 1 == end)
			continue;
		if (!l->soft)
			fputs(is_full(ls, i) ? "\n" : "<br>\n", out);
	}
}

static bool starts_item(const struct lines *ls, size_t i)
{
	bool numbered;
	return item_mark(ls->all[i].text, &numbered) > 0;
}

static void write_list(FILE *out, struct lines *ls, size_t from, size_t end)
{
	bool numbered;
	item_mark(ls->all[from].text, &numbered);
	const char *name = numbered ? "ol" : "ul";
	fprintf(out, "<%s>\n", name);
	for (size_t i = from; i < end;) {
		size_t next = i + 1;
		while (next < end && !starts_item(ls, next))
			next++;
		ls->all[i].text += item_mark(ls->all[i].text, &numbered);
		fputs("<li>", out);
		write_joined(out, ls, i, next);
		fputs("</li>\n", out);
		i = next;
	}
	fprintf(out, "</%s>\n", name);
}

static void write_paragraph(FILE *out, struct lines *ls, size_t from, size_t end)
{
	size_t item = from;
	if (all_drawn(ls, from, end)) {
		write_drawn(out, ls, from, end);
		return;
	}
	if (end == from + 1 && is_rule(ls->all[from].text)) {
		fputs("<hr>\n", out);
		return;
	}
	while (item < end && !starts_item(ls, item))
		item++;
	/* One line that begins with a dash is no list. */
	if (item > from && item + 1 == end)
		item = end;
	if (item > from) {
		fputs("<p>", out);
		write_joined(out, ls, from, item);
		fputs("</p>\n", out);
	}
	if (item < end)
		write_list(out, ls, item, end);
}

void mail_text_html(FILE *out, const struct mail_text *t)
{
	struct lines *ls = lines_of(NULL, t);
	int depth = 0;
	cut(ls);
	for (size_t i = 0; i < ls->count;) {
		if (is_empty(&ls->all[i])) {
			i++;
			continue;
		}
		size_t end = paragraph_end(ls, i);
		for (; depth < ls->all[i].quote; depth++)
			fputs("<blockquote>\n", out);
		for (; depth > ls->all[i].quote; depth--)
			fputs("</blockquote>\n", out);
		write_paragraph(out, ls, i, end);
		i = end;
	}
	for (; depth > 0; depth--)
		fputs("</blockquote>\n", out);
	talloc_free(ls);
}
