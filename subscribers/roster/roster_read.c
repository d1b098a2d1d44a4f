/* A row of a table, as what it says of a person. */
#include "gateway/base/address/mailbox.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/legacy.h"
#include "gateway/base/text/text.h"
#include "subscribers/roster/roster_format.h"
#include <jansson.h>
#include <string.h>

/* What is longer is cut: a cell may hold a book. */
enum { TAGS_MAX = 100, TAG_LENGTH = 100, REASON_LENGTH = 500, CONSENTS_MAX = 1000 };

static const char *utf8(void *owner, const char *s) { return text_utf8(s, strlen(s)) ? s : legacy_windows(owner, s); }

/* A cell without the apostrophe that tells spreadsheets that it is no formula. */
static const char *unquoted(const struct roster_format *f, const char *s)
{
	bool own = strcmp(f->name, "pennypost") == 0;
	return *s == '\'' && s[1] && strchr(own ? "=+-@\t\r'" : "=+-@\t\r", s[1]) ? s + 1 : s;
}

static const char *cell(void *owner, const struct roster_format *f, const struct csv *csv, const size_t *places, enum roster_column column)
{
	return unquoted(f, utf8(owner, csv_field(csv, places[column])));
}

/* "2021-03-04 05:06:07", with or without zone (then UTC) and time; 0 for anything else. */
static int64_t when(const char *s)
{
	int64_t ms = 0;
	char *clean = text_trim(NULL, s), *zoned = mem_printf(clean, "%sZ", clean), *dated = mem_printf(clean, "%sT00:00:00Z", clean);
	size_t n = strlen(clean);
	/* "+00" and " UTC" are how databases say it. */
	if (n > 4 && text_same(clean + n - 4, " UTC"))
		zoned = mem_printf(clean, "%.*sZ", (int)(n - 4), clean);
	else if (n > 3 && strcmp(clean + n - 3, "+00") == 0)
		zoned = mem_printf(clean, "%s:00", clean);
	if (*clean && !clock_parse_rfc3339(clean, &ms) && !clock_parse_rfc3339(zoned, &ms) && !clock_parse_rfc3339(dated, &ms))
		ms = 0;
	talloc_free(clean);
	return ms > 0 ? ms : 0;
}

static void add_tag(void *owner, struct roster_row *row, const char *s)
{
	char *tag = text_squeeze(owner, s), *slug = text_tag(NULL, tag);
	if (*slug && row->tag_count < TAGS_MAX)
		*mem_push(owner, row->tags, row->tag_count) = text_cut(owner, tag, TAG_LENGTH);
	talloc_free(slug);
}

/* ["a","b"], or a table of one row in a cell: "a, b", """a"",""b""". */
static void read_tags(void *owner, struct roster_row *row, const char *s)
{
	json_t *array = *s == '[' ? json_loads(s, 0, NULL) : NULL, *value;
	size_t i;
	json_array_foreach(array, i, value) {
		const char *name = json_is_object(value) ? json_string_value(json_object_get(value, "name")) : json_string_value(value);
		if (name)
			add_tag(owner, row, name);
	}
	/* A blank before a quote is no part of the value. */
	char *tight = array ? NULL : text_replace(NULL, s, ", \"", ",\"");
	struct csv *csv = tight ? csv_new(tight, tight, strlen(tight)) : NULL;
	while (csv && csv_next(csv))
		for (i = 0; i < csv->count; i++)
			add_tag(owner, row, csv->fields[i]);
	talloc_free(tight);
	json_decref(array);
}

static void add_consent(void *owner, struct roster_row *row, enum consent_event event, int64_t time, const char *remote, const char *wording)
{
	if (row->consent_count < CONSENTS_MAX)
		*mem_push(owner, row->consents, row->consent_count) = (struct roster_consent){ event, time, remote, wording };
}

/* [{"event": "asked", "time": "...", "remote": "...", "wording": "..."}, ...] */
static void read_consents(void *owner, struct roster_row *row, const json_t *array)
{
	size_t i;
	json_t *value;
	json_array_foreach(array, i, value) {
		const char *event = json_string_value(json_object_get(value, "event")), *time = json_string_value(json_object_get(value, "time"));
		const char *remote = json_string_value(json_object_get(value, "remote")), *wording = json_string_value(json_object_get(value, "wording"));
		enum consent_event e;
		if (event && time && consent_event_named(event, &e))
			add_consent(owner, row, e, when(time), mem_dup(owner, remote ? remote : ""), mem_dup(owner, wording ? wording : ""));
	}
}

/* "user%40host" is what some programs write; "mailto:" what some people do. */
static void read_mail(void *owner, struct roster_row *row, const char *s)
{
	char *typed = text_typed(owner, s);
	if (strncasecmp(typed, "mailto:", 7) == 0)
		typed += 7;
	if (!strchr(typed, '@') && strstr(typed, "%40"))
		typed = text_replace(owner, typed, "%40", "@");
	row->value = mailbox_normalise(owner, typed);
	row->folded = row->value ? mailbox_fold(owner, row->value) : NULL;
	if (!row->value)
		row->wrong = *typed ? mem_printf(owner, "'%s' is not a mail address", text_cut(owner, typed, 80)) : "there is no mail address";
}

static void read_status(void *owner, const struct roster_format *f, const char *status, const char *why, struct roster_row *row)
{
	const struct roster_word *w = f->words;
	while (w->status && !text_same(w->status, status))
		w++;
	row->state = w->state;
	if (row->state != ROSTER_LEFT && row->state != ROSTER_SUPPRESSED)
		return;
	const char *word = f->why ? f->why : status;
	row->reason = *why ? mem_printf(owner, "%s at %s: %s", word, f->label, text_cut(owner, why, REASON_LENGTH)) : mem_printf(owner, "%s at %s", word, f->label);
}

/* "comp" and "yearly" are names of what somebody has, these are not. */
static bool says_no(const char *word)
{
	static const char *const words[] = { "", "free", "false", "f", "0", "no", "none", "subscriber" };
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (text_same(word, words[i]))
			return true;
	return false;
}

static enum subscriber_tier read_tier(const struct roster_format *f, const char *const text[ROSTER_COLUMNS])
{
	int64_t until = when(text[ROSTER_PAID_UNTIL]);
	bool pays = false;
	for (size_t i = 0; i < sizeof f->supporters / sizeof *f->supporters && f->supporters[i].column != ROSTER_MAIL; i++) {
		char *word = text_trim(NULL, text[f->supporters[i].column]);
		pays = pays || (f->supporters[i].word ? text_same(word, f->supporters[i].word) : !says_no(word));
		talloc_free(word);
	}
	return pays && (!until || until > clock_now()) ? TIER_SUPPORTER : TIER_SUBSCRIBER;
}

/* Rows of our own exports say all of it; state is already read. */
static void read_own(void *owner, const char *kind, const char *address, const char *reason, struct roster_row *row)
{
	row->erased = strcmp(kind, "erased") == 0;
	row->kind = strcmp(kind, "actor") == 0 ? ADDRESS_ACTOR : ADDRESS_MAIL;
	row->reason = *reason ? mem_dup(owner, reason) : NULL;
	row->agreed = true;
	if (row->erased || row->kind == ADDRESS_ACTOR) {
		row->value = row->folded = mem_dup(owner, address);
		bool fine = row->erased ? strlen(address) == 64 && strspn(address, "0123456789abcdef") == 64
		                        : text_starts(address, "https://") || text_starts(address, "http://");
		row->wrong = fine ? NULL : "its address is none";
	} else {
		read_mail(owner, row, address);
	}
}

static bool is_own(const struct roster_format *f) { return strcmp(f->name, "pennypost") == 0; }

void roster_read(void *owner, const struct roster_format *f, const struct csv *csv, const size_t places[ROSTER_COLUMNS], struct roster_row *row)
{
#define CELL(column) cell(owner, f, csv, places, column)
	const char *kind = CELL(ROSTER_KIND), *why = CELL(ROSTER_WHY), *text[ROSTER_COLUMNS];
	for (size_t i = 0; i < ROSTER_COLUMNS; i++)
		text[i] = CELL((enum roster_column)i);
	row->tier = read_tier(f, text);
	row->created = when(CELL(ROSTER_CREATED));
	row->confirmed = when(CELL(ROSTER_CONFIRMED));
	row->ended = when(CELL(ROSTER_ENDED));
	char *status = text_trim(owner, CELL(ROSTER_STATUS));
	read_status(owner, f, status, why, row);
	read_tags(owner, row, CELL(ROSTER_TAGS));
	if (is_own(f)) {
		json_t *consents = json_loads(CELL(ROSTER_CONSENTS), 0, NULL);
		read_own(owner, kind, CELL(ROSTER_MAIL), why, row);
		row->follow = *CELL(ROSTER_FOLLOW) ? mem_dup(owner, CELL(ROSTER_FOLLOW)) : NULL;
		read_consents(owner, row, consents);
		json_decref(consents);
		return;
	}
	read_mail(owner, row, CELL(ROSTER_MAIL));
	if (*kind && !text_same(kind, "member") && !strstr(kind, "MemberRole.member"))
		row->state = ROSTER_NO_MEMBER;
	if (row->state == ROSTER_SUBSCRIBED && row->ended) {
		row->state = ROSTER_LEFT;
		row->reason = mem_printf(owner, "ended at %s", f->label);
	}
	int64_t asked = when(CELL(ROSTER_ASKED));
	row->agreed = f->agreed && asked;
	if (asked)
		add_consent(owner, row, CONSENT_ASKED, asked, mem_dup(owner, CELL(ROSTER_ASKED_IP)), mem_printf(owner, "as %s says", f->label));
	if (row->confirmed)
		add_consent(owner, row, CONSENT_CONFIRMED, row->confirmed, mem_dup(owner, CELL(ROSTER_CONFIRMED_IP)), mem_printf(owner, "as %s says", f->label));
	if (!asked && row->created)
		add_consent(owner, row, CONSENT_ASKED, row->created, "", mem_printf(owner, "as %s says: when it was added there", f->label));
#undef CELL
}

void roster_read_json(void *owner, const char *line, struct roster_row *row)
{
	json_error_t why;
	json_t *object = json_loads(line, 0, &why), *value;
	const char *text[ROSTER_COLUMNS], *name;
	const struct roster_format *f = roster_all;
	for (size_t i = 0; i < ROSTER_COLUMNS; i++)
		text[i] = "";
	if (!json_is_object(object))
		row->wrong = mem_printf(owner, "this line is no object of JSON: %s", why.text);
	json_object_foreach(object, name, value)
		for (size_t i = 0; json_is_string(value) && f->columns[i].name; i++)
			if (strcmp(name, f->columns[i].name) == 0)
				text[f->columns[i].column] = json_string_value(value);
	if (!row->wrong) {
		size_t i;
		read_status(owner, f, text[ROSTER_STATUS], "", row);
		row->tier = read_tier(f, text);
		read_own(owner, text[ROSTER_KIND], text[ROSTER_MAIL], text[ROSTER_WHY], row);
		row->created = when(text[ROSTER_CREATED]);
		row->confirmed = when(text[ROSTER_CONFIRMED]);
		row->ended = when(text[ROSTER_ENDED]);
		row->follow = *text[ROSTER_FOLLOW] ? mem_dup(owner, text[ROSTER_FOLLOW]) : NULL;
		read_consents(owner, row, json_object_get(object, "consents"));
		json_array_foreach(json_object_get(object, "tags"), i, value)
			if (json_is_string(value))
				add_tag(owner, row, json_string_value(value));
	}
	json_decref(object);
}
