#include "gateway/mail/refused.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"

static const char subject[] = "a mail server refuses our letters";

bool refused_tell(struct db *db, int64_t delivery, const char *words, struct error *err)
{
	int64_t now = clock_now();
	char *text = mem_printf(NULL, "Letters wait, because the mail server that they go to refuses us: our login, our sender address or our host. It says:\n\n%s\n\n"
	                              "No reader is to blame, and nothing is lost: each letter is tried again for some days. Please look at the section [mail] of "
	                              "pennypost.conf, and at the DNS records that 'pennypost dkim' shows.\n\n"
	                              "'pennypost delivery list --state deferred' shows what waits.", words ? words : "nothing");
	bool fine = db_run(db, "INSERT INTO notice (publication, subject, text, created, planned) SELECT i.publication, $2, $3, $4, 0"
	                       " FROM delivery d JOIN issue i ON i.id = d.issue WHERE d.id = $1"
	                       " AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.publication = i.publication AND n.subject = $2 AND n.created > $5)",
	                   DB_ARGS(db_int(delivery), db_text(subject), db_text(text), db_int(now), db_int(now - CLOCK_DAY)), err);
	talloc_free(text);
	return fine;
}
