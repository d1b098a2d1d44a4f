#include "gateway/base/text/language.h"
#include "tap.h"

static const struct {
	const char *tag;
	bool known;
	const char *direction;
} cases[] = {
	{ "en", true, "ltr" }, { "EN", true, "ltr" }, { "pt-BR", true, "ltr" }, { "zh-Hant-TW", true, "ltr" }, { "es-419", true, "ltr" }, { "gsw", true, "ltr" },
	{ "de-CH-1901", true, "ltr" }, { "sl-rozaj", true, "ltr" }, { "en-u-ca-islamic", true, "ltr" }, { "en-x-mine", true, "ltr" },
	{ "he", true, "rtl" }, { "iw", true, "rtl" }, { "ar-EG", true, "rtl" }, { "fa", true, "rtl" }, { "ur-PK", true, "rtl" }, { "yi", true, "rtl" },
	{ "ckb", true, "rtl" }, { "dv", true, "rtl" }, { "ps-AF", true, "rtl" }, { "HE-IL", true, "rtl" },
	{ "ku-Arab", true, "rtl" }, { "pa-Arab-PK", true, "rtl" }, { "az-Arab", true, "rtl" }, { "ar-Latn", true, "ltr" }, { "sr-Latn", true, "ltr" }, { "ff-Adlm", true, "rtl" },
	{ "en-x-arab", true, "ltr" }, { "ary", true, "rtl" }, { "arn", true, "ltr" }, { "h", false, "ltr" },
	{ "", false, "ltr" }, { "zz-bogus", false, "ltr" }, { "zz", false, "ltr" }, { "english", false, "ltr" }, { "en_US", false, "ltr" }, { "e1", false, "ltr" },
	{ "en-", false, "ltr" }, { "en--US", false, "ltr" }, { "en US", false, "ltr" }, { "en-US-Latn", false, "ltr" }, { "en\"", false, "ltr" }, { "deutsch", false, "ltr" },
};

static const struct {
	const char *text, *direction;
} texts[] = {
	{ "Rain fell", "ltr" }, { "Größe", "ltr" }, { "三月の水位", "ltr" }, { "Дождь", "ltr" }, { "मार्च", "ltr" }, { "מפלס המים במרץ", "rtl" }, { "منسوب المياه", "rtl" },
	{ "ܡܝ̈ܐ", "rtl" }, { "1. (2026) — מים", "rtl" }, { "The word מים is Hebrew", "ltr" }, { "המילה water היא אנגלית", "rtl" }, { "", NULL }, { "1 + 1 = 2, × 3", NULL },
	{ "\U0001f327 \U0001f6de", NULL }, { "\xff\xfe", NULL },
};

int main(void)
{
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		is(language_direction_of(texts[i].text), texts[i].direction, texts[i].text);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ok(language_known(cases[i].tag) == cases[i].known, cases[i].tag);
		is(language_direction(cases[i].tag), cases[i].direction, "its direction");
	}
	return tap_done();
}
