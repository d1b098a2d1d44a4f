#pragma once
/*
 * vanished_check - requests the pages of missing entries (vanished.h), and withdraws the entries whose pages are gone.
 *
 * Never waits for a page: each turn sends the requests that are due and takes
 * the responses that have come.
 */
#include "feeds/fetch/hosts.h"
#include "gateway/archive/store/quarantine.h"
#include "gateway/base/config/config.h"
#include "gateway/base/db/db.h"
#include "gateway/base/role/trial.h"

struct vanished_checker;

/* hosts limits the rate of requests per host.  NULL with err when there is no HTTP client. */
struct vanished_checker *vanished_checker_new(void *owner, struct db *db, const struct config *config, struct hosts *hosts, struct error *err);
/* Requests pages as turn says.  *due: in how many ms there is more to do, -1 when nothing will be.  False only for a database that cannot be used. */
bool vanished_checker_turn(struct vanished_checker *checker, enum trial_turn turn, int64_t *due, struct error *err);
/* Are pages requested that have not come yet? */
bool vanished_checker_holds(const struct vanished_checker *checker);
/* Releases the claims of pages that have not come, when the role stops. */
bool vanished_checker_release(struct vanished_checker *checker, struct error *err);
/* The candidates, as quarantine.h takes them: one that is quarantined stays in the archive. */
extern const struct quarantine_kind vanished_queue;
