#include "gateway/mail/quiet.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/daytime.h"
#include "gateway/base/system/zone.h"

/* A zone that was changed counts this much later. */
#define KEEP CLOCK_MINUTE

struct known {
	int64_t publication, read, offset; /* ms; read on clock_steady() */
};

struct quiet {
	struct db *db;
	struct daytime hours;
	struct known *known;
	size_t count;
};

struct quiet *quiet_new(void *owner, struct db *db, const char *hours)
{
	struct quiet *q = mem_new(owner, struct quiet);
	q->db = db;
	daytime_parse(hours, &q->hours);
	return q;
}

static struct known *find(struct quiet *q, int64_t publication)
{
	for (size_t i = 0; i < q->count; i++)
		if (q->known[i].publication == publication)
			return &q->known[i];
	struct known *k = mem_push(q, q->known, q->count);
	*k = (struct known){ .publication = publication, .read = clock_steady() - KEEP };
	return k;
}

int64_t quiet_left(struct quiet *q, int64_t publication)
{
	struct known *k = find(q, publication);
	struct error ignored;
	char *zone = NULL;
	if (clock_steady() - k->read >= KEEP && db_get_text(q, q->db, "SELECT time_zone FROM publication WHERE id = $1", DB_ARGS(db_int(publication)), &zone, &ignored)) {
		k->offset = zone ? zone_offset(zone, clock_now()) * CLOCK_MINUTE : 0;
		k->read = clock_steady();
	}
	talloc_free(zone);
	return daytime_left(&q->hours, clock_now() + k->offset);
}
