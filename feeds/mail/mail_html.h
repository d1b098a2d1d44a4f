#pragma once
/*
 * mail_html - the HTML of a mail as HTML for an archive.
 *
 * Takes apart the tables by which mails are laid out, leaves out what is for a mailbox
 * only (hidden lines, "view in browser", the way to unsubscribe, the subject once more, the history
 * below an answer, signatures), and puts the pictures that came with it in
 * their places.  The result is not safe yet: feeds/clean/clean.h makes it so.
 */
#include "feeds/mail/mail_message.h"
#include <stdio.h>

/* The pictures of a message, while its texts are written. */
struct mail_pictures {
	bool *shown;  /* of each file: does some text show it? */
	size_t room;  /* bytes of pictures that still may be written; a text names one as often as it likes */
};

void mail_html_write(FILE *out, const struct mail_message *message, const char *html, struct mail_pictures *pictures);
/* "data:image/png;base64,..." (RFC 2397).  Belongs to owner. */
char *mail_html_data_url(void *owner, const struct mail_file *picture);
