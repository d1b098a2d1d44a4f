#include "gateway/mail/reason.h"
#include "tap.h"

static const struct {
	enum smtp_verdict verdict;
	enum smtp_stage stage;
	int code;
	const char *status, *words;
	enum delivery_reason want;
} cases[] = {
	{ SMTP_DELIVERED, SMTP_STAGE_DATA, 250, "2.0.0", "250 2.0.0 queued", DELIVERY_NO_REASON },
	{ SMTP_DEFERRED, SMTP_STAGE_CONNECTION, 0, "", "cannot connect", DELIVERY_NETWORK },
	{ SMTP_DEFERRED, SMTP_STAGE_DATA, 0, "", "closed the connection", DELIVERY_NETWORK },
	{ SMTP_DEFERRED, SMTP_STAGE_CONNECTION, 421, "", "421 too many connections", DELIVERY_THROTTLED },
	{ SMTP_DEFERRED, SMTP_STAGE_RECIPIENT, 450, "", "450 greylisted", DELIVERY_THROTTLED },
	{ SMTP_DEFERRED, SMTP_STAGE_RECIPIENT, 450, "4.7.1", "450 4.7.1 greylisted", DELIVERY_THROTTLED },
	{ SMTP_DEFERRED, SMTP_STAGE_DATA, 421, "4.7.28", "421 4.7.28 unusual rate of unsolicited mail", DELIVERY_THROTTLED },
	{ SMTP_DEFERRED, SMTP_STAGE_RECIPIENT, 450, "4.2.1", "450 4.2.1 receiving mail too quickly", DELIVERY_THROTTLED },
	{ SMTP_DEFERRED, SMTP_STAGE_RECIPIENT, 452, "4.2.2", "452 4.2.2 over quota", DELIVERY_FULL },
	{ SMTP_DEFERRED, SMTP_STAGE_RECIPIENT, 450, "4.1.1", "450 4.1.1 user unknown in local table", DELIVERY_NETWORK },
	{ SMTP_DEFERRED, SMTP_STAGE_RECIPIENT, 451, "4.3.0", "451 4.3.0 local error", DELIVERY_NETWORK },
	{ SMTP_DEFERRED, SMTP_STAGE_SENDER, 550, "5.7.1", "550 5.7.1 sender not yours", DELIVERY_POLICY },
	{ SMTP_DEFERRED, SMTP_STAGE_CONNECTION, 535, "5.7.8", "535 5.7.8 bad credentials", DELIVERY_POLICY },
	/* the address is dead */
	{ SMTP_FAILED, SMTP_STAGE_RECIPIENT, 550, "5.1.1", "550 5.1.1 <sender@mail.test>: Recipient address rejected: User unknown", DELIVERY_DEAD },
	{ SMTP_FAILED, SMTP_STAGE_DATA, 550, "5.1.1", "550 5.1.1 no such mailbox", DELIVERY_DEAD },
	{ SMTP_FAILED, SMTP_STAGE_RECIPIENT, 550, "5.1.1", "550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's email address for typos or unnecessary spaces.", DELIVERY_DEAD },
	{ SMTP_FAILED, SMTP_STAGE_RECIPIENT, 550, "5.1.2", "550 5.1.2 domain not found", DELIVERY_DEAD },
	{ SMTP_FAILED, SMTP_STAGE_RECIPIENT, 501, "5.1.3", "501 5.1.3 bad recipient address syntax", DELIVERY_DEAD },
	{ SMTP_FAILED, SMTP_STAGE_RECIPIENT, 551, "5.1.6", "551 5.1.6 mailbox has moved", DELIVERY_DEAD },
	{ SMTP_FAILED, SMTP_STAGE_RECIPIENT, 556, "5.1.10", "556 5.1.10 recipient address has null MX", DELIVERY_DEAD },
	{ SMTP_FAILED, SMTP_STAGE_RECIPIENT, 550, "", "550 No such user here", DELIVERY_DEAD },
	{ SMTP_FAILED, SMTP_STAGE_RECIPIENT, 550, "", "550 ada@mail.test: UNKNOWN USER", DELIVERY_DEAD },
	{ SMTP_FAILED, SMTP_STAGE_RECIPIENT, 554, "", "554 this mailbox does not exist.", DELIVERY_DEAD },
	{ SMTP_FAILED, SMTP_STAGE_RECIPIENT, 550, "5.0.0", "550 5.0.0 <ada@mail.test>... User unknown", DELIVERY_DEAD },
	{ SMTP_FAILED, SMTP_STAGE_RECIPIENT, 550, "5.1.0", "550 5.1.0 Address rejected: no such user", DELIVERY_DEAD },
	{ SMTP_FAILED, SMTP_STAGE_RECIPIENT, 550, "5.2.1", "550 5.2.1 The email account that you tried to reach is disabled", DELIVERY_DEAD },
	/* it is not, whatever the code says */
	{ SMTP_FAILED, SMTP_STAGE_RECIPIENT, 550, "5.2.1", "550 5.2.1 The user is receiving mail at a rate that prevents additional messages", DELIVERY_POLICY },
	{ SMTP_FAILED, SMTP_STAGE_RECIPIENT, 550, "5.1.0", "550 5.1.0 Address rejected", DELIVERY_POLICY },
	{ SMTP_FAILED, SMTP_STAGE_RECIPIENT, 550, "", "550 mailbox unavailable", DELIVERY_POLICY },
	{ SMTP_FAILED, SMTP_STAGE_RECIPIENT, 550, "", "550 5 users unknowns", DELIVERY_POLICY },
	{ SMTP_FAILED, SMTP_STAGE_RECIPIENT, 550, "", "550 <no such user@mail.test> refused", DELIVERY_POLICY },
	{ SMTP_FAILED, SMTP_STAGE_RECIPIENT, 550, "", "550 the domain of the sender does not exist", DELIVERY_POLICY },
	{ SMTP_FAILED, SMTP_STAGE_RECIPIENT, 550, "5.1.1", "550 5.1.1 your host is listed, blocked", DELIVERY_POLICY },
	{ SMTP_FAILED, SMTP_STAGE_RECIPIENT, 554, "5.1.1", "554 5.1.1 Relay access denied", DELIVERY_POLICY },
	{ SMTP_FAILED, SMTP_STAGE_RECIPIENT, 550, "5.1.8", "550 5.1.8 bad sender's system address", DELIVERY_POLICY },
	{ SMTP_FAILED, SMTP_STAGE_SENDER, 550, "5.1.1", "550 5.1.1 who are you", DELIVERY_POLICY },
	{ SMTP_FAILED, SMTP_STAGE_CONNECTION, 550, "5.1.1", "550 5.1.1 no", DELIVERY_POLICY },
	{ SMTP_FAILED, SMTP_STAGE_RECIPIENT, 550, "5.7.1", "550 5.7.1 relaying denied", DELIVERY_POLICY },
	{ SMTP_FAILED, SMTP_STAGE_DATA, 550, "5.7.26", "550 5.7.26 unauthenticated mail is not accepted", DELIVERY_POLICY },
	{ SMTP_FAILED, SMTP_STAGE_DATA, 550, "5.7.515", "550 5.7.515 Access denied", DELIVERY_POLICY },
	{ SMTP_FAILED, SMTP_STAGE_RECIPIENT, 0, "", "our server cannot send to such an address", DELIVERY_POLICY },
	/* full, content, network */
	{ SMTP_FAILED, SMTP_STAGE_RECIPIENT, 552, "5.2.2", "552 5.2.2 user does not exist any more in quota", DELIVERY_FULL },
	{ SMTP_FAILED, SMTP_STAGE_RECIPIENT, 552, "", "552 mailbox full", DELIVERY_FULL },
	{ SMTP_FAILED, SMTP_STAGE_DATA, 552, "", "552 message too large", DELIVERY_CONTENT },
	{ SMTP_FAILED, SMTP_STAGE_DATA, 552, "5.2.3", "552 5.2.3 message exceeds fixed size limit", DELIVERY_CONTENT },
	{ SMTP_FAILED, SMTP_STAGE_SENDER, 552, "5.3.4", "552 5.3.4 too large", DELIVERY_CONTENT },
	{ SMTP_FAILED, SMTP_STAGE_DATA, 554, "5.6.0", "554 5.6.0 refused", DELIVERY_CONTENT },
	{ SMTP_FAILED, SMTP_STAGE_DATA, 554, "", "554 this looks like spam, no such user", DELIVERY_CONTENT },
	{ SMTP_FAILED, SMTP_STAGE_RECIPIENT, 550, "5.4.6", "550 5.4.6 routing loop", DELIVERY_NETWORK },
};

int main(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct smtp_outcome o = { .verdict = cases[i].verdict, .stage = cases[i].stage, .code = cases[i].code };
		snprintf(o.status, sizeof o.status, "%s", cases[i].status);
		snprintf(o.words, sizeof o.words, "%s", cases[i].words);
		is(delivery_reason_name(reason_of_outcome(&o)), delivery_reason_name(cases[i].want), cases[i].words);
	}
	return tap_done();
}
