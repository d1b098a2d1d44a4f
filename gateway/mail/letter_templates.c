/* The templates of letters: an owner's own are tried on made-up letters, before a reader gets what is wrong with them. */
#include "gateway/base/memory/mem.h"
#include "gateway/mail/letter.h"
#include <string.h>

#define WORD "template-check"

/* What a part of a letter must have. */
struct need {
	const char *what, *why;
};

static bool check_part(const char *folder, const char *name, const char *part, const struct need *needs, struct error *err)
{
	for (; needs->what; needs++)
		if (!strstr(part, needs->what))
			return error_set(err, ERROR_INVALID, "the templates in '%s' make letters without %s: look at %s.mustache", folder, needs->why, name);
	return true;
}

/* Both parts with the values of a reader in them; frees l. */
static bool check_letter(const char *folder, const char *name, struct letter *l, const struct need *needs, struct error *err)
{
	if (!l)
		return false;
	const struct message_value *values = letter_values(l, &(struct letter_reader){ .address = "reader@" WORD, .unsubscribe = "https://" WORD "/leave", .read = "https://" WORD "/read",
	                                                                                .preferences = "https://" WORD "/prefs", .since = "1 May 2026" });
	bool fine = check_part(folder, name, letter_part(l, l->html, values, true), needs, err) &&
	            check_part(folder, mem_printf(l, "%s.txt", name), letter_part(l, l->text, values, false), needs, err);
	talloc_free(l);
	return fine;
}

static bool check(void *scratch, const struct template_set *set, const char *folder, struct error *err)
{
	static const struct need letter[] = { { "text of " WORD, "their text, {{{content}}}" }, { "https://" WORD "/leave", "the way to unsubscribe, {{{foot}}}" }, { 0 } };
	static const struct need proof[] = { { "/c/" WORD, "their link, {{link}}" }, { "135790", "their code, {{code}}" }, { 0 } };
	static const struct need owner[] = { { "text of " WORD, "their text" }, { 0 } };
	struct publication p = { .id = 1, .url = "https://" WORD, .host = WORD, .name = "Name", .handle = "name", .language = "en", .time_zone = "UTC",
	                         .mail_from = "post@" WORD, .postal_address = "1 Mill Lane" };
	struct entry e = { .id = 1, .publication = 1, .title = "Title", .content = "<p>text of " WORD "</p>", .slug = "title", .excerpt = "", .published = 1 };
	struct proof asked = { .id = 1, .purpose = PROOF_CONFIRM, .next = "/", .token = WORD, .code = "135790", .remote = "" };
	struct notice notice = { .subject = "Subject", .text = "text of " WORD };
	return check_letter(folder, "letter", letter_of_entry(scratch, set, &p, &e, NULL, err), letter, err) &&
	       check_letter(folder, "notice", letter_of_proof(scratch, set, &p, &asked, err), proof, err) &&
	       check_letter(folder, "owner", letter_of_notice(scratch, set, &p, &notice, err), owner, err);
}

struct template_set *letter_templates(void *owner, const char *folder, struct error *err)
{
	struct template_set *set = template_set_load_over(owner, "gateway/mail/templates/", folder, err);
	void *scratch = talloc_new(NULL);
	if (set && folder && !check(scratch, set, folder, err))
		TALLOC_FREE(set);
	talloc_free(scratch);
	return set;
}
