#pragma once
/*
 * full_text_drop - what surrounds articles: navigation, comments, sharing, hidden elements.
 */
#include "gateway/base/html/html.h"

/* Removes what cannot be part of any article. */
void full_text_drop(struct html_node *root);
