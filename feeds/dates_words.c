#include "feeds/dates_words.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

/* English months are matched by their first three letters; here is what others are called, shortened where that is
 * enough to tell.  ASCII letters small; where the first letter is not ASCII, in both cases. */
static const struct { const char *start; int month; } months[] = {
	{ "ja", 1 }, { "ene", 1 }, { "gen", 1 }, { "sty", 1 }, { "led", 1 }, { "янв", 1 }, { "Янв", 1 }, { "січ", 1 }, { "Ιαν", 1 }, { "Ιανου", 1 }, { "tammi", 1 }, { "oca", 1 },
	{ "feb", 2 }, { "fév", 2 }, { "fev", 2 }, { "fév", 2 }, { "lut", 2 }, { "úno", 2 }, { "фев", 2 }, { "Фев", 2 }, { "лют", 2 }, { "Φεβ", 2 }, { "Φευ", 2 }, { "helmi", 2 }, { "şub", 2 },
	{ "mar", 3 }, { "mär", 3 }, { "maer", 3 }, { "mrz", 3 }, { "már", 3 }, { "maa", 3 }, { "mrt", 3 }, { "bře", 3 }, { "мар", 3 }, { "Мар", 3 }, { "бер", 3 }, { "Μάρ", 3 }, { "Μαρ", 3 },
	{ "apr", 4 }, { "avr", 4 }, { "abr", 4 }, { "ápr", 4 }, { "kwi", 4 }, { "dub", 4 }, { "апр", 4 }, { "Апр", 4 }, { "кві", 4 }, { "Απρ", 4 }, { "huhti", 4 }, { "nis", 4 },
	{ "may", 5 }, { "mai", 5 }, { "mei", 5 }, { "maj", 5 }, { "mag", 5 }, { "máj", 5 }, { "kvě", 5 }, { "мая", 5 }, { "май", 5 }, { "Май", 5 }, { "Мая", 5 }, { "тра", 5 }, { "Μάϊ", 5 }, { "Μαϊ", 5 }, { "Μάι", 5 }, { "Μαι", 5 }, { "touko", 5 },
	{ "jun", 6 }, { "juin", 6 }, { "giu", 6 }, { "jún", 6 }, { "cze", 6 }, { "červen", 6 }, { "июн", 6 }, { "Июн", 6 }, { "чер", 6 }, { "Ιούν", 6 }, { "Ιον", 6 }, { "Ιουν", 6 }, { "kesä", 6 }, { "haz", 6 },
	{ "jul", 7 }, { "juil", 7 }, { "lug", 7 }, { "júl", 7 }, { "lip", 7 }, { "červenec", 7 }, { "июл", 7 }, { "Июл", 7 }, { "лип", 7 }, { "Ιούλ", 7 }, { "Ιολ", 7 }, { "Ιουλ", 7 }, { "heinä", 7 }, { "tem", 7 },
	{ "aug", 8 }, { "aoû", 8 }, { "aou", 8 }, { "ago", 8 }, { "sie", 8 }, { "srp", 8 }, { "авг", 8 }, { "Авг", 8 }, { "сер", 8 }, { "Αύγ", 8 }, { "Αυγ", 8 }, { "elo", 8 }, { "ağu", 8 },
	{ "sep", 9 }, { "set", 9 }, { "sze", 9 }, { "wrz", 9 }, { "zář", 9 }, { "сен", 9 }, { "Сен", 9 }, { "вер", 9 }, { "Σεπ", 9 }, { "syys", 9 }, { "eyl", 9 },
	{ "oct", 10 }, { "okt", 10 }, { "out", 10 }, { "ott", 10 }, { "paź", 10 }, { "říj", 10 }, { "окт", 10 }, { "Окт", 10 }, { "жов", 10 }, { "Οκτ", 10 }, { "loka", 10 }, { "eki", 10 },
	{ "nov", 11 }, { "lis", 11 }, { "ноя", 11 }, { "Ноя", 11 }, { "Νοέ", 11 }, { "Νοε", 11 }, { "Νοβ", 11 }, { "marras", 11 }, { "kas", 11 },
	{ "dec", 12 }, { "dez", 12 }, { "déc", 12 }, { "dic", 12 }, { "des", 12 }, { "gru", 12 }, { "pro", 12 }, { "дек", 12 }, { "Дек", 12 }, { "гру", 12 }, { "Δεκ", 12 }, { "joulu", 12 }, { "ara", 12 },
};

/* Weekdays whose beginning a month shares. */
static const char *const not_months[] = { "mar.", "mardi", "martes", "marte", "martedì", "martedi", "lis.", NULL };

static const struct { const char *name; int minutes; } zones[] = {
	{ "z", 0 }, { "ut", 0 }, { "utc", 0 }, { "gmt", 0 }, { "wet", 0 }, { "uct", 0 },
	{ "est", -300 }, { "edt", -240 }, { "et", -300 }, { "cst", -360 }, { "cdt", -300 }, { "ct", -360 },
	{ "mst", -420 }, { "mdt", -360 }, { "mt", -420 }, { "pst", -480 }, { "pdt", -420 }, { "pt", -480 },
	{ "at", -240 }, { "ast", -240 }, { "adt", -180 }, { "nst", -210 }, { "ndt", -150 }, { "akst", -540 }, { "akdt", -480 }, { "hst", -600 }, { "hdt", -540 },
	{ "brt", -180 }, { "art", -180 }, { "clt", -240 },
	{ "bst", 60 }, { "west", 60 }, { "cet", 60 }, { "met", 60 }, { "mez", 60 }, { "cest", 120 }, { "mest", 120 }, { "mesz", 120 },
	{ "eet", 120 }, { "sast", 120 }, { "eest", 180 }, { "msk", 180 }, { "msd", 240 }, { "gst", 240 }, { "ist", 330 },
	{ "ict", 420 }, { "wib", 420 }, { "hkt", 480 }, { "sgt", 480 }, { "awst", 480 }, { "jst", 540 }, { "kst", 540 },
	{ "acst", 570 }, { "acdt", 630 }, { "aest", 600 }, { "aedt", 660 }, { "nzst", 720 }, { "nzdt", 780 },
};

int dates_month(const char *word, size_t size)
{
	size_t best = 0;
	int month = 0;
	for (size_t i = 0; not_months[i]; i++)
		if (strlen(not_months[i]) == size && !strncasecmp(word, not_months[i], size))
			return 0;
	for (size_t i = 0; i < sizeof months / sizeof *months; i++) {
		size_t n = strlen(months[i].start);
		if (n > best && n <= size && !strncasecmp(word, months[i].start, n) && (n > 2 || size > 2))
			best = n, month = months[i].month;
	}
	return month;
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

char dates_half(const char *word, size_t size)
{
	static const struct { const char *word; char half; } halves[] = {
		{ "am", 'a' }, { "a", 'a' }, { "pm", 'p' }, { "p", 'p' }, { "오전", 'a' }, { "오후", 'p' }, { "전", 'a' }, { "후", 'p' },
		{ "上午", 'a' }, { "下午", 'p' }, { "午前", 'a' }, { "午後", 'p' }, { "πμ", 'a' }, { "μμ", 'p' },
	};
	for (size_t i = 0; i < sizeof halves / sizeof *halves; i++)
		if (strlen(halves[i].word) == size && !strncasecmp(word, halves[i].word, size))
			return halves[i].half;
	return 0;
}
