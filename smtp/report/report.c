#include "smtp/report/report.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "smtp/report/addr_spec.h"
#include "smtp/report/autoreply.h"
#include "smtp/report/collect.h"
#include "smtp/report/decode.h"
#include "smtp/report/freeform.h"
#include "smtp/report/notification.h"
#include "smtp/report/part.h"
#include "smtp/report/report_fields.h"
#include <string.h>
#include <strings.h>

/* How deep a report may be attached to another message. */
enum { NESTED_MAX = 2, WORDS_MAX = 500 };

/* Whom the report was sent to. */
static char *sent_to(void *owner, const struct fields *head)
{
	static const char *const names[] = { "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "Apparently-To", "To" };
	char *all = mem_dup(owner, "");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		all = talloc_asprintf_append_buffer(all, "%s ", fields_get(head, names[i]));
	return all;
}

/* The returned message's own fields; the first one that was returned counts. */
static void read_returned(struct reports *r, const struct parts_found *parts)
{
	for (size_t i = 0; i < parts->count; i++) {
		const char *rest;
		if (parts->all[i].kind != PART_RETURNED)
			continue;
		struct fields *f = fields_read(r, parts->all[i].text, &rest);
		r->message_id = fields_get(f, "Message-ID");
		r->return_path = addr_spec_of_field(r, fields_get(f, "Return-Path"));
		r->to = fields_get(f, "To");
		r->subject = decode_words(r, fields_get(f, "Subject"));
		return;
	}
}

/* The same out of what the words quote. */
static void read_quoted(struct reports *r, const char *text)
{
	const char *s = text + freeform_size(text), *rest;
	for (int lines = 0; *s && lines < 8; lines++) {
		struct fields *f = fields_read(r, s, &rest);
		if (f->count > 2) {
			r->message_id = *r->message_id ? r->message_id : fields_get(f, "Message-ID");
			r->return_path = *r->return_path ? r->return_path : addr_spec_of_field(r, fields_get(f, "Return-Path"));
			r->to = *r->to ? r->to : fields_get(f, "To");
			r->subject = *r->subject ? r->subject : decode_words(r, fields_get(f, "Subject"));
			return;
		}
		s += strcspn(s, "\n");
		s += *s == '\n';
	}
}

/* All words for people; those in HTML when there are no others. */
static char *words_of(void *owner, const struct parts_found *parts)
{
	for (int html = 0; html < 2; html++) {
		char *all = mem_dup(owner, "");
		for (size_t i = 0; i < parts->count; i++)
			if (parts->all[i].kind == (html ? PART_HTML : PART_TEXT))
				all = talloc_asprintf_append_buffer(all, "%s\n", parts->all[i].text);
		if (!text_blank(all))
			return all;
	}
	return mem_dup(owner, "");
}

/* Is it from a mail system? */
static bool is_of_daemon(const struct fields *head)
{
	static const char *const senders[] = { "mailer-daemon", "mailer_daemon", "maildaemon", "postmaster", "post_master", "poostmaster", "mail delivery", "mail.delivery", "mmsc ndr",
	                                       "mailsystem", "mail system" };
	const char *from = fields_get(head, "From"), *path = fields_get(head, "Return-Path");
	for (size_t i = 0; i < sizeof senders / sizeof *senders; i++)
		if (strcasestr(from, senders[i]) || strcasestr(path, senders[i]))
			return true;
	return strstr(from, "<>") || *fields_get(head, "X-Failed-Recipients");
}

/* Is it called a report?  So are other things. */
static bool is_called_report(const char *subject)
{
	static const char *const names[] = { "undeliver", "delivery status", "delivery fail", "delivery notif", "delivery report", "delivery has", "delivery error", "delivery problem", "delivery delay",
	                                     "mail delivery", "message delivery", "failure notice", "failure delivery", "returned mail", "mail failed", "mail failure", "mail error", "message failure",
	                                     "could not be delivered", "error sending your mail", "mail system error", "bounced", "non remis", "unzustellbar", "nicht zugestellt", "no entregado",
	                                     "no se puede entregar", "non recapitabile", "não entregue", "配信", "配送", "送信でき", "退信", "не доставлено", "недоставлен" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strstr(subject, names[i]))
			return true;
	return false;
}

/* Are the words those of a report, and not of a person who speaks of one? */
static bool looks_like_report(const struct fields *head, const struct mentions *m, const char *text)
{
	char status[16];
	if (is_of_daemon(head))
		return true;
	void *t = talloc_new(NULL);
	const char *subject = text_fold(t, text_trim(t, decode_words(t, fields_get(head, "Subject"))));
	bool personal = autoreply_is(head) || text_starts(subject, "re:") || text_starts(subject, "fwd:") || text_starts(subject, "fw:");
	bool refused = verdict_codes(text, status, sizeof status) >= 400 || *status > '2';
	bool called = is_called_report(subject) || text_same(fields_get(head, "Return-Path"), "<>");
	talloc_free(t);
	return !personal && (m->dialect || (called && refused));
}

static const struct mention *mention_of(const struct mentions *m, const struct report *report)
{
	for (size_t i = 0; i < m->count; i++)
		if (text_same(m->all[i].address, report->recipient) || (*report->alias && text_same(m->all[i].address, report->alias)))
			return &m->all[i];
	return NULL;
}

/* The words of people's text about this one, with the stage in front, so that the classifier finds it. */
static const char *further(struct reports *r, const struct mention *m)
{
	static const char *const stages[] = { "", "(refused to talk to me) ", "(after MAIL) ", "(after RCPT) ", "(after DATA) " };
	return m ? mem_printf(r, "%s%s", stages[m->stage], m->words) : "";
}

/* What the fields of a report do not say, its words may. */
static void complete(struct reports *r, const struct mentions *m)
{
	for (size_t i = 0; i < r->count; i++) {
		struct report *report = &r->all[i];
		const struct mention *one = mention_of(m, report);
		/* The one that the report is about may be named otherwise in its words. */
		if (!one && r->count == 1 && m->count == 1)
			one = &m->all[0];
		if (report->class == REPORT_DELIVERED || report->class == REPORT_COMPLAINT)
			continue;
		collect_classify(r, report, further(r, one), strcasecmp(report->action, "delayed") == 0);
		if (!*report->words && one)
			report->words = mem_dup(r, one->words);
	}
}

/* Words that announce that it is still tried. */
static bool is_delay(const char *words)
{
	static const char *const known[] = { "has been delayed", "is delayed", "not yet been delivered", "delivery attempts will continue", "will be retried", "this is a warning message only",
	                                     "warning message only", "still being retried", "will continue to", "delayed for more than" };
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcasestr(words, known[i]))
			return true;
	return false;
}

/* A reply in the middle of other words ends with its bracket, or its paragraph. */
static size_t reply_size(const char *reply, const char *words)
{
	const char *end = reply > words && reply[-1] == '[' ? strchr(reply, ']') : NULL;
	if (!end)
		end = strstr(reply, "\n\n");
	return end ? (size_t)(end - reply) : strlen(reply);
}

/* Words that announce that it arrived. */
static bool is_success(const char *words)
{
	return strcasestr(words, "successfully delivered") || strcasestr(words, "successful delivery") || strcasestr(words, "was successfully relayed") ||
	       strcasestr(words, "has been delivered to the following") || strcasestr(words, "was delivered to the following");
}

static void add_mention(struct reports *r, const char *address, const struct mention *m, const char *text, bool group)
{
	struct report *report = collect_add(r, address);
	if (!report)
		return;
	const char *words = m ? m->words : text, *reply = verdict_reply(words);
	report->words = mem_ndup(r, reply ? reply : words, reply ? reply_size(reply, words) : strlen(words));
	report->action = is_delay(text) ? "delayed" : "failed";
	collect_classify(r, report, further(r, m), *report->action == 'd');
	if (group)
		report->class = REPORT_REJECTED;
	if (is_success(text) && !report->code)
		report->class = REPORT_DELIVERED;
}

/* "X-Failed-Recipients: ada@mail.test, bob@mail.test" of Exim and Google. */
static void read_failed(struct reports *r, const char *value, const struct mentions *m, const char *text)
{
	size_t size, at = 0;
	const char *a, *s = value;
	while ((a = addr_spec_find(s, strlen(s), &size)) && at < REPORT_RECIPIENTS_MAX) {
		struct report probe = { .recipient = mem_ndup(r, a, size), .alias = "" };
		const struct mention *one = mention_of(m, &probe);
		add_mention(r, probe.recipient, one ? one : m->count == 1 ? &m->all[0] : NULL, text, m->group);
		s = a + size;
		at++;
	}
}

/* A report that is in nothing but words. */
static void read_words(struct reports *r, const struct fields *head, const struct mentions *m, char *text)
{
	text[freeform_size(text)] = '\0';
	read_failed(r, fields_get(head, "X-Failed-Recipients"), m, text);
	bool listed = r->count > 0;
	for (size_t i = 0; !listed && i < m->count; i++)
		add_mention(r, m->all[i].address, &m->all[i], text, m->group);
	if (r->count)
		r->dialect = m->dialect ? m->dialect : "words";
}

/* It does not say whom it is about, but returns what was sent to one. */
static void read_returned_to(struct reports *r, const char *text)
{
	size_t size, more;
	const char *a = addr_spec_find(r->to, strlen(r->to), &size);
	if (a && !addr_spec_find(a + size, strlen(a + size), &more))
		add_mention(r, mem_ndup(r, a, size), NULL, text, false);
}

/* The fields of delivery and feedback reports, wherever they stand. */
static void read_fields(struct reports *r, const struct parts_found *parts, const char *text)
{
	for (size_t i = 0; i < parts->count; i++) {
		if (parts->all[i].kind == PART_STATUS)
			report_fields_status(r, parts->all[i].text);
		else if (parts->all[i].kind == PART_FEEDBACK)
			report_fields_feedback(r, parts->all[i].text);
	}
	if (r->count == 0 && (strcasestr(text, "\nFinal-Recipient:") || strcasestr(text, "\nOriginal-Recipient:")))
		report_fields_status(r, text);
}

/* Complaints that are nothing but the message: its subject says what it is. */
static bool read_complaint(struct reports *r, const struct parts_found *parts)
{
	const char *subject = fields_get(parts->head, "Subject"), *rest;
	if (!strcasestr(subject, "complaint about message") && !strcasestr(subject, "abuse report") && !strcasestr(subject, "feedback report"))
		return false;
	for (size_t i = 0; i < parts->count; i++) {
		if (parts->all[i].kind != PART_RETURNED)
			continue;
		struct fields *f = fields_read(r, parts->all[i].text, &rest);
		const char *to = fields_get(f, "X-HmXmrOriginalRecipient");
		struct report *report = collect_add(r, addr_spec_of_field(r, *to ? to : r->to));
		if (report) {
			report->class = REPORT_COMPLAINT;
			report->feedback = "abuse";
		}
		return report != NULL;
	}
	return false;
}

static void read_message(struct reports *r, const char *message, int nested);

/* A report that somebody sent on as an attachment. */
static void read_attached(struct reports *r, const struct parts_found *parts, int nested)
{
	for (size_t i = 0; nested < NESTED_MAX && r->count == 0 && i < parts->count; i++) {
		const char *rest;
		if (parts->all[i].kind != PART_RETURNED)
			continue;
		struct fields *f = fields_read(r, parts->all[i].text, &rest);
		if (strncasecmp(fields_get(f, "Content-Type"), "multipart/report", 16) == 0)
			read_message(r, parts->all[i].text, nested + 1);
	}
}

/* The words of a report about addresses that we know are not among its recipients. */
static const char *const *ours(struct reports *r, const struct fields *head)
{
	const char **all = mem_array(r, const char *, 4);
	all[0] = addr_spec_of_field(r, fields_get(head, "To"));
	all[1] = addr_spec_of_field(r, fields_get(head, "From"));
	all[2] = r->return_path;
	return all;
}

static void read_message(struct reports *r, const char *message, int nested)
{
	void *t = talloc_new(r);
	struct parts_found *parts = part_walk(t, message);
	char *text = words_of(t, parts);
	talloc_steal(r, parts);
	if (!nested)
		r->sent_to = sent_to(r, parts->head);
	read_returned(r, parts);
	read_quoted(r, text);
	read_fields(r, parts, text);
	report_fields_settle(r, fields_get(parts->head, "X-Failed-Recipients"));
	if (r->count) {
		complete(r, freeform_read(t, text, ours(r, parts->head)));
		r->dialect = r->all[0].class == REPORT_COMPLAINT ? "RFC 5965" : "RFC 3464";
	} else if (!notification_read(r, text) && !read_complaint(r, parts)) {
		const struct mentions *m = freeform_read(r, text, ours(r, parts->head));
		bool report = looks_like_report(parts->head, m, text);
		if (report)
			read_words(r, parts->head, m, text);
		if (r->count == 0)
			read_attached(r, parts, nested);
		if (r->count == 0 && report)
			read_returned_to(r, text);
	}
	if (r->count == 0 && autoreply_is(parts->head)) {
		struct report *report = collect_add(r, addr_spec_of_field(r, fields_get(parts->head, "From")));
		report->class = REPORT_AUTOREPLY;
		r->dialect = "RFC 3834";
	}
	talloc_free(t);
}

struct reports *reports_read(void *owner, const char *message, size_t size)
{
	struct reports *r = mem_new(owner, struct reports);
	r->sent_to = r->envelope_id = r->message_id = r->return_path = r->to = r->subject = "";
	if (size > REPORT_SIZE_MAX)
		return r;
	char *lines = fields_lines(NULL, message, size);
	read_message(r, lines, 0);
	talloc_free(lines);
	report_fields_tidy(r);
	for (size_t i = 0; i < r->count; i++) {
		char *words = text_squeeze(r, r->all[i].words);
		r->all[i].words = text_cut(r, words, WORDS_MAX);
	}
	return r;
}
