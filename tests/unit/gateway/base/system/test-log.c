#include "gateway/base/memory/mem.h"
#include "gateway/base/system/log.h"
#include "gateway/base/text/text.h"
#include "tap.h"
#include <stdlib.h>
#include <unistd.h>

/* What was written to standard error since the last call, without the time. */
static char *logged(void *t, int end)
{
	char line[4096];
	ssize_t n = read(end, line, sizeof line - 1);
	line[n > 0 ? n : 0] = '\0';
	char *rest = strstr(line, " level=");
	return mem_dup(t, rest && text_starts(line, "ts=20") && rest - line == 23 ? rest + 1 : line);
}

static const struct {
	const char *text, *written;
} values[] = {
	{ "ada@example.net", "ada@example.net" },
	{ "", "\"\"" },
	{ NULL, "\"\"" },
	{ "two words", "\"two words\"" },
	{ "a=b", "\"a=b\"" },
	{ "say \"hi\" \\ bye", "\"say \\\"hi\\\" \\\\ bye\"" },
	{ "x\nts=2026 level=error", "\"x\\nts=2026 level=error\"" },
	{ "a\r\x1B[31mb\x7F", "\"a[31mb\"" },
	{ "\xC3\xA9", "\xC3\xA9" },
};

int main(void)
{
	void *t = talloc_new(NULL);
	int ends[2], was = dup(STDERR_FILENO);
	if (was < 0 || pipe(ends) != 0 || dup2(ends[1], STDERR_FILENO) < 0)
		return 1;
	log_start("mail", LOG_LEVEL_INFO);
	log_info("delivered", log_int("issue", -7), log_text("to", "ada@example.net"));
	is(logged(t, ends[0]), "level=info role=mail msg=delivered issue=-7 to=ada@example.net\n", "one line per event");
	log_error("no fields");
	is(logged(t, ends[0]), "level=error role=mail msg=\"no fields\"\n", "fields may be missing");
	log_debug("silent");
	log_warning("heard");
	is(logged(t, ends[0]), "level=warning role=mail msg=heard\n", "below the least level nothing is written");
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		log_info("m", log_text("f", values[i].text));
		is(logged(t, ends[0]), mem_printf(t, "level=info role=mail msg=m f=%s\n", values[i].written), mem_printf(t, "value, case %zu", i));
	}
	log_start("web", LOG_LEVEL_DEBUG);
	log_debug("heard");
	is(logged(t, ends[0]), "level=debug role=web msg=heard\n", "role and level can be changed");
	dup2(was, STDERR_FILENO);
	talloc_free(t);
	return tap_done();
}
