#pragma once
/*
 * status - how an instance is, as JSON; the command prints that, or says it in words.
 *
 * The keys are documented in pennypost(1), and are there in every answer.
 */
#include "gateway/cli/cli.h"
#include <jansson.h>

/* Everything; "problems" are what needs the owner, in words.  NULL with err; the caller's to json_decref. */
json_t *status_gather(struct cli *cli, struct error *err);
