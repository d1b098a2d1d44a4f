#pragma once
/*
 * freeform - the recipients and diagnostics in the words of a report, for those without fields.
 *
 * Mail systems write reports for people in a few layouts.  The table of
 * dialects in freeform.c says by which words a system is known and where it
 * puts the recipient; what no dialect knows is read by all layouts in turn.
 */
#include "smtp/report/verdict.h"
#include <stddef.h>

/* What is beyond is not read. */
enum { MENTIONS_MAX = 200 };

struct mention {
	const char *address;
	const char *words;        /* what was said of it; when nothing was, all of the report's */
	enum verdict_stage stage;
	bool alone;               /* words are its own, not the whole report's */
};
struct mentions {
	struct mention *all;
	size_t count;
	const char *dialect;      /* its name, or NULL when no dialect was known */
	bool group;               /* of a mailing list that does not say whether it exists */
};

/* The text of a report; what it quotes of the returned message is left out.  ours, until NULL: addresses of the sender, which are no
 * recipients where they are only mentioned.  Belongs to owner. */
struct mentions *freeform_read(void *owner, const char *text, const char *const *ours);
/* How many bytes of text come before what it quotes of the returned message. */
size_t freeform_size(const char *text);
