#include "feeds/text/repair_scan.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <string.h>

void repair_note(struct repair *r, const char *wrong)
{
	if (!r->wrong)
		r->wrong = wrong;
}

void repair_put(struct repair *r, const char *s, size_t size)
{
	if (!r->full && !buf_add(r->out, s, size)) {
		r->full = true;
		repair_note(r, "too long");
	}
}

void repair_cut_back(struct repair *r, size_t size)
{
	r->out->size = size;
	r->out->data[size] = '\0';
}

bool repair_at(const struct repair *r, const char *s)
{
	size_t n = strlen(s);
	return (size_t)(r->end - r->p) >= n && !memcmp(r->p, s, n);
}

const char *repair_find(const char *from, const char *end, const char *s)
{
	return from < end ? memmem(from, (size_t)(end - from), s, strlen(s)) : NULL;
}

const char *repair_stop(struct repair *r, enum repair_stop stop, const char *from)
{
	static const char *const words[] = { [REPAIR_SECTION] = "]]>", [REPAIR_COMMENT] = "-->", [REPAIR_INSTRUCTION] = "?>" };
	const char **next = &r->next[stop];
	if (!*next || *next < from) {
		*next = repair_find(from, r->end, words[stop]);
		*next = *next ? *next : r->end;
	}
	return *next < r->end ? *next : NULL;
}

/* Is cp, beyond ASCII, a NameStartChar or (inside) a NameChar of XML 1.0 section 2.3?  The last three ranges are NameChars only. */
static bool is_name_character(uint32_t cp, bool inside)
{
	static const uint32_t ranges[][2] = {
		{ 0xC0, 0xD6 }, { 0xD8, 0xF6 }, { 0xF8, 0x2FF }, { 0x370, 0x37D }, { 0x37F, 0x1FFF }, { 0x200C, 0x200D }, { 0x2070, 0x218F },
		{ 0x2C00, 0x2FEF }, { 0x3001, 0xD7FF }, { 0xF900, 0xFDCF }, { 0xFDF0, 0xFFFD }, { 0x10000, 0xEFFFF },
		{ 0xB7, 0xB7 }, { 0x300, 0x36F }, { 0x203F, 0x2040 },
	};
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges - (inside ? 0 : 3); i++)
		if (cp >= ranges[i][0] && cp <= ranges[i][1])
			return true;
	return false;
}

bool repair_starts_name(const char *s)
{
	if (*s & 0x80)
		return is_name_character(text_next(&s), false);
	return isalpha((unsigned char)*s) || *s == '_' || *s == ':';
}

bool repair_in_name(char c) { return isalnum((unsigned char)c) || c == '_' || c == ':' || c == '-' || c == '.'; }

struct piece repair_name(struct repair *r)
{
	struct piece name = { r->p, 0 };
	while (r->p < r->end) {
		const char *next = r->p;
		uint32_t cp = text_next(&next);
		if (cp < 0x80 ? !repair_in_name((char)cp) : !is_name_character(cp, true))
			break;
		r->p = next;
	}
	name.length = (size_t)(r->p - name.at);
	return name;
}

bool repair_is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool repair_same(struct piece a, struct piece b) { return a.length == b.length && !memcmp(a.at, b.at, a.length); }
