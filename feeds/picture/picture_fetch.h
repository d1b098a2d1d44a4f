#pragma once
/*
 * picture_fetch - fetches the pictures of posts that are to be kept (gateway/archive/store/picture_rows.h).
 *
 * Nothing waits for a picture: a post is there at once, its picture when it has
 * come.  One that cannot be had is tried three times.  What came is a picture
 * by its first bytes, or none; its size is bounded, its host has its pauses, and
 * addresses that are not public are refused (gateway/base/http/http.h).  Each
 * turn sends the requests that are due and takes the responses that have come.
 */
#include "feeds/fetch/hosts.h"
#include "gateway/archive/store/quarantine.h"
#include "gateway/base/config/config.h"
#include "gateway/base/db/db.h"
#include "gateway/base/role/trial.h"

struct picture_fetcher;

/* hosts limits the rate of requests per host.  NULL with err when there is no HTTP client. */
struct picture_fetcher *picture_fetcher_new(void *owner, struct db *db, const struct config *config, struct hosts *hosts, struct error *err);
/* Requests pictures as turn says, and removes those that nobody shows any more.  *due: in how many ms there is more to do.  False only for a
 * database that cannot be used. */
bool picture_fetcher_turn(struct picture_fetcher *fetcher, enum trial_turn turn, int64_t *due, struct error *err);
/* Are pictures requested that have not come yet? */
bool picture_fetcher_holds(const struct picture_fetcher *fetcher);
/* Releases the claims of those, when the role stops. */
bool picture_fetcher_release(struct picture_fetcher *fetcher, struct error *err);
/* Those that are wanted, as quarantine.h takes them: one that is quarantined stays at its own address. */
extern const struct quarantine_kind picture_queue;
