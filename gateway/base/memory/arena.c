#include "gateway/base/memory/arena.h"
#include "gateway/base/memory/mem.h"
#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#define LEAST ((size_t)1 << 10)
#define MOST ((size_t)1 << 20) /* blocks double up to this */

struct arena {
	char *at, *end;
	size_t next; /* size of the next block */
};

struct arena *arena_new(void *owner, size_t size)
{
	struct arena *a = mem_new(owner, struct arena);
	a->next = size < LEAST ? LEAST : size < MOST ? size : MOST;
	return a;
}

static void more(struct arena *a, size_t least)
{
	size_t size = least < a->next ? a->next : least;
	a->at = mem_check(talloc_size(a, size));
	a->end = a->at + size;
	a->next = a->next < MOST ? a->next * 2 : MOST;
}

char *arena_room(struct arena *a, size_t room)
{
	if ((size_t)(a->end - a->at) < room || !a->at)
		more(a, room);
	return a->at;
}

void arena_took(struct arena *a, size_t size) { a->at += size; }

void *arena_get(struct arena *a, size_t size)
{
	const size_t step = alignof(max_align_t);
	if (size > SIZE_MAX - step)
		mem_check(NULL);
	arena_room(a, size + step);
	char *p = a->at + (step - (uintptr_t)a->at % step) % step;
	a->at = p + size;
	return memset(p, 0, size);
}

char *arena_keep(struct arena *a, const char *s, size_t size)
{
	char *copy = arena_room(a, size + 1);
	memcpy(copy, s, size);
	copy[size] = '\0';
	arena_took(a, size + 1);
	return copy;
}
