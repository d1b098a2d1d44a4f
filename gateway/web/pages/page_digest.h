#pragma once
/*
 * page_digest - the page of a letter that holds several posts, as its reader sees them; page_read answers with it.
 */
#include "gateway/web/pages/visit.h"
#include "subscribers/proof/reading.h"

/* reading is of a digest of the publication.  410 when all its posts were withdrawn. */
void page_digest_show(struct visit *v, const struct reading *reading);
