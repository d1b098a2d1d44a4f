#pragma once
/*
 * shared - memory that stays one and the same across fork().
 */
#include <stddef.h>

/* Zeroed; belongs to nobody and lives as long as the last process that has it.  Never NULL. */
void *shared_new(size_t size);
