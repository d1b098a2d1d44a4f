#include "subscribers/gate/gate.h"
#include "gateway/archive/store/archive.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include <string.h>

bool gate_of(struct db *db, const struct publication *p, struct gate *gate, struct error *err)
{
	gate->publication = p->id;
	switch (p->gate) {
	case PUBLICATION_FREE: gate->open_since = INT64_MIN; return true;
	case PUBLICATION_ALL: gate->open_since = INT64_MAX; return true;
	case PUBLICATION_OLDER: gate->open_since = clock_now() - p->gate_number * CLOCK_DAY; return true;
	case PUBLICATION_BEYOND: return archive_nth_newest(db, p->id, p->gate_number, &gate->open_since, err);
	}
	gate->open_since = INT64_MAX;
	return true;
}

bool gate_locked(const struct gate *gate, const struct entry *entry)
{
	if (entry->access != ENTRY_ACCESS_POLICY)
		return entry->access == ENTRY_ACCESS_GATED;
	return entry->published < gate->open_since;
}

enum gate_view gate_view(const struct gate *gate, const struct entry *entry, const struct viewer *viewer)
{
	if (entry->state != ENTRY_LIVE || entry->publication != gate->publication)
		return GATE_NOTHING;
	if (!gate_locked(gate, entry))
		return GATE_FULL;
	bool ours = viewer->kind != VIEWER_ANYBODY && viewer->publication == entry->publication;
	return ours ? GATE_FULL : GATE_TEASER;
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
	if (allowed == GATE_FULL) {
		shown->excerpt = entry->whole_excerpt ? entry->whole_excerpt : entry->excerpt;
		return shown;
	}
	shown->whole_excerpt = NULL;
	shown->content = entry->teaser;
	shown->summary = NULL;
	shown->enclosures = NULL;
	shown->enclosure_count = 0;
	/* The image may be from after the cut; pictures before it are in the teaser. */
	if (entry->image.url && !(entry->teaser && strstr(entry->teaser, entry->image.url)))
		shown->image = (struct entry_image){ 0 };
	return shown;
}

char *gate_title(void *owner, const struct gate *gate, const struct entry *entry, const struct viewer *viewer)
{
	struct entry *shown = gate_show(NULL, gate, entry, viewer, NULL);
	char *title = entry_display_title(owner, shown ? shown : entry);
	talloc_free(shown);
	return title;
}
