#pragma once
/*
 * arena - memory for the many small parts of one document.
 *
 * Parts are cut from large blocks, one after the other, and go together when
 * the owner goes: none is freed alone.  For trees and their strings, where an
 * object of mem.h for each part would take longer than reading the document.
 */
#include <stddef.h>

struct arena;

/* size: an estimate of the bytes that will be needed; the arena grows. */
struct arena *arena_new(void *owner, size_t size);
/* size zeroed bytes, aligned for any type. */
void *arena_get(struct arena *arena, size_t size);
/* A copy of the size bytes at s, with a NUL after them. */
char *arena_keep(struct arena *arena, const char *s, size_t size);
/* At least room bytes to write to, not zeroed, at no alignment; arena_took says how many of them are kept. */
char *arena_room(struct arena *arena, size_t room);
void arena_took(struct arena *arena, size_t size);
