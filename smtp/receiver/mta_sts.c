#include "smtp/receiver/mta_sts.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* RFC 8461 section 3.1. */
enum { ID_MAX = 32, MX_MAX = 100 };
/* In so many days a domain that has lost its policy and its record gets mail again. */
#define SHORTEST CLOCK_DAY
#define LONGEST (31 * CLOCK_DAY)

/* "name = value" or "name: value", up to end; value is NULL without the separator. */
static char *split(void *owner, const char *from, const char *end, char separator, char **value)
{
	char *name = mem_ndup(owner, from, (size_t)(end - from)), *at = strchr(name, separator);
	*value = at ? text_trim(owner, at + 1) : NULL;
	if (at)
		*at = '\0';
	return text_trim(owner, name);
}

static bool is_id(const char *id)
{
	size_t size = strlen(id);
	for (const char *p = id; *p; p++)
		if (!isalnum((unsigned char)*p))
			return false;
	return size > 0 && size <= ID_MAX;
}

char *sts_record_id(void *owner, const char *record)
{
	char *value, *id = NULL;
	const char *at = record + strcspn(record, ";");
	if (strcmp(split(owner, record, at, '=', &value), "v") != 0 || !value || strcmp(value, "STSv1") != 0)
		return NULL;
	while (*at && !id) {
		const char *from = at + 1;
		at = from + strcspn(from, ";");
		if (strcmp(split(owner, from, at, '=', &value), "id") == 0)
			id = value;
	}
	return id && is_id(id) ? id : NULL;
}

static bool is_pattern(const char *mx)
{
	const char *name = text_starts(mx, "*.") ? mx + 2 : mx;
	return *name && strlen(name) < 254 && name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-._")] == '\0';
}

static bool add_mx(struct sts_policy *p, const char *value, struct error *err)
{
	char *mx = text_lower(p, value);
	if (!is_pattern(mx) || p->count == MX_MAX)
		return error_set(err, ERROR_INVALID, p->count == MX_MAX ? "more than 100 servers" : "'mx' is no name of a server");
	*mem_push(p, p->mx, p->count) = mx;
	return true;
}

static bool read_mode(const char *value, enum sts_mode *mode)
{
	static const char *const words[] = { [STS_NONE] = "none", [STS_TESTING] = "testing", [STS_ENFORCE] = "enforce" };
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i], value) == 0) {
			*mode = (enum sts_mode)i;
			return true;
		}
	return false;
}

static bool read_age(const char *value, int64_t *ms)
{
	size_t size = strlen(value);
	if (size == 0 || size > 10 || value[strspn(value, "0123456789")])
		return false;
	int64_t age = strtoll(value, NULL, 10) * CLOCK_SECOND;
	*ms = age < SHORTEST ? SHORTEST : age > LONGEST ? LONGEST : age;
	return true;
}

/* What was read so far. */
struct reading {
	struct sts_policy *policy;
	bool version, mode, age;
};

/* Of fields that come twice, but for mx, the first counts; those of no name that is known mean nothing (RFC 8461 section 3.2). */
static bool read_field(struct reading *r, const char *name, const char *value, struct error *err)
{
	struct sts_policy *p = r->policy;
	if (strcmp(name, "version") == 0 && !r->version && !(r->version = strcmp(value, "STSv1") == 0))
		return error_set(err, ERROR_INVALID, "its version is not STSv1");
	if (strcmp(name, "mode") == 0 && !r->mode && !(r->mode = read_mode(value, &p->mode)))
		return error_set(err, ERROR_INVALID, "its mode is not none, testing or enforce");
	if (strcmp(name, "max_age") == 0 && !r->age && !(r->age = read_age(value, &p->max_age)))
		return error_set(err, ERROR_INVALID, "its max_age is no number of seconds");
	return strcmp(name, "mx") != 0 || add_mx(p, value, err);
}

struct sts_policy *sts_policy_parse(void *owner, const char *text, struct error *err)
{
	struct reading r = { .policy = mem_new(owner, struct sts_policy) };
	void *scratch = talloc_new(NULL);
	bool fine = true;
	for (const char *at = text; fine && *at; at += strspn(at, "\r\n")) {
		const char *end = at + strcspn(at, "\r\n");
		char *value, *name = split(scratch, at, end, ':', &value);
		fine = !value || read_field(&r, name, value, err);
		at = end;
	}
	talloc_free(scratch);
	if (fine && !(r.version && r.mode && r.age))
		fine = error_set(err, ERROR_INVALID, !r.version ? "it does not say 'version: STSv1'" : !r.mode ? "it has no mode" : "it has no max_age");
	if (fine && r.policy->mode != STS_NONE && r.policy->count == 0)
		fine = error_set(err, ERROR_INVALID, "it names no servers");
	if (fine)
		return r.policy;
	talloc_free(r.policy);
	return NULL;
}

bool sts_policy_names(const struct sts_policy *policy, const char *host)
{
	const char *dot = strchr(host, '.');
	for (size_t i = 0; i < policy->count; i++) {
		const char *mx = policy->mx[i];
		if (text_same(mx, host) || (*mx == '*' && dot && dot != host && text_same(mx + 1, dot)))
			return true;
	}
	return false;
}
