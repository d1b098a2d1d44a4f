#pragma once
/*
 * entry_json - the lists of an entry as JSON, as they are stored in its row.
 */
#include "gateway/archive/store/entry.h"

char *entry_authors_json(void *owner, const struct entry *entry);
char *entry_enclosures_json(void *owner, const struct entry *entry);
/* Fill entry's arrays, which then belong to it; malformed JSON counts as empty. */
void entry_authors_from_json(struct entry *entry, const char *json);
void entry_enclosures_from_json(struct entry *entry, const char *json);
