#include "feeds/text/decode_labels.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <string.h>

static const char *const ascii[] = { "us-ascii", "ascii", "ansi-x3.4-1968", "iso646-us", "iso-646.irv:1991", "646", "cp367", NULL };

/* Labels in lower case with "-" for "_", and the name of their encoding. */
static const struct { const char *label, *encoding; } aliases[] = {
	{ "utf8", "utf-8" }, { "u8", "utf-8" }, { "unicode-1-1-utf-8", "utf-8" }, { "utf-8-sig", "utf-8" }, { "cp65001", "utf-8" },
	{ "utf16", "utf-16" }, { "utf32", "utf-32" }, { "ucs-2", "utf-16" }, { "ucs-4", "utf-32" }, { "iso-10646-ucs-2", "utf-16" },
	{ "unicode", "utf-16" },
	{ "iso-8859-1", "windows-1252" }, { "iso8859-1", "windows-1252" }, { "iso88591", "windows-1252" },
	{ "latin1", "windows-1252" }, { "latin-1", "windows-1252" }, { "l1", "windows-1252" }, { "cp819", "windows-1252" },
	{ "iso-8859", "windows-1252" }, { "8859", "windows-1252" }, { "cp1252", "windows-1252" }, { "x-cp1252", "windows-1252" },
	{ "1252", "windows-1252" }, { "ansi", "windows-1252" }, { "iso-8859-1:1987", "windows-1252" },
	{ "iso-8859-9", "windows-1254" }, { "iso8859-9", "windows-1254" }, { "latin5", "windows-1254" }, { "l5", "windows-1254" },
	{ "iso-8859-11", "cp874" }, { "iso8859-11", "cp874" }, { "tis-620", "cp874" }, { "tis620", "cp874" }, { "windows-874", "cp874" },
	{ "iso-8859-8-i", "iso-8859-8" }, { "logical", "iso-8859-8" },
	{ "gb2312", "gb18030" }, { "gb-2312-80", "gb18030" }, { "gb-2312", "gb18030" }, { "gbk", "gb18030" }, { "x-gbk", "gb18030" },
	{ "euc-cn", "gb18030" }, { "eucgb2312-cn", "gb18030" }, { "chinese", "gb18030" }, { "cp936", "gb18030" }, { "936", "gb18030" },
	{ "ms936", "gb18030" }, { "gb18030-2000", "gb18030" },
	{ "ks-c-5601-1987", "cp949" }, { "ks-c-5601-1989", "cp949" }, { "ks-c-5601", "cp949" }, { "ksc5601", "cp949" },
	{ "ksx1001", "cp949" }, { "ks-x-1001", "cp949" }, { "korean", "cp949" }, { "euc-kr", "cp949" }, { "euckr", "cp949" },
	{ "windows-949", "cp949" }, { "949", "cp949" }, { "ms949", "cp949" }, { "uhc", "cp949" },
	{ "shift-jis", "cp932" }, { "shiftjis", "cp932" }, { "sjis", "cp932" }, { "s-jis", "cp932" }, { "x-sjis", "cp932" },
	{ "ms-kanji", "cp932" }, { "windows-31j", "cp932" }, { "ms932", "cp932" }, { "932", "cp932" }, { "mskanji", "cp932" },
	{ "x-euc-jp", "euc-jp" }, { "eucjp", "euc-jp" }, { "ujis", "euc-jp" },
	{ "big5", "big5-hkscs" }, { "big5-tw", "big5-hkscs" }, { "csbig5", "big5-hkscs" }, { "x-x-big5", "big5-hkscs" },
	{ "big5hkscs", "big5-hkscs" }, { "hkscs", "big5-hkscs" },
	{ "koi8-u", "koi8-u" }, { "koi", "koi8-r" }, { "koi8", "koi8-r" },
	{ "x-mac-roman", "macintosh" }, { "macroman", "macintosh" }, { "mac-roman", "macintosh" }, { "mac", "macintosh" },
	{ "x-mac-cyrillic", "mac-uk" }, { "maccyrillic", "mac-uk" }, { "mac-cyrillic", "mac-uk" }, { "x-mac-ukrainian", "mac-uk" },
	{ "x-mac-ce", "mac-centraleurope" }, { "maclatin2", "mac-centraleurope" }, { "mac-latin2", "mac-centraleurope" },
	{ "maccentraleurope", "mac-centraleurope" }, { "mac-centeuro", "mac-centraleurope" },
	{ "maciceland", "mac-is" }, { "mac-iceland", "mac-is" }, { "x-mac-icelandic", "mac-is" },
	{ "x-mac-greek", "macgreek" }, { "mac-greek", "macgreek" }, { "x-mac-turkish", "macturkish" }, { "mac-turkish", "macturkish" },
	{ "cp-is", "ibm861" }, { "cp-gr", "ibm869" }, { "cp-ar", "ibm868" },
	{ "ptcp154", "pt154" }, { "cp154", "pt154" }, { "cyrillic-asian", "pt154" }, { "kz1048", "rk1048" }, { "kz-1048", "rk1048" },
	{ "strk1048-2002", "rk1048" }, { "cp037", "cp037" }, { "ebcdic-cp-us", "cp037" }, { "ibm1047", "1047" },
	{ "shift-jisx0213", "shift_jisx0213" }, { "shift-jis-2004", "shift_jisx0213" }, { "euc-jis-2004", "euc-jisx0213" },
	{ "euc-jisx0213", "euc-jisx0213" }, { "eucjisx0213", "euc-jisx0213" },
};

/* Encodings that are never decoded: UTF-7 can hide markup from a filter, ISO-2022-CN's decoder had security holes, and
 * the others are internal to iconv. */
static bool refused(const char *name)
{
	static const char *const starts[] = { "utf-7", "utf7", "iso-2022-cn", "iso2022cn", "csiso2022cn", "internal", "wchar", "imap", NULL };
	for (size_t i = 0; starts[i]; i++)
		if (text_starts(name, starts[i]))
			return true;
	return false;
}

static char *canonical(void *owner, const char *label)
{
	char *name = text_lower(owner, label);
	for (char *p = name; *p; p++) {
		if (*p == '_')
			*p = '-';
		/* "//" would begin options of iconv_open(3). */
		if (!isalnum((unsigned char)*p) && !strchr("-.:+()", *p))
			return NULL;
	}
	return *name && strlen(name) < 40 ? name : NULL;
}

const char *decode_label(void *owner, const char *label)
{
	char *name = canonical(owner, label);
	if (!name || refused(name))
		return NULL;
	for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
		if (!strcmp(name, aliases[i].label))
			return aliases[i].encoding;
	if (decode_label_is_ascii(name))
		return "windows-1252";
	if (strspn(name, "0123456789") == strlen(name))
		return mem_printf(owner, "ibm%s", name);
	/* IANA's aliases, of which iconv misspells some. */
	if (text_starts(name, "csibm"))
		return mem_dup(owner, name + 2);
	if (text_starts(name, "iso8859-"))
		return mem_printf(owner, "iso-%s", name + 3);
	return name;
}

bool decode_label_is_ascii(const char *label)
{
	for (size_t i = 0; ascii[i]; i++)
		if (text_same(label, ascii[i]))
			return true;
	return false;
}
