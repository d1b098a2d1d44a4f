/* test-answer - what of an answer to a letter is held, whose it is, and about which post. */
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include "gateway/inbound/answer.h"
#include "subscribers/people/erasure.h"
#include "subscribers/plan/plan.h"
#include "subscribers/proof/proof.h"
#include "unit/fixture.h"

static void *t;
static struct error err;
static struct db *db;
static struct publication *p;
static const char *token;
static int64_t clock = INT64_C(1788676200000);

#define PLAIN "\r\n\r\n"
#define FLOWED "Content-Type: text/plain; charset=utf-8; format=flowed\r\n\r\n"
#define HTML "Content-Type: text/html; charset=utf-8\r\n\r\n"
#define MIXED "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
#define ALSO "\r\n--b\r\n"
#define FILE_OF(type, name) ALSO "Content-Type: " type "\r\nContent-Disposition: attachment; filename=" name "\r\n\r\nxx"

/* The message of "from" to the address of answers, or to another one when to is given. */
static struct answer *read_to(const char *from, const char *to, const char *more, const char *body)
{
	char *text = mem_printf(t, "From: %s\r\nSubject: Re: x\r\nMessage-ID: <%lld@mail.test>\r\n%s%s", from, (long long)++clock, more, body);
	const struct mail_in m = { .publication = p->id, .kind = MAIL_IN_POST, .recipient = to, .sender = "x@mail.test", .message = text, .size = strlen(text), .received = clock };
	struct letter_in *l = letter_in_read(t, &m);
	fixture_must(l->automatic == NULL, &(struct error){ .text = "a program wrote it" });
	return answer_read(t, p, &m, l);
}

static struct answer *read_one(const char *from, const char *body) { return read_to(from, mem_printf(t, "lamp+reply-%s@lists.test", token), "", body); }

static void texts(void)
{
	static const struct {
		const char *what, *body, *content;
		int64_t left_out;
	} cases[] = {
		{ "words", PLAIN "Well said.\r\n", "<p>Well said.</p>", 0 },
		{ "two paragraphs", PLAIN "One.\r\n\r\nTwo.", "<p>One.</p>\n<p>Two.</p>", 0 },
		{ "with the letter below", PLAIN "I agree.\r\n\r\nOn 3 March 2026 Lamp wrote:\r\n> the secret text\r\n> and more", "<p>I agree.</p>", 0 },
		{ "what is answered in between stays", PLAIN "> brass?\r\n\r\nNo, tin.", "<blockquote><p>brass?</p></blockquote>\n<p>No, tin.</p>", 0 },
		{ "with a signature", PLAIN "Yes.\r\n-- \r\nAda, +44 1234", "<p>Yes.</p>", 0 },
		{ "of Outlook", PLAIN "Yes.\r\n\r\n-----Original Message-----\r\nFrom: x\r\n", "<p>Yes.</p>", 0 },
		{ "flowed", FLOWED "one \r\ntwo\r\n", "<p>one two</p>", 0 },
		{ "HTML as text", PLAIN "<script>alert(1)</script><b>x</b>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;&lt;b&gt;x&lt;/b&gt;</p>", 0 },
		{ "HTML", HTML "<p onclick='x()'>Well <b>said</b><script>x</script></p>", "<p>Well <b>said</b></p>", 0 },
		{ "HTML with the letter below", HTML "<p>Yes.</p><div class=gmail_quote>On 3 March 2026 Lamp wrote:<blockquote>secret</blockquote></div>", "<p>Yes.</p>", 0 },
		{ "with files", MIXED "--b\r\n\r\nSee there." FILE_OF("image/png", "a.png") FILE_OF("application/pdf", "b.pdf") "\r\n--b--", "<p>See there.</p>", 2 },
		{ "one that is sent on", MIXED "--b\r\n\r\nLook:" ALSO "Content-Type: message/rfc822\r\n\r\nFrom: Eve <eve@mail.test>\r\nSubject: s\r\n\r\nprivate\r\n--b--", "<p>Look:</p>", 0 },
		{ "its author's address", PLAIN "Write to ADA@mail.test, please.", "<p>Write to …, please.</p>", 0 },
		{ "nothing", PLAIN "\r\n", NULL, 0 },
		{ "HTML without words", HTML "<img src=https://evil.test/x.png>", NULL, 0 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct answer *a = read_one("ada@mail.test", cases[i].body);
		char *content = a ? text_trim(t, answer_reply(a)->content) : NULL;
		is(content, cases[i].content, cases[i].what);
		is_int(a ? answer_reply(a)->left_out : 0, cases[i].left_out, "... its files");
	}
	char *line = mem_array(t, char, 1 << 20);
	memset(line, 'x', (1 << 20) - 1);
	ok(strlen(answer_reply(read_one("ada@mail.test", mem_printf(t, PLAIN "%s", line)))->content) < 20000, "a long text is cut");
	ok(strlen(answer_reply(read_one("ada@mail.test", mem_printf(t, HTML "<p>%s", line)))->content) <= 64 << 10, "in HTML, too");
}

static void names(void)
{
	static const struct {
		const char *from, *name;
	} cases[] = {
		{ "Ada <ada@mail.test>", "Ada" }, { "\"Lovelace, Ada\" <ada@mail.test>", "Lovelace, Ada" }, { "ada@mail.test", "" }, { "\"ada@mail.test\" <ada@mail.test>", "" },
		{ "=?utf-8?q?A=E2=80=AEda?= <ada@mail.test>", "Ada" }, { "=?utf-8?q?A=0Ada=07?= <ada@mail.test>", "A da" }, { "\"https://buy.test\" <ada@mail.test>", "" },
		{ "=?utf-8?q?=E2=80=8B?= <ada@mail.test>", "" }, { "=?utf-8?q?=3Cb=3EAda?= <ada@mail.test>", "<b>Ada" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct answer *a = read_one(cases[i].from, PLAIN "x");
		is(a ? answer_reply(a)->name : NULL, cases[i].name, cases[i].from);
	}
}

static enum answer_outcome store(struct answer *a)
{
	enum answer_outcome outcome = ANSWER_FOR_OWNER;
	if (a)
		fixture_must(db_begin(db, &err) && db_end(db, answer_store(db, p, a, &outcome, &err), &err), &err);
	return outcome;
}

static void whose(void)
{
	const char *plain = "lamp@lists.test", *ours = mem_printf(t, "lamp+reply-%s@lists.test", token), *forged = "lamp+reply-1.AAAAAAAAAAAAAAAAAAAAAA@lists.test";
	const char *id = mem_printf(t, "<%s@%s>", token, "lamp.example"), *elsewhere = mem_printf(t, "In-Reply-To: <%s@evil.test>\r\n", token);
	const struct {
		const char *what, *from, *to, *more;
		enum answer_outcome outcome;
	} cases[] = {
		{ "to the address in the letter", "ada@mail.test", ours, "", ANSWER_HELD },
		{ "of the reader, however written", "ADA@Mail.test", ours, "", ANSWER_HELD },
		{ "from another address of theirs", "ada@work.test", ours, "", ANSWER_HELD },
		{ "by In-Reply-To", "ada@mail.test", plain, mem_printf(t, "In-Reply-To: %s\r\n", id), ANSWER_HELD },
		{ "by References, among others", "ada@mail.test", plain, mem_printf(t, "References: <a@b> %s <c@d>\r\n", id), ANSWER_HELD },
		{ "by neither", "ada@mail.test", plain, "", ANSWER_FOR_OWNER },
		{ "by an id that is not ours", "ada@mail.test", plain, elsewhere, ANSWER_FOR_OWNER },
		{ "with a forged token", "ada@mail.test", forged, "", ANSWER_FOR_OWNER },
		{ "of another reader", "bob@mail.test", ours, "", ANSWER_FOR_OWNER },
		{ "of one who has left", "ada@old.test", ours, "", ANSWER_FOR_OWNER },
		{ "of a stranger", "eve@mail.test", ours, "", ANSWER_FOR_OWNER },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		is_int(store(read_to(cases[i].from, cases[i].to, cases[i].more, PLAIN "x")), cases[i].outcome, cases[i].what);
	is_int(fixture_number(db, "SELECT count(*) FROM reply WHERE entry = 1 AND state = 0 AND host = '' AND address IS NOT NULL"), 5, "those are about the post, and wait");
	is_int(fixture_number(db, "SELECT count(*) FROM reply WHERE actor = 'mailto:ada@mail.test'"), 4, "by an address as it is compared");
	struct answer *again = read_one("ada@mail.test", PLAIN "again");
	is_int(store(again), ANSWER_HELD, "one that comes");
	is_int(store(again), ANSWER_KNOWN, "twice is one");
	fixture_must(db_run(db, "UPDATE entry SET state = 1 WHERE id = 1", DB_NONE, &err), &err);
	is_int(store(read_one("ada@mail.test", PLAIN "x")), ANSWER_FOR_OWNER, "about a post that has no page");
	fixture_must(db_run(db, "UPDATE entry SET state = 0 WHERE id = 1", DB_NONE, &err), &err);
}

static void limits(void)
{
	clock += 2 * CLOCK_DAY;
	for (int hour = 0; hour < 3; hour++) {
		for (int i = 0; i < 6; i++)
			is_int(store(read_one("ada@mail.test", PLAIN "x")), ANSWER_HELD, "one of six");
		is_int(store(read_one("ada@mail.test", PLAIN "x")), ANSWER_TOO_MANY, "the seventh within the hour");
		clock += CLOCK_HOUR;
	}
	is_int(store(read_one("ada@mail.test", PLAIN "x")), ANSWER_HELD, "one of the fourth hour");
	is_int(store(read_one("ada@mail.test", PLAIN "x")), ANSWER_HELD, "and another");
	is_int(store(read_one("ada@mail.test", PLAIN "x")), ANSWER_TOO_MANY, "the 21st within the day");
	is_int(store(read_one("ada@work.test", PLAIN "x")), ANSWER_HELD, "another mailbox has its own");
	int64_t held = fixture_number(db, "SELECT count(*) FROM reply WHERE state = 0");
	for (int64_t i = held; i < 500; i++)
		fixture_must(db_run(db, "INSERT INTO reply (publication, entry, kind, state, public, actor, host, name, handle, object, content, attachments, published, updated,"
		                        " received, told, address) SELECT publication, 1, 0, 0, 0, 'mailto:x', '', '', 'x', 'mail:' || $1, 'x', '[]', 1, 0, 1, 1, id FROM address"
		                        " WHERE value = 'ada@mail.test'", DB_ARGS(db_text(mem_printf(t, "%lld", (long long)i))), &err), &err);
	is_int(store(read_one("ada@work.test", PLAIN "x")), ANSWER_FOR_OWNER, "when 500 wait, the next is a letter to the owner");
}

static void erases(void)
{
	int64_t who;
	fixture_must(db_get_int(db, "SELECT subscriber FROM address WHERE value = 'ada@mail.test'", DB_NONE, &who, &err) && subscriber_erase(db, p, who, &err), &err);
	is_int(fixture_number(db, "SELECT count(*) FROM reply"), 0, "who is erased leaves no answer");
}

int main(void)
{
	t = talloc_new(NULL);
	db = fixture_db(t);
	p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0);
	int64_t ada, id;
	static const char *const mails[] = { "ada@work.test", "ada@old.test" };
	fixture_must(subscriber_add_confirmed(db, p->id, "ada@mail.test", &ada, &err), &err);
	is_int(fixture_post(db, p->id, "brass", "<p>hello</p>", clock_now(), true), 1, "a post");
	for (bool worked = true; worked;)
		fixture_must(plan_step(db, &worked, &err), &err);
	for (size_t i = 0; i < sizeof mails / sizeof *mails; i++)
		fixture_must(subscriber_add_confirmed(db, p->id, mails[i], &id, &err) &&
		             db_run(db, "UPDATE address SET subscriber = (SELECT subscriber FROM address WHERE id = $1) WHERE id = $2", DB_ARGS(db_int(ada), db_int(id)), &err), &err);
	fixture_must(subscriber_leave(db, id, &(struct consent){ .remote = "", .wording = "" }, &err) && subscriber_add_confirmed(db, p->id, "bob@mail.test", &id, &err), &err);
	fixture_must(db_get_int(db, "SELECT id FROM delivery WHERE address = $1", DB_ARGS(db_int(ada)), &id, &err), &err);
	token = proof_return_token(t, p, id);
	texts();
	names();
	whose();
	limits();
	erases();
	talloc_free(t);
	return tap_done();
}
