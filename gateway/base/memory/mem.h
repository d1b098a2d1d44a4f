#pragma once
/*
 * mem - talloc that never returns NULL.
 *
 * Every object has an owner (its talloc parent) and dies with it.  Running
 * out of memory ends the process: no caller can do better.  One context per
 * request, poll or delivery, freed once by the loop that made it.
 */
#include <stddef.h>
#include <talloc.h>

#define mem_new(owner, T) ((T *)mem_check(talloc_zero((owner), T)))
#define mem_array(owner, T, n) ((T *)mem_check(talloc_zero_array((owner), T, mem_count(n))))
#define mem_dup(owner, s) ((char *)mem_check(talloc_strdup((owner), (s))))
#define mem_ndup(owner, s, n) ((char *)mem_check(talloc_strndup((owner), (s), (n))))
#define mem_printf(owner, ...) ((char *)mem_check(talloc_asprintf((owner), __VA_ARGS__)))
/* Makes array one longer and gives the address of the new, zeroed last element. */
#define mem_push(owner, array, count) \
	((array) = mem_grow((owner), (array), sizeof *(array), (count) + 1), &(array)[(count)++])

void *mem_check(void *p);
/* n, which must fit: a count that was cut to the width of talloc's would make an array that is too small. */
unsigned mem_count(size_t n);
/* array (or NULL) with room for count elements of size bytes; new ones are zeroed.  Room doubles. */
void *mem_grow(void *owner, void *array, size_t size, size_t count);
/* array cut to exactly count elements, so that talloc_array_length() tells their number; never NULL. */
#define mem_fit(owner, array, count) ((array) = mem_cut((owner), (array), sizeof *(array), (count)))
void *mem_cut(void *owner, void *array, size_t size, size_t count);
/* s copied, or NULL when s is NULL. */
char *mem_dup_or_null(void *owner, const char *s);
