#pragma once
/*
 * tag_list - "v=DKIM1; k=rsa; p=…": the tag lists of DKIM and DMARC (RFC 6376 section 3.2).
 */
#include "gateway/base/text/error.h"
#include <stddef.h>

struct tag {
	const char *name;  /* as written: the case of names matters */
	const char *value; /* without white space at both ends */
};

struct tag_list {
	struct tag *tags;  /* in their order */
	size_t count;
};

/* Belongs to owner.  ERROR_INVALID: a part is no tag, or one tag stands there twice. */
struct tag_list *tag_list_parse(void *owner, const char *text, struct error *err);
/* The value of a tag, or NULL. */
const char *tag_list_value(const struct tag_list *list, const char *name);
/* Is word one of the values of list, which has colons between; whatever the case, and with white space around? */
bool tag_list_has(const char *list, const char *word);
