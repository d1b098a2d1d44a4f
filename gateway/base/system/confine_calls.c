#include "gateway/base/system/confine.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/socket.h>

/* A process without files still reads and writes what was opened before. */
static const char *const always[] = {
	"read", "readv", "pread64", "preadv", "write", "writev", "pwrite64", "pwritev", "close", "close_range", "lseek", "fstat", "fcntl", "fcntl64", "ioctl",
	"dup", "dup2", "dup3", "pipe", "pipe2", "eventfd", "eventfd2", "poll", "ppoll", "select", "pselect6", "epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait",
	"epoll_pwait2", "timerfd_create", "timerfd_settime", "timerfd_gettime", "mmap", "mmap2", "munmap", "mremap", "mprotect", "madvise", "brk", "membarrier", "mlock", "munlock",
	"futex", "futex_waitv", "futex_time64", "set_robust_list", "get_robust_list", "set_tid_address", "rseq", "arch_prctl", "sched_yield",
	"sched_getaffinity", "sched_getparam", "sched_getscheduler", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigpending", "rt_sigtimedwait", "rt_sigsuspend", "signalfd", "signalfd4", "sigaltstack",
	"tgkill", "restart_syscall", "exit", "exit_group", "clock_gettime", "clock_gettime64", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time", "times",
	"getpid", "gettid", "getppid", "getpgrp", "getuid", "geteuid", "getgid", "getegid", "getgroups", "getresuid", "getresgid", "getrandom", "getrusage", "getrlimit", "setrlimit",
	"prlimit64", "sysinfo", "uname", "prctl", "umask", "seccomp", NULL
};
static const char *const files[] = {
	"open", "openat", "openat2", "access", "faccessat", "faccessat2", "stat", "lstat", "newfstatat", "fstatat64", "statx", "statfs", "fstatfs", "readlink", "readlinkat",
	"getdents64", "getcwd", "chdir", "fchdir", "rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "truncate",
	"ftruncate", "fallocate", "fadvise64", "fsync", "fdatasync", "sync_file_range", "msync", "flock", "chmod", "fchmod", "fchmodat", "fchown", "fchown32", "utimensat",
	"copy_file_range", "sendfile", "inotify_init1", "inotify_add_watch", "inotify_rm_watch", "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self", NULL
};
static const char *const network[] = {
	"connect", "bind", "getsockname", "getpeername", "setsockopt", "getsockopt", "sendto", "sendmsg", "sendmmsg", "recvfrom", "recvmsg", "recvmmsg", "shutdown", NULL
};
static const char *const serving[] = { "accept", "accept4", "listen", NULL };
static const char *const programs[] = {
	"clone", "clone3", "fork", "vfork", "execve", "execveat", "wait4", "waitid", "kill", "setpgid", "getpgid", "setsid", "setpriority", "pidfd_open", "pidfd_send_signal", NULL
};

static bool allow(scmp_filter_ctx filter, const char *const *names)
{
	bool fine = true;
	for (; fine && *names; names++) {
		int number = seccomp_syscall_resolve_name(*names);
		/* A name of another architecture, or of a newer kernel than the library knows. */
		fine = number < 0 || seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0) == 0;
	}
	return fine;
}

/* Sockets of the internet, of this machine, and of the kernel's list of addresses; nothing that is seldom used, and so seldom mended. */
static bool allow_sockets(scmp_filter_ctx filter)
{
	static const unsigned families[] = { AF_UNIX, AF_INET, AF_INET6, AF_NETLINK };
	bool fine = true;
	for (size_t i = 0; fine && i < sizeof families / sizeof *families; i++)
		fine = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_EQ, families[i], 0)) == 0 &&
		       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socketpair), 1, SCMP_A0(SCMP_CMP_EQ, families[i], 0)) == 0;
	return fine;
}

/* The libraries load tables of encodings when they first meet one. */
static bool allow_reading(scmp_filter_ctx filter)
{
	static const char *const looks[] = { "newfstatat", "fstatat64", "statx", "stat", "lstat", "access", "faccessat", "faccessat2", "readlink", "readlinkat", "getcwd", NULL };
	const struct scmp_arg_cmp only = SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY);
	return allow(filter, looks) && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1, only) == 0;
}

/* glibc goes back to clone when there is no clone3, whose flags no filter can see. */
static bool allow_threads(scmp_filter_ctx filter)
{
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD)) == 0;
}

#ifdef __SANITIZE_ADDRESS__
/* The search for leaks at the end reads its own process from a second one. */
static bool allow_sanitizer(scmp_filter_ctx filter)
{
	static const char *const names[] = { "ptrace", "wait4", "process_vm_readv", "personality", "getdents64", NULL };
	return allow(filter, names) && allow_reading(filter) &&
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0)) == 0;
}
#else
static bool allow_sanitizer(scmp_filter_ctx filter) { return filter != NULL; }
#endif

static bool allow_network(scmp_filter_ctx filter) { return allow(filter, network) && allow_sockets(filter) && allow_threads(filter); }
static bool allow_files(scmp_filter_ctx filter) { return allow(filter, files); }
static bool allow_serving(scmp_filter_ctx filter) { return allow(filter, serving); }
static bool allow_programs(scmp_filter_ctx filter) { return allow(filter, programs); }

static const struct {
	unsigned need;
	bool (*allow)(scmp_filter_ctx filter);
} kinds[] = {
	{ CONFINE_READING, allow_reading }, { CONFINE_FILES, allow_files }, { CONFINE_NETWORK, allow_network }, { CONFINE_SERVING, allow_serving },
	{ CONFINE_PROGRAMS, allow_programs },
};

bool confine_calls(unsigned needs)
{
	/* As if the kernel did not know the call: libraries then take the way that they have for an older one. */
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	if (!filter)
		return false;
	bool fine = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0 && allow(filter, always) && allow_sanitizer(filter);
	for (size_t i = 0; fine && i < sizeof kinds / sizeof *kinds; i++)
		fine = !(needs & kinds[i].need) || kinds[i].allow(filter);
	fine = fine && seccomp_load(filter) == 0;
	seccomp_release(filter);
	return fine;
}
