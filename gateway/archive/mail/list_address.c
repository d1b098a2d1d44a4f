#include "gateway/archive/mail/list_address.h"
#include "gateway/base/memory/mem.h"
#include <string.h>
#include <strings.h>

/* Other list software calls them so; the first of each is what we write. */
static const struct {
	const char *word;
	enum list_command command;
} words[] = {
	{ "", LIST_POST }, { "owner", LIST_OWNER }, { "help", LIST_HELP }, { "subscribe", LIST_SUBSCRIBE }, { "join", LIST_SUBSCRIBE },
	{ "unsubscribe", LIST_UNSUBSCRIBE }, { "leave", LIST_UNSUBSCRIBE }, { "confirm", LIST_CONFIRM }, { "confsub", LIST_CONFIRM },
	{ "preferences", LIST_PREFERENCES }, { "each", LIST_EACH }, { "nodigest", LIST_EACH }, { "daily", LIST_DAILY }, { "weekly", LIST_WEEKLY },
	{ "digest", LIST_WEEKLY }, { "monthly", LIST_MONTHLY }, { "publish", LIST_PUBLISH }, { "reply", LIST_REPLY },
};

static const char *word_of(enum list_command command)
{
	size_t i = 0;
	while (words[i].command != command)
		i++;
	return words[i].word;
}

char *list_address(void *owner, const struct publication *p, const char *domain, enum list_command command, const char *token)
{
	const char *word = word_of(command);
	return mem_printf(owner, "%s%s%s%s%s@%s", p->handle, *word ? "+" : "", word, token ? "-" : "", token ? token : "", domain);
}

static enum list_command command_of(const char *s, size_t size)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strlen(words[i].word) == size && strncasecmp(words[i].word, s, size) == 0)
			return words[i].command;
	return LIST_NO_COMMAND;
}

bool list_address_read(void *owner, const char *address, struct list_address *read)
{
	const char *at = strrchr(address, '@');
	if (!at)
		return false;
	char *local = mem_ndup(owner, address, (size_t)(at - address)), *plus = strchr(local, '+');
	const char *word = plus ? plus + 1 : "", *dash = strchr(word, '-');
	if (plus)
		*plus = '\0';
	*read = (struct list_address){ local, mem_dup(owner, at + 1), command_of(word, dash ? (size_t)(dash - word) : strlen(word)), dash ? dash + 1 : "" };
	return true;
}
