#include "gateway/archive/rendering/list_number.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Beyond these an item has its number in digits, as browsers do it for Roman ones. */
enum { ROMAN_MOST = 3999, NUMBER_MOST = 1000000000 };

static long number_of(const char *value)
{
	long n = strtol(value, NULL, 10);
	return n > NUMBER_MOST ? NUMBER_MOST : n < -NUMBER_MOST ? -NUMBER_MOST : n;
}

static long items_of(const struct html_node *ol)
{
	long n = 0;
	for (const struct html_node *li = ol->first; li; li = li->next)
		n += html_is(li, "li");
	return n;
}

static char type_of(const struct html_node *ol)
{
	static const struct { const char *style; char type; } styles[] = {
		{ "lower-alpha", 'a' }, { "lower-latin", 'a' }, { "upper-alpha", 'A' }, { "upper-latin", 'A' }, { "lower-roman", 'i' }, { "upper-roman", 'I' },
	};
	const char *type = html_get(ol, "type"), *style = html_get(ol, "style");
	for (size_t i = 0; style && i < sizeof styles / sizeof *styles; i++)
		if (strstr(style, styles[i].style))
			return styles[i].type;
	return type && *type && !type[1] && strchr("aAiI", *type) ? *type : '1';
}

bool list_number_is_plain(const struct html_node *ol)
{
	if (html_get(ol, "start") || html_get(ol, "reversed") || type_of(ol) != '1')
		return false;
	for (const struct html_node *li = ol->first; li; li = li->next)
		if (html_is(li, "li") && html_get(li, "value"))
			return false;
	return true;
}

struct list_number list_number_begin(const struct html_node *ol)
{
	const char *start = html_get(ol, "start");
	bool reversed = html_get(ol, "reversed") != NULL;
	return (struct list_number){ type_of(ol), start ? number_of(start) : reversed ? items_of(ol) : 1, reversed ? -1 : 1 };
}

/* z is followed by aa. */
static void letters(char *room, long n)
{
	char back[LIST_NUMBER_ROOM];
	size_t used = 0;
	for (; n > 0; n = (n - 1) / 26)
		back[used++] = (char)('a' + (n - 1) % 26);
	for (size_t i = 0; i < used; i++)
		room[i] = back[used - 1 - i];
	room[used] = '\0';
}

static void roman(char *room, long n)
{
	static const struct { int value; const char *text; } parts[] = {
		{ 1000, "m" }, { 900, "cm" }, { 500, "d" }, { 400, "cd" }, { 100, "c" }, { 90, "xc" }, { 50, "l" }, { 40, "xl" }, { 10, "x" },
		{ 9, "ix" }, { 5, "v" }, { 4, "iv" }, { 1, "i" },
	};
	*room = '\0';
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		for (; n >= parts[i].value; n -= parts[i].value)
			strcat(room, parts[i].text);
}

const char *list_number_next(struct list_number *list, const struct html_node *li, char room[LIST_NUMBER_ROOM])
{
	const char *value = html_get(li, "value");
	long n = value ? number_of(value) : list->number;
	list->number = n + list->step;
	bool is_roman = tolower((unsigned char)list->type) == 'i' && n >= 1 && n <= ROMAN_MOST, is_letters = tolower((unsigned char)list->type) == 'a' && n >= 1;
	if (is_roman)
		roman(room, n);
	else if (is_letters)
		letters(room, n);
	else
		snprintf(room, LIST_NUMBER_ROOM, "%ld", n);
	for (char *p = room; *p && isupper((unsigned char)list->type); p++)
		*p = (char)toupper((unsigned char)*p);
	return room;
}
