/* test-report - what comes back: each dialect, what is no report, and the suite of samples with its goals. */
#include "smtp/report/report.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/file.h"
#include "gateway/base/text/text.h"
#include "tap.h"
#include <jansson.h>

#define DAEMON "Return-Path: <>\nFrom: MAILER-DAEMON@relay.test (Mail Delivery System)\nTo: me@list.test\nSubject: Undelivered Mail Returned to Sender\n"
#define DSN DAEMON "Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\n"
#define STATUS "\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; relay.test\n\n"
#define RETURNED "\n--b\nContent-Type: message/rfc822\n\nReturn-Path: <me@list.test>\nMessage-ID: <1@list.test>\nFrom: me@list.test\nTo: ada@mail.test\n\nhello\n--b--\n"
#define ARF "From: fbl@mail.test\nSubject: report\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n\nAn abuse report.\n--b\n"

/* want: a line for each report, "recipient class status". */
static const struct {
	const char *name, *message, *want;
} cases[] = {
	{ "RFC 3464", DSN "<ada@mail.test>: no\n" STATUS "Final-Recipient: rfc822; ada@mail.test\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 user\n unknown\n" RETURNED,
	  "ada@mail.test dead 5.1.1\n" },
	{ "several recipients", DSN STATUS "Final-Recipient: rfc822;ada@mail.test\nAction: failed\nStatus: 5.2.2\n\nFinal-Recipient: rfc822;<bob@mail.test>\nAction: delayed\nStatus: 4.4.1\n\n"
	  "Final-Recipient: rfc822;cy@mail.test\nAction: relayed\nStatus: 2.0.0\n" RETURNED, "ada@mail.test full 5.2.2\nbob@mail.test temporary 4.4.1\ncy@mail.test delivered 2.0.0\n" },
	{ "the words know the command", DSN "<ada@mail.test>: host mx said: 550 Unknown user ada@mail.test (in reply to end of DATA\n    command)\n" STATUS
	  "Final-Recipient: rfc822; ada@mail.test\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 Unknown user ada@mail.test\n" RETURNED, "ada@mail.test rejected 5.0.0\n" },
	{ "RFC 6533", DSN STATUS "Final-Recipient: utf-8; caf\\x{E9}@mail.test\nAction: failed\nStatus: 5.1.1\n" RETURNED, "café@mail.test dead 5.1.1\n" },
	{ "a path is no recipient", "X-Failed-Recipients: ada@mail.test\n" DSN STATUS "Final-Recipient: rfc822; /var/spool/mail/ada@x\nAction: failed\nStatus: 5.0.0\n" RETURNED,
	  "ada@mail.test rejected 5.0.0\n" },
	{ "fields in the words", DAEMON "Content-Type: text/plain\n\nTechnical report:\n\nReporting-MTA: dns; a\n\nAction: failed\nFinal-Recipient: rfc822; ada@mail.test\nStatus: 5.1.1\n",
	  "ada@mail.test dead 5.1.1\n" },
	{ "quoted-printable words", DAEMON "Content-Transfer-Encoding: quoted-printable\n\nReporting-MTA: dns; a\n\nAction: fai=\nled\nFinal-Reci=\npient: rfc822; ada@mail.test\nStatus: 5=2E1=2E1\n",
	  "ada@mail.test dead 5.1.1\n" },
	{ "the boundary is missing", DAEMON "Content-Type: multipart/report; boundary=x\n\n<ada@mail.test>: host mx said: 550 5.1.1 no such user (in reply to RCPT TO command)\n",
	  "ada@mail.test dead 5.1.1\n" },
	{ "sent on as an attachment", DAEMON "Content-Type: multipart/mixed; boundary=o\n\n--o\n\nSee below.\n\n--o\nContent-Type: message/rfc822\n\n" DSN STATUS
	  "Final-Recipient: rfc822; ada@mail.test\nAction: failed\nStatus: 5.1.1\n" RETURNED "\n--o--\n", "ada@mail.test dead 5.1.1\n" },
	{ "qmail", DAEMON "\nHi. This is the qmail-send program at relay.test.\n\n<ada@mail.test>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 no such user\n\n"
	  "<bob@mail.test>:\nRecipient's mailbox is full, message returned to sender. (#5.2.2)\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <me@list.test>\nTo: cy@mail.test\n",
	  "ada@mail.test dead 5.1.1\nbob@mail.test full 5.2.2\n" },
	{ "Exim", "X-Failed-Recipients: ada@mail.test\nAuto-Submitted: auto-replied\n" DAEMON "\nThis message was created automatically by mail delivery software.\n\n  ada@mail.test\n"
	  "    SMTP error from remote mail server after RCPT TO:<ada@mail.test>:\n    host mx [192.0.2.1]: 550 5.1.1 <ada@mail.test>...\n    User unknown\n\n------ This is a copy of the message ------\n",
	  "ada@mail.test dead 5.1.1\n" },
	{ "Exim, still trying", DAEMON "\nThis message was created automatically by mail delivery software.\nA message that you sent has not yet been delivered to one or more of its\n"
	  "recipients:\n\n  ada@mail.test\n    host mx [192.0.2.1]: 550 user unknown\n", "ada@mail.test temporary \n" },
	{ "sendmail", DAEMON "\n   ----- The following addresses had permanent fatal errors -----\n<ada@mail.test>\n    (reason: 550 5.1.1 <ada@mail.test>... User unknown)\n", "ada@mail.test dead 5.1.1\n" },
	{ "a transcript", DAEMON "\n----- Transcript of session follows -----\n>>> RCPT TO:<ada@mail.test>\n<<< 550 5.1.1 no such user\n", "ada@mail.test dead 5.1.1\n" },
	{ "Gmail", "X-Failed-Recipients: ada@mail.test\n" DAEMON "\nDelivery to the following recipient failed permanently:\n\n     ada@mail.test\n\nTechnical details of permanent failure:\n"
	  "The error that the other server returned was:\n550 5.2.2 mailbox full\n\n----- Original message -----\n\nFrom: me@list.test\n", "ada@mail.test full 5.2.2\n" },
	{ "a group", "X-Failed-Recipients: ada@mail.test\n" DAEMON "\nThe group you tried to contact (ada) may not exist. See https://groups.google.com/support/.\n", "ada@mail.test rejected \n" },
	{ "Exchange 5.5", DAEMON "\nYour message\n\n  To: you@list.test\n  Subject: x\n\ndid not reach the following recipient(s):\n\nada@mail.test on Thu, 29 Apr 2027\n"
	  "    The recipient name is not recognized\n", "ada@mail.test dead \n" },
	{ "Domino", "From: Postmaster@mail.test\nSubject: DELIVERY FAILURE: x\n\nYour message\n\nwas not delivered to:\n\n  ada@mail.test\n\nbecause:\n\n  User ada not listed in Domino Directory\n",
	  "ada@mail.test dead \n" },
	{ "OpenSMTPD", DAEMON "\n    This is the MAILER-DAEMON, please DO NOT REPLY to this email.\n\nada@mail.test: 550 5.1.1 user unknown\n\n    Below is a copy of the original message:\n", "ada@mail.test dead 5.1.1\n" },
	{ "DragonFly", DAEMON "\nThis is the DragonFly Mail Agent.\n\nThere was an error delivering your mail to <ada@mail.test>.\n\nmx [192.0.2.1] did not like our RCPT TO:\n550 5.1.1 user unknown\n\n"
	  "Original message follows.\n\nReturn-Path: <x@list.test>\n", "ada@mail.test dead 5.1.1\n" },
	{ "in one sentence", DAEMON "\nUser's mailbox is full: <ada@mail.test>\nUnable to deliver mail.\n", "ada@mail.test full \n" },
	{ "only the returned message names it", "From: Postmaster@mail.test\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nNo valid recipients for this message\n" RETURNED, "ada@mail.test dead \n" },
	{ "in HTML", DAEMON "Content-Type: text/html\n\n<html><head><style>a@b.test{}</style></head><p>Delivery to the following recipient failed:</p><p><b>ada@mail.test</b></p>"
	  "<p>550 5.1.1 user&nbsp;unknown</p>", "ada@mail.test dead 5.1.1\n" },
	{ "in ISO-2022-JP", DAEMON "Content-Type: text/plain; charset=ISO-2022-JP\n\n------- Failure Reasons  --------\n\n\x1b$B%G%#%l%/%H%j$N%j%9%H$K$\"$j$^$;$s\x1b(B\nada@mail.test\n",
	  "ada@mail.test dead \n" },
	{ "Amazon SNS", "From: no-reply@sns.amazonaws.com\nSubject: AWS Notification Message\n\n{\"notificationType\":\"Bounce\",\"bounce\":{\"bounceType\":\"Permanent\",\"bouncedRecipients\":"
	  "[{\"emailAddress\":\"ada@mail.test\",\"action\":\"failed\",\"status\":\"5.1.1\",\"diagnosticCode\":\"smtp; 550 5.1.1\n user unknown\"}]}}\n\n-- \nbye\n", "ada@mail.test dead 5.1.1\n" },
	/* complaints */
	{ "RFC 5965", ARF "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nOriginal-Rcpt-To: <ada@mail.test>\n" RETURNED, "ada@mail.test complaint \n" },
	{ "RFC 5965, redacted", ARF "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\n", " complaint \n" },
	{ "a complaint without fields", "From: staff@hotmail.test\nSubject: complaint about message from 192.0.2.1\nContent-Type: multipart/mixed; boundary=b\n" RETURNED, "ada@mail.test complaint \n" },
	/* no bounces */
	{ "out of office", "From: Ada <ada@mail.test>\nSubject: Automatic reply: News\n\nI am away, please write to bob@mail.test.\n", "ada@mail.test autoreply \n" },
	{ "out of office by RFC 3834", "Return-Path: <>\nFrom: ada@mail.test\nAuto-Submitted: auto-replied\nSubject: Re: News\n\nWrite to bob@mail.test, 550 Main Street.\n", "ada@mail.test autoreply \n" },
	{ "a receipt", "Return-Path: <>\nFrom: ada@mail.test\nSubject: Read: News\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n\nRead.\n--b\n"
	  "Content-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; ada@mail.test\nDisposition: manual-action; displayed\n\n--b--\n", "ada@mail.test autoreply \n" },
	{ "a success", DSN STATUS "Final-Recipient: rfc822; ada@mail.test\nAction: delivered\nStatus: 2.1.5\n" RETURNED, "ada@mail.test delivered 2.1.5\n" },
	{ "a success in words", DAEMON "\n   ----- The following addresses had successful delivery notifications -----\n<ada@mail.test>  (successfully delivered to mailbox)\n", "ada@mail.test delivered \n" },
	{ "a letter", "From: ada@mail.test\nSubject: delivery of apples\n\nbob@mail.test has some. 550 of them.\n", "" },
	{ "an answer about a report", "From: ada@mail.test\nSubject: Re: Undelivered Mail Returned to Sender\n\nWhat is this?\n> <bob@mail.test>: 550 5.1.1 no such user\n", "" },
	{ "nothing", "", "" },
};

static void check_cases(void *t)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *got = mem_dup(t, "");
		struct reports *r = reports_read(t, cases[i].message, strlen(cases[i].message));
		for (size_t j = 0; j < r->count; j++)
			got = talloc_asprintf_append(got, "%s %s %s\n", r->all[j].recipient, verdict_name(r->all[j].class), r->all[j].status);
		is(got, cases[i].want, cases[i].name);
		/* Line ends as mail has them. */
		char *crlf = text_replace(t, cases[i].message, "\n", "\r\n");
		is_int((long long)reports_read(t, crlf, strlen(crlf))->count, (long long)r->count, "the same with CR LF");
	}
}

static void check_returned(void *t)
{
	const char message[] = DSN "\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; relay.test\nOriginal-Envelope-Id: 12.abc\n\n"
	                       "Original-Recipient: rfc822; ada@mail.test\nFinal-Recipient: rfc822; ada@elsewhere.test\nAction: failed\nStatus: 5.1.1\n" RETURNED;
	struct reports *r = reports_read(t, message, strlen(message));
	is(r->envelope_id, "12.abc", "the envelope id");
	is(r->message_id, "<1@list.test>", "the returned Message-ID");
	is(r->return_path, "me@list.test", "the returned Return-Path");
	is(r->all[0].alias, "ada@mail.test", "the address before it was sent on");
}

/* What nobody means must not take long, and be cut. */
static void check_limits(void *t)
{
	static const char *const pieces[] = { "Content-Type: multipart/mixed; boundary=b\n\n--b\n", "--b\n", "<a@b.test>: 550 no such user\n", "Final-Recipient: rfc822; a@b.test\n\n", "a: b\n", " c\n", "@", "<", "=?", "5.1.1 550 " };
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		size_t n = strlen(pieces[i]), times = (1 << 20) / n;
		char *message = mem_array(t, char, times * n + sizeof DAEMON + 1), *at = message + sizeof DAEMON - 1;
		memcpy(message, DAEMON, sizeof DAEMON - 1);
		/* Some are more of the head, some a body. */
		if (i >= 2 && i != 4 && i != 5)
			*at++ = '\n';
		for (size_t j = 0; j < times; j++, at += n)
			memcpy(at, pieces[i], n);
		struct reports *r = reports_read(t, message, (size_t)(at - message));
		ok(r->count <= REPORT_RECIPIENTS_MAX, "no more recipients than anybody needs");
		talloc_free(r);
		talloc_free(message);
	}
	char *large = mem_array(t, char, REPORT_SIZE_MAX + 1);
	is_int((long long)reports_read(t, large, REPORT_SIZE_MAX + 1)->count, 0, "what is too large is not read");
}

struct tally {
	int recipients, found, right, complaints, seen, quiet, wrong;
};

static const struct report *report_of(const struct reports *r, const char *recipient)
{
	for (size_t i = 0; *recipient && i < r->count; i++)
		if (text_same(r->all[i].recipient, recipient))
			return &r->all[i];
	return NULL;
}

static bool is_bounce(const struct report *r) { return r->class <= REPORT_REJECTED; }

/* Counts what one sample says as the suite's own score.py does. */
static void count_sample(struct tally *n, const struct reports *r, const json_t *wanted)
{
	size_t i;
	json_t *want;
	bool quiet = true, bounce = false, complaint = false;
	for (size_t j = 0; j < r->count; j++) {
		bounce = bounce || is_bounce(&r->all[j]);
		complaint = complaint || r->all[j].class == REPORT_COMPLAINT;
	}
	json_array_foreach(wanted, i, want) {
		const char *reason = json_string_value(json_object_get(want, "reason")), *alias = json_string_value(json_object_get(want, "alias"));
		if (!strcmp(reason, "delivered") || !strcmp(reason, "vacation"))
			continue;
		quiet = false;
		if (!strcmp(reason, "feedback")) {
			n->complaints++;
			n->seen += complaint;
			continue;
		}
		const struct report *one = report_of(r, json_string_value(json_object_get(want, "recipient")));
		one = one ? one : report_of(r, alias);
		n->recipients++;
		n->found += one != NULL;
		n->right += one && (one->class == REPORT_DEAD) == (json_integer_value(json_object_get(want, "hardbounce")) != 0);
	}
	n->quiet += quiet;
	n->wrong += quiet && bounce;
}

static void check_suite(void *t)
{
	if (!tap_here("../shared/suites/bounces/dev.json", "the suite of delivery reports"))
		return;
	struct tally n = { 0 };
	struct error err = { 0 };
	const char *name;
	json_t *wanted, *all = json_load_file("../shared/suites/bounces/dev.json", 0, NULL);
	json_object_foreach(all, name, wanted) {
		void *one = talloc_new(t);
		struct buf *message = file_read(one, mem_printf(one, "../shared/suites/bounces/dev/%s", name), REPORT_SIZE_MAX, &err);
		if (message)
			count_sample(&n, reports_read(one, message->data, message->size), wanted);
		talloc_free(one);
	}
	json_decref(all);
	printf("# %d of %d recipients found, %d of %d verdicts right, %d of %d complaints, %d of %d false\n", n.found, n.recipients, n.right, n.recipients, n.seen,
	       n.complaints, n.wrong, n.quiet);
	ok(n.recipients > 200 && n.found * 100 >= n.recipients * 97, "at least 97 of 100 recipients are found");
	ok(n.right * 100 >= n.recipients * 96, "at least 96 of 100 verdicts are right");
	ok(n.seen == n.complaints, "all complaints are seen");
	is_int(n.wrong, 0, "nothing else is taken for a bounce");
}

int main(void)
{
	void *t = talloc_new(NULL);
	check_cases(t);
	check_returned(t);
	check_limits(t);
	check_suite(t);
	talloc_free(t);
	return tap_done();
}
