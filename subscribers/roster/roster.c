#include "subscribers/roster/roster.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/bundle.h"
#include "gateway/base/text/legacy.h"
#include "gateway/base/text/text.h"
#include "subscribers/roster/roster_format.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEAD = 4096, RAW = 32768 };

struct reader {
	struct roster r;
	const char *named;
	int fd;
	off_t size, at;
	struct bundle *bundle;
	char head[HEAD];
	size_t head_size, head_at;
	enum legacy_form form;
	char *raw;             /* UTF-16 that is not yet converted */
	size_t raw_size;
	unsigned high;
	struct error error;
	bool failed, any, json, list, first;
	const char *member;
	struct csv *csv;
	const struct roster_format *f;
	size_t places[ROSTER_COLUMNS];
};

static int let_go(struct reader *r)
{
	if (r->fd > STDIN_FILENO)
		close(r->fd);
	return 0;
}

static size_t failed(struct reader *r)
{
	r->failed = true;
	return 0;
}

/* Bytes of the file, or of the one within the zip, as they stand there. */
static size_t take_source(struct reader *r, char *data, size_t room)
{
	size_t got = 0;
	ssize_t n;
	if (r->bundle)
		return bundle_some(r->bundle, data, room, &got, &r->error) ? got : failed(r);
	while ((n = read(r->fd, data, room)) < 0 && errno == EINTR)
		;
	if (n < 0) {
		error_set(&r->error, ERROR_TEMPORARY, "cannot read '%s': %s", r->r.path, strerror(errno));
		return failed(r);
	}
	r->at += n;
	return (size_t)n;
}

/* The same, with those first by which the encoding was recognised. */
static size_t take_raw(struct reader *r, char *data, size_t room)
{
	size_t got = r->head_size - r->head_at;
	if (!got)
		return take_source(r, data, room);
	got = got < room ? got : room;
	memcpy(data, r->head + r->head_at, got);
	r->head_at += got;
	return got;
}

static size_t take(void *context, char *data, size_t room)
{
	struct reader *r = context;
	if (r->form == LEGACY_BYTES)
		return take_raw(r, data, room);
	size_t most = room / 3 * 2, out = 0;
	most = most > 2 ? most - 2 : 0;
	/* A byte order mark alone becomes nothing, which is not the end. */
	for (size_t got = 1; !out && got && most >= 2;) {
		size_t want = most < RAW ? most : RAW;
		got = take_raw(r, r->raw + r->raw_size, want > r->raw_size ? want - r->raw_size : 0);
		r->raw_size += got;
		out = legacy_utf16(r->form, r->raw, r->raw_size / 2, data, &r->high);
		r->raw[0] = r->raw[r->raw_size - r->raw_size % 2];
		r->raw_size %= 2;
	}
	return out;
}

static void fill_head(struct reader *r)
{
	r->head_at = r->head_size = 0;
	for (size_t got = 1; got && r->head_size < HEAD; r->head_size += got)
		got = take_source(r, r->head + r->head_size, HEAD - r->head_size);
}

static bool known(const char *format)
{
	const struct roster_format *f = roster_all;
	while (format && f->name && strcmp(f->name, format) != 0)
		f++;
	return f->name != NULL;
}

static bool open_file(struct reader *r, struct error *err)
{
	struct stat st;
	const char *path = r->r.path;
	r->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (r->fd < 0 || fstat(r->fd, &st) != 0)
		return error_set(err, ERROR_INVALID, "cannot read '%s': %s", path, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return error_set(err, ERROR_INVALID, "'%s' is a folder; name the file with the list", path);
	r->size = S_ISREG(st.st_mode) ? st.st_size : 0;
	fill_head(r);
	if (r->failed) {
		*err = r->error;
		return false;
	}
	return !bundle_is(r->head, r->head_size) || (r->bundle = bundle_open(r, path, err));
}

struct roster *roster_open(void *owner, const char *path, const char *format, struct error *err)
{
	struct reader *r = mem_new(owner, struct reader);
	r->r.path = mem_dup(r, path);
	r->r.name = strrchr(r->r.path, '/') ? strrchr(r->r.path, '/') + 1 : r->r.path;
	r->named = format;
	r->raw = mem_array(r, char, RAW + 1);
	r->member = "";
	r->fd = -1;
	talloc_set_destructor(r, let_go);
	bool fine = known(format) || error_set(err, ERROR_INVALID, "'%s' is no format of lists: %s", format, roster_formats);
	if (fine && open_file(r, err))
		return &r->r;
	talloc_free(r);
	return NULL;
}

static bool first_begins(const struct reader *r, const char *with)
{
	const char *p = r->csv->at;
	while (p < r->csv->end && strchr(" \t\r\n", *p))
		p++;
	return p < r->csv->end && strchr(with, *p);
}

static bool has_address(const char *s) { return strchr(s, '@') || strstr(s, "%40"); }

/* A line as a mail program writes it, when it is one: what is behind a quoted name is no part of any field. */
static const char *named_address(const struct csv *csv)
{
	char *line = mem_ndup(csv->row, csv->whole, csv->whole_size), *name = text_trim(csv->row, line), *behind = strstr(name, "\" <");
	return *name == '"' && behind && has_address(behind) ? name : NULL;
}

/* Addresses without columns: the first row is somebody.  Not within a zip, where anything may lie. */
static bool is_plain(const struct reader *r)
{
	bool any = named_address(r->csv) != NULL;
	for (size_t i = 0; i < r->csv->count; i++)
		any = any || has_address(r->csv->fields[i]);
	return any && !r->bundle && (!r->named || strcmp(r->named, "csv") == 0 || strcmp(r->named, "mailman") == 0);
}

/* Which list begins here?  False: none; its first row has been read. */
static bool recognise(struct reader *r)
{
	r->json = first_begins(r, "[{");
	r->first = r->list = false;
	if (r->json) {
		/* Its lines are whole fields: no byte in them separates. */
		r->csv->separator = '\0';
		r->f = roster_all;
		return !r->named || strcmp(r->named, r->f->name) == 0;
	}
	if (!csv_next(r->csv))
		return false;
	r->f = roster_recognise(r->csv, r->named);
	/* Others' tables with addresses, such as of who opened a letter, may lie in a zip too. */
	if (r->f && r->bundle && !r->named && !r->f->sign[0])
		r->f = NULL;
	if (r->f)
		roster_columns(r->f, r->csv, r->places);
	else
		r->first = r->list = is_plain(r);
	for (const struct roster_format *f = roster_all; r->list && f->name; f++)
		if (strcmp(f->name, r->named ? r->named : "csv") == 0)
			r->f = f;
	return r->f != NULL;
}

static bool unknown(const struct reader *r, struct error *err)
{
	if (!r->csv || !r->csv->row)
		return r->json ? error_set(err, ERROR_INVALID, "'%s' is JSON; only the JSON of 'subscriber export' can be read, so export a CSV there", r->r.path)
		               : error_set(err, ERROR_INVALID, "there is nothing in '%s'", r->r.path);
	char *names = mem_dup(NULL, "");
	for (size_t i = 0; i < r->csv->count && i < 12; i++)
		names = talloc_asprintf_append(names, "%s%.40s", i ? ", " : "", r->csv->fields[i]);
	char *shown = text_utf8(names, strlen(names)) ? mem_dup(NULL, names) : legacy_windows(NULL, names);
	error_set(err, ERROR_INVALID, "'%s' is no list %s%s%sthat is known: no column of addresses is among '%s'; call it 'email'", r->r.path,
	          r->named ? "of the format '" : "", r->named ? r->named : "", r->named ? "' " : "", text_cut(names, shown, 300));
	talloc_free(shown);
	talloc_free(names);
	return false;
}

static bool named_as_table(const char *name) { return text_ends(name, ".csv") || text_ends(name, ".CSV") || text_ends(name, ".txt"); }

/* The file, or the next one in the zip; *there is false when there is none. */
static bool next_table(struct reader *r, bool *there, struct error *err)
{
	const char *name = "";
	*there = !r->bundle && !r->csv;
	while (r->bundle && !*there) {
		if (!bundle_next(r->bundle, &name, err))
			return false;
		if (!name)
			return true;
		*there = named_as_table(name);
	}
	if (!*there)
		return true;
	talloc_free(r->csv);
	r->member = mem_dup(r, name);
	r->high = 0;
	r->raw_size = 0;
	if (r->bundle)
		fill_head(r);
	r->form = legacy_form(r->head, r->head_size);
	r->csv = csv_stream(r, take, r);
	return true;
}

/* Comes to a list; *there is false when there is no other one. */
static bool come_to_list(struct reader *r, bool *there, struct error *err)
{
	bool found = false;
	while (!found) {
		if (!next_table(r, there, err))
			return false;
		if (!*there)
			break;
		found = recognise(r);
		if (!found && !r->bundle && !r->failed)
			return unknown(r, err);
	}
	if (!found && !r->any && !r->failed)
		return error_set(err, ERROR_INVALID, "there is no list of people in '%s' that is known; unpack it, and name the file with the list", r->r.path);
	r->any = true;
	if (found) {
		r->r.format = r->f->name;
		r->r.label = r->f->label;
		r->r.own = r->f == roster_all;
	}
	return true;
}

/* A line of a list without columns: the field with the address in it. */
static void read_line(void *owner, struct reader *r, struct roster_row *row)
{
	size_t at = 0;
	const char *named = named_address(r->csv);
	if (named)
		r->csv->fields[0] = named;
	while (!named && at + 1 < r->csv->count && !has_address(r->csv->fields[at]))
		at++;
	for (size_t i = 0; i < ROSTER_COLUMNS; i++)
		r->places[i] = i == ROSTER_MAIL ? at : CSV_FIELDS;
	roster_read(owner, r->f, r->csv, r->places, row);
}

/* False for what is between the objects of an array. */
static bool read_object(void *owner, const struct reader *r, struct roster_row *row)
{
	char *line = text_trim(owner, csv_field(r->csv, 0));
	size_t n = strlen(line);
	if (n && line[n - 1] == ',')
		line[--n] = '\0';
	if (n == 0 || strcmp(line, "[") == 0 || strcmp(line, "]") == 0)
		return false;
	roster_read_json(owner, line, row);
	return true;
}

static bool read_row(void *owner, struct reader *r, struct roster_row *row)
{
	row->file = mem_dup(owner, r->member);
	row->line = r->csv->line;
	r->first = false;
	if (r->csv->torn)
		row->wrong = "a quote in this line has no end";
	else if (r->json)
		return read_object(owner, r, row);
	else if (r->list)
		read_line(owner, r, row);
	else
		roster_read(owner, r->f, r->csv, r->places, row);
	return true;
}

bool roster_next(void *owner, struct roster *roster, struct roster_row **row, struct error *err)
{
	struct reader *r = (struct reader *)roster;
	bool there = r->csv != NULL;
	*row = NULL;
	while (there || come_to_list(r, &there, err)) {
		if (r->failed) {
			*err = r->error;
			return false;
		}
		if (!there)
			return true;
		while (r->first || csv_next(r->csv)) {
			*row = mem_new(owner, struct roster_row);
			if (read_row(*row, r, *row)) {
				roster->progress = r->bundle || !r->size ? -1 : (double)r->at / (double)r->size;
				return true;
			}
			talloc_free(*row);
			*row = NULL;
		}
		there = false;
	}
	return false;
}
