/* test-letter-in - who wrote a message, what it says, and whether a program wrote it. */
#include "gateway/base/memory/mem.h"
#include "gateway/inbound/letter_in.h"
#include "tap.h"

#define FROM "From: Ada <ada@mail.test>\r\n"

static const struct {
	const char *what, *sender, *message;
	const char *from, *name, *subject, *text;
	bool automatic;
} cases[] = {
	{ "a message", "ada@mail.test", FROM "Subject: Hello\r\n\r\nA fine post.\r\n", "ada@mail.test", "Ada", "Hello", "A fine post.", false },
	{ "encoded words", "ada@mail.test", "From: =?utf-8?Q?Ad=C3=A1?= <ADA@Mail.test>\r\nSubject: =?utf-8?B?w6k=?=\r\n\r\nx\r\n", "ADA@mail.test", "Adá", "é", "x", false },
	{ "parts", "ada@mail.test", FROM "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nwords\r\n--b\r\n"
	  "Content-Type: text/html\r\n\r\n<b>words</b>\r\n--b--\r\n", "ada@mail.test", "Ada", "", "words", false },
	{ "HTML alone", "ada@mail.test", FROM "Content-Type: text/html\r\n\r\n<script>x</script><p>words</p>\r\n", "ada@mail.test", "Ada", "", "words", false },
	{ "no author", "ada@mail.test", "Subject: x\r\n\r\nx\r\n", NULL, "", "x", "x", false },
	{ "an author that is no address", "ada@mail.test", "From: nobody\r\n\r\nx\r\n", NULL, "", "", "x", false },
	{ "nothing", "ada@mail.test", "", NULL, "", "", "", false },
	{ "no return path", "", FROM "\r\nx\r\n", "ada@mail.test", "Ada", "", "x", true },
	{ "Auto-Submitted", "ada@mail.test", FROM "Auto-Submitted: auto-generated\r\n\r\nx\r\n", "ada@mail.test", "Ada", "", "x", true },
	{ "Auto-Submitted: no", "ada@mail.test", FROM "Auto-Submitted: no\r\n\r\nx\r\n", "ada@mail.test", "Ada", "", "x", false },
	{ "Precedence", "ada@mail.test", FROM "Precedence: Bulk\r\n\r\nx\r\n", "ada@mail.test", "Ada", "", "x", true },
	{ "another precedence", "ada@mail.test", FROM "Precedence: first-class\r\n\r\nx\r\n", "ada@mail.test", "Ada", "", "x", false },
	{ "a list", "ada@mail.test", FROM "List-Id: <x.test>\r\n\r\nx\r\n", "ada@mail.test", "Ada", "", "x", true },
	{ "a letter of ours", "ada@mail.test", FROM "Feedback-ID: 1:1:letter:pennypost\r\n\r\nx\r\n", "ada@mail.test", "Ada", "", "x", true },
	{ "out of office", "ada@mail.test", FROM "Subject: Out of office\r\n\r\nx\r\n", "ada@mail.test", "Ada", "Out of office", "x", true },
	{ "a robot", "x@mail.test", "From: MAILER-DAEMON@mail.test\r\n\r\nx\r\n", "MAILER-DAEMON@mail.test", "", "", "x", true },
	{ "a line within a subject", "ada@mail.test", FROM "Subject: a\r\n b\r\n\r\nx\r\n", "ada@mail.test", "Ada", "a b", "x", false },
};

int main(void)
{
	void *t = talloc_new(NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *what = cases[i].what;
		const struct mail_in m = { .kind = MAIL_IN_OWNER, .recipient = "tides+owner@lists.test", .sender = cases[i].sender, .message = cases[i].message,
		                           .size = strlen(cases[i].message) };
		const struct letter_in *l = letter_in_read(t, &m);
		is(l->from, cases[i].from, what);
		is(l->name, cases[i].name, what);
		is(l->subject, cases[i].subject, what);
		is(l->text, cases[i].text, what);
		is_int(l->automatic != NULL, cases[i].automatic, what);
	}
	talloc_free(t);
	return tap_done();
}
