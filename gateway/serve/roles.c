#include "gateway/serve/roles.h"
#include "feeds/role/ingest_run.h"
#include "gateway/fediverse/door/federate.h"
#include "gateway/mail/deliver.h"
#include "gateway/serve/doors.h"
#include "subscribers/plan/plan.h"

static int web_workers(const struct config *c) { return c->workers.web; }
static int federate_workers(const struct config *c) { return c->workers.federate; }

/* Connections and letters a second are divided among them: each needs one at least. */
static int mail_workers(const struct config *c)
{
	int most = c->mail.per_second && c->mail.per_second < c->mail.connections ? c->mail.per_second : c->mail.connections;
	return c->workers.mail < most ? c->workers.mail : most;
}

const struct role_kind role_kinds[ROLE_KINDS] = {
	{ "web", web_run, true, web_workers, web_share, .sends_mail = false, .executes = false },
	/* Its helpers are this program again. */
	{ "ingest", ingest_run, false, NULL, NULL, .sends_mail = false, .executes = true },
	{ "plan", plan_run, false, NULL, NULL, .sends_mail = false, .executes = false },
	{ "mail", mail_run, false, mail_workers, NULL, .sends_mail = true, .executes = false },
	{ "federate", federate_run, false, federate_workers, federate_share, .sends_mail = false, .executes = false },
};
