/* test-dkim-relaxed - the forms of RFC 6376, and both signatures of the example of RFC 8463 over them. */
#include "gateway/base/memory/mem.h"
#include "gateway/base/secret/key.h"
#include "smtp/dkim/dkim_relaxed.h"
#include "tap.h"

static const struct {
	const char *header, *want;
} headers[] = {
	{ "A: X\r\n", "a:X" }, /* RFC 6376 section 3.4.5 */
	{ "B : Y\t\r\n\tZ  \r\n", "b:Y Z" },
	{ "Subject:\r\n", "subject:" },
	{ "SUBJect:  \t\r\n \r\n", "subject:" },
	{ "To:\r\n a\r\n\tb", "to:a b" },
	{ "X: a  b\t \tc:d", "x:a b c:d" },
};

/* Bodies that have the same relaxed form. */
static const struct {
	const char *body, *same;
} bodies[] = {
	{ " C \r\nD \t E\r\n\r\n\r\n", " C\r\nD E\r\n" }, /* RFC 6376 section 3.4.5 */
	{ "", "\r\n\r\n" },
	{ "\r\n", "" },
	{ "  \t\r\n \r\n", "" },
	{ "a", "a\r\n" },
	{ "a\r\n\r\nb  \r\n\r\n", "a\r\n\r\nb\r\n" },
	{ "\t\ta\r\n", " a\r\n" },
	{ "a \tb", "a b\r\n" },
	{ "a\r\n \r\nb\r\n", "a\r\n\r\nb\r\n" },
};

static char *hash_of(void *t, const char *body)
{
	unsigned char hash[ENCODE_SHA256];
	dkim_relaxed_body(body, strlen(body), hash);
	return encode_base64(t, hash, sizeof hash);
}

static void check_forms(void *t)
{
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
		is(dkim_relaxed_header(t, headers[i].header, strlen(headers[i].header)), headers[i].want, "a header in relaxed form");
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
		is(hash_of(t, bodies[i].body), hash_of(t, bodies[i].same), "a body in relaxed form");
	ok(strcmp(hash_of(t, "a b\r\n"), hash_of(t, "ab\r\n")) != 0, "a blank is not nothing");
	ok(strcmp(hash_of(t, "a\r\nb\r\n"), hash_of(t, "a\r\n\r\nb\r\n")) != 0, "nor is an empty line between others");
	is(hash_of(t, ""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "the hash of nothing, as RFC 6376 section 3.4.4 has it");
}

/* One odd place anywhere in a long body, and what it becomes. */
static const struct {
	const char *odd, *relaxed;
} places[] = {
	{ "  ", " " }, { "\t", " " }, { " \r\n", "\r\n" }, { "\t\r\n", "\r\n" }, { "\n", "\r\n" }, { " \n", "\r\n" }, { "\r\n\r\n", "\r\n\r\n" }, { " ", " " },
};

static void check_places(void *t)
{
	enum { LONG = 200 };
	static const char *const ends[] = { "z\r\n", "z", "\r\n", "z\r\n\r\n" };
	char *letters = mem_array(t, char, LONG + 1);
	memset(letters, 'x', LONG);
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		bool fine = true;
		for (int at = 1; at < LONG; at++)
			for (size_t e = 0; e < sizeof ends / sizeof *ends; e++) {
				/* The form that is wanted ends in one CRLF, and is hashed as it is. */
				char *body = mem_printf(t, "%.*s%s%sx%s", at, letters, places[i].odd, letters + at, ends[e]);
				char *want = mem_printf(t, "%.*s%s%sx%s\r\n", at, letters, places[i].relaxed, letters + at, *ends[e] == 'z' ? "z" : "");
				unsigned char hash[ENCODE_SHA256];
				encode_sha256(want, strlen(want), hash);
				fine = fine && strcmp(hash_of(t, body), encode_base64(t, hash, sizeof hash)) == 0;
			}
		ok(fine, "one odd place, wherever it is, is found");
	}
}

/* RFC 8463 appendix A. */
#define EXAMPLE_HEADERS "From: Joe SixPack <joe@football.example.com>\r\n", "To: Suzie Q <suzie@shopping.example.net>\r\n", "Subject: Is dinner ready?\r\n", \
	"Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n", "Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n"
static const char example_body[] = "Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n";
static const struct {
	const char *public, *header, *signature;
} example[] = {
	{ "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
	  "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n d=football.example.com; i=@football.example.com;\r\n q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n"
	  " subject : date : message-id : from : subject : date;\r\n bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n b=",
	  "/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==" },
	{ "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5Q"
	  "jvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB",
	  "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n d=football.example.com; i=@football.example.com;\r\n q=dns/txt; s=test; t=1528637909; h=from : to : subject :\r\n"
	  " date : message-id : from : subject : date;\r\n bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n b=",
	  "F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2JzdA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=" },
};

static void check_example(void *t)
{
	static const char *const fields[] = { EXAMPLE_HEADERS };
	struct error err;
	is(hash_of(t, example_body), "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=", "bh= of the example");
	for (size_t i = 0; i < 2; i++) {
		char *text = mem_dup(t, "");
		for (size_t j = 0; j < sizeof fields / sizeof *fields; j++)
			text = mem_printf(t, "%s%s\r\n", text, dkim_relaxed_header(t, fields[j], strlen(fields[j])));
		text = mem_printf(t, "%s%s", text, dkim_relaxed_header(t, example[i].header, strlen(example[i].header)));
		size_t size;
		unsigned char *signature = decode_base64(t, example[i].signature, &size), hash[ENCODE_SHA256];
		struct key *key = key_from_public_pem(t, mem_printf(t, "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n", example[i].public), &err);
		if (!ok(key && signature, "the key and the signature of the example are read"))
			continue;
		encode_sha256(text, strlen(text), hash);
		if (key_type(key) == KEY_ED25519)
			ok(key_verify(key, hash, sizeof hash, signature, size), "the example's ed25519-sha256 is good over what we would sign");
		else
			ok(key_verify(key, text, strlen(text), signature, size), "so is its rsa-sha256");
	}
}

int main(void)
{
	void *t = talloc_new(NULL);
	check_forms(t);
	check_places(t);
	check_example(t);
	talloc_free(t);
	return tap_done();
}
