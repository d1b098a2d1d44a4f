#include "gateway/base/role/role.h"
#include <poll.h>
#include <unistd.h>

/* The longest sleep: the system clock may be set meanwhile. */
enum { LONGEST_MS = 60000 };

void role_ready(struct role *role)
{
	if (role->ready_fd >= 0 && write(role->ready_fd, "r", 1) >= 0)
		close(role->ready_fd);
	role->ready_fd = -1;
}

bool role_go_on(const struct role *role)
{
	struct pollfd fd = { .fd = role->stop_fd, .events = POLLIN };
	return poll(&fd, 1, 0) <= 0;
}

int role_part(const struct role *role, int total)
{
	return total / role->workers + (role->worker < total % role->workers);
}

void role_wait(struct role *role, int64_t timeout_ms)
{
	if (timeout_ms < 0 || timeout_ms > LONGEST_MS)
		timeout_ms = LONGEST_MS;
	db_wait(role->db, (int)timeout_ms, role->stop_fd);
}
