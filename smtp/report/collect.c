#include "smtp/report/collect.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"

struct report *collect_add(struct reports *r, const char *recipient)
{
	if (r->count >= REPORT_RECIPIENTS_MAX)
		return NULL;
	struct report *report = mem_push(r, r->all, r->count);
	*report = (struct report){ .recipient = mem_dup(r, recipient), .alias = "", .status = "", .action = "", .feedback = "", .words = "" };
	return report;
}

static bool is_exact(const char *status) { return *status && !text_ends(status, ".0.0"); }

void collect_classify(struct reports *r, struct report *report, const char *further, bool delayed)
{
	char said[16] = "", more[16] = "";
	int code = verdict_codes(report->words, said, sizeof said), later = verdict_codes(further, more, sizeof more);
	/* The reply of the other server is nearer to the truth than what its peer made of it. */
	const char *status = is_exact(said) ? said : is_exact(report->status) ? report->status : is_exact(more) ? more : *report->status ? report->status : said;
	report->code = code ? code : later;
	report->status = mem_dup(r, status);
	enum verdict_stage stage = verdict_stage(report->words);
	struct evidence e = { report->words, report->status, report->code, stage ? stage : verdict_stage(further), delayed };
	bool sure;
	report->class = verdict_of(&e, &sure);
	if (sure || !*further)
		return;
	e.words = further;
	report->class = verdict_of(&e, &sure);
}
