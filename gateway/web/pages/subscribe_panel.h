#pragma once
/*
 * subscribe_panel - the form on a page that invites its reader to subscribe, and its wording, which consent records.
 */
#include "gateway/web/pages/visit.h"

enum subscribe_place { SUBSCRIBE_HOME, SUBSCRIBE_POST, SUBSCRIBE_GATE };

/* For the template "ask".  entry is the post it stands under (NULL: none): readers are brought back there. */
json_t *subscribe_panel(enum subscribe_place place, const struct entry *entry, int64_t posts);
/* The words that every form of it shows, as consent records them. */
extern const char subscribe_wording[];
