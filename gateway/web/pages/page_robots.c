/* What robots may ask for: robots.txt.  What they may index of a page they may ask for, the page says itself ("robots" in its data). */
#include "gateway/web/pages/page.h"
#include <stdio.h>

void page_robots(struct visit *v)
{
	fprintf(exchange_answer(v->x, 200, "text/plain; charset=utf-8"), "User-agent: *\nDisallow: /c/\nDisallow: /u/\nDisallow: /me\nDisallow: /signin\nDisallow: /inbox-check\n");
	v->x->shows = EXCHANGE_PUBLICATION;
}
