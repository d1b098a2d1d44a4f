#include "feeds/helper/wire.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

struct string {
	const char *text;
};
static const struct wire_field string_fields[] = { WIRE_OF_TEXT_ALWAYS(struct string, text) };
const struct wire_struct wire_text = WIRE_OF(struct string, string_fields);

static size_t count_of(const struct wire_field *f, const char *from)
{
	size_t count;
	memcpy(&count, from + f->count_at, sizeof count);
	return count;
}

static const void *pointer_of(const struct wire_field *f, const char *from)
{
	const void *p;
	memcpy(&p, from + f->at, sizeof p);
	return p;
}

/* Numbers have eight bytes whatever their field has. */
static bool write_number(struct buf *out, int64_t n) { return buf_add(out, &n, sizeof n); }

static int64_t number_of(const struct wire_field *f, const char *from)
{
	uint8_t small;
	uint32_t medium;
	int64_t large;
	switch (f->size) {
	case sizeof small: memcpy(&small, from + f->at, sizeof small); return small;
	case sizeof medium: memcpy(&medium, from + f->at, sizeof medium); return f->least < 0 ? (int32_t)medium : (int64_t)medium;
	default: memcpy(&large, from + f->at, sizeof large); return large;
	}
}

static void put_number(const struct wire_field *f, char *to, int64_t n)
{
	uint8_t small = (uint8_t)n;
	uint32_t medium = (uint32_t)n;
	const void *from = f->size == sizeof small ? (const void *)&small : f->size == sizeof medium ? (const void *)&medium : &n;
	memcpy(to + f->at, from, f->size);
}

/* The length of the text and its NUL, or 0 for NULL; then both. */
static bool write_text(struct buf *out, const char *text)
{
	size_t size = text ? strlen(text) + 1 : 0;
	return write_number(out, (int64_t)size) && buf_add(out, text ? text : "", size);
}

static bool write_all(struct buf *out, const struct wire_field *f, const char *from)
{
	const char *elements = pointer_of(f, from);
	size_t count = elements ? count_of(f, from) : 0;
	bool fine = write_number(out, (int64_t)count);
	for (size_t i = 0; fine && i < count; i++)
		fine = f->type == WIRE_POINTERS ? wire_write(out, f->of, ((const void *const *)(const void *)elements)[i]) : wire_write(out, f->of, elements + i * f->of->size);
	return fine;
}

static bool write_field(struct buf *out, const struct wire_field *f, const char *from)
{
	switch (f->type) {
	case WIRE_NUMBER: return write_number(out, number_of(f, from));
	case WIRE_TEXT: case WIRE_RAW: return write_text(out, pointer_of(f, from));
	case WIRE_BYTES: return write_number(out, (int64_t)count_of(f, from)) && buf_add(out, pointer_of(f, from), count_of(f, from));
	case WIRE_STRUCT: return wire_write(out, f->of, from + f->at);
	case WIRE_POINTER: {
		const void *to = pointer_of(f, from);
		return write_number(out, to != NULL) && (!to || wire_write(out, f->of, to));
	}
	case WIRE_ARRAY: case WIRE_POINTERS: return write_all(out, f, from);
	}
	return false;
}

bool wire_write(struct buf *out, const struct wire_struct *type, const void *from)
{
	bool fine = true;
	for (size_t i = 0; fine && i < type->count; i++)
		fine = write_field(out, &type->fields[i], from);
	return fine;
}

struct reader {
	const char *at;
	size_t left;
};

static bool read_struct(void *owner, struct reader *r, const struct wire_struct *type, char *to);

/* The fewest bytes of a struct: no count may promise more structs than the bytes that are left can be. */
static size_t least_of(const struct wire_struct *type)
{
	size_t least = 0;
	for (size_t i = 0; i < type->count; i++)
		least += type->fields[i].type == WIRE_STRUCT ? least_of(type->fields[i].of) : sizeof(int64_t);
	return least;
}

static bool read_number(struct reader *r, int64_t least, int64_t most, int64_t *n)
{
	if (r->left < sizeof *n)
		return false;
	memcpy(n, r->at, sizeof *n);
	r->at += sizeof *n;
	r->left -= sizeof *n;
	return *n >= least && *n <= most;
}

static const char *read_bytes(struct reader *r, size_t size)
{
	const char *at = r->at;
	r->at += size;
	r->left -= size;
	return at;
}

static bool read_text(struct reader *r, const struct wire_field *f, char *to)
{
	int64_t size;
	if (!read_number(r, f->required, (int64_t)r->left, &size) || (size_t)size > r->left)
		return false;
	const char *text = size ? read_bytes(r, (size_t)size) : NULL;
	memcpy(to + f->at, &text, sizeof text);
	return !text || (memchr(text, '\0', (size_t)size) == text + size - 1 && (f->type == WIRE_RAW || text_utf8(text, (size_t)size - 1)));
}

static bool read_opaque(struct reader *r, const struct wire_field *f, char *to)
{
	int64_t n;
	if (!read_number(r, 0, (int64_t)r->left, &n) || (size_t)n > r->left)
		return false;
	size_t size = (size_t)n;
	const char *bytes = read_bytes(r, size);
	memcpy(to + f->at, &bytes, sizeof bytes);
	memcpy(to + f->count_at, &size, sizeof size);
	return true;
}

static bool read_pointer(void *owner, struct reader *r, const struct wire_field *f, char *to)
{
	int64_t there;
	if (!read_number(r, f->required, 1, &there))
		return false;
	char *made = there ? (char *)mem_array(owner, char, f->of->size) : NULL;
	memcpy(to + f->at, &made, sizeof made);
	return !made || read_struct(made, r, f->of, made);
}

static bool read_all(void *owner, struct reader *r, const struct wire_field *f, char *to)
{
	int64_t n, room = (int64_t)(r->left / least_of(f->of));
	if (!read_number(r, 0, f->most && f->most < room ? f->most : room, &n) || (f->counted && (size_t)n != count_of(f, to)))
		return false;
	size_t count = (size_t)n, step = f->type == WIRE_POINTERS ? sizeof(void *) : f->of->size;
	char *elements = mem_array(owner, char, (count + 1) * step);
	memcpy(to + f->at, &elements, sizeof elements);
	memcpy(to + f->count_at, &count, sizeof count);
	bool fine = true;
	for (size_t i = 0; fine && i < count; i++) {
		char *one = elements + i * step;
		if (f->type == WIRE_POINTERS)
			one = ((char **)(void *)elements)[i] = mem_array(elements, char, f->of->size);
		fine = read_struct(one == elements + i * step ? elements : one, r, f->of, one);
	}
	return fine;
}

static bool read_field(void *owner, struct reader *r, const struct wire_field *f, char *to)
{
	int64_t n;
	switch (f->type) {
	case WIRE_NUMBER:
		if (!read_number(r, f->least, f->most, &n))
			return false;
		put_number(f, to, n);
		return true;
	case WIRE_TEXT: case WIRE_RAW: return read_text(r, f, to);
	case WIRE_BYTES: return read_opaque(r, f, to);
	case WIRE_STRUCT: return read_struct(owner, r, f->of, to + f->at);
	case WIRE_POINTER: return read_pointer(owner, r, f, to);
	case WIRE_ARRAY: case WIRE_POINTERS: return read_all(owner, r, f, to);
	}
	return false;
}

static bool read_struct(void *owner, struct reader *r, const struct wire_struct *type, char *to)
{
	bool fine = true;
	for (size_t i = 0; fine && i < type->count; i++)
		fine = read_field(owner, r, &type->fields[i], to);
	return fine;
}

bool wire_read(void *owner, const struct wire_struct *type, void *to, const char *data, size_t size)
{
	struct reader r = { data, size };
	return read_struct(owner, &r, type, to) && r.left == 0;
}
