#pragma once
/*
 * entry - one post, from any kind of source.
 *
 * Parsers fill it, the archive stores it, the doors read it.  In what a
 * parser returns, content and summary are HTML as the source gave it; what
 * the archive returns is clean (feeds/clean/clean.h), the rest is derived.  All
 * strings belong to the entry, which is a talloc object; NULL means that the
 * source did not say.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct entry_person {
	const char *name, *email, *url;
};

struct entry_enclosure {
	const char *url, *type, *title;
	int64_t length; /* bytes, -1: not said */
};

struct entry_image {
	const char *url, *alt;
	int width, height; /* 0: not said */
};

enum entry_access { ENTRY_ACCESS_POLICY, ENTRY_ACCESS_FREE, ENTRY_ACCESS_GATED /* for subscribers */, ENTRY_ACCESS_SUPPORTER /* for those of them who are supporters */ };
enum entry_state {
	ENTRY_LIVE,
	ENTRY_WITHDRAWN, /* was live, and is gone permanently */
	ENTRY_HELD,      /* waits for the owner's approval: no door knows it (archive_held.h) */
	ENTRY_REJECTED,  /* was held and is not approved: no door knows it either */
	ENTRY_DRAFT,     /* a letter of the owner's that was not sent (archive_letter.h): no door knows it */
	ENTRY_MAILED     /* one that was sent and is no post of the archive: only those who got it */
};

/* For whom its author wrote it; what is for fewer comes into no archive. */
enum entry_audience {
	ENTRY_LISTED,
	ENTRY_UNLISTED /* for everybody, but not into the public timelines of the fediverse */
};

struct entry {
	/* what a source says */
	const char *guid;          /* the source's own id, trimmed; NULL when it gives none */
	const char *link;          /* absolute URL of the post at its source */
	const char *origin;        /* URL of the post where it was first, when link is that of a copy; or NULL */
	const char *via, *via_url; /* title and URL of the feed that the source took it from (a planet, a link blog); or NULL */
	const char *title;         /* plain text; NULL when the post has none */
	const char *summary;       /* HTML or text: the source's own excerpt */
	const char *content;       /* HTML */
	const char *warning;       /* plain text: the author's content warning, or NULL */
	const char *language;      /* BCP 47 */
	const char *comments;      /* URL */
	enum entry_audience audience;
	struct entry_person *authors;
	size_t author_count;
	const char **tags;         /* as written */
	size_t tag_count;
	struct entry_enclosure *enclosures;
	size_t enclosure_count;
	struct entry_image image;
	int64_t published;         /* ms; 0: not said */
	int64_t updated;           /* ms; 0: not said */
	const char *published_text, *updated_text; /* the dates as the source wrote them */
	bool day_offset_said;      /* does the date say by which clock it was written? */
	int day_offset;            /* minutes east of UTC of that clock; from the archive of the publication's, when nothing is said */

	/* what the archive adds */
	int64_t id, publication, source;
	const char *slug;          /* the last part of its path here, unique in the publication; in an import the slug there, or NULL */
	const char *excerpt;       /* plain text, at most 300 characters; within the teaser, or what gate_show made of it */
	const char *whole_excerpt; /* the same of the whole text, or NULL: for gate_show (subscribers/gate/gate.h) alone */
	const char *teaser;        /* clean HTML: the opening that anybody may read */
	size_t words, note_count;  /* of the whole text */
	size_t teaser_words;
	const char *kept;          /* JSON of its pictures that we keep (picture_map.h), or NULL */
	const bool *in_text;       /* of a copy that shows our pictures: does the text show the image [0], each enclosure [1 ...]?  Or NULL */
	bool cut;                  /* of a copy that gate_show made: content is the teaser alone */
	enum entry_access access;
	enum entry_state state;
	int64_t withdrawn;         /* when, for ENTRY_WITHDRAWN */
	int year;                  /* of its day, by which the archive lists it */
	int path_year;             /* of its path, which stays the same; 0: it is not stored yet */
	int64_t locked_at;         /* when the gate last changed what other servers are sent of it, or 0 */
	int64_t revised;           /* when its text last changed after its first import, or 0 */
};

/* The path of the entry's page here: "/2026/thirty-seven-cosines" (path_year). */
char *entry_path(void *owner, const struct entry *entry);
/* The day on which it was published, by day_offset: a format of clock_format. */
char *entry_day(void *owner, const struct entry *entry, const char *format);
/* The path of a tag's page, from its slug (text_tag): "/tag/c%23". */
char *entry_tag_path(void *owner, const char *slug);
/* URL of the post where it was first: its origin, else its link; NULL: here.  Borrowed. */
const char *entry_origin(const struct entry *entry);
/* Its authors' names, "Ines Okafor, Ada"; "" when there are none. */
char *entry_author_names(void *owner, const struct entry *entry);
/* The paragraph with the warning, with which content begins; and content without this paragraph. */
char *entry_warning_html(void *owner, const char *warning);
const char *entry_behind_warning(const struct entry *entry);
/* The title, or else its text when that is short, or else the first words of it.  Who may read all of the entry gets it from an
 * entry that gate_show made. */
char *entry_display_title(void *owner, const struct entry *entry);
