#pragma once
/*
 * dates_words - the words in dates: months, days of the week, AM and PM, zones.
 */
#include <stdbool.h>
#include <stddef.h>

/* 1 to 12, or 0 when the word (size bytes) is not the name of a month. */
int dates_month(const char *word, size_t size);
/* 1 (Monday) to 7, or 0 when the word is not a known name of a day. */
int dates_weekday(const char *word, size_t size);
/* True for the name of a zone; *minutes is its offset east of UTC. */
bool dates_zone(const char *word, size_t size, int *minutes);
/* 'a' or 'p' for a word that means AM or PM, else 0. */
char dates_meridiem(const char *word, size_t size);
