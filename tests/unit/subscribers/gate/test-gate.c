/* The gate: what each kind of viewer may read of each kind of entry. */
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/error.h"
#include "subscribers/gate/gate.h"
#include "tap.h"
#include <string.h>

enum { US = 1, OTHERS = 2, OPENED = 1000 };

static const struct viewer viewers[] = {
	{ VIEWER_ANYBODY, 0, 0, NULL }, { VIEWER_SUBSCRIBER, OTHERS, 7, NULL }, { VIEWER_SUPPORTER, OTHERS, 7, NULL }, { VIEWER_OWNER, OTHERS, 0, NULL },
	{ VIEWER_SUBSCRIBER, US, 7, NULL }, { VIEWER_SUPPORTER, US, 7, NULL }, { VIEWER_OWNER, US, 0, NULL },
};

/* What each of these viewers gets: F all of it, T the teaser, - nothing. */
static const struct {
	const char *what;
	enum entry_state state;
	enum entry_access access;
	bool old;
	enum gate_for whom;
	const char *views;
} cases[] = {
	{ "a new post", ENTRY_LIVE, ENTRY_ACCESS_POLICY, false, GATE_FOR_ANYBODY, "FFFF FFF" },
	{ "one of the archive", ENTRY_LIVE, ENTRY_ACCESS_POLICY, true, GATE_FOR_SUBSCRIBERS, "TTTT FFF" },
	{ "a free one of the archive", ENTRY_LIVE, ENTRY_ACCESS_FREE, true, GATE_FOR_ANYBODY, "FFFF FFF" },
	{ "a gated one", ENTRY_LIVE, ENTRY_ACCESS_GATED, false, GATE_FOR_SUBSCRIBERS, "TTTT FFF" },
	{ "one for supporters", ENTRY_LIVE, ENTRY_ACCESS_SUPPORTER, false, GATE_FOR_SUPPORTERS, "TTTT TFF" },
	{ "an old one for supporters", ENTRY_LIVE, ENTRY_ACCESS_SUPPORTER, true, GATE_FOR_SUPPORTERS, "TTTT TFF" },
	{ "one of an access that is not known", ENTRY_LIVE, (enum entry_access)9, false, GATE_FOR_SUPPORTERS, "TTTT TFF" },
	{ "a letter", ENTRY_MAILED, ENTRY_ACCESS_POLICY, false, GATE_FOR_ANYBODY, "---- FFF" },
	{ "an old letter", ENTRY_MAILED, ENTRY_ACCESS_POLICY, true, GATE_FOR_SUBSCRIBERS, "---- FFF" },
	{ "a letter for supporters", ENTRY_MAILED, ENTRY_ACCESS_SUPPORTER, false, GATE_FOR_SUPPORTERS, "---- TFF" },
	{ "a draft", ENTRY_DRAFT, ENTRY_ACCESS_FREE, false, GATE_FOR_ANYBODY, "---- --F" },
	{ "a draft for supporters", ENTRY_DRAFT, ENTRY_ACCESS_SUPPORTER, false, GATE_FOR_SUPPORTERS, "---- --F" },
	{ "a held post", ENTRY_HELD, ENTRY_ACCESS_FREE, false, GATE_FOR_ANYBODY, "---- ---" },
	{ "a withdrawn one for supporters", ENTRY_WITHDRAWN, ENTRY_ACCESS_SUPPORTER, false, GATE_FOR_SUPPORTERS, "---- ---" },
};

static struct entry entry_of(size_t i)
{
	static struct entry_enclosure sound = { "https://us.example/secret.mp3", "audio/mpeg", NULL, -1 };
	return (struct entry){ .id = 1, .publication = US, .title = "Of tides", .content = "<p>OPENING</p><p>SECRET</p>", .teaser = "<p>OPENING</p>", .summary = "SECRET",
	                       .excerpt = "OPENING", .whole_excerpt = "OPENING SECRET", .enclosures = &sound, .enclosure_count = 1,
	                       .image = { .url = "https://us.example/secret.png" }, .published = cases[i].old ? OPENED - 1 : OPENED, .state = cases[i].state,
	                       .access = cases[i].access };
}

/* Nothing of what is behind the cut may be in what is shown. */
static bool tells(const struct entry *shown)
{
	return strstr(shown->content, "SECRET") || shown->summary || shown->whole_excerpt || strstr(shown->excerpt, "SECRET") || shown->enclosure_count || shown->image.url;
}

static char letter_of(const struct gate *gate, const struct entry *e, const struct viewer *viewer)
{
	enum gate_view view = GATE_FULL;
	struct entry *shown = gate_show(NULL, gate, e, viewer, &view);
	char letter = view == GATE_NOTHING && !shown ? '-' : '?';
	if (shown && view == GATE_TEASER && shown->cut && !tells(shown))
		letter = 'T';
	if (shown && view == GATE_FULL && !shown->cut && strstr(shown->content, "SECRET") && strstr(shown->excerpt, "SECRET") && shown->enclosure_count == 1)
		letter = 'F';
	if (view != gate_view(gate, e, viewer))
		letter = '!';
	talloc_free(shown);
	return letter;
}

int main(void)
{
	const struct gate gate = { US, OPENED, "https://us.example" };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct entry e = entry_of(i);
		char seen[sizeof "ABCD EFG"] = "     ";
		for (size_t v = 0; v < sizeof viewers / sizeof *viewers; v++)
			seen[v < 4 ? v : v + 1] = letter_of(&gate, &e, &viewers[v]);
		is(seen, cases[i].views, cases[i].what);
		ok(gate_for(&gate, &e) == cases[i].whom && gate_locked(&gate, &e) == (cases[i].whom != GATE_FOR_ANYBODY), gate_for_name(cases[i].whom));
	}
	ok(gate_reader(true) == VIEWER_SUPPORTER && gate_reader(false) == VIEWER_SUBSCRIBER, "what a subscriber is to the gate");
	return tap_done();
}
