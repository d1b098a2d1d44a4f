#pragma once
/* export - bytes as a file that import_open reads, and what must hold of every post in it. */
#include "feeds/import/import.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static inline void export_must(bool held)
{
	if (!held)
		abort();
}

static inline void export_text(const char *s) { export_must(!s || text_utf8(s, strlen(s))); }

static inline void export_check(const struct feed *f)
{
	export_must(f->count > 0);
	for (size_t i = 0; i < f->count; i++) {
		const struct entry *e = f->entries[i];
		export_text(e->title);
		export_text(e->content);
		export_text(e->summary);
		export_text(e->slug);
		export_must(!e->link || url_valid(e->link));
		export_must(!e->image.url || url_valid(e->image.url));
	}
}

/* Reads head and data, one behind the other, to the end. */
static inline void export_read(const char *head, const void *data, size_t size)
{
	struct error err;
	char path[40];
	int fd = memfd_create("export", MFD_CLOEXEC);
	export_must(fd >= 0 && write(fd, head, strlen(head)) == (ssize_t)strlen(head) && write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	struct import *im = import_open(NULL, path, &(struct import_settings){ .site = "https://blog.example", .pages = true }, &err);
	struct feed *feed;
	while (im && import_next(im, &feed, &err) && feed) {
		export_check(feed);
		talloc_free(feed);
	}
	talloc_free(im);
	close(fd);
}
