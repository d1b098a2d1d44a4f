#include "gateway/fediverse/signature/rfc9421.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/encode.h"
#include "gateway/base/text/text.h"
#include "gateway/fediverse/signature/structured.h"
#include <string.h>

enum { COVERED_MAX = 32, LABELS_MAX = 8 };

/* Reads the covered components, ("@method" "@target-uri" …).  Returns the list serialised as RFC 8941 section 4.1 says. */
static char *read_covered(struct signature *s, const char **at)
{
	if (*(*at)++ != '(')
		return NULL;
	char *again = mem_dup(s, "(");
	for (*at += strspn(*at, " "); **at == '"'; *at += strspn(*at, " ")) {
		char *name = structured_string(s, at);
		if (!name || (**at != ' ' && **at != ')') || s->covered_count >= COVERED_MAX || strpbrk(name, "\"\\\n") ||
		    signature_message_covers(s, name))
			return NULL;
		again = mem_printf(s, "%s%s\"%s\"", again, s->covered_count ? " " : "", name);
		*mem_push(s, s->covered, s->covered_count) = name;
	}
	return *(*at)++ == ')' ? mem_printf(s, "%s)", again) : NULL;
}

static bool read_input(struct signature *s, const char *at)
{
	struct structured_param param;
	char *params = read_covered(s, &at);
	if (!params)
		return false;
	while (structured_param(s, &at, &param)) {
		params = mem_printf(s, "%s;%s%s%s", params, param.name, param.raw ? "=" : "", param.raw ? param.raw : "");
		if (strcmp(param.name, "keyid") == 0)
			s->key_id = param.text;
		else if (strcmp(param.name, "alg") == 0)
			s->algorithm = param.text;
		else if (strcmp(param.name, "created") == 0)
			s->created = structured_seconds(param.text);
		else if (strcmp(param.name, "expires") == 0)
			s->expires = structured_seconds(param.text);
	}
	s->params = params;
	return !*at && s->key_id && *s->key_id;
}

static void reset(struct signature *s)
{
	s->key_id = s->algorithm = s->params = NULL;
	s->created = s->expires = 0;
	s->covered = NULL;
	s->covered_count = 0;
}

/* Finds the bytes of the signature with this label. */
static bool find_bytes(struct signature *s, const char *label, const char *value)
{
	char *key, *text;
	while (structured_member(s, &value, &key, &text)) {
		const char *at = text;
		if (strcmp(key, label) == 0)
			return (s->bytes = structured_bytes(s, &at, &s->size)) != NULL && s->size > 0;
	}
	return false;
}

bool rfc9421_read(struct signature *s, const char *input, const char *value, struct error *err)
{
	char *label, *text;
	s->scheme = SIGNATURE_RFC9421;
	for (int n = 0; n < LABELS_MAX && structured_member(s, &input, &label, &text); n++) {
		if (read_input(s, text) && find_bytes(s, label, value))
			return true;
		reset(s);
	}
	return error_set(err, ERROR_INVALID, "the Signature-Input header has no signature with a keyid that we understand");
}

static char *component_value(void *owner, const struct signature_message *m, const char *name)
{
	const char *query = strchr(m->target, '?');
	if (name[0] != '@')
		return signature_message_field(owner, m, name);
	if (strcmp(name, "@method") == 0)
		return mem_dup(owner, m->method);
	if (strcmp(name, "@target-uri") == 0)
		return mem_printf(owner, "%s%s", m->origin, m->target);
	if (strcmp(name, "@authority") == 0)
		return url_authority(owner, m->origin);
	if (strcmp(name, "@scheme") == 0)
		return mem_ndup(owner, m->origin, strcspn(m->origin, ":"));
	if (strcmp(name, "@request-target") == 0)
		return mem_dup(owner, m->target);
	if (strcmp(name, "@path") == 0)
		return mem_ndup(owner, m->target, strcspn(m->target, "?"));
	if (strcmp(name, "@query") == 0)
		return mem_dup(owner, query ? query : "?");
	return NULL;
}

char *rfc9421_base(void *owner, const struct signature *s, const struct signature_message *m)
{
	void *scratch = talloc_new(NULL);
	char *base = mem_dup(scratch, "");
	for (size_t i = 0; base && i < s->covered_count; i++) {
		char *value = component_value(scratch, m, s->covered[i]);
		base = value ? mem_printf(scratch, "%s\"%s\": %s\n", base, s->covered[i], value) : NULL;
	}
	if (base)
		base = mem_printf(owner, "%s\"@signature-params\": %s", base, s->params);
	talloc_free(scratch);
	return base;
}

char *rfc9421_sign(void *owner, const struct signature_signer *signer, const struct signature_message *m, int64_t now, char **input)
{
	static const char *const covered[] = { "@method", "@target-uri", "@authority", "content-digest" };
	void *scratch = talloc_new(NULL);
	struct signature s = { .covered = (const char **)covered, .covered_count = m->body ? 4 : 3 };
	s.params = mem_printf(scratch, "(\"@method\" \"@target-uri\" \"@authority\"%s);created=%lld;keyid=\"%s\";alg=\"rsa-v1_5-sha256\"",
	                      m->body ? " \"content-digest\"" : "", (long long)(now / CLOCK_SECOND), signer->key_id);
	char *base = rfc9421_base(scratch, &s, m);
	size_t size;
	unsigned char *bytes = key_sign(scratch, signer->key, base, strlen(base), &size);
	*input = mem_printf(owner, "sig1=%s", s.params);
	char *value = mem_printf(owner, "sig1=:%s:", encode_base64(scratch, bytes, size));
	talloc_free(scratch);
	return value;
}
