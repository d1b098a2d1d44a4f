#pragma once
/*
 * clean_lazy - the addresses that scripts for lazy loading, and for consent, keep in attributes of their own.
 */
#include "gateway/base/html/html.h"

/* Is it an address, and not the stand-in that such a script replaces? */
bool clean_lazy_is_address(const char *s);
/* The address that an attribute of a script gives node (its srcset is not looked at), or NULL. */
const char *clean_lazy_address(const struct html_node *node);
/* Sets media's src to what such an attribute of from says; false when none does. */
bool clean_lazy_take(struct html_node *media, const struct html_node *from);
/* The same from the srcset of from. */
bool clean_lazy_take_set(struct html_node *media, const struct html_node *from);
