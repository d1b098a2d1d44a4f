#pragma once
/*
 * ingest_run - the loop of the role ingest.
 *
 * Fetches the sources that are due, reads pushes, asks hubs, fetches pages
 * of full texts and pictures, and checks the pages of missing entries, all at
 * the same time.  Source rows are written in groups.
 */
#include "gateway/base/role/role.h"

role_run ingest_run;
