/* Lists of feeds, as other programs write them.  The documents are those of the fuzzer's corpus. */
#include "feeds/source/opml.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/file.h"
#include "tap.h"

static const struct {
	const char *file, *url, *title, *wrong;
} lines[] = {
	{ "plain", "https://lamp.example/feed", "The Lamp Room", NULL },
	{ "plain", "https://tides.example/atom.xml?a=1&b=2", "The Tidal Clock", NULL },
	{ "quirks", "http://fish.example/feed?a=1&b=2", "Fish & chips — daily", NULL },
	{ "quirks", "http://old.example/rss", "old", NULL },
	{ "quirks", "file:///etc/passwd", "local", "this is no address of the web" },
	{ "quirks", "https://fedi.example/users/a", "actor", "an actor of the fediverse is no feed" },
	{ "quirks", "https://ann:pw@priv.example/feed", "secret", NULL },
	{ "latin", "http://cafe.example/", "Café “x”", NULL },
	{ "cut", "https://a.example/1", NULL, NULL },
	{ "cut", "https://b.example/", "<b>", NULL },
};

static void reading(void *t)
{
	struct error err = { 0 };
	const char *file = "";
	struct opml_line *all = NULL;
	size_t count = 0, at = 0;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		if (strcmp(file, lines[i].file) != 0) {
			is_int((long long)at, (long long)count, "… and no more");
			file = lines[i].file;
			struct buf *data = file_read(t, mem_printf(t, "tests/corpus/fuzz/opml/%s", file), OPML_MAX_SIZE, &err);
			all = data ? opml_read(t, data->data, data->size, &count, &err) : NULL;
			ok(all, file);
			at = 0;
		}
		bool there = all && at < count;
		is(there ? all[at].url : NULL, lines[i].url, lines[i].url);
		is(there ? all[at].title : NULL, lines[i].title, "… its title");
		is(there ? all[at].wrong : NULL, lines[i].wrong, "… what is wrong");
		at++;
	}
	is_int((long long)at, (long long)count, "… and no more");
}

static void writing(void *t)
{
	struct error err;
	size_t count, size;
	struct source one = { .url = "https://ann:s3cret@b.example/feed?a=1&b=2", .title = "A \"b\" <c> & \x01 d", .site = "https://ann:s3cret@b.example/?a&b" }, two = { .url = "file:///tmp/x" },
	              three = { .url = "https://c.example/" }, *all[] = { &one, &two, &three };
	struct document *d = document_new(t);
	opml_write(document_out(d), "Lists & more", all, 3);
	const char *text = document_text(d, &size);
	ok(!strstr(text, "s3cret") && !strstr(text, "ann"), "no password is written");
	ok(strstr(text, " htmlUrl=\"https://b.example/?a&amp;b\"/>"), "the page beside it");
	struct opml_line *back = opml_read(t, text, size, &count, &err);
	ok(back && count == 2, "what is written is read again, but for a file");
	is(back[0].url, "https://b.example/feed?a=1&b=2", "address");
	is(back[0].title, "A \"b\" <c> & d", "and title");
	is(back[1].title, "https://c.example/", "one without a title has its address");
}

static const char nested[] =
	"<opml version='2.0'><body><outline text='Folder'><outline type='rss' text='My name for it' xmlUrl='http://a.example/f'/><outline text='In &amp; it'>"
	"<outline text='b' xmlUrl='http://b.example/f'/></outline></outline><outline text='c' xmlUrl='http://c.example/f' category='/News/Tech,/x'/>"
	"<outline text='d' xmlUrl='http://d.example/f' category='tag'/><outline><outline text='e' xmlUrl='http://e.example/f'/></outline></body></opml>";

static void folders(void *t)
{
	static const char *const expect[] = { "Folder", "Folder / In & it", "News / Tech", NULL, NULL };
	struct error err;
	size_t count, size;
	struct opml_line *read = opml_read(t, nested, sizeof nested - 1, &count, &err);
	ok(read && count == 5, "five feeds");
	struct source *all[5];
	for (size_t i = 0; i < 5; i++) {
		is(read[i].folder, expect[i], read[i].title);
		all[i] = mem_new(t, struct source);
		*all[i] = (struct source){ .url = read[i].url, .title = "its own", .settings = { .name = read[i].title, .folder = read[i].folder } };
	}
	struct document *d = document_new(t);
	opml_write(document_out(d), "x", all, 5);
	const char *text = document_text(d, &size);
	read = opml_read(t, text, size, &count, &err);
	ok(read && count == 5 && !strstr(text, "its own"), "written by the owner's names");
	for (size_t i = 0; i < 5; i++)
		is(read[i].folder, expect[i], "… in the same folder");
}

int main(void)
{
	static const char *const others[] = { "", "<rss version='2.0'><channel/></rss>", "<!doctype html><p>opml", "{}", "\xff\xfe" };
	void *t = talloc_new(NULL);
	reading(t);
	writing(t);
	folders(t);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		struct error err;
		size_t count;
		ok(!opml_read(t, others[i], strlen(others[i]), &count, &err) && err.kind == ERROR_INVALID, "no OPML");
	}
	talloc_free(t);
	return tap_done();
}
