#include "gateway/web/server/security.h"
#include "gateway/base/text/text.h"

void security_headers(struct exchange *x)
{
	exchange_reply(x, "X-Content-Type-Options", "nosniff");
	if (!exchange_replied(x, "Referrer-Policy"))
		exchange_reply(x, "Referrer-Policy", "strict-origin-when-cross-origin");
	if (!exchange_replied(x, "Content-Security-Policy"))
		exchange_reply(x, "Content-Security-Policy", "default-src 'none'; img-src 'self' https: http: data:; media-src 'self' https: http:; style-src 'self' 'unsafe-inline';"
		                                             " frame-src 'self'; form-action 'self' https:; base-uri 'none'; frame-ancestors 'none'");
	if (text_starts(x->publication ? x->publication->url : "", "https:"))
		exchange_reply(x, "Strict-Transport-Security", "max-age=31536000");
}
