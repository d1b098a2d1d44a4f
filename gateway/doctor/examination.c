#include "gateway/doctor/examination.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include <string.h>

/* What came from outside may hold anything: a tab is ours, in records to publish. */
static const char *printable(void *owner, const char *text)
{
	char *copy = mem_dup(owner, text);
	bool utf8 = text_utf8(copy, strlen(copy));
	for (char *p = copy; *p; p++)
		if (((unsigned char)*p < ' ' && *p != '\t') || *p == 0x7F || (!utf8 && (unsigned char)*p >= 0x80))
			*p = '?';
	return copy;
}

void examination_add(struct examination *x, const char *check, enum doctor_level level, const char *seen, const char *fix)
{
	*mem_push(x->report, x->report->findings, x->report->count) = (struct doctor_finding){
		check, level, printable(x->owner, seen), level == DOCTOR_OK ? NULL : printable(x->owner, fix) };
}

void examination_failed(struct examination *x, const char *check, const char *name, const struct dns_answer *answer)
{
	examination_add(x, check, DOCTOR_WRONG, mem_printf(x->owner, "'%s' cannot be looked up: %s", name, answer->why),
	                "if other names can be looked up from here, the name servers of the domain are at fault: ask who runs them; else correct "
	                "/etc/resolv.conf, or 'resolver' in pennypost.conf");
}

void examination_dated(struct examination *x, const char *whose, int64_t then)
{
	if (x->dated)
		return;
	x->dated = whose;
	x->ahead = clock_now() - then;
}
