/* fuzz-text - any bytes through text, encode, escape and error: nothing longer than promised, nothing that is no UTF-8. */
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/encode.h"
#include "gateway/base/text/error.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
	if (!holds)
		abort();
}

static void check_text(void *t, const char *s, size_t max)
{
	bool utf8 = text_utf8(s, strlen(s));
	char *cut = text_cut(t, s, max), *slug = text_slug(t, s), *tag = text_tag(t, s), *squeezed = text_squeeze(t, s);
	expect(text_length(cut) <= max || text_length(s) <= max);
	expect(!utf8 || text_utf8(cut, strlen(cut)));
	expect(strlen(slug) <= 80 && text_utf8(slug, strlen(slug)) && !slug[strcspn(slug, " \t\n!\"#$%&'()*+,./:;<=>?@[\\]^_`{|}~ABCDEFGHIJKLMNOPQRSTUVWXYZ")]);
	expect(strlen(tag) <= 200 && text_utf8(tag, strlen(tag)) && !tag[strcspn(tag, " \t\n!\"&'(),/:;<>?@[\\]^_`{|}~ABCDEFGHIJKLMNOPQRSTUVWXYZ")]);
	expect(!text_starts(slug, "-") && !text_ends(slug, "-") && !strstr(slug, "--"));
	expect(strcmp(text_squeeze(t, squeezed), squeezed) == 0 && text_words(squeezed) == text_words(s));
	expect(text_blank(s) == !*text_trim(t, s));
	expect(strlen(text_replace(t, s, "a", "bc")) >= strlen(s));
}

static void check_xml(void *t, const char *s)
{
	struct document *d = document_new(t);
	xml_attr(document_out(d), s);
	size_t size;
	const char *written = document_text(d, &size);
	expect(text_utf8(written, size) && strcspn(written, "<>\"'\r\n\t\x01") == size);
}

static void check_encode(void *t, const char *s, const uint8_t *data, size_t size)
{
	size_t back;
	unsigned char *bytes = decode_base64(t, encode_base64url(t, data, size), &back);
	expect(bytes && back == size && memcmp(bytes, data, size) == 0);
	decode_base64(t, s, &back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *t = talloc_new(NULL);
	char *s = mem_ndup(t, (const char *)data, size);
	struct error err;
	check_text(t, s, size ? data[0] : 0);
	check_xml(t, s);
	check_encode(t, s, data, size);
	error_set(&err, ERROR_INVALID, "%s", s);
	error_prefix(&err, "%.7s", s);
	expect(text_utf8(err.text, strlen(err.text)));
	talloc_free(t);
	return 0;
}
