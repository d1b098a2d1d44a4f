#pragma once
/*
 * mail_text - the plain text of a mail as HTML for an archive.
 *
 * Lines become paragraphs again (RFC 3676, or by what fills a line), quotes that are
 * answered become blockquotes, lists, code and addresses of the web are kept.
 * What nobody wrote for this post is left out: the history below an
 * answer, the signature, the footer of the list, the way to unsubscribe.  A
 * text of nothing else stays as it is.
 */
#include <stdbool.h>
#include <stdio.h>

struct mail_text {
	const char *text;
	bool flowed, delsp;
};

void mail_text_html(FILE *out, const struct mail_text *text);
