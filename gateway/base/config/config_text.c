#include "gateway/base/config/config_option.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include <string.h>

enum { COLUMNS = 78 };

static bool quoted(const struct config_option *o)
{
	switch (o->kind) {
	case CONFIG_NUMBER:
	case CONFIG_WORKERS:
	case CONFIG_SWITCH:
	case CONFIG_WORD:
	case CONFIG_CHOICE:
	case CONFIG_NETWORKS:
	case CONFIG_ADDRESSES: return false;
	default: return true;
	}
}

/* Writes words as comments, wrapped. */
static void write_comment(FILE *out, const char *indent, const char *text)
{
	const char *first = text;
	size_t column = COLUMNS;
	for (size_t size; (size = strcspn(text, " ")); text += size + (text[size] == ' ')) {
		if (column + 1 + size > COLUMNS) {
			fprintf(out, "%s%s#", text > first ? "\n" : "", indent);
			column = strlen(indent) + 1;
		}
		fprintf(out, " %.*s", (int)size, text);
		column += 1 + size;
	}
	fputc('\n', out);
}

static void write_allowed(FILE *out, const struct config_option *o)
{
	if (o->kind == CONFIG_NUMBER)
		fprintf(out, " (%d to %d)", o->least, o->most);
	else if (o->kind == CONFIG_WORKERS)
		fprintf(out, " (%d to %d, or auto: one for each processor, four at most)", o->least, o->most);
	else if (o->words)
		for (const char *p = o->words; *p; p += strcspn(p, " "), p += *p == ' ')
			fprintf(out, "%s%.*s", p == o->words ? " (" : ", ", (int)strcspn(p, " "), p);
	if (o->words)
		fputc(')', out);
}

static bool is_server(const struct config_option *o) { return o->section && strcmp(o->section, "server") == 0; }

static bool begins_section(const struct config_option *o, const char *before)
{
	return o->section && !(before && strcmp(before, o->section) == 0);
}

static void write_option(FILE *out, const struct config_option *o)
{
	const char *indent = !o->section ? "" : is_server(o) ? "        " : "    ", *quote = quoted(o) ? "\"" : "";
	struct document *d = document_new(NULL);
	fputs(o->meaning, document_out(d));
	write_allowed(document_out(d), o);
	fputc('\n', out);
	write_comment(out, indent, document_text(d, NULL));
	/* What a server does not say is as in mail { }. */
	const struct config_option *same = is_server(o) && !*o->standard ? config_option_find("mail", o->name) : NULL;
	fprintf(out, "%s# %s = %s%s%s\n", indent, o->name, quote, same ? same->standard : o->standard, quote);
	talloc_free(d);
}

char *config_template(void *owner, const char *database)
{
	struct document *d = document_new(NULL);
	FILE *out = document_out(d);
	const char *section = NULL;
	fputs("# Pennypost: every option with its default.  pennypost.conf(5) says more.\n"
	      "# Paths are relative to the directory of this file.\n"
	      "# After a change: systemctl reload pennypost, or send SIGHUP to pennypost serve.\n", out);
	for (const struct config_option *o = config_options; o->name; o++) {
		if (begins_section(o, section) && is_server(o))
			fputs("    # server relay1 {\n", out);
		else if (begins_section(o, section))
			fprintf(out, "%s\n%s {\n", section ? "}\n" : "", o->section);
		section = o->section;
		write_option(out, o);
		if (database && !o->section && strcmp(o->name, "database") == 0)
			fprintf(out, "%s = \"%s\"\n", o->name, database);
	}
	/* The last section is that of a server, within mail { }. */
	fputs("    # }\n}\n", out);
	return document_finish(d, owner);
}

/* mdoc(7) wants one sentence per line. */
static void mdoc_text(FILE *out, const char *s)
{
	for (; *s; s++)
		if (*s == '\\')
			fputs("\\e", out);
		else if (*s == '.' && s[1] == ' ')
			fputs(".\n", out), s++;
		else
			fputc(*s, out);
	fputc('\n', out);
}

static const char *kind_name(const struct config_option *o)
{
	switch (o->kind) {
	case CONFIG_PATH:
	case CONFIG_READABLE: return "path";
	case CONFIG_HOST: return "host";
	case CONFIG_SERVER: return "host | path";
	case CONFIG_RETURN: return "host | address";
	case CONFIG_ENDPOINT: return "host:port";
	case CONFIG_DAYTIME: return "hh:mm-hh:mm";
	case CONFIG_SOCKET: return "unix:path | host:port";
	case CONFIG_NUMBER: return "number";
	case CONFIG_WORKERS: return "number";
	case CONFIG_SWITCH: return "true | false";
	case CONFIG_NETWORKS: return "{ network, ... }";
	case CONFIG_ADDRESSES: return "{ address, ... }";
	default: return "text";
	}
}

static void describe(FILE *out, const struct config_option *o)
{
	fprintf(out, ".It Ic %s No = ", o->name);
	if (o->words)
		for (const char *p = o->words; *p; p += strcspn(p, " "), p += *p == ' ')
			fprintf(out, "%sCm %.*s", p == o->words ? "" : " | ", (int)strcspn(p, " "), p);
	else
		fprintf(out, "%sAr %s", o->kind == CONFIG_WORKERS ? "Cm auto | " : "", kind_name(o));
	fputc('\n', out);
	mdoc_text(out, o->meaning);
	if (o->kind == CONFIG_NUMBER)
		fprintf(out, "From %d to %d.\n", o->least, o->most);
	if (o->kind == CONFIG_WORKERS)
		fprintf(out, "From %d to %d;\n.Cm auto\nis one for each processor, four at most.\n", o->least, o->most);
	if (*o->standard)
		fprintf(out, "The default is\n.Ql %s .\n", o->standard);
	else if (!is_server(o))
		fputs("There is no default.\n", out);
}

void config_describe(FILE *out)
{
	const char *section = NULL;
	fputs(".Bl -tag -width Ds\n", out);
	for (const struct config_option *o = config_options; o->name; o++) {
		if (begins_section(o, section))
			fprintf(out, is_server(o) ? ".El\n.Ss mail { %s NAME { ... } }\n.Bl -tag -width Ds\n" : ".El\n.Ss %s { ... }\n.Bl -tag -width Ds\n", o->section);
		section = o->section;
		describe(out, o);
	}
	fputs(".El\n", out);
}
