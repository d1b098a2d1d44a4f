#include "gateway/base/memory/buf.h"
#include "gateway/base/memory/mem.h"
#include <string.h>

/* talloc allocates at most 256 MiB at once, with its own header. */
#define BUF_MOST ((256u << 20) - 4096)

struct buf *buf_new(void *owner, size_t max)
{
	struct buf *b = mem_new(owner, struct buf);
	b->max = max < BUF_MOST ? max : BUF_MOST;
	b->data = mem_array(b, char, 1);
	return b;
}

bool buf_add(struct buf *b, const void *data, size_t size)
{
	if (size > b->max - b->size)
		return false;
	if (size > b->room - b->size) {
		size_t want = b->size + size;
		size_t room = b->room < 512 ? 1024 : b->room * 2;
		b->room = want > room ? want : room > b->max ? b->max : room;
		b->data = mem_check(talloc_realloc_size(b, b->data, b->room + 1));
	}
	if (size)
		memcpy(b->data + b->size, data, size);
	b->size += size;
	b->data[b->size] = '\0';
	return true;
}

void buf_drop(struct buf *b, size_t n)
{
	if (n > b->size)
		n = b->size;
	memmove(b->data, b->data + n, b->size - n + 1);
	b->size -= n;
}

void buf_clear(struct buf *b)
{
	b->size = 0;
	b->data[0] = '\0';
}
