#pragma once
/*
 * subscriber - the verbs of `pennypost subscriber` that treat whole lists; those about one person: what is known of them, and what they want.
 */
#include "gateway/archive/store/publication.h"
#include "gateway/cli/cli.h"
#include "subscribers/people/subscriber.h"
#include "subscribers/roster/roster_import.h"

/* The list in the file path; format NULL: by its columns. */
int subscriber_verb_import(struct cli *cli, const struct publication *p, const char *path, const char *format, const struct roster_settings *settings,
                           struct error *err);
int subscriber_verb_imports(struct cli *cli, const struct publication *p, bool json, struct error *err);
/* The import of that number. */
int subscriber_verb_approve(struct cli *cli, const struct publication *p, const char *number, struct error *err);
int subscriber_verb_undo(struct cli *cli, const struct publication *p, const char *number, struct error *err);
/* format: "csv" or NULL, "json". */
int subscriber_verb_export(struct cli *cli, const struct publication *p, const char *format, struct error *err);

/* What `subscriber set` is to change, as typed; NULL: that stays. */
struct subscriber_wishes {
	const char *rhythm, *at, *zone, *pause, *text_only, *language, *tier;
};
bool subscriber_wishes_any(const struct subscriber_wishes *w);
int subscriber_show(struct cli *cli, const struct publication *p, const char *value, bool json, struct error *err);
int subscriber_set(struct cli *cli, const struct publication *p, const char *value, const struct subscriber_wishes *w, struct error *err);

/* The address that was typed; NULL with an error that names it. */
struct address *subscriber_named(struct cli *cli, const struct publication *p, const char *value, struct error *err);
