#pragma once
/*
 * accept - does a client ask for ActivityPub or for HTML (content negotiation, RFC 9110 section 12.5.1)?
 */
#include <stdbool.h>

/* Does this Accept header (NULL: none) prefer ActivityPub to HTML?  Only when it names application/activity+json or
 * application/ld+json, with a weight not below that of text/html. */
bool accept_activity(const char *header);
/* May a body of this Content-Type (NULL: none) be an activity: activity+json, ld+json or plain JSON? */
bool accept_is_activity(const char *content_type);
