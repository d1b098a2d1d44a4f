#pragma once
/*
 * media_type - what kind of file an address names (RFC 6838), for sources that do not say it, or say nonsense.
 */

/* said when it is a media type ("audio/mpeg", with parameters or not); else the type by the extension of the path of url, or NULL.  Both may be
 * NULL. */
const char *media_type(const char *said, const char *url);
