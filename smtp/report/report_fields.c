#include "smtp/report/report_fields.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "smtp/report/addr_spec.h"
#include "smtp/report/collect.h"
#include "gateway/base/mime/fields.h"
#include <string.h>
#include <strings.h>

/* The text after "smtp;" or "x-unix;". */
static const char *untyped(const char *value)
{
	const char *s = strchr(value, ';');
	return s && strcspn(value, " \t;") == (size_t)(s - value) ? s + 1 + strspn(s + 1, " \t") : value;
}

static bool is_success(const char *action)
{
	static const char *const known[] = { "delivered", "relayed", "expanded", "deliverable" };
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcasecmp(action, known[i]) == 0)
			return true;
	return false;
}

static void add(struct reports *r, const struct fields *f)
{
	const char *final = fields_get(f, "Final-Recipient"), *original = fields_get(f, "Original-Recipient");
	if (!*final && !*original)
		return;
	char *address = addr_spec_of_field(r, final), *alias = addr_spec_of_field(r, original);
	struct report *report = collect_add(r, address);
	if (!report)
		return;
	report->alias = text_same(address, alias) ? "" : alias;
	char status[16];
	verdict_codes(fields_get(f, "Status"), status, sizeof status);
	report->status = mem_dup(r, status);
	report->action = text_lower(r, fields_get(f, "Action"));
	report->action = mem_ndup(r, report->action, strcspn(report->action, " \t("));
	const char *words = untyped(fields_get(f, "Diagnostic-Code")), *remark = strchr(fields_get(f, "Status"), '(');
	report->words = mem_dup(r, *words ? words : remark ? remark : "");
	if (is_success(report->action))
		report->class = REPORT_DELIVERED;
}

void report_fields_status(struct reports *r, const char *text)
{
	for (const char *s = text; *s;) {
		const char *rest;
		struct fields *f = fields_read(r, s, &rest);
		const char *envelope = fields_get(f, "Original-Envelope-Id");
		if (*envelope)
			r->envelope_id = envelope;
		add(r, f);
		/* A line that is no field, in the middle of words. */
		if (rest == s)
			rest += strcspn(rest, "\n") + (rest[strcspn(rest, "\n")] == '\n');
		s = rest;
	}
}

void report_fields_feedback(struct reports *r, const char *text)
{
	const char *rest = text;
	struct fields *f = fields_read(r, text, &rest);
	/* Some repeat the head of a MIME part before the report. */
	if (!*fields_get(f, "Feedback-Type") && *rest)
		f = fields_read(r, rest, &rest);
	const char *to = fields_get(f, "Original-Rcpt-To"), *removed = fields_get(f, "Removal-Recipient");
	struct report *report = collect_add(r, addr_spec_of_field(r, *to ? to : *removed ? removed : r->to));
	if (!report)
		return;
	report->class = REPORT_COMPLAINT;
	report->feedback = text_lower(r, fields_get(f, "Feedback-Type"));
	if (!*report->feedback)
		report->feedback = "abuse";
	r->envelope_id = fields_get(f, "Original-Envelope-Id");
}

void report_fields_settle(struct reports *r, const char *failed)
{
	size_t kept = 0;
	for (size_t i = 0; i < r->count; i++) {
		struct report *report = &r->all[i];
		if (!*report->recipient) {
			report->recipient = r->count == 1 ? addr_spec_of_field(r, failed) : "";
			if (!*report->recipient)
				report->recipient = report->alias, report->alias = "";
		}
		r->all[kept] = *report;
		kept += *report->recipient || report->class == REPORT_COMPLAINT;
	}
	r->count = kept;
}

void report_fields_tidy(struct reports *r)
{
	const char **whole[] = { &r->envelope_id, &r->message_id, &r->return_path, &r->to, &r->subject };
	for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
		if (!text_utf8(*whole[i], strlen(*whole[i])))
			*whole[i] = "";
	for (size_t i = 0; i < r->count; i++) {
		struct report *report = &r->all[i];
		const char **all[] = { &report->recipient, &report->alias, &report->status, &report->action, &report->feedback, &report->words };
		for (size_t j = 0; j < sizeof all / sizeof *all; j++)
			if (!text_utf8(*all[j], strlen(*all[j])))
				*all[j] = "";
	}
}
