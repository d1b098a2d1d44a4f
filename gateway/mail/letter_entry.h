#pragma once
/*
 * letter_entry - the letter of an entry, as the gate lets a viewer see it: a post, or a letter of the owner's own.
 */
#include "gateway/mail/letter.h"
#include "subscribers/gate/gate.h"

/* Belongs to owner.  ERROR_NOT_FOUND: there is no such entry, it was withdrawn, or is a draft and viewer not its owner. */
struct letter *letter_for(void *owner, struct db *db, const struct template_set *templates, const struct publication *p, int64_t entry,
                          enum viewer_kind viewer, struct error *err);
