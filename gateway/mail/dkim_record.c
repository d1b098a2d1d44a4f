#include "gateway/mail/dkim_record.h"
#include "gateway/base/address/mailbox.h"
#include "gateway/base/memory/mem.h"
#include <string.h>

struct dkim_record *dkim_record(void *owner, struct db *db, const struct publication *p, enum key_type type, struct error *err)
{
	struct dkim_record *r = mem_new(owner, struct dkim_record);
	r->key = publication_key(r, db, p->id, PUBLICATION_KEY_DKIM, type, err);
	if (!r->key) {
		talloc_free(r);
		return NULL;
	}
	r->domain = mem_dup(r, mailbox_domain(p->mail_from));
	r->selector = type == KEY_RSA ? "pennypost" : "pennypost-ed";
	r->name = mem_printf(r, "%s._domainkey.%s", r->selector, r->domain);
	r->text = mem_printf(r, "v=DKIM1; k=%s; p=%s", type == KEY_RSA ? "rsa" : "ed25519", key_dkim_public(r, r->key));
	return r;
}

char *dkim_record_line(void *owner, const struct dkim_record *r)
{
	enum { PIECE_MAX = 255 };
	char *line = mem_printf(owner, "%s.\tTXT\t", r->name);
	for (const char *p = r->text; *p;) {
		int n = (int)strnlen(p, PIECE_MAX);
		line = mem_check(talloc_asprintf_append(line, "%s\"%.*s\"", p == r->text ? "" : " ", n, p));
		p += n;
	}
	return line;
}
