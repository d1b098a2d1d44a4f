#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include <stdlib.h>
#include <string.h>

struct document {
	FILE *out;
	char *text;
	size_t size;
};

static int document_close(struct document *d)
{
	fclose(d->out);
	free(d->text);
	return 0;
}

struct document *document_new(void *owner)
{
	struct document *d = mem_new(owner, struct document);
	d->out = mem_check(open_memstream(&d->text, &d->size));
	talloc_set_destructor(d, document_close);
	return d;
}

FILE *document_out(struct document *d) { return d->out; }

const char *document_text(struct document *d, size_t *size)
{
	/* A memory stream fails only when memory is exhausted; an incomplete document must not be used. */
	if (fflush(d->out) != 0 || ferror(d->out))
		mem_check(NULL);
	if (size)
		*size = d->size;
	return d->text;
}

char *document_finish(struct document *d, void *owner)
{
	size_t size;
	const char *text = document_text(d, &size);
	char *copy = mem_check(talloc_size(owner, size + 1));
	memcpy(copy, text, size + 1);
	talloc_free(d);
	return copy;
}
