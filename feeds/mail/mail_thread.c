#include "feeds/mail/mail_thread.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* How long after a thread's last message a "Re:" without references may belong to it. */
#define SUBJECT_DAYS 30

/* Sets that are joined: each message and each id that is named has a number, and leads to another of its set, or to itself. */
struct joining {
	const struct mail_thread_head *heads;
	size_t *up;
	size_t count;
	json_t *ids;   /* their numbers */
	bool *twice;
};

static size_t top(struct joining *j, size_t i)
{
	while (j->up[i] != i) {
		j->up[i] = j->up[j->up[i]];
		i = j->up[i];
	}
	return i;
}

static size_t add(struct joining *j)
{
	size_t n = j->count;
	*mem_push(j, j->up, j->count) = n;
	return n;
}

/* The number of an id.  Ids are compared as they are (RFC 5322 section 3.6.4). */
static size_t number_of(struct joining *j, const char *id)
{
	const json_t *known = json_object_get(j->ids, id);
	if (known)
		return (size_t)json_integer_value(known);
	size_t n = add(j);
	json_object_set_new(j->ids, id, json_integer((json_int_t)n));
	return n;
}

static void join(struct joining *j, size_t a, size_t b) { j->up[top(j, a)] = top(j, b); }

static void join_references(struct joining *j, size_t count, size_t *twice)
{
	json_t *seen = json_object();
	for (size_t i = 0; i < count; i++) {
		const struct mail_thread_head *h = &j->heads[i];
		if (h->id && json_object_get(seen, h->id)) {
			j->twice[i] = true;
			++*twice;
			continue;
		}
		if (h->id) {
			json_object_set_new(seen, h->id, json_true());
			join(j, i, number_of(j, h->id));
		}
		for (size_t r = 0; r < h->reference_count; r++)
			join(j, i, number_of(j, h->references[r]));
	}
	json_decref(seen);
}

struct by_date {
	int64_t date;
	size_t i;
};

static int compare_dates(const void *a, const void *b)
{
	const struct by_date *x = a, *y = b;
	if (x->date != y->date)
		return x->date < y->date ? -1 : 1;
	return x->i < y->i ? -1 : x->i > y->i;
}

static struct by_date *sorted(struct joining *j, size_t count)
{
	struct by_date *all = mem_array(j, struct by_date, count + 1);
	for (size_t i = 0; i < count; i++)
		all[i] = (struct by_date){ j->heads[i].date, i };
	qsort(all, count, sizeof *all, compare_dates);
	return all;
}

/* In the order of time, so that the last thread of a subject is known. */
static void join_subjects(struct joining *j, const struct by_date *order, size_t count)
{
	json_t *last = json_object();
	for (size_t n = 0; n < count; n++) {
		const struct mail_thread_head *h = &j->heads[order[n].i];
		char *subject = text_lower(NULL, h->subject);
		const json_t *known = json_object_get(last, subject);
		size_t other = known ? (size_t)json_integer_value(known) : 0;
		if (j->twice[order[n].i] || !*subject) {
			talloc_free(subject);
			continue;
		}
		if (known && h->reply && !h->reference_count && h->date - j->heads[other].date <= SUBJECT_DAYS * CLOCK_DAY)
			join(j, order[n].i, other);
		json_object_set_new(last, subject, json_integer((json_int_t)order[n].i));
		talloc_free(subject);
	}
	json_decref(last);
}

static struct mail_thread *gather(struct joining *j, void *owner, const struct by_date *order, size_t count, size_t *thread_count)
{
	struct mail_thread *all = NULL;
	size_t *thread = mem_array(j, size_t, j->count + 1); /* of each set, from 1 */
	*thread_count = 0;
	for (size_t n = 0; n < count; n++) {
		size_t i = order[n].i, set = top(j, i);
		if (j->twice[i])
			continue;
		if (!thread[set] || all[thread[set] - 1].count >= MAIL_THREAD_MAX) {
			mem_push(owner, all, *thread_count)->date = j->heads[i].date;
			thread[set] = *thread_count;
		}
		struct mail_thread *t = &all[thread[set] - 1];
		*mem_push(owner, t->at, t->count) = j->heads[i].at;
	}
	return all;
}

struct mail_thread *mail_threads(void *owner, const struct mail_thread_head *heads, size_t count, size_t *thread_count, size_t *twice)
{
	struct joining *j = mem_new(NULL, struct joining);
	j->heads = heads;
	j->ids = json_object();
	j->twice = mem_array(j, bool, count + 1);
	*twice = 0;
	for (size_t i = 0; i < count; i++)
		add(j);
	join_references(j, count, twice);
	const struct by_date *order = sorted(j, count);
	join_subjects(j, order, count);
	struct mail_thread *all = gather(j, owner, order, count, thread_count);
	json_decref(j->ids);
	talloc_free(j);
	return all;
}
