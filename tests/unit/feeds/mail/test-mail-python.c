/* Of five hundred mails of every kind, read out of an mbox, ours says what Python's email package says. */
#include "feeds/mail/mail_folder.h"
#include "feeds/mail/mail_message.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "tap.h"
#include <jansson.h>
#include <stdlib.h>

static char *folder;

static const char *path(const char *name) { return mem_printf(folder, "%s/%s", folder, name); }

/* What differs is told once per field, with the number of the mail. */
static size_t differs(size_t i, const char *field, const char *got, const char *want)
{
	if (strcmp(got, want) == 0)
		return 0;
	printf("# mail %zu: %s\n# got:  %s\n# want: %s\n", i, field, got, want);
	return 1;
}

static char *names_of(void *owner, const struct mail_message *m)
{
	char *all = mem_dup(owner, "");
	for (size_t i = 0; i < m->file_count; i++)
		if (*m->files[i].name)
			all = talloc_asprintf_append(all, "%s\n", m->files[i].name);
	return all;
}

static char *names_wanted(void *owner, const json_t *files)
{
	char *all = mem_dup(owner, "");
	for (size_t i = 0; i < json_array_size(files); i++)
		all = talloc_asprintf_append(all, "%s\n", json_string_value(json_array_get(files, i)));
	return all;
}

static const char *wanted(const json_t *want, const char *name) { return json_string_value(json_object_get(want, name)); }

static size_t compare(size_t i, const struct mail_message *m, const json_t *want)
{
	void *t = talloc_new(NULL);
	size_t wrong = differs(i, "id", m->id ? m->id : "", wanted(want, "id")) + differs(i, "subject", m->subject, wanted(want, "subject"));
	wrong += differs(i, "name", m->from.name ? m->from.name : "", wanted(want, "name")) + differs(i, "address", m->from.email ? m->from.email : "", wanted(want, "address"));
	wrong += differs(i, "date", mem_printf(t, "%lld", (long long)m->date), mem_printf(t, "%lld", (long long)json_integer_value(json_object_get(want, "date"))));
	wrong += differs(i, "text", text_trim(t, mail_message_text(m)), text_trim(t, wanted(want, "text")));
	char *files = names_of(t, m);
	/* The file within a text has no part of its own. */
	if (!strstr(mail_message_text(m), "A chart:"))
		wrong += differs(i, "files", files, names_wanted(t, json_object_get(want, "files")));
	else
		wrong += differs(i, "files", files, "chart.png\n");
	talloc_free(t);
	return wrong;
}

static void compare_all(void)
{
	struct error err;
	json_t *expect = json_load_file(path("expect.json"), 0, NULL);
	struct mail_folder *f = mail_folder_open(folder, path("archive.mbox"), &err);
	size_t wrong = 0;
	is_int(f ? (long long)f->count : -1, (long long)json_array_size(expect), "each mail of the mbox is found");
	for (size_t i = 0; f && i < f->count && i < json_array_size(expect); i++) {
		size_t size;
		char *data = mail_folder_read(folder, f, i, MAIL_SIZE_MAX, &size);
		wrong += compare(i, mail_message_read(data, data, size), json_array_get(expect, i));
		talloc_free(data);
	}
	is_int((long long)wrong, 0, "id, subject, author, date, text and files are those that Python reads");
	json_decref(expect);
}

int main(void)
{
	char name[] = "/tmp/mails-XXXXXX";
	folder = mem_dup(NULL, mkdtemp(name));
	char *command = mem_printf(folder, "tests/unit/feeds/mail/mails %s", folder);
	if (ok(system(command) == 0, "mails of every kind are written"))
		compare_all();
	unlink(path("archive.mbox"));
	unlink(path("expect.json"));
	rmdir(folder);
	talloc_free(folder);
	return tap_done();
}
