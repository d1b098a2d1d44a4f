#pragma once
/*
 * list_number - the numbers of an ordered list, for readers that number it in their own way or not at all.
 *
 * start, reversed, type and the values of items, as HTML counts them
 * (html.spec.whatwg.org, "the ol element").
 */
#include "gateway/base/html/html.h"

struct list_number {
	char type;   /* of "1aAiI" */
	long number; /* of the next item */
	int step;    /* 1 or -1 */
};

/* Is it numbered 1, 2, 3, as every reader does it? */
bool list_number_is_plain(const struct html_node *ol);
struct list_number list_number_begin(const struct html_node *ol);
/* The next item is li: its number as text, "3", "c", "XIV", in room.  Numbers that have no such form are in digits. */
enum { LIST_NUMBER_ROOM = 32 };
const char *list_number_next(struct list_number *list, const struct html_node *li, char room[LIST_NUMBER_ROOM]);
