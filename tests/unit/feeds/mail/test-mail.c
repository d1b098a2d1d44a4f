/* A mail as a post: what is kept of its text and HTML, and what is cut; threads; the dialects of an mbox. */
#include "feeds/mail/mail_authentication.h"
#include "feeds/mail/mail_folder.h"
#include "feeds/mail/mail_post.h"
#include "feeds/mail/mail_text.h"
#include "feeds/mail/mail_thread.h"
#include "feeds/mail/mail_words.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "tap.h"
#include <stdlib.h>
#include <unistd.h>

static const struct {
	const char *what, *text, *html;
	bool flowed, delsp;
} texts[] = {
	{ "lines of a paragraph are joined where they were full", "The gauge at the north pier read three metres and a half today,\nwhich is less.\n", "<p>The gauge at the north pier read three metres and a half today,\nwhich is less.</p>\n", false, false },
	{ "a verse keeps its lines", "Roses\nare red\n", "<p>Roses<br>\nare red</p>\n", false, false },
	{ "flowed text", "One line \nand its end.\n> quoted \n> text\nSo.\n", "<p>One line and its end.</p>\n<blockquote>\n<p>quoted text</p>\n</blockquote>\n<p>So.</p>\n", true, false },
	{ "flowed text with DelSp", "潮 \n位\n", "<p>潮位</p>\n", true, true },
	{ "markup is text", "<script>alert(1)</script> & more\n", "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; more</p>\n", false, false },
	{ "addresses are links", "See https://tide.example/a?b=1&c=2.\n", "<p>See <a href=\"https://tide.example/a?b=1&amp;c=2\">https://tide.example/a?b=1&amp;c=2</a>.</p>\n", false, false },
	{ "lists", "We need:\n- a boat\n- oars\n", "<p>We need:</p>\n<ul>\n<li>a boat</li>\n<li>oars</li>\n</ul>\n", false, false },
	{ "code keeps its blanks", "So:\n\n    for (;;)\n        row();\n", "<p>So:</p>\n<pre>    for (;;)\n        row();\n</pre>\n", false, false },
	{ "an answer above its history", "Yes.\n\nOn 3 March 2026 Ada wrote:\n> Is it high?\n> Is it low?\n", "<p>Yes.</p>\n", false, false },
	{ "with an introduction of two lines", "Yes.\n\nOn Tue, 3 March 2026 at 10:00, Ada Lovelace\n<ada@tide.example> wrote:\n\n> Is it high?\n", "<p>Yes.</p>\n", false, false },
	{ "in German", "Ja.\n\nAm 03.03.2026 schrieb Ada:\n> Hoch?\n", "<p>Ja.</p>\n", false, false },
	{ "of Outlook", "Yes.\n\n-----Original Message-----\nFrom: Ada\nIs it high?\n", "<p>Yes.</p>\n", false, false },
	{ "of Outlook without a rule", "Yes.\n\nFrom: Ada\nSent: Tuesday\nTo: Bob\nSubject: tide\n\nIs it high?\n", "<p>Yes.</p>\n", false, false },
	{ "an answer within the question stays with it", "> Is it high?\nYes.\n> And now?\nNo.\n", "<blockquote>\n<p>Is it high?</p>\n</blockquote>\n<p>Yes.</p>\n<blockquote>\n<p>And now?</p>\n</blockquote>\n<p>No.</p>\n", false, false },
	{ "and the address of who asked is nobody else's", "Ada <ada@tide.example> wrote:\n> High?\nYes.\n", "<p>Ada wrote:</p>\n<blockquote>\n<p>High?</p>\n</blockquote>\n<p>Yes.</p>\n", false, false },
	{ "nothing but a quote stays", "> Is it high?\n", "<blockquote>\n<p>Is it high?</p>\n</blockquote>\n", false, false },
	{ "the signature", "Yes.\n-- \nAda\nTide office\n", "<p>Yes.</p>\n", false, false },
	{ "a dash is none", "Yes -- and no.\n", "<p>Yes -- and no.</p>\n", false, false },
	{ "Mailman's footer", "Yes.\n_______________________________________________\nTides mailing list\nTides@lists.example\nhttps://lists.example/listinfo/tides\n", "<p>Yes.</p>\n", false, false },
	{ "Google's footer", "Yes.\n\n-- \nYou received this message because you are subscribed to the Google Groups\n\"tides\" group.\n", "<p>Yes.</p>\n", false, false },
	{ "the way out of a newsletter", "High water.\n\n----\nYou get this because you asked for it.\nUnsubscribe: https://news.example/u/123\n", "<p>High water.</p>\n", false, false },
	{ "who speaks of unsubscribing is heard", "How do I unsubscribe ada@tide.example?\n", "<p>How do I unsubscribe ada@tide.example?</p>\n", false, false },
	{ "the way to a browser", "View this email in your browser: https://news.example/1\n\nHigh water.\n", "<p>High water.</p>\n", false, false },
};

#define FROM "From: Ada Lovelace <ada@tide.example>\nSubject: Re: [tides] High\nDate: Tue, 3 Mar 2026 10:00:00 +0100\nMessage-ID: <1@tide.example>\nList-Id: Tides <tides.lists.example>\n"
#define HTML FROM "Content-Type: text/html; charset=utf-8\n\n"
#define PIXEL "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGNk+M+ABzDhk6QLAJ/2AQcR8p5pAAAAAElFTkSuQmCC"

static const struct {
	const char *what, *mail, *html;
} bodies[] = {
	{ "hidden lines", HTML "<div style='display:none;max-height:0'>preheader</div><p>High</p>", "<p>High</p>\n" },
	{ "Gmail's history", HTML "<div>Yes</div><div class=\"gmail_quote\">On <blockquote>old</blockquote></div>", "<div>Yes</div>\n" },
	{ "Apple's history", HTML "<div>Yes</div><blockquote type=\"cite\">old</blockquote>", "<div>Yes</div>\n" },
	{ "Outlook's history", HTML "<div>Yes</div><div><div id=\"divRplyFwdMsg\">From: x</div><p>old</p></div><p>older</p>", "<div>Yes</div><div></div>\n" },
	{ "a quote in the middle stays", HTML "<blockquote type=\"cite\">old</blockquote><p>Yes</p>", "<blockquote type=\"cite\">old</blockquote><p>Yes</p>\n" },
	{ "a footer", HTML "<p>High water is at ten o'clock today, and low water at four; the ferry goes in between, whatever the wind is, as it did last year and the year before that, at the old pier.</p><table><tr><td><p>You asked. <a href=\"https://n.example/u\">Unsubscribe</a></p></td></tr></table>",
	  "<p>High water is at ten o'clock today, and low water at four; the ferry goes in between, whatever the wind is, as it did last year and the year before that, at the old pier.</p>\n" },
	{ "a heading that is the subject", HTML "<div><h1>Re: [tides]\n High</h1></div><h1>Low</h1><p>x</p>", "<div></div><h1>Low</h1><p>x</p>\n" },
	{ "a layout is no table", HTML "<table><tr><td><h1>High</h1></td></tr></table>", "<div><div><div><div><h1>High</h1></div></div></div></div>\n" },
	{ "data is one", HTML "<table><tr><td>a</td><td>1</td></tr><tr><td>b</td><td>2</td></tr></table>",
	  "<table><tbody><tr><td>a</td><td>1</td></tr><tr><td>b</td><td>2</td></tr></tbody></table>\n" },
	{ "an inline picture", FROM "Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n<img src=\"cid:p@x\" alt=\"chart\">\n--b\nContent-Type: image/png; name=chart.png\nContent-ID: <p@x>\nContent-Transfer-Encoding: base64\n\n" PIXEL "\n--b--\n",
	  "<img src=\"data:image/png;base64," PIXEL "\" alt=\"chart\">\n" },
	{ "one that is not there", HTML "<p>a<img src=\"cid:no@x\"></p>", "<p>a</p>\n" },
	{ "a picture beside the text", FROM "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHigh\n--b\nContent-Type: image/png; name=\"a<b.png\"\nContent-Transfer-Encoding: base64\n\n" PIXEL "\n--b--\n",
	  "<p>High</p>\n<p><img src=\"data:image/png;base64," PIXEL "\" alt=\"a&lt;b.png\"></p>\n" },
	{ "documents are named", FROM "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHigh\n--b\nContent-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n\neJ8+Ig==\n--b--\n",
	  "<p>High</p>\n<p><small>Attached: winmail.dat (4 bytes)</small></p>\n" },
	{ "a digest", FROM "Content-Type: multipart/digest; boundary=b\n\n--b\n\nFrom: Bob <bob@x>\nSubject: Ebb\nDate: Mon, 2 Mar 2026 10:00:00 +0000\n\nLow.\n--b--\n",
	  "<hr>\n<h2>Ebb</h2>\n<p><strong>Bob</strong>, 2 March 2026</p>\n<p>Low.</p>\n" },
	{ "people's text before their programs' HTML", FROM "In-Reply-To: <0@x>\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\nText\n--b\nContent-Type: text/html\n\n<p>HTML</p>\n--b--\n", "<p>Text</p>\n" },
	{ "a newsletter's HTML before its text", FROM "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nText\n--b\nContent-Type: text/html\n\n<p>HTML</p>\n--b--\n", "<p>HTML</p>\n" },
};

static void check_bodies(void *t)
{
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct document *d = document_new(t);
		mail_text_html(document_out(d), &(struct mail_text){ texts[i].text, texts[i].flowed, texts[i].delsp });
		is(document_finish(d, t), texts[i].html, texts[i].what);
	}
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		size_t room = MAIL_POST_PICTURES;
		struct document *d = document_new(t);
		struct mail_message *m = mail_message_read(t, bodies[i].mail, strlen(bodies[i].mail));
		mail_post_body(document_out(d), m, &room);
		is(document_finish(d, t), bodies[i].html, bodies[i].what);
	}
}

static const struct {
	const char *from, *name, *email;
} authors[] = {
	{ "Ada <ada@x.example>", "Ada", "ada@x.example" },
	{ "ada@x.example (Ada (the first))", "Ada (the first)", "ada@x.example" },
	{ "ada at x.example (Ada)", "Ada", "ada@x.example" },
	{ "\"O'Neill, Brendan\" <b@x.example>, Bob <bob@x.example>", "O'Neill, Brendan", "b@x.example" },
	{ "\"=?utf-8?Q?J=C3=BCrgen?=\" <j@x.example>", "Jürgen", "j@x.example" },
	{ "Ada via Tides <tides@lists.example>", "Ada", "tides@lists.example" },
	{ "<ada@x.example>", NULL, "ada@x.example" },
	{ "", NULL, NULL },
	{ "\"<", "<", NULL },
};

#define US "Authentication-Results: mx.example; "
#define WHO "From: Ada <ada@news.tide.example>\n"

static const struct {
	const char *head, *policy;
	bool passes;
} authentications[] = {
	{ US "dkim=pass header.d=news.tide.example header.s=x\n" WHO, "dkim:mx.example", true },
	{ US "spf=fail smtp.mailfrom=x@y.example; dkim=pass (2048-bit key; x) header.i=@tide.example\n" WHO, "any:mx.example", true },
	{ US "spf=pass smtp.mailfrom=b@tide.example\n" WHO, "spf:mx.example", true },
	{ US "spf=pass smtp.mailfrom=b@tide.example\n" WHO, "dkim:mx.example", false },
	{ US "dkim=pass header.d=evil.example\n" WHO, "dkim:mx.example", false },
	{ US "dkim=pass header.d=ide.example\n" WHO, "dkim:mx.example", false },
	{ US "dkim=pass header.d=example\n" WHO, "dkim:mx.example", false },
	{ US "dkim=fail header.d=tide.example\n" WHO, "dkim:mx.example", false },
	{ US "dkim=passable header.d=tide.example\n" WHO, "dkim:mx.example", false },
	{ US "dkim=fail (dkim=pass header.d=tide.example) header.d=tide.example\n" WHO, "dkim:mx.example", false },
	{ US "dkim=fail (; dkim=pass header.d=tide.example\n" WHO, "dkim:mx.example", false },
	{ US "dkim=fail reason=\"; dkim=pass header.d=tide.example ;\"\n" WHO, "dkim:mx.example", false },
	{ US "dkim=none\n" US "dkim=pass header.d=tide.example\n" WHO, "dkim:mx.example", false },
	{ "Authentication-Results: mx.evil; dkim=pass header.d=tide.example\n" WHO, "dkim:mx.example", false },
	{ "Authentication-Results: mx.example.evil; dkim=pass header.d=tide.example\n" WHO, "dkim:mx.example", false },
	{ "Authentication-Results: dkim=pass header.d=tide.example\n" WHO, "dkim:mx.example", false },
	{ US "dkim=pass header.d=tide.example\n" WHO "From: Bob <bob@evil.example>\n", "dkim:mx.example", false },
	{ US "dkim=pass header.d=tide.example\nFrom: a@tide.example, b@evil.example\n", "dkim:mx.example", false },
	{ US "dkim=pass header.d=evil.example\nX-Original-From: Bob <bob@evil.example>\n" WHO, "dkim:mx.example", false },
	{ US "dkim=pass header.d=lists.example\nX-Original-From: Bob <bob@b.example>\nFrom: Bob via Tides <tides@lists.example>\n", "dkim:mx.example", true },
	{ WHO, "any:mx.example", false },
	{ "", "any:mx.example", false },
};

static void check_authentication(void *t)
{
	for (size_t i = 0; i < sizeof authentications / sizeof *authentications; i++) {
		char *mail = mem_printf(t, "%s\nx", authentications[i].head);
		struct mail_message *m = mail_message_read(t, mail, strlen(mail));
		ok(mail_authentication_passes(m, authentications[i].policy) == authentications[i].passes, text_squeeze(t, authentications[i].head));
	}
}

static void check_heads(void *t)
{
	for (size_t i = 0; i < sizeof authors / sizeof *authors; i++) {
		char *mail = mem_printf(t, "List-Post: <mailto:tides@lists.example>\nFrom: %s\n\nx", authors[i].from);
		struct mail_message *m = mail_message_read(t, mail, strlen(mail));
		is(m->from.name, authors[i].name, authors[i].from);
		is(m->from.email, authors[i].email, "  and the address");
	}
	static const char mail[] = HTML "<p>x</p>";
	struct error err;
	struct feed *feed = mail_post_feed(t, mail, strlen(mail), NULL, &err);
	const struct entry *e = feed && feed->count ? feed->entries[0] : NULL;
	ok(e != NULL, "a mail is an entry");
	is(e ? e->title : "", "High", "its title has neither Re: nor the list");
	is(e ? e->guid : "", "mid:1@tide.example", "its id is that of the message");
	is(e && e->author_count ? e->authors[0].name : "", "Ada Lovelace", "its author is named");
	ok(e && e->author_count && !e->authors[0].email, "without the address");
	is_int(e ? (long long)e->published : 0, 1772528400000, "its date is that of the message");
	static const char reply[] = FROM "Auto-Submitted: auto-replied\n\nI am away";
	ok(!mail_post_feed(t, reply, strlen(reply), NULL, &err) && err.kind == ERROR_INVALID, "an automatic reply is none");
}

/* A head of 2000 parts, of parts in parts, of one boundary for all. */
static char *repeated(void *t, const char *head, const char *piece, size_t times, const char *end)
{
	struct document *d = document_new(t);
	fputs(head, document_out(d));
	for (size_t i = 0; i < times; i++)
		fputs(piece, document_out(d));
	fputs(end, document_out(d));
	return document_finish(d, t);
}

/* What would take the time of its square, if anything did. */
static void check_time(void *t)
{
	const char *const mails[] = {
		repeated(t, FROM "\n", "http://-", 200000, "\n"), repeated(t, FROM "\n", "begin 644 x\n$=&ED90``\n", 50000, "\n"), repeated(t, FROM "\n", "On 3 March: a@b wrote:\n", 50000, "> x\ny\n"),
		repeated(t, HTML, "<blockquote type=cite></blockquote>", 20000, "end"), repeated(t, HTML, "<a href=x>unsubscribe</a> and many more words of text ", 10000, ""),
		repeated(t, HTML, "<table><tr><td>", 10000, "x"), repeated(t, FROM "\n", ">", 500000, " x\ny\n"),
	};
	for (size_t i = 0; i < sizeof mails / sizeof *mails; i++) {
		size_t room = MAIL_POST_PICTURES;
		struct document *d = document_new(t);
		mail_post_body(document_out(d), mail_message_read(t, mails[i], strlen(mails[i])), &room);
		ok(*document_finish(d, t), "a mail of much of one thing is read");
	}
}

static void check_limits(void *t)
{
	char *many = mem_dup(t, FROM "Content-Type: multipart/mixed; boundary=b\n\n"), *deep = mem_dup(t, FROM);
	for (int i = 0; i < 2000; i++) {
		many = talloc_strdup_append_buffer(many, "--b\n\npart\n");
		deep = talloc_strdup_append_buffer(deep, "Content-Type: multipart/mixed; boundary=b\n\n--b\n");
	}
	struct mail_message *m = mail_message_read(t, many, strlen(many));
	ok(m->section_count && m->section_count <= MAIL_PARTS_MAX && m->wrong, "of 2000 parts the first ones are read");
	m = mail_message_read(t, deep, strlen(deep));
	ok(m->section_count <= MAIL_PARTS_MAX, "parts in parts in parts end");
}

static void check_threads(void *t)
{
	static const char *one[] = { "a" }, *gone[] = { "gone" }, *loop[] = { "g" };
	const struct mail_thread_head heads[] = {
		{ "b", one, 1, "Tide", true, 2000, 0 }, { "a", NULL, 0, "Tide", false, 1000, 1 }, { "c", gone, 1, "Ebb", true, 3000, 2 }, { "d", gone, 1, "Ebb", true, 4000, 3 },
		{ NULL, NULL, 0, "tide", true, 5000, 4 }, { "f", NULL, 0, "Tide", false, 6000, 5 }, { "g", loop, 1, "Loop", false, 7000, 6 }, { "a", NULL, 0, "Tide", false, 1000, 7 },
	};
	static const char *const wants[] = { "1 0 4 ", "2 3 ", "5 ", "6 " };
	size_t count, twice;
	struct mail_thread *all = mail_threads(t, heads, sizeof heads / sizeof *heads, &count, &twice);
	is_int((long long)count, 4, "answers are with what they answer, by id, by the id of what is not here, by subject");
	is_int((long long)twice, 1, "what is there twice counts once");
	for (size_t i = 0; i < count && i < 4; i++) {
		char *got = mem_dup(t, "");
		for (size_t n = 0; n < all[i].count; n++)
			got = talloc_asprintf_append(got, "%zu ", all[i].at[n]);
		is(got, wants[i], "in the order of time");
	}
}

#define SEPARATOR "From ada@x.example Tue Mar  3 10:00:00 2026\n"

static const struct {
	const char *what, *mbox, *bodies; /* each ends with '|' */
} folders[] = {
	{ "mboxo", SEPARATOR "Subject: 1\n\n>From here\n\n" SEPARATOR "Subject: 2\n\ntwo\n", "From here\n\n|two\n|" },
	{ "mboxrd", SEPARATOR "Subject: 1\n\n>From here\n>>From there\n> From x\n\n", "From here\n>From there\n> From x\n\n|" },
	{ "mboxcl", SEPARATOR "Content-Length: 11\n\n>From here\n\n" SEPARATOR "Content-Length: 4\n\ntwo\n\n", "From here\n|two\n|" },
	{ "mboxcl2", SEPARATOR "Content-Length: 65\n\n>From here\n" SEPARATOR "Subject: no\n" SEPARATOR "\n" SEPARATOR "Content-Length: 4\n\ntwo\n\n", NULL },
	{ "a sentence begins with From", SEPARATOR "Subject: 1\n\nit is\n\nFrom the pier at 10:00 in 2026\nwe saw it\n", "it is\n\nFrom the pier at 10:00 in 2026\nwe saw it\n|" },
	{ "a wrong length", SEPARATOR "Content-Length: 3\n\nfour words are here\n\n" SEPARATOR "Subject: 2\n\ntwo\n", "four words are here\n\n|two\n|" },
	{ "CR LF", "From a Tue Mar  3 10:00:00 2026\r\nSubject: 1\r\n\r\none\r\n\r\nFrom a Tue Mar  3 10:00:00 2026\r\nSubject: 2\r\n\r\ntwo\r\n", "one\r\n\r\n|two\r\n|" },
	{ "nothing", "", "" },
};

static char *bodies_of(void *t, const char *path)
{
	struct error err;
	struct mail_folder *f = mail_folder_open(t, path, &err);
	char *all = mem_dup(t, "");
	for (size_t i = 0; f && i < f->count; i++) {
		size_t size;
		char *data = mail_folder_read(t, f, i, MAIL_SIZE_MAX, &size), *body = strstr(data, "\n\n"), *crlf = strstr(data, "\r\n\r\n");
		all = talloc_asprintf_append(all, "%s|", body ? body + 2 : crlf ? crlf + 4 : data);
	}
	talloc_free(f);
	return all;
}

static void check_folders(void *t)
{
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		char path[] = "/tmp/mbox-XXXXXX";
		int fd = mkstemp(path);
		const char *data = folders[i].mbox;
		if (!folders[i].bodies) {
			static const char raw[] = ">From here\n" SEPARATOR "Subject: no\n";
			data = mem_printf(t, SEPARATOR "Content-Length: %zu\n\n%s\n" SEPARATOR "Content-Length: 4\n\ntwo\n\n", sizeof raw - 1, raw);
		}
		ok(fd >= 0 && write(fd, data, strlen(data)) == (ssize_t)strlen(data), folders[i].what);
		is(bodies_of(t, path), folders[i].bodies ? folders[i].bodies : ">From here\n" SEPARATOR "Subject: no\n|two\n|", "  its messages");
		close(fd);
		unlink(path);
	}
}

int main(void)
{
	void *t = talloc_new(NULL);
	bool reply;
	check_bodies(t);
	check_heads(t);
	check_authentication(t);
	check_limits(t);
	check_time(t);
	check_threads(t);
	check_folders(t);
	is(mail_words_subject("RE[2]: AW: [tides] Re: High", "tides", &reply), "High", "marks of a reply");
	is(mail_words_subject("Real tides: a report", NULL, &reply), "Real tides: a report", "a word is none");
	talloc_free(t);
	return tap_done();
}
