#pragma once
/*
 * multipart - the parts between the boundaries of a MIME multipart (RFC 2046 section 5.1), whole or broken.
 *
 *   struct multipart m = { .at = body, .boundary = boundary };
 *   while (multipart_next(&m, &part, &size))
 *           part[0 .. size) has fields, an empty line, a body
 *
 * Lines end with LF.  A last part without its closing boundary counts.
 */
#include <stdbool.h>
#include <stddef.h>

struct multipart {
	const char *at, *boundary;
	bool begun, ended;
};

bool multipart_next(struct multipart *m, const char **part, size_t *size);
