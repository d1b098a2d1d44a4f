#include "smtp/dkim/dkim.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "smtp/dkim/dkim_relaxed.h"
#include <string.h>
#include <strings.h>

/*
 * The headers to sign, if present.  Sealed ones are named once more in h=, so
 * that an added header of the same name breaks the signature (RFC 6376 section
 * 8.15): those that change what readers see or where a link leads.
 */
static const struct {
	const char *name;
	bool sealed;
} covered[] = {
	{ "From", true }, { "To", true }, { "Subject", true }, { "Date", true }, { "Message-ID", true }, { "In-Reply-To", false }, { "References", false },
	{ "MIME-Version", true }, { "Content-Type", true }, { "Content-Transfer-Encoding", true }, { "Content-Language", false }, { "Reply-To", true },
	{ "List-Id", false }, { "List-Unsubscribe", true }, { "List-Unsubscribe-Post", true }, { "List-Help", false }, { "List-Subscribe", false }, { "List-Owner", false }, { "List-Archive", false }, { "List-Post", false },
	{ "Precedence", false }, { "Archived-At", false }, { "Feedback-ID", false }, { "Auto-Submitted", false }, { "Form-Sub", false },
};
enum { COVERED = sizeof covered / sizeof *covered, FOLD_AT = 76, BASE64_LINE = 72 };

/* What all signatures of a message have in common. */
struct scope {
	const char *headers; /* in relaxed form, in the order of names */
	const char *names;   /* h= */
	const char *hash;    /* bh= */
};

static const char *line_end(const char *s, const char *end)
{
	const char *nl = memchr(s, '\n', (size_t)(end - s));
	return nl ? nl + 1 : end;
}

/* The end of the header at s, with its folded lines. */
static const char *header_end(const char *s, const char *end)
{
	do
		s = line_end(s, end);
	while (s < end && (*s == ' ' || *s == '\t'));
	return s;
}

/* The index of a header to sign; COVERED for any other. */
static size_t kind_of(const char *s, const char *end)
{
	const char *colon = memchr(s, ':', (size_t)(end - s));
	size_t size = colon ? (size_t)(colon - s) : 0, i = 0;
	while (i < COVERED && (strlen(covered[i].name) != size || strncasecmp(covered[i].name, s, size) != 0))
		i++;
	return i;
}

static void add_name(FILE *out, const char *name, size_t *column)
{
	bool first = *column == 0, fold = *column + strlen(name) + 1 > FOLD_AT;
	fprintf(out, "%s%s%s", first ? "" : ":", fold ? "\r\n\t" : "", name);
	/* The first line begins with a tab and "h=". */
	*column = (fold ? 8 : first ? 10 : *column + 1) + strlen(name);
}

/* A composed message has each header at most once (message.h). */
static struct scope scope_of(void *owner, const char *message, size_t size)
{
	const char *s = message, *end = message + size;
	const char *found[COVERED] = { 0 };
	while (s < end && *s != '\r' && *s != '\n') {
		const char *next = header_end(s, end);
		size_t i = kind_of(s, next);
		if (i < COVERED && !found[i])
			found[i] = dkim_relaxed_header(owner, s, (size_t)(next - s));
		s = next;
	}
	unsigned char hash[ENCODE_SHA256];
	s = s < end ? line_end(s, end) : end;
	dkim_relaxed_body(s, (size_t)(end - s), hash);

	struct document *headers = document_new(owner), *names = document_new(owner);
	size_t column = 0;
	for (size_t i = 0; i < COVERED; i++) {
		if (found[i]) {
			fprintf(document_out(headers), "%s\r\n", found[i]);
			add_name(document_out(names), covered[i].name, &column);
		}
		if (covered[i].sealed)
			add_name(document_out(names), covered[i].name, &column);
	}
	return (struct scope){ document_text(headers, NULL), document_text(names, NULL), encode_base64(owner, hash, sizeof hash) };
}

/* b=: over the headers and over the signature's own, without its line end. */
static char *signature_of(void *owner, const struct scope *scope, const char *header, const struct key *key)
{
	size_t size;
	char *text = mem_printf(owner, "%s%s", scope->headers, dkim_relaxed_header(owner, header, strlen(header)));
	unsigned char *signature, hash[ENCODE_SHA256];
	if (key_type(key) == KEY_ED25519) {
		/* RFC 8463 section 3: Ed25519 signs the hash; key_sign hashes by itself for RSA. */
		encode_sha256(text, strlen(text), hash);
		signature = key_sign(owner, key, hash, sizeof hash, &size);
	} else {
		signature = key_sign(owner, key, text, strlen(text), &size);
	}
	return encode_base64(owner, signature, size);
}

static void sign(FILE *out, const struct scope *scope, const struct dkim_signer *signer, int64_t when)
{
	void *t = talloc_new(NULL);
	char *header = mem_printf(t, "DKIM-Signature: v=1; a=%s; c=relaxed/relaxed;\r\n\td=%s; s=%s; t=%lld;\r\n\th=%s;\r\n\tbh=%s;\r\n\tb=",
	                          key_type(signer->key) == KEY_RSA ? "rsa-sha256" : "ed25519-sha256", signer->domain, signer->selector, (long long)(when / 1000),
	                          scope->names, scope->hash);
	const char *signature = signature_of(t, scope, header, signer->key);
	fputs(header, out);
	for (; strlen(signature) > BASE64_LINE; signature += BASE64_LINE)
		fprintf(out, "%.*s\r\n\t", BASE64_LINE, signature);
	fprintf(out, "%s\r\n", signature);
	talloc_free(t);
}

char *dkim_sign(void *owner, const char *message, size_t *size, const struct dkim_signer *signers, size_t count, int64_t when)
{
	struct document *whole = document_new(NULL);
	struct scope scope = scope_of(whole, message, *size);
	for (size_t i = 0; i < count; i++)
		sign(document_out(whole), &scope, &signers[i], when);
	fwrite(message, 1, *size, document_out(whole));
	document_text(whole, size);
	return document_finish(whole, owner);
}
