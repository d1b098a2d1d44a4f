/* test-smtp-client - what is said to SMTP servers, word for word, and what their answers mean. */
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "smtp/client/client.h"
#include "smtp_peer.h"
#include "tap.h"
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#define HELLO "accept", "S 220 mx.test ready", "C EHLO penny.test"
#define SLOW HELLO, "S 250 mx.test"
#define FAST HELLO, "S 250-mx.test", "S 250 PIPELINING"
#define MAIL "C MAIL FROM:<b+1@penny.test>"
#define RCPT "C RCPT TO:<ada@mail.test>"
#define FAST_ENVELOPE MAIL, RCPT, "C DATA", "quiet"
#define SLOW_ENVELOPE MAIL, "quiet", "S 250 ok", RCPT, "quiet", "S 250 ok", "C DATA", "quiet"
#define LETTER "S 354 go on", "C Subject: a", "C ", "C text", "C .", "quiet"
#define TAKEN LETTER, "S 250 2.0.0 taken"
#define BYE "C QUIT", "gone"
#define DELIVERED "delivered data 250 2.0.0 '250 2.0.0 taken'"

static const struct smtp_message letter = { .from = "b+1@penny.test", .to = "ada@mail.test", .data = "Subject: a\r\n\r\ntext\r\n" };

#define X62 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const char *const here[] = { "127.0.0.1" };
static const struct smtp_target two[] = { { "mx1.test", here, 1 }, { "mx2.test", here, 1 } };

static const struct dialogue {
	const char *name;
	const char *script[64];
	const char *want[3];         /* "verdict stage code status 'words'" of each message */
	struct smtp_message message; /* without recipient: letter */
	struct smtp_options options;
} dialogues[] = {
	{ .name = "line by line", { SLOW, SLOW_ENVELOPE, TAKEN, BYE }, { DELIVERED } },
	{ .name = "PIPELINING: the envelope in one, nothing ahead of 354", { FAST, FAST_ENVELOPE, "S 250 ok", "S 250 ok", TAKEN, BYE }, { DELIVERED } },
	{ .name = "replies in pieces, or several in one",
	  { "accept", "R 220-mx.test\r\n22", "R 0 ready\r", "R \n", "C EHLO penny.test", "R 250-mx.test\r\n250 pipelining\r\n", FAST_ENVELOPE,
	    "R 250 ok\r\n250 ok\r\n3", "R 54 go on\r\n", "C Subject: a", "C ", "C text", "C .", "S 250 taken", BYE },
	  { "delivered data 250 - '250 taken'" } },
	{ .name = "line ends without CR", { "accept", "R 220 mx\n", "C EHLO penny.test", "R 250-mx\n250 PIPELINING\n", FAST_ENVELOPE, "R 250 ok\n250\n", TAKEN, BYE }, { DELIVERED } },
	{ .name = "dots at the start of lines are doubled",
	  { FAST, FAST_ENVELOPE, "S 250 ok", "S 250 ok", "S 354 go on", "C ..", "C ...a", "C b.", "C ..", "C .", "S 250 2.0.0 taken", BYE }, { DELIVERED },
	  { .from = "b+1@penny.test", .to = "ada@mail.test", .data = ".\r\n..a\r\nb.\r\n.\r\n" } },
	{ .name = "and so they are far from the start of the message",
	  { FAST, FAST_ENVELOPE, "S 250 ok", "S 250 ok", "S 354 go on", "C " X62, "C ..a", "C " X62 X62, "C ..", "C .", "S 250 2.0.0 taken", BYE }, { DELIVERED },
	  { .from = "b+1@penny.test", .to = "ada@mail.test", .data = X62 "\r\n.a\r\n" X62 X62 "\r\n.\r\n" } },
	{ .name = "one connection for all", { FAST, FAST_ENVELOPE, "S 250 ok", "S 250 ok", TAKEN, FAST_ENVELOPE, "S 250 ok", "S 250 ok", TAKEN, BYE }, { DELIVERED, DELIVERED } },
	{ .name = "no more messages for a connection than it may have",
	  { SLOW, SLOW_ENVELOPE, TAKEN, BYE, SLOW, SLOW_ENVELOPE, TAKEN, BYE }, { DELIVERED, DELIVERED }, { 0 }, { .per_connection = 1 } },

	{ .name = "a recipient is refused; RSET goes with the next envelope",
	  { FAST, FAST_ENVELOPE, "S 250 ok", "S 550-5.1.1 nobody", "S 550 5.1.1 of that name", "S 503 no recipients", "C RSET", FAST_ENVELOPE, "S 250 ok", "S 250 ok",
	    "S 250 ok", TAKEN, BYE },
	  { "failed recipient 550 5.1.1 '550 5.1.1 nobody of that name'", DELIVERED } },
	{ .name = "the same, line by line",
	  { SLOW, MAIL, "S 250 ok", RCPT, "S 450 4.2.1 come back", "C RSET", "quiet", "S 250 ok", SLOW_ENVELOPE, TAKEN, BYE },
	  { "deferred recipient 450 4.2.1 '450 4.2.1 come back'", DELIVERED } },
	{ .name = "DATA is taken although nobody is to get it: nothing is sent",
	  { FAST, FAST_ENVELOPE, "S 250 ok", "S 550 no", "S 354 go on", "C .", "S 554 no recipients", BYE }, { "failed recipient 550 - '550 no'" } },
	{ .name = "our sender is refused: that says nothing of the recipient",
	  { FAST, FAST_ENVELOPE, "S 550 5.7.1 not you", "S 503 no", "S 503 no", BYE }, { "deferred sender 550 5.7.1 '550 5.7.1 not you'" } },
	{ .name = "too large for MAIL", { SLOW, MAIL, "S 552 5.3.4 too large", BYE }, { "failed data 552 5.3.4 '552 5.3.4 too large'" } },
	{ .name = "we should have logged in", { SLOW, MAIL, "S 250 ok", RCPT, "S 530 5.7.0 log in", BYE }, { "deferred recipient 530 5.7.0 '530 5.7.0 log in'" } },
	{ .name = "DATA is put off", { SLOW, MAIL, "S 250 ok", RCPT, "S 251 elsewhere", "C DATA", "S 451 later", BYE }, { "deferred data 451 - '451 later'" } },
	{ .name = "the letter is refused",
	  { SLOW, SLOW_ENVELOPE, LETTER, "S 554 5.7.1 spam", "C RSET", "S 250 ok", SLOW_ENVELOPE, TAKEN, BYE }, { "failed data 554 5.7.1 '554 5.7.1 spam'", DELIVERED } },
	{ .name = "the letter is put off", { SLOW, SLOW_ENVELOPE, LETTER, "S 452 4.3.1 disk full", BYE }, { "deferred data 452 4.3.1 '452 4.3.1 disk full'" } },
	{ .name = "a status of another class is none", { SLOW, MAIL, "S 250 ok", RCPT, "S 550 4.1.1 what", BYE }, { "failed recipient 550 - '550 4.1.1 what'" } },

	{ .name = "354 to MAIL makes no sense", { SLOW, MAIL, "S 354 go on", "gone" }, { "deferred connection 0 - ''127.0.0.1' answers out of turn: 354 go on'" } },
	{ .name = "250 to DATA is no delivery", { SLOW, MAIL, "S 250 ok", RCPT, "S 250 ok", "C DATA", "S 250 ok", "gone" },
	  { "deferred connection 0 - ''127.0.0.1' answers out of turn: 250 ok'" } },
	{ .name = "nor is 354 after the letter", { SLOW, SLOW_ENVELOPE, LETTER, "S 354 more", "gone" },
	  { "deferred connection 0 - 'the message was sent and may have arrived, but then: '127.0.0.1' answers out of turn: 354 more'" } },
	{ .name = "no SMTP", { "accept", "S HTTP/1.1 400 Bad Request", "gone" }, { "deferred connection 0 - ''127.0.0.1' does not speak SMTP'" } },
	{ .name = "codes that differ in one reply", { HELLO, "S 250-mx.test", "S 220 PIPELINING", "gone" }, { "deferred connection 0 - ''127.0.0.1' does not speak SMTP'" } },
	{ .name = "silence", { "accept", "gone" }, { "deferred connection 0 - ''127.0.0.1' did not answer in time'" }, { 0 }, { .timeout_ms = 50 } },

	{ .name = "not wanted", { "accept", "S 554 5.7.1 blocked", "gone" }, { "deferred connection 0 - ''127.0.0.1' does not want us: 554 5.7.1 blocked'" } },
	{ .name = "one of two servers has no service for us: the other has the letter",
	  { "accept", "S 554 no service", "close", SLOW, SLOW_ENVELOPE, TAKEN, BYE }, { DELIVERED }, { 0 }, { .targets = two, .target_count = 2, .security = SMTP_PLAIN } },
	{ .name = "... is too busy", { "accept", "S 421 4.3.2 too busy", "close", SLOW, SLOW_ENVELOPE, TAKEN, BYE }, { DELIVERED }, { 0 },
	  { .targets = two, .target_count = 2, .security = SMTP_PLAIN } },
	{ .name = "... says nothing", { "accept", "close", SLOW, SLOW_ENVELOPE, TAKEN, BYE }, { DELIVERED }, { 0 }, { .targets = two, .target_count = 2, .security = SMTP_PLAIN } },
	{ .name = "neither of them has", { "accept", "S 554 no service", "close", "accept", "S 554 nor here", "close" },
	  { "deferred connection 0 - ''mx2.test' does not want us: 554 nor here'" }, { 0 }, { .targets = two, .target_count = 2, .security = SMTP_PLAIN } },
	{ .name = "a limit on us is one at the other, too", { "accept", "S 421 4.7.28 slow down", "close" }, { "deferred connection 421 4.7.28 '421 4.7.28 slow down'" }, { 0 },
	  { .targets = two, .target_count = 2, .security = SMTP_PLAIN } },
	{ .name = "TLS that fails, and need not be: the same server in the clear",
	  { HELLO, "S 250-mx.test", "S 250 STARTTLS", "C STARTTLS", "S 220 go on", "close", HELLO, "S 250-mx.test", "S 250 STARTTLS", SLOW_ENVELOPE, TAKEN, BYE },
	  { DELIVERED }, { 0 }, { .targets = two, .target_count = 1, .security = SMTP_OPPORTUNISTIC } },
	{ .name = "too busy to greet", { "accept", "S 421 4.3.2 too busy", "close" }, { "deferred connection 421 4.3.2 '421 4.3.2 too busy'" } },
	{ .name = "421 in between", { FAST, FAST_ENVELOPE, "S 250 ok", "S 421 4.3.0 shutting down", "close" }, { "deferred connection 421 4.3.0 '421 4.3.0 shutting down'" } },
	{ .name = "421 after the letter", { SLOW, SLOW_ENVELOPE, LETTER, "S 421 4.3.0 no room", "close" }, { "deferred connection 421 4.3.0 '421 4.3.0 no room'" } },
	{ .name = "closed before the letter", { SLOW, MAIL, "close" }, { "deferred connection 0 - ''127.0.0.1' closed the connection'" } },
	{ .name = "closed after the letter: nobody knows", { SLOW, SLOW_ENVELOPE, LETTER, "close" },
	  { "deferred connection 0 - 'the message was sent and may have arrived, but then: '127.0.0.1' closed the connection'" } },
	{ .name = "a connection that was used before is closed: the letter goes over another",
	  { SLOW, SLOW_ENVELOPE, TAKEN, MAIL, "close", SLOW, SLOW_ENVELOPE, TAKEN, BYE }, { DELIVERED, DELIVERED } },
	{ .name = "the same with 421 and a reason", { FAST, FAST_ENVELOPE, "S 250 ok", "S 250 ok", TAKEN, FAST_ENVELOPE, "S 421 4.4.2 idle", "close", SLOW, SLOW_ENVELOPE, TAKEN, BYE },
	  { DELIVERED, DELIVERED } },
	{ .name = "but not when we come too fast", { SLOW, SLOW_ENVELOPE, TAKEN, MAIL, "S 421 4.7.28 slow down", "close" },
	  { DELIVERED, "deferred connection 421 4.7.28 '421 4.7.28 slow down'" } },
	{ .name = "and only once", { SLOW, SLOW_ENVELOPE, TAKEN, MAIL, "close", SLOW, MAIL, "close" }, { DELIVERED, "deferred connection 0 - ''127.0.0.1' closed the connection'" } },
	{ .name = "nor after the server spoke of it", { SLOW, SLOW_ENVELOPE, TAKEN, MAIL, "S 250 ok", RCPT, "close" },
	  { DELIVERED, "deferred connection 0 - ''127.0.0.1' closed the connection'" } },

	{ .name = "a server of before EHLO", { HELLO, "S 502 what", "C HELO penny.test", "S 250 mx.test", SLOW_ENVELOPE, TAKEN, BYE }, { DELIVERED } },
	{ .name = "AUTH PLAIN", { HELLO, "S 250-mx.test", "S 250 AUTH LOGIN PLAIN", "C AUTH PLAIN AHBlbm55AHNlY3JldA==", "S 235 welcome", SLOW_ENVELOPE, TAKEN, BYE },
	  { DELIVERED }, { 0 }, { .user = "penny", .password = "secret" } },
	{ .name = "AUTH LOGIN", { HELLO, "S 250-mx.test", "S 250 AUTH=LOGIN", "C AUTH LOGIN", "S 334 VXNlcm5hbWU6", "C cGVubnk=", "S 334 UGFzc3dvcmQ6", "C c2VjcmV0", "S 235 welcome",
	                  SLOW_ENVELOPE, TAKEN, BYE },
	  { DELIVERED }, { 0 }, { .user = "penny", .password = "secret" } },
	{ .name = "a wrong password", { HELLO, "S 250-mx.test", "S 250 AUTH PLAIN", "C AUTH PLAIN AHBlbm55AA==", "S 535 5.7.8 who are you", "gone" },
	  { "deferred connection 535 5.7.8 ''127.0.0.1' does not let us log in as 'penny': 535 5.7.8 who are you'" }, { 0 }, { .user = "penny" } },
	{ .name = "AUTH PLAIN is offered and not known", { HELLO, "S 250-mx.test", "S 250 AUTH PLAIN LOGIN", "C AUTH PLAIN AHBlbm55AHNlY3JldA==", "S 504 5.5.4 what",
	                  "C AUTH LOGIN", "S 334 VXNlcm5hbWU6", "C cGVubnk=", "S 334 UGFzc3dvcmQ6", "C c2VjcmV0", "S 235 welcome", SLOW_ENVELOPE, TAKEN, BYE },
	  { DELIVERED }, { 0 }, { .user = "penny", .password = "secret" } },
	{ .name = "AUTH PLAIN is answered by a challenge: LOGIN", { HELLO, "S 250-mx.test", "S 250 AUTH PLAIN LOGIN", "C AUTH PLAIN AHBlbm55AHNlY3JldA==", "S 334 ",
	                  "C *", "S 501 cancelled", "C AUTH LOGIN", "S 334 VXNlcm5hbWU6", "C cGVubnk=", "S 334 UGFzc3dvcmQ6", "C c2VjcmV0", "S 235 welcome", SLOW_ENVELOPE, TAKEN, BYE },
	  { DELIVERED }, { 0 }, { .user = "penny", .password = "secret" } },
	{ .name = "and without LOGIN the answer is sent again", { HELLO, "S 250-mx.test", "S 250 AUTH PLAIN", "C AUTH PLAIN AHBlbm55AHNlY3JldA==", "S 334 ",
	                  "C AHBlbm55AHNlY3JldA==", "S 235 welcome", SLOW_ENVELOPE, TAKEN, BYE },
	  { DELIVERED }, { 0 }, { .user = "penny", .password = "secret" } },
	{ .name = "neither lets us in", { HELLO, "S 250-mx.test", "S 250 AUTH PLAIN LOGIN", "C AUTH PLAIN AHBlbm55AHNlY3JldA==", "S 535 5.7.8 no",
	                  "C AUTH LOGIN", "S 334 VXNlcm5hbWU6", "C cGVubnk=", "S 334 UGFzc3dvcmQ6", "C c2VjcmV0", "S 535 5.7.8 still no", "gone" },
	  { "deferred connection 535 5.7.8 ''127.0.0.1' does not let us log in as 'penny': 535 5.7.8 still no'" }, { 0 }, { .user = "penny", .password = "secret" } },
	{ .name = "the server cannot check the login now", { HELLO, "S 250-mx.test", "S 250 AUTH PLAIN LOGIN", "C AUTH PLAIN AHBlbm55AHNlY3JldA==", "S 454 4.7.0 later", "gone" },
	  { "deferred connection 454 4.7.0 ''127.0.0.1' does not let us log in as 'penny': 454 4.7.0 later'" }, { 0 }, { .user = "penny", .password = "secret" } },

	{ .name = "OAUTHBEARER", { HELLO, "S 250-mx.test", "S 250 AUTH XOAUTH2 PLAIN OAUTHBEARER", "B AUTH OAUTHBEARER bixhPXBlbm55PTNEYT0yQ2JAbWFpbC50ZXN0LAFob3N0PTEyNy4wLjAuMQFwb3J0P", "S 235 welcome", SLOW_ENVELOPE, TAKEN, BYE },
	  { DELIVERED }, { 0 }, { .user = "penny=a,b@mail.test", .token_file = "a token" } },
	{ .name = "XOAUTH2", { HELLO, "S 250-mx.test", "S 250 AUTH LOGIN XOAUTH2",
	                  "C AUTH XOAUTH2 dXNlcj1wZW5ueUBtYWlsLnRlc3QBYXV0aD1CZWFyZXIgeWEyOS5hLXRva2VuAQE=", "S 235 welcome", SLOW_ENVELOPE, TAKEN, BYE },
	  { DELIVERED }, { 0 }, { .user = "penny@mail.test", .token_file = "a token" } },
	{ .name = "a token that has expired: what is wrong is told", { HELLO, "S 250-mx.test", "S 250 AUTH XOAUTH2",
	                  "C AUTH XOAUTH2 dXNlcj1wZW5ueUBtYWlsLnRlc3QBYXV0aD1CZWFyZXIgeWEyOS5hLXRva2VuAQE=",
	                  "S 334 eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIiwic2NvcGUiOiJodHRwczovL21haWwuZ29vZ2xlLmNvbS8ifQ==", "C ", "S 535 5.7.8 not accepted", "gone" },
	  { "deferred connection 535 5.7.8 ''127.0.0.1' does not let us log in as 'penny@mail.test' (status 400, scope https://mail.google.com/): 535 5.7.8 not accepted'" }, { 0 },
	  { .user = "penny@mail.test", .token_file = "a token" } },
	{ .name = "the same of OAUTHBEARER, whose challenge is no JSON", { HELLO, "S 250-mx.test", "S 250 AUTH OAUTHBEARER", "B AUTH OAUTHBEARER bixhPXBlbm55PTNEYT0yQ2JAbWFpbC50ZXN0LAFob3N0PTEyNy4wLjAuMQFwb3J0P", "S 334 bm8=", "C AQ==",
	                  "S 535 5.7.8 no", "gone" },
	  { "deferred connection 535 5.7.8 ''127.0.0.1' does not let us log in as 'penny=a,b@mail.test': 535 5.7.8 no'" }, { 0 },
	  { .user = "penny=a,b@mail.test", .token_file = "a token" } },
	{ .name = "refused at once", { HELLO, "S 250-mx.test", "S 250 AUTH XOAUTH2", "C AUTH XOAUTH2 dXNlcj1wZW5ueUBtYWlsLnRlc3QBYXV0aD1CZWFyZXIgeWEyOS5hLXRva2VuAQE=",
	                  "S 535 5.7.139 SmtpClientAuthentication is disabled for the Tenant", "gone" },
	  { "deferred connection 535 5.7.139 ''127.0.0.1' does not let us log in as 'penny@mail.test': 535 5.7.139 SmtpClientAuthentication is disabled for the Tenant'" }, { 0 },
	  { .user = "penny@mail.test", .token_file = "a token" } },
	{ .name = "challenges without end", { HELLO, "S 250-mx.test", "S 250 AUTH XOAUTH2", "C AUTH XOAUTH2 dXNlcj1wZW5ueUBtYWlsLnRlc3QBYXV0aD1CZWFyZXIgeWEyOS5hLXRva2VuAQE=",
	                  "S 334 ", "C ", "S 334 ", "gone" },
	  { "deferred connection 334 - ''127.0.0.1' does not let us log in as 'penny@mail.test': 334'" }, { 0 }, { .user = "penny@mail.test", .token_file = "a token" } },
	{ .name = "a server that takes no tokens gets none", { HELLO, "S 250-mx.test", "S 250 AUTH PLAIN LOGIN", "gone" },
	  { "deferred connection 0 - ''127.0.0.1' takes no tokens: it offers neither OAUTHBEARER nor XOAUTH2; set password_file instead'" }, { 0 },
	  { .user = "penny@mail.test", .token_file = "a token" } },

	{ .name = "a session that takes no more: another one", { SLOW, SLOW_ENVELOPE, TAKEN, MAIL, "S 452 4.3.0 enough", BYE, SLOW, SLOW_ENVELOPE, TAKEN, BYE }, { DELIVERED, DELIVERED } },
	{ .name = "the same with 451, and the envelope in one",
	  { FAST, FAST_ENVELOPE, "S 250 ok", "S 250 ok", TAKEN, FAST_ENVELOPE, "S 451 try later", BYE, FAST, FAST_ENVELOPE, "S 250 ok", "S 250 ok", TAKEN, BYE }, { DELIVERED, DELIVERED } },
	{ .name = "the same for good", { SLOW, SLOW_ENVELOPE, TAKEN, MAIL, "S 550 5.5.0 no more mail from you", BYE, SLOW, SLOW_ENVELOPE, TAKEN, BYE }, { DELIVERED, DELIVERED } },
	{ .name = "the same, said of the recipient",
	  { SLOW, SLOW_ENVELOPE, TAKEN, MAIL, "S 250 ok", RCPT, "S 452 4.5.3 too many", BYE, SLOW, SLOW_ENVELOPE, TAKEN, BYE }, { DELIVERED, DELIVERED } },
	{ .name = "the same, said of DATA",
	  { SLOW, SLOW_ENVELOPE, TAKEN, MAIL, "S 250 ok", RCPT, "S 250 ok", "C DATA", "S 450 too many messages in this session", BYE, SLOW, SLOW_ENVELOPE, TAKEN, BYE },
	  { DELIVERED, DELIVERED } },
	{ .name = "but only once for a message", { SLOW, SLOW_ENVELOPE, TAKEN, MAIL, "S 451 later", BYE, SLOW, MAIL, "S 451 later still", BYE },
	  { DELIVERED, "deferred sender 451 - '451 later still'" } },
	{ .name = "and never for what is too large", { SLOW, SLOW_ENVELOPE, TAKEN, MAIL, "S 552 5.3.4 too large", BYE }, { DELIVERED, "failed data 552 5.3.4 '552 5.3.4 too large'" } },
	{ .name = "nor for what is said of a recipient", { SLOW, SLOW_ENVELOPE, TAKEN, MAIL, "S 250 ok", RCPT, "S 452 4.2.2 mailbox full", BYE },
	  { DELIVERED, "deferred recipient 452 4.2.2 '452 4.2.2 mailbox full'" } },

	{ .name = "the relay does not know us", { SLOW, MAIL, "S 250 ok", RCPT, "S 554 5.7.1 <ada@mail.test>: Relay access denied", BYE },
	  { "deferred recipient 554 5.7.1 '554 5.7.1 <ada@mail.test>: Relay access denied'" } },
	{ .name = "nor does this one", { SLOW, MAIL, "S 250 ok", RCPT, "S 550 5.7.1 Unable to relay", BYE }, { "deferred recipient 550 5.7.1 '550 5.7.1 Unable to relay'" } },
	{ .name = "it wants a login", { SLOW, MAIL, "S 250 ok", RCPT, "S 550 5.7.1 Authentication required", BYE }, { "deferred recipient 550 5.7.1 '550 5.7.1 Authentication required'" } },
	{ .name = "our host is on a list", { SLOW, MAIL, "S 250 ok", RCPT, "S 554 5.7.1 Client host [192.0.2.1] blocked using bl.example", BYE },
	  { "deferred recipient 554 5.7.1 '554 5.7.1 Client host [192.0.2.1] blocked using bl.example'" } },
	{ .name = "our sender is refused with the recipient", { SLOW, MAIL, "S 250 ok", RCPT, "S 550 5.7.1 <b+1@penny.test>: Sender address rejected: not owned by user", BYE },
	  { "deferred recipient 550 5.7.1 '550 5.7.1 <b+1@penny.test>: Sender address rejected: not owned by user'" } },
	{ .name = "our domain is not set up", { SLOW, SLOW_ENVELOPE, LETTER, "S 550 5.7.26 unauthenticated mail is not accepted", BYE },
	  { "deferred data 550 5.7.26 '550 5.7.26 unauthenticated mail is not accepted'" } },
	{ .name = "a table of relays knows no such recipient", { SLOW, MAIL, "S 250 ok", RCPT, "S 550 5.1.1 User unknown in relay recipient table", BYE },
	  { "failed recipient 550 5.1.1 '550 5.1.1 User unknown in relay recipient table'" } },
	{ .name = "no way to log in", { HELLO, "S 250-mx.test", "S 250 AUTH CRAM-MD5", "gone" },
	  { "deferred connection 0 - ''127.0.0.1' offers no way to log in that we know, which are PLAIN and LOGIN'" }, { 0 }, { .user = "penny" } },
	{ .name = "no STARTTLS where it is a must: nothing goes in the clear", { HELLO, "S 250-mx.test", "S 250 AUTH PLAIN", "gone" },
	  { "deferred connection 0 - ''127.0.0.1' does not offer STARTTLS: security must be tls, or plain for a server on this machine'" }, { 0 },
	  { .security = SMTP_STARTTLS, .user = "penny", .password = "secret" } },
	{ .name = "STARTTLS fails", { HELLO, "S 250-mx.test", "S 250 STARTTLS", "C STARTTLS", "S 454 no certificate", "gone" },
	  { "deferred connection 0 - ''127.0.0.1' does not start TLS: 454 no certificate'" }, { 0 }, { .security = SMTP_STARTTLS } },
	{ .name = "opportunistic TLS with a server that offers none", { HELLO, "S 250 mx.test", SLOW_ENVELOPE, LETTER, "S 250 ok", BYE },
	  { "delivered data 250 - '250 ok'" }, { 0 }, { .security = SMTP_OPPORTUNISTIC } },
	{ .name = "or that cannot do what it offers", { HELLO, "S 250-mx.test", "S 250 STARTTLS", "C STARTTLS", "S 454 no certificate", SLOW_ENVELOPE, LETTER, "S 250 ok", BYE },
	  { "delivered data 250 - '250 ok'" }, { 0 }, { .security = SMTP_OPPORTUNISTIC } },
	{ .name = "encryption that must be, and is not offered", { HELLO, "S 250 mx.test", "gone" },
	  { "deferred connection 0 - ''127.0.0.1' does not offer STARTTLS: security must be tls, or plain for a server on this machine'" }, { 0 },
	  { .security = SMTP_ENCRYPTED } },
	{ .name = "LMTP", { "accept", "S 220 mx.test", "C LHLO penny.test", "S 250 mx.test", SLOW_ENVELOPE, LETTER, "S 250 2.1.5 stored", BYE },
	  { "delivered data 250 2.1.5 '250 2.1.5 stored'" }, { 0 }, { .lmtp = true } },
	{ .name = "LMTP has no older form", { "accept", "S 220 mx.test", "C LHLO penny.test", "S 500 what?", "gone" },
	  { "deferred connection 0 - ''127.0.0.1' does not take our greeting: 500 what?'" }, { 0 }, { .lmtp = true } },
	{ .name = "somebody in between talks ahead of TLS", { HELLO, "S 250-mx.test", "S 250 STARTTLS", "C STARTTLS", "R 220 go\r\n250-mx.test\r\n250 AUTH PLAIN\r\n", "gone" },
	  { "deferred connection 0 - ''127.0.0.1' talked ahead of TLS: somebody may be in between'" }, { 0 }, { .security = SMTP_STARTTLS } },

	{ .name = "SIZE is told", { HELLO, "S 250-mx.test", "S 250 SIZE", "C MAIL FROM:<b+1@penny.test> SIZE=20", "S 452 full", BYE }, { "deferred sender 452 - '452 full'" } },
	{ .name = "and obeyed", { HELLO, "S 250-mx.test", "S 250 SIZE 19", BYE }, { "failed data 0 - 'the message is larger than the mail server takes'" } },
	{ .name = "DSN", { HELLO, "S 250-mx.test", "S 250 DSN", "C MAIL FROM:<> RET=HDRS ENVID=a+2B1", "S 250 ok", "C RCPT TO:<a+b=c@mail.test> NOTIFY=FAILURE ORCPT=rfc822;a+2Bb+3Dc@mail.test",
	           "S 550 5.1.1 no", BYE },
	  { "failed recipient 550 5.1.1 '550 5.1.1 no'" }, { .from = "", .to = "a+b=c@mail.test", .data = "a: b\r\n\r\n", .envid = "a+1" } },
	{ .name = "SMTPUTF8", { HELLO, "S 250-mx.test", "S 250-8BITMIME", "S 250-DSN", "S 250 SMTPUTF8", "C MAIL FROM:<b@penny.test> BODY=8BITMIME SMTPUTF8 RET=HDRS", "S 250 ok",
	                "C RCPT TO:<grüße@mail.test> NOTIFY=FAILURE", "S 550 no", BYE },
	  { "failed recipient 550 - '550 no'" }, { .from = "b@penny.test", .to = "grüße@mail.test", .data = "To: grüße@mail.test\r\n\r\n" } },
	{ .name = "no SMTPUTF8", { SLOW, BYE }, { "failed recipient 0 - 'the mail server cannot send to addresses with letters beyond ASCII: it does not offer SMTPUTF8'" },
	  { .from = "b@penny.test", .to = "grüße@mail.test", .data = "a: b\r\n\r\n" } },
	{ .name = "no 8BITMIME", { SLOW, BYE }, { "failed data 0 - 'the mail server takes ASCII only: it does not offer 8BITMIME'" },
	  { .from = "b@penny.test", .to = "ada@mail.test", .data = "a: b\r\n\r\ngrüße\r\n" } },

	{ .name = "no second command in a recipient", { 0 }, { "failed recipient 0 - 'this is no address that mail can be sent to'" },
	  { .from = "", .to = "a@mail.test>\r\nRCPT TO:<b@mail.test", .data = "a: b\r\n\r\n" } },
	{ .name = "nor in a sender", { 0 }, { "failed recipient 0 - 'this is no address that mail can be sent to'" }, { .from = "a\n", .to = "a@mail.test", .data = "a: b\r\n\r\n" } },
	{ .name = "no recipient at all", { 0 }, { "failed recipient 0 - 'this is no address that mail can be sent to'" }, { .from = "", .to = "", .data = "a: b\r\n\r\n" } },
	{ .name = "no bare LF", { 0 }, { "failed data 0 - 'the message is too large, or a line of it does not end with CR and LF'" },
	  { .from = "", .to = "a@mail.test", .data = "a: b\r\n\r\ntext\n.\r\nMAIL FROM:<>\r\n" } },
	{ .name = "no bare CR", { 0 }, { "failed data 0 - 'the message is too large, or a line of it does not end with CR and LF'" },
	  { .from = "", .to = "a@mail.test", .data = "a: b\r\n\r\ntext\r.\r\n" } },
	{ .name = "no line without end", { 0 }, { "failed data 0 - 'the message is too large, or a line of it does not end with CR and LF'" },
	  { .from = "", .to = "a@mail.test", .data = "a: b\r\n\r\ntext" } },
};

static char *told(void *t, const struct smtp_outcome *o)
{
	static const char *const verdicts[] = { [SMTP_DELIVERED] = "delivered", [SMTP_DEFERRED] = "deferred", [SMTP_FAILED] = "failed" };
	static const char *const stages[] = { [SMTP_STAGE_CONNECTION] = "connection", [SMTP_STAGE_SENDER] = "sender", [SMTP_STAGE_RECIPIENT] = "recipient",
	                                      [SMTP_STAGE_DATA] = "data" };
	return mem_printf(t, "%s %s %d %s '%s'", verdicts[o->verdict], stages[o->stage], o->code, *o->status ? o->status : "-", o->words);
}

static struct smtp_options options_for(const struct smtp_options *o, int port)
{
	struct smtp_options all = *o;
	all.host = "127.0.0.1";
	all.port = port;
	all.helo = "penny.test";
	all.connections = 1;
	/* SMTP_TLS is the enum's zero. */
	all.security = o->security ? o->security : SMTP_PLAIN;
	all.lmtp = o->lmtp;
	return all;
}

/* Where dialogues that name a token file have it. */
static char token_file[] = "/tmp/pennypost-token-XXXXXX";

static void make_token(void)
{
	static const char token[] = "ya29.a-token\n";
	int fd = mkstemp(token_file);
	ok(fd >= 0 && write(fd, token, sizeof token - 1) == sizeof token - 1, "a file with a token");
	close(fd);
}

static void check_dialogue(void *t, const struct dialogue *d)
{
	struct error err;
	struct smtp_peer peer = { 0 };
	struct smtp_message m = d->message.to ? d->message : letter;
	m.size = strlen(m.data);
	m.tag = &m;
	if (!ok(smtp_peer_listen(&peer), d->name))
		return;
	smtp_peer_start(&peer, d->script);
	struct smtp_options options = options_for(&d->options, peer.port);
	options.token_file = options.token_file ? token_file : NULL;
	struct smtp_pool *pool = smtp_pool_new(t, &options, &err);
	for (size_t i = 0; i < 3 && d->want[i]; i++) {
		struct smtp_outcome o = { 0 };
		is_int(smtp_pool_room(pool), 1, "there is room");
		smtp_pool_send(pool, &m);
		is_int(smtp_pool_busy(pool), 1, "it is busy with one");
		is_int(smtp_pool_room(pool), 0, "and takes no other");
		ok(smtp_pool_next(pool, 15000, -1, &o) && o.tag == &m, "an outcome");
		is(told(t, &o), d->want[i], d->name);
	}
	is_int(smtp_pool_busy(pool), 0, "nothing is under way");
	talloc_free(pool);
	ok(smtp_peer_end(&peer), "the dialogue went as written");
}

/* The token of the file as it is now goes to the server, not that of before. */
static void check_renewed(void *t)
{
	static const char *const script[] = { HELLO, "S 250-mx.test", "S 250 AUTH XOAUTH2", "C AUTH XOAUTH2 dXNlcj1wZW5ueQFhdXRoPUJlYXJlciBvbmUBAQ==", "S 235 welcome",
	                                      SLOW_ENVELOPE, TAKEN, BYE,
	                                      HELLO, "S 250-mx.test", "S 250 AUTH XOAUTH2", "C AUTH XOAUTH2 dXNlcj1wZW5ueQFhdXRoPUJlYXJlciB0d28BAQ==", "S 235 welcome",
	                                      SLOW_ENVELOPE, TAKEN, BYE, HELLO, "S 250-mx.test", "S 250 AUTH XOAUTH2", "gone", NULL };
	static const char *const tokens[] = { "one\n", "two\n", "<html>no token" };
	struct error err;
	struct smtp_peer peer = { 0 };
	if (!ok(smtp_peer_listen(&peer), "a token that is renewed"))
		return;
	smtp_peer_start(&peer, script);
	struct smtp_options options = options_for(&(struct smtp_options){ .user = "penny", .token_file = token_file, .per_connection = 1 }, peer.port);
	struct smtp_pool *pool = smtp_pool_new(t, &options, &err);
	struct smtp_outcome o = { 0 };
	struct smtp_message m = letter;
	m.size = strlen(m.data);
	for (size_t i = 0; i < 3; i++) {
		FILE *file = fopen(token_file, "w");
		fputs(tokens[i], file);
		fclose(file);
		smtp_pool_send(pool, &m);
		ok(smtp_pool_next(pool, 15000, -1, &o) && o.verdict == (i < 2 ? SMTP_DELIVERED : SMTP_DEFERRED), "an outcome");
	}
	ok(strstr(o.words, "is no access token") && !strstr(o.words, "<html>"), "a file that holds none is told, without what it holds");
	talloc_free(pool);
	ok(smtp_peer_end(&peer), "the dialogue went as written");
}

/* A socket of this machine, named by its path. */
static void check_socket(void *t)
{
	static const char *const script[] = { "accept", "S 220 box.test", "C LHLO penny.test", "S 250-box.test", "S 250 AUTH PLAIN", "C AUTH PLAIN AHBlbm55AHNlY3JldA==",
	                                      "S 235 welcome", SLOW_ENVELOPE, LETTER, "S 250 2.1.5 stored", BYE, NULL };
	struct error err;
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct smtp_peer peer = { .listener = socket(AF_UNIX, SOCK_STREAM, 0), .fd = -1 };
	snprintf(address.sun_path, sizeof address.sun_path, "%s.socket", token_file);
	if (!ok(bind(peer.listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(peer.listener, 1) == 0, "a socket"))
		return;
	smtp_peer_start(&peer, script);
	struct smtp_options options = options_for(&(struct smtp_options){ .lmtp = true, .user = "penny", .password = "secret" }, 1);
	options.host = address.sun_path;
	struct smtp_pool *pool = smtp_pool_new(t, &options, &err);
	struct smtp_outcome o = { 0 };
	struct smtp_message m = letter;
	m.size = strlen(m.data);
	smtp_pool_send(pool, &m);
	ok(smtp_pool_next(pool, 15000, -1, &o), "an outcome");
	is(told(t, &o), "delivered data 250 2.1.5 '250 2.1.5 stored'", "LMTP over it, with a login: it is this machine");
	talloc_free(pool);
	ok(smtp_peer_end(&peer), "the dialogue went as written");
	pool = smtp_pool_new(t, &options, &err);
	smtp_pool_send(pool, &m);
	ok(smtp_pool_next(pool, 15000, -1, &o), "nobody listens there any longer");
	is(told(t, &o), mem_printf(t, "deferred connection 0 - 'cannot connect to %s: Connection refused'", address.sun_path), "that is told");
	talloc_free(pool);
	unlink(address.sun_path);
}

/* A server that refuses in the middle of a letter larger than what the network holds. */
static void check_early_refusal(void *t)
{
	static const char *const script[] = { FAST, FAST_ENVELOPE, "S 250 ok", "S 250 ok", "S 354 go on", "S 552 5.3.4 too large", "close", NULL };
	struct error err;
	struct smtp_peer peer = { 0 };
	size_t size = 20 << 20;
	char *data = mem_array(t, char, size + 1);
	for (size_t i = 0; i < size; i++)
		data[i] = "0123456789abcd\r\n"[i % 16];
	if (!ok(smtp_peer_listen(&peer), "a server that refuses early"))
		return;
	smtp_peer_start(&peer, script);
	struct smtp_options options = options_for(&(struct smtp_options){ 0 }, peer.port);
	struct smtp_pool *pool = smtp_pool_new(t, &options, &err);
	struct smtp_outcome o = { 0 };
	smtp_pool_send(pool, &(struct smtp_message){ .from = "b+1@penny.test", .to = "ada@mail.test", .data = data, .size = size });
	ok(smtp_pool_next(pool, 15000, -1, &o), "an outcome");
	is(told(t, &o), "failed data 552 5.3.4 '552 5.3.4 too large'", "what it said in the middle of the letter counts");
	talloc_free(pool);
	ok(smtp_peer_end(&peer), "the dialogue went as written");
}

/* A server that is not there costs one message, and then nothing for a while. */
static void check_nobody(void *t)
{
	struct error err;
	struct smtp_peer peer = { 0 };
	smtp_peer_listen(&peer);
	close(peer.listener);
	struct smtp_options options = options_for(&(struct smtp_options){ 0 }, peer.port);
	options.connections = 5;
	struct smtp_pool *pool = smtp_pool_new(t, &options, &err);
	struct smtp_message m = letter;
	struct smtp_outcome o = { 0 };
	m.size = strlen(m.data);
	is_int(smtp_pool_room(pool), 1, "a server that is not known yet is tried with one message");
	smtp_pool_send(pool, &m);
	is_int(smtp_pool_room(pool), 0, "and no other until it has answered");
	ok(smtp_pool_next(pool, 15000, -1, &o), "an outcome");
	is(told(t, &o), mem_printf(t, "deferred connection 0 - 'cannot connect to 127.0.0.1:%d: Connection refused'", peer.port), "nobody is there");
	is_int(smtp_pool_room(pool), 0, "then nobody knocks for a while");
	ok(!smtp_pool_next(pool, 0, -1, &o), "and there is no other outcome");
	talloc_free(pool);
}

/* What the server says while nothing is sent ends the connection before the next message is handed to it; an idle one ends with QUIT. */
static void check_idle(void *t)
{
	static const char *const script[] = { SLOW, SLOW_ENVELOPE, TAKEN, "S 421 4.4.2 idle for too long", "close", SLOW, SLOW_ENVELOPE, TAKEN, BYE, NULL };
	struct error err;
	struct smtp_peer peer = { 0 };
	if (!ok(smtp_peer_listen(&peer), "a server that talks unasked"))
		return;
	smtp_peer_start(&peer, script);
	struct smtp_options options = options_for(&(struct smtp_options){ .idle_ms = 300 }, peer.port);
	struct smtp_pool *pool = smtp_pool_new(t, &options, &err);
	struct smtp_message m = letter;
	struct smtp_outcome o = { 0 };
	m.size = strlen(m.data);
	is_int(smtp_pool_tend(pool), -1, "without a connection there is nothing to tend");
	smtp_pool_send(pool, &m);
	ok(smtp_pool_next(pool, 15000, -1, &o) && o.verdict == SMTP_DELIVERED, "the first message");
	smtp_pool_hold(pool, o.connection, true);
	is_int(smtp_pool_room(pool), 0, "its connection is held and gets no other");
	smtp_pool_hold(pool, o.connection, false);
	is_int(smtp_pool_room(pool), 1, "... until it is held no more");
	for (int i = 0; i < 500 && smtp_pool_tend(pool) >= 0; i++)
		poll(NULL, 0, 10);
	is_int(smtp_pool_tend(pool), -1, "its connection ends with what the server says");
	smtp_pool_send(pool, &m);
	ok(smtp_pool_next(pool, 15000, -1, &o) && o.verdict == SMTP_DELIVERED, "the second message goes over another");
	int wait = smtp_pool_tend(pool);
	ok(wait > 0 && wait <= 300, "which must be tended soon");
	poll(NULL, 0, wait + 1);
	is_int(smtp_pool_tend(pool), -1, "and is ended when it was idle for its time");
	ok(smtp_peer_end(&peer), "the dialogue went as written, with QUIT");
	talloc_free(pool);
}

static bool hears(FILE *peer, const char *what)
{
	char line[200];
	return fgets(line, sizeof line, peer) && strncmp(line, what, strlen(what)) == 0;
}

/* Takes messages until QUIT, slowly enough for all connections to be in use. */
static void take_all(FILE *peer)
{
	fputs("220 mx.test\r\n", peer);
	fflush(peer);
	for (char line[200]; fgets(line, sizeof line, peer) && !text_starts(line, "QUIT"); fflush(peer)) {
		fputs(text_starts(line, "DATA") ? "354 go on\r\n" : "250 ok\r\n", peer);
		fflush(peer);
		while (text_starts(line, "DATA") && !hears(peer, ".\r\n"))
			;
		if (text_starts(line, "DATA"))
			fputs("250 2.0.0 taken\r\n", peer);
	}
	fclose(peer);
	_exit(0);
}

/* Two connections at a time: the rest hears 421, or finds no one. */
static pid_t limited_server(const struct smtp_peer *peer, const char *refusal)
{
	pid_t pid = fork();
	if (pid)
		return pid;
	for (int n = 0;; n++) {
		int fd = accept(peer->listener, NULL, NULL);
		if (n >= 2) {
			if (write(fd, refusal, strlen(refusal)) < 0)
				_exit(1);
		} else if (fork() == 0) {
			take_all(fdopen(fd, "r+"));
		}
		close(fd);
	}
}

static void check_limited(void *t, const char *refusal)
{
	enum { MESSAGES = 40 };
	struct error err;
	struct smtp_peer peer = { 0 };
	if (!ok(smtp_peer_listen(&peer), "a server that takes two connections of ten"))
		return;
	pid_t server = limited_server(&peer, refusal);
	struct smtp_options options = options_for(&(struct smtp_options){ 0 }, peer.port);
	options.connections = 10;
	struct smtp_pool *pool = smtp_pool_new(t, &options, &err);
	struct smtp_message m = letter;
	int sent = 0, delivered = 0, other = 0;
	m.size = strlen(m.data);
	for (int turns = 0; delivered + other < MESSAGES && turns < 1000; turns++) {
		struct smtp_outcome o;
		smtp_pool_tend(pool);
		for (; sent < MESSAGES && smtp_pool_room(pool) > 0; sent++)
			smtp_pool_send(pool, &m);
		for (int wait = 50; smtp_pool_next(pool, wait, -1, &o); wait = 0) {
			delivered += o.verdict == SMTP_DELIVERED;
			other += o.verdict != SMTP_DELIVERED;
			if (o.verdict != SMTP_DELIVERED)
				printf("# %s\n", told(t, &o));
		}
	}
	is_int(delivered, MESSAGES, "the two carry all messages");
	is_int(other, 0, "and none is put off");
	talloc_free(pool);
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	close(peer.listener);
}

/* A message of one long line with a bare line end somewhere in it. */
static bool refuses(struct smtp_pool *pool, char *data, size_t at, char bare)
{
	struct smtp_outcome outcome = { 0 };
	char kept = data[at];
	data[at] = bare;
	smtp_pool_send(pool, &(struct smtp_message){ .from = "", .to = "a@mail.test", .data = data, .size = strlen(data) });
	data[at] = kept;
	return smtp_pool_next(pool, 1000, -1, &outcome) && outcome.verdict == SMTP_FAILED && outcome.stage == SMTP_STAGE_DATA;
}

static void check_bare(void *t)
{
	enum { LONG = 200 };
	struct error err;
	struct smtp_pool *pool = smtp_pool_new(t, &(struct smtp_options){ .host = "127.0.0.1", .port = 1, .security = SMTP_PLAIN, .helo = "penny.test", .connections = 1 }, &err);
	char *data = mem_array(t, char, LONG + 3);
	bool lf = true, cr = true;
	memset(data, 'x', LONG);
	memcpy(data + LONG, "\r\n", 2);
	for (size_t at = 0; pool && at < LONG; at++) {
		lf = refuses(pool, data, at, '\n') && lf;
		cr = refuses(pool, data, at, '\r') && cr;
	}
	ok(pool && lf, "a bare LF is found wherever it is");
	ok(pool && cr, "and a bare CR");
	talloc_free(pool);
}

static void check_wake(void *t)
{
	struct error err;
	struct smtp_peer peer = { 0 };
	int ends[2];
	if (!ok(smtp_peer_listen(&peer) && pipe(ends) == 0, "a pipe"))
		return;
	struct smtp_options options = options_for(&(struct smtp_options){ 0 }, peer.port);
	struct smtp_pool *pool = smtp_pool_new(t, &options, &err);
	struct smtp_outcome o;
	struct smtp_message m = letter;
	m.size = strlen(m.data);
	smtp_pool_send(pool, &m);
	ok(write(ends[1], "x", 1) == 1 && !smtp_pool_next(pool, 15000, ends[0], &o), "a byte in the pipe ends the wait");
	is_int(smtp_pool_busy(pool), 1, "the message is still under way");
	talloc_free(pool);
	close(ends[0]);
	close(ends[1]);
	close(peer.listener);
}

static const struct {
	struct smtp_options options;
	const char *want;
} mistakes[] = {
	{ { .host = "", .port = 25, .helo = "a", .connections = 1 }, "the mail server needs a host and a port from 1 to 65535" },
	{ { .host = "a", .port = 65536, .helo = "a", .connections = 1 }, "the mail server needs a host and a port from 1 to 65535" },
	{ { .host = "a", .port = 25, .helo = "a\r\nMAIL", .connections = 1 }, "the name to greet the mail server with must be a host name" },
	{ { .host = "/run/a", .port = 25, .helo = "a", .connections = 1, .security = SMTP_STARTTLS }, "the socket '/run/a' has no TLS" },
	{ { .host = "a", .port = 25, .helo = "a" }, "the mail server needs one connection at least" },
	{ { .host = "a", .port = 25, .helo = "a", .connections = 1, .ca_file = "/dev/null" },
	  "there is no certificate in '/dev/null' to verify the mail server with: it must be a file in PEM" },
};

int main(void)
{
	void *t = talloc_new(NULL);
	struct error err;
	signal(SIGPIPE, SIG_IGN);
	make_token();
	for (size_t i = 0; i < sizeof dialogues / sizeof *dialogues; i++)
		check_dialogue(t, &dialogues[i]);
	check_renewed(t);
	check_socket(t);
	unlink(token_file);
	check_early_refusal(t);
	check_nobody(t);
	check_idle(t);
	check_limited(t, "421 4.7.0 too many connections\r\n");
	check_limited(t, "554 5.7.0 no more\r\n");
	check_limited(t, "");
	check_bare(t);
	check_wake(t);
	for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
		ok(!smtp_pool_new(t, &mistakes[i].options, &err) && err.kind == ERROR_INVALID, "options that cannot work");
		is(err.text, mistakes[i].want, "and why");
	}
	talloc_free(t);
	return tap_done();
}
