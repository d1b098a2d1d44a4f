/*
 * WordPress's export: RSS with more elements, of any size.  So it is cut into its items, and each is read as a document of
 * its own: memory is that of one item, and one that is damaged spoils no other.  Twice, for posts name authors and files
 * that may stand behind them.
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

/* A longer item is left out, comments and all. */
enum { WINDOW = 64 << 20, FIRST_READ = 1 << 20, NAME = 40 };

#define FRAME "<rss xmlns:excerpt=\"http://wordpress.org/export/1.2/excerpt/\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"" \
	" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:wp=\"http://wordpress.org/export/1.2/\">%s</rss>"

struct wxr {
	struct import *im;
	int fd;
	int64_t size, taken;
	struct buf *window; /* what was read and not used */
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

/* The first fault is the one that is told. */
static void note(struct import *im, const char *what, const char *why)
{
	if (why && !im->wrong)
		im->wrong = mem_printf(im, "%s: %s", what, why);
}

static bool stands(const char *p, const char *end, const char *what) { return (size_t)(end - p) >= strlen(what) && strncmp(p, what, strlen(what)) == 0; }

/* Behind the text that begins at p, where nothing is a tag; NULL when its end has not been read. */
static const char *text_end(const char *p, const char *end)
{
	const char *close = memmem(p, (size_t)(end - p), "]]>", 3);
	return close ? close + 3 : NULL;
}

/* The first place at or behind p, outside of such texts, where one of the two words stands. */
static const char *find(const char *p, const char *end, const char *word, const char *other)
{
	while (p && (p = memchr(p, '<', (size_t)(end - p)))) {
		if (stands(p, end, word) || (other && stands(p, end, other)))
			return p;
		p = stands(p, end, "<![CDATA[") ? text_end(p, end) : p + 1;
	}
	return NULL;
}

/* Twice as much at once as is there, so that a long item is not looked through again and again. */
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

/* The next item or author as it stands in the file, until the next call; NULL at the end. */
static const char *next_piece(struct wxr *w, size_t *size)
{
	buf_drop(w->window, w->used);
	w->used = 0;
	do {
		const char *data = w->window->data, *end = data + w->window->size, *start = find(data, end, "<item", "<wp:author>");
		const char *word = start && stands(start, end, "<item") ? "</item>" : "</wp:author>", *close = start ? find(start, end, word, NULL) : NULL;
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

/* The next one as a tree that owner owns; NULL at the end. */
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

/* What encoding="..." says in the first line. */
static void learn_encoding(struct wxr *w)
{
	fill(w);
	const char *data = w->window->data, *end = strstr(data, "?>"), *at = end ? memmem(data, (size_t)(end - data), "encoding=", 9) : NULL;
	size_t n = at ? strcspn(at + 10, "\"'?") : 0;
	w->type = n > 0 && n < NAME ? mem_printf(w, "text/xml; charset=%.*s", (int)n, at + 10) : "text/xml; charset=utf-8";
}

static void learn(struct wxr *w)
{
	for (;;) {
		void *scratch = talloc_new(NULL);
		xmlNode *node = next_node(scratch, w);
		if (node)
			import_wxr_learn(&w->known, node);
		talloc_free(scratch);
		if (!node)
			break;
	}
	import_wxr_learnt(&w->known);
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
	learn_encoding(w);
	learn(w);
	return rewind_to_start(w, err);
}
