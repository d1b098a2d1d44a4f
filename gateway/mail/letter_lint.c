#include "gateway/mail/letter_lint.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

/* Gmail shows so much of the HTML part; a subject of more characters is cut in most lists of letters. */
enum { CLIPPED_KB = 102, KB = 1024, LONG_KB = 80, SUBJECT_MAX = 78 };

struct remarks {
	void *owner;
	struct letter_remark *all;
	size_t count;
};

static void add(struct remarks *r, bool fault, const char *about, const char *words)
{
	*mem_push(r->owner, r->all, r->count) = (struct letter_remark){ fault, about, words };
}

static void look_at_text(struct remarks *r, const struct entry *e, const struct archive_letter *own, const struct letter *l)
{
	size_t subject = text_length(own->subject), kb = strlen(l->html) / KB;
	if (subject > SUBJECT_MAX)
		add(r, false, "subject", mem_printf(r->owner, "it has %zu characters, and mail programs show about %d", subject, SUBJECT_MAX));
	if (e->words == 0)
		add(r, true, "text", "there is no text");
	if (l->cut)
		add(r, true, "length", mem_printf(r->owner, "the HTML part is cut, because Gmail clips what is longer than %d KB: the rest is read in a browser", CLIPPED_KB));
	else if (kb >= LONG_KB)
		add(r, false, "length", mem_printf(r->owner, "the HTML part has %zu KB, and Gmail clips it at %d", kb, CLIPPED_KB));
}

/* The words that stand for pictures in clean HTML. */
static size_t without_words(const char *html)
{
	size_t count = 0;
	for (const char *at = html; (at = strstr(at, "<img")); at++) {
		size_t size = strcspn(at, ">");
		const char *alt = memmem(at, size, " alt=\"", 6);
		count += !alt || alt[6] == '"';
	}
	return count;
}

static void look_at_links(struct remarks *r, const struct entry *e, const struct archive_letter *own)
{
	size_t mute = without_words(e->content);
	if (mute)
		add(r, false, "pictures", mem_printf(r->owner, mute == 1 ? "%zu picture has no words for those who do not see it: ![words](address)"
		                                                        : "%zu pictures have no words for those who do not see them: ![words](address)", mute));
	for (const char *at = own->remarks; *at; at += strcspn(at, "\n") + 1)
		add(r, strstr(mem_ndup(r->owner, at, strcspn(at, "\n")), " is empty") != NULL, "links", mem_ndup(r->owner, at, strcspn(at, "\n")));
}

/* Is there anything but elements in so much of it? */
static bool says_something(const char *html, size_t size)
{
	bool inside = false;
	for (const char *at = html; at < html + size; at++) {
		if (!inside && *at != '<' && (unsigned char)*at > ' ')
			return true;
		inside = *at == '<' || (inside && *at != '>');
	}
	return false;
}

/* What is not for everybody, and how much of it is. */
static void look_at_gate(struct remarks *r, const struct entry *e, const struct archive_letter *own)
{
	static const char mark[] = "<!--more-->";
	const char *more = strstr(e->content, mark), *rest = more ? more + strlen(mark) : NULL, *open = own->archived ? "are free to read" : "go to all who get it";
	if (more && (!says_something(e->content, (size_t)(more - e->content)) || !says_something(rest, strlen(rest))))
		add(r, true, "gate", mem_printf(r->owner, "the line <!--more--> needs text before and after it: so the first %zu words %s", e->teaser_words, open));
	else if (!more)
		add(r, false, "gate", mem_printf(r->owner, "its first %zu words %s: a line <!--more--> says where that shall end", e->teaser_words, open));
	if (*own->preheader && e->content && strstr(e->teaser, own->preheader) == NULL && strstr(e->content, own->preheader))
		add(r, false, "gate", "the preheader quotes what is behind the gate: mail programs show it on locked screens");
}

struct letter_remark *letter_lint(void *owner, const struct publication *p, const struct entry *e, const struct archive_letter *own,
                                  const struct letter *letter, enum gate_for whom)
{
	struct remarks r = { .owner = owner };
	look_at_text(&r, e, own, letter);
	look_at_links(&r, e, own);
	if (e->words && (whom == GATE_FOR_SUPPORTERS || (own->archived && whom == GATE_FOR_SUBSCRIBERS)))
		look_at_gate(&r, e, own);
	if (text_blank(p->postal_address))
		add(&r, false, "address", "no postal address stands below letters, which laws ask for: 'pennypost publication set --postal-address TEXT'");
	mem_fit(owner, r.all, r.count);
	return r.all;
}
