#pragma once
/*
 * dates_words - the words that stand in dates: months, halves of the day, zones.
 */
#include <stdbool.h>
#include <stddef.h>

/* 1 to 12, or 0 when the word (size bytes) is the name of no month; weekdays are no months. */
int dates_month(const char *word, size_t size);
/* 1 (Monday) to 7, or 0 when the word is no name of a day that is known here. */
int dates_weekday(const char *word, size_t size);
/* True for the name of a zone; *minutes is its offset east of UTC. */
bool dates_zone(const char *word, size_t size, int *minutes);
/* 'a' or 'p' for a word that tells the half of the day, else 0. */
char dates_half(const char *word, size_t size);
