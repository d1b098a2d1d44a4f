#include "gateway/base/system/confine.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Each does one thing, and gives what came of it: 0 or more, or -1 with errno. */
static int keep(int fd) { return fd < 0 ? -1 : close(fd); }
static int compute(void) { return (int)syscall(SYS_getpid) > 0 && sysconf(_SC_NPROCESSORS_ONLN) > 0 ? 0 : -1; }
static int write_out(void) { return (int)write(2, "", 0); }
static int read_file(void) { return keep(open("/etc/hosts", O_RDONLY)); }
static int write_file(void) { return keep(open("/dev/null", O_WRONLY)); }
static int make_file(void) { return keep(open("/tmp/test-confine-calls", O_RDWR | O_CREAT, 0600)) + unlink("/tmp/test-confine-calls"); }
static int list(void) { return keep(open("/tmp", O_RDONLY | O_DIRECTORY)); }
static int internet(void) { return keep(socket(AF_INET, SOCK_STREAM, 0)); }
static int packets(void) { return keep(socket(AF_PACKET, SOCK_RAW, 0)); }
static int vsock(void) { return keep(socket(40, SOCK_STREAM, 0)); }
static int take(void) { return (int)syscall(SYS_listen, -1, 1) < 0 && errno == EBADF ? 0 : -1; }
static void *nothing(void *p) { return p; }
static int thread(void)
{
	pthread_t t;
	errno = pthread_create(&t, NULL, nothing, NULL);
	return errno ? -1 : pthread_join(t, NULL);
}
static int execute(void)
{
	int status;
	pid_t pid = (pid_t)syscall(SYS_vfork);
	if (pid == 0) {
		execl("/bin/true", "true", (char *)NULL);
		_exit(1);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0 ? 0 : -1;
}
static int overlay(void) { return (int)syscall(SYS_execve, "/nowhere", NULL, NULL) < 0 && errno == ENOENT ? 0 : -1; }
static int attach(void) { return (int)syscall(SYS_mount, "x", "/nowhere", "tmpfs", 0, NULL) < 0 && errno != ENOSYS ? 0 : -1; }
static int module(void) { return (int)syscall(SYS_delete_module, "x", 0) < 0 && errno != ENOSYS ? 0 : -1; }
static int ring(void) { return (int)syscall(SYS_io_uring_setup, 1, NULL) < 0 && errno != ENOSYS ? 0 : -1; }
static int keys(void) { return (int)syscall(SYS_keyctl, 99999) < 0 && errno != ENOSYS ? 0 : -1; }
static int program(void) { return (int)syscall(SYS_bpf, 99999, NULL, 0) < 0 && errno != ENOSYS ? 0 : -1; }
static int other_user(void) { return (int)syscall(SYS_setuid, getuid()); }

enum { R = CONFINE_READING, F = CONFINE_FILES, N = CONFINE_NETWORK, S = CONFINE_SERVING, P = CONFINE_PROGRAMS, NEVER = 0, ALWAYS = 32 };

static const struct {
	const char *what;
	int (*does)(void);
	unsigned needs; /* any of these allows it */
} calls[] = {
	{ "compute", compute, ALWAYS }, { "write to what is open", write_out, ALWAYS }, { "read a file", read_file, R | F }, { "write to a file", write_file, F },
	{ "make and remove a file", make_file, F }, { "open a folder", list, R | F }, { "a socket of the internet", internet, N }, { "a socket for raw packets", packets, NEVER },
	{ "a socket of a seldom kind", vsock, NEVER }, { "listen", take, S }, { "a thread", thread, N | P }, { "start a program", execute, P }, { "become a program", overlay, P },
	{ "mount", attach, NEVER }, { "unload a module", module, NEVER }, { "an io_uring", ring, NEVER }, { "keys", keys, NEVER }, { "a program in the kernel", program, NEVER },
	{ "another user", other_user, NEVER },
};
static const struct {
	const char *who;
	unsigned needs;
} kinds[] = {
#ifndef __SANITIZE_ADDRESS__ /* which reads files itself */
	{ "nothing but computing", 0 },
#endif
	{ "a helper", R }, { "a role", F | N }, { "one that serves", F | N | S }, { "one with programs", F | N | P },
};

/* In a child, because there is no way back.  Whether it went well is known beforehand where nothing is confined: root may do more than others. */
static int tried(unsigned needs, bool confine, int (*does)(void))
{
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		if (confine)
			confine_process();
		_exit(confine && !confine_calls(needs) ? 100 : does() < 0 ? errno == ENOSYS ? 1 : 2 : 0);
	}
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 101;
}

int main(void)
{
	if (tried(0, true, compute) == 100) {
		printf("1..0 # SKIP this kernel has no seccomp\n");
		return 0;
	}
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
		for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
			char what[120];
			bool allowed = calls[i].needs == ALWAYS || calls[i].needs & kinds[k].needs;
			int free = tried(0, false, calls[i].does), confined = tried(kinds[k].needs, true, calls[i].does);
			snprintf(what, sizeof what, "%s: %s %s", kinds[k].who, calls[i].what, allowed ? "as ever" : "is not there");
			if (!ok(allowed ? confined == free : confined != 0, what))
				printf("# without %d, with %d\n", free, confined);
		}
	return tap_done();
}
