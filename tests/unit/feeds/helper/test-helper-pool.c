/* Helpers that do as they should, and helpers that do not.  A helper is this program once more, with two words. */
#include "feeds/helper/helper_pool.h"
#include "feeds/helper/helper_serve.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "tap.h"
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define FEED(what) "<rss><channel><title>" what "</title><item><guid>1</guid><description>x</description></item></channel></rss>"

static struct error err;

/* What the first document tells to do.  MSG_PEEK leaves the request for helper_serve. */
static int be_helper(void)
{
	char seen[512] = "";
	ssize_t n = recv(STDIN_FILENO, seen, sizeof seen - 1, MSG_PEEK);
	char *word = n > 0 ? memmem(seen, (size_t)n, "do:", 3) : NULL;
	if (word && strncmp(word, "do:exit", 7) == 0)
		_exit(3);
	/* A sanitizer may handle it. */
	signal(SIGABRT, SIG_DFL);
	if (word && strncmp(word, "do:abort", 8) == 0)
		kill(getpid(), SIGABRT);
	if (word && strncmp(word, "do:kill", 7) == 0)
		kill(getpid(), SIGKILL);
	if (word && strncmp(word, "do:cpu", 6) == 0)
		kill(getpid(), SIGXCPU);
	if (word && strncmp(word, "do:talk", 7) == 0)
		for (char junk[4096] = { 0 }; write(STDOUT_FILENO, junk, sizeof junk) > 0;)
			;
	if (word && strncmp(word, "do:large", 8) == 0 && write(STDOUT_FILENO, &(int64_t){ INT64_MAX }, sizeof(int64_t)) > 0)
		pause();
	return helper_serve(STDIN_FILENO, STDOUT_FILENO, &err) ? 0 : 1;
}

static void give(struct helper_pool *p, const char *document, void *tag)
{
	helper_pool_give(p, &(struct helper_task){ .taker = p, .tag = tag, .request = { .data = document, .size = strlen(document), .source = "https://a.example/feed" } });
}

/* The next answer, within a minute. */
static struct helper_answer *next(void *owner, struct helper_pool *p, void **tag)
{
	struct helper_answer *a = NULL;
	for (int64_t until = clock_steady() + CLOCK_MINUTE; !a && clock_steady() < until;) {
		a = helper_pool_next(owner, p, p, tag);
		if (!a)
			helper_pool_wait(p, 50);
	}
	return a;
}

static void outcomes(struct helper_pool *p)
{
	static const struct { const char *what, *document, *title, *why; } cases[] = {
		{ "a feed", FEED("one"), "one", NULL },
		{ "what is none", "<html>", NULL, "this is no feed but" },
		{ "and a feed after it", FEED("two"), "two", NULL },
		{ "nothing at all", "", NULL, "this is no feed but" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		void *t = talloc_new(NULL), *tag = NULL;
		give(p, cases[i].document, (void *)(uintptr_t)cases[i].what);
		ok(helper_pool_count(p) == 1 && helper_pool_bytes(p) == strlen(cases[i].document), cases[i].what);
		struct helper_answer *a = next(t, p, &tag);
		ok(a && tag == cases[i].what, "… is answered");
		ok(a && (cases[i].title ? a->feed && strcmp(a->feed->title, cases[i].title) == 0 : !a->feed && strstr(a->why, cases[i].why)), "… rightly");
		ok(helper_pool_count(p) == 0 && helper_pool_bytes(p) == 0, "… and done with");
		talloc_free(t);
	}
}

/* Each has helpers of its own, for one that was told to misbehave does so with its first document. */
static void ends(void)
{
	static const struct { const char *document, *why; } cases[] = {
		{ "do:exit", "its helper ended with status 3" },
		{ "do:abort", "perhaps it takes more than 1024 MiB of memory" },
		{ "do:kill", "its helper ended with signal 9" },
		{ "do:cpu", "within 10 s of the processor" },
		{ "do:talk", "answered nonsense" },
		{ "do:large", "answered nonsense" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		void *t = talloc_new(NULL), *tag = NULL;
		struct helper_pool *p = helper_pool_new(t, &err);
		give(p, cases[i].document, NULL);
		struct helper_answer *a = next(t, p, &tag);
		ok(a && !a->feed && a->kind == ERROR_PERMANENT && strstr(a->why, cases[i].why), cases[i].why);
		give(p, FEED("after"), NULL);
		a = next(t, p, &tag);
		ok(a && a->feed, "… and a new helper reads the next document");
		talloc_free(t);
	}
}

/* The processes whose parent this one is. */
static size_t children(pid_t *pids, size_t most)
{
	size_t count = 0;
	DIR *all = opendir("/proc");
	for (struct dirent *d; (d = readdir(all));) {
		char path[300], line[300] = "";
		int parent = 0;
		snprintf(path, sizeof path, "/proc/%s/stat", d->d_name);
		FILE *in = atoi(d->d_name) ? fopen(path, "r") : NULL;
		if (in && fgets(line, sizeof line, in) && strrchr(line, ')') && sscanf(strrchr(line, ')'), ") %*c %d", &parent) == 1 && parent == getpid() && count < most)
			pids[count++] = atoi(d->d_name);
		if (in)
			fclose(in);
	}
	closedir(all);
	return count;
}

static void idle(void)
{
	pid_t pids[8];
	void *t = talloc_new(NULL), *tag = NULL;
	struct helper_pool *p = helper_pool_new(t, &err);
	is_int((long long)children(pids, 8), 0, "no helper is started without a document");
	for (int i = 0; i < 5; i++)
		give(p, FEED("many"), NULL);
	for (int i = 0; i < 5; i++) {
		struct helper_answer *a = next(t, p, &tag);
		ok(a && a->feed, "several documents are read");
	}
	size_t count = children(pids, 8);
	is_int((long long)count, 2, "… by two helpers");
	for (size_t i = 0; i < count; i++) {
		siginfo_t info;
		kill(pids[i], SIGKILL);
		waitid(P_PID, (id_t)pids[i], &info, WEXITED | WNOWAIT);
	}
	give(p, FEED("more"), NULL);
	struct helper_answer *a = next(t, p, &tag);
	ok(a && a->feed, "what ends while it has nothing to do loses no document");
	talloc_free(t);
	is_int((long long)children(pids, 8), 0, "they end with the pool");
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "feed") == 0)
		return be_helper();
	void *t = talloc_new(NULL);
	struct helper_pool *p = helper_pool_new(t, &err);
	outcomes(p);
	talloc_free(t);
	ends();
	idle();
	return tap_done();
}
