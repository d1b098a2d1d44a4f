#pragma once
/*
 * mail_words - the phrases by which the parts of a mail are known that are no text of its author.
 *
 * Quoted history, footers of lists, links to unsubscribe: in the languages and
 * programs in which they are met.
 */
#include <stdbool.h>

/* Does the line introduce what is quoted, "On 3 March 2026 Ada wrote:"? */
bool mail_words_attribution(const char *line);
/* Does the line begin history that nothing follows, "-----Original Message-----"? */
bool mail_words_history(const char *line);
/* Does the text speak of unsubscribing, or of settings for it? */
bool mail_words_unsubscribe(const char *text);
/* Does the text offer the same in a browser? */
bool mail_words_browser(const char *text);
/* Does the line begin the footer of a mailing list: a rule of underscores, Google's words? */
bool mail_words_footer(const char *line);
/* The subject without "Re:" (*reply: it had that) and the like in other languages, and without the list's "[name]" (or NULL).  Borrowed from subject. */
const char *mail_words_subject(const char *subject, const char *list, bool *reply);
