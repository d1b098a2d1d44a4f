#include "gateway/mail/letter_entry.h"
#include "gateway/base/memory/mem.h"

struct letter *letter_for(void *owner, struct db *db, const struct template_set *templates, const struct publication *p, int64_t entry,
                          enum viewer_kind viewer, struct error *err)
{
	struct gate gate;
	void *scratch = talloc_new(NULL);
	struct archive_letter *own;
	struct entry *e = archive_get_mailed(scratch, db, entry, err), *shown = NULL;
	struct letter *l = NULL;
	if (e && archive_letter_of(scratch, db, entry, &own, err) && gate_of(db, p, &gate, err)) {
		shown = gate_show(scratch, &gate, e, &(struct viewer){ viewer, p->id, 0, NULL }, NULL);
		if (shown)
			l = letter_of_entry(owner, templates, p, shown, own, err);
		else
			error_set(err, ERROR_NOT_FOUND, "the entry was withdrawn");
	}
	talloc_free(scratch);
	return l;
}
