/* Whose turn it is. */
#include "feeds/fetch/hosts.h"
#include "gateway/base/memory/mem.h"
#include "tap.h"

static const struct {
	const char *url;
	int64_t now, turn;
} steps[] = {
	{ "https://a.example/1", 1000, 1000 },
	{ "https://a.example/2", 1000, 2000 }, /* the same host: in its turn */
	{ "http://A.example:8080/3", 1000, 3000 },
	{ "https://b.example/1", 1000, 1000 },
	{ "https://a.example/2", 2000, 2000 }, /* back at the time that was said */
	{ "https://a.example/4", 2500, 4000 }, /* behind the one who waits for 3000 */
	{ "http://a.example:8080/3", 3000, 3000 },
	{ "https://a.example/4", 4000, 4000 },
	{ "https://d.example/1", 1000, 1000 },
	{ "https://d.example/2", 1000, 2000 },
	{ "https://d.example/3", 1000, 3000 },
	{ "https://d.example/2", 2007, 2007 }, /* a little late */
	{ "https://d.example/1", 2010, 4000 }, /* again: behind the one who waits */
	{ "https://d.example/3", 3000, 3000 }, /* who is not late for that */
	{ "http://127.0.0.1:8080/1", 1000, 1000 }, /* our own */
	{ "http://127.0.0.1:8080/2", 1000, 1000 },
	{ "http://[::1]/", 1000, 1000 },
	{ "http://[::1]/2", 1000, 1000 },
	{ "http://localhost/", 1000, 1000 },
	{ "http://localhost/2", 1000, 1000 },
	{ "http://127.1.0.1/1", 1000, 1000 }, /* not among the networks */
	{ "http://127.1.0.1/2", 1000, 2000 },
	{ "no address", 1000, 1000 },
};

int main(void)
{
	void *t = talloc_new(NULL);
	struct hosts *hosts = hosts_new(t, 1000, (const char *const[]){ "127.0.0.1", "::1", NULL });
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		is_int(hosts_turn(hosts, steps[i].url, steps[i].now), steps[i].turn, steps[i].url);
	hosts_hold(hosts, "https://c.example/x", 60000);
	is_int(hosts_turn(hosts, "https://c.example/y", 1000), 60000, "a host that asked us to wait");
	is_int(hosts_turn(hosts, "https://c.example/z", 1000), 61000, "and one behind the other then");
	hosts_hold(hosts, "http://127.0.0.1/", 5000);
	is_int(hosts_turn(hosts, "http://127.0.0.1/", 1000), 5000, "our own may ask for that too");
	for (int i = 0; i < 10000; i++)
		hosts_turn(hosts, mem_printf(t, "http://h%d.example/", i), 10000 + i);
	ok(talloc_get_size(hosts) > 0 && talloc_total_blocks(hosts) < 12000, "what may be asked again is forgotten");
	is_int(hosts_turn(hosts, "https://c.example/x", 20000), 62000, "and nobody else");
	hosts_turn(hosts, "https://day.example/", 86400000);
	is_int(hosts_turn(hosts, "https://day.example/", 86400000), 86401000, "the clock is a day ahead");
	is_int(hosts_turn(hosts, "https://day.example/", 30000), 32000, "set right again, it makes nobody wait for a day");
	talloc_free(t);
	return tap_done();
}
