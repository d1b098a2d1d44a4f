#include "smtp/dkim.h"
#include "gateway/base/document.h"
#include "gateway/base/encode.h"
#include "gateway/base/mem.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

/* What is signed when it is there; a doubled name is signed once more than it can stand, so nobody can add another. */
static const char *const names[] = {
	"From", "From", "To", "Subject", "Subject", "Date", "Date", "Message-ID", "MIME-Version", "Content-Type", "Reply-To", "Reply-To",
	"List-Id", "List-Unsubscribe", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Unsubscribe-Post", "List-Help", "List-Archive",
	"List-Post", "Feedback-ID", "Auto-Submitted", "Content-Language", "Archived-At", "Precedence",
};
enum { NAMES = sizeof names / sizeof *names };

struct field {
	const char *start;
	size_t size; /* with its last CRLF */
};

static const char *line_end(const char *s, const char *end)
{
	const char *nl = memchr(s, '\n', (size_t)(end - s));
	return nl ? nl + 1 : end;
}

/* The first header of that name; size 0 when there is none. */
static struct field find(const char *message, const char *end, const char *name)
{
	size_t n = strlen(name);
	for (const char *s = message; s < end && *s != '\r';) {
		const char *next = line_end(s, end);
		while (next < end && (*next == ' ' || *next == '\t'))
			next = line_end(next, end);
		if ((size_t)(end - s) > n && strncasecmp(s, name, n) == 0 && s[n] == ':')
			return (struct field){ s, (size_t)(next - s) };
		s = next;
	}
	return (struct field){ NULL, 0 };
}

/* RFC 6376 section 3.4.2: name in small letters, unfolded, runs of blanks made one, none around the colon or at the end. */
static void relaxed_header(FILE *out, const char *field, size_t size, bool last)
{
	const char *colon = memchr(field, ':', size), *end = field + size;
	for (const char *p = field; p < colon && *p != ' ' && *p != '\t'; p++)
		fputc(tolower((unsigned char)*p), out);
	fputc(':', out);
	bool blank = false, begun = false;
	for (const char *p = colon + 1; p < end; p++) {
		if (strchr(" \t\r\n", *p)) {
			blank = true;
			continue;
		}
		if (blank && begun)
			fputc(' ', out);
		fputc(*p, out);
		blank = false;
		begun = true;
	}
	if (!last)
		fputs("\r\n", out);
}

/* Writes a line's content in relaxed form: runs of blanks made one, none at its end.  Returns where it stopped. */
static char *relaxed_line(char *to, const char *s, const char *stop)
{
	bool blank = false;
	for (; s < stop; s++) {
		if (*s == ' ' || *s == '\t') {
			blank = true;
			continue;
		}
		if (blank)
			*to++ = ' ';
		*to++ = *s;
		blank = false;
	}
	return to;
}

/* The hash of a body in relaxed form (section 3.4.4): no empty lines at its end either. */
static char *body_hash(void *owner, const char *body, const char *end)
{
	char *relaxed = mem_array(NULL, char, (size_t)(end - body) + 3), *to = relaxed, *keep = relaxed;
	for (const char *s = body; s < end;) {
		const char *next = line_end(s, end), *stop = next;
		stop -= stop > s && stop[-1] == '\n';
		stop -= stop > s && stop[-1] == '\r';
		char *start = to;
		to = relaxed_line(to, s, stop);
		bool empty = to == start;
		*to++ = '\r';
		*to++ = '\n';
		if (!empty)
			keep = to;
		s = next;
	}
	unsigned char sum[ENCODE_SHA256];
	encode_sha256(relaxed, (size_t)(keep - relaxed), sum);
	talloc_free(relaxed);
	return encode_base64(owner, sum, sizeof sum);
}

/* The headers that are signed, in relaxed form, and their names for h=. */
struct covered {
	struct document *text;
	struct document *names;
};

static struct covered cover(void *owner, const char *message, const char *end)
{
	struct covered c = { document_new(owner), document_new(owner) };
	for (size_t i = 0, column = 0; i < NAMES; i++) {
		struct field f = find(message, end, names[i]);
		/* A header that is not there is covered where it would matter: From to Content-Type, Reply-To, the list's. */
		bool again = i > 0 && strcmp(names[i], names[i - 1]) == 0, promised = i + 1 < NAMES && strcmp(names[i], names[i + 1]) == 0;
		if (!f.size && !again && !promised)
			continue;
		fprintf(document_out(c.names), "%s%s", column == 0 && i == 0 ? "" : column > 50 ? ":\r\n\t" : ":", names[i]);
		column = (column > 50 ? 0 : column) + strlen(names[i]) + 1;
		if (f.size && !again)
			relaxed_header(document_out(c.text), f.start, f.size, false);
	}
	return c;
}

/* The signature over what is covered and over its own header, in base64, folded. */
static void sign(FILE *out, void *owner, const struct covered *c, const char *header, const struct key *key)
{
	struct document *d = document_new(owner);
	size_t size, signature_size;
	fputs(document_text(c->text, NULL), document_out(d));
	relaxed_header(document_out(d), header, strlen(header), true);
	const char *data = document_text(d, &size);
	unsigned char sum[ENCODE_SHA256], *signature;
	encode_sha256(data, size, sum);
	/* RFC 8463 section 3: Ed25519 signs the hash, RSA's padding has it inside. */
	if (key_type(key) == KEY_ED25519)
		signature = key_sign(d, key, sum, sizeof sum, &signature_size);
	else
		signature = key_sign(d, key, data, size, &signature_size);
	const char *text = encode_base64(d, signature, signature_size);
	for (; strlen(text) > 70; text += 70)
		fprintf(out, "%.70s\r\n\t", text);
	fprintf(out, "%s\r\n", text);
	talloc_free(d);
}

char *dkim_sign(void *owner, const char *message, size_t *size, const struct dkim_signer *signers, size_t count, int64_t when)
{
	struct document *d = document_new(owner);
	FILE *out = document_out(d);
	const char *end = message + *size, *body = strstr(message, "\r\n\r\n");
	body = body ? body + 4 : end;
	char *hash = body_hash(d, body, end);
	struct covered c = cover(d, message, body);
	for (size_t i = 0; i < count; i++) {
		char *header = mem_printf(d, "DKIM-Signature: v=1; a=%s; c=relaxed/relaxed;\r\n\td=%s; s=%s; t=%lld;\r\n\th=%s;\r\n\tbh=%s;\r\n\tb=",
		                          key_type(signers[i].key) == KEY_RSA ? "rsa-sha256" : "ed25519-sha256", signers[i].domain, signers[i].selector,
		                          (long long)(when / 1000), document_text(c.names, NULL), hash);
		fputs(header, out);
		sign(out, d, &c, header, signers[i].key);
	}
	fwrite(message, 1, *size, out);
	document_text(d, size);
	return document_finish(d, owner);
}
