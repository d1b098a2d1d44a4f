/* Who has ended, as far as this process can tell: never one that it cannot see. */
#include "gateway/base/role/holder.h"
#include "gateway/base/memory/mem.h"
#include "tap.h"
#include <sched.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int status_of(pid_t pid)
{
	int status = 0;
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

enum { CANNOT = 77 };

/* What a process in a namespace of pids of its own says of holder: 1: it has ended, 0: not. */
static int seen_from_container(const char *holder)
{
	pid_t pid = fork();
	if (pid)
		return status_of(pid);
	if (unshare(CLONE_NEWPID) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWPID) != 0)
		_exit(CANNOT);
	pid = fork();
	_exit(pid ? status_of(pid) : holder_is_gone(holder));
}

int main(void)
{
	void *t = talloc_new(NULL);
	char *self = holder_self(t);
	int here = (int)(strrchr(self, ':') - self);
	const char *start = strrchr(self, '.') + 1;
	ok(!holder_is_gone(self), "this process has not ended");
	ok(holder_is_gone(mem_printf(t, "%.*s:999999999.1", here, self)), "one that is not there has");
	ok(holder_is_gone(mem_printf(t, "%.*s:%d.%s1", here, self, (int)getpid(), start)), "so has one whose pid another process has now");
	ok(!holder_is_gone("other.example:0:999999999.1"), "of another machine nothing is known");
	pid_t child = fork();
	if (!child)
		_exit(0);
	ok(status_of(child) == 0 && holder_is_gone(mem_printf(t, "%.*s:%d.%s", here, self, (int)child, start)), "one that was there has ended");
	int seen = seen_from_container(self);
	if (seen == CANNOT)
		printf("# no namespaces here\n");
	else
		is_int(seen, 0, "a process outside of the own container has not, whatever its pid means there");
	talloc_free(t);
	return tap_done();
}
