#include "gateway/fediverse/signature/digest.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/encode.h"
#include "gateway/fediverse/signature/structured.h"
#include <string.h>
#include <strings.h>

static char *sum(void *owner, const void *body, size_t size)
{
	unsigned char bytes[ENCODE_SHA256];
	encode_sha256(body, size, bytes);
	return encode_base64(owner, bytes, sizeof bytes);
}

char *digest_make(void *owner, const void *body, size_t size)
{
	char *text = sum(NULL, body, size), *header = mem_printf(owner, "SHA-256=%s", text);
	talloc_free(text);
	return header;
}

char *digest_make_content(void *owner, const void *body, size_t size)
{
	char *text = sum(NULL, body, size), *header = mem_printf(owner, "sha-256=:%s:", text);
	talloc_free(text);
	return header;
}

enum verdict { NONE, GOOD, BAD };

static enum verdict compare(const unsigned char *claimed, size_t claimed_size, const void *body, size_t size)
{
	unsigned char bytes[ENCODE_SHA256];
	encode_sha256(body, size, bytes);
	return claimed && claimed_size == sizeof bytes && memcmp(claimed, bytes, sizeof bytes) == 0 ? GOOD : BAD;
}

static bool conclude(enum verdict verdict, const char *name, struct error *err)
{
	switch (verdict) {
	case GOOD: return true;
	case BAD: return error_set(err, ERROR_INVALID, "the %s does not fit the body", name);
	case NONE: break;
	}
	return error_set(err, ERROR_INVALID, "the %s header has no SHA-256", name);
}

bool digest_check(const char *header, const void *body, size_t size, struct error *err)
{
	static const char prefix[] = "sha-256=";
	enum verdict verdict = NONE;
	for (const char *at = header ? header : ""; *at && verdict != BAD; at += strcspn(at, ",")) {
		at += strspn(at, ", \t");
		if (strncasecmp(at, prefix, sizeof prefix - 1) != 0)
			continue;
		const char *value = at + sizeof prefix - 1;
		char *text = mem_ndup(NULL, value, strcspn(value, ","));
		size_t claimed_size = 0;
		unsigned char *claimed = decode_base64(text, text, &claimed_size);
		verdict = compare(claimed, claimed_size, body, size);
		talloc_free(text);
	}
	return conclude(verdict, "Digest", err);
}

bool digest_check_content(const char *header, const void *body, size_t size, struct error *err)
{
	void *scratch = talloc_new(NULL);
	enum verdict verdict = NONE;
	const char *at = header ? header : "";
	char *key, *value;
	while (verdict != BAD && structured_member(scratch, &at, &key, &value)) {
		const char *text = value;
		size_t claimed_size = 0;
		if (strcmp(key, "sha-256") != 0)
			continue;
		unsigned char *claimed = structured_bytes(scratch, &text, &claimed_size);
		verdict = compare(claimed, claimed_size, body, size);
	}
	talloc_free(scratch);
	return conclude(verdict, "Content-Digest", err);
}
