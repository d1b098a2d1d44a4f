#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "smtp/message/mime.h"
#include "tap.h"

#define TEN "0123456789"
#define FIFTY TEN TEN TEN TEN TEN
#define HUNDRED FIFTY FIFTY
#define THOUSAND HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED

static const struct {
	void (*write)(FILE *, const char *, const char *);
	const char *name, *value, *want;
} headers[] = {
	{ mime_plain, "List-Post", "NO", "List-Post: NO\r\n" },
	{ mime_plain, "X", "a\r\nBcc: b@mail.test", "X: a Bcc: b@mail.test\r\n" },
	{ mime_plain, "X", "a\nb\rc\td\x01" "e\x7f" "f", "X: a b c d e f\r\n" },
	{ mime_plain, "X", "", "" },
	{ mime_plain, "X", "\r\n\r\n", "" },
	{ mime_plain, "X", THOUSAND, "" },
	{ mime_plain, "X", "\xc3\xa9", "" },
	{ mime_plain, "X", FIFTY " " FIFTY, "X: " FIFTY "\r\n " FIFTY "\r\n" },
	{ mime_plain, "X", HUNDRED " a", "X: " HUNDRED "\r\n a\r\n" },
	{ mime_angle, "List-Help", "https://news.test/help?a=b&c", "List-Help: <https://news.test/help?a=b&c>\r\n" },
	{ mime_angle, "X", "https://news.test/a b>\r\nBcc: c<\x7f", "X: <https://news.test/a%20b%3E%0D%0ABcc:%20c%3C%7F>\r\n" },
	{ mime_angle, "X", "https://news.test/\xc3\xa9", "X: <https://news.test/%C3%A9>\r\n" },
	{ mime_angle, "X", HUNDRED, "X: <" HUNDRED ">\r\n" },
	{ mime_angle, "X", THOUSAND, "" },
	{ mime_words, "Subject", "Tides and lamps", "Subject: Tides and lamps\r\n" },
	{ mime_words, "Subject", "", "Subject: \r\n" },
	{ mime_words, "Subject", "Tides\r\n\r\n<p>lamps", "Subject: Tides <p>lamps\r\n" },
	{ mime_words, "Subject", "Caf\xc3\xa9", "Subject: =?UTF-8?B?Q2Fmw6k=?=\r\n" },
	{ mime_words, "Subject", "=?UTF-8?Q?Bcc?=", "Subject: =?UTF-8?B?PT9VVEYtOD9RP0JjYz89?=\r\n" },
	{ mime_words, "Subject", TEN TEN TEN TEN " " TEN TEN " " TEN, "Subject: " TEN TEN TEN TEN " " TEN TEN "\r\n " TEN "\r\n" },
	/* 39 bytes beside the name, then 45: lines of 76 and less */
	{ mime_words, "Subject", HUNDRED, "Subject: =?UTF-8?B?MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4?=\r\n"
	  " =?UTF-8?B?OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz?=\r\n =?UTF-8?B?NDU2Nzg5MDEyMzQ1Njc4OQ==?=\r\n" },
	/* no character is cut in two: 13 of three bytes, then 11 of four would be 44 */
	{ mime_words, "Subject", "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"
	  "ab\xf0\x9f\x8c\x99", "Subject: =?UTF-8?B?4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKsYWI=?=\r\n =?UTF-8?B?8J+MmQ==?=\r\n" },
};

static const struct {
	const char *display, *want;
} addresses[] = {
	{ NULL, "From: ada@mail.test\r\n" },
	{ "", "From: ada@mail.test\r\n" },
	{ " ", "From: ada@mail.test\r\n" },
	{ "Ada Lovelace", "From: Ada Lovelace <ada@mail.test>\r\n" },
	{ "A. Lovelace", "From: \"A. Lovelace\" <ada@mail.test>\r\n" },
	{ "Ada \"the\" \\", "From: \"Ada \\\"the\\\" \\\\\" <ada@mail.test>\r\n" },
	{ "Ada <eve@mail.test>, Bob", "From: \"Ada <eve@mail.test>, Bob\" <ada@mail.test>\r\n" },
	{ "Ada\r\nBcc: eve@mail.test", "From: \"Ada Bcc: eve@mail.test\" <ada@mail.test>\r\n" },
	{ "=?utf-8?q?eve?=", "From: =?UTF-8?B?PT91dGYtOD9xP2V2ZT89?= <ada@mail.test>\r\n" },
	{ "Zo\xc3\xab", "From: =?UTF-8?B?Wm/Dqw==?= <ada@mail.test>\r\n" },
	{ FIFTY, "From: " FIFTY " <ada@mail.test>\r\n" },
	{ FIFTY "01234", "From: " FIFTY "01234\r\n <ada@mail.test>\r\n" },
	{ FIFTY TEN "x", "From: =?UTF-8?B?MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAx?=\r\n =?UTF-8?B?MjM0NTY3ODkwMTIzNDU2Nzg5eA==?= <ada@mail.test>\r\n" },
};

static const struct {
	const char *text, *want;
} bodies[] = {
	{ "", "" },
	{ "a", "a\r\n" },
	{ "a\n", "a\r\n" },
	{ "a\r\nb\n\nc", "a\r\nb\r\n\r\nc\r\n" },
	{ "a\rb", "a=0Db\r\n" },
	{ "a\r\r\n", "a=0D\r\n" },
	{ "a \nb\t\r\nc ", "a=20\r\nb=09\r\nc=20\r\n" },
	{ "a  b\t c", "a  b\t c\r\n" },
	{ "1=2", "1=3D2\r\n" },
	{ "caf\xc3\xa9 \x01\x7f", "caf=C3=A9 =01=7F\r\n" },
	{ ".\n..\na.b", "=2E\r\n=2E.\r\na.b\r\n" },
	{ "From me\n>From\nFromage\nfrom From ", "=46rom me\r\n>From\r\nFromage\r\nfrom From=20\r\n" },
	{ HUNDRED, FIFTY TEN TEN "01234=\r\n56789" TEN TEN "\r\n" },
	/* exactly a line, then what does not fit whole */
	{ FIFTY TEN TEN "01234", FIFTY TEN TEN "01234\r\n" },
	{ FIFTY TEN TEN "0123=", FIFTY TEN TEN "0123=\r\n=3D\r\n" },
	{ FIFTY TEN TEN "01 \n", FIFTY TEN TEN "01=20\r\n" },
	{ FIFTY TEN TEN "0123 \n", FIFTY TEN TEN "0123=\r\n=20\r\n" },
	/* a soft line break makes a start of a line too */
	{ FIFTY TEN TEN "01234.", FIFTY TEN TEN "01234=\r\n=2E\r\n" },
	{ FIFTY TEN TEN "01234From me", FIFTY TEN TEN "01234=\r\n=46rom me\r\n" },
};

int main(void)
{
	void *t = talloc_new(NULL);
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
		struct document *d = document_new(t);
		headers[i].write(document_out(d), headers[i].name, headers[i].value);
		is(document_text(d, NULL), headers[i].want, "header");
	}
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
		struct document *d = document_new(t);
		mime_address(document_out(d), "From", addresses[i].display, "ada@mail.test");
		is(document_text(d, NULL), addresses[i].want, "address");
	}
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		struct document *d = document_new(t);
		mime_quoted_printable(document_out(d), bodies[i].text);
		is(document_text(d, NULL), bodies[i].want, "body");
	}
	talloc_free(t);
	return tap_done();
}
