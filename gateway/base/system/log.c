#include "gateway/base/system/log.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include <ctype.h>
#include <string.h>
#include <unistd.h>

static const char *log_role = "main";
static enum log_level log_least = LOG_LEVEL_INFO;

void log_start(const char *role, enum log_level level)
{
	log_role = role;
	log_least = level;
}

static void value(FILE *out, const char *s)
{
	bool plain = *s != '\0';
	for (const char *p = s; plain && *p; p++)
		plain = (unsigned char)*p > ' ' && *p != '"' && *p != '=' && *p != 0x7F;
	if (plain) {
		fputs(s, out);
		return;
	}
	fputc('"', out);
	for (; *s; s++)
		if (*s == '"' || *s == '\\')
			fprintf(out, "\\%c", *s);
		else if (*s == '\n')
			fputs("\\n", out);
		else if (!iscntrl((unsigned char)*s))
			fputc(*s, out);
	fputc('"', out);
}

void log_write(enum log_level level, const char *msg, const struct log_field *fields)
{
	static const char *const names[] = { "error", "warning", "info", "debug" };
	if (level > log_least)
		return;
	struct document *line = document_new(NULL);
	FILE *out = document_out(line);
	fprintf(out, "ts=%s level=%s role=%s msg=", clock_rfc3339(line, clock_now()), names[level], log_role);
	value(out, msg);
	for (; fields->name; fields++) {
		fprintf(out, " %s=", fields->name);
		if (fields->text)
			value(out, fields->text);
		else
			fprintf(out, "%lld", (long long)fields->number);
	}
	fputc('\n', out);
	size_t size;
	const char *text = document_text(line, &size);
	/* One write(2) per line, so that lines of several processes do not mix. */
	if (write(STDERR_FILENO, text, size) < 0) {}
	talloc_free(line);
}
