#include "gateway/base/config.h"
#include "gateway/base/file.h"
#include "gateway/base/mem.h"
#include "tap.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *text, *complaint; /* behind "FILE:"; NULL: it is fine */
} cases[] = {
	{ "", NULL },
	{ "# nothing\n", NULL },
	{ "listen = \"[::1]:9000\"\nmail { transport = smtp host = \"relay.example\" port = 465 security = tls }\n", NULL },
	{ "poll_minutes = 0\n", "1: 'poll_minutes' is 0; it must be 1 to 1440" },
	{ "\n\nlisten_on = \"x\"\n", "3: there is no option 'listen_on'; did you mean 'listen'?" },
	{ "zzzzzzzzz = 1\n", "1: there is no option 'zzzzzzzzz'; pennypost.conf(5) has them all" },
	{ "transport = smtp\n", "1: 'transport' belongs inside mail { }" },
	{ "mail {\n\n transport = pigeon\n}\n", "3: 'transport' is 'pigeon'; it must be one of: maildir smtp" },
	{ "mail {\n port = many\n}\n", "2: invalid integer value for option 'port'" },
	{ "mail {\n port = 70000\n}\n", "2: 'port' is 70000; it must be 1 to 65535" },
	{ "log_level = loud\n", "1: 'log_level' is 'loud'; it must be one of: error warning info debug" },
	{ "behind_proxy = perhaps\n", "1: invalid boolean value for option 'behind_proxy'" },
};

static struct config *load(void *t, const char *path, const char *text, struct error *err)
{
	file_write(path, text, strlen(text), 0600, err);
	return config_load(t, path, err);
}

int main(void)
{
	void *t = talloc_new(NULL);
	char dir[] = "/tmp/pennypost-config-XXXXXX";
	struct error err;
	if (!mkdtemp(dir))
		abort();
	char *path = mem_printf(t, "%s/pennypost.conf", dir);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct config *c = load(t, path, cases[i].text, &err);
		if (cases[i].complaint)
			is(c ? "no complaint" : err.text, mem_printf(t, "%s:%s", path, cases[i].complaint), cases[i].complaint);
		else
			ok(c != NULL, mem_printf(t, "case %zu is fine", i));
	}
	struct config *c = load(t, path, "allow_networks = {\"127.0.0.0/8\", \"::1\"}\nmail { password_file = \"secret\" }", &err);
	ok(!c && strstr(err.text, "mail.password_file"), "a password file that is not there is named");
	file_write(mem_printf(t, "%s/secret", dir), "tide\nmore\n", 10, 0600, &err);
	c = config_load(t, path, &err);
	ok(c && strcmp(c->allow_networks[1], "::1") == 0 && !c->allow_networks[2], "a list");
	is(c->mail.password, "tide", "the first line of the password file");
	is(c->database, mem_printf(t, "%s/pennypost.db", dir), "a path is beside the file");
	ok(!load(t, path, "allow_networks = {\"10.0.0.0/99\"}\n", &err) && strstr(err.text, ":1: allow_networks"), "a bad network is refused");
	ok(!config_load(t, "/nonexistent/pennypost.conf", &err) && strstr(err.text, "pennypost init"), "a missing file says what to do");
	c = load(t, path, config_template(t), &err);
	ok(c && c->mail.port == 587 && c->mail.security == CONFIG_STARTTLS && c->mail.transport == CONFIG_MAILDIR, "the template is a configuration of defaults");
	unlink(mem_printf(t, "%s/secret", dir));
	unlink(path);
	rmdir(dir);
	talloc_free(t);
	return tap_done();
}
