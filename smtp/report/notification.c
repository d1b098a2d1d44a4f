#include "smtp/report/notification.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "smtp/report/collect.h"
#include <jansson.h>
#include <string.h>

/* A mail folds long lines even inside the strings of JSON. */
static json_t *load(const char *text)
{
	char *line = mem_dup(NULL, text);
	for (char *p = line; *p; p++)
		if (*p == '\n' || *p == '\r')
			*p = ' ';
	json_t *json = json_loads(line, JSON_DISABLE_EOF_CHECK | JSON_REJECT_DUPLICATES, NULL);
	talloc_free(line);
	return json;
}

static const char *string(const json_t *object, const char *name)
{
	const char *s = json_string_value(json_object_get(object, name));
	return s ? s : "";
}

/* "[{"emailAddress": ...}, ...]", or ["ada@mail.test", ...] of deliveries. */
static void add_recipients(struct reports *r, const json_t *all, const json_t *event, enum report_class class)
{
	size_t i;
	json_t *one;
	json_array_foreach(all, i, one) {
		struct report *report = collect_add(r, json_is_string(one) ? json_string_value(one) : string(one, "emailAddress"));
		if (!report)
			return;
		report->class = class;
		report->action = mem_dup(r, string(one, "action"));
		report->status = mem_dup(r, string(one, "status"));
		report->feedback = mem_dup(r, string(event, "complaintFeedbackType"));
		const char *words = string(one, "diagnosticCode");
		report->words = mem_printf(r, "%s", *words ? words : string(event, "bounceSubType"));
		if (class == REPORT_DEAD)
			collect_classify(r, report, "", strcmp(string(event, "bounceType"), "Transient") == 0);
	}
}

bool notification_read(struct reports *r, const char *text)
{
	text += strspn(text, " \t\r\n");
	json_t *json = *text == '{' ? load(text) : NULL, *inner = json ? load(string(json, "Message")) : NULL;
	const json_t *n = inner ? inner : json;
	const char *type = string(n, "notificationType");
	type = *type ? type : string(n, "eventType");
	bool known = true;
	if (strcmp(type, "Bounce") == 0)
		add_recipients(r, json_object_get(json_object_get(n, "bounce"), "bouncedRecipients"), json_object_get(n, "bounce"), REPORT_DEAD);
	else if (strcmp(type, "Complaint") == 0)
		add_recipients(r, json_object_get(json_object_get(n, "complaint"), "complainedRecipients"), json_object_get(n, "complaint"), REPORT_COMPLAINT);
	else if (strcmp(type, "Delivery") == 0)
		add_recipients(r, json_object_get(json_object_get(n, "delivery"), "recipients"), json_object_get(n, "delivery"), REPORT_DELIVERED);
	else
		known = false;
	if (known) {
		r->dialect = "Amazon SNS";
		r->message_id = mem_dup(r, string(json_object_get(json_object_get(n, "mail"), "commonHeaders"), "messageId"));
	}
	json_decref(inner);
	json_decref(json);
	return known;
}
