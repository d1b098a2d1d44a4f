/* Several mail servers: their answers are waited for, not asked for again and again. */
#include "gateway/base/memory/mem.h"
#include "gateway/mail/servers.h"
#include "smtp_peer.h"
#include "tap.h"
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static struct error err;
static const char data[] = "Subject: a\r\n\r\nb\r\n";
static const struct smtp_message letter = { .from = "b@penny.test", .to = "a@mail.test", .data = data, .size = sizeof data - 1 };

static struct servers *pair(void *t, struct config_server *two, int port)
{
	struct config *config = mem_new(t, struct config);
	struct role *role = mem_new(t, struct role);
	for (int i = 0; i < 2; i++)
		two[i] = (struct config_server){ .name = i ? "two" : "one", .host = "127.0.0.1", .port = port, .security = CONFIG_PLAIN, .weight = 1, .connections = 1 };
	config->mail.servers = two;
	config->mail.server_count = 2;
	*role = (struct role){ .config = config, .workers = 1 };
	return servers_new(t, role, "penny.test", &err);
}

static long switches(void)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_nvcsw;
}

/* The process sleeps until something happens: each time that it looks in vain is a switch of context. */
static void silence(void *t)
{
	struct smtp_peer peer = { 0 };
	struct smtp_outcome outcome;
	struct config_server two[2];
	struct seat *from;
	if (!ok(smtp_peer_listen(&peer), "a server that says nothing"))
		return;
	struct servers *s = pair(t, two, peer.port);
	servers_send(s, &letter, &(struct servers_wish){ 0 });
	servers_send(s, &letter, &(struct servers_wish){ 0 });
	is_int(servers_busy(s), 2, "two letters are under way");
	long before = switches();
	ok(!servers_next(s, 300, -1, &outcome, &from), "no answer comes");
	ok(switches() - before < 20, "which is waited for in a few sleeps");
	talloc_free(s);
	close(peer.listener);
}

static void wake(void *t)
{
	struct smtp_peer peer = { 0 };
	struct smtp_outcome outcome;
	struct config_server two[2];
	struct seat *from;
	int ends[2];
	if (!ok(smtp_peer_listen(&peer) && pipe(ends) == 0, "a pipe"))
		return;
	struct servers *s = pair(t, two, peer.port);
	servers_send(s, &letter, &(struct servers_wish){ 0 });
	ok(write(ends[1], "x", 1) == 1 && !servers_next(s, 15000, ends[0], &outcome, &from), "a byte in the pipe ends the wait");
	talloc_free(s);
	close(ends[0]);
	close(ends[1]);
	close(peer.listener);
}

int main(void)
{
	void *t = talloc_new(NULL);
	signal(SIGPIPE, SIG_IGN);
	silence(t);
	wake(t);
	talloc_free(t);
	return tap_done();
}
