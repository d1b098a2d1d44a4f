/* test-verdict - what the words and codes of refusals say of an address. */
#include "smtp/report/verdict.h"
#include "tap.h"

static const struct {
	const char *words, *status;
	int code;
	enum verdict_stage stage;
	const char *want;
} cases[] = {
	/* dead, by words or by status */
	{ "550 5.1.1 <ada@mail.test>: Recipient address rejected: User unknown in virtual mailbox table", "5.1.1", 550, VERDICT_UNKNOWN, "dead" },
	{ "550 No such user here", "", 550, VERDICT_RECIPIENT, "dead" },
	{ "sorry, no mailbox here by that name", "5.1.1", 0, VERDICT_UNKNOWN, "dead" },
	{ "550-5.1.1 The email account that you tried to 550-5.1.1 reach does not exist. Please try", "5.0.0", 550, VERDICT_UNKNOWN, "dead" },
	{ "550 5.0.0 unknown user", "5.0.0", 550, VERDICT_UNKNOWN, "dead" },
	{ "550 The recipient\u2019s address couldn\u2019t be found", "", 550, VERDICT_UNKNOWN, "dead" },
	{ "450 4.1.1 <ada@mail.test>: User unknown in virtual alias table", "4.1.1", 450, VERDICT_RECIPIENT, "dead" },
	{ "550 5.1.6 recipient no longer on server: ada@mail.test", "5.1.6", 550, VERDICT_UNKNOWN, "dead" },
	{ "550 5.1.10 refused", "5.1.10", 550, VERDICT_UNKNOWN, "dead" },
	{ "Host or domain name not found. Name service error for name=mail.test type=A: Host not found", "5.4.4", 0, VERDICT_UNKNOWN, "dead" },
	{ "550 5.4.1 Recipient address rejected: Access denied. [x.prod.outlook.com]", "5.4.1", 550, VERDICT_UNKNOWN, "dead" },
	{ "554 delivery error: dd This user doesn't have a mail.test account", "5.0.0", 554, VERDICT_DATA, "dead" },
	{ "550 Destinataire inconnu", "", 550, VERDICT_RECIPIENT, "dead" },
	{ "550 Benutzer unbekannt", "", 550, VERDICT_RECIPIENT, "dead" },
	{ "550 Пользователь не найден", "", 550, VERDICT_RECIPIENT, "dead" },
	{ "宛先不明", "", 550, VERDICT_RECIPIENT, "dead" },
	/* not dead, though codes or words are those of the dead */
	{ "550 Unknown user ada@mail.test", "5.0.0", 550, VERDICT_DATA, "rejected" },
	{ "550 5.1.1 rejected because of your SPF record", "5.1.1", 550, VERDICT_RECIPIENT, "policy" },
	{ "550 5.1.1 message identified as SPAM", "5.1.1", 550, VERDICT_RECIPIENT, "content" },
	{ "550 5.1.1 DMARC policy of mail.test", "5.1.1", 550, VERDICT_RECIPIENT, "policy" },
	{ "550 5.1.1 who are you", "5.1.1", 550, VERDICT_SENDER, "policy" },
	{ "553 5.1.8 <a@b.test>... Domain of sender address a@b.test does not exist", "5.1.8", 553, VERDICT_UNKNOWN, "policy" },
	{ "553 5.1.3 see http://www.spamhaus.org/query/bl?ip=192.0.2.1", "5.1.3", 553, VERDICT_UNKNOWN, "policy" },
	{ "552 mailbox ada@mail.test is over quota temporarily (#5.1.1)", "5.1.1", 552, VERDICT_UNKNOWN, "full" },
	{ "550 5.2.1 <ada@mail.test>... User Unknown", "5.2.1", 550, VERDICT_UNKNOWN, "rejected" },
	{ "550 5.2.1 <ada@mail.test>... User Unknown", "5.2.1", 550, VERDICT_RECIPIENT, "dead" },
	{ "550 5.2.1 The email account that you tried to reach is disabled", "5.2.1", 550, VERDICT_RECIPIENT, "rejected" },
	{ "550 mailbox unavailable", "", 550, VERDICT_UNKNOWN, "rejected" },
	{ "Name service error for domain mail.test: Host not found, try again", "", 0, VERDICT_UNKNOWN, "temporary" },
	{ "DNS Error: lookup of mail.test responded with code NXDOMAIN", "4.0.0", 0, VERDICT_UNKNOWN, "temporary" },
	{ "550 5.1.1 RCP-P2 Refused due to recipient preferences", "5.1.1", 550, VERDICT_RECIPIENT, "rejected" },
	{ "550 <no such user@mail.test> refused", "", 550, VERDICT_RECIPIENT, "rejected" },
	{ "550 see https://mail.test/reason/#user-unknown", "", 550, VERDICT_RECIPIENT, "rejected" },
	/* the others */
	{ "552 5.2.2 The recipient's inbox is out of storage space and inactive", "5.2.2", 552, VERDICT_UNKNOWN, "full" },
	{ "Mailbox has exceeded the limit", "", 0, VERDICT_UNKNOWN, "full" },
	{ "421 4.7.0 temporarily deferred due to unexpected volume or user complaints", "4.7.0", 421, VERDICT_UNKNOWN, "policy" },
	{ "554 No PTR Record found. Reverse DNS required", "", 554, VERDICT_CONNECTION, "policy" },
	{ "550 5.7.25 refused", "5.7.25", 550, VERDICT_UNKNOWN, "policy" },
	{ "552 5.3.4 Message size exceeds fixed limit", "5.3.4", 552, VERDICT_UNKNOWN, "content" },
	{ "550 Virus detected", "5.0.0", 550, VERDICT_UNKNOWN, "content" },
	{ "connect to mail.test[192.0.2.1]:25: Connection timed out", "4.4.1", 0, VERDICT_UNKNOWN, "temporary" },
	{ "retry timeout exceeded", "", 0, VERDICT_UNKNOWN, "temporary" },
	{ "451 4.3.0 something", "4.3.0", 451, VERDICT_UNKNOWN, "temporary" },
	{ "554 Transaction failed", "5.0.0", 554, VERDICT_UNKNOWN, "rejected" },
	{ "", "", 0, VERDICT_UNKNOWN, "rejected" },
};

static const struct {
	const char *words, *status;
	int code;
} codes[] = {
	{ "550 5.1.1 no", "5.1.1", 550 },
	{ "host mx.mail.test[192.0.2.250] said: 550-5.7.26 no", "5.7.26", 550 },
	{ "5.1.0 - Unknown address error 550-'5.2.2 full'", "5.2.2", 550 },
	{ "sorry (#5.1.2)", "5.1.2", 0 },
	{ "Exim 4.80.1 at 10.0.0.1 port 5.5.2657.72", "", 0 },
	{ "in 2019", "", 0 },
	{ "", "", 0 },
};

int main(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		bool sure;
		struct evidence e = { cases[i].words, cases[i].status, cases[i].code, cases[i].stage, false };
		is(verdict_name(verdict_of(&e, &sure)), cases[i].want, cases[i].words);
		e.delayed = true;
		ok(verdict_of(&e, &sure) != REPORT_DEAD, "nothing that is still tried is dead");
	}
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		char status[16];
		is_int(verdict_codes(codes[i].words, status, sizeof status), codes[i].code, codes[i].words);
		is(status, codes[i].status, codes[i].words);
	}
	return tap_done();
}
