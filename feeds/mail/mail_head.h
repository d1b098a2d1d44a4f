#pragma once
/*
 * mail_head - the fields of a message, as struct mail_message has them.
 */
#include "feeds/mail/mail_message.h"
#include "gateway/base/mime/fields.h"

void mail_head_read(struct mail_message *m, const struct fields *head);
/* The words of a From: "Ada Lovelace", or the part of the address before the "@".  Belongs to owner; NULL: there are none. */
char *mail_head_author(void *owner, const struct entry_person *from);
