#include "gateway/cli/calling.h"
#include "tap.h"
#include <string.h>

static const char *const verbs[] = { "list", "add", "remove", "unsuppress", "backfill", "poll", "pause", "set", NULL };

static const struct {
	const char *typed, *nearest; /* NULL: none */
} near[] = {
	{ "list", "list" }, { "lits", "list" }, { "lst", "list" }, { "lisst", "list" }, { "ad", "add" }, { "ls", NULL }, { "delete", NULL },
	{ "remve", "remove" }, { "rem", "remove" }, { "unsupress", "unsuppress" }, { "unsup", "unsuppress" }, { "back", "backfill" }, { "pual", "poll" },
	{ "", NULL }, { "a", NULL }, { "frobnicate", NULL },
	{ "a word that is far longer than every name there is, so that it is not even compared", NULL },
};

#define HOW "post list [--json] [--limit N]\n       pennypost post hold|free ID [OPTION...]\n       pennypost post list-all\noptions: --why WORDS"

static const struct {
	const char *words[4];
	bool fine, flag;
	int left;
	const char *value, *complaint; /* NULL: none; "" : help was asked for */
} calls[] = {
	{ { "list" }, true, false, 1, NULL, NULL },
	{ { "list", "--json" }, true, true, 1, NULL, NULL },
	{ { "--json", "list", "--limit=3" }, true, true, 1, "3", NULL },
	{ { "list", "--limit", "3" }, true, false, 1, "3", NULL },
	{ { "list", "--", "--json" }, true, false, 2, NULL, NULL },
	{ { "list", "-" }, true, false, 2, NULL, NULL },
	{ { "list", "--limit" }, false, false, 0, NULL, "the option '--limit' needs a value" },
	{ { "list", "--json=1" }, false, false, 0, NULL, "the option '--json' takes no value" },
	{ { "list", "--jsn" }, false, false, 0, NULL, "there is no option '--jsn' here; did you mean '--json'?" },
	{ { "list", "--limti=4" }, false, false, 0, NULL, "there is no option '--limti=4' here; did you mean '--limit'?" },
	{ { "list", "-j" }, false, false, 0, NULL, "there is no option '-j' here" },
	{ { "list", "--frobnicate" }, false, false, 0, NULL, "there is no option '--frobnicate' here" },
	{ { "list", "-h" }, false, false, 0, NULL, "" },
	{ { "--help" }, false, false, 0, NULL, "" },
};

/* What a call of f prints on a stream, which is *stream for that time. */
static char *printed(FILE **stream, const char *verb, bool help)
{
	static char text[2000];
	FILE *out = tmpfile(), *kept = *stream;
	char word[40] = "";
	snprintf(word, sizeof word, "%s", verb);
	*stream = out;
	if (help)
		cli_wrong(HOW, *word ? 1 : 0, (char *[]){ word, NULL }, &(struct error){ 0 });
	else
		cli_usage(HOW, *word ? 1 : 0, (char *[]){ word, NULL });
	*stream = kept;
	rewind(out);
	text[fread(text, 1, sizeof text - 1, out)] = '\0';
	fclose(out);
	return text;
}

/* What stands twice takes two values, and the last of them what is said beyond that. */
static void several(void)
{
	static const struct { const char *words[6], *first, *second; } cases[] = {
		{ { "--url", "1" }, "1", NULL }, { { "--url=1", "--url", "2" }, "1", "2" }, { { "--url=1", "--json", "--url=2", "--url=3" }, "1", "3" }, { { "--url=", "--url=2" }, "", "2" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char words[6][40], *argv[7] = { 0 };
		int argc = 0;
		bool flag = false;
		const char *first = NULL, *second = NULL;
		for (; argc < 6 && cases[i].words[argc]; argc++)
			argv[argc] = (snprintf(words[argc], sizeof words[argc], "%s", cases[i].words[argc]), words[argc]);
		struct error err = { 0 };
		ok(cli_options(&argc, argv, (const struct cli_option[]){ { "url", &first, NULL }, { "json", NULL, &flag }, { "url", &second, NULL }, { NULL, NULL, NULL } }, &err), "an option given several times");
		is(first, cases[i].first, "… its first value");
		is(second, cases[i].second, "… and its last");
	}
}

int main(void)
{
	several();
	for (size_t i = 0; i < sizeof near / sizeof *near; i++)
		is(cli_nearest(near[i].typed, verbs), near[i].nearest, near[i].typed);
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
		char words[4][40], *argv[5] = { 0 };
		int argc = 0;
		bool flag = false;
		const char *value = NULL, *name = "";
		for (; argc < 4 && calls[i].words[argc]; argc++)
			argv[argc] = (snprintf(words[argc], sizeof words[argc], "%s", calls[i].words[argc]), words[argc]), name = calls[i].words[argc];
		struct error err = { 0 };
		bool done = cli_options(&argc, argv, (const struct cli_option[]){ { "json", NULL, &flag }, { "limit", &value, NULL }, { NULL, NULL, NULL } }, &err);
		ok(done == calls[i].fine && (!done || (flag == calls[i].flag && argc == calls[i].left)), name);
		is(value, calls[i].value, name);
		is(done ? NULL : err.text, calls[i].complaint, name);
	}
	is(printed(&stdout, "list", true), "usage: pennypost post list [--json] [--limit N]\n", "help of a verb is that verb's");
	is(printed(&stdout, "free", true), "usage: pennypost post hold|free ID [OPTION...]\noptions: --why WORDS\n", "one of two verbs, with the options that it takes");
	is(printed(&stdout, "", true), "usage: pennypost " HOW "\n", "help of a command is all of it");
	is(printed(&stderr, "hodl", false),
	       "pennypost: there is no 'post hodl'; did you mean 'hold'?\nusage: pennypost post hold|free ID [OPTION...]\noptions: --why WORDS\n", "a verb mistyped");
	is(printed(&stderr, "list-all", false), "usage: pennypost post list-all\n", "a verb with a dash, called wrongly");
	is(printed(&stderr, "frobnicate", false), "pennypost: there is no 'post frobnicate'\nusage: pennypost " HOW "\n", "a verb like none");
	return tap_done();
}
