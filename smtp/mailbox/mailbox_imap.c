#include "gateway/base/memory/mem.h"
#include "smtp/mailbox/mailbox_protocol.h"
#include <libetpan/mailimap.h>
#include <libetpan/uidplus.h>
#include <string.h>
#include <strings.h>

static bool check(struct mailbox_session *s, int rc, const char *what, struct error *err)
{
	return rc == MAILIMAP_NO_ERROR || rc == MAILIMAP_NO_ERROR_AUTHENTICATED || rc == MAILIMAP_NO_ERROR_NON_AUTHENTICATED ||
	       mailbox_stream_failed(s->stream, what, err);
}

static bool secure(struct mailbox_session *s, mailstream *stream, struct error *err)
{
	return s->options->security != MAILBOX_STARTTLS ||
	       (check(s, mailimap_starttls(s->handle), "does not offer STARTTLS", err) && mailbox_stream_start_tls(s->stream, stream, err));
}

static bool select_folder(struct mailbox_session *s, struct error *err)
{
	mailimap *imap = s->handle;
	if (!check(s, mailimap_select(imap, s->options->folder), "does not open the folder", err))
		return false;
	s->validity = imap->imap_selection_info ? imap->imap_selection_info->sel_uidvalidity : 0;
	return true;
}

static bool open_session(struct mailbox_session *s, struct error *err)
{
	mailstream *stream = mailbox_stream_of(s->stream);
	s->handle = mem_check(mailimap_new(0, NULL));
	return check(s, mailimap_connect(s->handle, stream), "is no IMAP server", err) && secure(s, stream, err) &&
	       check(s, mailimap_login(s->handle, s->options->user, s->options->password), "refuses the user or the password", err) && select_folder(s, err);
}

/* The parts of an answer to FETCH that we ask for. */
struct fetched {
	uint32_t uid, size;
	const char *body;
	size_t body_size;
};

static struct fetched read_fetched(const struct mailimap_msg_att *message)
{
	struct fetched f = { 0 };
	for (clistiter *i = clist_begin(message->att_list); i; i = clist_next(i)) {
		const struct mailimap_msg_att_item *item = clist_content(i);
		const struct mailimap_msg_att_static *part = item->att_type == MAILIMAP_MSG_ATT_ITEM_STATIC ? item->att_data.att_static : NULL;
		if (!part)
			continue;
		if (part->att_type == MAILIMAP_MSG_ATT_UID) {
			f.uid = part->att_data.att_uid;
		} else if (part->att_type == MAILIMAP_MSG_ATT_RFC822_SIZE) {
			f.size = part->att_data.att_rfc822_size;
		} else if (part->att_type == MAILIMAP_MSG_ATT_BODY_SECTION) {
			f.body = part->att_data.att_body_section->sec_body_part;
			f.body_size = part->att_data.att_body_section->sec_length;
		}
	}
	return f;
}

/* Asks for these attributes of the messages; frees set. */
static int ask(struct mailbox_session *s, struct mailimap_set *set, struct mailimap_fetch_att *const *attributes, clist **found)
{
	struct mailimap_fetch_type *type = mem_check(mailimap_fetch_type_new_fetch_att_list_empty());
	for (; *attributes; attributes++)
		mailimap_fetch_type_new_fetch_att_list_add(type, *attributes);
	int rc = mailimap_uid_fetch(s->handle, set, type, found);
	mailimap_fetch_type_free(type);
	mailimap_set_free(set);
	return rc;
}

static bool list(void *owner, struct mailbox_session *s, struct mailbox_item **all, size_t *count, struct error *err)
{
	clist *found = NULL;
	mailimap *imap = s->handle;
	*all = NULL;
	*count = 0;
	/* Some servers do not like to be asked for all of nothing. */
	if (imap->imap_selection_info && !imap->imap_selection_info->sel_exists)
		return true;
	struct mailimap_fetch_att *const attributes[] = { mem_check(mailimap_fetch_att_new_uid()), mem_check(mailimap_fetch_att_new_rfc822_size()), NULL };
	if (!check(s, ask(s, mem_check(mailimap_set_new_interval(1, 0)), attributes, &found), "does not list its messages", err))
		return false;
	for (clistiter *i = clist_begin(found); i; i = clist_next(i)) {
		struct fetched f = read_fetched(clist_content(i));
		if (f.uid)
			*mem_push(owner, *all, *count) = (struct mailbox_item){ mem_printf(owner, "%lu.%lu", s->validity, (unsigned long)f.uid), f.size, f.uid };
	}
	mailimap_fetch_list_free(found);
	return true;
}

static bool fetch(void *owner, struct mailbox_session *s, const struct mailbox_item *item, char **data, size_t *size, struct error *err)
{
	clist *found = NULL;
	*data = NULL;
	struct mailimap_fetch_att *const attributes[] = { mem_check(mailimap_fetch_att_new_body_peek_section(mem_check(mailimap_section_new(NULL)))), NULL };
	if (!check(s, ask(s, mem_check(mailimap_set_new_single(item->number)), attributes, &found), "does not give a message", err))
		return false;
	for (clistiter *i = clist_begin(found); i && !*data; i = clist_next(i)) {
		struct fetched f = read_fetched(clist_content(i));
		if (!f.body)
			continue;
		*size = f.body_size;
		*data = mem_array(owner, char, f.body_size + 1);
		memcpy(*data, f.body, f.body_size);
	}
	mailimap_fetch_list_free(found);
	return *data || error_set(err, ERROR_NOT_FOUND, "the message is gone");
}

static bool remove_item(struct mailbox_session *s, const struct mailbox_item *item, struct error *err)
{
	struct mailimap_flag_list *flags = mem_check(mailimap_flag_list_new_empty());
	mailimap_flag_list_add(flags, mem_check(mailimap_flag_new_deleted()));
	struct mailimap_store_att_flags *store = mem_check(mailimap_store_att_flags_new_add_flags(flags));
	struct mailimap_set *set = mem_check(mailimap_set_new_single(item->number));
	int rc = mailimap_uid_store(s->handle, set, store);
	mailimap_set_free(set);
	mailimap_store_att_flags_free(store);
	if (!check(s, rc, "does not delete a message", err))
		return false;
	*mem_push(NULL, s->removed, s->removed_count) = item->number;
	return true;
}

/* RFC 4315.  What a server says of itself may change by signing in. */
static bool has_uidplus(struct mailbox_session *s)
{
	struct mailimap_capability_data *said = NULL;
	bool has = false;
	if (mailimap_capability(s->handle, &said) != MAILIMAP_NO_ERROR || !said)
		return false;
	for (clistiter *i = clist_begin(said->cap_list); i; i = clist_next(i)) {
		const struct mailimap_capability *one = clist_content(i);
		has = has || (one->cap_type == MAILIMAP_CAPABILITY_NAME && strcasecmp(one->cap_data.cap_name, "UIDPLUS") == 0);
	}
	mailimap_capability_data_free(said);
	return has;
}

/* Others may have marked messages, too, and not want them to go yet; a server that cannot tell them apart removes them all. */
static bool expunge(struct mailbox_session *s, struct error *err)
{
	if (!s->removed_count)
		return true;
	if (!has_uidplus(s))
		return check(s, mailimap_expunge(s->handle), "does not expunge", err);
	struct mailimap_set *set = mem_check(mailimap_set_new_empty());
	for (size_t i = 0; i < s->removed_count; i++)
		mailimap_set_add_single(set, s->removed[i]);
	int rc = mailimap_uid_expunge(s->handle, set);
	mailimap_set_free(set);
	return check(s, rc, "does not expunge", err);
}

static bool close_session(struct mailbox_session *s, struct error *err)
{
	return expunge(s, err) && check(s, mailimap_logout(s->handle), "does not end the session", err);
}

/* mailimap_free would log out, and wait for an answer. */
static void free_session(struct mailbox_session *s)
{
	mailimap *imap = s->handle;
	TALLOC_FREE(s->removed);
	if (imap->imap_stream) {
		mailstream_close(imap->imap_stream);
		imap->imap_stream = NULL;
	}
	mailimap_free(imap);
}

const struct mailbox_protocol_kind mailbox_imap = { open_session, list, fetch, remove_item, close_session, free_session };
