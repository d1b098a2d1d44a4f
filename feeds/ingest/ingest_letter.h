#pragma once
/*
 * ingest_letter - a letter that the owner writes: from a file to a draft of the archive.
 *
 * The file begins with its front matter between two lines of "---": a field a
 * line, "subject: Low water".  What follows is Markdown, or HTML when the
 * name of the file ends in .html or .htm.  It takes the way of any post: cleaned,
 * with a teaser, its pictures kept.
 *
 * Fields: subject (the only one that must be there), title (of the post; without it the subject), preheader, access (policy,
 * free, gated, supporter), audience (all, or which readers, as subscribers/people/audience.h has them), archive (yes, no), when ("2026-12-01 08:00" in the publication's zone), author, language, tags
 * (with commas between).
 */
#include "feeds/ingest/ingest_ready.h"
#include "gateway/archive/store/archive_letter.h"

struct ingest_letter {
	struct archive_letter letter; /* id and state do not count; its audience is not looked at yet */
	bool archive_said;            /* the file says whether it becomes a post of the archive */
	struct ingest_ready ready;
};

/* path is for what is said about it.  ERROR_INVALID names the line that is wrong, and what would be right.  Belongs to owner. */
struct ingest_letter *ingest_letter_read(void *owner, const struct publication *p, const char *path, const char *text, size_t size, struct error *err);
/* Stores the draft, or (*id is not 0) puts it in the place of one that is not sent yet; pictures_most as archive.h has it. */
bool ingest_letter_store(struct db *db, const struct publication *p, const struct ingest_letter *letter, int64_t pictures_most, int64_t *id, struct error *err);
