#pragma once
/*
 * sendmail - hands messages to a program that takes them as sendmail(8) does: that of Postfix, Exim, OpenSMTPD, msmtp, nullmailer.
 *
 * Who sends letters is confined: it starts no programs, and what it would start could get no rights of its own, as postdrop of Postfix must.
 * So a process beside it, made before, starts the program.  It has one end of a socket and nothing else: no database, no keys, no
 * configuration; and it starts this one program, without a shell, with arguments that it checks itself.
 *
 * Knows nothing of SMTP: the program queues the message, and reports come back as letters.
 */
#include "gateway/base/text/error.h"
#include <stddef.h>

enum sendmail_verdict { SENDMAIL_TAKEN, SENDMAIL_LATER, SENDMAIL_REFUSED };

struct sendmail_outcome {
	enum sendmail_verdict verdict;
	bool nobody;     /* REFUSED: there is no such recipient */
	char words[640]; /* what the program wrote, with what its exit status means */
};

/* Starts the process that starts program (a path from the root); our end of the socket, -1 with err.  It ends when that is closed, and with us.
 * Before this process is confined, and has threads, a database or files that others must not hold. */
int sendmail_start(const char *program, struct error *err);
/* Hands over a message and waits for its end, a minute at most.  from "" is the null sender.  Lines of data end with CRLF.  False when the process that
 * starts the program is gone: the outcome is LATER. */
bool sendmail_deliver(int fd, const char *from, const char *to, const char *data, size_t size, struct sendmail_outcome *outcome);
/* What the status of wait(2) means, in words; sysexits(3).  REFUSED only for what is said of the recipient or the message: what is wrong with the program
 * or this machine can be put right before the next try. */
enum sendmail_verdict sendmail_verdict(int status, const char **meaning);
