#pragma once
/*
 * confine - what a process gives up for the rest of its life, so that whoever takes it over by a fault gets little.
 */
#include <stdbool.h>

/* Programs that it executes get no rights that it has not; no other process of its user can look into its memory, and it leaves no core file. */
void confine_process(void);
/*
 * From now on it, and what it starts, can make, change and remove files below the folders of writable (which ends with NULL) only, and execute
 * programs only when it executes; reading is not restricted.  A folder that is missing is left out.  Call it before there are threads.
 * Returns the version of Landlock that does it; 0 when this kernel does not (Linux before 5.19, or without it): nothing is restricted then.
 */
int confine_files(const char *const *writable, bool executes);

/* What a process does beside computing: opens files, or only reads them; connects, and has threads that look up names; takes connections; starts programs. */
enum { CONFINE_READING = 1, CONFINE_FILES = 2, CONFINE_NETWORK = 4, CONFINE_SERVING = 8, CONFINE_PROGRAMS = 16 };
/*
 * From now on it, and what it starts, can make only those system calls that such work needs (seccomp(2)); all others fail with ENOSYS.  Call it
 * last, and before there are threads.  False when this kernel has no such filters: nothing is restricted then.
 */
bool confine_calls(unsigned needs);
