#pragma once
/*
 * helper_serve - the work of a helper: a process that reads documents of strangers, one after the other.
 *
 * It has no database, no key, no configuration and no file but the two
 * ends of its connection, and gives up what it does not need before the
 * first document.  helper_process.h starts it.
 */
#include "gateway/base/text/error.h"

/* How long a document may take of the processor, in seconds; one that takes longer ends the helper. */
#define HELPER_CPU_SECONDS 10
/* The memory of a helper, in MiB. */
#define HELPER_MEMORY 1024

/* Answers the requests (helper_message.h) from in on out, until in ends.  False: in brought something else. */
bool helper_serve(int in, int out, struct error *err);
