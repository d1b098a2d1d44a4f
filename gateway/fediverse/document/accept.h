#pragma once
/*
 * accept - what form of a thing a client asks for (RFC 9110 section 12.5.1).
 */
#include <stdbool.h>

/* Would the sender of this Accept header (NULL: none) rather have ActivityPub than HTML?  Only when it names
 * application/activity+json or application/ld+json, and not below text/html. */
bool accept_activity(const char *header);
/* Is this Content-Type (NULL: none) one in which activities come: activity+json, ld+json or plain JSON? */
bool accept_is_activity(const char *content_type);
