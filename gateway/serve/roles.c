#include "gateway/serve/roles.h"
#include "feeds/role/ingest_run.h"
#include "gateway/fediverse/door/federate.h"
#include "gateway/mail/deliver.h"
#include "gateway/serve/doors.h"
#include "subscribers/plan/plan.h"

const struct role_kind role_kinds[ROLE_KINDS] = {
	{ "web", web_run, true },
	{ "ingest", ingest_run, false },
	{ "plan", plan_run, false },
	{ "mail", mail_run, false },
	{ "federate", federate_run, false },
};
