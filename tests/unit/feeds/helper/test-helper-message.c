/* What goes to a helper and back: every feed of the corpus unchanged, every field of the structs, and nothing that is no answer. */
#include "feeds/helper/helper_message.h"
#include "feeds/parse/feed_parse.h"
#include "feeds/vocabulary/record.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/file.h"
#include "tap.h"
#include <glob.h>

#define URL "https://feed.example/dir/feed"

static struct error err;

/* The frame of the answer that a helper would give for these bytes. */
static struct buf *answer_for(void *t, const char *data, size_t size)
{
	struct helper_answer *a = mem_new(t, struct helper_answer);
	const struct source source = { .url = URL, .settings.access = ENTRY_ACCESS_GATED };
	struct buf *out = buf_new(t, HELPER_ANSWER_MAX);
	a->feed = feed_parse(a, data, size, NULL, URL, &err);
	if (a->feed) {
		a->ready = ingest_ready_make(a, &source, a->feed);
		a->count = a->feed->count;
	} else {
		a->kind = err.kind;
		a->why = err.text;
	}
	return helper_message_write(out, &helper_answer_type, a) ? out : NULL;
}

static const char *body_of(const struct buf *frame) { return frame->data + HELPER_HEAD; }
static size_t size_of(const struct buf *frame) { return frame->size - HELPER_HEAD; }

/* Read and written again, it is the same. */
static bool goes_around(void *t, const struct buf *frame)
{
	size_t size;
	struct buf *again = buf_new(t, HELPER_ANSWER_MAX);
	bool whole = helper_message_size(frame->data, HELPER_ANSWER_MAX, &size) && size == size_of(frame);
	struct helper_answer *a = whole ? helper_message_answer(t, body_of(frame), size_of(frame)) : NULL;
	return a && helper_message_write(again, &helper_answer_type, a) && again->size == frame->size && memcmp(again->data, frame->data, frame->size) == 0;
}

static void corpus(const char *pattern)
{
	glob_t all;
	ok(glob(pattern, GLOB_BRACE, NULL, &all) == 0 && all.gl_pathc > 0, pattern);
	size_t good = 0;
	for (size_t i = 0; i < all.gl_pathc; i++) {
		void *t = talloc_new(NULL);
		struct buf *data = file_read(t, all.gl_pathv[i], FEED_MAX_SIZE, &err), *frame = data ? answer_for(t, data->data, data->size) : NULL;
		bool same = frame && goes_around(t, frame);
		good += same;
		if (!same)
			printf("# %s\n", all.gl_pathv[i]);
		talloc_free(t);
	}
	is_int((long long)good, (long long)all.gl_pathc, "… goes to a helper and comes back as it was");
	globfree(&all);
}

#define ONE "<rss xmlns:a='http://www.w3.org/2005/Atom'><channel><title>B</title><link>https://b.example/</link><a:link rel='hub' href='https://hub.example/'/>" \
	"<item xml:base='https://b.example/x/'><guid>1</guid><title>One</title><category>t</category><description>&lt;p onclick='x'>Text &lt;a href='y'>y&lt;/a></description>" \
	"<enclosure url='https://b.example/a.mp3' type='audio/mpeg' length='7'/><author>ada@b.example (Ada)</author></item></channel></rss>"

static void contents(void)
{
	void *t = talloc_new(NULL);
	struct buf *frame = answer_for(t, ONE, strlen(ONE));
	struct helper_answer *a = helper_message_answer(t, body_of(frame), size_of(frame));
	ok(a && a->feed && a->count == 1 && a->feed->count == 1, "a feed of one entry");
	is(a->feed->title, "B", "… its title");
	is(a->feed->hub_count == 1 ? a->feed->hubs[0] : NULL, "https://hub.example/", "… its hub");
	is(feed_base(a->feed, 0), "https://b.example/x/", "… the base of the entry");
	is(a->ready[0].entry->content, "<p>Text <a href=\"https://b.example/x/y\">y</a></p>", "… clean, with links that are whole");
	is(a->ready[0].text->excerpt, "Text…", "… and an excerpt");
	is(a->ready[0].text->tag_count == 1 ? a->ready[0].text->tag_slugs[0] : NULL, "t", "… and the slug of its tag");
	ok(a->ready[0].entry->access == ENTRY_ACCESS_GATED && a->feed->entries[0]->access == ENTRY_ACCESS_POLICY, "… with the source's access");
	ok(a->ready[0].entry->enclosures[0].length == 7, "… and its enclosure");
	frame = answer_for(t, "<html>", 6);
	a = helper_message_answer(t, body_of(frame), size_of(frame));
	ok(a && !a->feed && a->kind == ERROR_INVALID && strstr(a->why, "this is no feed"), "what is no feed says so");
	talloc_free(t);
}

/* Pictures within a text go along, and what an answer says of them is not believed. */
static void pictures(void)
{
	void *t = talloc_new(NULL);
	const char *feed = "<rss><channel><title>B</title><item><guid>1</guid><description>&lt;p>&lt;img alt='A' src='data:image/gif;base64,R0lGODlhCgAUAIA='>&lt;/p></description></item></channel></rss>";
	struct buf *frame = answer_for(t, feed, strlen(feed));
	struct helper_answer *a = helper_message_answer(t, body_of(frame), size_of(frame));
	ok(a && a->ready[0].picture_count == 1 && a->ready[0].pictures[0].size == 11 && a->ready[0].pictures[0].head.width == 10, "a picture in a text");
	ok(strstr(a->ready[0].entry->content, a->ready[0].pictures[0].address), "… is what the text shows");
	is(a->ready[0].text->picture_count == 1 ? a->ready[0].text->pictures[0] : NULL, a->ready[0].pictures[0].address, "… and the archive is to keep");
	char *at = memmem(frame->data, frame->size, "GIF89a", 6);
	at[0] = 'X';
	ok(!helper_message_answer(t, body_of(frame), size_of(frame)), "what is no picture is no answer");
	talloc_free(t);
}

/* Fields that are not sent: the archive adds them, or nobody asks for them once the feed is parsed. */
static const struct { const void *fields; size_t from, to; } unsent[] = {
	{ "entry", offsetof(struct entry, id), offsetof(struct entry, slug) },
	{ "entry", offsetof(struct entry, excerpt), offsetof(struct entry, access) },
	{ "entry", offsetof(struct entry, state), sizeof(struct entry) },
	{ "feed", offsetof(struct feed, record), offsetof(struct feed, records) },
	{ "picture", 0, offsetof(struct picture, data) },
};

static const char *name_of(const struct wire_struct *type)
{
	if (type->size == sizeof(struct picture) && type->count == 1)
		return "picture";
	return type->size == sizeof(struct entry) ? "entry" : type->size == sizeof(struct feed) ? "feed" : type->size == sizeof(struct record) ? "record" : "";
}

static void mark(bool *marked, size_t from, size_t to) { memset(marked + from, true, to - from); }

/* Every eight bytes of a struct belong to a field of its table. */
static bool is_whole(const struct wire_struct *type)
{
	bool marked[4096] = { false }, whole = true;
	for (size_t i = 0; i < type->count; i++) {
		const struct wire_field *f = &type->fields[i];
		mark(marked, f->at, f->at + f->size);
		if (f->type == WIRE_BYTES || f->type == WIRE_ARRAY || f->type == WIRE_POINTERS)
			mark(marked, f->count_at, f->count_at + sizeof(size_t));
	}
	for (size_t i = 0; i < sizeof unsent / sizeof *unsent; i++)
		if (strcmp(unsent[i].fields, name_of(type)) == 0)
			mark(marked, unsent[i].from, unsent[i].to);
	for (size_t at = 0; at < type->size; at += sizeof(int64_t))
		if (!memchr(marked + at, true, sizeof(int64_t))) {
			printf("# nothing is sent of the eight bytes at %zu of a struct of %zu\n", at, type->size);
			whole = false;
		}
	return whole;
}

static void tables(const struct wire_struct *type, size_t *count)
{
	/* Of a record only what is asked of it. */
	if (type->size != sizeof(struct record) && !is_whole(type))
		ok(false, "every field of a struct is sent");
	++*count;
	for (size_t i = 0; i < type->count; i++)
		if (type->fields[i].of)
			tables(type->fields[i].of, count);
}

/* Whatever is cut off or changed, it is refused or an answer: the sanitizers see the rest. */
static void hostile(void)
{
	void *t = talloc_new(NULL);
	struct buf *frame = answer_for(t, ONE, strlen(ONE));
	static const int64_t numbers[] = { -1, 1, 3, 20001, INT32_MAX, INT64_MAX, INT64_MIN, 1 << 20 };
	size_t refused = 0, read = 0;
	for (size_t cut = 0; cut < size_of(frame); cut++)
		read += helper_message_answer(t, body_of(frame), cut) != NULL;
	is_int((long long)read, 0, "no part of an answer is one");
	for (size_t at = 0; at + sizeof(int64_t) <= size_of(frame); at++)
		for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++) {
			char *changed = talloc_memdup(t, body_of(frame), size_of(frame));
			memcpy(changed + at, &numbers[n], sizeof(int64_t));
			struct helper_answer *a = helper_message_answer(t, changed, size_of(frame));
			refused += !a;
			for (size_t i = 0; a && i < a->count; i++)
				read += strlen(a->ready[i].entry->content) + strlen(a->ready[i].text->teaser.html) + a->feed->entries[i]->tag_count;
			talloc_free(a);
			talloc_free(changed);
		}
	ok(refused > size_of(frame) && read > 0, "most changes are noticed");
	char *more = mem_array(t, char, size_of(frame) + 1);
	memcpy(more, body_of(frame), size_of(frame));
	ok(!helper_message_answer(t, more, size_of(frame) + 1), "nothing may follow");
	talloc_free(t);
}

static void wrong(void)
{
	static const struct entry entry = { .content = "" }, bad = { .content = "\xff" };
	static char none[] = "";
	static const struct archive_text text = { .teaser = { .html = none, .excerpt = none, .whole_excerpt = none }, .excerpt = "", .whole_excerpt = "", .slug = "" }, without = { .excerpt = "" };
	static const struct { const char *what; const struct entry *entry; const struct archive_text *text; const char *hash, *wrong; size_t at, count; bool fine, bare; } cases[] = {
		{ "as it should be", &entry, &text, "h", NULL, 0, 1, true, false },
		{ "text that is no UTF-8", &bad, &text, "h", NULL, 0, 1, false, false },
		{ "no hash", &entry, &text, NULL, NULL, 0, 1, false, false },
		{ "nothing for the archive", &entry, NULL, "h", NULL, 0, 1, false, false },
		{ "no teaser", &entry, &without, "h", NULL, 0, 1, false, false },
		{ "an entry of another place", &entry, &text, "h", NULL, 1, 1, false, false },
		{ "an entry that is not made ready", &entry, &text, "h", NULL, 0, 0, false, false },
		{ "an entry without its record", &entry, &text, "h", NULL, 0, 1, false, true },
		{ "a fault in a feed that is not broken", &entry, &text, "h", "x", 0, 1, false, false },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		void *t = talloc_new(NULL);
		struct entry *entries[] = { mem_new(t, struct entry) }, *ready = mem_new(t, struct entry);
		struct record *records[] = { mem_new(t, struct record) };
		*ready = *cases[i].entry;
		struct archive_text *made = cases[i].text ? talloc_memdup(t, cases[i].text, sizeof *made) : NULL;
		struct feed feed = { .entries = entries, .records = cases[i].bare ? NULL : records, .count = 1, .wrong = cases[i].wrong };
		struct ingest_ready all[] = { { .at = cases[i].at, .entry = ready, .hash = cases[i].hash, .text = made } };
		struct buf *out = buf_new(t, HELPER_ANSWER_MAX);
		bool written = helper_message_write(out, &helper_answer_type, &(struct helper_answer){ .feed = &feed, .ready = all, .count = cases[i].count });
		ok(written && (helper_message_answer(t, body_of(out), size_of(out)) != NULL) == cases[i].fine, cases[i].what);
		talloc_free(t);
	}
}

static void requests(void)
{
	void *t = talloc_new(NULL);
	struct buf *out = buf_new(t, HELPER_REQUEST_MAX);
	size_t size;
	const struct helper_request r = { .kind = HELPER_PAGE, .data = "a\0b", .size = 3, .type = "text/\xff", .url = URL, .source = "s", .access = ENTRY_ACCESS_FREE };
	ok(helper_message_write(out, &helper_request_type, &r), "a request");
	struct helper_request *got = helper_message_request(t, body_of(out), size_of(out));
	ok(got && got->kind == HELPER_PAGE && got->size == 3 && memcmp(got->data, "a\0b", 3) == 0 && got->access == ENTRY_ACCESS_FREE, "… arrives");
	is(got->type, "text/\xff", "… with a Content-Type as it came");
	struct buf *small = buf_new(t, 32);
	ok(!helper_message_write(small, &helper_request_type, &r) && small->size == 0, "what is too large is not written at all");
	ok(!helper_message_size((const char *)&(int64_t){ 33 }, 32, &size) && !helper_message_size((const char *)&(int64_t){ -1 }, 32, &size) &&
	   helper_message_size((const char *)&(int64_t){ 32 }, 32, &size) && size == 32, "nor is more read than there may be");
	talloc_free(t);
}

int main(void)
{
	size_t count = 0;
	corpus("tests/corpus/feeds/*.{xml,json}");
	if (tap_here("../shared/suites/feedparser/tests", "feedparser's suite"))
		corpus("../shared/suites/feedparser/tests/{wellformed,illformed,encoding}/{,*/}*.xml");
	contents();
	pictures();
	tables(&helper_answer_type, &count);
	tables(&helper_request_type, &count);
	ok(count > 15, "the tables were held against the structs");
	hostile();
	wrong();
	requests();
	return tap_done();
}
