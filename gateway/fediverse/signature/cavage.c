#include "gateway/fediverse/signature/cavage.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/encode.h"
#include "gateway/base/text/text.h"
#include "gateway/fediverse/signature/structured.h"
#include <string.h>

enum { COVERED_MAX = 32 };
enum parameter { KEY_ID, ALGORITHM, CREATED, EXPIRES, HEADERS, SIGNATURE, PARAMETERS };
static const char *const parameters[PARAMETERS] = { "keyId", "algorithm", "created", "expires", "headers", "signature" };

/* Reads one name="value" or name=number; false at the end of the header and when it is malformed. */
static bool next_parameter(void *owner, const char **s, char **name, char **value)
{
	const char *at = *s + strspn(*s, ", \t");
	size_t n = strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-");
	*s = at;
	if (n == 0)
		return false;
	const char *from = structured_skip_blanks(at + n);
	if (*from++ != '=')
		return false;
	from = structured_skip_blanks(from);
	*name = mem_ndup(owner, at, n);
	if (*from == '"') {
		*value = structured_string(owner, &from);
	} else {
		size_t length = strcspn(from, ", \t");
		*value = mem_ndup(owner, from, length);
		from += length;
	}
	from = structured_skip_blanks(from);
	if (!*value || (*from && *from != ','))
		return false;
	*s = from;
	return true;
}

static void read_covered(struct signature *s, const char *list)
{
	while (s->covered_count <= COVERED_MAX && *(list += strspn(list, " "))) {
		size_t n = strcspn(list, " ");
		char *name = mem_ndup(s, list, n), *small = text_lower(s, name);
		*mem_push(s, s->covered, s->covered_count) = small;
		list += n;
	}
}

/* Which parameter this is, or -1: the draft says to ignore unknown ones. */
static int parameter_of(const char *name)
{
	for (int i = 0; i < PARAMETERS; i++)
		if (strcmp(name, parameters[i]) == 0)
			return i;
	return -1;
}

static void take(struct signature *s, enum parameter what, char *value)
{
	switch (what) {
	case KEY_ID: s->key_id = value; break;
	case ALGORITHM: s->algorithm = text_lower(s, value); break;
	case CREATED: s->created = structured_seconds(value); break;
	case EXPIRES: s->expires = structured_seconds(value); break;
	case HEADERS: read_covered(s, value); break;
	case SIGNATURE: s->bytes = decode_base64(s, value, &s->size); break;
	case PARAMETERS: break;
	}
}

bool cavage_read(struct signature *s, const char *value, struct error *err)
{
	char *name, *text;
	bool fine = true, had[PARAMETERS] = { false };
	s->scheme = SIGNATURE_CAVAGE;
	while (fine && next_parameter(s, &value, &name, &text)) {
		int what = parameter_of(name);
		if (what < 0)
			continue;
		/* With a repeated parameter it is not clear what was signed. */
		fine = !had[what];
		had[what] = true;
		take(s, (enum parameter)what, text);
	}
	if (!fine || *value)
		return error_set(err, ERROR_INVALID, "the Signature header is malformed");
	if (!s->key_id || !*s->key_id || !s->bytes || !s->size)
		return error_set(err, ERROR_INVALID, "the Signature header has no keyId or no signature");
	if (s->covered_count > COVERED_MAX)
		return error_set(err, ERROR_INVALID, "the Signature header names too many headers");
	if (!had[HEADERS])
		read_covered(s, "date");
	return true;
}

/* The value of one line of the signing string; NULL when the header is absent. */
static char *line_value(void *owner, const struct signature *s, const struct signature_message *m, const char *name, bool with_query)
{
	if (strcmp(name, "(request-target)") == 0) {
		size_t n = with_query ? strlen(m->target) : strcspn(m->target, "?");
		char *method = text_lower(NULL, m->method), *all = mem_printf(owner, "%s %.*s", method, (int)n, m->target);
		talloc_free(method);
		return all;
	}
	if (strcmp(name, "(created)") == 0)
		return s->created ? mem_printf(owner, "%lld", (long long)(s->created / CLOCK_SECOND)) : NULL;
	if (strcmp(name, "(expires)") == 0)
		return s->expires ? mem_printf(owner, "%lld", (long long)(s->expires / CLOCK_SECOND)) : NULL;
	return signature_message_field(owner, m, name);
}

char *cavage_base(void *owner, const struct signature *s, const struct signature_message *m, bool with_query)
{
	void *scratch = talloc_new(NULL);
	char *base = mem_dup(scratch, "");
	for (size_t i = 0; base && i < s->covered_count; i++) {
		char *value = line_value(scratch, s, m, s->covered[i], with_query);
		base = value ? mem_printf(scratch, "%s%s%s: %s", base, i ? "\n" : "", s->covered[i], value) : NULL;
	}
	base = talloc_steal(owner, base);
	talloc_free(scratch);
	return base;
}

char *cavage_sign(void *owner, const struct signature_signer *signer, const struct signature_message *m)
{
	bool body = m->body != NULL;
	void *scratch = talloc_new(NULL);
	char *date = signature_message_field(scratch, m, "Date"), *digest = signature_message_field(scratch, m, "Digest");
	char *base = mem_printf(scratch, "(request-target): %s %s\nhost: %s\ndate: %s%s%s", body ? "post" : "get", m->target,
	                        url_authority(scratch, m->origin), date, body ? "\ndigest: " : "", body ? digest : "");
	size_t size;
	unsigned char *bytes = key_sign(scratch, signer->key, base, strlen(base), &size);
	char *value = mem_printf(owner, "keyId=\"%s\",algorithm=\"rsa-sha256\",headers=\"(request-target) host date%s\",signature=\"%s\"",
	                         signer->key_id, body ? " digest" : "", encode_base64(scratch, bytes, size));
	talloc_free(scratch);
	return value;
}
