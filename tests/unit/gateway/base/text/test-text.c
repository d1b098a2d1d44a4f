#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "tap.h"
#include <locale.h>

#define NBSP "\xC2\xA0"

static const struct {
	const char *text, *trimmed, *squeezed;
} spaces[] = {
	{ "", "", "" },
	{ " \t\r\n\f\v", "", "" },
	{ NBSP, "", "" },
	{ "a", "a", "a" },
	{ "  a  b  ", "a  b", "a b" },
	{ NBSP " a" NBSP NBSP "b\n" NBSP, "a" NBSP NBSP "b", "a b" },
	{ "a\r\n\tb", "a\r\n\tb", "a b" },
	{ "\xC3\xA0" "b", "\xC3\xA0" "b", "\xC3\xA0" "b" }, /* à ends like U+00A0 */
	{ "b\xC3\xA0", "b\xC3\xA0", "b\xC3\xA0" },
	{ "a\xC2", "a\xC2", "a\xC2" },
};

static const struct {
	const char *bytes;
	size_t size;
	bool well_formed;
} sequences[] = {
	{ "", 0, true },
	{ "a\0b", 3, true },
	{ "\xC3\xA9", 2, true },
	{ "\xE2\x82\xAC", 3, true },
	{ "\xF0\x9F\x93\xAE", 4, true },
	{ "\xF4\x8F\xBF\xBF", 4, true },
	{ "\xED\x9F\xBF\xEE\x80\x80", 6, true },
	{ "\x80", 1, false },
	{ "\xC3", 1, false },
	{ "\xC3" "a", 2, false },
	{ "\xC0\x80", 2, false },
	{ "\xC1\xBF", 2, false },
	{ "\xE0\x9F\xBF", 3, false },
	{ "\xF0\x8F\xBF\xBF", 4, false },
	{ "\xED\xA0\x80", 3, false },
	{ "\xED\xBF\xBF", 3, false },
	{ "\xF4\x90\x80\x80", 4, false },
	{ "\xF5\x80\x80\x80", 4, false },
	{ "\xFF", 1, false },
	{ "\xE2\x82\xAC", 2, false },
	{ "\xF0\x9F\x93\xAE", 3, false },
};

static const struct {
	const char *text;
	size_t max;
	const char *cut;
} cuts[] = {
	{ "", 0, "" },
	{ "abc", 3, "abc" },
	{ "abcd", 3, "ab…" },
	{ "abc", 1, "…" },
	{ "abc", 0, "" },
	{ "hello world foo", 15, "hello world foo" },
	{ "hello world foo", 14, "hello world…" },
	{ "hello world foo", 12, "hello world…" },
	{ "hello world foo", 11, "hello…" },
	{ "hello  world foo", 9, "hello…" },
	{ "a incomprehensibilities", 12, "a incompreh…" },
	{ "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9", 3, "\xC3\xA9\xC3\xA9…" },
	{ "one" NBSP "two three", 8, "one" NBSP "two…" },
	{ "今日は港で赤い舟を見た", 6, "今日は港で…" },
	/* marks stay with their letters, and what is joined stays together */
	{ "ที่ท่าเรือ", 4, "ที่…" }, { "ที่ท่าเรือ", 5, "ที่…" }, { "e\xCC\x81" "e\xCC\x81" "e\xCC\x81", 4, "e\xCC\x81…" }, { "ab👩‍👩‍👧cdefg", 7, "ab…" }, { "ab👍🏽cd", 4, "ab…" },
};

static const struct {
	const char *text;
	size_t words;
} counts[] = {
	{ "", 0 },
	{ "  ", 0 },
	{ "one", 1 },
	{ " one  two\nthree ", 3 },
	{ "one" NBSP "two", 2 },
	{ "one — two – three … “four”", 4 },
	{ "- * 3", 1 },
	{ "don't", 1 },
	{ "Ünïcödé 日本", 2 },
	{ "今日は港で赤い舟を見た。水位はまだ低かったが、番人は笑っていた。", 15 },
	{ "我有２本书，《红楼梦》。", 5 },
	{ "วันนี้ฉันเห็นเรือสีแดง", 4 },
	{ "한국어는 띄어 쓴다", 3 },
	{ "iPhoneを買う", 3 },
	{ "\xC2", 1 },
};

static const struct {
	const char *written, *tag;
} tags[] = {
	{ "Tide  Tables", "tide-tables" },
	{ "tides & time", "tides-time" },
	{ "日本語", "日本語" },
	{ "أخبار", "أخبار" },
	{ "हिन्दी", "हिन्दी" },
	{ "ไทย", "ไทย" },
	{ "Новости", "новости" },
	{ "Café", "café" },
	{ "CAFE\xCC\x81", "café" },
	{ "cafe", "cafe" },
	{ "Straße", "straße" },
	{ "C", "c" },
	{ "C#", "c#" },
	{ "C++", "c++" },
	{ "Ｃ＋＋", "c++" },
	{ "C--", "c--" },
	{ "F*", "f*" },
	{ "A-", "a-" },
	{ "A+", "a+" },
	{ "100%", "100%" },
	{ ".NET", ".net" },
	{ "Node.js", "node-js" },
	{ "#Caturday", "caturday" },
	{ "a - b -", "a-b" },
	{ "Rock ’n’ Roll", "rock-n-roll" },
	{ "TCP/IP", "tcp-ip" },
	{ "..", "" },
	{ "../..", "" },
	{ "\xE2\x9D\xA4\xEF\xB8\x8F", "\xE2\x9D\xA4" },
	{ "\xE2\x80\x8B hidden\xEF\xBB\xBF", "hidden" },
	{ "می\xE2\x80\x8Cخواهم", "می\xE2\x80\x8Cخواهم" },
	{ "\xFF\xFE x", "x" },
	{ " ", "" },
};

static const struct {
	const char *title, *slug;
} slugs[] = {
	{ "Café au lait!", "cafe-au-lait" },
	{ "Cafe\xCC\x81 au lait", "cafe-au-lait" },
	{ "  Hello,   World  ", "hello-world" },
	{ "Don't “quote” me’s", "dont-quote-mes" },
	{ "Straße & Æther", "strasse-aether" },
	{ "Łódź, Ærø, Þór, İstanbul", "lodz-aero-thor-istanbul" },
	{ "Việt Nam", "viet-nam" },
	{ "Ελλάδα Ώρα", "ellada-ora" },
	{ "Привет, мир: Щука", "privet-mir-shchuka" },
	{ "日本語 blog", "日本語-blog" },
	{ "a 日 b", "a-日-b" },
	{ "日本語", "日本語" },
	{ "「人々」の、こと。", "人々-の-こと" },
	{ "か\xE3\x82\x99く ｶﾞｸ ＡＢＣ！", "がく-ガク-abc" },
	{ "أخبار اليوم؟ نعم", "أخبار-اليوم-نعم" },
	{ "हिन्दी समाचार।", "हिन्दी-समाचार" },
	{ "ข่าวไทย", "ข่าวไทย" },
	{ "שלום, עולם", "שלום-עולם" },
	{ "한국어: 소식", "한국어-소식" },
	{ "Հայաստան ԱԲ", "հայաստան-աբ" },
	{ "CO₂ \xE2\x98\x95 \xF0\x9F\x8E\x89 party", "co2-party" },
	{ "C++ / C#", "c-c" },
	{ "a" NBSP "b—c…", "a-b-c" },
	{ "../../etc/passwd", "etc-passwd" },
	{ "\xFF\xFE x", "x" },
	{ "", "" },
	{ "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890",
	  "01234567890123456789012345678901234567890123456789012345678901234567890123456789" },
	{ "012345678901234567890123456789012345678901234567890123456789012345678901234567 89 x",
	  "012345678901234567890123456789012345678901234567890123456789012345678901234567-8" },
};

static const struct {
	const char *text, *what, *with, *want;
} replacements[] = {
	{ "aXbXc", "X", "--", "a--b--c" },
	{ "aaa", "a", "", "" },
	{ "aaa", "aa", "b", "ba" },
	{ "abc", "", "x", "abc" },
	{ "", "a", "b", "" },
	{ "abc", "abc", "abcabc", "abcabc" },
	{ "abc", "d", "e", "abc" },
};

static void test_spaces(void *t)
{
	for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
		is(text_trim(t, spaces[i].text), spaces[i].trimmed, mem_printf(t, "trim, case %zu", i));
		is(text_squeeze(t, spaces[i].text), spaces[i].squeezed, mem_printf(t, "squeeze, case %zu", i));
		ok(text_blank(spaces[i].text) == !*spaces[i].trimmed, mem_printf(t, "blank or not, case %zu", i));
	}
	ok(text_blank(NULL), "NULL is blank");
}

static void test_compare(void *t)
{
	is(text_lower(t, "ABCxyz\xC3\x89"), "abcxyz\xC3\x89", "only A-Z are made small");
	ok(text_starts("abc", "ab") && text_starts("abc", "") && !text_starts("ab", "abc"), "starts");
	ok(text_ends("abc", "bc") && text_ends("abc", "") && !text_ends("bc", "abc"), "ends");
	ok(text_same("AbC", "aBc") && !text_same("a", "b") && !text_same("a", "ab"), "same but for the case");
	ok(text_same(NULL, NULL) && !text_same(NULL, "") && !text_same("", NULL), "NULL equals only NULL");
}

static void test_utf8(void *t)
{
	for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++)
		ok(text_utf8(sequences[i].bytes, sequences[i].size) == sequences[i].well_formed, mem_printf(t, "UTF-8, case %zu", i));
	const char *s = "a\xC3\xA9\xF0\x9F\x93\xAE\xE2\x82";
	static const uint32_t want[] = { 'a', 0xE9, 0x1F4EE, 0xFFFD, 0xFFFD, 0, 0 };
	for (size_t i = 0; i < sizeof want / sizeof *want; i++)
		is_int(text_next(&s), want[i], mem_printf(t, "code point %zu", i));
	is_int((long long)text_length("a\xC3\xA9\xF0\x9F\x93\xAE"), 3, "characters are counted, not bytes");
}

static void test_cut(void *t)
{
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
		char *cut = text_cut(t, cuts[i].text, cuts[i].max);
		is(cut, cuts[i].cut, mem_printf(t, "cut, case %zu", i));
		ok(text_length(cut) <= cuts[i].max, "and never longer than asked");
	}
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		is_int((long long)text_words(counts[i].text), (long long)counts[i].words, mem_printf(t, "words, case %zu", i));
}

static const struct { const char *text; size_t words; const char *left; } openings[] = {
	{ "one two three", 2, "one two" }, { "one two three", 3, "one two three" }, { "one two three", 9, "one two three" }, { "one", 0, "" },
	{ "one, (two three)", 1, "one," }, { "今日は港で、赤い舟", 2, "今日は港" }, { "今日「赤い舟」", 1, "今日" }, { "東京Tokyo", 1, "東京" }, { "สีแดง สีแดง", 1, "สีแดง" },
};

static void test_after_words(void *t)
{
	for (size_t i = 0; i < sizeof openings / sizeof *openings; i++)
		is(mem_ndup(t, openings[i].text, text_after_words(openings[i].text, openings[i].words)), openings[i].left, openings[i].text);
}

static void test_slug(void *t)
{
	for (size_t i = 0; i < sizeof slugs / sizeof *slugs; i++)
		is(text_slug(t, slugs[i].title), slugs[i].slug, mem_printf(t, "slug, case %zu", i));
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
		is(text_tag(t, tags[i].written), tags[i].tag, mem_printf(t, "tag, case %zu", i));
	for (size_t i = 0; i < sizeof replacements / sizeof *replacements; i++)
		is(text_replace(t, replacements[i].text, replacements[i].what, replacements[i].with), replacements[i].want,
		   mem_printf(t, "replace, case %zu", i));
}

static void test_large(void *t)
{
	size_t n = 1 << 14;
	char *many = mem_array(t, char, n + 1);
	memset(many, 'x', n);
	char *longer = text_replace(t, many, "x", "yz");
	ok(strlen(longer) == 2 * n && text_starts(longer, "yzyz") && text_ends(longer, "yzyz"), "many replacements");
}

static const struct {
	const char *typed, *bare, *digits;
} typed[] = {
	{ "075 144", "075 144", "075144" }, { "389-514", "389-514", "389514" }, { " 389514\n", "389514", "389514" },
	{ "\xEF\xBC\x93\xEF\xBC\x98\xEF\xBC\x99" "514", "\xEF\xBC\x93\xEF\xBC\x98\xEF\xBC\x99" "514", "389514" },       /* fullwidth */
	{ "\xD9\xA0\xD9\xA7\xD9\xA5\xD9\xA1\xD9\xA4\xD9\xA4", "\xD9\xA0\xD9\xA7\xD9\xA5\xD9\xA1\xD9\xA4\xD9\xA4", "075144" }, /* Arabic */
	{ "\xDB\xB3\xDB\xB8", "\xDB\xB3\xDB\xB8", "38" },                        /* Persian */
	{ "\xE0\xA5\xA9\xE0\xA5\xAE", "\xE0\xA5\xA9\xE0\xA5\xAE", "38" },        /* Devanagari */
	{ "\xE2\x80\x8B" "3\xE2\x80\xAF" "8\xEF\xBB\xBF", "3\xE2\x80\xAF" "8", "38" },
	{ "3\xE2\x80\x93" "8", "3\xE2\x80\x93" "8", "38" }, { "3.8", "3.8", "38" },
	{ "38x", "38x", NULL }, { "code 38", "code 38", NULL }, { "", "", "" }, { NBSP "\xE3\x80\x80", "", "" }, { NBSP "a b" NBSP, "a b", NULL },
};

static void what_is_typed(void *t)
{
	for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
		is(text_typed(t, typed[i].typed), typed[i].bare, "what nobody sees is stripped at the ends");
		is(text_digits(t, typed[i].typed), typed[i].digits, "the digits of it");
	}
}

int main(void)
{
	void *t = talloc_new(NULL);
	test_spaces(t);
	test_compare(t);
	test_utf8(t);
	test_cut(t);
	test_after_words(t);
	test_slug(t);
	test_large(t);
	setlocale(LC_ALL, "C.UTF-8");
	test_slug(t);
	what_is_typed(t);
	talloc_free(t);
	return tap_done();
}
