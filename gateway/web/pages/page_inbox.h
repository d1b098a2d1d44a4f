#pragma once
/*
 * page_inbox - "check your inbox": the page after a form that sends a letter.
 *
 * A cookie of an hour holds which form it was, the address, and where its
 * reader came from.
 */
#include "gateway/web/pages/visit.h"

/* 303 to that page; again is the path of the form that can send another letter, next where the link in it leads back to. */
void page_inbox_remember(struct visit *v, const char *mail, const char *again, const char *next);
/* The page itself; flash is what was wrong with the code that was typed there, or NULL. */
void page_inbox_show(struct visit *v, int status, const char *flash);
