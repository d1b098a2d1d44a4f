#pragma once
/*
 * letter_lint - what is wrong with a letter of the owner's own before it is sent.
 */
#include "gateway/mail/letter.h"
#include "subscribers/gate/gate.h"

struct letter_remark {
	bool fault;        /* it should not be sent so; else a hint */
	const char *about; /* "subject", "text", "length", "pictures", "links", "gate", "address" */
	const char *words;
};

/* entry as gate_show gave it to its owner; whom: for whom all of it is (gate_for).  The array belongs to owner; talloc_array_length is the count. */
struct letter_remark *letter_lint(void *owner, const struct publication *p, const struct entry *entry, const struct archive_letter *own,
                                  const struct letter *letter, enum gate_for whom);
