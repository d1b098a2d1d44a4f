#include "gateway/base/address/mailbox.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <string.h>

enum { LOCAL_MAX = 64, ADDRESS_MAX = 254 };

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

static char *without_name(void *owner, const char *text)
{
	const char *open = strrchr(text, '<'), *close = open ? strchr(open, '>') : NULL;
	if (close && text_blank(close + 1))
		return mem_ndup(owner, open + 1, (size_t)(close - open - 1));
	return text_trim(owner, text);
}

char *mailbox_normalise(void *owner, const char *text)
{
	void *scratch = talloc_new(NULL);
	char *bare = without_name(scratch, text), *at = strrchr(bare, '@'), *result = NULL;
	if (at && local_part(bare, (size_t)(at - bare))) {
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
