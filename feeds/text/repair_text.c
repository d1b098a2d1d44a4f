#include "feeds/text/repair_text.h"
#include "gateway/base/text/character.h"
#include "feeds/text/repair_character.h"
#include "feeds/text/repair_mojibake.h"
#include "feeds/text/repair_reference.h"
#include <ctype.h>
#include <libxml/HTMLparser.h>
#include <stdio.h>
#include <string.h>

static void put_reference(struct repair *r, uint32_t cp)
{
	char s[16];
	repair_put(r, s, (size_t)snprintf(s, sizeof s, "&#%u;", (unsigned)cp));
}

static void put_bare(struct repair *r)
{
	repair_note(r, "a bare '&'");
	repair_put(r, "&amp;", 5);
}

/* Writes cp, or the character that its windows-1252 byte or its surrogate pair stands for.  *p is behind the reference, and is
 * moved behind the second one of a pair. */
static void put_number(struct repair *r, uint32_t cp, const char **p, const char *end)
{
	if (cp >= 0x80 && cp < 0xA0)
		cp = character_windows1252((unsigned char)cp);
	if (!repair_is_character(cp)) {
		repair_note(r, "a reference to no character");
		cp = repair_surrogate_pair(cp, p, end);
	}
	put_reference(r, cp ? cp : 0xFFFD);
}

/* s is at "&#": writes the reference and returns where it ends; NULL when there is none. */
static const char *numeric(struct repair *r, const char *s, const char *end)
{
	const char *p = s + 2;
	bool hex = p < end && (*p == 'x' || *p == 'X');
	if (hex && *p++ == 'X')
		repair_note(r, "a reference with a capital X");
	const char *digits = p;
	uint32_t cp = repair_number(&p, end, hex);
	if (p == digits)
		return NULL;
	bool ended = p < end && *p == ';';
	const char *whole = ended ? repair_mojibake(r, cp, s, end) : NULL;
	if (whole)
		return whole;
	p += ended;
	put_number(r, cp, &p, end);
	if (!ended)
		repair_note(r, "a reference without ';'");
	return p;
}

/* An entity that the DOCTYPE declares.  Its value is text in which no other declared entity is expanded. */
static bool declared(struct repair *r, struct piece name)
{
	for (size_t i = 0; i < r->entity_count; i++) {
		struct piece value = r->entity[i].value;
		if (!repair_same(r->entity[i].name, name) || value.length > r->entity_room)
			continue;
		size_t count = r->entity_count;
		r->entity_room -= value.length;
		r->entity_count = 0;
		repair_text(r, value.at, value.at + value.length);
		r->entity_count = count;
		return true;
	}
	return false;
}

/* s is at "&" and a letter: writes the reference and returns where it ends; NULL when there is none. */
static const char *named(struct repair *r, const char *s, const char *end)
{
	static const char *const xml[] = { "amp", "lt", "gt", "quot", "apos" };
	const char *p = s + 1;
	char name[33];
	while (p < end && isalnum((unsigned char)*p) && p - s < (ptrdiff_t)sizeof name)
		p++;
	if (p == end || *p != ';' || p - s > (ptrdiff_t)sizeof name)
		return NULL;
	size_t length = (size_t)(p - s - 1);
	memcpy(name, s + 1, length);
	name[length] = '\0';
	for (size_t i = 0; i < sizeof xml / sizeof *xml; i++)
		if (!strcmp(name, xml[i])) {
			repair_put(r, s, length + 2);
			return p + 1;
		}
	if (declared(r, (struct piece){ s + 1, length }))
		return p + 1;
	const htmlEntityDesc *html = htmlEntityLookup((const xmlChar *)name);
	if (!html)
		return NULL;
	const char *whole = repair_mojibake(r, html->value, s, end);
	if (whole)
		return whole;
	if (!r->doctype)
		repair_note(r, "an entity that XML does not know");
	put_reference(r, html->value);
	return p + 1;
}

static const char *reference(struct repair *r, const char *s, const char *end)
{
	const char *after = NULL;
	if (end - s > 2 && s[1] == '#')
		after = numeric(r, s, end);
	else if (end - s > 1 && isalpha((unsigned char)s[1]))
		after = named(r, s, end);
	if (after)
		return after;
	put_bare(r);
	return s + 1;
}

static bool is_plain(unsigned char c) { return c >= 0x20 && c != 0xEF && c != 0xC2 && c != '&' && c != '<' && c != '>' && c != '"'; }

void repair_text(struct repair *r, const char *s, const char *end)
{
	while (s < end && !r->full) {
		const char *run = s;
		while (s < end && (is_plain((unsigned char)*s) || *s == '\n' || *s == '\t' || *s == '\r'))
			s++;
		repair_put(r, run, (size_t)(s - run));
		if (s == end)
			return;
		size_t skip = repair_character(r, s, end);
		s += skip;
		switch (skip ? '\0' : *s) {
		case '\0': break;
		case '&': s = reference(r, s, end); break;
		case '<': repair_put(r, "&lt;", 4); s++; break;
		case '>': repair_put(r, "&gt;", 4); s++; break;
		case '"': repair_put(r, "&quot;", 6); s++; break;
		default: repair_put(r, s++, 1);
		}
	}
}
