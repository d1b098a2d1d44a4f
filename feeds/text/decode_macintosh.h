#pragma once
/*
 * decode_macintosh - encodings of old Macs that iconv(3) does not have.
 */
#include <stdint.h>

/* The characters of the bytes 80 to FF in "macgreek" or "macturkish"; NULL for any other encoding. */
const uint16_t *decode_macintosh(const char *encoding);
