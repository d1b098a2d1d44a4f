#pragma once
/*
 * source_option - the settings of a source, from text on the command line.
 *
 * The options are one table.  An invalid value changes nothing, and the error
 * says which values are valid.
 */
#include "feeds/source/source.h"

/* "header", "proxy", "every", "access", "hold", "full-text", … */
extern const char *const source_option_names[]; /* ends with NULL */
/*
 * Puts value into settings; what it keeps belongs to owner.  ERROR_INVALID: no such option, or no such value.
 *   header     "Name: value"; "Name:" takes it away again
 *   proxy      URL (http, https, socks5, socks5h) or "none"
 *   every      minutes between two fetches: "30", "30:1440" (least:most), or "default"
 *   access     "policy", "free", "gated", "supporter"
 *   hold, full-text   "yes", "no"
 *   authenticate      as mail_authentication.h has it, or "none"
 */
bool source_option_set(void *owner, struct source_settings *settings, const char *name, const char *value, struct error *err);
/* "policy", "free", "gated", "supporter". */
bool source_option_access(const char *text, enum entry_access *access, struct error *err);
const char *source_option_access_name(enum entry_access access);
/* The names of the headers that are set: "Authorization, X-Key"; "" for none. */
char *source_option_header_names(void *owner, const struct source_settings *settings);
/* url with this user and password, percent-encoded, instead of its own; user "": without any.  Belongs to owner; NULL with err when url
 * is no http(s) URL. */
char *source_option_login(void *owner, const char *url, const char *user, const char *password, struct error *err);
