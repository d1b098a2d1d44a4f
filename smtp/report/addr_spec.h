#pragma once
/*
 * addr_spec - mail addresses inside the words of a report.
 */
#include <stdbool.h>
#include <stddef.h>

/* The first address in the size bytes at s: its first byte and its size; NULL without one. */
const char *addr_spec_find(const char *s, size_t size, size_t *found);
/* The address of a field like "rfc822; <ada@mail.test>" or "Ada <ada@mail.test>", with the escapes of RFC 6533 undone; "" for a value
 * that holds none: a path, a program.  Belongs to owner. */
char *addr_spec_of_field(void *owner, const char *value);
