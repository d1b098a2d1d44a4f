#include "gateway/serve/roles.h"
#include "feeds/role/ingest_run.h"
#include "gateway/fediverse/door/federate.h"
#include "gateway/inbound/receive.h"
#include "gateway/mail/deliver.h"
#include "gateway/serve/doors.h"
#include "gateway/serve/landing.h"
#include "subscribers/plan/plan.h"

static const char *web_listens(const struct config *c) { return c->listen; }
static const char *receive_listens(const struct config *c) { return c->inbound.lmtp; }

/* One for each way in: who waits for a mailbox serves no others. */
static int receive_workers(const struct config *c) { return (c->inbound.lmtp != NULL) + (c->mailbox.host != NULL); }

static int web_workers(const struct config *c) { return c->workers.web; }
static int federate_workers(const struct config *c) { return c->workers.federate; }

static int least(int a, int b) { return a < b ? a : b; }

/* Connections and letters a second are divided among them: each needs one at least, of one server. */
static int mail_workers(const struct config *c)
{
	int most = 1;
	for (size_t i = 0; i < c->mail.server_count; i++) {
		const struct config_server *s = &c->mail.servers[i];
		int can = s->per_second ? least(s->per_second, s->connections) : s->connections;
		most = can > most ? can : most;
	}
	most = c->mail.per_second ? least(most, c->mail.per_second) : most;
	return least(most, c->workers.mail);
}

const struct role_kind role_kinds[ROLE_KINDS] = {
	{ "web", web_run, web_listens, web_workers, web_share, .sends_mail = false, .executes = false, .serves = true },
	/* Its helpers are this program again. */
	{ "ingest", ingest_run, NULL, NULL, NULL, .sends_mail = false, .executes = true },
	{ "plan", plan_run, NULL, NULL, NULL, .sends_mail = false, .executes = false },
	{ "mail", landing_mail_run, NULL, mail_workers, mail_share, .sends_mail = true, .executes = false },
	{ "receive", receive_run, receive_listens, receive_workers, NULL, .sends_mail = false, .polls_mailbox = true, .executes = false, .serves = true },
	{ "federate", federate_run, NULL, federate_workers, federate_share, .sends_mail = false, .executes = false },
};
