/*
 * WordPress's export (WXR): RSS with more elements, of any size.  It is split into its items, and each is parsed as a
 * document of its own: that takes the memory of one item, and a damaged item does not affect the others.  The file is read
 * twice, because posts refer to authors and files that may come after them.
 */
#include "feeds/import/import_wxr_item.h"
#include "feeds/import/import_kind.h"
#include "feeds/text/decode.h"
#include "feeds/text/repair.h"
#include "feeds/vocabulary/markup.h"
#include "gateway/base/memory/buf.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* WINDOW is the longest item, with its comments, that is read. */
enum { WINDOW = 64 << 20, FIRST_READ = 1 << 20, NAME = 40 };

#define FRAME "<rss xmlns:excerpt=\"http://wordpress.org/export/1.2/excerpt/\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"" \
	" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:wp=\"http://wordpress.org/export/1.2/\">%s</rss>"

struct wxr {
	struct import *im;
	int fd;
	int64_t size, taken;
	struct buf *window; /* read from the file and not yet parsed */
	size_t used;
	const char *type;   /* the encoding that the file declares, as a Content-Type */
	struct import_wxr known;
};

bool import_wxr_is(const struct import_head *head)
{
	return memmem(head->data, head->size, "//wordpress.org/export/", strlen("//wordpress.org/export/")) != NULL;
}

static int let_go(struct wxr *w)
{
	if (w->fd >= 0)
		close(w->fd);
	return 0;
}

/* Only the first fault is kept. */
static void note(struct import *im, const char *what, const char *why)
{
	if (why && !im->wrong)
		im->wrong = mem_printf(im, "%s: %s", what, why);
}

static bool starts(const char *p, const char *end, const char *what) { return (size_t)(end - p) >= strlen(what) && strncmp(p, what, strlen(what)) == 0; }

/* The position after the CDATA section that begins at p; NULL when its end is not in the window. */
static const char *cdata_end(const char *p, const char *end)
{
	const char *close = memmem(p, (size_t)(end - p), "]]>", 3);
	return close ? close + 3 : NULL;
}

/* The first position from p on, outside of CDATA, that starts with word or other. */
static const char *find(const char *p, const char *end, const char *word, const char *other)
{
	while (p && (p = memchr(p, '<', (size_t)(end - p)))) {
		if (starts(p, end, word) || (other && starts(p, end, other)))
			return p;
		p = starts(p, end, "<![CDATA[") ? cdata_end(p, end) : p + 1;
	}
	return NULL;
}

/* Doubles the window, so that a long item is not searched again for every block. */
static bool fill(struct wxr *w)
{
	size_t want = w->window->size > FIRST_READ ? w->window->size : FIRST_READ;
	void *scratch = talloc_new(NULL);
	char *block = mem_array(scratch, char, want);
	ssize_t got = read(w->fd, block, want);
	if (got > 0) {
		w->taken += got;
		if (!buf_add(w->window, block, (size_t)got)) {
			note(w->im, "an item was left out", "it is too long");
			buf_clear(w->window);
			buf_add(w->window, block, (size_t)got);
		}
	}
	talloc_free(scratch);
	return got > 0;
}

/* The bytes of the next item or author, valid until the next call; NULL at the end. */
static const char *next_piece(struct wxr *w, size_t *size)
{
	buf_drop(w->window, w->used);
	w->used = 0;
	do {
		const char *data = w->window->data, *end = data + w->window->size, *start = find(data, end, "<item", "<wp:author>");
		const char *word = start && starts(start, end, "<item") ? "</item>" : "</wp:author>", *close = start ? find(start, end, word, NULL) : NULL;
		if (!close)
			continue;
		*size = (size_t)(close - start) + strlen(word);
		w->used = (size_t)(start - data) + *size;
		return start;
	} while (fill(w));
	if (find(w->window->data, w->window->data + w->window->size, "<item", NULL))
		w->im->wrong = "the file ends inside an item, which was left out";
	return NULL;
}

/* The next item or author as a tree, which belongs to owner; NULL at the end. */
static xmlNode *next_node(void *owner, struct wxr *w)
{
	struct error err;
	size_t size;
	const char *piece, *broken = NULL;
	while ((piece = next_piece(w, &size))) {
		struct decoded *decoded = decode_document(owner, piece, size, w->type);
		char *framed = mem_printf(owner, FRAME, decoded->text);
		struct repaired *repaired = repair_xml(owner, framed, strlen(framed));
		struct markup *markup = markup_read(owner, repaired->text, repaired->size, NULL, &broken, &err);
		xmlNode *node = markup ? markup_element(markup->root->children) : NULL;
		note(w->im, "an item is damaged", repaired->wrong);
		note(w->im, "an item is damaged", broken);
		if (node)
			return node;
	}
	return NULL;
}

static bool rewind_to_start(struct wxr *w, struct error *err)
{
	buf_clear(w->window);
	w->used = 0;
	w->taken = 0;
	w->im->wrong = NULL;
	return lseek(w->fd, 0, SEEK_SET) == 0 || error_set(err, ERROR_PERMANENT, "cannot read '%s': %s", w->im->path, strerror(errno));
}

/* Reads the encoding in the XML declaration. */
static void read_encoding(struct wxr *w)
{
	fill(w);
	const char *data = w->window->data, *end = strstr(data, "?>"), *at = end ? memmem(data, (size_t)(end - data), "encoding=", 9) : NULL;
	size_t n = at ? strcspn(at + 10, "\"'?") : 0;
	w->type = n > 0 && n < NAME ? mem_printf(w, "text/xml; charset=%.*s", (int)n, at + 10) : "text/xml; charset=utf-8";
}

static void collect(struct wxr *w)
{
	for (;;) {
		void *scratch = talloc_new(NULL);
		xmlNode *node = next_node(scratch, w);
		if (node)
			import_wxr_collect(&w->known, node);
		talloc_free(scratch);
		if (!node)
			break;
	}
	import_wxr_sort(&w->known);
}

static bool read_posts(struct import *im, struct feed **feed, struct error *err)
{
	struct wxr *w = im->state;
	struct feed *batch = import_batch_new(im);
	bool more = true;
	(void)err;
	while (batch->count < IMPORT_BATCH && more) {
		void *scratch = talloc_new(NULL);
		xmlNode *node = next_node(scratch, w);
		more = node != NULL;
		if (more && markup_is(node, "item"))
			import_wxr_item(im, &w->known, batch, node);
		talloc_free(scratch);
	}
	im->progress = w->size ? (double)w->taken / (double)w->size : 1;
	if (batch->count == 0) {
		talloc_free(batch);
		batch = NULL;
	} else {
		import_batch_finish(im, batch);
	}
	*feed = batch;
	return true;
}

bool import_wxr_open(struct import *im, struct error *err)
{
	struct stat st;
	struct wxr *w = mem_new(im, struct wxr);
	w->im = im;
	w->known.owner = w;
	w->window = buf_new(w, WINDOW);
	w->fd = open(im->path, O_RDONLY | O_CLOEXEC);
	talloc_set_destructor(w, let_go);
	if (w->fd < 0 || fstat(w->fd, &st) != 0)
		return error_set(err, ERROR_NOT_FOUND, "cannot read '%s': %s", im->path, strerror(errno));
	w->size = st.st_size;
	im->state = w;
	im->read = read_posts;
	read_encoding(w);
	collect(w);
	return rewind_to_start(w, err);
}
