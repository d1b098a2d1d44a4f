#include "feeds/text/decode.h"
#include "feeds/text/decode_labels.h"
#include "gateway/base/memory/mem.h"
#include "tap.h"

#define LINE "<l>nothing but the letters that every encoding has, and much of it</l>"
#define LINES LINE LINE LINE LINE
#define GREETINGS "Grüße äöü Grüße äöü Grüße äöü Grüße äöü Grüße äöü Grüße äöü Grüße äöü Grüße äöü Grüße äöü Grüße äöü Grüße äöü"
#define DECLARED(encoding) "<?xml version='1.0' encoding='" encoding "'?>"

static const struct { const char *what, *bytes; size_t size; const char *type, *text, *encoding; bool wrong; } cases[] = {
#define CASE(what, bytes, type, text, encoding, wrong) { what, bytes, sizeof bytes - 1, type, text, encoding, wrong }
	CASE("nothing said, ASCII", "abc", NULL, "abc", "utf-8", false),
	CASE("nothing said, UTF-8", "\xC3\xA9", NULL, "é", "utf-8", false),
	CASE("nothing said, not UTF-8", "\xE9t\xE9 \x93", NULL, "été “", "windows-1252", true),
	CASE("empty", "", "text/xml; charset=utf-8", "", "utf-8", false),
	CASE("a mark beats the charset", "\xEF\xBB\xBF\xC3\xA9", "text/xml; charset=iso-8859-1", "é", "utf-8", false),
	CASE("the charset beats the declaration", DECLARED("utf-8") "\xE9", "text/xml; charset=iso-8859-2", DECLARED("utf-8") "é", "iso-8859-2", false),
	CASE("the declaration, double quotes", "<?xml version=\"1.0\" encoding=\"koi8-r\"?>\xC1", NULL, "<?xml version=\"1.0\" encoding=\"koi8-r\"?>а", "koi8-r", false),
	CASE("text/xml without charset is no US-ASCII", "\xC3\xA9", "text/xml", "é", "utf-8", false),
	CASE("a charset in quotes", "\xE9", "text/xml; charset=\"ISO-8859-1\"; x=y", "é", "windows-1252", false),
	CASE("iso-8859-1 is windows-1252", DECLARED("ISO-8859-1") "\x80", NULL, DECLARED("ISO-8859-1") "€", "windows-1252", false),
	CASE("gb2312 is gb18030", DECLARED("gb2312") "\xC4\xE3", NULL, DECLARED("gb2312") "你", "gb18030", false),
	CASE("ks_c_5601 is cp949", DECLARED("ks_c_5601-1987") "\xB3\xE2", NULL, DECLARED("ks_c_5601-1987") "년", "cp949", false),
	CASE("us-ascii that is UTF-8", "\xC3\xA9", "text/xml; charset=us-ascii", "é", "utf-8", true),
	CASE("labelled UTF-8, is not", DECLARED("utf-8") "<t>\xE9t\xE9 \xE0 la</t>", NULL, DECLARED("utf-8") "<t>été à la</t>", "windows-1252", true),
	CASE("labelled ISO-8859-1, is UTF-8", DECLARED("ISO-8859-1") "Grüße – „Zitat“ 테스트", NULL, DECLARED("ISO-8859-1") "Grüße – „Zitat“ 테스트", "utf-8", true),
	CASE("the same by the header", DECLARED("utf-8") "Grüße", "text/xml; charset=iso-8859-1", DECLARED("utf-8") "Grüße", "utf-8", true),
	CASE("one character is enough", DECLARED("windows-1252") "é", NULL, DECLARED("windows-1252") "é", "utf-8", true),
	CASE("labelled windows-1251, is UTF-8", DECLARED("windows-1251") "мост закрыт", NULL, DECLARED("windows-1251") "мост закрыт", "utf-8", true),
	CASE("labelled gb2312, is UTF-8", DECLARED("gb2312") "你好世界", NULL, DECLARED("gb2312") "你好世界", "utf-8", true),
	CASE("labelled gb2312, and might be UTF-8", DECLARED("gb2312") "\xD6\xB8", NULL, DECLARED("gb2312") "指", "gb18030", false),
	CASE("labelled iso-8859-1, and one byte is no UTF-8", DECLARED("iso-8859-1") "Gr\xFC\xDF\xC3\xBC", NULL, DECLARED("iso-8859-1") "GrüßÃ¼", "windows-1252", false),
	CASE("labelled iso-8859-1, UTF-8 but for its end", DECLARED("iso-8859-1") GREETINGS "\xC3", NULL, DECLARED("iso-8859-1") GREETINGS "\xEF\xBF\xBD", "utf-8", true),
	CASE("Greek of an old Mac", DECLARED("x-mac-greek") "\xE1\xA1", NULL, DECLARED("x-mac-greek") "αΓ", "macgreek", false),
	CASE("Turkish of an old Mac", "\xDD\xDF", "text/xml; charset=MacTurkish", "ış", "macturkish", false),
	CASE("an unknown label", DECLARED("klingon") "\xC3\xA9", NULL, DECLARED("klingon") "é", "utf-8", true),
	CASE("no name at all", DECLARED("//IGNORE") "x", NULL, DECLARED("//IGNORE") "x", "utf-8", true),
	CASE("utf-7 hides markup", "+ADw-b+AD4-", "text/xml; charset=utf-7", "+ADw-b+AD4-", "utf-8", true),
	CASE("utf-16 of 8-bit bytes", DECLARED("utf-16") "\xC3\xA9", NULL, DECLARED("utf-16") "é", "utf-8", true),
	CASE("utf-16le with a mark", "\xFF\xFE<\0a\0>\0", NULL, "<a>", "utf-16le", false),
	CASE("utf-16be with a mark", "\xFE\xFF\0<\0a\0>", "text/xml; charset=utf-8", "<a>", "utf-16be", false),
	CASE("utf-16le by its shape", "<\0?\0x\0", NULL, "<?x", "utf-16le", false),
	CASE("utf-16be by its shape", "\0<\0r\0s", "text/xml; charset=utf-16", "<rs", "utf-16be", false),
	CASE("utf-32le with a mark", "\xFF\xFE\0\0<\0\0\0", NULL, "<", "utf-32le", false),
	CASE("utf-32be by its shape", "\0\0\0<\0\0\0a", NULL, "<a", "utf-32be", false),
	CASE("half a character at the end", "<t>abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz\xC3", NULL, "<t>abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz\xEF\xBF\xBD", "utf-8", true),
	CASE("a bad byte behind a mark", "\xEF\xBB\xBF" "a\xFF" "b", NULL, "a\xEF\xBF\xBD" "b", "utf-8", true),
	CASE("an odd byte of UTF-16", "\xFF\xFE" "a\0b", NULL, "a\xEF\xBF\xBD", "utf-16le", true),
	CASE("French, labelled UTF-8, a word in a hundred", DECLARED("utf-8") LINES LINES "<t>d\xE9j\xE0</t>", NULL, DECLARED("utf-8") LINES LINES "<t>déjà</t>", "windows-1252", true),
	CASE("Russian that says nothing of it", "<t>\xCD\xCF\xD3\xD4 \xDA\xC1\xCB\xD2\xD9\xD4 \xC4\xCF \xD0\xCF\xCC\xD5\xC4\xCE\xD1</t>", NULL, "<t>мост закрыт до полудня</t>", "koi8-r", true),
	CASE("Japanese that says nothing of it", "<t>\x8B\xB4\x82\xCD\x90\xB3\x8C\xDF\x82\xDC\x82\xC5\x95\xC2\x82\xDC\x82\xC1\x82\xC4\x82\xA2\x82\xDC\x82\xB7</t>", NULL, "<t>橋は正午まで閉まっています</t>", "cp932", true),
	CASE("Japanese in seven bits", "<t>\x1B$B66$O@58a$^$G\x1B(B</t>", NULL, "<t>橋は正午まで</t>", "iso-2022-jp", false),
	CASE("a label that the bytes refute does not keep from guessing", DECLARED("utf-8") "<t>\xCD\xCF\xD3\xD4 \xDA\xC1\xCB\xD2\xD9\xD4 \xC4\xCF \xD0\xCF\xCC\xD5\xC4\xCE\xD1</t>", NULL, DECLARED("utf-8") "<t>мост закрыт до полудня</t>", "koi8-r", true),
	CASE("Polish, by signs inside its words", "<t>\xA3\xF3" "d\xBC p\xB3yn\xEA\xB3" "a a\xBF do wieczora, s\xB3o\xF1" "ce \xB6wieci\xB3o, by\xB3o ciep\xB3o</t>", NULL, "<t>Łódź płynęła aż do wieczora, słońce świeciło, było ciepło</t>", "iso-8859-2", true),
	CASE("a few letters prove nothing", "<t>\xCF\xF0\xE8\xE2</t>", NULL, "<t>Ïðèâ</t>", "windows-1252", true),
	CASE("quotes and a currency stay Western", "<t>it\x92s \x93nice\x94 \x96 don\x92t pay \x80" "5, we\x92re at 7\xB0" "C</t>", NULL, "<t>it’s “nice” – don’t pay €5, we’re at 7°C</t>", "windows-1252", true),
	CASE("a bee in two halves", DECLARED("utf-8") "\xED\xA0\xBD\xED\xB0\x9D", NULL, DECLARED("utf-8") "🐝", "utf-8", true),
	CASE("a lone surrogate", "\xFE\xFF\xD8\0\0a", NULL, "\xEF\xBF\xBD" "a", "utf-16be", true),
};

static const struct { const char *label, *encoding; } labels[] = {
	{ "UTF8", "utf-8" }, { "Latin1", "windows-1252" }, { "ISO_8859-15", "iso-8859-15" }, { "iso8859-2", "iso-8859-2" }, { "x-sjis", "cp932" },
	{ "Big5", "big5-hkscs" }, { "437", "ibm437" }, { "TIS-620", "cp874" }, { "x-mac-roman", "macintosh" }, { "EUC_JP", "euc-jp" },
	{ "csIBM861", "ibm861" }, { "CP-IS", "ibm861" }, { "macgreek", "macgreek" }, { "mac_turkish", "macturkish" },
	{ "", NULL }, { "a/b", NULL }, { "UTF-7-IMAP", NULL }, { "a b", NULL }, { "ISO-2022-CN-EXT", NULL },
};

int main(void)
{
	void *t = talloc_new(NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct decoded *d = decode_document(t, cases[i].bytes, cases[i].size, cases[i].type);
		is(d->text, cases[i].text, cases[i].what);
		is(d->encoding, cases[i].encoding, "… by that encoding");
		ok(!!d->wrong == cases[i].wrong && strlen(d->text) == d->size, cases[i].wrong ? "… and it says what was wrong" : "… without fault");
	}
	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
		is(decode_label(t, labels[i].label), labels[i].encoding, mem_printf(t, "the label '%s'", labels[i].label));
	talloc_free(t);
	return tap_done();
}
