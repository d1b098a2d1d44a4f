#include "feeds/mail/mail_words.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool has_one(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strcasestr(text, *words))
			return true;
	return false;
}

bool mail_words_attribution(const char *line)
{
	static const char *const verbs[] = { "wrote", "writes", "said", "schrieb", "a écrit", "écrivait", "escribió", "ha scritto", "schreef", "skrev", "kirjoitti", "napisał", "napsal",
	                                     "escreveu", "пишет", "писал", "написал", "写道", "wrote on", "yazdı", "írta", NULL };
	size_t n = strlen(line);
	while (n && isspace((unsigned char)line[n - 1]))
		n--;
	bool colon = n && (line[n - 1] == ':' || (n >= 3 && strncmp(line + n - 3, "：", 3) == 0));
	return colon && (has_one(line, verbs) || (strpbrk(line, "0123456789") && strchr(line, '@')));
}

bool mail_words_history(const char *line)
{
	static const char *const rules[] = { "original message", "ursprüngliche nachricht", "originalnachricht", "message d'origine", "message original", "mensaje original", "messaggio originale",
	                                     "oorspronkelijk bericht", "ursprungligt meddelande", "oprindelig meddelelse", "mensagem original", "original-nachricht", "исходное сообщение", NULL };
	line += strspn(line, " \t");
	if (strlen(line) >= 32 && strspn(line, "_") == strlen(line))
		return false;
	return text_starts(line, "--") && has_one(line, rules);
}

bool mail_words_unsubscribe(const char *text)
{
	static const char *const words[] = { "unsubscribe", "opt out", "opt-out", "manage your preferences", "update your preferences", "manage preferences", "email preferences", "manage your subscription",
	                                     "abbestellen", "abmelden", "austragen", "désabonn", "désinscri", "se désabonner", "darse de baja", "darte de baja", "cancelar suscripción", "cancelar la suscripción",
	                                     "annulla l'iscrizione", "disiscriv", "cancella iscrizione", "uitschrijven", "afmelden", "avsluta prenumeration", "avregistrera", "afmeld", "cancelar inscrição",
	                                     "cancelar a inscrição", "wypisz", "odhlásit", "отписаться", "退订", "配信停止", "購読解除", "listinfo", NULL };
	return has_one(text, words);
}

bool mail_words_browser(const char *text)
{
	static const char *const words[] = { "view in browser", "view this email in", "view it in your browser", "view online", "read online", "view in your browser", "view as a web page", "im browser ansehen",
	                                     "im browser anzeigen", "online ansehen", "webversion", "web version", "voir dans le navigateur", "version en ligne", "dans votre navigateur", "ver en el navegador",
	                                     "ver en tu navegador", "visualizza nel browser", "bekijk in browser", "bekijk de webversie", "ブラウザで", NULL };
	return has_one(text, words);
}

bool mail_words_footer(const char *line)
{
	static const char *const words[] = { "you received this message because you are subscribed to", "to unsubscribe from this list", "to unsubscribe send", "to unsubscribe, e", NULL };
	size_t n = strspn(line, "_");
	return (n >= 30 && !line[n + strspn(line + n, " \t")]) || has_one(line, words);
}

/* "Re:", "RE[2]:", "Aw :"; its size, or 0. */
static size_t reply_mark(const char *s, bool *reply)
{
	static const char *const marks[] = { "re", "aw", "sv", "antw", "antwort", "vs", "ref", "rif", "res", "odp", "ynt", "atb", "回复", "答复", "fwd", "fw", "wg", "tr", "rv", "enc" };
	enum { FORWARDS = 14 };
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		size_t n = strlen(marks[i]);
		if (strncasecmp(s, marks[i], n) != 0)
			continue;
		if (s[n] == '[' || s[n] == '(')
			n += strspn(s + n, "[]()0123456789");
		if (s[n] == '^')
			n += strspn(s + n, "^0123456789");
		n += strspn(s + n, " ");
		size_t colon = s[n] == ':' ? 1 : strncmp(s + n, "：", 3) == 0 ? 3 : 0;
		*reply = *reply || (colon && i < FORWARDS);
		if (colon)
			return n + colon;
	}
	return 0;
}

const char *mail_words_subject(const char *subject, const char *list, bool *reply)
{
	size_t n, name = list ? strlen(list) : 0;
	*reply = false;
	do {
		subject += strspn(subject, " \t");
		n = reply_mark(subject, reply);
		if (!n && name && *subject == '[' && strncasecmp(subject + 1, list, name) == 0 && subject[1 + name] == ']')
			n = name + 2;
		subject += n;
	} while (n);
	return subject;
}
