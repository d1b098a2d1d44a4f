#pragma once
/*
 * moved - a Move of an account that is a source: the one that it names is followed in its place.
 *
 * Only when that one says so, too: its document, which was fetched from its
 * id, lists the old account in alsoKnownAs.  Anything else changes nothing,
 * because a Move alone lets whoever has taken over an account send us anywhere.
 */
#include "gateway/fediverse/remote/activity.h"
#include "gateway/base/db/db.h"
#include "gateway/base/memory/buf.h"

/* In the transaction that ends the inbox item; document may be NULL.  The owners are told, whatever it does; *words says what that was. */
bool moved_apply(struct db *db, const struct activity *a, const struct buf *document, const char **words, struct error *err);
