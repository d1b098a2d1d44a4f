#include "gateway/base/memory/mem.h"
#include "smtp/message/parts.h"
#include "tap.h"

static const struct {
	const char *message, *subject, *from, *text, *html;
} cases[] = {
	{ "Subject: a\r\nFrom: b@mail.test\r\n\r\nhello\r\n", "a", "b@mail.test", "hello\n", "" },
	{ "SUBJECT:a\r\n b\r\n\r\n", "a b", "", "", "" },
	{ "Subject: =?UTF-8?B?Q2Fmw6k=?=\r\n =?UTF-8?Q?_ol=C3=A9?=\r\n\r\n", "Café olé", "", "", "" },
	{ "Subject: =?ISO-8859-1?Q?caf=E9?=\r\n\r\n", "café", "", "", "" },
	{ "Subject: \xff\xfe\r\n\r\nx", "??", "", "x", "" },
	{ "Subject: a\r\nSubject: b\r\n\r\n", "a", "", "", "" },
	{ "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>caf=C3=A9=\r\n!\r\n", "", "", "", "<p>café!\n" },
	{ "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nY2Fmw6k=\r\n", "", "", "café", "" },
	{ "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n\r\none\r\n--c\r\n"
	  "Content-Type: text/html\r\n\r\n<p>two\r\n--c--\r\n--b\r\n\r\nthree\r\n--b--\r\n", "", "", "one", "<p>two" },
	{ "Content-Type: image/png\r\n\r\nx\r\n", "", "", "", "" },
	{ "Content-Type: text/plain\r\n\r\n\xff\r\n", "", "", "", "" },
};

/* Messages in messages, deeper than anybody means. */
static void check_depth(void *t)
{
	char *message = mem_dup(t, "");
	for (int i = 0; i < 500; i++)
		message = talloc_asprintf_append_buffer(message, "Content-Type: message/rfc822\r\n\r\n");
	struct parts *p = parts_read(t, message, strlen(message));
	ok(!p || (!*p->text && !*p->html), "what lies too deep is not shown");
}

int main(void)
{
	void *t = talloc_new(NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct parts *p = parts_read(t, cases[i].message, strlen(cases[i].message));
		if (!ok(p != NULL, "a message"))
			continue;
		is(p->subject, cases[i].subject, "subject");
		is(p->from, cases[i].from, "from");
		is(p->text, cases[i].text, "text");
		is(p->html, cases[i].html, "html");
	}
	check_depth(t);
	talloc_free(t);
	return tap_done();
}
