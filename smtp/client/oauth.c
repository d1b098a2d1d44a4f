#include "smtp/client/oauth.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/file.h"
#include "gateway/base/text/encode.h"
#include "gateway/base/text/text.h"
#include <jansson.h>
#include <string.h>

/* A command line with it stays below the 12288 octets of RFC 4954 section 4. */
enum { TOKEN_MAX = 8000, CHALLENGE_MAX = 8192, WORDS_MAX = 150 };

const char *oauth_name(enum oauth_mechanism mechanism) { return mechanism == OAUTH_BEARER ? "OAUTHBEARER" : "XOAUTH2"; }
const char *oauth_acknowledgement(enum oauth_mechanism mechanism) { return mechanism == OAUTH_BEARER ? "AQ==" : ""; }

/* The b64token of RFC 6750 section 2.1. */
static bool is_token(const char *s)
{
	return *s && !s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/=")];
}

char *oauth_token(void *owner, const char *file, struct error *err)
{
	char *token = file_read_secret(owner, file, TOKEN_MAX, err);
	if (!token || is_token(token))
		return token;
	error_set(err, ERROR_TEMPORARY, "the first line of '%s' is no access token: have the program that renews it write the token there, and nothing else", file);
	explicit_bzero(token, strlen(token));
	talloc_free(token);
	return NULL;
}

/* RFC 7628 section 3.1: in the name of the GS2 header, a comma and an equals sign are written otherwise. */
static char *saslname(void *owner, const char *user)
{
	char *equals = text_replace(owner, user, "=", "=3D");
	return text_replace(owner, equals, ",", "=2C");
}

char *oauth_response(void *owner, enum oauth_mechanism mechanism, const char *user, const char *host, int port, const char *token, size_t *size)
{
	char *response = mechanism == OAUTH_BEARER
	                         ? mem_printf(owner, "n,a=%s,\x01host=%s\x01port=%d\x01" "auth=Bearer %s\x01\x01", saslname(owner, user), host, port, token)
	                         : mem_printf(owner, "user=%s\x01" "auth=Bearer %s\x01\x01", user, token);
	*size = strlen(response);
	return response;
}

/* "status 401", with a comma before all but the first. */
static char *add_member(void *owner, char *words, const json_t *object, const char *name)
{
	const char *value = json_string_value(json_object_get(object, name));
	if (!value || !*value)
		return words;
	return mem_printf(owner, "%s%s%s %s", words, *words ? ", " : "", name, value);
}

char *oauth_complaint(void *owner, const char *challenge)
{
	static const char *const members[] = { "status", "error", "error_description", "scope" };
	size_t size;
	char *words = mem_dup(owner, "");
	unsigned char *json = strlen(challenge) <= CHALLENGE_MAX ? decode_base64(owner, challenge, &size) : NULL;
	json_t *object = json ? json_loadb((const char *)json, size, 0, NULL) : NULL;
	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		words = add_member(owner, words, object, members[i]);
	json_decref(object);
	/* It goes into a log and a mail to the owner. */
	for (char *p = words; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = ' ';
	return text_cut(owner, words, WORDS_MAX);
}
