#include "feeds/text/plain_address.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <string.h>

size_t plain_address(const char *s)
{
	if (!text_starts(s, "https://") && !text_starts(s, "http://"))
		return 0;
	size_t scheme = (size_t)(strstr(s, "://") + 3 - s), n = scheme + strcspn(s + scheme, " \t\r\n<>\"|\\^`{}");
	while (n > scheme && (strchr(".,;:!?'*_", s[n - 1]) || (s[n - 1] == ')' && !memchr(s, '(', n)) || (s[n - 1] == ']' && !memchr(s, '[', n))))
		n--;
	return n > scheme && isalnum((unsigned char)s[scheme]) ? n : 0;
}
