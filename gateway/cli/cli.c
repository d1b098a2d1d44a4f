#include "gateway/cli/cli.h"
#include "gateway/archive/store/archive.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PATIENCE (15 * CLOCK_SECOND)
enum { TURN_MS = 250 };

/* A mistyped path must not become an empty database.  A server says itself what it does not have. */
static bool is_there(const char *database)
{
	struct stat s;
	const char *path = db_path(database);
	return !path || strcmp(path, ":memory:") == 0 || (stat(path, &s) == 0 && s.st_size > 0);
}

bool cli_open(struct cli *cli, struct error *err)
{
	cli->config = config_load(cli->owner, cli->config_file, err);
	if (!cli->config)
		return false;
	if (!cli->makes && !is_there(cli->config->database))
		return error_set(err, ERROR_NOT_FOUND, "there is no database '%s', which '%s' names: correct 'database' there, or make one with 'pennypost init'",
		                 db_path(cli->config->database), cli->config->file);
	cli->db = archive_open(cli->owner, cli->config->database, err);
	return cli->db != NULL;
}

int cli_fail(const struct error *err)
{
	fprintf(stderr, "pennypost: %s\n", err->text);
	return 1;
}

bool cli_again(struct cli *cli, const struct error *err, int64_t *until)
{
	int64_t now = clock_steady();
	if (!*until)
		*until = now + PATIENCE;
	if (err->kind != ERROR_TEMPORARY || now >= *until)
		return false;
	db_wait(cli->db, TURN_MS, -1);
	return true;
}

bool cli_number(const char *text, int64_t least, int64_t *number, struct error *err)
{
	char *end;
	if (!text)
		return true;
	errno = 0;
	long long n = strtoll(text, &end, 10);
	if (!*text || *end || n < least || errno)
		return error_set(err, ERROR_INVALID, "'%s' is not a whole number of at least %lld", text, (long long)least);
	*number = n;
	return true;
}

/* Days or posts: beyond every archive, and far from where milliseconds overflow. */
static bool gate_number(const char *text, int64_t *number, struct error *err)
{
	enum { MOST = 1000000 };
	return cli_number(text, 1, number, err) && (*number <= MOST || error_set(err, ERROR_INVALID, "'%s' is more than %d", text, MOST));
}

bool cli_gate(const char *text, enum publication_gate *gate, int64_t *number, struct error *err)
{
	*number = 0;
	if (strcmp(text, "free") == 0)
		*gate = PUBLICATION_FREE;
	else if (strcmp(text, "all") == 0)
		*gate = PUBLICATION_ALL;
	else if (text_starts(text, "older:")) {
		*gate = PUBLICATION_OLDER;
		return gate_number(text + strlen("older:"), number, err);
	} else if (text_starts(text, "beyond:")) {
		*gate = PUBLICATION_BEYOND;
		return gate_number(text + strlen("beyond:"), number, err);
	} else
		return error_set(err, ERROR_INVALID, "'%s' is no gate: free, all, older:DAYS or beyond:POSTS", text);
	return true;
}

void cli_field(FILE *out, const char *text)
{
	for (; text && *text; text++)
		fputc((unsigned char)*text < ' ' || *text == 0x7F ? ' ' : *text, out);
}

void cli_time(FILE *out, int64_t ms)
{
	char *text = ms ? clock_rfc3339(NULL, ms) : mem_dup(NULL, "-");
	fputs(text, out);
	talloc_free(text);
}

char *cli_duration(void *owner, int64_t ms)
{
	static const struct { int64_t ms; const char *one; } units[] = {
		{ CLOCK_DAY, "day" }, { CLOCK_HOUR, "hour" }, { CLOCK_MINUTE, "minute" }, { CLOCK_SECOND, "second" } };
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (ms >= units[i].ms * 2 || (ms >= units[i].ms && ms % units[i].ms == 0)) {
			long long n = (ms + units[i].ms / 2) / units[i].ms;
			return mem_printf(owner, "%lld %s%s", n, units[i].one, n == 1 ? "" : "s");
		}
	return mem_printf(owner, "%lld ms", (long long)ms);
}
