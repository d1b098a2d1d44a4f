/* The messages of an mbox or a Maildir: the archive of a mailing list, or newsletters that somebody kept. */
#include "feeds/import/import_kind.h"
#include "feeds/mail/mail_folder.h"
#include "feeds/mail/mail_post.h"
#include "feeds/mail/mail_thread.h"
#include "feeds/mail/mail_words.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

/* Bytes of a head; HTML of a batch, and of one thread. */
enum { HEAD_SIZE = 128 << 10, BATCH_SIZE = 16 << 20, THREAD_SIZE = 4 << 20 };

struct mails {
	struct mail_folder *folder;
	struct mail_thread *threads;
	size_t count, at;
	const char *prefix; /* what stands in brackets before most subjects, or NULL */
};

/* The first word in brackets of a subject, "[tides] Re: ..." -> "tides"; NULL without one. */
static char *prefix_of(void *owner, const char *subject)
{
	bool reply;
	const char *s = mail_words_subject(subject, NULL, &reply), *end = *s == '[' ? strchr(s, ']') : NULL;
	return end && end > s + 1 && end - s < 60 ? mem_ndup(owner, s + 1, (size_t)(end - s - 1)) : NULL;
}

/* What more than half of the subjects have: the name of a list, which says nothing in its archive. */
static const char *common_prefix(void *owner, const struct mail_thread_head *heads, size_t count)
{
	const char *most = NULL;
	size_t votes = 0, has = 0;
	/* The one that more than half have outlives all others (Boyer and Moore). */
	for (size_t i = 0; i < count; i++) {
		char *p = prefix_of(owner, heads[i].subject);
		if (votes == 0)
			most = p;
		votes = p && most && text_same(p, most) ? votes + 1 : votes ? votes - 1 : 0;
		if (p != most)
			talloc_free(p);
	}
	for (size_t i = 0; most && i < count; i++) {
		char *p = prefix_of(NULL, heads[i].subject);
		has += p && text_same(p, most);
		talloc_free(p);
	}
	return has >= 3 && has * 2 > count ? most : NULL;
}

/* What threads are made of; strings belong to owner. */
static bool read_head(void *owner, const struct mail_folder *f, size_t i, struct mail_thread_head *h)
{
	size_t size;
	char *data = mail_folder_read(NULL, f, i, HEAD_SIZE, &size);
	struct mail_message *m = data ? mail_message_head(data, data, size) : NULL;
	bool is = m && (m->id || m->from.email || m->from.name || *m->subject);
	if (is) {
		*h = (struct mail_thread_head){ .id = mem_dup_or_null(owner, m->id), .reference_count = m->reference_count, .subject = mem_dup(owner, m->subject), .date = m->date, .at = i };
		h->references = mem_array(owner, const char *, m->reference_count + 1);
		for (size_t r = 0; r < m->reference_count; r++)
			h->references[r] = mem_dup(owner, m->references[r]);
	}
	talloc_free(data);
	return is;
}

static void join_threads(struct import *im, struct mails *ms)
{
	void *t = talloc_new(NULL);
	struct mail_thread_head *heads = NULL;
	size_t count = 0, twice;
	for (size_t i = 0; i < ms->folder->count; i++) {
		struct mail_thread_head h;
		if (read_head(t, ms->folder, i, &h))
			*mem_push(t, heads, count) = h;
		else
			import_skip(im, "messages without a head");
	}
	ms->prefix = common_prefix(ms, heads, count);
	for (size_t i = 0; i < count; i++)
		heads[i].subject = mail_words_subject(heads[i].subject, ms->prefix, &heads[i].reply);
	ms->threads = mail_threads(ms, heads, count, &ms->count, &twice);
	for (; twice; twice--)
		import_skip(im, "messages that are there twice");
	talloc_free(t);
}

static struct mail_message *message_of(struct import *im, const struct mails *ms, size_t i)
{
	size_t size;
	if (ms->folder->items[i].size > (int64_t)MAIL_SIZE_MAX) {
		import_skip(im, "messages of more than 16 MB");
		return NULL;
	}
	char *data = mail_folder_read(NULL, ms->folder, i, MAIL_SIZE_MAX, &size);
	struct mail_message *m = data ? mail_message_read(NULL, data, size) : NULL;
	talloc_free(data);
	if (m && m->automatic) {
		import_skip(im, "automatic replies");
		TALLOC_FREE(m);
	}
	if (m && m->wrong)
		import_skip(im, "parts beyond the limits, or broken, of messages");
	return m;
}

/* A thread as one post; how many bytes it has. */
static size_t add_thread(struct import *im, const struct mails *ms, const struct mail_thread *t, struct feed *batch)
{
	struct document *d = document_new(NULL);
	struct record *r = NULL;
	size_t room = MAIL_POST_PICTURES, size = 0;
	for (size_t n = 0; n < t->count; n++) {
		struct mail_message *m = message_of(im, ms, t->at[n]);
		if (!m)
			continue;
		document_text(d, &size);
		if (size > THREAD_SIZE && r)
			import_skip(im, "answers beyond 4 MB of a thread");
		else if (r)
			mail_post_answer(document_out(d), m, &room);
		else if ((r = import_batch_add(batch, NULL, ENTRY_ACCESS_POLICY))) {
			mail_post_describe(r, m, ms->prefix);
			mail_post_body(document_out(d), m, &room);
		}
		talloc_free(m);
	}
	document_text(d, &size);
	char *html = document_finish(d, batch);
	if (r)
		import_set_html(r, html);
	return size;
}

/* As in a feed, whose last entry is stored first. */
static void newest_first(struct feed *batch)
{
	for (size_t i = 0, j = batch->count; i + 1 < j; i++) {
		struct record *r = batch->records[--j];
		batch->records[j] = batch->records[i];
		batch->records[i] = r;
	}
}

static bool read_threads(struct import *im, struct feed **feed, struct error *err)
{
	struct mails *ms = im->state;
	size_t size = 0;
	(void)err;
	*feed = NULL;
	if (ms->at >= ms->count)
		return true;
	*feed = import_batch_new(im);
	(*feed)->firm_ids = true;
	size_t end = ms->at;
	while (end < ms->count && end - ms->at < IMPORT_BATCH && size < BATCH_SIZE)
		size += add_thread(im, ms, &ms->threads[end++], *feed);
	ms->at = end;
	newest_first(*feed);
	import_batch_finish(im, *feed);
	im->progress = (double)ms->at / (double)ms->count;
	return true;
}

bool import_mbox_is(const struct import_head *head) { return mail_folder_is_mbox(head->data); }

bool import_mail_open(struct import *im, struct error *err)
{
	struct mails *ms = mem_new(im, struct mails);
	ms->folder = mail_folder_open(ms, im->path, err);
	if (!ms->folder)
		return false;
	if (ms->folder->count == 0)
		return error_set(err, ERROR_INVALID, "there is no message in '%s'", im->path);
	join_threads(im, ms);
	im->state = ms;
	im->read = read_threads;
	return true;
}
