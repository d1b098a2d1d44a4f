/* The numbers of lists, as each rendering writes them. */
#include "gateway/archive/rendering/fedi_html.h"
#include "gateway/archive/rendering/letter_html.h"
#include "gateway/archive/rendering/list_number.h"
#include "gateway/archive/rendering/plain.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "tap.h"
#include <string.h>

static const struct { const char *list, *numbers; } cases[] = {
	{ "<ol><li>x</li><li>x</li></ol>", "1 2" },
	{ "<ol start=\"3\"><li>x</li><li>x</li></ol>", "3 4" },
	{ "<ol start=\"-1\"><li>x</li><li>x</li><li>x</li></ol>", "-1 0 1" },
	{ "<ol reversed=\"\"><li>x</li><li>x</li><li>x</li></ol>", "3 2 1" },
	{ "<ol reversed=\"\" start=\"10\"><li>x</li><li>x</li></ol>", "10 9" },
	{ "<ol reversed=\"\"><li value=\"8\">x</li><li>x</li></ol>", "8 7" },
	{ "<ol><li>x</li><li value=\"5\">x</li><li>x</li></ol>", "1 5 6" },
	{ "<ol type=\"a\"><li>x</li><li>x</li></ol>", "a b" },
	{ "<ol type=\"A\" start=\"26\"><li>x</li><li>x</li><li value=\"702\">x</li><li>x</li></ol>", "Z AA ZZ AAA" },
	{ "<ol type=\"i\" start=\"3\"><li>x</li><li>x</li></ol>", "iii iv" },
	{ "<ol type=\"I\" start=\"1999\"><li>x</li><li value=\"3888\">x</li><li value=\"4000\">x</li></ol>", "MCMXCIX MMMDCCCLXXXVIII 4000" },
	{ "<ol type=\"a\" start=\"0\"><li>x</li><li>x</li></ol>", "0 a" },
	{ "<ol type=\"I\" reversed=\"\"><li>x</li><li>x</li></ol>", "II I" },
	{ "<ol style=\"list-style-type: lower-roman\"><li>x</li><li>x</li></ol>", "i ii" },
	{ "<ol start=\"99999999999999999999\"><li>x</li></ol>", "1000000000" },
	{ "<ol type=\"circle\"><li>x</li></ol>", "1" },
};

static void counting(void *t)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct html_node *root = html_parse(t, cases[i].list, strlen(cases[i].list));
		struct list_number numbers = list_number_begin(root->first);
		char room[LIST_NUMBER_ROOM], *got = mem_dup(t, "");
		for (const struct html_node *li = root->first->first; li; li = li->next)
			got = mem_printf(t, "%s%s%s", got, *got ? " " : "", list_number_next(&numbers, li, room));
		is(got, cases[i].numbers, cases[i].list);
		is_int(list_number_is_plain(root->first), strcmp(cases[i].list + 3, cases[0].list + 3) == 0 || strstr(cases[i].list, "circle"), "… is it plain?");
	}
}

#define LIST "<ol type=\"a\" reversed=\"\"><li>One</li><li><p>Two</p><p>More</p></li><li>Three</li></ol>"

int main(void)
{
	void *t = talloc_new(NULL);
	counting(t);
	struct document *all[] = { document_new(t), document_new(t), document_new(t) };
	letter_html_write(document_out(all[0]), LIST);
	plain_write(document_out(all[1]), LIST, 72);
	fedi_html_write(document_out(all[2]), LIST);
	char *html = document_finish(all[0], t), *text = document_finish(all[1], t), *object = document_finish(all[2], t);
	ok(strstr(html, ">c. One<") && strstr(html, ">b. Two<") && strstr(html, ">a. Three<"), "a letter");
	ok(strstr(text, "c. One") && strstr(text, "b. Two") && strstr(text, "a. Three"), "its text");
	ok(strstr(object, "<p>c. One") && strstr(object, "<p>b. ") && strstr(object, "<p>a. Three"), "an object");
	talloc_free(t);
	return tap_done();
}
