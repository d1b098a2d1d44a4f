#include "gateway/mail/signing.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/log.h"
#include "gateway/base/system/thread.h"
#include <string.h>

enum job_state { JOB_WAITING, JOB_TAKEN, JOB_DONE };

struct signing_job {
	struct signing *signing;
	struct signing_job *next; /* while it waits */
	enum job_state state;
	const char *message;
	size_t size, count;
	const struct dkim_signer *signers;
	int64_t when;
	char *signed_message;     /* once it is done; has no owner, because talloc's trees belong to one thread each */
	size_t signed_size;
};

struct signing {
	pthread_mutex_t lock;     /* for all below, and the state of jobs */
	pthread_cond_t waiting, done;
	struct signing_job *first, **last;
	bool stop;
	pthread_t *threads;
	int count;
};

static void sign(struct signing_job *job)
{
	job->signed_size = job->size;
	job->signed_message = dkim_sign(NULL, job->message, &job->signed_size, job->signers, job->count, job->when);
}

static struct signing_job *take_first(struct signing *s)
{
	struct signing_job *job = s->first;
	s->first = job->next;
	if (!s->first)
		s->last = &s->first;
	job->state = JOB_TAKEN;
	return job;
}

static void *work(void *signing)
{
	struct signing *s = signing;
	pthread_mutex_lock(&s->lock);
	while (!s->stop) {
		if (!s->first) {
			pthread_cond_wait(&s->waiting, &s->lock);
			continue;
		}
		struct signing_job *job = take_first(s);
		pthread_mutex_unlock(&s->lock);
		sign(job);
		pthread_mutex_lock(&s->lock);
		job->state = JOB_DONE;
		pthread_cond_signal(&s->done);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

static int end_threads(struct signing *s)
{
	pthread_mutex_lock(&s->lock);
	s->stop = true;
	pthread_cond_broadcast(&s->waiting);
	pthread_mutex_unlock(&s->lock);
	for (int i = 0; i < s->count; i++)
		pthread_join(s->threads[i], NULL);
	return 0;
}

struct signing *signing_new(void *owner, int threads)
{
	struct signing *s = mem_new(owner, struct signing);
	int why = 0;
	s->lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
	s->waiting = s->done = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
	s->last = &s->first;
	s->threads = mem_array(s, pthread_t, (size_t)threads);
	while (s->count < threads && (why = thread_start(&s->threads[s->count], work, s)) == 0)
		s->count++;
	if (why)
		log_warning("letters are signed with fewer threads", log_int("threads", s->count), log_text("because", strerror(why)));
	talloc_set_destructor(s, end_threads);
	return s;
}

static void leave_queue(struct signing *s, struct signing_job *job)
{
	struct signing_job **at = &s->first;
	while (*at != job)
		at = &(*at)->next;
	*at = job->next;
	if (!*at)
		s->last = at;
	job->state = JOB_TAKEN;
}

/* Takes the job back from the threads.  Was it done? */
static bool take_back(struct signing_job *job)
{
	struct signing *s = job->signing;
	pthread_mutex_lock(&s->lock);
	if (job->state == JOB_WAITING)
		leave_queue(s, job);
	else
		while (job->state != JOB_DONE)
			pthread_cond_wait(&s->done, &s->lock);
	bool done = job->state == JOB_DONE;
	pthread_mutex_unlock(&s->lock);
	return done;
}

static int give_up(struct signing_job *job)
{
	take_back(job);
	talloc_free(job->signed_message);
	return 0;
}

struct signing_job *signing_begin(struct signing *s, const char *message, size_t size, const struct dkim_signer *signers, size_t count, int64_t when)
{
	struct signing_job *job = mem_new(s, struct signing_job);
	*job = (struct signing_job){ .signing = s, .message = message, .size = size, .signers = signers, .count = count, .when = when };
	talloc_set_destructor(job, give_up);
	pthread_mutex_lock(&s->lock);
	*s->last = job;
	s->last = &job->next;
	pthread_cond_signal(&s->waiting);
	pthread_mutex_unlock(&s->lock);
	return job;
}

char *signing_finish(void *owner, struct signing_job *job, size_t *size)
{
	if (!take_back(job))
		sign(job);
	char *message = talloc_steal(owner, job->signed_message);
	*size = job->signed_size;
	talloc_set_destructor(job, NULL);
	talloc_free(job);
	return message;
}
