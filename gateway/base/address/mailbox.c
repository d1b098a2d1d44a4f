#include "gateway/base/address/mailbox.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <idn2.h>
#include <string.h>

enum { LOCAL_MAX = 64, ADDRESS_MAX = 254, CHUNK_MAX = 60 };

/* RFC 5322 dot-atom, with UTF-8 as in RFC 6532. */
static bool local_part(const char *s, size_t size)
{
	if (size == 0 || size > LOCAL_MAX || s[0] == '.' || s[size - 1] == '.' || !text_utf8(s, size))
		return false;
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)s[i];
		if (c == '.' && s[i + 1] == '.')
			return false;
		if (c < 0x80 && !isalnum(c) && !strchr(".!#$%&'*+-/=?^_`{|}~", c))
			return false;
	}
	return true;
}

/* What nobody sees must not make two addresses of one: it is refused inside of one. */
static bool all_seen(const char *s)
{
	for (uint32_t c = text_next(&s); c; c = text_next(&s))
		if (text_unseen(c))
			return false;
	return true;
}

static char *without_name(void *owner, const char *text)
{
	const char *open = strrchr(text, '<'), *close = open ? strchr(open, '>') : NULL;
	char *bare = close && !*text_typed(owner, close + 1) ? mem_ndup(owner, open + 1, (size_t)(close - open - 1)) : mem_dup(owner, text);
	return text_typed(owner, bare);
}

/*
 * chunk, not all ASCII, as UTS 46 maps it for host names: NFKC, case folded, composed.  NULL where that knows no mapping.
 */
static char *mapped(void *owner, const char *chunk)
{
	char *ascii, *plain, *result = NULL;
	if (idn2_to_ascii_8z(chunk, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
		return NULL;
	if (idn2_to_unicode_8z8z(ascii, &plain, 0) == IDN2_OK) {
		result = mem_dup(owner, plain);
		idn2_free(plain);
	}
	idn2_free(ascii);
	return result;
}

/* The fullwidth and other compatible forms of ASCII, as ASCII; all else as it is. */
static char *narrow(void *owner, const char *s)
{
	if (text_is_ascii(s))
		return mem_dup(owner, s);
	struct document *d = document_new(owner);
	for (const char *next = s; *s; s = next) {
		uint32_t c = text_next(&next);
		char *one = mem_ndup(d, s, (size_t)(next - s)), *small = c > 0x7F && !text_unseen(c) ? mapped(d, one) : NULL;
		if (c >= 0xFF01 && c <= 0xFF5E)
			fputc((int)(c - 0xFEE0), document_out(d));
		else if (c == 0x3002 || c == 0xFF61 || c == 0xFE52)
			fputc('.', document_out(d));
		else if (c == 0xFE6B)
			fputc('@', document_out(d));
		else
			fputs(small && text_is_ascii(small) ? small : one, document_out(d));
	}
	return document_finish(d, owner);
}

char *mailbox_normalise(void *owner, const char *text)
{
	void *scratch = talloc_new(NULL);
	char *whole = text_utf8(text, strlen(text)) ? narrow(scratch, text) : mem_dup(scratch, text);
	char *bare = without_name(scratch, whole), *at = strrchr(bare, '@'), *result = NULL;
	if (at && local_part(bare, (size_t)(at - bare)) && all_seen(bare)) {
		char *host = url_host_ascii(scratch, at + 1);
		if (host && (strchr(host, '.') || strcmp(host, "localhost") == 0) && host[strlen(host) - 1] != '.') {
			char *joined = mem_printf(scratch, "%.*s@%s", (int)(at - bare), bare, host);
			/* The last label must contain a letter: "192.0.2.1" is not a domain. */
			const char *last = strrchr(host, '.');
			if (strlen(joined) <= ADDRESS_MAX && !(last && isdigit((unsigned char)last[1])))
				result = mem_dup(owner, joined);
		}
	}
	talloc_free(scratch);
	return result;
}

/* The end of a chunk that begins at s: ASCII, or letters beyond it with the ASCII letter before them, which they may belong to. */
static const char *chunk_end(const char *s)
{
	const char *p = s;
	if (!(*p & 0x80) && !(p[0] && (p[1] & 0x80) && isalpha((unsigned char)*p)))
		return p + 1;
	p += !(*p & 0x80);
	while ((*p & 0x80) && p - s < CHUNK_MAX)
		text_next(&p);
	return p;
}

char *mailbox_fold(void *owner, const char *address)
{
	if (text_is_ascii(address))
		return text_fold(owner, address);
	struct document *d = document_new(owner);
	for (const char *s = address, *end; *s; s = end) {
		end = chunk_end(s);
		char *chunk = mem_ndup(d, s, (size_t)(end - s)), *folded = text_is_ascii(chunk) ? NULL : mapped(d, chunk);
		char *fold = text_fold(d, folded ? folded : chunk);
		fputs(fold, document_out(d));
		talloc_free(fold);
		talloc_free(folded);
		talloc_free(chunk);
	}
	return document_finish(d, owner);
}

char *mailbox_untagged(void *owner, const char *address)
{
	char *folded = mailbox_fold(owner, address), *to = folded;
	const char *at = strrchr(folded, '@'), *from = folded;
	at = at ? at : folded + strlen(folded);
	for (; from < at && (*from != '+' || from == folded); from++)
		if (*from != '.')
			*to++ = *from;
	memmove(to, at, strlen(at) + 1);
	return folded;
}

bool mailbox_needs_utf8(const char *address)
{
	for (; *address && *address != '@'; address++)
		if (*address & 0x80)
			return true;
	return false;
}

const char *mailbox_domain(const char *address)
{
	const char *at = strrchr(address, '@');
	return at ? at + 1 : "";
}
