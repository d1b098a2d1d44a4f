#include "feeds/dates/dates_words.h"
#include "gateway/base/text/character.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

/* The bytes of a word that are compared. */
#define LONGEST 40

/* Names of months in lower case, shortened as far as they stay unambiguous; the longest match counts.  Where one name means
 * different months in two languages (Polish and Croatian "lip"), the language with more speakers has it. */
static const struct { const char *start; int month; } months[] = {
	{ "ja", 1 }, { "ene", 1 }, { "gen", 1 }, { "ian", 1 }, { "urt", 1 }, { "sij", 1 }, { "sau", 1 }, { "sty", 1 }, { "led", 1 },
	{ "янв", 1 }, { "яну", 1 }, { "січ", 1 }, { "ιαν", 1 }, { "tammi", 1 }, { "oca", 1 }, { "ינו", 1 }, { "يناير", 1 },
	{ "जन", 1 }, { "มกรา", 1 }, { "一月", 1 },
	{ "feb", 2 }, { "fév", 2 }, { "fev", 2 }, { "febr", 2 }, { "velj", 2 }, { "vas", 2 }, { "veebr", 2 }, { "ots", 2 },
	{ "lut", 2 }, { "úno", 2 }, { "фев", 2 }, { "лют", 2 }, { "φεβ", 2 }, { "φευ", 2 }, { "helmi", 2 }, { "şub", 2 }, { "פבר", 2 },
	{ "فبراير", 2 }, { "फ़र", 2 }, { "फर", 2 }, { "กุมภา", 2 }, { "二月", 2 },
	{ "mar", 3 }, { "mär", 3 }, { "maer", 3 }, { "mrz", 3 }, { "már", 3 }, { "maa", 3 }, { "mrt", 3 }, { "bře", 3 }, { "ožu", 3 },
	{ "kov", 3 }, { "мар", 3 }, { "бер", 3 }, { "μάρ", 3 }, { "μαρ", 3 }, { "מרץ", 3 }, { "مارس", 3 }, { "मार्च", 3 },
	{ "มีนา", 3 }, { "三月", 3 },
	{ "apr", 4 }, { "avr", 4 }, { "abr", 4 }, { "ápr", 4 }, { "api", 4 }, { "kwi", 4 }, { "dub", 4 }, { "bal", 4 }, { "tra", 4 },
	{ "апр", 4 }, { "кві", 4 }, { "απρ", 4 }, { "huhti", 4 }, { "nis", 4 }, { "אפר", 4 }, { "أبريل", 4 }, { "ابريل", 4 },
	{ "إبريل", 4 }, { "अप्रैल", 4 }, { "เมษา", 4 }, { "四月", 4 },
	{ "may", 5 }, { "mai", 5 }, { "mei", 5 }, { "maj", 5 }, { "mag", 5 }, { "máj", 5 }, { "maí", 5 }, { "kvě", 5 }, { "svi", 5 },
	{ "geg", 5 }, { "мая", 5 }, { "май", 5 }, { "тра", 5 }, { "μάϊ", 5 }, { "μαϊ", 5 }, { "μάι", 5 }, { "μαι", 5 }, { "touko", 5 },
	{ "מאי", 5 }, { "مايو", 5 }, { "मई", 5 }, { "พฤษภา", 5 }, { "五月", 5 },
	{ "jun", 6 }, { "juin", 6 }, { "juu", 6 }, { "giu", 6 }, { "iun", 6 }, { "jún", 6 }, { "jūn", 6 }, { "cze", 6 }, { "čer", 6 },
	{ "čvn", 6 }, { "lipanj", 6 }, { "lipnja", 6 }, { "bir", 6 }, { "eka", 6 }, { "июн", 6 }, { "юни", 6 }, { "чер", 6 },
	{ "ιούν", 6 }, { "ιον", 6 }, { "ιουν", 6 }, { "kesä", 6 }, { "haz", 6 }, { "יונ", 6 }, { "يونيو", 6 }, { "जून", 6 },
	{ "มิถุนา", 6 }, { "六月", 6 },
	{ "jul", 7 }, { "juil", 7 }, { "juuli", 7 }, { "lug", 7 }, { "iul", 7 }, { "júl", 7 }, { "jūl", 7 }, { "lip", 7 },
	{ "červenec", 7 }, { "čvc", 7 }, { "srpanj", 7 }, { "srpnja", 7 }, { "lie", 7 }, { "uzt", 7 }, { "июл", 7 }, { "юли", 7 },
	{ "лип", 7 }, { "ιούλ", 7 }, { "ιολ", 7 }, { "ιουλ", 7 }, { "heinä", 7 }, { "tem", 7 }, { "יול", 7 }, { "يوليو", 7 },
	{ "जुलाई", 7 }, { "กรกฎา", 7 }, { "七月", 7 },
	{ "aug", 8 }, { "aoû", 8 }, { "aou", 8 }, { "ago", 8 }, { "agu", 8 }, { "ágú", 8 }, { "avg", 8 }, { "sie", 8 }, { "srp", 8 },
	{ "kol", 8 }, { "rugpj", 8 }, { "abu", 8 }, { "авг", 8 }, { "сер", 8 }, { "αύγ", 8 }, { "αυγ", 8 }, { "elo", 8 }, { "ağu", 8 },
	{ "אוג", 8 }, { "أغسطس", 8 }, { "अगस्त", 8 }, { "สิงหา", 8 }, { "八月", 8 },
	{ "sep", 9 }, { "set", 9 }, { "sze", 9 }, { "wrz", 9 }, { "zář", 9 }, { "ruj", 9 }, { "rugs", 9 }, { "ira", 9 }, { "сен", 9 },
	{ "сеп", 9 }, { "вер", 9 }, { "σεπ", 9 }, { "syys", 9 }, { "eyl", 9 }, { "ספט", 9 }, { "سبتمبر", 9 }, { "सितंबर", 9 },
	{ "सितम्बर", 9 }, { "กันยา", 9 }, { "九月", 9 },
	{ "oct", 10 }, { "okt", 10 }, { "out", 10 }, { "ott", 10 }, { "paź", 10 }, { "říj", 10 }, { "spa", 10 }, { "urr", 10 },
	{ "окт", 10 }, { "жов", 10 }, { "οκτ", 10 }, { "loka", 10 }, { "eki", 10 }, { "אוק", 10 }, { "أكتوبر", 10 }, { "اكتوبر", 10 },
	{ "अक्टूबर", 10 }, { "अक्तूबर", 10 }, { "ตุลา", 10 }, { "十月", 10 },
	{ "nov", 11 }, { "nóv", 11 }, { "noi", 11 }, { "lis", 11 }, { "stu", 11 }, { "lap", 11 }, { "aza", 11 }, { "ноя", 11 },
	{ "ное", 11 }, { "лис", 11 }, { "νοέ", 11 }, { "νοε", 11 }, { "νοβ", 11 }, { "marras", 11 }, { "kas", 11 }, { "נוב", 11 },
	{ "نوفمبر", 11 }, { "नवंबर", 11 }, { "नवम्बर", 11 }, { "พฤศจิกา", 11 }, { "十一月", 11 },
	{ "dec", 12 }, { "dez", 12 }, { "déc", 12 }, { "dic", 12 }, { "des", 12 }, { "det", 12 }, { "gru", 12 }, { "pro", 12 },
	{ "prosin", 12 }, { "abe", 12 }, { "дек", 12 }, { "гру", 12 }, { "δεκ", 12 }, { "joulu", 12 }, { "ara", 12 }, { "דצמ", 12 },
	{ "ديسمبر", 12 }, { "दिसंबर", 12 }, { "दिसम्बर", 12 }, { "ธันวา", 12 }, { "十二月", 12 },
};

/* Weekdays that begin like a month. */
static const char *const not_months[] = { "mar.", "mardi", "martes", "marte", "martedì", "martedi", "lis.", NULL };

/* Days of the week, needed where the order of day and month is unclear. */
static const struct { const char *start; int day; } weekdays[] = {
	{ "mon", 1 }, { "tue", 2 }, { "wed", 3 }, { "thu", 4 }, { "fri", 5 }, { "sat", 6 }, { "sun", 7 },
	{ "montag", 1 }, { "dienstag", 2 }, { "mittwoch", 3 }, { "donnerstag", 4 }, { "freitag", 5 }, { "samstag", 6 }, { "sonntag", 7 },
	{ "lun", 1 }, { "mar", 2 }, { "mer", 3 }, { "mié", 3 }, { "jeu", 4 }, { "jue", 4 }, { "gio", 4 }, { "ven", 5 }, { "vie", 5 },
	{ "sam", 6 }, { "sáb", 6 }, { "sab", 6 }, { "dim", 7 }, { "dom", 7 },
	{ "seg", 1 }, { "ter", 2 }, { "qua", 3 }, { "qui", 4 }, { "sex", 5 },
};

static const struct { const char *name; int minutes; } zones[] = {
	{ "z", 0 }, { "ut", 0 }, { "utc", 0 }, { "gmt", 0 }, { "wet", 0 }, { "uct", 0 },
	{ "est", -300 }, { "edt", -240 }, { "et", -300 }, { "cst", -360 }, { "cdt", -300 }, { "ct", -360 },
	{ "mst", -420 }, { "mdt", -360 }, { "mt", -420 }, { "pst", -480 }, { "pdt", -420 }, { "pt", -480 },
	{ "at", -240 }, { "ast", -240 }, { "adt", -180 }, { "nst", -210 }, { "ndt", -150 }, { "akst", -540 }, { "akdt", -480 }, { "hst", -600 }, { "hdt", -540 },
	{ "brt", -180 }, { "art", -180 }, { "clt", -240 }, { "cot", -300 }, { "pet", -300 }, { "vet", -240 }, { "uyt", -180 },
	{ "bst", 60 }, { "west", 60 }, { "cet", 60 }, { "met", 60 }, { "mez", 60 }, { "cest", 120 }, { "mest", 120 }, { "mesz", 120 },
	{ "eet", 120 }, { "sast", 120 }, { "eest", 180 }, { "msk", 180 }, { "msd", 240 }, { "gst", 240 }, { "ist", 330 },
	{ "trt", 180 }, { "eat", 180 }, { "cat", 120 }, { "wat", 60 }, { "pkt", 300 }, { "npt", 345 },
	{ "ict", 420 }, { "wib", 420 }, { "hkt", 480 }, { "sgt", 480 }, { "awst", 480 }, { "myt", 480 }, { "pht", 480 }, { "wita", 480 }, { "wit", 540 }, { "jst", 540 }, { "kst", 540 },
	{ "acst", 570 }, { "acdt", 630 }, { "aest", 600 }, { "aedt", 660 }, { "nzst", 720 }, { "nzdt", 780 },
};

/* cp in lower case: Latin, Greek and Cyrillic. */
static uint32_t lower(uint32_t cp)
{
	/* every: the distance from one capital to the next. */
	static const struct { uint32_t first, last, every, on; } capitals[] = {
		{ 'A', 'Z', 1, 0x20 }, { 0xC0, 0xD6, 1, 0x20 }, { 0xD8, 0xDE, 1, 0x20 }, { 0x100, 0x12E, 2, 1 }, { 0x139, 0x147, 2, 1 },
		{ 0x14A, 0x176, 2, 1 }, { 0x179, 0x17D, 2, 1 }, { 0x391, 0x3A9, 1, 0x20 }, { 0x400, 0x40F, 1, 0x50 }, { 0x410, 0x42F, 1, 0x20 },
	};
	for (size_t i = 0; i < sizeof capitals / sizeof *capitals; i++)
		if (cp >= capitals[i].first && cp <= capitals[i].last)
			return (cp - capitals[i].first) % capitals[i].every ? cp : cp + capitals[i].on;
	return cp;
}

/* The beginning of the word in lower case. */
static void fold(const char *word, size_t size, char out[LONGEST])
{
	const char *p = word;
	char *to = out;
	while (p < word + size && to - out < LONGEST - 5)
		to += character_put(to, lower(text_next(&p)));
	*to = '\0';
}

int dates_month(const char *word, size_t size)
{
	size_t best = 0;
	int month = 0;
	char name[LONGEST];
	fold(word, size, name);
	for (size_t i = 0; not_months[i]; i++)
		if (!strcmp(not_months[i], name))
			return 0;
	for (size_t i = 0; i < sizeof months / sizeof *months; i++) {
		size_t n = strlen(months[i].start);
		if (n > best && text_starts(name, months[i].start) && (n > 2 || size > 2))
			best = n, month = months[i].month;
	}
	return month;
}

int dates_weekday(const char *word, size_t size)
{
	char name[LONGEST];
	fold(word, size, name);
	for (size_t i = 0; i < sizeof weekdays / sizeof *weekdays; i++)
		if (text_starts(name, weekdays[i].start))
			return weekdays[i].day;
	return 0;
}

bool dates_zone(const char *word, size_t size, int *minutes)
{
	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
		if (strlen(zones[i].name) == size && !strncasecmp(word, zones[i].name, size)) {
			*minutes = zones[i].minutes;
			return true;
		}
	return false;
}

char dates_meridiem(const char *word, size_t size)
{
	static const struct { const char *word; char meridiem; } meridiems[] = {
		{ "am", 'a' }, { "a", 'a' }, { "pm", 'p' }, { "p", 'p' }, { "오전", 'a' }, { "오후", 'p' }, { "전", 'a' }, { "후", 'p' },
		{ "上午", 'a' }, { "下午", 'p' }, { "凌晨", 'a' }, { "早上", 'a' }, { "中午", 'p' }, { "晚上", 'p' },
		{ "午前", 'a' }, { "午後", 'p' }, { "πμ", 'a' }, { "μμ", 'p' },
	};
	for (size_t i = 0; i < sizeof meridiems / sizeof *meridiems; i++)
		if (strlen(meridiems[i].word) == size && !strncasecmp(word, meridiems[i].word, size))
			return meridiems[i].meridiem;
	return 0;
}
