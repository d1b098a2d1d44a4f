#include "gateway/fediverse/signature/structured.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/encode.h"
#include <stdlib.h>
#include <string.h>

const char *structured_skip_blanks(const char *s) { return s + strspn(s, " \t"); }

static size_t key_length(const char *s)
{
	return strchr("abcdefghijklmnopqrstuvwxyz*", *s) ? strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-.*") : 0;
}

/* The length of a value up to the next comma outside quotes. */
static size_t value_length(const char *s)
{
	bool quoted = false;
	size_t n = 0;
	for (; s[n] && (quoted || s[n] != ','); n++) {
		if (quoted && s[n] == '\\' && s[n + 1])
			n++;
		else if (s[n] == '"')
			quoted = !quoted;
	}
	return n;
}

bool structured_member(void *owner, const char **s, char **key, char **value)
{
	const char *at = structured_skip_blanks(*s);
	if (!*at) {
		*s = at;
		return false;
	}
	size_t n = key_length(at);
	if (n == 0)
		return false;
	bool bare = at[n] != '=';
	size_t length = value_length(at + n + !bare), kept = length;
	const char *from = at + n + !bare;
	while (kept > 0 && strchr(" \t", from[kept - 1]))
		kept--;
	*key = mem_ndup(owner, at, n);
	*value = bare ? mem_printf(owner, "?1%.*s", (int)kept, from) : mem_ndup(owner, from, kept);
	*s = from + length;
	if (**s == ',') {
		const char *next = structured_skip_blanks(*s + 1);
		if (!*next)
			return false;
		*s = next;
	}
	return true;
}

char *structured_string(void *owner, const char **s)
{
	if (**s != '"')
		return NULL;
	char *text = mem_array(owner, char, strlen(*s)), *out = text;
	for (const char *at = *s + 1; *at; at++) {
		if (*at == '"') {
			*s = at + 1;
			return text;
		}
		if (*at == '\\' && !*++at)
			break;
		*out++ = *at;
	}
	talloc_free(text);
	return NULL;
}

unsigned char *structured_bytes(void *owner, const char **s, size_t *size)
{
	const char *end = **s == ':' ? strchr(*s + 1, ':') : NULL;
	if (!end)
		return NULL;
	char *text = mem_ndup(owner, *s + 1, (size_t)(end - *s - 1));
	unsigned char *bytes = decode_base64(owner, text, size);
	talloc_free(text);
	if (bytes)
		*s = end + 1;
	return bytes;
}

/* The length of a value that is not a quoted string: number, token, boolean, date or byte sequence. */
static size_t bare_length(const char *s)
{
	return strcspn(s, " \t;,()\"");
}

bool structured_param(void *owner, const char **s, struct structured_param *param)
{
	if (**s != ';')
		return false;
	const char *at = structured_skip_blanks(*s + 1);
	size_t n = key_length(at);
	if (n == 0)
		return false;
	*param = (struct structured_param){ mem_ndup(owner, at, n), "?1", NULL };
	at += n;
	if (*at == '=') {
		const char *from = ++at;
		if (*at == '"')
			param->text = structured_string(owner, &at);
		else
			param->text = mem_ndup(owner, at, bare_length(at)), at += bare_length(at);
		if (!param->text || at == from)
			return false;
		param->raw = mem_ndup(owner, from, (size_t)(at - from));
	}
	*s = at;
	return true;
}

int64_t structured_seconds(const char *text)
{
	char *end;
	long long n = strtoll(text, &end, 10);
	return *end || n < 0 || n > INT64_MAX / CLOCK_SECOND ? 0 : n * CLOCK_SECOND;
}
