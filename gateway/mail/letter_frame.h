#pragma once
/*
 * letter_frame - what all letters have: their frame, their foot, the writing of both parts.  For the files of letters only.
 */
#include "gateway/mail/letter.h"
#include <jansson.h>

/* Stands for the link by which its reader opens the letter in a browser: MESSAGE_PLACE, a control character that no clean text has, and a letter. */
#define LETTER_PLACE_READ "\x01" "r"

/* s comes from a feed: removes bytes that would be read as a placeholder. */
char *letter_unmarked(void *owner, const char *s);
/* html as write writes it, and as text. */
char *letter_written(void *owner, void (*write)(FILE *, const char *), const char *html);
char *letter_plain(void *owner, const char *html);
/* The HTML of a text in its own direction, where that is not the publication's; text is what it says.  Belongs to owner. */
char *letter_directed(void *owner, const struct publication *p, char *html, const char *text);
/* A line of '=' as long as the title, for the text part. */
char *letter_underline(void *owner, const char *title);
/* The data that every template wants.  preview is shown in lists of letters, and nowhere else; "": the text begins at once, and a mail program shows that.  Spam filters
 * take hidden text in a letter to one person for a trick. */
json_t *letter_frame(const struct publication *p, const char *title, const char *preview);
/* What stands below the opening of a text whose rest is for supporters, as HTML or text. */
char *letter_for_supporters(void *owner, const struct publication *p, bool html);
/* The footer of a letter to a subscriber, as HTML or text. */
char *letter_foot(void *owner, const struct publication *p, bool html);
/* Renders both parts from data, each with its own content and footer; frees data. */
bool letter_render(struct letter *l, const struct template_set *templates, const char *name, json_t *data, const char *const content[2],
                   const char *const feet[2], struct error *err);
