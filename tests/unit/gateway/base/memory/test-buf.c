#include "gateway/base/memory/buf.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "tap.h"
#include <stdint.h>

static void test_maximum(void *t)
{
	struct buf *b = buf_new(t, 10);
	ok(b->size == 0 && b->data[0] == '\0', "empty, and a string from birth");
	ok(buf_add(b, "12345", 5) && buf_add(b, "67890", 5), "as much as fits is taken");
	ok(!buf_add(b, "x", 1), "one byte more is not");
	is(b->data, "1234567890", "and nothing was added");
	ok(buf_add(b, NULL, 0), "nothing fits always");
	ok(!buf_add(b, "x", SIZE_MAX), "a size that would wrap around does not");
	buf_drop(b, 4);
	is(b->data, "567890", "the first bytes go");
	ok(buf_add(b, "abcd", 4) && !buf_add(b, "e", 1), "and make room");
	buf_drop(b, 99);
	ok(b->size == 0 && b->data[0] == '\0', "more than all is all");
	buf_add(b, "ab\0c", 4);
	ok(b->size == 4 && memcmp(b->data, "ab\0c", 5) == 0, "a NUL is a byte like others");
	buf_clear(b);
	ok(b->size == 0 && b->data[0] == '\0', "cleared");
	struct buf *none = buf_new(t, 0);
	ok(!buf_add(none, "x", 1) && buf_add(none, "", 0), "a maximum of nothing");
}

static void test_growth(void *t)
{
	struct buf *b = buf_new(t, 1 << 20);
	char piece[1000];
	memset(piece, 'x', sizeof piece);
	int taken = 0;
	while (buf_add(b, piece, sizeof piece))
		taken++;
	is_int(taken, (1 << 20) / 1000, "piece by piece up to the maximum");
	ok(b->room <= b->max && talloc_total_size(b) < (1 << 20) + 4096, "and no more memory than that");
	is_int((long long)strlen(b->data), taken * 1000, "all of it");
	ok(buf_new(t, SIZE_MAX)->max < 256u << 20, "the greatest maximum is what can be had in one piece");
}

static void test_document(void *t)
{
	struct document *d = document_new(t);
	size_t size = 99;
	is(document_text(d, &size), "", "a document begins empty");
	is_int((long long)size, 0, "with no bytes");
	fprintf(document_out(d), "one %d", 2);
	is(document_text(d, NULL), "one 2", "what was written so far");
	for (int i = 0; i < 5000; i++)
		fputs("0123456789", document_out(d));
	is_int((long long)strlen(document_text(d, &size)), 50005, "and what came after");
	is_int((long long)size, 50005, "with its size");
	void *owner = talloc_new(t);
	char *text = document_finish(d, owner);
	ok(talloc_parent(text) == owner && strlen(text) == 50005, "the text has an owner of its own");
}

int main(void)
{
	void *t = talloc_new(NULL);
	test_maximum(t);
	test_growth(t);
	test_document(t);
	talloc_free(t);
	return tap_done();
}
