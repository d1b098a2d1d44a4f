#include "feeds/match/link.h"
#include "feeds/match/similarity.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "tap.h"

static const struct {
	const char *link, *name, *bare, *what;
} names[] = {
	{ "https://blog.example/2026/post/", "blog.example/2026/post", "blog.example/2026/post", "no scheme, no final slash" },
	{ "http://www.blog.example/post", "blog.example/post", "blog.example/post", "no www" },
	{ "https://www.example/", "www.example", "www.example", "a host that is called www keeps its name" },
	{ "https://BLOG.example/Post#part", "blog.example/Post", "blog.example/Post", "the case of a path counts; a fragment does not" },
	{ "https://blog.example/#!/post/1", "blog.example#!/post/1", "blog.example#!/post/1", "a page behind #! is one" },
	{ "https://blog.example/?p=9", "blog.example?p=9", "blog.example", "a query may be all there is" },
	{ "https://blog.example/p?utm_source=rss&utm_medium=feed", "blog.example/p", "blog.example/p", "what tracks is dropped" },
	{ "https://blog.example/p?id=3&FBCLID=x&page=2&", "blog.example/p?id=3&page=2", "blog.example/p", "and the rest stays" },
	{ "https://blog.example/p;jsessionid=A12?id=3", "blog.example/p?id=3", "blog.example/p", "a session in the path" },
	{ "https://blog.example:8443/p", "blog.example:8443/p", "blog.example:8443/p", "a port of its own stays" },
	{ "https://blog.example/p?utm=1&gclidx=2", "blog.example/p?utm=1&gclidx=2", "blog.example/p", "only whole names are known" },
	{ "tag:x,2026:1", "tag:x,2026:1", "tag:x,2026:1", "what is no web address stays" },
};

static const struct {
	const char *a, *b;
	bool same;
	const char *what;
} texts[] = {
	{ "<p>x  y</p>", " <p>x\n y</p> ", true, "white space counts once" },
	{ "<p>x y</p>", "<p>xy</p>", false, "but it counts" },
	{ "<a href=\"https://a.example/p?utm_source=a\">x</a>", "<a href=\"https://a.example/p?utm_source=b\">x</a>", true, "tracking in a link" },
	{ "<a href=\"https://a.example/p?id=1&amp;utm_source=a\">x</a>", "<a href=\"https://a.example/p?id=1\">x</a>", true, "behind &amp;" },
	{ "<a href=\"https://a.example/p?id=1\">x</a>", "<a href=\"https://a.example/p?id=2\">x</a>", false, "another page is another link" },
	{ "<img src=\"https://cdn.example/a.jpg?w=300&amp;s=1\">", "<img src=\"https://cdn.example/a.jpg?w=300&amp;s=2\">", true, "the query of a picture" },
	{ "<img src=\"https://cdn.example/a.jpg\">", "<img src=\"https://cdn.example/b.jpg\">", false, "another picture" },
	{ "<img src=\"https://cdn.example/i/3?X-Amz-Signature=a&amp;n=1\">", "<img src=\"https://cdn.example/i/3?X-Amz-Signature=b&amp;n=1\">", true, "a signature" },
	{ "<img src=\"https://cdn.example/i/3?n=1\">", "<img src=\"https://cdn.example/i/3?n=2\">", false, "a picture that is a query" },
	{ "see https://a.example/p?fbclid=1 there", "see https://a.example/p?fbclid=2 there", true, "addresses in the text" },
	{ "https://a.example/p#a", "https://a.example/p#b", false, "a fragment leads elsewhere" },
	{ "", NULL, true, "nothing is nothing" },
	{ "http", "https:", false, "what only begins like an address" },
};

#define PARAGRAPH "The lamp room was built in the year of the great storm, and its keeper wrote down each night what he saw from the gallery."
static const struct {
	const char *a, *b;
	int part_from, part_to, whole_from, whole_to;
	const char *what;
} likes[] = {
	{ PARAGRAPH, "<p>" PARAGRAPH "</p>", 100, 100, 100, 100, "markup does not count" },
	{ PARAGRAPH, PARAGRAPH " Later he wrote no more, for there was nothing left that he had not seen.", 95, 100, 40, 79, "more of it" },
	{ PARAGRAPH, "The book of the week is about bees, and the film is about a keeper of bees who wrote it in one night, as he said.", 0, 30, 0, 30, "other words" },
	{ "First.", "First, and better.", 100, 100, 20, 50, "short texts go by words" },
	{ "a", "b", 0, 0, 0, 0, "or have none in common" },
	{ "", "something", 100, 100, 0, 0, "nothing is in everything" },
	{ NULL, NULL, 100, 100, 100, 100, "and like nothing" },
	{ "Grün ist schön", "GRÜN ist schön", 60, 100, 60, 100, "small and capital letters of ASCII are one" },
};

static char *steady(void *owner, const char *s)
{
	struct document *d = document_new(owner);
	link_write_stable(document_out(d), s);
	return document_finish(d, owner);
}

int main(void)
{
	void *t = talloc_new(NULL);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		is(link_normalise(t, names[i].link), names[i].name, names[i].what);
		is(link_normalise_without_query(t, names[i].link), names[i].bare, "… without its query");
	}
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		ok((strcmp(steady(t, texts[i].a), steady(t, texts[i].b)) == 0) == texts[i].same, texts[i].what);
	for (size_t i = 0; i < sizeof likes / sizeof *likes; i++) {
		int part = similarity_overlap(likes[i].a, likes[i].b), whole = similarity_whole(likes[i].a, likes[i].b);
		ok(part >= likes[i].part_from && part <= likes[i].part_to, likes[i].what);
		ok(whole >= likes[i].whole_from && whole <= likes[i].whole_to, "… of the longer one");
	}
	ok(link_differs_in_query("https://a.example/p?t=1", "http://www.a.example/p/?t=2"), "only the query differs");
	ok(!link_differs_in_query("https://a.example/p?utm_id=1", "https://a.example/p?utm_id=2"), "tracking is no difference");
	ok(!link_differs_in_query("https://a.example/p?t=1", "https://a.example/q?t=2") && !link_differs_in_query(NULL, "https://a.example/"), "nor is another page");
	ok(link_is_front_page("a.example") && !link_is_front_page("a.example/p") && !link_is_front_page("a.example?p=1"), "a front page");
	talloc_free(t);
	return tap_done();
}
