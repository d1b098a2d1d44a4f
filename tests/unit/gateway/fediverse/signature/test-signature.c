#include "gateway/base/memory/mem.h"
#include "gateway/base/secret/key.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/encode.h"
#include "gateway/base/text/text.h"
#include "gateway/fediverse/signature/digest.h"
#include "gateway/fediverse/signature/signature.h"
#include "tap.h"
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdlib.h>

static void *t;
static struct error err;

/* RFC 9421 appendix B.1.4 */
static const char ed25519_pem[] = "-----BEGIN PRIVATE KEY-----\n"
	"MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF\n-----END PRIVATE KEY-----\n";
/* draft-cavage-http-signatures-12 appendix C */
static const char cavage_pem[] = "-----BEGIN PUBLIC KEY-----\n"
	"MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDCFENGw33yGihy92pDjZQhl0C3\n"
	"6rPJj+CvfSC8+q28hxA161QFNUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6\n"
	"Z4UMR7EOcpfdUE9Hf3m/hs+FUR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJw\n"
	"oYi+1hqp1fIekaxsyQIDAQAB\n-----END PUBLIC KEY-----\n";

static const char vector_body[] = "{\"hello\": \"world\"}";

static void vectors(void)
{
	static const struct {
		const char *name, *key, *origin, *input, *signature, *date;
	} cases[] = {
		{ "RFC 9421 B.2.6, Ed25519", ed25519_pem, "https://example.com",
		  "sig-b26=(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\");created=1618884473;keyid=\"test-key-ed25519\"",
		  "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:",
		  "Tue, 20 Apr 2021 02:07:55 GMT" },
		{ "draft-cavage C.2", cavage_pem, "https://example.com", NULL,
		  "keyId=\"Test\",algorithm=\"rsa-sha256\",headers=\"(request-target) host date\",signature=\"qdx+H7PHHDZgy4y/Ahn9Tny9V3GP6YgBPyUXMmoxWtLbHpUnXS2mg2+"
		  "SbrQDMCJypxBLSPQR2aAjn7ndmw2iicw3HMbe8VfEdKFYRqzic+efkb3nndiv/x1xSHDJWeSWkx3ButlYSuBskLu6kd9Fswtemr3lgdDEmn04swr2Os0=\"",
		  "Sun, 05 Jan 2014 21:31:40 GMT" },
		{ "draft-cavage C.3", cavage_pem, "https://example.com", NULL,
		  "keyId=\"Test\",algorithm=\"rsa-sha256\",headers=\"(request-target) host date content-type digest content-length\",signature=\"vSdrb+dS3EceC9bcwHSo4"
		  "MlyKS59iFIrhgYkz8+oVLEEzmYZZvRs8rgOp+63LEM3v+MFHB32NfpB2bEKBIvB1q52LaEUHFv120V01IL+TAD48XaERZFukWgHoBTLMhYS2Gb51gWxpeIq8knRmPnYePbF5MOkR0Zkly4zKH7s1dE=\"",
		  "Sun, 05 Jan 2014 21:31:40 GMT" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct http_header headers[] = {
			{ "Host", "example.com" }, { "Date", cases[i].date }, { "Content-Type", "application/json" },
			{ "Digest", "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=" }, { "Content-Length", "18" },
			{ "Signature", cases[i].signature }, { cases[i].input ? "Signature-Input" : NULL, cases[i].input }, { 0, 0 },
		};
		const char *target = cases[i].input ? "/foo" : "/foo?param=value&pet=dog";
		struct signature_message m = { "POST", cases[i].origin, target, headers, vector_body, strlen(vector_body) };
		struct signature *s = signature_read(t, &m, &err);
		struct key *key = cases[i].key == ed25519_pem ? key_from_private_pem(t, cases[i].key, &err) : key_from_public_pem(t, cases[i].key, &err);
		ok(s && key && signature_verify(s, &m, key), cases[i].name);
		m.target = "/bar";
		ok(s && key && !signature_verify(s, &m, key), "... and not for another target");
	}
}

static void reading(void)
{
	static const struct {
		const char *signature, *input, *key_id, *covered; /* key_id NULL: must be refused */
	} cases[] = {
		{ "keyId=\"a\",headers=\"date\",signature=\"YQ==\"", NULL, "a", "date" },
		{ "keyId=\"a\",signature=\"YQ==\"", NULL, "a", "date" },
		{ " keyId = \"a\" , algorithm=\"hs2019\",created=1402170695, expires=1402170699,headers=\"(request-target) (created) Host\",signature=\"YQ==\"", NULL, "a", "(request-target) (created) host" },
		{ "keyId=\"https://x.example/?author=0#main-key\",headers=\"date\",signature=\"YQ==\"", NULL, "https://x.example/?author=0#main-key", "date" },
		{ "headers=\"date\",signature=\"YQ==\",keyId=\"a\",opaque=\"x\",opaque=\"y\"", NULL, "a", "date" },
		{ "keyId=\"a\",keyId=\"b\",headers=\"date\",signature=\"YQ==\"", NULL, NULL, NULL },
		{ "keyId=\"a\",headers=\"date\",headers=\"host\",signature=\"YQ==\"", NULL, NULL, NULL },
		{ "keyId=\"a\",headers=\"date\",signature=\"YQ==\",signature=\"Yg==\"", NULL, NULL, NULL },
		{ "keyId=\"a\",headers=\"date\"", NULL, NULL, NULL },
		{ "headers=\"date\",signature=\"YQ==\"", NULL, NULL, NULL },
		{ "keyId=\"a\",signature=\"***\"", NULL, NULL, NULL },
		{ "keyId=\"a\",signature=\"YQ==", NULL, NULL, NULL },
		{ "keyId=\"a\"signature=\"YQ==\"", NULL, NULL, NULL },
		{ "keyId=\"\",signature=\"YQ==\"", NULL, NULL, NULL },
		{ "Bearer abc", NULL, NULL, NULL },
		{ "", NULL, NULL, NULL },
		{ "sig1=:YQ==:", "sig1=(\"@method\" \"date\");created=1;keyid=\"k\"", "k", "@method date" },
		{ "sig1=:YQ==:", "sig1=( \"@method\"   \"date\" );keyid=\"k\"", "k", "@method date" },
		{ "a=:YQ==:, b=:Yg==:", "x=(\"date\");keyid=\"x\", b=(\"host\");keyid=\"b\"", "b", "host" },
		{ "keyId=\"a\",signature=\"YQ==\", sig1=:YQ==:", "sig1=(\"date\");keyid=\"k\"", "k", "date" },
		{ "sig1=:YQ==:", "sig1=(\"date\";sf);keyid=\"k\"", NULL, NULL },
		{ "sig1=:YQ==:", "sig1=(\"date\" \"date\");keyid=\"k\"", NULL, NULL },
		{ "sig1=:YQ==:", "sig1=(\"date\")", NULL, NULL },
		{ "sig1=:YQ==:", "sig1=(\"date\"", NULL, NULL },
		{ "sig1=:YQ==", "sig1=(\"date\");keyid=\"k\"", NULL, NULL },
		{ "sig2=:YQ==:", "sig1=(\"date\");keyid=\"k\"", NULL, NULL },
		{ "sig1=:YQ==:", "sig1", NULL, NULL },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct http_header headers[] = { { "signature", cases[i].signature }, { cases[i].input ? "SIGNATURE-INPUT" : NULL, cases[i].input }, { 0, 0 } };
		struct signature_message m = { "GET", "https://penny.example", "/", headers, NULL, 0 };
		struct signature *s = signature_read(t, &m, &err);
		char *covered = s ? mem_dup(t, "") : NULL;
		for (size_t k = 0; s && k < s->covered_count; k++)
			covered = mem_printf(t, "%s%s%s", covered, k ? " " : "", s->covered[k]);
		is(s ? s->key_id : NULL, cases[i].key_id, cases[i].input ? cases[i].input : cases[i].signature);
		is(covered, cases[i].covered, "... covers that");
	}
}

static void digests(void)
{
	static const struct {
		const char *header;
		bool old, good;
	} cases[] = {
		{ "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=", true, true },
		{ "sha-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=", true, true },
		{ "MD5=abc,SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=", true, true },
		{ "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=, unixsum=30637", true, true },
		{ "SHA-256=Y48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=", true, false },
		{ "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=,SHA-256=Y48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=", true, false },
		{ "SHA-512=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=", true, false },
		{ "SHA-256=", true, false },
		{ "SHA-256", true, false },
		{ "", true, false },
		{ NULL, true, false },
		{ "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:", false, true },
		{ "sha-512=:YQ==:, sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:", false, true },
		{ "sha-256=:Y48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:", false, false },
		{ "sha-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=", false, false },
		{ "sha-512=:YQ==:", false, false },
		{ NULL, false, false },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ok((cases[i].old ? digest_check : digest_check_content)(cases[i].header, vector_body, strlen(vector_body), &err) == cases[i].good,
		   cases[i].header ? cases[i].header : "no header");
	is(digest_make(t, vector_body, strlen(vector_body)), "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=", "Digest as every server takes it");
}

/* What is sent, with some of it changed on the way. */
enum change { NOTHING, BODY, TARGET, DATE, HOST, ORIGIN, NO_DIGEST, LATE, EARLY, QUERY, OTHER_KEY, METHOD };

static const struct http_header *changed(const struct http_header *headers, const char *name, const char *value)
{
	struct http_header *copy = NULL;
	size_t count = 0;
	for (const struct http_header *h = headers; h->name; h++) {
		struct http_header *one = mem_push(t, copy, count);
		*one = *h;
		if (text_same(h->name, name))
			one->value = value;
	}
	(void)mem_push(t, copy, count);
	return copy;
}

static bool arrives(enum signature_scheme scheme, enum change change, bool post, struct key *key, struct key *other)
{
	const int64_t now = clock_civil(2026, 11, 23, 12, 0, 0);
	struct signature_signer signer = { scheme, "https://fedi.example/ann#main-key", key };
	const char *body = "{\"type\":\"Follow\"}";
	struct http_request request = { .url = "https://penny.example/inbox?x=1", .body = post ? body : NULL, .body_size = post ? strlen(body) : 0 };
	struct http_header *sent = signature_sign(t, &signer, &request, now, &err);
	struct http_header *all = NULL;
	size_t count = 0;
	*mem_push(t, all, count) = (struct http_header){ "Host", "penny.example" };
	for (; sent->name; sent++)
		*mem_push(t, all, count) = *sent;
	(void)mem_push(t, all, count);
	struct signature_message m = { post ? "POST" : "GET", "https://penny.example", "/inbox?x=1", all, request.body, request.body_size };
	switch (change) {
	case BODY: m.body = "{\"type\":\"Reject\"}"; break;
	case TARGET: m.target = "/@tides/inbox"; break;
	case QUERY: m.target = "/inbox"; break;
	case DATE: m.headers = changed(all, "Date", "Mon, 23 Nov 2026 12:00:01 GMT"); break;
	case HOST: m.headers = changed(all, "Host", "other.example"); break;
	case ORIGIN: m.origin = "https://other.example"; break;
	case METHOD: m.method = "PUT"; break;
	case NO_DIGEST: m.headers = changed(changed(all, "Digest", ""), "Content-Digest", ""); break;
	case NOTHING: case LATE: case EARLY: case OTHER_KEY: break;
	}
	int64_t then = change == LATE ? now + 13 * CLOCK_HOUR : change == EARLY ? now - 2 * CLOCK_HOUR : now + CLOCK_HOUR;
	struct signature *s = signature_read(t, &m, &err);
	return s && signature_check(s, &m, then, &err) && signature_verify(s, &m, change == OTHER_KEY ? other : key);
}

static void round_trips(void)
{
	static const struct {
		enum change change;
		bool post, cavage, rfc9421; /* taken? */
		const char *what;
	} cases[] = {
		{ NOTHING, true, true, true, "a POST as it was sent" },
		{ NOTHING, false, true, true, "a GET as it was sent" },
		{ BODY, true, false, false, "another body" },
		{ NO_DIGEST, true, false, false, "no digest" },
		{ TARGET, true, false, false, "another target" },
		{ QUERY, false, false, false, "a query that was cut off" },
		{ METHOD, true, false, false, "another method" },
		{ DATE, true, false, true, "another Date, which RFC 9421 signatures need not cover" },
		{ HOST, true, false, true, "another Host header, which RFC 9421 signatures need not cover" },
		{ ORIGIN, true, false, false, "meant for another server" },
		{ LATE, true, false, false, "13 hours late" },
		{ EARLY, true, false, false, "from the future" },
		{ OTHER_KEY, true, false, false, "another key" },
	};
	struct key *key = key_generate(t, KEY_RSA), *other = key_generate(t, KEY_RSA);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ok(arrives(SIGNATURE_CAVAGE, cases[i].change, cases[i].post, key, other) == cases[i].cavage, cases[i].what);
		ok(arrives(SIGNATURE_RFC9421, cases[i].change, cases[i].post, key, other) == cases[i].rfc9421, "... RFC 9421");
	}
}

/* A peer that signs the target without its query, and one that covers too little. */
static void other_senders(void)
{
	static const struct {
		const char *headers, *base, *algorithm;
		bool taken;
	} cases[] = {
		{ "(request-target) host date digest", "(request-target): post /inbox\nhost: penny.example\ndate: %s\ndigest: %s", "rsa-sha256", true },
		{ "(request-target) host date digest", "(request-target): post /inbox?a=b\nhost: penny.example\ndate: %s\ndigest: %s", "hs2019", true },
		{ "(request-target) host date digest", "(request-target): post /inbox?a=b\nhost: penny.example\ndate: %s\ndigest: %s", NULL, true },
		{ "(request-target) host date digest", "(request-target): post /inbox?a=b\nhost: penny.example\ndate: %s\ndigest: %s", "rsa-sha512", false },
		{ "(request-target) date digest", "(request-target): post /inbox\ndate: %s\ndigest: %s", "rsa-sha256", false },
		{ "host date digest", "host: penny.example\ndate: %s\ndigest: %s", "rsa-sha256", false },
		{ "(request-target) host date", "(request-target): post /inbox\nhost: penny.example\ndate: %s", "rsa-sha256", false },
		{ "date", "date: %s", "rsa-sha256", false },
	};
	const int64_t now = clock_civil(2026, 11, 23, 12, 0, 0);
	struct key *key = key_generate(t, KEY_RSA);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *date = clock_http(t, now), *digest = digest_make(t, vector_body, strlen(vector_body));
		char *base = text_replace(t, cases[i].base, "date: %s", mem_printf(t, "date: %s", date));
		base = text_replace(t, base, "digest: %s", mem_printf(t, "digest: %s", digest));
		size_t size;
		unsigned char *bytes = key_sign(t, key, base, strlen(base), &size);
		char *algorithm = cases[i].algorithm ? mem_printf(t, "algorithm=\"%s\",", cases[i].algorithm) : mem_dup(t, "");
		char *value = mem_printf(t, "keyId=\"https://fedi.example/key\",%sheaders=\"%s\",signature=\"%s\"", algorithm, cases[i].headers,
		                         encode_base64(t, bytes, size));
		struct http_header headers[] = { { "host", "penny.example" }, { "date", date }, { "digest", digest }, { "signature", value }, { 0, 0 } };
		struct signature_message m = { "POST", "https://penny.example", "/inbox?a=b", headers, vector_body, strlen(vector_body) };
		struct signature *s = signature_read(t, &m, &err);
		bool taken = s && signature_check(s, &m, now, &err) && signature_verify(s, &m, key);
		ok(taken == cases[i].taken, value);
	}
}

/* RSA with SHA-512, as some sign. */
static void sha512(void)
{
	EVP_PKEY *pair = EVP_RSA_gen(2048);
	BIO *out = BIO_new(BIO_s_mem());
	char *pem;
	PEM_write_bio_PUBKEY(out, pair);
	long length = BIO_get_mem_data(out, &pem);
	struct key *key = key_from_public_pem(t, mem_ndup(t, pem, (size_t)length), &err);
	BIO_free(out);
	static const struct {
		const char *algorithm;
		bool taken;
	} cases[] = { { "rsa-sha512", true }, { "hs2019", true }, { "rsa-sha256", false } };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		static const char base[] = "(request-target): get /\nhost: penny.example\ndate: Mon, 23 Nov 2026 12:00:00 GMT";
		unsigned char bytes[512];
		size_t size = sizeof bytes;
		EVP_MD_CTX *c = EVP_MD_CTX_new();
		bool made = EVP_DigestSignInit(c, NULL, EVP_sha512(), NULL, pair) == 1 && EVP_DigestSign(c, bytes, &size, (const unsigned char *)base, strlen(base)) == 1;
		EVP_MD_CTX_free(c);
		struct http_header headers[] = { { "host", "penny.example" }, { "date", "Mon, 23 Nov 2026 12:00:00 GMT" }, { "signature",
			mem_printf(t, "keyId=\"https://fedi.example/key\",algorithm=\"%s\",headers=\"(request-target) host date\",signature=\"%s\"", cases[i].algorithm, encode_base64(t, bytes, size)) }, { 0, 0 } };
		struct signature_message m = { "GET", "https://penny.example", "/", headers, NULL, 0 };
		struct signature *s = signature_read(t, &m, &err);
		ok(made && s && signature_verify(s, &m, key) == cases[i].taken, cases[i].algorithm);
	}
	EVP_PKEY_free(pair);
}

int main(void)
{
	t = talloc_new(NULL);
	vectors();
	reading();
	digests();
	round_trips();
	other_senders();
	sha512();
	talloc_free(t);
	return tap_done();
}
