#pragma once
/*
 * log - one line per event on standard error, as logfmt.
 *
 *   log_info("delivered", log_int("issue", id), log_text("to", address));
 *   ts=2026-09-06T06:30:00Z level=info role=mail msg=delivered issue=7 to=ada@example.net
 *
 * Only a role's loop, a request handler and main log, once per event.
 */
#include <stdint.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

struct log_field {
	const char *name;
	const char *text; /* NULL: the field is a number */
	int64_t number;
};

static inline struct log_field log_int(const char *name, int64_t n) { return (struct log_field){ name, 0, n }; }
static inline struct log_field log_text(const char *name, const char *s) { return (struct log_field){ name, s ? s : "", 0 }; }

/* The role that every line of this process names, and the least level that is written. */
void log_start(const char *role, enum log_level level);
void log_write(enum log_level level, const char *msg, const struct log_field *fields);

#define LOG_FIELDS(...) ((const struct log_field[]){ __VA_ARGS__ __VA_OPT__(,) { 0, 0, 0 } })
#define log_error(msg, ...) log_write(LOG_LEVEL_ERROR, msg, LOG_FIELDS(__VA_ARGS__))
#define log_warning(msg, ...) log_write(LOG_LEVEL_WARNING, msg, LOG_FIELDS(__VA_ARGS__))
#define log_info(msg, ...) log_write(LOG_LEVEL_INFO, msg, LOG_FIELDS(__VA_ARGS__))
#define log_debug(msg, ...) log_write(LOG_LEVEL_DEBUG, msg, LOG_FIELDS(__VA_ARGS__))
