/* Which files can be a publication's own pictures; that they are served, stay, and go; which accounts elsewhere it may have. */
#include "gateway/archive/store/publication_profile.h"
#include "gateway/archive/store/picture_rows.h"
#include "gateway/archive/store/tally.h"
#include "unit/fixture.h"
#include <string.h>

static struct error err;

#define PNG(SIDES) "\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR" SIDES
#define JPEG(SIDES) "\xff\xd8\xff\xc0\0\x0b\x08" SIDES "\x01\x01\x11\0"
#define WEBP "RIFF\x16\0\0\0WEBPVP8X\x0A\0\0\0\0\0\0\0\x3f\0\0\x3f\0\0"
#define AVIF "\0\0\0\x18" "ftypavif\0\0\0\0mif1avif" "\0\0\0\x30meta\0\0\0\0\0\0\0\x24iprp" "\0\0\0\x1Cipco" "\0\0\0\x14ispe\0\0\0\0\0\0\x05\0\0\0\x02\xD0"
#define BYTES(TEXT) TEXT, sizeof(TEXT) - 1

static void files(void *t)
{
	static const struct { const char *data; size_t size, padded; enum picture_type type; const char *complaint, *what; } cases[] = {
		{ BYTES(PNG("\0\0\0\x40\0\0\0\x40")), 0, PICTURE_PNG, NULL, "a PNG" },
		{ BYTES(JPEG("\0\x40\0\x40")), 0, PICTURE_JPEG, NULL, "a JPEG" },
		{ BYTES("GIF89a\x40\0\x40\0\x80\0\0"), 0, PICTURE_GIF, NULL, "a GIF" },
		{ BYTES(WEBP), 0, PICTURE_WEBP, NULL, "a WebP" },
		{ BYTES(PNG("\0\0\x10\0\0\0\x10\0")), 0, PICTURE_PNG, NULL, "as many pixels as may be" },
		{ BYTES(PNG("\0\0\x10\x01\0\0\x10\0")), 0, 0, "4097 x 4096 pixels", "more than that" },
		{ BYTES(PNG("\0\0\xff\xff\0\0\xff\xff")), 0, 0, "65535 x 65535 pixels", "as large as a head can say" },
		{ BYTES(JPEG("\0\x40\0\x40")), PUBLICATION_PICTURE_MAX, PICTURE_JPEG, NULL, "as many bytes as may be" },
		{ BYTES(JPEG("\0\x40\0\x40")), PUBLICATION_PICTURE_MAX + 1, 0, "2097153 bytes", "one more" },
		{ BYTES("<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>"), 0, 0, "save it as PNG", "an SVG" },
		{ BYTES(AVIF), 0, 0, "not every server and reader shows an AVIF", "an AVIF" },
		{ BYTES("\0\0\0\x1c" "ftypavif"), 0, 0, "no PNG", "an AVIF without a size" },
		{ BYTES("GIF89a\x01\0\x01\0\x80\0\0"), 0, 0, "no PNG", "a single pixel" },
		{ BYTES("\x89PNG\r\n\x1A\n"), 0, 0, "no PNG", "a PNG cut off" },
		{ BYTES("<!doctype html>"), 0, 0, "no PNG", "a page" },
		{ BYTES(""), 0, 0, "no PNG", "nothing" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct picture p;
		size_t size = cases[i].padded ? cases[i].padded : cases[i].size;
		char *data = talloc_zero_size(t, size + 1);
		memcpy(data, cases[i].data, cases[i].size);
		err = (struct error){ 0 };
		bool fits = publication_picture_make(t, data, size, &p, &err);
		if (cases[i].complaint)
			ok(!fits && err.kind == ERROR_INVALID && strstr(err.text, cases[i].complaint), cases[i].what);
		else
			ok(fits && p.head.type == cases[i].type, cases[i].what);
	}
}

static struct picture png(void *t, const char *data, size_t size)
{
	struct picture p;
	fixture_must(publication_picture_make(t, data, size, &p, &err), &err);
	return p;
}

static int64_t version(struct db *db, int64_t id)
{
	int64_t n = 0;
	fixture_must(tally_get(db, id, TALLY_PUBLICATION, "", &n, &err), &err);
	return n;
}

static bool serves(void *t, struct db *db, int64_t id, const struct picture *p)
{
	struct picture *got = picture_rows_get(t, db, id, p->hash, &err);
	return got && got->size == p->size && memcmp(got->data, p->data, p->size) == 0;
}

static void pictures(void *t, struct db *db)
{
	int64_t id = fixture_publication(t, db, "https://icon.test", PUBLICATION_FREE, 0)->id, other = fixture_publication(t, db, "https://other.test", PUBLICATION_FREE, 0)->id, count;
	struct picture icon = png(t, BYTES(PNG("\0\0\0\x40\0\0\0\x40"))), header = png(t, BYTES(PNG("\0\0\0\xf0\0\0\0\x50")));
	const struct publication *p = publication_by_id(t, db, id, &err);
	ok(!p->icon.path && !p->header.path, "it has none at first");
	int64_t before = version(db, id);
	ok(publication_set_picture(db, id, PUBLICATION_ICON, &icon, &err) && publication_set_picture(db, id, PUBLICATION_HEADER, &header, &err), "an icon and a header");
	ok(version(db, id) > before, "pages are made anew");
	p = publication_by_host(t, db, "icon.test", &err);
	is(p->icon.path, picture_path(t, icon.hash, PICTURE_PNG), "where the icon is");
	is(p->header.path, picture_path(t, header.hash, PICTURE_PNG), "… and the header");
	is(p->icon.type, "image/png", "… what it is");
	is_int(p->header.width, 240, "… how wide");
	is_int(p->header.height, 80, "… and high");
	ok(serves(t, db, id, &icon) && serves(t, db, id, &header), "they are served");
	ok(!serves(t, db, other, &icon), "not by another publication");
	ok(picture_rows_sweep(db, &count, &err) && count == 0, "and are not swept away");

	fixture_must(publication_set_picture(db, other, PUBLICATION_HEADER, &icon, &err), &err);
	before = version(db, id);
	ok(publication_set_picture(db, id, PUBLICATION_ICON, NULL, &err) && version(db, id) > before, "the icon is taken away");
	p = publication_by_id(t, db, id, &err);
	ok(!p->icon.path && p->header.path, "alone");
	ok(!serves(t, db, id, &icon) && serves(t, db, other, &icon), "only there");
	ok(picture_rows_sweep(db, &count, &err) && count == 0, "the same picture of another stays");
	fixture_must(publication_set_picture(db, other, PUBLICATION_HEADER, NULL, &err) && publication_set_picture(db, id, PUBLICATION_HEADER, NULL, &err), &err);
	ok(picture_rows_sweep(db, &count, &err), "sweeping");
	is_int(count, 2, "removes what is nobody's");
}

static void accounts(void *t, struct db *db)
{
	static const struct { const char *urls[12]; size_t count; const char *kept, *what; } cases[] = {
		{ { "https://social.example/users/ada" }, 1, "https://social.example/users/ada\n", "one" },
		{ { "https://a.example/1", "https://b.example/2?x=1#me" }, 2, "https://a.example/1\nhttps://b.example/2?x=1#me\n", "two replace it" },
		{ { "@ada@social.example" }, 1, NULL, "a handle" },
		{ { "https://a.example/1", "mailto:ada@b.example" }, 2, NULL, "one of them no URL of the web" },
		{ { "https://a.example/1\nhttps://evil.example/" }, 1, NULL, "two in one" },
		{ { "https://alias.test/@lamp" }, 1, NULL, "itself" },
		{ { "https://ada:secret@a.example/1" }, 1, NULL, "with a password" },
		{ { "https://a.example/1", "" }, 2, NULL, "one and none" },
		{ { "https://a.example/1", "https://a.example/2", "https://a.example/3", "https://a.example/4", "https://a.example/5", "https://a.example/6", "https://a.example/7",
		    "https://a.example/8", "https://a.example/9", "https://a.example/10", "https://a.example/11" }, 11, NULL, "too many" },
		{ { "" }, 1, "", "none" },
	};
	int64_t id = fixture_publication(t, db, "https://alias.test", PUBLICATION_FREE, 0)->id;
	const char *last = "";
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t before = version(db, id);
		bool fine = publication_set_also_known_as(db, id, cases[i].urls, cases[i].count, &err);
		ok(fine == (cases[i].kept != NULL) && (fine || err.kind == ERROR_INVALID), cases[i].what);
		ok((version(db, id) > before) == fine, "… pages are made anew, or not");
		last = fine ? cases[i].kept : last;
		is(publication_by_id(t, db, id, &err)->also_known_as, last, "… what is kept");
	}
}

int main(void)
{
	void *t = talloc_new(NULL);
	struct db *db = fixture_db(t);
	files(t);
	pictures(t, db);
	accounts(t, db);
	talloc_free(t);
	return tap_done();
}
