#include "feeds/mail/mail_head.h"
#include "feeds/dates/dates.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/mime/encoded_word.h"
#include "gateway/base/text/text.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Adds each "<id>" in value that is not there yet. */
static void add_ids(struct mail_message *m, const char *value)
{
	for (const char *s = strchr(value, '<'); s && m->reference_count < MAIL_REFERENCES_MAX; s = strchr(s, '<')) {
		size_t n = strcspn(++s, ">< ");
		char *id = mem_ndup(m, s, n);
		bool known = n == 0 || s[n] != '>';
		for (size_t i = 0; !known && i < m->reference_count; i++)
			known = strcmp(m->references[i], id) == 0;
		if (!known)
			*mem_push(m, m->references, m->reference_count) = id;
	}
}

/* "<id>", or without brackets what some programs write. */
static const char *id_of(void *owner, const char *value)
{
	const char *open = strchr(value, '<');
	const char *s = open ? open + 1 : value;
	size_t n = strcspn(s, open ? ">" : " \t>");
	return n ? text_trim(owner, mem_ndup(owner, s, n)) : NULL;
}

/* The first of these signs in an address that is in no quotes and no comment, or the end. */
static const char *find_sign(const char *s, const char *signs)
{
	bool quoted = false;
	int depth = 0;
	for (; *s; s++) {
		if (*s == '\\' && s[1])
			s++;
		else if (*s == '"' && !depth)
			quoted = !quoted;
		else if (!quoted && (*s == '(' || (*s == ')' && depth)))
			depth += *s == '(' ? 1 : -1;
		else if (!quoted && !depth && strchr(signs, *s))
			break;
	}
	return s;
}

static const char *bracket(const char *s)
{
	const char *found = find_sign(s, "<");
	return *found ? found : NULL;
}

/* Where the first of several addresses ends: at a comma behind it, for names have commas without quotes. */
static size_t first_size(const char *value)
{
	const char *s = find_sign(value, ",");
	while (*s && !memchr(value, '@', (size_t)(s - value)))
		s = find_sign(s + 1, ",");
	return (size_t)(s - value);
}

/* Without quotes around it and backslashes within. */
static char *unquoted(void *owner, const char *s)
{
	char *copy = text_trim(owner, s), *to = copy;
	for (const char *p = copy; *p; p++) {
		if (*p == '\\' && p[1])
			p++;
		else if (*p == '"')
			continue;
		*to++ = *p;
	}
	*to = '\0';
	return text_squeeze(owner, copy);
}

/* "ada@mail.example (Ada Lovelace)", and "ada at mail.example (Ada Lovelace)" of Mailman's archives. */
static void read_comment(struct mail_message *m, char *value)
{
	char *open = strchr(value, '('), *close = strrchr(value, ')');
	if (open && close > open) {
		*close = '\0';
		m->from.name = encoded_word_text(m, unquoted(m, open + 1));
		*open = '\0';
	}
	m->from.email = text_trim(m, text_replace(m, value, " at ", "@"));
	if (!strchr(m->from.email, '@')) {
		m->from.name = m->from.name ? m->from.name : encoded_word_text(m, unquoted(m, value));
		m->from.email = NULL;
	}
}

/* A list that writes for its readers (DMARC) leaves their names: "Ada Lovelace via Tides". */
static void drop_via(struct mail_message *m)
{
	char *via = m->from.name && *m->list_post ? strstr(m->from.name, " via ") : NULL;
	if (via && via > m->from.name)
		m->from.name = mem_ndup(m, m->from.name, (size_t)(via - m->from.name));
}

static void read_from(struct mail_message *m, const char *from)
{
	char *value = mem_ndup(m, from, first_size(from));
	const char *angle = bracket(value);
	if (angle) {
		m->from.email = text_trim(m, mem_ndup(m, angle + 1, strcspn(angle + 1, ">")));
		m->from.name = encoded_word_text(m, unquoted(m, mem_ndup(m, value, (size_t)(angle - value))));
	} else if (*value)
		read_comment(m, value);
	m->from.name = m->from.name ? text_squeeze(m, m->from.name) : NULL;
	m->from.name = text_blank(m->from.name) || text_same(m->from.name, m->from.email) ? NULL : m->from.name;
	m->from.email = text_blank(m->from.email) || !text_utf8(m->from.email, strlen(m->from.email)) ? NULL : m->from.email;
}

char *mail_head_author(void *owner, const struct entry_person *from)
{
	if (from->name)
		return mem_dup(owner, from->name);
	return from->email ? mem_ndup(owner, from->email, strcspn(from->email, "@")) : NULL;
}

/* "Tides <tides.lists.example>" */
static void read_list_id(struct mail_message *m, const char *value)
{
	char *text = encoded_word_text(m, value), *open = strrchr(text, '<');
	m->list_name = open ? unquoted(m, mem_ndup(m, text, (size_t)(open - text))) : "";
	m->list_id = open ? text_trim(m, mem_ndup(m, open + 1, strcspn(open + 1, ">"))) : text_trim(m, text);
}

/* The value in angle brackets that begins with prefix. */
static const char *bracketed(void *owner, const char *value, const char *prefix)
{
	for (const char *s = strchr(value, '<'); s; s = strchr(s, '<')) {
		size_t n = strcspn(++s, ">");
		if (strncasecmp(s, prefix, strlen(prefix)) == 0)
			return encoded_word_text(owner, mem_ndup(owner, s, n));
	}
	return "";
}

static const char *archived_at(void *owner, const char *value)
{
	const char *url = bracketed(owner, value, "http");
	return *url || strncasecmp(value, "http", 4) != 0 ? url : encoded_word_text(owner, mem_ndup(owner, value, strcspn(value, " \t>")));
}

/* A Date that cannot be read: when the last server got it. */
static void read_date(struct mail_message *m, const struct fields *head)
{
	const char *date = fields_get(head, "Date"), *received = fields_get(head, "Received"), *semicolon = strrchr(received, ';');
	m->date_text = encoded_word_text(m, date);
	if (dates_parse(m->date_text, &m->date) || !semicolon)
		return;
	m->date_text = encoded_word_text(m, semicolon + 1);
	if (!dates_parse(m->date_text, &m->date))
		m->date = 0;
}

static void read_results(struct mail_message *m, const struct fields *head)
{
	size_t authors = 0;
	for (size_t i = 0; i < head->count; i++) {
		authors += text_same(head->all[i].name, "From");
		if (text_same(head->all[i].name, "Authentication-Results") && m->result_count < MAIL_RESULTS_MAX)
			*mem_push(m, m->results, m->result_count) = mem_dup(m, head->all[i].value);
	}
	const char *from = fields_get(head, "From");
	m->one_author = authors == 1 && !from[first_size(from)];
}

void mail_head_read(struct mail_message *m, const struct fields *head)
{
	const char *reply = fields_get(head, "In-Reply-To"), *automatic = fields_get(head, "Auto-Submitted");
	m->subject = text_squeeze(m, encoded_word_text(m, fields_get(head, "Subject")));
	m->id = id_of(m, encoded_word_text(m, fields_get(head, "Message-ID")));
	add_ids(m, encoded_word_text(m, fields_get(head, "References")));
	add_ids(m, encoded_word_text(m, reply));
	read_list_id(m, fields_get(head, "List-Id"));
	m->list_post = bracketed(m, fields_get(head, "List-Post"), "mailto:");
	const char *original = fields_get(head, "X-Original-From");
	read_from(m, fields_get(head, "From"));
	m->sender = m->from.email;
	if (*original) {
		m->from = (struct entry_person){ 0 };
		read_from(m, original);
	}
	drop_via(m);
	read_results(m, head);
	m->archived_at = archived_at(m, fields_get(head, "Archived-At"));
	m->language = encoded_word_text(m, fields_get(head, "Content-Language"));
	m->automatic = *automatic && strncasecmp(automatic, "no", 2) != 0 && strncasecmp(automatic, "auto-generated", 14) != 0;
	read_date(m, head);
}
