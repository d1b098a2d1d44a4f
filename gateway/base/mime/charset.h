#pragma once
/*
 * charset - bytes in the charset that a header field or a MIME part names.
 *
 * Never fails, for mail is full of wrong labels.  Documents of the web have
 * rules of their own: feeds/text/decode.h.
 */
#include <stddef.h>

/* As UTF-8: by the label, or without one that is known as UTF-8, ISO-2022-JP or Windows-1252, as the bytes look; what is none of them
 * becomes U+FFFD.  A NUL becomes a blank.  Belongs to owner. */
char *charset_text(void *owner, const char *bytes, size_t size, const char *label);
