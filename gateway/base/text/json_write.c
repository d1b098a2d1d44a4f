#include "gateway/base/text/json_write.h"
#include <string.h>

/* RFC 8259 section 7: what may not stand in a string as itself. */
static size_t plain(const char *s, size_t size)
{
	size_t n = 0;
	while (n < size && (unsigned char)s[n] >= ' ' && s[n] != '"' && s[n] != '\\')
		n++;
	return n;
}

static void escape(FILE *out, char c)
{
	static const char letters[] = { ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't', ['"'] = '"', ['\\'] = '\\' };
	char letter = (unsigned char)c < sizeof letters ? letters[(unsigned char)c] : '\0';
	if (letter) {
		putc_unlocked('\\', out);
		putc_unlocked(letter, out);
	} else {
		fprintf(out, "\\u%04X", (unsigned char)c);
	}
}

void json_write_string(FILE *out, const char *s, size_t size)
{
	putc_unlocked('"', out);
	for (size_t n; size; s += n, size -= n) {
		n = plain(s, size);
		fwrite_unlocked(s, 1, n, out);
		if (n < size)
			escape(out, s[n++]);
	}
	putc_unlocked('"', out);
}

static void new_line(FILE *out, size_t depth)
{
	putc_unlocked('\n', out);
	while (depth--)
		putc_unlocked(' ', out);
}

static void array(FILE *out, const json_t *value, size_t depth)
{
	size_t size = json_array_size(value);
	putc_unlocked('[', out);
	for (size_t i = 0; i < size; i++) {
		new_line(out, depth + 1);
		json_write(out, json_array_get(value, i), depth + 1);
		if (i + 1 < size)
			putc_unlocked(',', out);
	}
	if (size)
		new_line(out, depth);
	putc_unlocked(']', out);
}

static void object(FILE *out, const json_t *value, size_t depth)
{
	const char *key;
	json_t *one;
	size_t i = 0;
	putc_unlocked('{', out);
	json_object_foreach((json_t *)value, key, one) {
		fputs_unlocked(i++ ? "," : "", out);
		new_line(out, depth + 1);
		json_write_string(out, key, strlen(key));
		fputs_unlocked(": ", out);
		json_write(out, one, depth + 1);
	}
	if (i)
		new_line(out, depth);
	putc_unlocked('}', out);
}

void json_write(FILE *out, const json_t *value, size_t depth)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT: object(out, value, depth); break;
	case JSON_ARRAY: array(out, value, depth); break;
	case JSON_STRING: json_write_string(out, json_string_value(value), json_string_length(value)); break;
	default: json_dumpf(value, out, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
	}
}
