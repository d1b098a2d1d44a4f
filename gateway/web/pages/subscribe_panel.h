#pragma once
/*
 * subscribe_panel - the form on a page that invites its reader to subscribe, and its wording, which consent records.
 */
#include "gateway/web/pages/visit.h"

enum subscribe_place { SUBSCRIBE_HOME, SUBSCRIBE_POST, SUBSCRIBE_GATE, SUBSCRIBE_SUPPORTERS /* to subscribe opens the rest of the archive, not this */ };

/* For the template "ask".  entry is the post it stands under (NULL: none): readers are brought back there.  Of so many posts closed are for supporters. */
json_t *subscribe_panel(enum subscribe_place place, const struct entry *entry, int64_t posts, int64_t closed);
/* What a subscriber reads below the opening of a post whose rest is for supporters; name is the publication's. */
json_t *supporters_panel(const struct entry *entry, const char *name);
/* The words that every form of it shows, as consent records them. */
extern const char subscribe_wording[];
