/* With the argument "describe" it prints the options for pennypost.conf(5): see contrib/man-options. */
#include "gateway/base/config/config.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/file.h"
#include "gateway/base/text/text.h"
#include "tap.h"
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/pennypost-config-XXXXXX";

static const char *const good[] = {
	"",
	"\n",
	"# nothing",
	"/* nothing\n either */\n",
	"\xEF\xBB\xBF" "listen = \":80\"\r\n",
	"listen = [::1]:9000\n",
	"listen = \"localhost:80\"\n",
	"listen = \"[::ffff:127.0.0.1]:65535\"\n",
	"database = 'sqlite:/var/lib/x y.db'\n",
	"database = \":memory:\"\n",
	"log_level = debug",
	"log_level = 'error'",
	"allow_networks = { }\n",
	"allow_networks = 127.0.0.1\n",
	"allow_networks = { \"10.0.0.0/8\", fd00::/8,\n 127.0.0.1 }\n",
	"behind_proxy = yes letters = off\n",
	"ca_file = \"\"\n",
	"ca_file = /dev/null\n",
	"poll_minutes = 1440\npoll_seconds_min = 0\nlease_seconds=5\n",
	"mail { }\n",
	"workers { }\nmail { }\n",
	"workers { web = 32 mail = auto federate = \"1\" }\n",
	"mail { transport = smtp host = \"relay.example\" port = 465 security = tls }\n",
};

static const struct {
	const char *text, *complaint; /* behind "FILE:" */
} bad[] = {
	{ "zzzzzzzzz = 1\n", "1: there is no option 'zzzzzzzzz'; pennypost.conf(5) has them all" },
	{ "\n\nlisten_on = \"x\"\n", "3: there is no option 'listen_on'; did you mean 'listen'?" },
	{ "Listen = \":80\"\n", "1: there is no option 'Listen'; did you mean 'listen'?" },
	{ "lease_secs = 1\n", "1: there is no option 'lease_secs'; did you mean 'lease_seconds'?" },
	{ "behind-proxy = true\n", "1: there is no option 'behind-proxy'; did you mean 'behind_proxy'?" },
	{ "transport = smtp\n", "1: there is no option 'transport' here; did you mean 'transport' inside of mail { }?" },
	{ "pasword = x\n", "1: there is no option 'pasword' here; did you mean 'password' inside of mail { }?" },
	{ "mail {\n\n\thots = x\n}\n", "3: there is no option 'hots'; did you mean 'host'?" },
	{ "mail {\n listen = \":80\"\n}\n", "2: there is no option 'listen' in mail { }; did you mean 'listen' outside of it?" },
	{ "inbound { lmtp = \"192.0.2.1:24\" }\n", "1: 'lmtp' is '192.0.2.1:24'; it must be unix:/PATH, or an address of this machine, such as 127.0.0.1:2424" },
	{ "inbound { lmtp = \"unix:lmtp\" }\n", "1: 'lmtp' is 'unix:lmtp'; it must be unix:/PATH, or an address of this machine, such as 127.0.0.1:2424" },
	{ "mailbox {\n host = \"imap.example\"\n}\n", "2: a mailbox wants 'user' and 'password_file'" },
	{ "xmpp { port = 25 }\n", "1: there is no option 'xmpp'; pennypost.conf(5) has them all" },
	{ "include(\"/etc/passwd\")\n", "1: there is no option 'include'; pennypost.conf(5) has them all" },
	{ "aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaa = 1\n",
	  "1: there is no option 'aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaa'; pennypost.conf(5) has them all" },

	{ "poll_minutes = 0\n", "1: 'poll_minutes' is '0'; it must be a number from 1 to 1440" },
	{ "poll_minutes = 1441\n", "1: 'poll_minutes' is '1441'; it must be a number from 1 to 1440" },
	{ "poll_minutes = -1\n", "1: 'poll_minutes' is '-1'; it must be a number from 1 to 1440" },
	{ "poll_minutes = 30m\n", "1: 'poll_minutes' is '30m'; it must be a number from 1 to 1440" },
	{ "poll_minutes = 010\n", "1: 'poll_minutes' is '010'; it must be a number from 1 to 1440" },
	{ "poll_minutes = 0x10\n", "1: 'poll_minutes' is '0x10'; it must be a number from 1 to 1440" },
	{ "poll_minutes = \"\"\n", "1: 'poll_minutes' is empty; leave the line out for the default, 30" },
	{ "poll_seconds_min = 18446744073709551617\n", "1: 'poll_seconds_min' is '18446744073709551617'; it must be a number from 0 to 86400" },
	{ "mail {\n port = many\n}\n", "2: 'port' is 'many'; it must be a number from 1 to 65535" },
	{ "mail {\n port = 70000\n}\n", "2: 'port' is '70000'; it must be a number from 1 to 65535" },
	{ "behind_proxy = perhaps\n", "1: 'behind_proxy' is 'perhaps'; it must be true or false" },
	{ "behind_proxy = 1\n", "1: 'behind_proxy' is '1'; it must be true or false" },
	{ "log_level = loud\n", "1: 'log_level' is 'loud'; it must be one of: error, warning, info, debug" },
	{ "mail {\n\n transport = pigeon\n}\n", "3: 'transport' is 'pigeon'; it must be one of: maildir, smtp, sendmail" },
	{ "mail { security = start }\n", "1: 'security' is 'start'; it must be one of: tls, starttls, encrypted, opportunistic, plain" },
	{ "mail { security = \"tls starttls\" }\n", "1: 'security' is 'tls starttls'; it must be one of: tls, starttls, encrypted, opportunistic, plain" },
	{ "mail { server a { port = \"\" } }\n", "1: 'port' is empty; leave the line out" },
	{ "mail {\n server a { port = 25\n port = 26 }\n}\n", "3: 'port' was set in line 2 already; remove one of the two" },
	{ "mail {\n server a { host = a.example }\n server a { host = b.example }\n}\n", "3: found duplicate title 'a'" },
	{ "mail { server a { weight = 0 } }\n", "1: 'weight' is '0'; it must be a number from 1 to 1000" },
	{ "mail {\n server a {\n  user = me\n }\n}\n", "4: 'user' is set without a password; set 'password_file' too" },
	{ "mail { server a { wieght = 2 } }\n", "1: there is no option 'wieght'; did you mean 'weight'?" },
	{ "listen = 8080\n", "1: 'listen' is '8080'; it must be HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080" },
	{ "listen = \"::1:8080\"\n", "1: 'listen' is '::1:8080'; it must be HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080" },
	{ "listen = \"[::1\"\n", "1: 'listen' is '[::1'; it must be HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080" },
	{ "listen = \"[x]:80\"\n", "1: 'listen' is '[x]:80'; it must be HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080" },
	{ "listen = \"a b:80\"\n", "1: 'listen' is 'a b:80'; it must be HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080" },
	{ "listen = \"127.0.0.1:0\"\n", "1: 'listen' is '127.0.0.1:0'; it must be HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080" },
	{ "mail { host = \"smtp://relay.example\" }\n", "1: 'host' is 'smtp://relay.example'; it must be the name or address of a host, or the path of a socket, such as /run/dovecot/lmtp" },
	{ "mail { host = \"\" }\n", "1: 'host' is empty; leave the line out for the default, localhost" },
	{ "mail { helo = \"a\\nb\" }\n", "1: 'helo' holds a line break or another control character; nothing may" },
	{ "database = \"\"\n", "1: 'database' is empty; leave the line out for the default, pennypost.db" },
	{ "ca_file = nowhere.pem\n", "1: 'ca_file': cannot read 'FOLDER/nowhere.pem': No such file or directory" },
	{ "ca_file = .\n", "1: 'ca_file': 'FOLDER/.' is a directory; it must be a file" },
	{ "ca_file = /dev/null/x\n", "1: 'ca_file': cannot read '/dev/null/x': Not a directory" },
	{ "mail {\n password_file = secret }\n", "2: 'password_file': cannot read 'FOLDER/secret': No such file or directory" },

	{ "workers { web = 0 }\n", "1: 'web' is '0'; it must be a number from 1 to 32, or auto" },
	{ "workers {\n mail = 33\n}\n", "2: 'mail' is '33'; it must be a number from 1 to 32, or auto" },
	{ "workers { federate = all }\n", "1: 'federate' is 'all'; it must be a number from 1 to 32, or auto" },
	{ "workers { web = \"\" }\n", "1: 'web' is empty; leave the line out for the default, auto" },
	{ "workers { ingest = 2 }\n", "1: there is no option 'ingest'; pennypost.conf(5) has them all" },
	{ "workers { connections = 2 }\n", "1: there is no option 'connections' in workers { }; did you mean 'connections' inside of mail { }?" },
	{ "federate = 2\n", "1: there is no option 'federate' here; did you mean 'federate' inside of workers { }?" },

	{ "\nlisten = :80\n# again\nlisten = :81\n", "4: 'listen' was set in line 2 already; remove one of the two" },
	{ "workers { web = 1 }\nmail { }\nworkers { }\n", "3: a second workers { }; all its options belong into one" },
	{ "mail { host = a }\nmail { port = 25 }\n", "2: a second mail { }; all its options belong into one" },

	{ "listen\n", "2: the file ends where a value should be" },
	{ "# a\nlisten =", "2: the file ends where a value should be" },
	{ "\nmail {\n port = 25\n", "2: a { stands here and is not closed with }" },
	{ "mail {\n user = \"x\n}\n\n", "2: a quote begins here and does not end" },
	{ "mail {\n allow_networks = { ::1,\n", "2: a { stands here and is not closed with }" },
	{ "listen = :80\n/* mail {\n port = 25\n}\n", "2: a comment begins here and does not end: put */ behind it" },
	{ "mail { helo = 'it\\'s\n }", "1: a quote begins here and does not end" },
	{ "{{{{{{{{{", "1: too many { in each other" },
	{ "# '\n// \"\n/* '\n* {\n*/ # {\nlisten = x # '\n", "6: 'listen' is 'x'; it must be HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080" },
	{ "mail { # one\n# two\n /* three\n */ user = 'a\nb' # \"\n", "1: a { stands here and is not closed with }" },
	{ "mail { # one\n# two\n /* three\n */ helo = 'a\\'#b' # \"\n }", "4: 'helo' is 'a'#b'; it must be the name or address of a host" },
	{ "mail { helo = http://x\n//y\nhots = 1 }", "1: 'helo' is 'http://x'; it must be the name or address of a host" },
	{ "}\n", "1: unexpected closing brace" },
	{ "listen = {\":80\"}\n", "1: unexpected token '{'" },
	{ "listen \":80\"\n", "1: missing equal sign after option 'listen'" },
	{ "mail = smtp\n", "1: missing opening brace for section 'mail'" },

	{ "\nmail { user = ada }\n", "2: 'user' is set without a password; set 'password_file' too" },
	{ "\nmail { token_file = pennypost.conf }\n", "2: 'token_file' is set without 'user'; set that too" },
	{ "\nmail { user = ada\n token_file = pennypost.conf\n password = x }\n", "3: 'token_file' and a password are both set; remove one of the two" },
	{ "mail {\n host = run/lmtp }\n", "2: 'host' is 'run/lmtp'; it must be the name or address of a host, or the path of a socket, such as /run/dovecot/lmtp" },
	{ "\nmail { password = x }\n", "2: a password is set without 'user'; set that too" },
	{ "mail { user = ada\n password = x\n password_file = pennypost.conf }\n", "2: 'password' and 'password_file' are both set; remove one of the two" },
};

static char *place(void *t, const char *name) { return mem_printf(t, "%s/%s", folder, name); }

static void put(const char *name, const void *data, size_t size, unsigned mode)
{
	void *t = talloc_new(NULL);
	struct error err;
	if (!file_write(place(t, name), data, size, mode, &err))
		abort();
	talloc_free(t);
}

static struct config *load_mode(void *t, const char *text, unsigned mode, struct error *err)
{
	put("pennypost.conf", text, strlen(text), mode);
	return config_load(t, place(t, "pennypost.conf"), err);
}

static struct config *load(void *t, const char *text, struct error *err) { return load_mode(t, text, 0600, err); }

static void check_good(void)
{
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		void *t = talloc_new(NULL);
		struct error err = { 0 };
		ok(load(t, good[i], &err) != NULL, mem_printf(t, "good file %zu", i));
		is(err.text, "", "and no word");
		talloc_free(t);
	}
}

static void check_bad(void)
{
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		void *t = talloc_new(NULL);
		struct error err = { 0 };
		struct config *c = load(t, bad[i].text, &err);
		char *want = text_replace(t, bad[i].complaint, "FOLDER", folder);
		is(c ? "no complaint" : err.text, mem_printf(t, "%s/pennypost.conf:%s", folder, want), want);
		ok(!c && err.kind == ERROR_INVALID, "which is ERROR_INVALID");
		talloc_free(t);
	}
}

static void check_defaults(const struct config *c)
{
	void *t = talloc_new(NULL);
	is(c->database, place(t, "pennypost.db"), "the database is beside the file");
	is(c->listen, "127.0.0.1:8080", "listen");
	is(c->log_level, "info", "log_level");
	ok(!c->behind_proxy && !c->letters && !c->ca_file && !c->allow_networks[0], "what is off, or nothing");
	is_int(c->poll_minutes, 30, "poll_minutes");
	is_int(c->poll_seconds_min, 0, "poll_seconds_min");
	is_int(c->lease_seconds, 60, "lease_seconds");
	ok(c->mail.transport == CONFIG_MAILDIR && c->mail.security == CONFIG_STARTTLS, "transport and security");
	is(c->mail.maildir, place(t, "letters"), "the Maildir is beside the file");
	is(c->mail.host, "localhost", "host");
	is_int(c->mail.port, 587, "port");
	ok(!c->mail.user && !c->mail.password && !c->mail.password_file && !c->mail.helo, "no login");
	is_int(c->mail.connections, 10, "connections");
	is_int(c->mail.per_second, 0, "per_second");
	long online = sysconf(_SC_NPROCESSORS_ONLN);
	is_int(c->workers.web, online > 4 ? 4 : online, "as many web workers as processors, four at most");
	ok(c->workers.mail == c->workers.web && c->workers.federate == c->workers.web, "and the same of mail and federate");
	talloc_free(t);
}

static void check_values(void)
{
	void *t = talloc_new(NULL);
	struct error err = { 0 };
	put("secret", "ti\xC3\xA9 # de\r\nmore\n", 15, 0600);
	struct config *c = load(t, "database = 'sqlite:x.db'\nlisten = \"[::1]:9000\"\nbehind_proxy = on\nlog_level = warning\n"
	                           "workers { web = 2 mail = 32 federate = 1 }\nallow_networks = {127.0.0.0/8}\nallow_networks += {\"::1\"}\nca_file = /dev/null\nletters = true\n"
	                           "mail {\n transport = smtp\n maildir = /m\n host = 'relay.example'\n port = 465\n security = tls\n user = \"a b#c\"\n"
	                           " password_file = secret\n helo = news.example\n connections = 3\n per_second = 7\n}\n", &err);
	is(c ? "" : err.text, "", "a file with everything");
	if (!c)
		return;
	is(c->file, place(t, "pennypost.conf"), "its name");
	is(c->database, mem_printf(t, "sqlite:%s/x.db", folder), "a path behind a scheme");
	is(c->listen, "[::1]:9000", "listen");
	is(c->log_level, "warning", "log_level");
	is(c->ca_file, "/dev/null", "ca_file");
	ok(c->behind_proxy && c->letters, "switches");
	ok(c->workers.web == 2 && c->workers.mail == 32 && c->workers.federate == 1, "workers");
	is(c->allow_networks[0], "127.0.0.0/8", "a list");
	is(c->allow_networks[1], "::1", "added to");
	ok(!c->allow_networks[2], "and ended");
	ok(c->mail.transport == CONFIG_SMTP && c->mail.security == CONFIG_TLS, "choices");
	is(c->mail.maildir, "/m", "an absolute path");
	is(c->mail.user, "a b#c", "text in quotes");
	is(c->mail.password, "ti\xC3\xA9 # de", "the first line of the password file");
	is(c->mail.helo, "news.example", "helo");
	ok(c->mail.port == 465 && c->mail.connections == 3 && c->mail.per_second == 7, "numbers");
	talloc_free(t);
}

static void check_secrets(void)
{
	void *t = talloc_new(NULL);
	struct error err;
	const char *inside = "mail { user = a\n password = x }\n", *beside = "mail { user = a\n password_file = secret }\n";
	ok(load_mode(t, inside, 0640, &err), "a password in a file for owner and group");
	ok(!load_mode(t, inside, 0644, &err), "a password in a file for everybody");
	is(err.text, mem_printf(t, "%s/pennypost.conf:2: '%s/pennypost.conf' holds a password and everybody may read it: chmod o= '%s/pennypost.conf'",
	                        folder, folder, folder), "and what to do");
	const char *server = "database = \"postgresql://penny:secret@db.example/penny\"\n";
	struct config *c = load_mode(t, server, 0640, &err);
	is(c ? c->database : err.text, "postgresql://penny:secret@db.example/penny", "the URL of a database server is no path");
	ok(!load_mode(t, server, 0644, &err) && strstr(err.text, "holds a password"), "and a password in it is one too");
	ok(load_mode(t, "database = \"postgresql://penny@db.example/penny\"\n", 0644, &err), "without one everybody may read it");
	put("secret", "x\n", 2, 0604);
	ok(!load_mode(t, beside, 0644, &err) && strstr(err.text, "/secret' holds a password and everybody may read it"), "a password file for everybody");
	put("secret", "x\n", 2, 0600);
	ok(load_mode(t, beside, 0644, &err), "a password file for its owner, and nothing secret in the other");
	put("secret", "\nx\n", 3, 0600);
	ok(!load(t, beside, &err) && strstr(err.text, ":2: 'password_file': the first line of "), "a first line that is empty");
	char *large = mem_array(t, char, 5000);
	memset(large, 'x', 5000);
	put("secret", large, 5000, 0600);
	ok(!load(t, beside, &err) && strstr(err.text, "is larger than 4096 bytes"), "a password file that is none");
	talloc_free(t);
}

static void check_files(void)
{
	void *t = talloc_new(NULL);
	struct error err;
	ok(!config_load(t, place(t, "nowhere.conf"), &err) && err.kind == ERROR_NOT_FOUND, "a file that is not there");
	is(err.text, mem_printf(t, "cannot read '%s/nowhere.conf': No such file or directory; 'pennypost init' makes one", folder), "and what to do");
	ok(!config_load(t, folder, &err) && strstr(err.text, "Is a directory"), "a directory");
	put("pennypost.conf", "listen = :80\n\0x", 15, 0600);
	ok(!config_load(t, place(t, "pennypost.conf"), &err) && strstr(err.text, "that is no text"), "a zero byte");
	ok(!load(t, "listen = \"\xFF:80\"\n", &err) && strstr(err.text, "that is no text in UTF-8"), "no UTF-8");
	char *large = mem_array(t, char, (1 << 18) + 2);
	memset(large, '\n', (1 << 18) + 1);
	ok(!load(t, large, &err) && strstr(err.text, "is larger than"), "no configuration is that large");
	talloc_free(t);
}

static void check_search(void)
{
	void *t = talloc_new(NULL);
	struct error err;
	struct config *c;
	if (chdir(folder) != 0)
		abort();
	unsetenv("PENNYPOST_CONFIG");
	load(t, "listen = :81\n", &err);
	put("other.conf", "listen = :82\n", 13, 0600);
	ok((c = config_load(t, NULL, &err)) && strcmp(c->listen, ":81") == 0, "the file in the current directory");
	setenv("PENNYPOST_CONFIG", "other.conf", 1);
	ok((c = config_load(t, NULL, &err)) && strcmp(c->listen, ":82") == 0, "the file that the environment names");
	ok((c = config_load(t, "pennypost.conf", &err)) && strcmp(c->listen, ":81") == 0, "the file that is asked for");
	setenv("PENNYPOST_CONFIG", "missing.conf", 1);
	ok(!config_load(t, NULL, &err) && strstr(err.text, "missing.conf"), "a named file must be there");
	setenv("PENNYPOST_CONFIG", "", 1);
	unlink("pennypost.conf");
	if (access("/etc/pennypost/pennypost.conf", F_OK) == 0)
		tap_skip("no file at all", "this machine has one");
	else
		ok(!config_load(t, NULL, &err) && err.kind == ERROR_NOT_FOUND && strstr(err.text, "pennypost init"), "no file at all");
	if (chdir("/") != 0)
		abort();
	talloc_free(t);
}

/* The template with every option switched on. */
static char *switched_on(void *t, const char *template)
{
	struct document *d = document_new(t);
	for (const char *line = template; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const char *hash = line + strspn(line, " "), *name = hash + 2;
		size_t size = *hash == '#' ? strspn(name, "abcdefghijklmnopqrstuvwxyz_") : 0;
		bool option = (size && (text_starts(name + size, " = ") || text_starts(name + size, " relay1 {"))) || (*hash == '#' && text_starts(name, "}\n"));
		fprintf(document_out(d), "%.*s\n", (int)strcspn(option ? name : line, "\n"), option ? name : line);
	}
	return document_finish(d, t);
}

static size_t longest_line(const char *text)
{
	size_t longest = 0;
	for (size_t size; *text; text += size + (text[size] == '\n')) {
		size = strcspn(text, "\n");
		longest = size > longest ? size : longest;
	}
	return longest;
}

static void check_template(void)
{
	void *t = talloc_new(NULL);
	struct error err;
	char *template = config_template(t, NULL), *on = switched_on(t, template);
	struct config *c = load(t, template, &err);
	if (ok(c != NULL, "the template is a configuration"))
		check_defaults(c);
	c = load(t, on, &err);
	is(c ? "" : err.text, "", "so it is with every option switched on");
	if (c)
		check_defaults(c);
	ok(strcmp(template, on) != 0 && strstr(on, "\nlisten = \"127.0.0.1:8080\"\n") && strstr(on, "\nport = 587\n"), "which they were");
	ok(longest_line(template) <= 80, "its lines fit a terminal");
	talloc_free(t);
}

static void check_servers(void)
{
	void *t = talloc_new(NULL);
	struct error err;
	struct config *c = load(t, "mail {\n host = mx.example\n port = 25\n security = plain\n per_second = 9\n connections = 4\n}\n", &err);
	ok(c && c->mail.server_count == 1, "mail { } alone is one server");
	if (c)
		is(c->mail.servers[0].host, "mx.example", "of that host");
	c = load(t, "mail {\n host = mx.example\n port = 25\n security = plain\n connections = 4\n per_second = 9\n"
	            " server one { host = one.example weight = 3 security = tls port = 465 }\n server two { host = two.example connections = 7 per_second = 2 }\n}\n", &err);
	ok(c && c->mail.server_count == 2, "two servers");
	if (c) {
		const struct config_server *one = &c->mail.servers[0], *two = &c->mail.servers[1];
		is(one->name, "one", "the name of the first"), is(one->host, "one.example", "its host");
		is_int(one->weight, 3, "its weight"), is_int(one->port, 465, "its port"), is_int(one->security, CONFIG_TLS, "its security");
		is_int(one->connections, 4, "its connections are those of mail { }"), is_int(one->per_second, 0, "but no rate");
		is_int(two->weight, 1, "a weight that is not said"), is_int(two->connections, 7, "connections of its own"), is_int(two->per_second, 2, "and a rate");
		is_int(two->port, 25, "a port that is not said"), is_int(two->security, CONFIG_PLAIN, "nor its security");
	}
	talloc_free(t);
}

static void check_page(void)
{
	void *t = talloc_new(NULL);
	struct error err;
	struct document *d = document_new(t);
	struct buf *page = file_read(t, "contrib/pennypost.conf.5", 1 << 20, &err);
	config_describe(document_out(d));
	ok(page && strstr(page->data, document_text(d, NULL)), "pennypost.conf(5) has the options as they are: else run contrib/man-options");
	talloc_free(t);
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "describe") == 0) {
		config_describe(stdout);
		return 0;
	}
	check_page();
	if (!mkdtemp(folder))
		abort();
	check_good();
	check_bad();
	check_values();
	check_secrets();
	check_files();
	check_template();
	check_servers();
	check_search();
	static const char *const left[] = { "secret", "pennypost.conf", "other.conf" };
	for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
		char *path = place(NULL, left[i]);
		unlink(path);
		talloc_free(path);
	}
	ok(rmdir(folder) == 0, "nothing else is left");
	return tap_done();
}
