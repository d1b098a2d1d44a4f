#include "gateway/fediverse/actor/hashtag.h"
#include "gateway/base/html/html.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <string.h>

/* In the text; the rest are tags all the same. */
enum { WRITTEN_MAX = 30 };

/* What people call the signs that tell tags apart and cannot be in a hashtag: "C#" -> "#CSharp", ".NET" -> "#dotNET". */
static const char *called(uint32_t c, bool first)
{
	if (first)
		return c == '.' ? "dot" : "";
	return c == '+' ? "Plus" : c == '#' ? "Sharp" : "";
}

static bool is_apostrophe(uint32_t c) { return c == '\'' || c == 0x2019 || c == 0x2BC; }

/* "tide tables" -> "#tideTables", "don’t" -> "#dont"; "#" alone when nothing is left, or nothing but digits. */
static char *name_of(void *owner, const char *tag)
{
	char *name = mem_array(owner, char, 5 * strlen(tag) + 2), *out = name;
	bool raise = false;
	*out++ = '#';
	while (*tag) {
		const char *start = tag;
		uint32_t c = text_next(&tag);
		out = stpcpy(out, called(c, out == name + 1));
		if (c != '_' && !text_in_word(c)) {
			raise = out > name + 1 && (raise || !is_apostrophe(c));
			continue;
		}
		memcpy(out, start, (size_t)(tag - start));
		if (raise && *out >= 'a' && *out <= 'z')
			*out = (char)(*out - 'a' + 'A');
		out += tag - start;
		raise = false;
	}
	*out = '\0';
	char *digits = text_digits(owner, name + 1);
	if (digits || !name[1 + strspn(name + 1, "_")])
		name[1] = '\0';
	return name;
}

static bool has(void *scratch, const struct hashtag *all, size_t count, const char *name)
{
	char *folded = text_fold(scratch, name);
	for (size_t i = 0; i < count; i++)
		if (strcmp(text_fold(scratch, all[i].name), folded) == 0)
			return true;
	return false;
}

struct hashtag *hashtags_of(void *owner, const struct publication *p, const struct entry *entry)
{
	struct hashtag *all = NULL;
	size_t count = 0;
	for (size_t i = 0; i < entry->tag_count; i++) {
		char *slug = text_tag(owner, entry->tags[i]), *name = name_of(owner, entry->tags[i]);
		if (*slug && name[1] && !has(owner, all, count, name))
			*mem_push(owner, all, count) = (struct hashtag){ name, mem_printf(owner, "%s%s", p->url, entry_tag_path(owner, slug)) };
	}
	mem_fit(owner, all, count);
	return all;
}

/* folded: text and name are. */
static bool mentions(const char *text, const char *name)
{
	for (const char *at = text; (at = strstr(at, name)); at++) {
		const char *behind = at + strlen(name);
		uint32_t next = text_next(&behind);
		if (!next || (next != '_' && !text_in_word(next)))
			return true;
	}
	return false;
}

void hashtags_write(FILE *out, const struct hashtag *all, const char *html)
{
	void *scratch = talloc_new(NULL);
	char *text = text_fold(scratch, html_inner_text(scratch, html_parse(scratch, html, strlen(html))));
	size_t written = 0;
	for (size_t i = 0; i < talloc_array_length(all) && written < WRITTEN_MAX; i++) {
		if (mentions(text, text_fold(scratch, all[i].name)))
			continue;
		fputs(written++ ? " <a href=\"" : "<p><a href=\"", out);
		html_attr(out, all[i].href);
		fputs("\" class=\"mention hashtag\" rel=\"tag\">", out);
		html_text(out, all[i].name);
		fputs("</a>", out);
	}
	fputs(written ? "</p>" : "", out);
	talloc_free(scratch);
}
