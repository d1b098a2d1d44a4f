#pragma once
/*
 * source_option - what an owner may set of a source, from the words of a command line.
 *
 * One table: an option is one line there.  A value that is none changes
 * nothing, and the error names what would be right.
 */
#include "feeds/source/source.h"

/* "header", "proxy", "every", "access", "hold", "full-text". */
extern const char *const source_option_names[]; /* ends with NULL */
/*
 * Puts value into settings; what it keeps belongs to owner.  ERROR_INVALID: no such option, or no such value.
 *   header     "Name: value"; "Name:" takes it away again
 *   proxy      URL (http, https, socks5, socks5h) or "none"
 *   every      minutes between two fetches: "30", "30:1440" (least:most), or "default"
 *   access     "policy", "free", "gated"
 *   hold, full-text   "yes", "no"
 */
bool source_option_set(void *owner, struct source_settings *settings, const char *name, const char *value, struct error *err);
/* "policy", "free", "gated". */
bool source_option_access(const char *text, enum entry_access *access, struct error *err);
const char *source_option_access_name(enum entry_access access);
/* The names of the headers that are set, "Authorization, X-Key"; "" for none. */
char *source_option_header_names(void *owner, const struct source_settings *settings);
/* url with this user and password, which are encoded, instead of any others; user "": with none.  Belongs to owner; NULL with err
 * for no http(s) URL. */
char *source_option_login(void *owner, const char *url, const char *user, const char *password, struct error *err);
