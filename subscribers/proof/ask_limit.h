#pragma once
/*
 * ask_limit - how often strangers may have letters written to a domain, from a network, by the whole instance.
 *
 * Kept in the database, so for all workers and machines together.  It counts
 * what is asked for, whether the address is known or not, so its answer tells
 * nothing of an address.  How much one mailbox gets is limited in proof.h.
 */
#include "gateway/base/db/db.h"

/*
 * Takes one letter to mail, asked for from the network address remote ("": nobody's): *wait is 0, or how many ms to
 * wait because one of the limits is reached; then nothing was taken.  Networks are /48 (IPv6) and /24.  What is no mail address is not limited.
 */
bool ask_limit_take(struct db *db, const char *mail, const char *remote, int64_t *wait, struct error *err);
/*
 * The same for one that a form asks for which was sent sooner than anybody could read it, or does not show that it was not
 * (gateway/web/server/stamp.h): a few an hour are nothing, ten of a network and forty of all.
 */
bool ask_limit_take_hasty(struct db *db, const char *mail, const char *remote, int64_t *wait, struct error *err);
