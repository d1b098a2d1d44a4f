#pragma once
/*
 * letter_commands - the answer to a message that asks for help, or for what only the reader of the mailbox may do.
 *
 * The same to everybody, but that a reader finds links and addresses of their own in it.
 */
#include "gateway/mail/letter.h"

/* To a, which may be anybody's; domain: where the publication takes mail, or NULL when it no longer does. */
struct letter *letter_of_commands(void *owner, const struct template_set *templates, const struct publication *p, const struct address *a, const char *domain,
                                  struct error *err);
