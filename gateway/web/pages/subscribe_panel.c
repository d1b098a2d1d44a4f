#include "gateway/web/pages/subscribe_panel.h"
#include "gateway/web/pages/view.h"
#include "gateway/base/memory/mem.h"

const char subscribe_wording[] = "New posts by email, and the archive to read. Free. No tracking. Leave with one click.";

/* "120 more words and 3 notes" */
static char *what_is_left(void *owner, const struct entry *e)
{
	size_t left = e->words > e->teaser_words ? e->words - e->teaser_words : 0;
	char *words = view_count(owner, (int64_t)left, "more word", "more words"), *notes = mem_dup(owner, "");
	if (e->note_count)
		notes = mem_printf(owner, " and %s", view_count(owner, (int64_t)e->note_count, "note", "notes"));
	return mem_printf(owner, "%s%s", words, notes);
}

/* "the full archive of 62 posts", but for those that are for supporters */
static char *what_opens(void *owner, int64_t posts, int64_t closed)
{
	char *all = view_count(owner, posts, "post", "posts");
	return closed ? mem_printf(owner, "%lld of the %s in the archive", (long long)(posts - closed), all) : mem_printf(owner, "the full archive of %s", all);
}

static char *gate_facts(void *owner, const struct entry *e, int64_t posts, int64_t closed)
{
	return mem_printf(owner, "%s. Subscribe now to keep reading and get access to %s. It is free.", what_is_left(owner, e), what_opens(owner, posts, closed));
}

json_t *subscribe_panel(enum subscribe_place place, const struct entry *entry, int64_t posts, int64_t closed)
{
	void *scratch = talloc_new(NULL);
	json_t *panel = NULL;
	switch (place) {
	case SUBSCRIBE_HOME:
		panel = json_pack("{s:s, s:s, s:s, s:s}", "heading", "Get the letter", "text", "New posts by email, and the archive to read.",
		                  "button", "Subscribe", "hint", "Free. No tracking. Leave with one click.");
		break;
	case SUBSCRIBE_POST:
		panel = json_pack("{s:s, s:s, s:s, s:s}", "heading", "The next one, by post",
		                  "text", closed ? mem_printf(scratch, "New posts by email, and %s.", what_opens(scratch, posts, closed))
		                                 : mem_printf(scratch, "New posts by email, and the full archive of %lld.", (long long)posts),
		                  "button", "Subscribe", "hint", "Free. No tracking. Leave with one click.");
		break;
	case SUBSCRIBE_GATE:
		panel = json_pack("{s:s, s:s, s:s, s:s, s:b}", "heading", "The rest of this letter is for subscribers",
		                  "text", gate_facts(scratch, entry, posts, closed), "button", "Subscribe and keep reading",
		                  "hint", "We send one link to confirm, and it brings you back to this page. No tracking. Leave with one click.",
		                  "instead", 1);
		break;
	case SUBSCRIBE_SUPPORTERS:
		panel = json_pack("{s:s, s:s, s:s, s:s, s:b}", "heading", "The rest of this letter is for supporters",
		                  "text", mem_printf(scratch, "%s. Subscribers get its opening by email, and read what is not for supporters alone. That is free.", what_is_left(scratch, entry)),
		                  "button", "Subscribe", "hint", "We send one link to confirm, and it brings you back to this page. No tracking. Leave with one click.",
		                  "instead", 1);
		break;
	}
	if (entry)
		json_object_set_new(panel, "next", json_string(entry_path(scratch, entry)));
	/* The template looks names up in the page around the panel too: false hides the one there. */
	else
		json_object_set_new(panel, "next", json_false());
	talloc_free(scratch);
	return panel;
}

json_t *supporters_panel(const struct entry *entry, const char *name)
{
	void *scratch = talloc_new(NULL);
	char *text = mem_printf(scratch, "%s. You are a subscriber, and this post is for supporters of %s.", what_is_left(scratch, entry), name);
	json_t *panel = json_pack("{s:s, s:s}", "heading", "The rest is for supporters", "text", text);
	talloc_free(scratch);
	return panel;
}
