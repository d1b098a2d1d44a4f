#include "gateway/archive/rendering/letter_mirror.h"
#include "gateway/base/memory/mem.h"
#include "tap.h"

static const struct {
	const char *html, *mirrored;
} cases[] = {
	{ "<td style=\"border-left:3px solid #b04429;padding:0 0 0 16px;color:#625b4f\">a</td>", "<td style=\"border-right:3px solid #b04429;padding:0 16px 0 0;color:#625b4f\">a</td>" },
	{ "<ul style=\"margin:0 0 20px;padding:0 0 0 26px\"><li>", "<ul style=\"margin:0 0 20px;padding:0 26px 0 0\"><li>" },
	{ "<p style=\"padding-left:4px;margin-right:5px\">", "<p style=\"padding-right:4px;margin-left:5px\">" },
	{ "<td align=\"left\" valign=\"top\">x</td>", "<td align=\"right\" valign=\"top\">x</td>" },
	{ "<td align=\"center\">x</td>", "<td align=\"center\">x</td>" },
	{ "<p style=\"text-align:left\">", "<p style=\"text-align:left\">" },
	{ "<p style=\"padding:1px 2px\">", "<p style=\"padding:1px 2px\">" },
	{ "<p>Say style=\"padding:0 0 0 1px\" and border-left: a &lt;td align=\"left\"&gt;</p>", "<p>Say style=\"padding:0 0 0 1px\" and border-left: a &lt;td align=\"left\"&gt;</p>" },
	{ "<img alt=\"a > b style=\" style=\"border-left:0\">", "<img alt=\"a > b style=\" style=\"border-right:0\">" },
	{ "<p style=\"padding:0 0 0", "<p style=\"padding:0 0 0" }, { "", "" },
};

int main(void)
{
	void *t = talloc_new(NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		is(letter_mirror(t, cases[i].html), cases[i].mirrored, cases[i].html);
	talloc_free(t);
	return tap_done();
}
