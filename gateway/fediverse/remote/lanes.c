#include "gateway/fediverse/remote/lanes.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"

#define LATE_AFTER CLOCK_SECOND
enum { KNOWN = 8192 };

/* A request that is open. */
struct pass {
	const void *who;
	uint64_t host;
	int64_t since;
	enum lane lane;
	bool late;
};

struct lanes {
	struct lanes_limits limits;
	int per_host;
	struct pass *open;
	size_t count;
	int taken[LANES], late;
	struct {
		uint64_t host;
		enum lane lane;
	} known[KNOWN]; /* by host; a host that another one displaced is unknown again */
};

struct lanes *lanes_new(void *owner, const struct lanes_limits *limits, int per_host)
{
	struct lanes *lanes = mem_new(owner, struct lanes);
	lanes->limits = *limits;
	lanes->per_host = per_host > 0 ? per_host : 1;
	return lanes;
}

uint64_t lanes_host(const char *authority) { return text_hash(authority); }

enum lane lanes_of(const struct lanes *lanes, uint64_t host)
{
	return lanes->known[host % KNOWN].host == host ? lanes->known[host % KNOWN].lane : LANE_UNKNOWN;
}

int lanes_timeout(const struct lanes *lanes, uint64_t host)
{
	static const int seconds[LANES] = { [LANE_UNKNOWN] = 10, [LANE_ANSWERED] = 20, [LANE_FAILED] = 5 };
	enum lane lane = lanes_of(lanes, host);
	bool hurried = lane == LANE_UNKNOWN && lanes->limits.hurried_ms && lanes->late >= lanes->limits.late / 2;
	return hurried ? lanes->limits.hurried_ms : (int)(seconds[lane] * CLOCK_SECOND);
}

void lanes_tick(struct lanes *lanes)
{
	int64_t before = clock_steady() - LATE_AFTER;
	for (size_t i = 0; i < lanes->count && lanes->late < lanes->limits.late; i++) {
		struct pass *pass = &lanes->open[i];
		if (!pass->late && pass->since <= before && pass->lane != LANE_FAILED) {
			pass->late = true;
			lanes->late++;
			lanes->taken[pass->lane]--;
		}
	}
}

static int open_to(const struct lanes *lanes, uint64_t host)
{
	int count = 0;
	for (size_t i = 0; i < lanes->count; i++)
		count += lanes->open[i].host == host;
	return count;
}

bool lanes_have_room(const struct lanes *lanes, uint64_t host)
{
	enum lane lane = lanes_of(lanes, host);
	return lanes->taken[lane] < lanes->limits.slots[lane] && open_to(lanes, host) < lanes->per_host;
}

void lanes_enter(struct lanes *lanes, uint64_t host, const void *who)
{
	enum lane lane = lanes_of(lanes, host);
	*mem_push(lanes, lanes->open, lanes->count) = (struct pass){ who, host, clock_steady(), lane, false };
	lanes->taken[lane]++;
}

void lanes_leave(struct lanes *lanes, const void *who, enum lane now)
{
	size_t i = 0;
	while (lanes->open[i].who != who)
		i++;
	const struct pass pass = lanes->open[i];
	if (pass.late)
		lanes->late--;
	else
		lanes->taken[pass.lane]--;
	/* The order is that of their beginning: who began first becomes late first. */
	for (lanes->count--; i < lanes->count; i++)
		lanes->open[i] = lanes->open[i + 1];
	lanes->known[pass.host % KNOWN].host = pass.host;
	lanes->known[pass.host % KNOWN].lane = now;
}

bool lanes_are_stuck(const struct lanes *lanes) { return lanes->late >= lanes->limits.late; }
