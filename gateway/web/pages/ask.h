#pragma once
/*
 * ask - the panel that asks to subscribe, and what it said: consent keeps the words.
 */
#include "gateway/web/pages/visit.h"

enum ask_place { ASK_HOME, ASK_POST, ASK_GATE };

/* For the template "ask".  entry is the post it stands under (NULL: none): readers are brought back there. */
json_t *ask_panel(enum ask_place place, const struct entry *entry, int64_t posts);
/* The words that every form of it shows, as consent records them. */
extern const char ask_wording[];
