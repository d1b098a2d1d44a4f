/* Entries as objects and activities: what is in them, what must not be, and how long texts are cut. */
#include "feeds/parse/feed_parse.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/fediverse/actor/content.h"
#include "gateway/fediverse/actor/object.h"
#include "tap.h"

static void *t;

static const struct publication tides = {
	.id = 1, .url = "https://tidalclock.example", .origin = "https://tidalclock.example", .host = "tidalclock.example", .name = "The Tidal Clock", .handle = "tides", .language = "en",
};
static const struct gate open_gate = { .publication = 1, .open_since = INT64_MIN }, closed_gate = { .publication = 1, .open_since = INT64_MAX };

static struct entry sample(void)
{
	static const char *tags[] = { "tide tables", "Ökologie", "C++", "!!!", "sea_level 2026", "C", "C#", "#Caturday", ".NET" };
	static struct entry_enclosure enclosures[] = {
		{ .url = "https://cdn.example/ep1.mp3", .type = "audio/mpeg", .title = "Episode 1", .length = 7 },
		{ .url = "https://cdn.example/data.zip", .type = "application/zip", .length = 7 },
	};
	return (struct entry){
		.id = 17, .publication = 1, .slug = "brass", .title = "Brass & <salt>", .language = "de",
		.content = "<p>Open.</p><p><img src=\"https://cdn.example/a.png\" alt=\"A dial\"> SECRET</p>", .teaser = "<p>Open.</p>",
		.tags = tags, .tag_count = 9, .enclosures = enclosures, .enclosure_count = 2,
		.image = { "https://cdn.example/cover.jpg", "A cover", 0, 0 },
		.published = clock_civil(2026, 5, 1, 8, 0, 0), .state = ENTRY_LIVE,
	};
}

static void warned(void)
{
	struct entry e = sample();
	e.warning = "low tide";
	json_t *note = object_note(t, &tides, &open_gate, &e);
	ok(json_is_true(json_object_get(note, "sensitive")), "what its author warns of is sensitive");
	is(jsonld_text(note, "summary"), "low tide", "and servers fold it behind the warning");
}

static void whole(void)
{
	struct entry e = sample();
	json_t *note = object_note(t, &tides, &open_gate, &e);
	is(jsonld_text(note, "id"), "https://tidalclock.example/p/17", "its id");
	is(jsonld_text(note, "type"), "Note", "a Note");
	is(jsonld_text(note, "url"), "https://tidalclock.example/2026/brass", "the page that people read");
	is(jsonld_text(note, "attributedTo"), "https://tidalclock.example/@tides", "by the actor");
	is(jsonld_text(note, "published"), "2026-05-01T08:00:00Z", "published, in UTC");
	ok(!json_object_get(note, "updated"), "not updated");
	ok(!json_object_get(note, "name") && !json_object_get(note, "summary"), "nothing that servers fold a text behind");
	is(json_string_value(json_array_get(json_object_get(note, "to"), 0)), "https://www.w3.org/ns/activitystreams#Public", "to the public, in full");
	is(json_string_value(json_array_get(json_object_get(note, "cc"), 0)), "https://tidalclock.example/@tides/followers", "and the followers");
	const char *content = jsonld_text(note, "content");
	ok(strncmp(content, "<p><strong>Brass &amp; &lt;salt&gt;</strong></p><p>Open.</p>", 60) == 0, "the title, escaped, then the text");
	ok(strstr(content, "<p><a href=\"https://tidalclock.example/2026/brass\">tidalclock.example/2026/brass</a></p>"), "and the way to the page");
	is(jsonld_text(json_object_get(note, "contentMap"), "de"), content, "in the entry's language");
	ok(json_is_false(json_object_get(note, "sensitive")), "not sensitive");
	e.revised = e.published + CLOCK_DAY;
	is(jsonld_text(object_note(t, &tides, &open_gate, &e), "updated"), "2026-05-02T08:00:00Z", "updated once it was revised");
	e.locked_at = e.published + 2 * CLOCK_DAY;
	is(jsonld_text(object_note(t, &tides, &open_gate, &e), "updated"), "2026-05-03T08:00:00Z", "or once the gate changed");
	e.published = clock_now() + CLOCK_DAY;
	ok(strcmp(jsonld_text(object_note(t, &tides, &open_gate, &e), "published"), clock_rfc3339(t, clock_now() + CLOCK_MINUTE)) <= 0, "never in the future");
	e.language = NULL;
	e.title = NULL;
	note = object_note(t, &tides, &open_gate, &e);
	ok(jsonld_text(json_object_get(note, "contentMap"), "en"), "else in the publication's language");
	ok(strncmp(jsonld_text(note, "content"), "<p>Open.", 8) == 0, "without a title there is none");
}

static void lists(void)
{
	struct entry e = sample();
	json_t *note = object_note(t, &tides, &open_gate, &e), *tags = json_object_get(note, "tag"), *files = json_object_get(note, "attachment");
	static const char *const names[] = { "#tideTables", "#Ökologie", "#CPlusPlus", "#sea_level2026", "#C", "#CSharp", "#Caturday", "#dotNET" };
	is_int((long long)json_array_size(tags), 8, "eight hashtags; the one without letters is none");
	for (size_t i = 0; i < 8; i++)
		is(jsonld_text(json_array_get(tags, i), "name"), names[i], names[i]);
	is(jsonld_text(json_array_get(tags, 0), "href"), "https://tidalclock.example/tag/tide-tables", "with a page");
	is(jsonld_text(json_array_get(tags, 2), "href"), "https://tidalclock.example/tag/c%2B%2B", "whose address is percent-encoded");
	is_int((long long)json_array_size(files), 3, "cover, picture in the text, sound; no archive");
	is(jsonld_text(json_array_get(files, 0), "name"), "A cover", "the cover's description");
	is(jsonld_text(json_array_get(files, 0), "mediaType"), "image/jpeg", "and type");
	is(jsonld_text(json_array_get(files, 1), "name"), "A dial", "the picture's description");
	is(jsonld_text(json_array_get(files, 2), "type"), "Audio", "the sound");
}

/* Some servers show only the hashtags that stand in the text. */
static void hashtags_in_text(void)
{
	static const struct {
		const char *tag, *name; /* NULL: none */
	} names[] = {
		{ "2026", NULL }, { "٢٠٢٦", NULL }, { "_", NULL }, { "___1", NULL }, { "2026 tides", "#2026Tides" }, { "don’t panic", "#dontPanic" }, { "don't", "#dont" },
		{ "naïve–x", "#naïveX" }, { "rock & roll", "#rockRoll" }, { "日本語", "#日本語" }, { "हिन्दी", "#हिन्दी" }, { "ไทย", "#ไทย" }, { "🌊", NULL }, { "sea 🌊", "#sea" }, { "«guillemets»", "#guillemets" },
		{ "a/b", "#aB" }, { "…", NULL }, { "Cafe\xCC\x81", "#Cafe\xCC\x81" }, { "日本・語", "#日本語" },
	};
	static const char *two[] = { "tide tables", "Tide-Tables", "sea" };
	static const struct {
		const char *content, *line; /* NULL: none is added */
	} texts[] = {
		{ "<p>x</p>", "<p><a href=\"https://tidalclock.example/tag/tide-tables\" class=\"mention hashtag\" rel=\"tag\">#tideTables</a> "
		              "<a href=\"https://tidalclock.example/tag/sea\" class=\"mention hashtag\" rel=\"tag\">#sea</a></p>" },
		{ "<p>On <a href='https://x.example/tags/sea'>#<span>Sea</span></a>.</p>", "<p><a href=\"https://tidalclock.example/tag/tide-tables\" class=\"mention hashtag\" rel=\"tag\">#tideTables</a></p>" },
		{ "<p>#seaside #tidetables</p>", "<p><a href=\"https://tidalclock.example/tag/sea\" class=\"mention hashtag\" rel=\"tag\">#sea</a></p>" },
		{ "<p>#SEA, #TideTables.</p>", NULL },
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct entry e = sample();
		e.tags = (const char *[]){ names[i].tag };
		e.tag_count = 1;
		is(jsonld_text(json_array_get(json_object_get(object_note(t, &tides, &open_gate, &e), "tag"), 0), "name"), names[i].name, names[i].tag);
	}
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct entry e = sample();
		e.tags = two;
		e.tag_count = 3;
		e.content = texts[i].content;
		const char *content = jsonld_text(object_note(t, &tides, &open_gate, &e), "content"), *line = strstr(content, "<p><a href=\"https://tidalclock.example/tag/");
		is(line, texts[i].line, texts[i].content);
	}
}

/* Lists that do not count from one keep their numbers on servers that know no start. */
static void numbered(void)
{
	static const struct {
		const char *html, *text;
	} cases[] = {
		{ "<ol><li>a</li><li>b</li></ol>", "<ol><li>a</li><li>b</li></ol>" },
		{ "<ol start=\"3\"><li>c</li><li>d</li></ol>", "<p>3. c</p><p>4. d</p>" },
		{ "<ol start=\"-1\"><li>c</li><li>d</li></ol>", "<p>-1. c</p><p>0. d</p>" },
		{ "<ol reversed=\"\"><li>c</li><li>b</li><li>a</li></ol>", "<p>3. c</p><p>2. b</p><p>1. a</p>" },
		{ "<ol reversed=\"\" start=\"9\"><li>c</li><li>b</li></ol>", "<p>9. c</p><p>8. b</p>" },
		{ "<ol><li>a</li><li value=\"7\">g</li><li>h</li></ol>", "<p>1. a</p><p>7. g</p><p>8. h</p>" },
		{ "<ol start=\"99999999999999999999\"><li>c</li></ol>", "<p>1000000000. c</p>" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct entry e = { .id = 1, .publication = 1, .slug = "x", .published = 1, .content = cases[i].html };
		is(content_html(t, &tides, &e, false, 10000), cases[i].text, cases[i].html);
	}
}

static void gated(void)
{
	struct entry e = sample();
	json_t *create = object_create(t, &tides, &closed_gate, &e), *note = json_object_get(create, "object");
	char *all = jsonld_write(t, create);
	ok(!strstr(all, "SECRET") && !strstr(all, "a.png") && !strstr(all, "ep1.mp3") && !strstr(all, "cover.jpg"), "nothing from behind the gate");
	ok(strstr(jsonld_text(note, "content"), "Read the rest at tidalclock.example"), "but where the rest is");
	ok(json_is_array(json_object_get(note, "attachment")), "attachment stays a list");
	e.state = ENTRY_WITHDRAWN;
	ok(!object_note(t, &tides, &open_gate, &e) && !object_create(t, &tides, &open_gate, &e), "a withdrawn entry is nothing");
}

static void activities(void)
{
	struct entry e = sample();
	json_t *create = object_create(t, &tides, &open_gate, &e), *again = object_create(t, &tides, &open_gate, &e);
	is(jsonld_text(create, "id"), "https://tidalclock.example/p/17/create", "a Create");
	ok(json_equal(create, again), "the same each time");
	ok(json_equal(json_object_get(create, "to"), json_object_get(json_object_get(create, "object"), "to")) &&
	   json_equal(json_object_get(create, "cc"), json_object_get(json_object_get(create, "object"), "cc")), "for the same readers as its object");
	is(jsonld_text(create, "published"), "2026-05-01T08:00:00Z", "published with it");
	is(jsonld_text(object_update(t, &tides, &open_gate, &e, 9), "id"), "https://tidalclock.example/p/17/update/9", "an Update has its own id");
	e.withdrawn = clock_civil(2026, 6, 1, 0, 0, 0);
	json_t *delete = object_delete(t, &tides, &e), *tombstone = json_object_get(delete, "object");
	is(jsonld_text(tombstone, "type"), "Tombstone", "a Delete has a Tombstone");
	is(jsonld_text(tombstone, "id"), "https://tidalclock.example/p/17", "of the object");
	is(jsonld_text(tombstone, "deleted"), "2026-06-01T00:00:00Z", "deleted then");
	json_t *accept = object_accept(t, &tides, "https://fedi.example/f/1", "https://fedi.example/ann"), *follow = json_object_get(accept, "object");
	is(jsonld_text(follow, "id"), "https://fedi.example/f/1", "an Accept holds the Follow");
	is(jsonld_text(follow, "actor"), "https://fedi.example/ann", "whole");
	is(jsonld_text(follow, "object"), "https://tidalclock.example/@tides", "as it was");
	ok(strcmp(jsonld_text(object_accept(t, &tides, NULL, "https://fedi.example/ann"), "id"), jsonld_text(accept, "id")) != 0, "and its own id each time");
}

/* n paragraphs of 100 bytes */
static char *paragraphs(int n, const char *before, const char *after)
{
	struct document *d = document_new(t);
	fputs(before, document_out(d));
	for (int i = 0; i < n; i++)
		fprintf(document_out(d), "<p>%093d</p>", i);
	fputs(after, document_out(d));
	return document_finish(d, t);
}

static void cuts(void)
{
	const struct {
		const char *what, *html;
		size_t max, least; /* bytes of the result without title and link */
		bool cut;
	} cases[] = {
		{ "short enough", paragraphs(10, "", ""), 1000, 1000, false },
		{ "one too many", paragraphs(11, "", ""), 1000, 1000, true },
		{ "a list is cut inside", paragraphs(20, "<ul><li>", "</li></ul>"), 1000, 900, true },
		{ "a quotation is cut inside", paragraphs(20, "<p>a</p><blockquote>", "</blockquote><p>z</p>"), 1000, 900, true },
		{ "one block too large", paragraphs(1, "<p>word ", "</p>"), 50, 5, true },
		{ "a great many", paragraphs(20000, "", ""), 48 << 10, 48000, true },
	};
	struct entry e = { .id = 1, .publication = 1, .slug = "x", .published = 1 };
	e.content = "";
	size_t fixed = strlen(content_html(t, &tides, &e, true, 10));
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		e.content = cases[i].html;
		char *html = content_html(t, &tides, &e, false, cases[i].max);
		ok((strstr(html, "Read the rest at") != NULL) == cases[i].cut, cases[i].what);
		ok(strlen(html) <= cases[i].max + fixed && (!cases[i].cut || strlen(html) >= cases[i].least + fixed), "... to its size");
	}
	e.content = paragraphs(20, "<p>a</p><blockquote>", "</blockquote><p>z</p>");
	ok(strstr(content_html(t, &tides, &e, false, 1000), "</p></blockquote><p><a"), "what was opened is closed");
}

/* What its author kept out of the public timelines stays out of them, wherever it is read next. */
static void unlisted(void)
{
	static const char followers[] = "https://tidalclock.example/@tides/followers";
	struct entry e = sample();
	struct error err = { 0 };
	is(jsonld_id(object_note(t, &tides, &open_gate, &e), "cc"), followers, "a post is for everybody");
	e.audience = ENTRY_UNLISTED;
	json_t *const all[] = { object_note(t, &tides, &open_gate, &e), object_create(t, &tides, &open_gate, &e), object_update(t, &tides, &open_gate, &e, 3), object_delete(t, &tides, &e) };
	for (size_t i = 0; i < 4; i++) {
		is(jsonld_id(all[i], "to"), followers, "an unlisted one is for followers first");
		is(jsonld_id(all[i], "cc"), JSONLD_PUBLIC, "... and for everybody second");
	}
	char *text = jsonld_write(t, all[1]);
	is(jsonld_id(json_object_get(all[1], "object"), "cc"), JSONLD_PUBLIC, "so is what is in the activity");
	struct feed *feed = feed_parse(t, text, strlen(text), "application/activity+json", NULL, &err);
	is_int(feed && feed->count == 1 ? (int)feed->entries[0]->audience : -1, ENTRY_UNLISTED, "and it is read back so");
}

/* Where a post was first is said, and read by an instance that follows us. */
static void origins(void)
{
	static const struct {
		const char *origin, *link, *via;
	} cases[] = {
		{ NULL, NULL, NULL }, { NULL, "https://x.example/one", "https://x.example/one" }, { "https://x.example/one", "https://y.example/1", "https://x.example/one" },
		{ NULL, "https://tidalclock.example/before/we/moved", NULL }, { "https://tidalclock.example/2026/x", "https://y.example/1", NULL },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct entry e = sample();
		struct error err = { 0 };
		e.origin = cases[i].origin;
		e.link = cases[i].link;
		json_t *create = object_create(t, &tides, &open_gate, &e);
		is(jsonld_text(json_object_get(create, "object"), "via"), cases[i].via, "where it was first");
		char *text = jsonld_write(t, create);
		struct feed *feed = feed_parse(t, text, strlen(text), "application/activity+json", NULL, &err);
		is(feed && feed->count == 1 ? feed->entries[0]->origin : "no entry", cases[i].via, "… read back");
	}
}

/* What an instance that follows us makes of it: no less than what others see. */
static void read_back(void)
{
	struct entry e = sample();
	struct error err = { 0 };
	e.title = "Thirty-seven cosines";
	e.content = "<h2>Part</h2><table><tr><td>1</td></tr></table><p><img src=\"https://tidalclock.example/a.png\" alt=\"A\"> text</p>";
	e.teaser = "<h2>Part</h2>";
	for (int gated = 0; gated < 2; gated++) {
		char *text = jsonld_write(t, object_create(t, &tides, gated ? &closed_gate : &open_gate, &e));
		struct feed *feed = feed_parse(t, text, strlen(text), "application/activity+json", NULL, &err);
		const struct entry *back = feed && feed->count ? feed->entries[0] : &e;
		is(back->title, "Thirty-seven cosines", "the title");
		ok(strstr(back->content, "<h2>Part</h2>"), "headings");
		ok((strstr(back->content, "<table>") != NULL) == !gated && (strstr(back->content, "<img") != NULL) == !gated, "tables and pictures, if they may be seen");
		ok((strstr(back->content, "Read the rest at") != NULL) == gated, "and a mark where a teaser ends");
		ok(!gated || !strstr(text, "<table>"), "of the rest nothing travels");
	}
	static const char *const notes[][2] = {
		{ "<p>a link <a href='https://x.example/p.png'>[image: Alt]</a></p>", "<img src=\"https://x.example/p.png\" alt=\"Alt\"" },
		{ "<p><img src='https://x.example/p.png' alt='own'></p>", "<p><img src='https://x.example/p.png' alt='own'></p>" },
		{ "<p>https://x.example/p.png</p>", "<img src=\"https://x.example/p.png\" alt=\"Alt\"" },
	};
	for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
		char *text = jsonld_write(t, jsonld_own(t, json_pack("{s:s, s:s, s:s, s:s, s:s, s:[{s:s, s:s, s:s}]}", "@context", JSONLD_ACTIVITYSTREAMS, "type", "Note", "id", "https://x.example/1",
			"to", JSONLD_PUBLIC, "content", notes[i][0], "attachment", "type", "Image", "url", "https://x.example/p.png", i ? "name" : "summary", "Alt")));
		struct feed *feed = feed_parse(t, text, strlen(text), "application/activity+json", NULL, &err);
		ok(feed && feed->count == 1 && strstr(feed->entries[0]->content, notes[i][1]), "a picture that no img shows is shown, with its description");
	}
	e.title = NULL;
	e.tag_count = 0;
	e.content = "<p>A short note.</p>";
	is(jsonld_text(object_note(t, &tides, &open_gate, &e), "content"), "<p>A short note.</p>", "an untitled note that is shown whole gets no link to itself");
}

int main(void)
{
	t = talloc_new(NULL);
	whole();
	warned();
	lists();
	hashtags_in_text();
	numbered();
	gated();
	activities();
	unlisted();
	origins();
	read_back();
	cuts();
	talloc_free(t);
	return tap_done();
}
