#include "gateway/archive/rendering/plain.h"
#include "gateway/archive/rendering/sentence.h"
#include "gateway/archive/rendering/teaser.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "tap.h"
#include <stdlib.h>

/* "|" stands where a sentence ends. */
static const char *const sentences[] = {
	"One.| Two!| Three?| Four…| Five.|", "He said \"Go.\"| She went.|", "Dr. Who met Mrs. Peel at St. Ives.| Then tea.|", "J. R. R. wrote it.| Yes.|",
	"It cost 3.50 in all.| Fine.|", "Wait... what?| No.|", "At 5 p.m. it rained.|", "(A bracket.)| Next.|", "See example.org for more.| Bye",
	"He came on 3. Mai.| Dann ging er.|", "行く。|来た。|", "「行く。」|来た！|【終わり。】|", "¿Qué?| ¡Nada!|", "What?!| Nothing.|", "no end here", "Was?| «Ja.»| Gut.|", "Mr.|", "",
};

static void test_sentences(void *t)
{
	for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
		char *plain = text_replace(t, sentences[i], "|", ""), *got = mem_dup(t, "");
		size_t from = 0;
		for (size_t end; (end = sentence_end(plain, from)); from = end)
			got = mem_printf(t, "%s%.*s|", got, (int)(end - from), plain + from);
		is(mem_printf(t, "%s%s", got, plain + from), sentences[i], "sentences end where they do");
	}
}

/* $N is N words in one sentence, of which the last word is "endN." */
static char *expand(void *t, const char *pattern)
{
	struct document *d = document_new(NULL);
	for (const char *s = pattern; *s; s++) {
		if (*s != '$') {
			fputc(*s, document_out(d));
			continue;
		}
		char *end;
		long n = strtol(s + 1, &end, 10);
		for (long i = 1; i < n; i++)
			fprintf(document_out(d), i == 1 ? "Word " : "word ");
		fprintf(document_out(d), "end%ld.", n);
		s = end - 1;
	}
	return document_finish(d, t);
}

#define MARK "<sup><a id=\"p-r1\" href=\"#p-n1\" role=\"doc-noteref\" aria-label=\"Note 1\">1</a></sup>"
#define NOTES "<section class=\"notes\" role=\"doc-endnotes\" aria-labelledby=\"p-notes\"><h2 id=\"p-notes\">Notes</h2><ol>" \
	"<li id=\"p-n1\">CANARY in a note.\xC2\xA0<a href=\"#p-r1\" role=\"doc-backlink\" aria-label=\"Back to reference 1\">↩</a></li></ol></section>"
#define REST "<p>$200 CANARY</p><p>$200</p>"

static const struct { const char *what, *html, *want; } cuts[] = {
	{ "the author's cut", "<p>a b</p>\n<!--more-->\n<p>CANARY</p>", "<p>a b</p>" },
	{ "inside a paragraph", "<p>a <em>b<!--more--> CANARY</em> CANARY</p><p>CANARY</p>", "<p>a <em>b</em></p>" },
	{ "inside wrappers", "<div lang=\"de\"><p>a</p><!--more--><p>CANARY</p></div><p>CANARY</p>", "<div lang=\"de\"><p>a</p></div>" },
	{ "one with nothing before it does not count", "<!--more--><p>$60</p><p>$60</p><p>CANARY $70</p>", "<p>$60</p>" },
	{ "nor one with nothing but notes behind it", "<p>$60</p><p>CANARY $60</p><!--more-->" NOTES, "<p>$60</p>" },
	{ "whole blocks until 120 words", "<p>$70</p><p>$60</p><p>$60 CANARY</p>" REST, "<p>$70</p><p>$60</p>" },
	{ "at most 35 %", "<p>$60</p><p>$50 CANARY</p><p>$70</p>", "<p>$60</p>" },
	{ "pictures above the cut stay, with their captions", "<figure><img src=\"https://x.test/a.png\" alt=\"\"><figcaption>b</figcaption></figure><p>$130</p><figure><img src=\"https://x.test/CANARY\" alt=\"\"></figure>" REST,
	  "<figure><img src=\"https://x.test/a.png\" alt=\"\"><figcaption>b</figcaption></figure><p>$130</p>" },
	{ "no heading last", "<p>$50</p><h2>CANARY</h2><p>$90 CANARY</p>" REST, "<p>$50</p><h2>CANARY</h2><p>$90 CANARY</p>" },
	{ "nor a rule", "<p>$70</p><h2>CANARY</h2><hr><p>$100 CANARY</p><p>$40</p>", "<p>$70</p>" },
	{ "a list goes in whole or not at all", "<p>$50</p><ul><li>$40</li><li>$40</li></ul>" REST, "<p>$50</p><ul><li>$40</li><li>$40</li></ul>" },
	{ "not in part", "<p>$50</p><ul><li>CANARY $90</li><li>$90</li></ul><p>$20</p>", "<p>$50</p>" },
	{ "a long first paragraph is cut at a sentence", "<p>$100 $100 <b>$15 CANARY $30</b></p>" REST REST, "<p>$100 $100 <b>$15</b></p>" },
	{ "inside what stands in it", "<p>$50 <a href=\"https://x.test/\">$50 CANARY $120</a></p><p>$70</p>", "<p>$50 <a href=\"https://x.test/\">$50</a></p>" },
	{ "no sentence ends in code", "<p>$30 <code>a. B. c.</code> Word word $40 CANARY $100</p><p>$50</p>", "<p>$30 <code>a. B. c.</code> Word word $40</p>" },
	{ "little before a long paragraph", "<p>$9</p><p>$50 $60 CANARY $100</p><p>$100</p>", "<p>$9</p><p>$50</p>" },
	{ "marks of notes go, and notes", "<p>Any." MARK " $130</p>" REST NOTES, "<p>Any. $130</p>" },
	{ "links to what is cut off become words", "<p>$130 <a href=\"#p-x\">below</a> <a href=\"#p-y\">here</a></p><h2 id=\"p-y\">y</h2>" REST "<h2 id=\"p-x\">CANARY</h2>",
	  "<p>$130 below here</p>" },
	{ "a short post shows its first block", "<p>$50</p><p>$50 CANARY</p><p>$50</p>", "<p>$50</p>" },
	{ "or two when that is little", "<p>$10</p><p>$50</p><p>$50 CANARY</p>", "<p>$10</p><p>$50</p>" },
	{ "never all", "<p>$10</p><p>$50 CANARY</p>", "<p>$10</p>" },
	{ "one paragraph is cut in half", "<h2>x</h2><p>$20 $20 CANARY $50</p>", "<h2>x</h2><p>$20 $20</p>" },
	{ "one sentence at a word", "<p>one two three four five CANARY seven.</p>", "<p>one two three…</p>" },
	{ "a lock does not hide a line alone", "<p>$50 $50 CANARY</p><p>CANARY $13</p>", "<p>$50</p>" },
	{ "Japanese, after a sentence", "<p>今日は港で赤い舟を見た。CANARY水位はまだ低かったが、番人は笑っていた。</p>", "<p>今日は港で赤い舟を見た。</p>" },
	{ "Chinese without a sentence", "<p>春眠不觉晓，处处闻啼鸟，夜来风雨声，花落知多少</p>", "<p>春眠不觉晓，处处闻啼鸟，…</p>" },
	{ "Thai", "<p>วันนี้ฉันเห็นเรือสีแดงที่ท่าเรือและคนเฝ้าประตูยิ้มให้</p>", "<p>วันนี้ฉันเห็นเรือสีแดงที่ท่าเรื…</p>" },
	{ "one word shows nothing", "<p>CANARY</p>", "" },
	{ "phrases without a paragraph", "one two <b>three</b> CANARY", "one two…" },
	{ "nothing but a list", "<ul><li>CANARY $200</li></ul>", "" },
	{ "nothing", "", "" },
};

static void test_cuts(void *t)
{
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
		struct teaser teaser;
		char *html = expand(t, cuts[i].html);
		teaser_make(t, html, &teaser);
		is(teaser.html, expand(t, cuts[i].want), cuts[i].what);
		ok(strstr(cuts[i].want, "CANARY") || (!strstr(teaser.html, "CANARY") && !strstr(teaser.excerpt, "CANARY")), "and nothing past it");
		ok(teaser.words_shown < teaser.words || !teaser.words, "less than all is shown");
		ok(text_length(teaser.excerpt) <= 300, "the excerpt is short");
	}
}

static void test_counts(void *t)
{
	struct teaser teaser;
	teaser_make(t, expand(t, "<h2>One</h2><p>two three" MARK "</p><ul><li>four</li><li>five<br>six</li></ul><p>seven $8</p>" NOTES), &teaser);
	is_int((long long)teaser.words, 20, "words are counted in every block, with the notes, without marks and links back");
	is_int((long long)teaser.notes, 1, "so are notes");
	is(teaser.excerpt, "two three four five six", "an excerpt begins with text, not with a heading");
	is_int((long long)teaser.words_shown, 6, "words of the opening");
	teaser_make(t, expand(t, "<p>$150</p><p>$150</p><p>$150</p>"), &teaser);
	ok(text_ends(teaser.excerpt, "…") && text_starts(teaser.excerpt, "Word word"), "a long opening's excerpt is cut");
	teaser_make(t, expand(t, "<h2>One</h2><p>On Facebook you are who they say" MARK " you are.</p>" NOTES), &teaser);
	is(teaser.whole_excerpt, "On Facebook you are who they say you are.", "the whole excerpt is not cut where the opening is");
	is(teaser.excerpt, "On Facebook you are who…", "the excerpt is");
	is(plain_line(t, "<p>a<b>b</b></p><p>c<br>d" MARK "</p><p>e\n f</p><img alt=\"g\">"), "ab c d e f", "a text on one line");
}

int main(void)
{
	void *t = talloc_new(NULL);
	test_sentences(t);
	test_cuts(t);
	test_counts(t);
	talloc_free(t);
	return tap_done();
}
