#include "subscribers/gate/gate.h"
#include "gateway/archive/store/archive.h"
#include "gateway/archive/store/entry_pictures.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include <string.h>

bool gate_of(struct db *db, const struct publication *p, struct gate *gate, struct error *err)
{
	gate->publication = p->id;
	gate->site = p->url;
	switch (p->gate) {
	case PUBLICATION_FREE: gate->open_since = INT64_MIN; return true;
	case PUBLICATION_ALL: gate->open_since = INT64_MAX; return true;
	case PUBLICATION_OLDER: gate->open_since = clock_now() - p->gate_number * CLOCK_DAY; return true;
	case PUBLICATION_BEYOND: return archive_nth_newest(db, p->id, p->gate_number, &gate->open_since, err);
	}
	gate->open_since = INT64_MAX;
	return true;
}

enum gate_for gate_for(const struct gate *gate, const struct entry *entry)
{
	switch (entry->access) {
	case ENTRY_ACCESS_FREE: return GATE_FOR_ANYBODY;
	case ENTRY_ACCESS_GATED: return GATE_FOR_SUBSCRIBERS;
	case ENTRY_ACCESS_POLICY: return entry->published < gate->open_since ? GATE_FOR_SUBSCRIBERS : GATE_FOR_ANYBODY;
	case ENTRY_ACCESS_SUPPORTER: break;
	}
	/* What a newer version may have stored is for the fewest. */
	return GATE_FOR_SUPPORTERS;
}

const char *gate_for_name(enum gate_for whom)
{
	static const char *const names[] = { "free", "subscribers", "supporters" };
	return names[whom];
}

bool gate_locked(const struct gate *gate, const struct entry *entry) { return gate_for(gate, entry) != GATE_FOR_ANYBODY; }

enum viewer_kind gate_reader(bool supporter) { return supporter ? VIEWER_SUPPORTER : VIEWER_SUBSCRIBER; }

enum gate_view gate_view(const struct gate *gate, const struct entry *entry, const struct viewer *viewer)
{
	bool ours = viewer->kind != VIEWER_ANYBODY && viewer->publication == entry->publication;
	enum gate_for whom = gate_for(gate, entry);
	bool opened = whom == GATE_FOR_ANYBODY || (ours && (whom == GATE_FOR_SUBSCRIBERS || viewer->kind >= VIEWER_SUPPORTER));
	if (entry->publication != gate->publication)
		return GATE_NOTHING;
	if (entry->state == ENTRY_MAILED)
		return !ours ? GATE_NOTHING : opened || whom != GATE_FOR_SUPPORTERS ? GATE_FULL : GATE_TEASER;
	if (entry->state == ENTRY_DRAFT)
		return ours && viewer->kind == VIEWER_OWNER ? GATE_FULL : GATE_NOTHING;
	if (entry->state != ENTRY_LIVE)
		return GATE_NOTHING;
	return opened ? GATE_FULL : GATE_TEASER;
}

/* Takes out what is behind the gate. */
static void cut(struct entry *shown, const struct entry *entry)
{
	shown->cut = true;
	shown->whole_excerpt = NULL;
	shown->content = entry->teaser;
	shown->summary = NULL;
	shown->enclosures = NULL;
	shown->enclosure_count = 0;
	/* The image may be from after the cut; pictures before it are in the teaser. */
	if (entry->image.url && !(entry->teaser && strstr(entry->teaser, entry->image.url)))
		shown->image = (struct entry_image){ 0 };
}

struct entry *gate_show(void *owner, const struct gate *gate, const struct entry *entry, const struct viewer *viewer,
                        enum gate_view *view)
{
	enum gate_view allowed = gate_view(gate, entry, viewer);
	if (view)
		*view = allowed;
	if (allowed == GATE_NOTHING)
		return NULL;
	struct entry *shown = mem_new(owner, struct entry);
	*shown = *entry;
	if (allowed == GATE_FULL)
		shown->excerpt = entry->whole_excerpt ? entry->whole_excerpt : entry->excerpt;
	else
		cut(shown, entry);
	entry_pictures_place(shown, gate->site);
	return shown;
}

char *gate_title(void *owner, const struct gate *gate, const struct entry *entry, const struct viewer *viewer)
{
	struct entry *shown = gate_show(NULL, gate, entry, viewer, NULL);
	char *title = entry_display_title(owner, shown ? shown : entry);
	talloc_free(shown);
	return title;
}
