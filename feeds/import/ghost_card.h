#pragma once
/*
 * ghost_card - the cards of Ghost's editor, which both of its document formats have: pictures, bookmarks, players, callouts.
 *
 * Written with the markup of Ghost's own renderer as far as it carries
 * meaning.  What only an active site can do (forms, the call to sign up) and
 * what is for letters alone is left out.
 */
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* Writes the card of that name (the type of a node in Lexical, the name of a card in mobiledoc).  False: there is none of it. */
bool ghost_card(FILE *out, const char *name, const json_t *payload);
