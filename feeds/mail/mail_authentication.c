#include "feeds/mail/mail_authentication.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

/* What proves a domain: the method's name, and the properties that hold it. */
static const struct proof {
	const char *method, *properties[3];
} proofs[] = {
	{ "dkim", { "header.d", "header.i", NULL } },
	{ "spf", { "smtp.mailfrom", "smtp.mail", NULL } },
};

static const char *server_of(const char *policy) { return strchr(policy, ':') ? strchr(policy, ':') + 1 : ""; }

static bool allows(const char *policy, const char *method)
{
	size_t n = strcspn(policy, ":");
	return (n == 3 && strncmp(policy, "any", 3) == 0) || (strlen(method) == n && strncmp(policy, method, n) == 0);
}

bool mail_authentication_valid(const char *policy)
{
	const char *server = server_of(policy);
	bool method = allows(policy, "dkim") || allows(policy, "spf");
	return method && *server && !server[strspn(server, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_")];
}

/* Comments (which may hold anything) as blanks; false for quotes and comments without an end. */
static bool without_comments(char *s)
{
	int depth = 0;
	bool quoted = false;
	for (; *s; s++) {
		bool escaped = *s == '\\' && s[1] && (depth || quoted);
		if (*s == '"' && !depth)
			quoted = !quoted;
		if (*s == '(' && !quoted)
			depth++;
		bool close = *s == ')' && depth && !quoted;
		if (depth)
			*s = ' ';
		if (escaped && depth)
			s[1] = ' ';
		s += escaped;
		depth -= close;
	}
	return !depth && !quoted;
}

static bool is_from_server(const char *value, const char *server)
{
	value += strspn(value, " \t");
	size_t n = strlen(server);
	return strncasecmp(value, server, n) == 0 && (value[n] == ';' || isspace((unsigned char)value[n]));
}

/* The uppermost field of that server. */
static const char *result_of(const struct mail_message *m, const char *server)
{
	for (size_t i = 0; i < m->result_count; i++)
		if (is_from_server(m->results[i], server))
			return m->results[i];
	return NULL;
}

/* Is d the domain of the author, or one above that?  One label is no domain of anybody. */
static bool is_aligned(const char *author, const char *d)
{
	const char *at = strrchr(author, '@');
	size_t n = strlen(d), all = at ? strlen(at + 1) : 0;
	if (!n || n > all || !strchr(d, '.') || strcasecmp(at + 1 + all - n, d) != 0)
		return false;
	return n == all || at[all - n] == '.';
}

/* The value of a property among the words of one result, the part behind its "@". */
static bool proves(const char *words, const char *property, const char *author)
{
	size_t n = strlen(property);
	for (const char *s = words; *s; s += strcspn(s, " \t"), s += strspn(s, " \t")) {
		if (strncasecmp(s, property, n) != 0 || s[n] != '=')
			continue;
		char *value = mem_ndup(NULL, s + n + 1, strcspn(s + n + 1, " \t;"));
		const char *at = strrchr(value, '@');
		bool aligned = is_aligned(author, at ? at + 1 : value);
		talloc_free(value);
		return aligned;
	}
	return false;
}

/* One result, "dkim=pass header.d=news.example": does it prove the author? */
static bool result_proves(const char *result, const char *policy, const char *author)
{
	for (size_t i = 0; i < sizeof proofs / sizeof *proofs; i++) {
		const struct proof *p = &proofs[i];
		size_t n = strlen(p->method);
		const char *s = result + strspn(result, " \t");
		if (!allows(policy, p->method) || strncasecmp(s, p->method, n) != 0 || strncasecmp(s + n, "=pass", 5) != 0 || !(isspace((unsigned char)s[n + 5])))
			continue;
		for (size_t j = 0; p->properties[j]; j++)
			if (proves(s, p->properties[j], author))
				return true;
	}
	return false;
}

bool mail_authentication_passes(const struct mail_message *m, const char *policy)
{
	const char *found = result_of(m, server_of(policy));
	/* Of several authors, or fields From, a program shows whichever it likes. */
	if (!found || !m->sender || !m->one_author)
		return false;
	char *value = mem_dup(NULL, found);
	bool passes = false;
	if (without_comments(value) && !strchr(value, '"'))
		for (char *s = strchr(value, ';'); s && !passes;) {
			char *end = strchr(++s, ';');
			if (end)
				*end = '\0';
			passes = result_proves(s, policy, m->sender);
			s = end;
		}
	talloc_free(value);
	return passes;
}
