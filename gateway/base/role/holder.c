#include "gateway/base/role/holder.h"
#include "gateway/base/memory/mem.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void boot_id(char id[64])
{
	FILE *in = fopen("/proc/sys/kernel/random/boot_id", "re");
	if (!in || !fgets(id, 64, in))
		strcpy(id, "-");
	id[strcspn(id, "\n")] = '\0';
	if (in)
		fclose(in);
}

/* Field 22 of /proc/PID/stat; the name of the program in field 2 may hold anything, so fields are counted from its last ')'.  0: not known. */
static unsigned long long start_of(long pid)
{
	char path[64], line[1024] = "";
	unsigned long long start = 0;
	snprintf(path, sizeof path, "/proc/%ld/stat", pid);
	FILE *in = fopen(path, "re");
	char *field = in && fgets(line, sizeof line, in) ? strrchr(line, ')') : NULL;
	for (int n = 2; field && n < 22; n++)
		field = strchr(field + 1, ' ');
	if (field)
		start = strtoull(field, NULL, 10);
	if (in)
		fclose(in);
	return start;
}

/* Of two containers on one machine, each has pids of its own; they may share their host's name. */
static unsigned long long pid_namespace(void)
{
	struct stat st;
	return stat("/proc/self/ns/pid", &st) == 0 ? (unsigned long long)st.st_ino : 0;
}

/* "HOST:BOOT.PIDS:" */
static char *machine(void *owner)
{
	char host[256] = "localhost", boot[64];
	gethostname(host, sizeof host - 1);
	boot_id(boot);
	return mem_printf(owner, "%s:%s.%llu:", host, boot, pid_namespace());
}

char *holder_self(void *owner)
{
	char *here = machine(NULL), *self = mem_printf(owner, "%s%ld.%llu", here, (long)getpid(), start_of(getpid()));
	talloc_free(here);
	return self;
}

bool holder_is_gone(const char *holder)
{
	char *here = machine(NULL), *rest;
	bool ours = strncmp(holder, here, strlen(here)) == 0;
	long pid = ours ? strtol(holder + strlen(here), &rest, 10) : 0;
	talloc_free(here);
	if (pid <= 0)
		return false;
	if (kill((pid_t)pid, 0) != 0 && errno == ESRCH)
		return true;
	unsigned long long start = *rest == '.' ? strtoull(rest + 1, NULL, 10) : 0, now = start_of(pid);
	return start && now && start != now;
}
