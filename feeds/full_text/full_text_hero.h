#pragma once
/*
 * full_text_hero - the picture above the body of an article, which is not in what the page declares as its body.
 *
 * Themes put it into the header of the article, beside the title, or between
 * the two.  Portraits of authors, icons and what belongs to other parts of
 * the page are none.
 */
#include "gateway/base/html/html.h"

struct full_text_heroes;

/* The pictures of a page that may be one: before full_text_drop, which removes headers.  Belongs to owner. */
struct full_text_heroes *full_text_heroes(void *owner, struct html_node *root);
/* The one of the article that body is in, or is, as an element to write before it: a figure, a link, a picture or an img.  NULL: none. */
const struct html_node *full_text_hero(const struct full_text_heroes *heroes, const struct html_node *body);
