#include "gateway/inbound/route.h"
#include "feeds/source/source.h"
#include "gateway/archive/mail/list_address.h"
#include "gateway/base/address/mailbox.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "subscribers/bounce/bounce_token.h"
#include <string.h>

/* What is known of the recipient while it is looked for. */
struct search {
	struct db *db;
	const struct config *config;
	struct publication **all;
	size_t count;
	struct mail_in *m;
	bool found;
};

static void found(struct search *s, int64_t publication, enum mail_in_kind kind)
{
	s->m->publication = publication;
	s->m->kind = kind;
	s->found = true;
}

/* Of two publications with one handle the older one has the address. */
static bool as_list(struct search *s, struct error *err)
{
	struct list_address a;
	(void)err;
	if (!s->config->inbound.domain || !list_address_read(s->all, s->m->recipient, &a) || !text_same(a.domain, s->config->inbound.domain) ||
	    a.command == LIST_NO_COMMAND)
		return true;
	for (size_t i = 0; i < s->count && !s->found; i++)
		if (text_same(s->all[i]->handle, a.handle))
			found(s, s->all[i]->id, a.command == LIST_POST || a.command == LIST_REPLY ? MAIL_IN_POST : a.command == LIST_OWNER ? MAIL_IN_OWNER : MAIL_IN_COMMAND);
	return true;
}

static bool as_source(struct search *s, struct error *err)
{
	char *url = source_url_of_mail(s->all, s->m->recipient);
	if (!url)
		return true;
	struct db_rows *rows = db_query(s->db, "SELECT publication, id FROM source WHERE url = $1 ORDER BY id LIMIT 1", DB_ARGS(db_text(url)));
	if (db_next(rows)) {
		found(s, db_column_int(rows, 0), MAIL_IN_SOURCE);
		s->m->source = db_column_int(rows, 1);
	}
	return db_finish(rows, err);
}

static bool as_return_path(struct search *s, struct error *err)
{
	char *token = bounce_token_in(s->all, s->m->recipient);
	struct error why = { 0 };
	struct bounce_origin *origin = token ? bounce_token_find(s->all, s->db, token, false, &why) : NULL;
	if (origin)
		found(s, origin->publication, MAIL_IN_RETURN);
	if (!token || origin || why.kind == ERROR_NOT_FOUND)
		return true;
	*err = why;
	return false;
}

/* "b@bounces.example", or the address of the setting; of a publication without one, "b" at the host that its letters come from. */
static char *bare_return_path(void *owner, const struct config *config, const struct publication *p)
{
	const char *set = config->mail.bounces;
	return set && strchr(set, '@') ? mem_dup(owner, set) : mem_printf(owner, "b@%s", set ? set : mailbox_domain(p->mail_from));
}

static bool as_mailbox(struct search *s, struct error *err)
{
	(void)err;
	for (size_t i = 0; i < s->count && !s->found; i++) {
		if (text_same(s->m->recipient, s->all[i]->mail_from))
			found(s, s->all[i]->id, MAIL_IN_POST);
		else if (text_same(s->m->recipient, bare_return_path(s->all, s->config, s->all[i])))
			found(s, s->all[i]->id, MAIL_IN_RETURN);
	}
	return true;
}

/* Those that are leaving have no addresses any more. */
static bool list_staying(void *owner, struct search *s, struct error *err)
{
	struct publication **all;
	size_t count;
	if (!publication_all(owner, s->db, &all, &count, err))
		return false;
	s->all = all;
	for (size_t i = 0; i < count; i++)
		if (!all[i]->leaving)
			s->all[s->count++] = all[i];
	return true;
}

bool route_mail(struct db *db, const struct config *config, struct mail_in *m, struct error *err)
{
	static bool (*const ways[])(struct search *, struct error *) = { as_list, as_source, as_return_path, as_mailbox };
	struct search s = { .db = db, .config = config, .m = m };
	void *scratch = talloc_new(NULL);
	bool fine = list_staying(scratch, &s, err);
	for (size_t i = 0; fine && s.count && !s.found && i < sizeof ways / sizeof *ways; i++)
		fine = ways[i](&s, err);
	talloc_free(scratch);
	return fine && (s.found || error_set(err, ERROR_NOT_FOUND, "no such address here"));
}

bool route_store(struct db *db, const struct mail_in *m, struct error *err)
{
	return mail_in_put(db, m, err) && (!m->source || source_make_due(db, m->source, err));
}
