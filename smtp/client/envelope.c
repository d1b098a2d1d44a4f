#include "smtp/client/envelope.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

/* RFC 5321 section 4.5.3.1.3, and RFC 3461 section 4.4. */
enum { PATH_MAX_SIZE = 254, ENVID_MAX = 100 };

bool envelope_takes(const char *address)
{
	size_t size = strlen(address);
	for (const char *p = address; *p; p++)
		if ((unsigned char)*p <= ' ' || *p == 0x7f || *p == '<' || *p == '>')
			return false;
	return size <= PATH_MAX_SIZE && text_utf8(address, size);
}

/* RFC 3461 section 4: '+' begins an encoded byte; '=' is encoded as well. */
static void xtext(FILE *out, const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		if (c <= ' ' || c >= 0x7f || c == '+' || c == '=')
			fprintf(out, "+%02X", c);
		else
			fputc(c, out);
	}
}

char *envelope_mail(void *owner, const struct job *job, const struct ehlo *offers)
{
	struct document *d = document_new(NULL);
	FILE *out = document_out(d);
	fprintf(out, "MAIL FROM:<%s>", job->from);
	/* RFC 1870 section 4: the size before dot-stuffing. */
	if (offers->size)
		fprintf(out, " SIZE=%zu", job->size);
	if (job->eight_bit)
		fputs(" BODY=8BITMIME", out);
	if (job->utf8)
		fputs(" SMTPUTF8", out);
	if (offers->dsn) {
		fputs(" RET=HDRS", out);
		if (job->envid && strlen(job->envid) <= ENVID_MAX) {
			fputs(" ENVID=", out);
			xtext(out, job->envid);
		}
	}
	return document_finish(d, owner);
}

char *envelope_rcpt(void *owner, const struct job *job, const struct ehlo *offers)
{
	struct document *d = document_new(NULL);
	FILE *out = document_out(d);
	fprintf(out, "RCPT TO:<%s>", job->to);
	if (offers->dsn) {
		fputs(" NOTIFY=FAILURE", out);
		/* ORCPT is left out for SMTPUTF8 addresses, which need the encoding of RFC 6533. */
		if (!job->utf8) {
			fputs(" ORCPT=rfc822;", out);
			xtext(out, job->to);
		}
	}
	return document_finish(d, owner);
}
