#include "smtp/client/ehlo.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Reads the next word of *s; returns its size, 0 at the end. */
static size_t next_word(const char **s, const char **word)
{
	*s += strspn(*s, " \t=");
	*word = *s;
	size_t size = strcspn(*s, " \t=");
	*s += size;
	return size;
}

static bool is(const char *word, size_t size, const char *name) { return size == strlen(name) && strncasecmp(word, name, size) == 0; }

/* "AUTH PLAIN LOGIN", and "AUTH=PLAIN LOGIN" of servers older than RFC 2554. */
static void read_auth(struct ehlo *e, const char *s)
{
	const char *word;
	for (size_t size; (size = next_word(&s, &word)) > 0;) {
		e->auth_plain = e->auth_plain || is(word, size, "PLAIN");
		e->auth_login = e->auth_login || is(word, size, "LOGIN");
		e->auth_bearer = e->auth_bearer || is(word, size, "OAUTHBEARER");
		e->auth_xoauth2 = e->auth_xoauth2 || is(word, size, "XOAUTH2");
	}
}

static void read_size(struct ehlo *e, const char *s)
{
	const char *word;
	e->size = true;
	if (next_word(&s, &word) > 0 && *word >= '0' && *word <= '9')
		e->size_max = strtoul(word, NULL, 10);
}

static void read_line(struct ehlo *e, const char *s)
{
	const char *word;
	size_t size = next_word(&s, &word);
	e->pipelining = e->pipelining || is(word, size, "PIPELINING");
	e->starttls = e->starttls || is(word, size, "STARTTLS");
	e->eight_bit = e->eight_bit || is(word, size, "8BITMIME");
	e->utf8 = e->utf8 || is(word, size, "SMTPUTF8");
	e->dsn = e->dsn || is(word, size, "DSN");
	if (is(word, size, "SIZE"))
		read_size(e, s);
	else if (is(word, size, "AUTH"))
		read_auth(e, s);
}

void ehlo_read(struct ehlo *e, const struct reply *r)
{
	*e = (struct ehlo){ 0 };
	/* The first line is the server's name. */
	for (size_t i = 1; i < r->count; i++)
		read_line(e, r->lines[i]);
}
