#pragma once
/*
 * ingest_mail - mails of a source into the archive.
 *
 * A source of mails is the folder of a Maildir ("maildir:///var/mail/news"), into
 * which a mail server delivers, or an address ("mailto:news@lists.example") whose
 * mail the role receive takes in (mail_in.h).  Each message is an entry.  Nothing in a
 * folder is changed: which files were read is a row each.  Mail to an address is
 * deleted once it is an entry.  A mail that does not come from whom it says is
 * held, when the owner says how that is known; to an address anybody can write, so there
 * all are held that are not proved to be.  What is no post (an automatic reply, more than
 * can be read) counts as read.
 */
#include "feeds/ingest/ingest_ready.h"
#include "feeds/ingest/ingest.h"

struct ingest_mail {
	const char *name;  /* of its file without flags; NULL: it is from no folder */
	int64_t row;       /* of mail_in, which this process holds; 0: it is from no address */
	const char *data;
	size_t size;
};

/* Are its posts mails? */
bool ingest_mail_is_source(const struct source *source);
/* And do they come to an address? */
bool ingest_mail_is_address(const struct source *source);
/* The oldest message of source that was not read yet; *mail is NULL when there is none.  Belongs to owner. */
bool ingest_mail_next(void *owner, struct ingest *in, const struct source *source, struct ingest_mail **mail, struct error *err);
/* Parses one, as a helper does for the role ingest: of source only its URL and the settings access and authenticate count.  Belongs to owner. */
struct ingest_parsed *ingest_mail_parse(void *owner, const struct source *source, const char *data, size_t size);
/* Stores what was made of it, as news when source was imported before, and notes that it was read.  result adds up. */
bool ingest_mail(struct ingest *in, struct source *source, const struct ingest_mail *mail, const struct ingest_parsed *parsed, struct ingest_result *result,
                 struct error *err);
/*
 * A mail that could not be read or stored, as why says.  One that came to an address is tried again, and quarantined the third time;
 * false with err when the database cannot be used.
 */
bool ingest_mail_failed(struct ingest *in, const struct source *source, const struct ingest_mail *mail, const struct error *why, struct error *err);
/* All that was not read of source's folder, in this process.  result->entries is how many.  Of an address none: the role ingest reads that. */
bool ingest_mail_folder(struct ingest *in, struct source *source, struct ingest_result *result, struct error *err);
