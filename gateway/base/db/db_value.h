#pragma once
/*
 * db_value - a parameter of a statement.
 *
 * Callers include db.h.
 */
#include <stddef.h>
#include <stdint.h>

/* DB_NO_INT is the NULL of an integer; PostgreSQL wants to know of which type a NULL is. */
enum db_type { DB_END, DB_INT, DB_NO_INT, DB_TEXT, DB_BLOB };
struct db_value {
	enum db_type type;
	int64_t i;
	const void *p; /* DB_TEXT, DB_BLOB: NULL is SQL NULL */
	size_t size;   /* DB_BLOB */
};
static inline struct db_value db_int(int64_t i) { return (struct db_value){ DB_INT, i, 0, 0 }; }
static inline struct db_value db_text(const char *s) { return (struct db_value){ DB_TEXT, 0, s, 0 }; }
static inline struct db_value db_blob(const void *p, size_t size) { return (struct db_value){ DB_BLOB, 0, p, size }; }
static inline struct db_value db_null(void) { return db_text(0); }
/* An id that may be absent: 0 becomes NULL. */
static inline struct db_value db_int_or_null(int64_t i) { return i ? db_int(i) : (struct db_value){ DB_NO_INT, 0, 0, 0 }; }
#define DB_ARGS(...) ((const struct db_value[]){ __VA_ARGS__, { DB_END, 0, 0, 0 } })
/* For "IN": fifty parameters, which are the same one again when there are less. */
#define DB_FROM_2_TO_51 \
	"($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32," \
	" $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51)"
#define DB_NONE ((const struct db_value[]){ { DB_END, 0, 0, 0 } })
