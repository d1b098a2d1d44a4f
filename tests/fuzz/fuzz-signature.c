/* The headers of a stranger's request: the first line is Signature, the second Signature-Input, the third a digest. */
#include "gateway/base/memory/mem.h"
#include "gateway/fediverse/signature/cavage.h"
#include "gateway/fediverse/signature/digest.h"
#include "gateway/fediverse/signature/rfc9421.h"
#include "gateway/fediverse/signature/signature.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	void *t = talloc_new(NULL);
	struct error err;
	char *signature = mem_ndup(t, (const char *)data, size), *input = strchr(signature, '\n'), *digest = input ? strchr(input + 1, '\n') : NULL;
	if (input)
		*input++ = '\0';
	if (digest)
		*digest++ = '\0';
	const struct http_header headers[] = {
		{ "Signature", signature }, { "Host", "penny.example" }, { "Digest", digest ? digest : "" }, { "Content-Digest", digest ? digest : "" },
		{ input && *input ? "Signature-Input" : NULL, input }, { 0, 0 },
	};
	const struct signature_message m = { "POST", "https://penny.example", "/inbox?a=b", headers, "x", 1 };
	struct signature *s = signature_read(t, &m, &err);
	if (s) {
		signature_check(s, &m, 0, &err);
		if (s->scheme == SIGNATURE_CAVAGE)
			cavage_base(t, s, &m, true);
		else
			rfc9421_base(t, s, &m);
	}
	digest_check(digest, "x", 1, &err);
	digest_check_content(digest, "x", 1, &err);
	talloc_free(t);
	return 0;
}
