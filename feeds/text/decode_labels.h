#pragma once
/*
 * decode_labels - what the names of encodings mean.
 *
 * Labels in the wild name a smaller or another encoding than the bytes are
 * in; the WHATWG Encoding Standard lists what readers really need.
 */
#include <stdbool.h>

/* A name for iconv(3) (or "utf-8", "windows-1252", which need none), small letters; NULL for a label that is no
 * name, or that no document should be read by (utf-7 hides markup).  Belongs to owner. */
const char *decode_label(void *owner, const char *label);
/* One of the names of US-ASCII? */
bool decode_label_is_ascii(const char *label);
