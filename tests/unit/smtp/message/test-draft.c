/* test-draft - letters that are prepared once and completed for each reader. */
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "smtp/message/message.h"
#include "smtp/message/parts.h"
#include "tap.h"

static const struct message_field extra[] = { { "Form-Sub", "v=1; ip=192.0.2.1" }, { "Bad Name", "x" }, { "Bad:Name", "x" }, { "Bad\r\nName", "x" }, { "", "x" },
	                                      { "X-Two", "a\r\nBcc: b@c" }, { NULL, NULL } };
static const struct message_value values[] = { { 'a', "ada@mail.test" }, { 'l', "https://penny.test/u/1?a=b&c=\"d\"" }, { 0, NULL } };

#define PARTS_BEGIN "Content-Type: multipart/alternative;\r\n boundary=\"=_BOUNDARY\"\r\n\r\n--=_BOUNDARY\r\n"
#define TEXT "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "
#define HTML "\r\n--=_BOUNDARY\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: "
#define PARTS_END "\r\n--=_BOUNDARY--\r\n"

static const struct {
	const char *name;
	struct message message;
	const char *want;
} letters[] = {
	{ .name = "a letter of a list",
	  .message = { .from = "post@penny.test", .from_name = "Penny Test", .reply_to = "ines@penny.test", .subject = "Caf\xc3\xa9", .date = INT64_C(1788676200000),
	               .in_reply_to = "old@penny.test", .list_id = "penny.penny.test", .list_name = "Penny Test", .archive = "https://penny.test/archive",
	               .archived_at = "https://penny.test/2026/cafe", .help = "https://penny.test/privacy", .feedback_id = "7:1:letter:pennypost", .language = "en",
	               .extra = extra, .text = "For \x01" "a\nLeave: \x01l\n", .html = "<p>For \x01" "a,\n<a href=\"\x01l\">leave</a>, gr\xc3\xbc\xc3\x9f\x65</p>",
	               .to = "ada@mail.test", .id = "1@penny.test", .unsubscribe = "https://penny.test/u/1", .unsubscribe_mail = "mailto:u+1@penny.test", .values = values },
	  .want = "From: Penny Test <post@penny.test>\r\n"
	          "To: ada@mail.test\r\n"
	          "Reply-To: ines@penny.test\r\n"
	          "Subject: =?UTF-8?B?Q2Fmw6k=?=\r\n"
	          "Date: Sun, 06 Sep 2026 06:30:00 +0000\r\n"
	          "Message-ID: <1@penny.test>\r\n"
	          "In-Reply-To: <old@penny.test>\r\n"
	          "References: <old@penny.test>\r\n"
	          "List-Id: Penny Test <penny.penny.test>\r\n"
	          "List-Unsubscribe: <https://penny.test/u/1>,\r\n <mailto:u+1@penny.test>\r\n"
	          "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
	          "List-Help: <https://penny.test/privacy>\r\n"
	          "List-Archive: <https://penny.test/archive>\r\n"
	          "List-Post: NO\r\n"
	          "Precedence: list\r\n"
	          "Archived-At: <https://penny.test/2026/cafe>\r\n"
	          "Feedback-ID: 7:1:letter:pennypost\r\n"
	          "Content-Language: en\r\n"
	          "Form-Sub: v=1; ip=192.0.2.1\r\n"
	          "X-Two: a Bcc: b@c\r\n"
	          "MIME-Version: 1.0\r\n"
	          PARTS_BEGIN
	          TEXT "quoted-printable\r\n\r\nFor=20=\r\nada@mail.test=\r\n\r\nLeave:=20=\r\nhttps://penny.test/u/1?a=3Db&c=3D\"d\"=\r\n\r\n"
	          HTML "quoted-printable\r\n\r\n<p>For=20=\r\nada@mail.test=\r\n,\r\n<a href=3D\"=\r\nhttps://penny.test/u/1?a=3Db&amp;c=3D&quot;d&quot;=\r\n"
	          "\">leave</a>, gr=C3=BC=C3=9Fe</p>\r\n"
	          PARTS_END },
	{ .name = "a notice: no list's, short, in ASCII",
	  .message = { .from = "post@penny.test", .subject = "Confirm", .automatic = true, .text = "Code: 123456\n", .html = "<p>Code: 123456</p>", .to = "ada@mail.test",
	               .id = "2@penny.test", .unsubscribe = "https://penny.test/u/1" },
	  .want = "From: post@penny.test\r\nTo: ada@mail.test\r\nSubject: Confirm\r\nDate: Thu, 01 Jan 1970 00:00:00 +0000\r\nMessage-ID: <2@penny.test>\r\n"
	          "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
	          PARTS_BEGIN TEXT "7bit\r\n\r\nCode: 123456\r\n" HTML "7bit\r\n\r\n<p>Code: 123456</p>\r\n" PARTS_END },
	{ .name = "what relays like to change does not travel as it is; a place that ends the text",
	  .message = { .from = "a@penny.test", .subject = "x", .text = "a\nFrom b\n", .html = ".\n--=_\x01" "a", .to = "b@mail.test", .id = "3@penny.test", .values = values },
	  .want = "From: a@penny.test\r\nTo: b@mail.test\r\nSubject: x\r\nDate: Thu, 01 Jan 1970 00:00:00 +0000\r\nMessage-ID: <3@penny.test>\r\nMIME-Version: 1.0\r\n"
	          PARTS_BEGIN TEXT "quoted-printable\r\n\r\na\r\n=46rom b\r\n" HTML "quoted-printable\r\n\r\n=2E\r\n--=3D_=\r\nada@mail.test=\r\n\r\n" PARTS_END },
	{ .name = "a place that nobody fills",
	  .message = { .from = "a@penny.test", .subject = "x", .text = "a \x01x b", .html = "\x01", .to = "b@mail.test", .id = "4@penny.test", .values = values },
	  .want = "From: a@penny.test\r\nTo: b@mail.test\r\nSubject: x\r\nDate: Thu, 01 Jan 1970 00:00:00 +0000\r\nMessage-ID: <4@penny.test>\r\nMIME-Version: 1.0\r\n"
	          PARTS_BEGIN TEXT "quoted-printable\r\n\r\na=20=\r\n b\r\n" HTML "quoted-printable\r\n\r\n=01\r\n" PARTS_END },
};

/* The boundary is a hash, which test-message knows. */
static char *without_boundary(void *t, const char *message)
{
	const char *mark = strstr(message, "boundary=\"=_") + 12;
	return text_replace(t, message, mem_ndup(t, mark, strcspn(mark, "\"")), "BOUNDARY");
}

static void check_letter(void *t, size_t i)
{
	size_t size;
	char *message = message_compose(t, &letters[i].message, &size);
	is_int((long long)size, (long long)strlen(message), "its size");
	is(without_boundary(t, message), letters[i].want, letters[i].name);
	/* A draft that has forgotten the first reader. */
	struct message shared = letters[i].message;
	shared.to = shared.reply_to = shared.id = shared.unsubscribe = shared.unsubscribe_mail = NULL;
	shared.values = NULL;
	struct message_draft *draft = message_prepare(t, &shared);
	is(message_complete(t, draft, &letters[i].message, &size), message, "prepared first, the same bytes");
	is(message_complete(t, draft, &letters[i].message, &size), message, "and again");
}

/* Whatever the value, and wherever its place, it is read as it was given. */
static void check_values(void *t)
{
	static const char *const given[] = { "", "a", "a=b", ".", "From x", " ", "gr\xc3\xbc\xc3\x9f\x65", "two\nlines", "a line that is too long for one of quoted-printable, which has room for 75, or for 76 with its '='" };
	static const char *const texts[] = { "%s", "%s\n", " %s ", "a\n%s\nb", "%s%s", "012345678901234567890123456789012345678901234567890123456789012345678901234%s.", "%s\nFrom x" };
	for (size_t i = 0; i < sizeof given / sizeof *given; i++)
		for (size_t j = 0; j < sizeof texts / sizeof *texts; j++) {
			size_t size;
			const struct message_value one[] = { { 'v', given[i] }, { 0, NULL } };
			const struct message m = { .from = "a@penny.test", .subject = "x", .text = text_replace(t, texts[j], "%s", "\x01v"), .html = "x", .to = "b@mail.test", .id = "1@a",
				                   .values = one };
			char *message = message_complete(t, message_prepare(t, &m), &m, &size), *want = text_replace(t, texts[j], "%s", given[i]);
			struct parts *p = parts_read(t, message, size);
			/* The last line of a part has an end. */
			is(p ? p->text : NULL, text_ends(want, "\n") ? want : mem_printf(t, "%s\n", want), "the text is read with its value");
		}
}

int main(void)
{
	void *t = talloc_new(NULL);
	for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
		check_letter(t, i);
	check_values(t);
	talloc_free(t);
	return tap_done();
}
