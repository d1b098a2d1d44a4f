#pragma once
/*
 * helper_process - starts and ends a helper (helper_serve.h).
 *
 * A helper is this binary once more, executed anew, so that nothing of the
 * memory, the environment or the files of its parent is in it.  It ends with
 * its parent.
 */
#include "gateway/base/text/error.h"
#include <sys/types.h>

/* Starts one; its pid, and in *fd our end of the connection, which never blocks.  -1 with err. */
pid_t helper_process_start(int *fd, struct error *err);
/* Ends it, whatever it does; the status as wait(2) gives it. */
int helper_process_end(pid_t pid);
/* What a status says, as a text for the owner of the source whose document was read. */
void helper_process_describe(int status, struct error *err);
