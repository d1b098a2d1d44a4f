/* A sender without descriptors waits until there are some: it does not end, and it gives up what it does not need. */
#include "gateway/base/memory/mem.h"
#include "gateway/mail/direct.h"
#include "tap.h"
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { RECEIVERS = 3 };

static struct mx *mx_of(void *owner, const char *name)
{
	struct mx *mx = mem_new(owner, struct mx);
	const char **addresses = mem_array(mx, const char *, 1);
	addresses[0] = "127.0.0.1";
	mx->state = MX_FOUND;
	mx->count = 1;
	mx->hosts = mem_array(mx, struct mx_host, 1);
	mx->hosts[0] = (struct mx_host){ .name = name, .addresses = addresses, .count = 1 };
	return mx;
}

/* No descriptor can be opened from now on; limit gets what may be had again. */
static void run_out(struct rlimit *limit)
{
	getrlimit(RLIMIT_NOFILE, limit);
	int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
	close(next);
	struct rlimit none = *limit;
	none.rlim_cur = (rlim_t)next;
	setrlimit(RLIMIT_NOFILE, &none);
}

int main(void)
{
	static const char *const names[RECEIVERS] = { "mx.one.test", "mx.two.test", "mx.three.test" };
	struct error err = { 0 };
	struct rlimit limit;
	void *t = talloc_new(NULL);
	struct direct *d = direct_new(t, &(struct smtp_options){ .helo = "here.test", .port = 25, .connections = 4 }, &err);
	struct route routes[RECEIVERS];
	for (size_t i = 0; i < RECEIVERS; i++)
		routes[i] = (struct route){ .domain = names[i], .receiver = names[i], .key = names[i], .mx = mx_of(t, names[i]) };
	ok(d && direct_has_room(d, &routes[0]), "there is room for a first receiver");
	run_out(&limit);
	ok(!direct_has_room(d, &routes[1]), "there is none for a second one without descriptors");
	ok(direct_has_room(d, &routes[1]), "the next time it has those of the first, which was idle");
	ok(!direct_has_room(d, &routes[2]), "and so on");
	setrlimit(RLIMIT_NOFILE, &limit);
	for (size_t i = 0; i < RECEIVERS; i++)
		ok(direct_has_room(d, &routes[i]), "there is room for each as soon as there are descriptors");
	is_int(direct_busy(d), 0, "nothing was sent");
	talloc_free(t);
	return tap_done();
}
