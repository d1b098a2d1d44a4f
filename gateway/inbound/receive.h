#pragma once
/*
 * receive - the role that takes mail in: an LMTP server, a worker that polls a mailbox, and in both the reader of what was stored.
 *
 * A message is a committed row (mail_in.h) before its sender hears that it is kept.
 */
#include "gateway/base/role/role.h"

bool receive_run(struct role *role, struct error *err);
