#include "gateway/mail/letter_commands.h"
#include "gateway/archive/mail/list_address.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"

static const struct {
	enum list_command command;
	const char *meaning;
} ways[] = {
	{ LIST_UNSUBSCRIBE, "To unsubscribe" }, { LIST_EACH, "A letter with each post" }, { LIST_DAILY, "One letter a day" }, { LIST_WEEKLY, "One letter a week" },
	{ LIST_MONTHLY, "One letter a month" },
};

static void write_reader(FILE *out, void *t, const struct publication *p, const struct address *a, const char *domain)
{
	const char *leave = proof_leave_token(t, p, a->id), *preferences = proof_preferences_token(t, p, a->id);
	fprintf(out, "This address gets %s. To unsubscribe, or to change how often letters come, open one of these pages:\n\n%s/u/%s\n\n%s/prefs/%s", p->name, p->url, leave,
	        p->url, preferences);
	if (!domain)
		return;
	fputs("\n\nOr send any message to one of these addresses, which are yours alone:", out);
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		fprintf(out, "\n\n%s: %s", ways[i].meaning, list_address(t, p, domain, ways[i].command, ways[i].command == LIST_UNSUBSCRIBE ? leave : preferences));
}

static void write_stranger(FILE *out, void *t, const struct publication *p, const char *domain)
{
	fprintf(out, "This address does not get %s. To subscribe, open this page:\n\n%s/subscribe", p->name, p->url);
	if (domain)
		fprintf(out, "\n\nOr send any message to %s.", list_address(t, p, domain, LIST_SUBSCRIBE, NULL));
}

struct letter *letter_of_commands(void *owner, const struct template_set *templates, const struct publication *p, const struct address *a, const char *domain,
                                  struct error *err)
{
	struct document *d = document_new(NULL);
	FILE *out = document_out(d);
	if (a->state == ADDRESS_CONFIRMED)
		write_reader(out, d, p, a, domain);
	else
		write_stranger(out, d, p, domain);
	if (domain)
		fprintf(out, "\n\nThe person behind it is reached at %s.", list_address(d, p, domain, LIST_OWNER, NULL));
	const struct letter_words words = { "what you can do by mail", document_text(d, NULL), "You get this because a message from this address asked for it." };
	struct letter *l = letter_of_words(owner, templates, p, &words, err);
	talloc_free(d);
	return l;
}
