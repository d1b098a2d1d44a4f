#include "smtp/report/autoreply.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "smtp/report/decode.h"
#include <string.h>
#include <strings.h>

/* Fields that only automatic answers have; value NULL: any. */
static const struct {
	const char *name, *value;
} marks[] = {
	{ "Auto-Submitted", "auto-replied" }, { "Auto-Submitted", "auto-notified" }, { "Precedence", "auto_reply" }, { "Precedence", "auto-reply" },
	{ "X-Autoreply", NULL }, { "X-Autorespond", NULL }, { "X-Auto-Reply", NULL }, { "X-Autoresponder", NULL }, { "X-Auto-Response", NULL },
	{ "X-Mail-Autoreply", NULL }, { "X-AutoReply-From", NULL }, { "X-POST-MessageClass", "9; Autoresponder" }, { "X-Apple-Action", "VACATION" },
	{ "X-Cron-Env", NULL }, { "Delivered-To", "Autoresponder" }, { "X-MS-Exchange-Inbox-Rules-Loop", NULL },
};

/* How their subjects begin; folded. */
static const char *const subjects[] = {
	"automatic reply", "auto reply", "auto-reply", "autoreply", "auto:", "auto response", "auto-response", "automated response", "automated reply", "out of office",
	"out of the office", "out-of-office", "i am out", "i'm out", "away from", "on vacation", "vacation", "holiday", "automatische antwort", "abwesen", "abwesenheit",
	"réponse automatique", "reponse automatique", "absence", "absent", "respuesta automática", "respuesta automatica", "fuera de la oficina", "risposta automatica", "fuori sede",
	"resposta automática", "automatisch antwoord", "afwezig", "autosvar", "automaattinen vastaus", "automatiskt svar", "automatisk svar", "odpowiedź automatyczna",
	"автоматический ответ", "автоответ", "自動返信", "自動応答", "不在", "自动回复", "自動回覆",
};

static bool begins_so(const char *subject)
{
	for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++)
		if (text_starts(subject, subjects[i]))
			return true;
	return false;
}

bool autoreply_is(const struct fields *head)
{
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		const char *value = fields_get(head, marks[i].name);
		if (marks[i].value ? strncasecmp(value, marks[i].value, strlen(marks[i].value)) == 0 : *value != '\0')
			return true;
	}
	/* A receipt (RFC 8098) says that a person's program has the message. */
	if (strcasestr(fields_get(head, "Content-Type"), "disposition-notification"))
		return true;
	void *t = talloc_new(NULL);
	const char *subject = text_fold(t, text_trim(t, decode_words(t, fields_get(head, "Subject"))));
	/* "Re: Out of office" is a person's answer to one, but for those who put it before their own. */
	bool answer = begins_so(subject);
	talloc_free(t);
	return answer;
}
