#pragma once
/*
 * publication_remove - what `pennypost publication remove` does.
 */
#include "gateway/cli/cli.h"

/* Unless yes, only says what would be lost.  Returns the exit status. */
int publication_remove(struct cli *cli, const char *named, bool yes, struct error *err);
