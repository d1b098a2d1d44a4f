#include "feeds/match/origin.h"
#include "feeds/source/opml.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/file.h"
#include "gateway/cli/source.h"
#include <string.h>

int source_verb_export(struct source_call *call, struct error *err)
{
	struct source **all;
	struct cli *cli = call->cli;
	struct publication *p = publication_choose(cli->owner, cli->db, call->publication, err);
	if (!p || !source_list(cli->owner, cli->db, p->id, &all, err))
		return cli_fail(err);
	for (size_t i = 0; i < talloc_array_length(all); i++)
		if (!opml_takes(all[i]))
			fprintf(stderr, "pennypost: source %lld is left out: '%s' means something on this machine only\n", (long long)all[i]->id, all[i]->url);
	opml_write(stdout, p->name, all, talloc_array_length(all));
	return 0;
}

/* An import, and what there is already. */
struct import {
	struct source_call *call;
	int64_t publication;
	struct source **there;
	struct outcome { int64_t id; const char *what; } *outcomes; /* of each line, told once it is committed */
	size_t added, known, refused;
};

static int64_t known(const struct import *in, const char *url)
{
	for (size_t i = 0; i < talloc_array_length(in->there); i++)
		if (strcmp(in->there[i]->url, url) == 0)
			return in->there[i]->id;
	return 0;
}

static void tell(struct import *in, const struct outcome *o, const struct opml_line *line)
{
	*(!o->id ? &in->refused : strcmp(o->what, "added") == 0 ? &in->added : &in->known) += 1;
	printf(o->id ? "%lld\t" : "-\t", (long long)o->id);
	cli_field(stdout, o->what);
	fputc('\t', stdout);
	cli_field(stdout, source_redact_url(in->call->cli->owner, line->url));
	fputc('\t', stdout);
	cli_field(stdout, line->title ? line->title : "-");
	fputc('\n', stdout);
}

/* It is due at once: its first fetch, which sends nothing, is the role ingest's. */
static bool add(struct import *in, const struct opml_line *line, struct outcome *o, struct error *err)
{
	struct cli *cli = in->call->cli;
	int64_t id = line->wrong ? 0 : known(in, opml_public_url(cli->owner, line->url));
	*o = (struct outcome){ id, line->wrong ? line->wrong : "there already" };
	if (line->wrong || id)
		return true;
	if (!origin_check_url(cli->db, line->url, err)) {
		o->what = mem_dup(cli->owner, err->text);
		return err->kind == ERROR_INVALID;
	}
	bool fresh = source_add(cli->db, in->publication, SOURCE_FEED, line->url, 0, &o->id, err);
	if (fresh)
		o->what = "added";
	if (fresh && (line->title || line->folder))
		fresh = source_set(cli->db, o->id, &(struct source_settings){ .name = line->title, .folder = line->folder }, err);
	return fresh || err->kind == ERROR_EXISTS;
}

/* The first of these lines, in one transaction. */
static bool add_some(struct import *in, const struct opml_line *lines, size_t count, size_t *done, struct error *err)
{
	struct db *db = in->call->cli->db;
	size_t n = 0;
	bool fine = db_begin(db, err);
	if (!fine)
		return false;
	while (fine && n < count && (n == 0 || !db_turn_over(db, n))) {
		fine = add(in, &lines[n], &in->outcomes[n], err);
		n++;
	}
	fine = db_end(db, fine, err);
	db_give_way(db);
	*done = n;
	return fine;
}

static bool add_all(struct import *in, const struct opml_line *lines, size_t count, struct error *err)
{
	int64_t until = 0;
	for (size_t from = 0, done; from < count; from += done) {
		while (!add_some(in, lines + from, count - from, &done, err))
			if (!cli_again(in->call->cli, err, &until))
				return false;
		until = 0;
		for (size_t i = 0; i < done; i++)
			tell(in, &in->outcomes[i], &lines[from + i]);
	}
	return true;
}

int source_verb_import(struct source_call *call, struct error *err)
{
	size_t count;
	struct cli *cli = call->cli;
	const char *file = call->words[0];
	struct publication *p = publication_choose(cli->owner, cli->db, call->publication, err);
	struct buf *data = p ? file_read(cli->owner, file, OPML_MAX_SIZE, err) : NULL;
	struct opml_line *lines = data ? opml_read(cli->owner, data->data, data->size, &count, err) : NULL;
	if (data && !lines)
		error_prefix(err, "'%s': ", file);
	struct import in = { .call = call };
	if (!lines || !source_list(cli->owner, cli->db, p->id, &in.there, err))
		return cli_fail(err);
	in.publication = p->id;
	in.outcomes = mem_array(cli->owner, struct outcome, count + 1);
	/* An OPML list has no passwords, so URLs are compared without them. */
	for (size_t i = 0; i < talloc_array_length(in.there); i++)
		in.there[i]->url = opml_public_url(in.there[i], in.there[i]->url);
	bool fine = add_all(&in, lines, count, err);
	fprintf(stderr, "pennypost: %zu added, %zu there already, %zu refused; what they have already will not be sent to anybody\n", in.added, in.known, in.refused);
	if (!fine)
		return cli_fail(err);
	return in.refused ? 1 : 0;
}
