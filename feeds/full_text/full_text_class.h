#pragma once
/*
 * full_text_class - what the class, the id and the microdata of an element say about it.
 */
#include "gateway/base/html/html.h"

/* Above 0: class and id are those of an article's body; below 0: those of something else on the page. */
int full_text_class_weight(const struct html_node *node);
/* Does the page itself declare node as the body of its article?  0: no; else the more reliable the higher. */
int full_text_declared(const struct html_node *node);
