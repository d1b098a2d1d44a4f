#include "gateway/base/config/config_source.h"
#include <string.h>

enum { DEPTH_MAX = 8 };

struct scan {
	char *at;
	int line;
	int braces[DEPTH_MAX]; /* the lines of those that are not closed yet */
	int depth;
};

static void step(struct scan *s) { s->line += *s->at++ == '\n'; }

/* Skips to the closing quote, or to the end. */
static bool skip_quoted(struct scan *s)
{
	char quote = *s->at;
	for (step(s); *s->at && *s->at != quote; step(s))
		if (*s->at == '\\' && s->at[1])
			step(s);
	return *s->at != '\0';
}

static void blank_line(struct scan *s)
{
	size_t size = strcspn(s->at, "\n");
	memset(s->at, ' ', size);
	s->at += size;
}

static bool blank_block(struct scan *s)
{
	char *end = strstr(s->at + 2, "*/");
	for (char *stop = end ? end + 2 : s->at + strlen(s->at); s->at < stop; step(s))
		if (*s->at != '\n')
			*s->at = ' ';
	return end != NULL;
}

static bool count_brace(struct scan *s, struct error *err)
{
	if (*s->at == '}')
		s->depth -= s->depth > 0;
	else if (s->depth == DEPTH_MAX)
		return error_set(err, ERROR_INVALID, "too many { in each other");
	else
		s->braces[s->depth++] = s->line;
	return true;
}

/* A slash inside a word, as in a URL, does not start a comment. */
static bool slashes(const char *text, const char *at, char second)
{
	return at[0] == '/' && at[1] == second && (at == text || strchr(" \t\r\n={}(),+\"'", at[-1]));
}

bool config_source_prepare(char *text, int *line, struct error *err)
{
	struct scan s = { .at = text, .line = 1 };
	while (*s.at) {
		*line = s.line;
		if (*s.at == '#' || slashes(text, s.at, '/')) {
			blank_line(&s);
			continue;
		}
		if (slashes(text, s.at, '*')) {
			if (!blank_block(&s))
				return error_set(err, ERROR_INVALID, "a comment begins here and does not end: put */ behind it");
			continue;
		}
		if ((*s.at == '"' || *s.at == '\'') && !skip_quoted(&s))
			return error_set(err, ERROR_INVALID, "a quote begins here and does not end");
		if (strchr("{}", *s.at) && !count_brace(&s, err))
			return false;
		step(&s);
	}
	*line = s.depth ? s.braces[s.depth - 1] : s.line;
	return !s.depth || error_set(err, ERROR_INVALID, "a { stands here and is not closed with }");
}
