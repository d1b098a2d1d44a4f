/* fuzz-report - any bytes are a report or are none; what is found in them is UTF-8, and of a known class. */
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "smtp/report/report.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const char *s)
{
	if (!text_utf8(s, strlen(s)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *t = talloc_new(NULL);
	struct reports *r = reports_read(t, (const char *)data, size);
	const char *const whole[] = { r->envelope_id, r->message_id, r->return_path, r->to, r->subject };
	for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
		check(whole[i]);
	for (size_t i = 0; i < r->count; i++) {
		const char *const all[] = { r->all[i].recipient, r->all[i].alias, r->all[i].status, r->all[i].action, r->all[i].feedback, r->all[i].words };
		for (size_t j = 0; j < sizeof all / sizeof *all; j++)
			check(all[j]);
		verdict_name(r->all[i].class);
	}
	if (r->count > REPORT_RECIPIENTS_MAX)
		abort();
	talloc_free(t);
	return 0;
}
