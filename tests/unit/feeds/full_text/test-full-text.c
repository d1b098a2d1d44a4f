/* The article in pages as several kinds of themes make them.  What is not to be taken says JUNK there. */
#include "feeds/clean/clean.h"
#include "feeds/full_text/full_text.h"
#include "gateway/base/html/html.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/file.h"
#include "tap.h"

static const struct {
	const char *file, *picture; /* picture NULL: there is no article */
} pages[] = {
	{ "wordpress", "https://b.example/i/gauge.jpg" }, { "ghost", "https://b.example/i/gauge.jpg" }, { "hugo", "https://b.example/i/gauge.jpg" },
	{ "medium", "https://b.example/i/gauge.jpg" }, { "newspaper", "https://b.example/i/gauge.jpg" }, { "schema", "https://cdn.example/i/gauge.jpg" },
	{ "breaks", "https://b.example/i/gauge.jpg" }, { "none", NULL },
};

static char *article(void *t, const void *page, size_t size, const char *type)
{
	char *base, *found = full_text_of(t, page, size, type, "https://b.example/post", &base);
	return found ? clean_html(t, found, strlen(found), base) : NULL;
}

static void corpus(void *t)
{
	struct error err = { 0 };
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
		struct buf *page = file_read(t, mem_printf(t, "tests/corpus/full-text/%s.html", pages[i].file), FULL_TEXT_MAX_SIZE, &err);
		char *got = page ? article(t, page->data, page->size, "text/html") : NULL;
		if (!pages[i].picture) {
			is(got, NULL, pages[i].file);
			continue;
		}
		ok(got && strstr(got, "Alpha.") && strstr(got, "Gamma.") && strstr(got, "Omega."), mem_printf(t, "%s: all of it", pages[i].file));
		ok(got && !strstr(got, "JUNK"), mem_printf(t, "%s: nothing else", pages[i].file));
		ok(got && !strstr(got, "The Gauge</h"), mem_printf(t, "%s: not its title", pages[i].file));
		ok(got && strstr(got, pages[i].picture), mem_printf(t, "%s: its picture", pages[i].file));
	}
}

#define PROSE "<p>Alpha. The gauge stands at the bridge, and whoever passes reads it, writes the number down, and goes on to the next one.</p>" \
	"<p>Gamma. Nobody has read it in winter, when the bridge is closed, and so the line has a gap from December to March, every year.</p>" \
	"<p>Omega. That gap is what this is about, and what the keeper of the lock said when he was asked, twice, on the phone.</p>"
#define PAGE(article) "<html><body><header><img src='/site.jpg'></header><nav><img src='/nav.jpg'></nav><main>" article "</main>" \
	"<article class='related'><header><img src='/other.jpg'></header><p>JUNK</p></article></body></html>"

/* Where themes put the picture above the text; hero NULL: the page has none. */
static const struct { const char *what, *page, *hero; } heroes[] = {
	{ "in the header of the article", PAGE("<article><header><h1>T</h1><figure><img src='/hero.jpg' alt='A gauge'><figcaption>By us</figcaption></figure></header>" PROSE "</article>"), "/hero.jpg" },
	{ "in the header, beside a declared body", PAGE("<article><header><h1>T</h1><img src='/hero.jpg'></header><div class='entry-content'>" PROSE "</div></article>"), "/hero.jpg" },
	{ "between header and body", PAGE("<article><header><h1>T</h1></header><div class='thumb'><a href='/big.jpg'><img src='/hero.jpg'></a></div><div class='entry-content'>" PROSE "</div></article>"), "/hero.jpg" },
	{ "of several sizes", PAGE("<article><header><picture><source srcset='/hero.webp'><img src='/hero.jpg' width='1200' height='600'></picture></header><div>" PROSE "</div></article>"), "/hero.jpg" },
	{ "in a header of the main", PAGE("<header><h1>T</h1><img src='/hero.jpg'></header><article>" PROSE "</article>"), "/hero.jpg" },
	{ "behind the author's portrait", PAGE("<article><header><a class='author'><img src='/ada.jpg'></a><img class='u-photo avatar' src='/ada2.jpg'><img src='/hero.jpg'></header>" PROSE "</article>"), "/hero.jpg" },
	{ "lazy", PAGE("<article><header><img src='data:image/gif;base64,R0lGODlhAQABAAAAACw=' data-src='/hero.jpg'></header><div class='entry-content'>" PROSE "</div></article>"), "/hero.jpg" },
	{ "in the body too", PAGE("<article><header><img src='/hero.jpg?w=1200'></header><div class='entry-content'><p><img src='/hero.jpg'></p>" PROSE "</div></article>"), "/hero.jpg" },
	{ "none: a portrait", PAGE("<article><header><h1>T</h1><img src='/ada.jpg' width='48' height='48'></header>" PROSE "</article>"), NULL },
	{ "none: other articles", PAGE("<article>" PROSE "</article>"), NULL },
	{ "none: hidden", PAGE("<article><header hidden><img src='/hidden.jpg'></header>" PROSE "</article>"), NULL },
	{ "none: a picture below", PAGE("<article><div class='entry-content'>" PROSE "</div><div><img src='/below.jpg'></div></article>"), NULL },
};

static void pictures_above(void *t)
{
	for (size_t i = 0; i < sizeof heroes / sizeof *heroes; i++) {
		char *got = article(t, heroes[i].page, strlen(heroes[i].page), "text/html"), *img = got ? strstr(got, "<img") : NULL, *text = got ? strstr(got, "Alpha.") : NULL;
		char *src = heroes[i].hero ? mem_printf(t, "src=\"https://b.example%s", heroes[i].hero) : NULL, *found = got && src ? strstr(got, src) : NULL;
		ok(text && strstr(got, "Omega.") && !strstr(got, "JUNK"), mem_printf(t, "hero %s: the text", heroes[i].what));
		if (!ok(src ? img && img < text && found && !strstr(img + 4, "<img") : !img, mem_printf(t, "hero %s: the picture, once", heroes[i].what)))
			printf("# %s\n", got);
	}
}

#define SENTENCE "<p>Caf\xe9 after caf\xe9, the whole length of the street, with chairs outside, and nobody in them but us, and one cat.</p>"

/* As many levels, siblings and bad names as a page of the largest size holds. */
static void hostile(void *t, const char *what, const char *piece)
{
	char *page = mem_array(t, char, FULL_TEXT_MAX_SIZE + 1);
	size_t size = strlen(piece);
	for (size_t at = 0; at + size < FULL_TEXT_MAX_SIZE; at += size)
		memcpy(page + at, piece, size);
	int64_t begun = clock_steady();
	article(t, page, strlen(page), NULL);
	int64_t took = clock_steady() - begun;
	begun = clock_steady();
	clean_html(t, page, strlen(page), NULL);
	int64_t cleaning = clock_steady() - begun;
	printf("# %s: %lld ms, cleaning alone %lld ms\n", what, (long long)took, (long long)cleaning);
	ok(took < 4 * cleaning + 2000, what);
	talloc_free(page);
}

int main(void)
{
	void *t = talloc_new(NULL);
	corpus(t);
	pictures_above(t);
	const char latin[] = "<meta charset=windows-1252><div class=entry-content>" SENTENCE SENTENCE "</div>";
	char *got = article(t, latin, sizeof latin - 1, "text/html");
	ok(got && strstr(got, "Café after café"), "the page says in what encoding it is");
	hostile(t, "deep", "<div class=sidebar>");
	hostile(t, "wide", "<div class=comment>a, b</div>");
	hostile(t, "deep and wide", "<div class=sidebar><div class=widget><article class=comment><p>a, b, c<a href=x>d</a>");
	hostile(t, "text", "word, ");
	static char classes[4 << 20];
	char *end = classes;
	for (int i = 0; i < 90; i++)
		end = stpcpy(end, "<div class=nav>");
	end = stpcpy(end, "<article class='");
	while (end - classes < (4 << 20) - 20)
		end = stpcpy(end, "sidebar ");
	strcpy(end, "'><main>x");
	hostile(t, "a class of many words", classes);
	talloc_free(t);
	return tap_done();
}
