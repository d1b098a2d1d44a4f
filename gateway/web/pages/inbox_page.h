#pragma once
/*
 * inbox_page - what the forms that send a letter share: "check your inbox".
 */
#include "gateway/web/pages/web.h"
#include "subscribers/people/subscriber.h"

/* 303 to the page that tells to look for the letter; again is the path of the form that can send another. */
void inbox_page_remember(struct visit *v, const char *mail, const char *again, const char *next);
/* Who did what, for the record. */
struct consent visit_consent(struct visit *v, const char *wording);
