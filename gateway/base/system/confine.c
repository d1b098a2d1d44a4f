#include "gateway/base/system/confine.h"
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

/* Before version 2 no file may move to another folder, and a Maildir moves them; truncating came with version 3. */
enum { ABI_REFER = 2, ABI_TRUNCATE = 3 };

#define CHANGES (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | \
                 LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REFER)
#define NEVER (LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_SOCK | \
               LANDLOCK_ACCESS_FS_MAKE_SYM)

void confine_process(void)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static bool allow(int rules, const char *path, uint64_t access)
{
	int fd = open(path, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return true;
	struct landlock_path_beneath_attr rule = { .allowed_access = access, .parent_fd = fd };
	bool fine = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
	close(fd);
	return fine;
}

int confine_files(const char *const *writable, bool executes)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	if (abi < ABI_REFER)
		return 0;
	uint64_t truncate = abi < ABI_TRUNCATE ? 0 : LANDLOCK_ACCESS_FS_TRUNCATE;
	struct landlock_ruleset_attr all = { .handled_access_fs = CHANGES | NEVER | truncate | (executes ? 0 : LANDLOCK_ACCESS_FS_EXECUTE) };
	int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
	if (rules < 0)
		return 0;
	bool fine = allow(rules, "/dev/null", LANDLOCK_ACCESS_FS_WRITE_FILE | truncate);
	for (; fine && *writable; writable++)
		fine = allow(rules, *writable, CHANGES | truncate);
	fine = fine && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
	close(rules);
	return fine ? (int)abi : 0;
}
