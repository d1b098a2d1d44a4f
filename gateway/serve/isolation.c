#include "gateway/serve/isolation.h"
#include "gateway/base/db/db.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/confine.h"
#include "gateway/base/system/log.h"
#include "smtp/local/sendmail.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Adds the folder of a file, where it is and where a link leads. */
static void add_folder_of(void *owner, const char ***folders, size_t *count, const char *file)
{
	char *real = realpath(file, NULL);
	const char *both[] = { file, real };
	for (size_t i = 0; i < 2 && both[i]; i++) {
		const char *slash = strrchr(both[i], '/');
		char *folder = !slash ? mem_dup(owner, ".") : mem_ndup(owner, both[i], slash == both[i] ? 1 : (size_t)(slash - both[i]));
		*mem_push(owner, *folders, *count) = folder;
	}
	free(real);
}

/* SQLite keeps its journal beside the database, and what does not fit into memory in one of the folders for such. */
static const char **writable(void *owner, const struct config *config)
{
	static const char *const temporary[] = { "SQLITE_TMPDIR", "TMPDIR" };
	const char **folders = NULL, *path = db_path(config->database);
	size_t count = 0;
	if (path)
		add_folder_of(owner, &folders, &count, path);
	/* It may have to be made first. */
	if (config->mail.transport == CONFIG_MAILDIR) {
		*mem_push(owner, folders, count) = config->mail.maildir;
		if (access(config->mail.maildir, F_OK) != 0)
			add_folder_of(owner, &folders, &count, config->mail.maildir);
	}
	for (size_t i = 0; i < sizeof temporary / sizeof *temporary; i++)
		if (getenv(temporary[i]))
			*mem_push(owner, folders, count) = getenv(temporary[i]);
	*mem_push(owner, folders, count) = "/var/tmp";
	*mem_push(owner, folders, count) = "/tmp";
	*mem_push(owner, folders, count) = NULL;
	return folders;
}

int isolate_sendmail(const struct config *config)
{
	struct error err;
	if (config->mail.transport != CONFIG_SENDMAIL)
		return -1;
	int fd = sendmail_start(config->mail.sendmail, &err);
	if (fd < 0)
		log_error("sendmail cannot be used", log_text("error", err.text));
	return fd;
}

void isolate_role(const struct role_kind *kind, struct config *config)
{
	void *scratch = talloc_new(NULL);
	if (!kind->sends_mail)
		config_forget_password(config);
	if (!kind->polls_mailbox)
		config_forget_mailbox(config);
	confine_process();
	int landlock = confine_files(writable(scratch, config), kind->executes);
	if (landlock)
		log_info("files are confined", log_int("landlock", landlock));
	else
		log_warning("files are not confined", log_text("because", "this kernel has no Landlock, or an old one"));
	if (confine_calls(CONFINE_FILES | CONFINE_NETWORK | (kind->serves ? CONFINE_SERVING : 0) | (kind->executes ? CONFINE_PROGRAMS : 0)))
		log_info("system calls are confined");
	else
		log_warning("system calls are not confined", log_text("because", "this kernel has no seccomp"));
	talloc_free(scratch);
}
