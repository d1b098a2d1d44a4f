#include "gateway/cli/calling.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

#define NEXT "       pennypost "
enum { TYPED_MAX = 40 };

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* How many letters must be added, left out, changed or swapped with the next one. */
static size_t distance(const char *a, const char *b)
{
	size_t row[3][TYPED_MAX + 1], size = strlen(b);
	for (size_t k = 0; k <= size; k++)
		row[0][k] = k;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t *now = row[i % 3], *before = row[(i + 2) % 3], *earlier = row[(i + 1) % 3];
		now[0] = i;
		for (size_t k = 1; k <= size; k++) {
			now[k] = least(before[k - 1] + (a[i - 1] != b[k - 1]), least(before[k], now[k - 1]) + 1);
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
				now[k] = least(now[k], earlier[k - 2] + 1);
		}
	}
	return row[strlen(a) % 3][size];
}

const char *cli_nearest(const char *typed, const char *const *names)
{
	const char *best = NULL;
	size_t size = strlen(typed), nearest = size > 5 ? 3 : 2;
	if (size > TYPED_MAX)
		return NULL;
	for (; *names; names++) {
		size_t n = strlen(*names) > TYPED_MAX ? TYPED_MAX : size > 2 && text_starts(*names, typed) ? 1 : distance(typed, *names);
		if (n <= nearest && n < size)
			best = *names, nearest = n > 0 ? n - 1 : 0;
	}
	return best;
}

/* The lines of the verb that begins at how, or of the words about options: the first character behind them. */
static const char *part_end(const char *how)
{
	const char *end = how;
	do
		end = strchr(end, '\n') ? strchr(end, '\n') + 1 : end + strlen(end);
	while (*end && !text_starts(end, NEXT) && !text_starts(end, "options:"));
	return end;
}

/* "list" of "source list ..."; "pause|resume" of "source pause|resume ID"; empty when the command has no verbs. */
static const char *verb_at(const char *part, size_t *size)
{
	const char *s = text_starts(part, NEXT) ? part + strlen(NEXT) : part;
	s += strcspn(s, " \n");
	s += *s == ' ';
	*size = strspn(s, "abcdefghijklmnopqrstuvwxyz|-");
	if (*s == '-' || (s[*size] && s[*size] != ' ' && s[*size] != '\n'))
		*size = 0;
	return s;
}

/* Is verb one of "pause|resume"? */
static bool is_one_of(const char *verb, const char *list, size_t size)
{
	for (const char *s = list, *end = list + size; s < end;) {
		const char *bar = memchr(s, '|', (size_t)(end - s));
		size_t n = (size_t)((bar ? bar : end) - s);
		if (strlen(verb) == n && strncmp(verb, s, n) == 0)
			return true;
		s += n + 1;
	}
	return false;
}

static bool is_of(const char *part, const char *verb)
{
	size_t size;
	const char *list = verb_at(part, &size);
	return !text_starts(part, "options:") && is_one_of(verb, list, size);
}

static const char *first_word(int argc, char **argv) { return argc > 0 && argv[0][0] != '-' ? argv[0] : NULL; }

static bool has_verb(const char *how, const char *verb)
{
	bool has = false;
	for (; *how && !has; how = part_end(how))
		has = is_of(how, verb);
	return has;
}

/* All, or only what concerns the verb when there is one of that name. */
static void print(FILE *out, const char *how, const char *verb)
{
	bool first = true, options = true, one = verb && has_verb(how, verb);
	for (const char *part = how, *end; *part; part = end) {
		end = part_end(part);
		const char *s = text_starts(part, NEXT) ? part + strlen(NEXT) : part;
		bool words = text_starts(part, "options:");
		int size = (int)(end - s) - (end[-1] == '\n');
		if (words ? !options : one && !is_of(part, verb))
			continue;
		fprintf(out, "%s%.*s\n", words ? "" : first ? "usage: pennypost " : NEXT, size, s);
		options = !one || memmem(s, (size_t)size, "OPTION", 6) != NULL;
		first = false;
	}
}

/* The verbs, each a name, until NULL. */
static const char **verbs_of(void *owner, const char *how)
{
	const char **all = NULL;
	size_t count = 0;
	for (const char *part = how; *part; part = part_end(part)) {
		size_t size;
		const char *s = verb_at(part, &size);
		char *names = text_starts(part, "options:") ? mem_dup(owner, "") : mem_ndup(owner, s, size), *save = NULL;
		for (char *name = strtok_r(names, "|", &save); name; name = strtok_r(NULL, "|", &save))
			*mem_push(owner, all, count) = name;
	}
	*mem_push(owner, all, count) = NULL;
	return all;
}

int cli_usage(const char *how, int argc, char **argv)
{
	const char *verb = first_word(argc, argv);
	void *t = talloc_new(NULL);
	const char **verbs = verbs_of(t, how);
	if (verb && *verbs && !has_verb(how, verb)) {
		const char *near = cli_nearest(verb, verbs);
		fprintf(stderr, "pennypost: there is no '%.*s %s'", (int)strcspn(how, " \n"), how, verb);
		fprintf(stderr, near ? "; did you mean '%s'?\n" : "\n", near);
		verb = near;
	}
	print(stderr, how, verb);
	talloc_free(t);
	return 2;
}

int cli_wrong(const char *how, int argc, char **argv, const struct error *err)
{
	const char *verb = first_word(argc, argv);
	if (*err->text)
		fprintf(stderr, "pennypost: %s\n", err->text);
	print(*err->text ? stderr : stdout, how, verb);
	return *err->text ? 2 : 0;
}

/* Of several with that name the first that has no value yet. */
static const struct cli_option *option_named(const struct cli_option *options, const char *name, size_t size)
{
	const struct cli_option *last = NULL;
	for (; options->name; options++)
		if (strlen(options->name) == size && strncmp(options->name, name, size) == 0) {
			last = options;
			if (!last->value || !*last->value)
				break;
		}
	return last;
}

static bool no_option(const struct cli_option *options, const char *word, struct error *err)
{
	void *t = talloc_new(NULL);
	const char **names = NULL;
	size_t count = 0;
	for (; options->name; options++)
		*mem_push(t, names, count) = mem_printf(t, "--%s", options->name);
	*mem_push(t, names, count) = NULL;
	const char *near = cli_nearest(mem_ndup(t, word, strcspn(word, "=")), names);
	error_set(err, ERROR_INVALID, near ? "there is no option '%s' here; did you mean '%s'?" : "there is no option '%s' here", word, near);
	talloc_free(t);
	return false;
}

/* Sets an option; *i moves on to its value when that is the next word. */
static bool set_option(const struct cli_option *options, int argc, char **argv, int *i, struct error *err)
{
	char *word = argv[*i], *name = word + 2, *equals = strchr(word, '=');
	const struct cli_option *o = text_starts(word, "--") ? option_named(options, name, equals ? (size_t)(equals - name) : strlen(name)) : NULL;
	if (!o)
		return no_option(options, word, err);
	if (o->flag && equals)
		return error_set(err, ERROR_INVALID, "the option '--%s' takes no value", o->name);
	if (o->flag)
		*o->flag = true;
	else if (equals)
		*o->value = equals + 1;
	else if (++*i < argc)
		*o->value = argv[*i];
	else
		return error_set(err, ERROR_INVALID, "the option '%s' needs a value", word);
	return true;
}

bool cli_options(int *argc, char **argv, const struct cli_option *options, struct error *err)
{
	int kept = 0;
	bool open = true;
	for (int i = 0; i < *argc; i++) {
		char *word = argv[i];
		/* "-" alone is the standard input. */
		if (!open || word[0] != '-' || !word[1]) {
			argv[kept++] = word;
		} else if (strcmp(word, "--") == 0) {
			open = false;
		} else if (strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0) {
			*err = (struct error){ .kind = ERROR_INVALID };
			return false;
		} else if (!set_option(options, *argc, argv, &i, err)) {
			return false;
		}
	}
	*argc = kept;
	return true;
}

bool cli_verb(int argc, char **argv, const char *verb, int words) { return argc == words + 1 && strcmp(argv[0], verb) == 0; }
