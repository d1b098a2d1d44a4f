/* A list of people from anywhere: what is read of it is text, each address is one, and is compared by what it is compared by everywhere. */
#include "gateway/base/address/mailbox.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "subscribers/roster/roster.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool held)
{
	if (!held)
		abort();
}

static void must_be_text(const char *s) { must(!s || text_utf8(s, strlen(s))); }

static void check(const struct roster *r, const struct roster_row *row)
{
	must_be_text(row->wrong);
	must_be_text(row->reason);
	if (row->wrong)
		return;
	must(row->value && row->folded && *row->folded && (r->own || row->kind == ADDRESS_MAIL));
	must_be_text(row->value);
	for (size_t i = 0; i < row->tag_count; i++)
		must_be_text(row->tags[i]);
	for (size_t i = 0; i < row->consent_count; i++) {
		must_be_text(row->consents[i].remote);
		must_be_text(row->consents[i].wording);
	}
	if (row->kind == ADDRESS_MAIL && !row->erased) {
		char *again = mailbox_normalise(NULL, row->value), *folded = again ? mailbox_fold(again, again) : NULL;
		must(folded && strcmp(again, row->value) == 0 && strcmp(folded, row->folded) == 0);
		talloc_free(again);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error err;
	char path[40];
	int fd = memfd_create("roster", MFD_CLOEXEC);
	must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	void *t = talloc_new(NULL);
	struct roster *r = roster_open(t, path, NULL, &err);
	struct roster_row *row;
	while (r && roster_next(t, r, &row, &err) && row) {
		check(r, row);
		talloc_free(row);
	}
	talloc_free(t);
	close(fd);
	return 0;
}
