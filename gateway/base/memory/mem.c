#include "gateway/base/memory/mem.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *mem_check(void *p)
{
	if (!p) {
		fputs("out of memory\n", stderr);
		abort();
	}
	return p;
}

unsigned mem_count(size_t n)
{
	if (n > UINT_MAX)
		mem_check(NULL);
	return (unsigned)n;
}

void *mem_grow(void *owner, void *array, size_t size, size_t count)
{
	size_t had = array ? talloc_get_size(array) : 0, want;
	if (__builtin_mul_overflow(size, count, &want))
		mem_check(NULL);
	if (had >= want && array)
		return array;
	size_t least = size * 4, room = had * 2 > want ? had * 2 : want > least ? want : least;
	char *grown = mem_check(talloc_realloc_size(owner, array, room));
	memset(grown + had, 0, room - had);
	return grown;
}

void *mem_cut(void *owner, void *array, size_t size, size_t count)
{
	if (!array)
		return mem_check(talloc_size(owner, 0));
	/* talloc_realloc frees on a size of 0; a size below one element still counts as no elements. */
	return mem_check(talloc_realloc_size(owner, array, count ? size * count : 1));
}

char *mem_dup_or_null(void *owner, const char *s) { return s ? mem_dup(owner, s) : NULL; }
