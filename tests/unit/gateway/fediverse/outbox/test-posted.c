#include "gateway/fediverse/outbox/posted.h"
#include "tap.h"
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static const char inbox[] = "https://social.example/inbox", other[] = "https://friends.example/inbox";

static void by_two(void)
{
	struct posted *p = posted_new();
	ok(!posted_has(p, 1, inbox), "nobody has it");
	is_int(posted_begin(p, 0, 1, inbox), POSTED_MINE, "the first worker begins");
	is_int(posted_begin(p, 1, 1, inbox), POSTED_SOON, "the second has to wait");
	is_int(posted_begin(p, 1, 2, inbox), POSTED_MINE, "not with another issue");
	is_int(posted_begin(p, 1, 1, other), POSTED_MINE, "nor with another inbox");
	posted_end(p, 0, 1, inbox, false);
	is_int(posted_begin(p, 1, 1, inbox), POSTED_MINE, "when the first has failed, the second tries");
	posted_end(p, 0, 1, inbox, true);
	ok(!posted_has(p, 1, inbox), "whose attempt the first cannot end");
	posted_end(p, 1, 1, inbox, true);
	ok(posted_has(p, 1, inbox), "but itself");
	is_int(posted_begin(p, 0, 1, inbox), POSTED_ALREADY, "then nobody needs to send it any more");
	posted_forget(p, 1);
	ok(posted_has(p, 1, inbox), "what is done stays so when a worker starts again");
	is_int(posted_begin(p, 0, 2, inbox), POSTED_MINE, "and what it had begun is for others");
}

/* Each inbox is begun by one of four processes; the few that share a slot may be by more. */
static void by_four_at_once(void)
{
	enum { WORKERS = 4, INBOXES = 400, TWICE = 60 };
	struct posted *p = posted_new();
	int counts[2];
	if (pipe(counts) != 0)
		return;
	for (int worker = 0; worker < WORKERS; worker++)
		if (fork() == 0) {
			int mine = 0;
			for (int i = 0; i < INBOXES; i++) {
				char name[40];
				snprintf(name, sizeof name, "https://h%d.example/inbox", i);
				if (posted_begin(p, worker, 7, name) == POSTED_MINE) {
					mine++;
					posted_end(p, worker, 7, name, true);
				}
			}
			_exit(write(counts[1], &mine, sizeof mine) != sizeof mine);
		}
	int sum = 0;
	for (int n, worker = 0; worker < WORKERS && read(counts[0], &n, sizeof n) == sizeof n; worker++)
		sum += n;
	while (wait(NULL) > 0) {}
	ok(sum >= INBOXES && sum < INBOXES + TWICE, "four processes that have the same rows post each once");
}

int main(void)
{
	by_two();
	by_four_at_once();
	return tap_done();
}
