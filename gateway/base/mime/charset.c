#include "gateway/base/mime/charset.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <iconv.h>
#include <string.h>

/* Labels that programs write for a larger charset than they name, or that iconv calls otherwise. */
static const char *meant(const char *label)
{
	static const struct {
		const char *label, *charset;
	} known[] = {
		{ "us-ascii", "WINDOWS-1252" }, { "ascii", "WINDOWS-1252" }, { "iso-8859-1", "WINDOWS-1252" }, { "latin1", "WINDOWS-1252" },
		{ "gb2312", "GB18030" }, { "gbk", "GB18030" }, { "ks_c_5601-1987", "CP949" }, { "euc-kr", "CP949" }, { "shift_jis", "CP932" },
		{ "iso-2022-jp", "ISO-2022-JP-2" }, { "hz-gb-2312", "HZ" }, { "iso-8859-9", "WINDOWS-1254" }, { "iso-8859-8-i", "ISO-8859-8" }, { "utf8", "UTF-8" },
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (text_same(label, known[i].label))
			return known[i].charset;
	return label;
}

/* Valid UTF-8 whatever it was: bytes that are none become U+FFFD. */
static char *repaired(void *owner, const char *s)
{
	struct document *d = document_new(NULL);
	FILE *out = document_out(d);
	uint32_t c;
	for (const char *start = s; (c = text_next(&s)) != 0; start = s)
		if (c == 0xfffd)
			fputs("\xef\xbf\xbd", out);
		else
			fwrite(start, 1, (size_t)(s - start), out);
	return document_finish(d, owner);
}

/* NULL when iconv does not know the charset, or the bytes are not in it. */
static char *converted(void *owner, char *s, size_t size, const char *charset)
{
	iconv_t cd = *charset ? iconv_open("UTF-8", charset) : (iconv_t)-1;
	if (cd == (iconv_t)-1)
		return NULL;
	size_t room = size * 4 + 16, left = room;
	char *text = mem_array(owner, char, room + 1), *out = text;
	bool fine = iconv(cd, &s, &size, &out, &left) != (size_t)-1 && iconv(cd, NULL, NULL, &out, &left) != (size_t)-1;
	iconv_close(cd);
	*out = '\0';
	if (fine && text_utf8(text, strlen(text)))
		return text;
	talloc_free(text);
	return NULL;
}

static void blank_nuls(char *s, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (!s[i])
			s[i] = ' ';
}

/* Charsets that are ASCII by their bytes. */
static bool is_hidden(const char *bytes, size_t size, const char *label)
{
	return memchr(bytes, 0x1b, size) || text_same(label, "utf-7") || text_same(label, "hz-gb-2312");
}

/* Of text without NULs.  NULL: it is in no charset that is tried. */
static char *narrow(void *owner, char *copy, size_t size, const char *label)
{
	bool hidden = is_hidden(copy, size, label), valid = text_utf8(copy, size);
	if (valid && !hidden)
		return mem_ndup(owner, copy, size);
	char *text = converted(owner, copy, size, meant(label));
	if (!text && !valid)
		text = converted(owner, copy, size, "WINDOWS-1252");
	if (!text && hidden)
		text = converted(owner, copy, size, "ISO-2022-JP-2");
	return text;
}

char *charset_text(void *owner, const char *bytes, size_t size, const char *label)
{
	char *copy = mem_array(NULL, char, size + 1), *text = NULL;
	memcpy(copy, bytes, size);
	/* Of wide charsets the NULs are a part. */
	if (strncasecmp(label, "utf-16", 6) == 0 || strncasecmp(label, "utf-32", 6) == 0)
		text = converted(owner, copy, size, label);
	blank_nuls(copy, size);
	text = text ? text : narrow(owner, copy, size, label);
	text = text ? text : repaired(owner, copy);
	talloc_free(copy);
	return text;
}
