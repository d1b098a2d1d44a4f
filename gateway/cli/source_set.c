#include "gateway/base/memory/mem.h"
#include "gateway/base/system/file.h"
#include "gateway/base/text/text.h"
#include "gateway/cli/source_actor.h"
#include <string.h>

enum { PASSWORD_MAX = 1024 };

bool source_call_settings(struct source_call *call, struct source_settings *settings, struct error *err)
{
	for (size_t i = 0; source_option_names[i]; i++)
		if (call->options[i] && !source_option_set(call->cli->owner, settings, source_option_names[i], call->options[i], err))
			return error_prefix(err, "--%s: ", source_option_names[i]);
	return true;
}

/* A password is read from a file, because every user of the machine can see a command line. */
static char *password(void *owner, const char *file, struct error *err)
{
	struct buf *b = file_read(owner, file, PASSWORD_MAX, err);
	if (b)
		b->data[strcspn(b->data, "\r\n")] = '\0';
	return b ? b->data : NULL;
}

const char *source_call_login(struct source_call *call, const char *url, struct error *err)
{
	void *owner = call->cli->owner;
	if (!call->user && !call->password_file)
		return url;
	if (!call->user || (*call->user && !call->password_file)) {
		error_set(err, ERROR_INVALID, "--user NAME and --password-file FILE go together (--user '' takes both away)");
		return NULL;
	}
	const char *secret = *call->user ? password(owner, call->password_file, err) : "";
	return secret ? source_option_login(owner, url, call->user, secret, err) : NULL;
}

static bool any_option(const struct source_call *call)
{
	for (size_t i = 0; source_option_names[i]; i++)
		if (call->options[i])
			return true;
	return call->user || call->password_file;
}

/* All of it or nothing. */
static bool set(struct source_call *call, struct error *err)
{
	struct db *db = call->cli->db;
	struct source *s = source_get(call->cli->owner, db, call->id, err);
	const char *url = s && source_call_settings(call, &s->settings, err) ? source_call_login(call, s->url, err) : NULL;
	if (url && s->kind == SOURCE_ACTOR && !source_actor_fits(call, &s->settings, err))
		return false;
	if (!url || !db_begin(db, err))
		return false;
	if ((url == s->url || source_set_url(db, s->id, url, err)) && source_set(db, s->id, &s->settings, err))
		return db_commit(db, err);
	db_rollback(db);
	return false;
}

int source_verb_set(struct source_call *call, struct error *err)
{
	if (!any_option(call)) {
		error_set(err, ERROR_INVALID, "nothing to set: --header, --proxy, --every, --access, --hold, --full-text, --authenticate, --name, --folder, --user with --password-file");
		return cli_fail(err);
	}
	int64_t until = 0;
	while (!set(call, err))
		if (!cli_again(call->cli, err, &until))
			return cli_fail(err);
	printf("%lld\tset\n", (long long)call->id);
	return 0;
}

static int pause_or_resume(struct source_call *call, bool pause, struct error *err)
{
	struct source *s = source_get(call->cli->owner, call->cli->db, call->id, err);
	if (s && s->state == SOURCE_HELD)
		error_set(err, ERROR_INVALID, "source %lld is held: 'pennypost source approve %lld' lets it go on", (long long)call->id, (long long)call->id);
	else if (s && source_pause(call->cli->db, call->id, pause, err)) {
		printf("%lld\t%s\n", (long long)call->id, pause ? "paused" : "active");
		return 0;
	}
	return cli_fail(err);
}

int source_verb_pause(struct source_call *call, struct error *err) { return pause_or_resume(call, true, err); }
int source_verb_resume(struct source_call *call, struct error *err) { return pause_or_resume(call, false, err); }
