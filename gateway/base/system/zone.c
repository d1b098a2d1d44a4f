#include "gateway/base/system/zone.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#define ZONES "/usr/share/zoneinfo/"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-/"
/* The longest name today has 32 bytes. */
enum { LONGEST = 64 };

static bool is_utc(const char *name) { return strcmp(name, "UTC") == 0; }

/* Only a file of zones begins with these letters (RFC 8536 section 3.1). */
static bool is_zone_file(const char *name)
{
	char path[sizeof ZONES + LONGEST] = ZONES, magic[4] = "";
	strcpy(path + strlen(ZONES), name);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return false;
	bool fine = read(fd, magic, sizeof magic) == (ssize_t)sizeof magic && memcmp(magic, "TZif", sizeof magic) == 0;
	close(fd);
	return fine;
}

bool zone_known(const char *name)
{
	size_t n = strnlen(name, LONGEST);
	if (n == 0 || n == LONGEST || name[strspn(name, LETTERS)] || *name == '/' || strncmp(name, "right/", 6) == 0 || strncmp(name, "posix/", 6) == 0)
		return false;
	return is_utc(name) || is_zone_file(name);
}

/* zone_known, without a look at the file when it is asked for the same zone again and again. */
static bool still_known(const char *name)
{
	static char last[LONGEST];
	if (strcmp(name, last) == 0)
		return true;
	bool known = zone_known(name);
	if (known)
		strcpy(last, name);
	return known;
}

/* The C library keeps the zone that it read last, so TZ can be given back at once. */
static int offset_at(const char *name, time_t at)
{
	char value[sizeof ZONES + LONGEST + 1] = ":";
	strcat(strcat(value, ZONES), name);
	const char *had = getenv("TZ");
	char *before = had ? mem_dup(NULL, had) : NULL;
	struct tm tm = { 0 };
	setenv("TZ", value, 1);
	tzset();
	localtime_r(&at, &tm);
	if (before)
		setenv("TZ", before, 1);
	else
		unsetenv("TZ");
	talloc_free(before);
	return (int)(tm.tm_gmtoff / 60);
}

int zone_offset(const char *name, int64_t ms)
{
	return is_utc(name) || !still_known(name) ? 0 : offset_at(name, (time_t)(ms / CLOCK_SECOND - (ms % CLOCK_SECOND < 0)));
}

int zone_offset_of_local(const char *name, int64_t ms)
{
	int a_day_before = zone_offset(name, ms - CLOCK_DAY), there = zone_offset(name, ms - a_day_before * CLOCK_MINUTE);
	return there == a_day_before ? there : zone_offset(name, ms - there * CLOCK_MINUTE);
}

bool zone_parse_local(const char *name, const char *text, int64_t *ms)
{
	enum { DAY = 10, WHOLE = 16 };
	char full[] = "YYYY-MM-DDThh:mm:00Z";
	if (strlen(text) != WHOLE || (text[DAY] != ' ' && text[DAY] != 'T'))
		return false;
	memcpy(full, text, WHOLE);
	full[DAY] = 'T';
	if (!clock_parse_rfc3339(full, ms))
		return false;
	*ms -= zone_offset_of_local(name, *ms) * CLOCK_MINUTE;
	return true;
}

static char *first_line(void *owner, const char *path)
{
	char line[LONGEST] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, line, sizeof line - 1);
	if (fd >= 0)
		close(fd);
	line[n < 0 ? 0 : n] = '\0';
	line[strcspn(line, "\r\n")] = '\0';
	return mem_dup(owner, line);
}

/* What stands behind the folder of zones in a path. */
static const char *named_by(const char *path)
{
	const char *folder = strstr(path, "/zoneinfo/");
	return folder ? folder + strlen("/zoneinfo/") : path;
}

char *zone_of_system(void *owner)
{
	char link[PATH_MAX] = "";
	const char *tz = getenv("TZ");
	ssize_t n = readlink("/etc/localtime", link, sizeof link - 1);
	link[n < 0 ? 0 : n] = '\0';
	char *file = first_line(owner, "/etc/timezone");
	const char *all[] = { tz ? named_by(tz + (*tz == ':')) : "", named_by(link), file };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (zone_known(all[i]))
			return mem_dup(owner, strcmp(all[i], "Etc/UTC") == 0 ? "UTC" : all[i]);
	return mem_dup(owner, "UTC");
}
