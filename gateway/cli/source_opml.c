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
	size_t added, known, refused;
};

static int64_t known(const struct import *in, const char *url)
{
	for (size_t i = 0; i < talloc_array_length(in->there); i++)
		if (strcmp(in->there[i]->url, url) == 0)
			return in->there[i]->id;
	return 0;
}

static void tell(int64_t id, const char *what, const struct opml_line *line, void *owner)
{
	printf(id ? "%lld\t" : "-\t", (long long)id);
	cli_field(stdout, what);
	fputc('\t', stdout);
	cli_field(stdout, source_redact_url(owner, line->url));
	fputc('\t', stdout);
	cli_field(stdout, line->title ? line->title : "-");
	fputc('\n', stdout);
}

/* It is due at once: its first fetch, which sends nothing, is the role ingest's. */
static void add(struct import *in, const struct opml_line *line)
{
	void *owner = in->call->cli->owner;
	struct error err = { 0 };
	int64_t id = line->wrong ? 0 : known(in, opml_public_url(owner, line->url));
	if (line->wrong) {
		in->refused++;
		tell(0, line->wrong, line, owner);
	} else if (id || (!source_add(in->call->cli->db, in->publication, SOURCE_FEED, line->url, 0, &id, &err) && err.kind == ERROR_EXISTS)) {
		in->known++;
		tell(id, "there already", line, owner);
	} else if (err.text[0]) {
		in->refused++;
		tell(0, err.text, line, owner);
	} else {
		in->added++;
		tell(id, "added", line, owner);
	}
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
	if (!lines || !source_list(cli->owner, cli->db, p->id, &in.there, err) || !db_begin(cli->db, err))
		return cli_fail(err);
	in.publication = p->id;
	/* An OPML list has no passwords, so URLs are compared without them. */
	for (size_t i = 0; i < talloc_array_length(in.there); i++)
		in.there[i]->url = opml_public_url(in.there[i], in.there[i]->url);
	for (size_t i = 0; i < count; i++)
		add(&in, &lines[i]);
	if (!db_commit(cli->db, err))
		return cli_fail(err);
	fprintf(stderr, "pennypost: %zu added, %zu there already, %zu refused; what they have already will not be sent to anybody\n", in.added, in.known, in.refused);
	return in.refused ? 1 : 0;
}
