#include "feeds/helper/helper_pool.h"
#include "feeds/helper/helper_process.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* Two, so that one document that takes long holds up no others; on one processor they share it. */
enum { HELPERS = 2, CHUNK = 64 << 10, TRIES = 3 };
/* How long a document may take by the clock, on a machine that has other work to do.  helper_serve.h limits its time of the processor. */
#define DEADLINE (30 * CLOCK_SECOND)
#define FIRST_PAUSE INT64_C(100)
#define LONGEST_PAUSE (10 * CLOCK_SECOND)

struct job {
	struct helper_task task;
	int tries; /* how often it was handed to a helper that had ended already */
	struct helper_answer *answer;
};

struct helper {
	pid_t pid;              /* 0: not running */
	int fd;
	struct job *job;        /* NULL: idle */
	struct buf *out;        /* the request, of which sent bytes are sent */
	size_t sent;
	struct buf *in;         /* the answer so far */
	int64_t deadline;       /* of clock_steady, as start_at */
	int64_t start_at, pause;
};

struct helper_pool {
	int epoll;
	struct helper helpers[HELPERS];
	struct job **waiting; /* in their order */
	struct job **done;    /* have their answers */
	size_t waiting_count, done_count, count, bytes;
};

static void stop(struct helper *h, int *status)
{
	close(h->fd);
	*status = helper_process_end(h->pid);
	h->pid = 0;
}

static int destroy(struct helper_pool *p)
{
	int ignored;
	for (size_t i = 0; i < HELPERS; i++)
		if (p->helpers[i].pid)
			stop(&p->helpers[i], &ignored);
	close(p->epoll);
	return 0;
}

struct helper_pool *helper_pool_new(void *owner, struct error *err)
{
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	if (epoll < 0) {
		error_set(err, ERROR_TEMPORARY, "epoll_create1: %s", strerror(errno));
		return NULL;
	}
	struct helper_pool *p = mem_new(owner, struct helper_pool);
	p->epoll = epoll;
	talloc_set_destructor(p, destroy);
	return p;
}

void helper_pool_give(struct helper_pool *p, const struct helper_task *task)
{
	struct job *job = mem_new(p, struct job);
	job->task = *task;
	*mem_push(p, p->waiting, p->waiting_count) = job;
	p->count++;
	p->bytes += task->request.size;
}

static void put_off(struct helper *h)
{
	h->start_at = clock_steady() + h->pause;
	h->pause = h->pause * 2 < LONGEST_PAUSE ? h->pause * 2 : LONGEST_PAUSE;
}

/* False: not now. */
static bool start(struct helper_pool *p, struct helper *h)
{
	struct error err;
	h->pause = h->pause ? h->pause : FIRST_PAUSE;
	if (clock_steady() < h->start_at)
		return false;
	pid_t pid = helper_process_start(&h->fd, &err);
	if (pid > 0) {
		h->pid = pid;
		struct epoll_event e = { .events = EPOLLIN, .data.ptr = h };
		epoll_ctl(p->epoll, EPOLL_CTL_ADD, h->fd, &e);
		return true;
	}
	log_warning("helper not started", log_text("error", err.text));
	put_off(h);
	return false;
}

static void watch(struct helper_pool *p, struct helper *h, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.ptr = h };
	epoll_ctl(p->epoll, EPOLL_CTL_MOD, h->fd, &e);
}

/* Gives the first task that waits to h. */
static void hand_over(struct helper_pool *p, struct helper *h)
{
	h->job = p->waiting[0];
	memmove(p->waiting, p->waiting + 1, --p->waiting_count * sizeof *p->waiting);
	h->out = buf_new(p, HELPER_REQUEST_MAX + HELPER_HEAD);
	h->in = buf_new(p, HELPER_ANSWER_MAX);
	h->sent = 0;
	h->deadline = clock_steady() + DEADLINE;
	if (!helper_message_write(h->out, &helper_request_type, &h->job->task.request))
		h->deadline = 0;
	watch(p, h, EPOLLIN | EPOLLOUT);
}

/* False: nothing could be handed out. */
static bool hand_out(struct helper_pool *p)
{
	bool any = false;
	for (size_t i = 0; i < HELPERS && p->waiting_count; i++) {
		struct helper *h = &p->helpers[i];
		if (h->job || !(h->pid || start(p, h)))
			continue;
		hand_over(p, h);
		any = true;
	}
	return any;
}

/* Ends h's job with this answer. */
static void finish(struct helper_pool *p, struct helper *h, struct helper_answer *a)
{
	h->job->answer = talloc_steal(h->job, a);
	*mem_push(p, p->done, p->done_count) = h->job;
	h->job = NULL;
	TALLOC_FREE(h->out);
	TALLOC_FREE(h->in);
}

/* Takes back the job of a helper that had ended before it got any of it. */
static bool take_back(struct helper_pool *p, struct helper *h)
{
	if (h->sent || ++h->job->tries >= TRIES)
		return false;
	mem_push(p, p->waiting, p->waiting_count);
	memmove(p->waiting + 1, p->waiting, (p->waiting_count - 1) * sizeof *p->waiting);
	p->waiting[0] = h->job;
	h->job = NULL;
	TALLOC_FREE(h->out);
	TALLOC_FREE(h->in);
	return true;
}

/* Ends h, and its job with the reason; why: NULL is what its status says. */
static void fail(struct helper_pool *p, struct helper *h, const struct error *why)
{
	int status;
	struct error err;
	pid_t pid = h->pid;
	stop(h, &status);
	helper_process_describe(status, &err);
	why = why ? why : &err;
	log_warning("helper ended", log_int("pid", pid), log_text("error", h->job ? why->text : "it had nothing to do"));
	put_off(h);
	if (!h->job || take_back(p, h))
		return;
	struct helper_answer *a = mem_new(p, struct helper_answer);
	a->kind = why->kind;
	a->why = mem_dup(a, why->text);
	finish(p, h, a);
}

/* Sends what the connection takes.  A helper that is gone is noticed by receive. */
static void send_more(struct helper_pool *p, struct helper *h)
{
	ssize_t n = send(h->fd, h->out->data + h->sent, h->out->size - h->sent, MSG_NOSIGNAL);
	h->sent += n > 0 ? (size_t)n : 0;
	if (h->sent == h->out->size) {
		TALLOC_FREE(h->out);
		watch(p, h, EPOLLIN);
	}
}

/* Reads what is there; false when h has ended. */
static bool receive(struct helper *h, bool *nonsense)
{
	char chunk[CHUNK];
	ssize_t n = recv(h->fd, chunk, sizeof chunk, 0);
	bool alive = n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
	*nonsense = n > 0 && (!h->job || h->out || !buf_add(h->in, chunk, (size_t)n));
	return alive;
}

/* The answer, when all of it is there. */
static struct helper_answer *answer_of(struct helper *h, bool *nonsense)
{
	size_t size;
	if (!h->in || h->in->size < HELPER_HEAD)
		return NULL;
	*nonsense = !helper_message_size(h->in->data, HELPER_ANSWER_MAX - HELPER_HEAD, &size) || h->in->size - HELPER_HEAD > size;
	if (*nonsense || h->in->size - HELPER_HEAD < size)
		return NULL;
	struct helper_answer *a = helper_message_answer(NULL, h->in->data + HELPER_HEAD, size);
	*nonsense = !a;
	if (a)
		talloc_steal(a, h->in);
	h->in = a ? NULL : h->in;
	return a;
}

static void take_event(struct helper_pool *p, struct helper *h, uint32_t events)
{
	bool nonsense = false;
	if ((events & EPOLLOUT) && h->out)
		send_more(p, h);
	if ((events & ~(uint32_t)EPOLLOUT) && !receive(h, &nonsense)) {
		fail(p, h, NULL);
		return;
	}
	struct helper_answer *a = nonsense ? NULL : answer_of(h, &nonsense);
	if (nonsense) {
		struct error err;
		error_set(&err, ERROR_PERMANENT, "it could not be read: its helper answered nonsense");
		fail(p, h, &err);
	} else if (a) {
		h->pause = FIRST_PAUSE;
		finish(p, h, a);
	}
}

static void end_late(struct helper_pool *p)
{
	struct error err;
	int64_t now = clock_steady();
	error_set(&err, ERROR_PERMANENT, "it could not be read within %d s", (int)(DEADLINE / CLOCK_SECOND));
	for (size_t i = 0; i < HELPERS; i++)
		if (p->helpers[i].job && now >= p->helpers[i].deadline)
			fail(p, &p->helpers[i], &err);
}

/* Events come first, so that no job is given to a helper that has ended. */
static void turn(struct helper_pool *p)
{
	struct epoll_event e;
	end_late(p);
	do {
		while (epoll_wait(p->epoll, &e, 1, 0) == 1)
			take_event(p, e.data.ptr, e.events);
	} while (hand_out(p));
}

struct helper_answer *helper_pool_next(void *owner, struct helper_pool *p, const void *taker, void **tag)
{
	turn(p);
	for (size_t i = 0; i < p->done_count; i++) {
		struct job *job = p->done[i];
		if (job->task.taker != taker)
			continue;
		memmove(p->done + i, p->done + i + 1, (--p->done_count - i) * sizeof *p->done);
		struct helper_answer *a = talloc_steal(owner, job->answer);
		*tag = job->task.tag;
		p->count--;
		p->bytes -= job->task.request.size;
		talloc_free(job);
		return a;
	}
	return NULL;
}

int helper_pool_fd(const struct helper_pool *p) { return p->epoll; }

void helper_pool_wait(const struct helper_pool *p, int timeout_ms)
{
	struct pollfd fd = { .fd = p->epoll, .events = POLLIN };
	if (!p->done_count)
		poll(&fd, 1, timeout_ms);
}

size_t helper_pool_count(const struct helper_pool *p) { return p->count; }
size_t helper_pool_bytes(const struct helper_pool *p) { return p->bytes; }
