/* What the planner takes, as queues of the quarantine. */
#include "gateway/base/system/clock.h"
#include "subscribers/plan/plan.h"

/* News keep what they are (enum archive_news) in a negative number. */
static bool close_news(struct db *db, int64_t entry, struct error *err)
{
	return db_run(db, "UPDATE entry SET announce = -announce WHERE id = $1 AND announce > 0", DB_ARGS(db_int(entry)), err);
}

static bool retry_news(struct db *db, int64_t entry, struct error *err)
{
	return db_run(db, "UPDATE entry SET announce = -announce WHERE id = $1 AND announce < 0", DB_ARGS(db_int(entry)), err);
}

static bool drop_news(struct db *db, int64_t entry, struct error *err)
{
	return db_run(db, "UPDATE entry SET announce = 0 WHERE id = $1 AND announce < 0", DB_ARGS(db_int(entry)), err);
}

/* Of a notice and of an issue, planned is -1. */
static bool close_notice(struct db *db, int64_t id, struct error *err)
{
	return db_run(db, "UPDATE notice SET planned = -1 WHERE id = $1 AND planned = 0", DB_ARGS(db_int(id)), err);
}

static bool retry_notice(struct db *db, int64_t id, struct error *err)
{
	return db_run(db, "UPDATE notice SET planned = 0 WHERE id = $1 AND planned = -1", DB_ARGS(db_int(id)), err);
}

static bool drop_notice(struct db *db, int64_t id, struct error *err)
{
	return db_run(db, "UPDATE notice SET planned = $2 WHERE id = $1 AND planned = -1", DB_ARGS(db_int(id), db_int(clock_now())), err);
}

static bool close_issue(struct db *db, int64_t id, struct error *err)
{
	return db_run(db, "UPDATE issue SET planned = -1 WHERE id = $1 AND planned = 0", DB_ARGS(db_int(id)), err);
}

static bool retry_issue(struct db *db, int64_t id, struct error *err)
{
	return db_run(db, "UPDATE issue SET planned = 0 WHERE id = $1 AND planned = -1", DB_ARGS(db_int(id)), err);
}

static bool drop_issue(struct db *db, int64_t id, struct error *err)
{
	return db_run(db, "UPDATE issue SET planned = $2 WHERE id = $1 AND planned = -1", DB_ARGS(db_int(id), db_int(clock_now())), err);
}

const struct quarantine_kind plan_news = { .name = "news", .role = "plan", .close = close_news, .retry = retry_news, .drop = drop_news };
const struct quarantine_kind plan_notices = { .name = "notice", .role = "plan", .close = close_notice, .retry = retry_notice, .drop = drop_notice };
const struct quarantine_kind plan_issues = { .name = "issue", .role = "plan", .close = close_issue, .retry = retry_issue, .drop = drop_issue };
