#include "feeds/helper/helper_process.h"
#include "feeds/helper/helper_serve.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the loader and the sanitizers of a test need; the rest of the environment may hold passwords. */
static bool is_harmless(const char *variable)
{
	static const char *const starts[] = { "LD_", "ASAN_OPTIONS=", "LSAN_OPTIONS=", "UBSAN_OPTIONS=" };
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		if (strncmp(variable, starts[i], strlen(starts[i])) == 0)
			return true;
	return false;
}

/* The variables for a helper, which end with NULL. */
static void choose_environment(char **chosen, size_t most)
{
	size_t count = 0;
	for (char **e = environ; e && *e && count + 1 < most; e++)
		if (is_harmless(*e))
			chosen[count++] = *e;
	chosen[count] = NULL;
}

/* In the child: the connection is its standard input and output, standard error stays, and there is nothing else. */
static _Noreturn void become_helper(int fd, pid_t parent)
{
	enum { VARIABLES = 16 };
	char *variables[VARIABLES], name[] = "pennypost", command[] = "feed", verb[] = "helper", *words[] = { name, command, verb, NULL };
	int high = fcntl(fd, F_DUPFD, STDERR_FILENO + 1);
	choose_environment(variables, VARIABLES);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (getppid() == parent && high >= 0 && dup2(high, STDIN_FILENO) >= 0 && dup2(high, STDOUT_FILENO) >= 0 && close_range(STDERR_FILENO + 1, ~0U, 0) == 0)
		execve("/proc/self/exe", words, variables);
	_exit(127);
}

pid_t helper_process_start(int *fd, struct error *err)
{
	int pair[2];
	pid_t parent = getpid();
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
		error_set(err, ERROR_TEMPORARY, "cannot start a helper: socketpair: %s", strerror(errno));
		return -1;
	}
	pid_t pid = fork();
	if (pid == 0)
		become_helper(pair[1], parent);
	close(pair[1]);
	*fd = pair[0];
	if (pid > 0 && fcntl(pair[0], F_SETFL, O_NONBLOCK) == 0)
		return pid;
	error_set(err, ERROR_TEMPORARY, "cannot start a helper: %s", strerror(errno));
	close(pair[0]);
	if (pid > 0)
		helper_process_end(pid);
	return -1;
}

int helper_process_end(pid_t pid)
{
	int status = 0;
	kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

void helper_process_describe(int status, struct error *err)
{
	int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	if (signal == SIGXCPU)
		error_set(err, ERROR_PERMANENT, "it could not be read within %d s of the processor", HELPER_CPU_SECONDS);
	else if (signal == SIGABRT)
		error_set(err, ERROR_PERMANENT, "it could not be read: its helper was aborted; perhaps it takes more than %d MiB of memory", HELPER_MEMORY);
	else if (signal)
		error_set(err, ERROR_PERMANENT, "it could not be read: its helper ended with signal %d (%s)", signal, strsignal(signal));
	else
		error_set(err, ERROR_PERMANENT, "it could not be read: its helper ended with status %d", WEXITSTATUS(status));
}
