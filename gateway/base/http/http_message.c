#include "gateway/base/http/http_message.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include <string.h>

const char *http_header(const struct http_response *response, const char *name)
{
	for (const struct http_header *h = response->headers; h->name; h++)
		if (text_same(h->name, name))
			return h->value;
	return NULL;
}

int64_t http_retry_after(const struct http_response *response, int64_t max)
{
	const char *s = http_header(response, "Retry-After");
	int64_t seconds = 0, date;
	if (text_blank(s))
		return -1;
	size_t digits = strspn(s, "0123456789");
	if (!s[digits]) {
		for (; *s && seconds < max && seconds < INT64_MAX / 100; s++)
			seconds = seconds * 10 + (*s - '0');
	} else if (clock_parse_rfc5322(s, &date)) {
		seconds = (date - clock_now()) / CLOCK_SECOND;
	} else {
		return -1;
	}
	return seconds < 0 ? 0 : seconds < max ? seconds : max;
}
