#include "gateway/base/memory/mem.h"
#include "gateway/base/secret/key.h"
#include "gateway/base/text/encode.h"
#include "gateway/base/text/text.h"
#include "tap.h"
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>

/* RFC 8032 section 7.1; the first key is that of RFC 8463 appendix A too. */
static const struct {
	const char *secret, *public, *message, *signature;
} vectors[] = {
	{ "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
	  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b" },
	{ "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
	  "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00" },
	{ "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
	  "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a" },
};

static unsigned char *bytes(void *t, const char *hex, size_t *size)
{
	*size = strlen(hex) / 2;
	unsigned char *data = mem_array(t, unsigned char, *size + 1);
	for (size_t i = 0; i < *size; i++) {
		char two[] = { hex[2 * i], hex[2 * i + 1], '\0' };
		data[i] = (unsigned char)strtoul(two, NULL, 16);
	}
	return data;
}

/* PEM of a prefix in DER (RFC 8410 section 10) and the bare key. */
static char *pem_of(void *t, const char *label, const char *prefix, const char *hex)
{
	size_t size;
	unsigned char *der = bytes(t, mem_printf(t, "%s%s", prefix, hex), &size);
	return mem_printf(t, "-----BEGIN %s-----\n%s\n-----END %s-----\n", label, encode_base64(t, der, size), label);
}

static void check_vector(void *t, size_t i)
{
	struct error err;
	size_t size, message_size, want_size;
	unsigned char raw[32], *message = bytes(t, vectors[i].message, &message_size), *want = bytes(t, vectors[i].signature, &want_size);
	struct key *key = key_from_private_pem(t, pem_of(t, "PRIVATE KEY", "302e020100300506032b657004220420", vectors[i].secret), &err);
	struct key *public = key_from_public_pem(t, pem_of(t, "PUBLIC KEY", "302a300506032b6570032100", vectors[i].public), &err);
	if (!ok(key && public && key_type(key) == KEY_ED25519 && key_type(public) == KEY_ED25519, "both keys are read"))
		return;
	ok(key_raw_public(key, raw), "the private one has a public half");
	is(encode_hex(t, raw, sizeof raw), vectors[i].public, "which is the right one");
	unsigned char *signature = key_sign(t, key, message, message_size, &size);
	is(encode_hex(t, signature, size), vectors[i].signature, "the signature of the RFC");
	ok(key_verify(public, message, message_size, want, want_size), "which is verified");
	want[0] ^= 1;
	ok(!key_verify(public, message, message_size, want, want_size), "one bit off is not");
	want[0] ^= 1;
	ok(!key_verify(public, "other", 5, want, want_size), "nor over other data");
	ok(!key_verify(public, message, message_size, want, want_size - 1), "nor a short one");
	ok(!key_verify(public, message, message_size, want, 0), "nor an empty one");
}

static char *pem_text(void *t, BIO *out)
{
	char *data;
	long size = BIO_get_mem_data(out, &data);
	char *text = mem_ndup(t, data, (size_t)size);
	BIO_free(out);
	return text;
}

/* OpenSSL's own view of a PEM. */
static EVP_PKEY *foreign(const char *pem, bool private)
{
	BIO *in = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *pkey = private ? PEM_read_bio_PrivateKey(in, NULL, NULL, NULL) : PEM_read_bio_PUBKEY(in, NULL, NULL, NULL);
	BIO_free(in);
	return pkey;
}

/* RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 section 8.2), by way of the digest. */
static EVP_PKEY_CTX *pkcs1(EVP_PKEY *pkey, bool sign)
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(pkey, NULL);
	if ((sign ? EVP_PKEY_sign_init(c) : EVP_PKEY_verify_init(c)) != 1 || EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PADDING) != 1 ||
	    EVP_PKEY_CTX_set_signature_md(c, EVP_sha256()) != 1)
		abort();
	return c;
}

static void check_rsa(void *t, const struct key *key)
{
	static const char text[] = "from: ada@example.net";
	struct error err;
	unsigned char digest[ENCODE_SHA256], theirs[1024];
	size_t size, their_size = sizeof theirs;
	encode_sha256(text, strlen(text), digest);
	unsigned char *ours = key_sign(t, key, text, strlen(text), &size);
	EVP_PKEY *private = foreign(key_private_pem(t, key), true), *public = foreign(key_public_pem(t, key), false);
	if (!ok(private && public, "OpenSSL reads both halves"))
		return;
	is_int(EVP_PKEY_get_bits(public), 2048, "2048 bits");
	is_int((long long)size, 256, "a signature of 256 bytes");
	EVP_PKEY_CTX *c = pkcs1(public, false);
	ok(EVP_PKEY_verify(c, ours, size, digest, sizeof digest) == 1, "OpenSSL verifies ours");
	EVP_PKEY_CTX_free(c);
	c = pkcs1(private, true);
	ok(EVP_PKEY_sign(c, theirs, &their_size, digest, sizeof digest) == 1 && key_verify(key, text, strlen(text), theirs, their_size), "we verify OpenSSL's");
	EVP_PKEY_CTX_free(c);
	struct key *half = key_from_public_pem(t, key_public_pem(t, key), &err);
	ok(half && key_verify(half, text, strlen(text), ours, size), "the public half verifies");
	ok(half && !key_verify(half, text, strlen(text) - 1, ours, size), "but not other data");
	unsigned char *der = NULL;
	int der_size = i2d_PUBKEY(public, &der);
	is(key_dkim_public(t, key), encode_base64(t, der, (size_t)der_size), "DKIM publishes SubjectPublicKeyInfo");
	OPENSSL_free(der);
	EVP_PKEY_free(private);
	EVP_PKEY_free(public);
}

static void check_generated(void *t, enum key_type type)
{
	struct error err;
	unsigned char raw[32];
	struct key *key = key_generate(t, type), *other = key_generate(t, type), *again = key_from_private_pem(t, key_private_pem(t, key), &err);
	ok(key_type(key) == type && again && key_type(again) == type, "a pair is of its type, also once stored");
	ok(again && strcmp(key_private_pem(t, again), key_private_pem(t, key)) == 0, "and stays the same");
	ok(strcmp(key_public_pem(t, key), key_public_pem(t, other)) != 0, "no two pairs are the same");
	ok(text_starts(key_private_pem(t, key), "-----BEGIN PRIVATE KEY-----\n"), "PKCS #8");
	ok(text_starts(key_public_pem(t, key), "-----BEGIN PUBLIC KEY-----\n"), "SubjectPublicKeyInfo");
	ok(key_raw_public(key, raw) == (type == KEY_ED25519), "only Ed25519 has 32 bytes");
	size_t size;
	unsigned char *signature = key_sign(t, key, "x", 1, &size);
	ok(key_verify(again, "x", 1, signature, size) && !key_verify(other, "x", 1, signature, size), "its signature and no other's");
}

enum form { PKCS8, PKCS8_LOCKED, TRADITIONAL, TRADITIONAL_LOCKED, PUBLIC, PKCS1_PUBLIC };

static char *written(void *t, EVP_PKEY *pkey, enum form form)
{
	BIO *out = BIO_new(BIO_s_mem());
	unsigned char word[] = "word";
	unsigned char *der = NULL;
	int size;
	switch (form) {
	case PKCS8: PEM_write_bio_PKCS8PrivateKey(out, pkey, NULL, NULL, 0, NULL, NULL); break;
	case PKCS8_LOCKED: PEM_write_bio_PKCS8PrivateKey(out, pkey, EVP_aes_128_cbc(), "word", 4, NULL, NULL); break;
	case TRADITIONAL: PEM_write_bio_PrivateKey_traditional(out, pkey, NULL, NULL, 0, NULL, NULL); break;
	case TRADITIONAL_LOCKED: PEM_write_bio_PrivateKey_traditional(out, pkey, EVP_aes_128_cbc(), word, 4, NULL, NULL); break;
	case PUBLIC: PEM_write_bio_PUBKEY(out, pkey); break;
	case PKCS1_PUBLIC:
		size = i2d_PublicKey(pkey, &der);
		PEM_write_bio(out, "RSA PUBLIC KEY", "", der, size);
		OPENSSL_free(der);
		break;
	}
	return pem_text(t, out);
}

static void check_forms(void *t, EVP_PKEY *rsa)
{
	struct error err;
	struct key *key = key_from_private_pem(t, written(t, rsa, TRADITIONAL), &err);
	ok(key && key_type(key) == KEY_RSA, "a traditional RSA private key");
	is(key ? key_private_pem(t, key) : NULL, written(t, rsa, PKCS8), "is kept as PKCS #8");
	key = key_from_public_pem(t, written(t, rsa, PKCS1_PUBLIC), &err);
	is(key ? key_public_pem(t, key) : err.text, written(t, rsa, PUBLIC), "a PKCS #1 public key is kept as SubjectPublicKeyInfo");
	key = key_from_public_pem(t, mem_printf(t, "\r\n\r\n%s", text_replace(t, written(t, rsa, PUBLIC), "\n", "\r\n")), &err);
	ok(key != NULL, "line ends of another system");
	key = key_from_public_pem(t, text_trim(t, written(t, rsa, PUBLIC)), &err);
	ok(key != NULL, "no line end at the end");
}

#define NO_KEY "that is no key in PEM"
#define WRONG_KIND "only RSA and Ed25519 keys are taken"

static void refused(void *t, const char *pem, bool private, const char *want, const char *what)
{
	struct error err = { 0 };
	struct key *key = private ? key_from_private_pem(t, pem, &err) : key_from_public_pem(t, pem, &err);
	is(key ? "a key" : err.text, want, what);
	ok(!key && err.kind == ERROR_INVALID, "which is ERROR_INVALID");
	is_int((long long)ERR_peek_error(), 0, "and leaves nothing in OpenSSL's queue");
}

static const struct {
	const char *pem, *what;
} junk[] = {
	{ "", "nothing" },
	{ "\n\n", "white space" },
	{ "hello", "a word" },
	{ "-----BEGIN PUBLIC KEY-----", "a beginning" },
	{ "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n", "an empty key" },
	{ "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "a key of zeros" },
	{ "-----BEGIN PUBLIC KEY-----\n!!!!\n-----END PUBLIC KEY-----\n", "no base64" },
	{ "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHUQ==\n-----END PUBLIC KEY-----\n", "31 bytes of Ed25519" },
	{ "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PRIVATE KEY-----\n", "an end of another kind" },
	{ "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n", "a private key that is cut" },
	{ "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "a certificate" },
	{ "-----BEGIN RSA PUBLIC KEY-----\nMAYCAQACAQA=\n-----END RSA PUBLIC KEY-----\n", "an RSA key of zero bits" },
};

static void check_hostile(void *t, EVP_PKEY *rsa)
{
	for (size_t i = 0; i < sizeof junk / sizeof *junk; i++)
		for (int private = 0; private < 2; private++) {
			struct error err = { 0 };
			struct key *key = private ? key_from_private_pem(t, junk[i].pem, &err) : key_from_public_pem(t, junk[i].pem, &err);
			ok(!key && err.kind == ERROR_INVALID, junk[i].what);
			is_int((long long)ERR_peek_error(), 0, "and leaves nothing in OpenSSL's queue");
		}
	static const struct {
		const char *name;
		int bits;
		const char *complaint;
	} others[] = {
		{ "RSA", 512, "an RSA key of 512 bits is not taken: it must have 1024 to 8192" },
		{ "RSA", 1016, "an RSA key of 1016 bits is not taken: it must have 1024 to 8192" },
		{ "EC", 0, WRONG_KIND }, { "ED448", 0, WRONG_KIND }, { "X25519", 0, WRONG_KIND },
	};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		EVP_PKEY *pkey = others[i].bits ? EVP_RSA_gen((unsigned)others[i].bits) : strcmp(others[i].name, "EC") == 0 ? EVP_EC_gen("P-256") : EVP_PKEY_Q_keygen(NULL, NULL, others[i].name);
		refused(t, written(t, pkey, PKCS8), true, others[i].complaint, others[i].name);
		refused(t, written(t, pkey, PUBLIC), false, others[i].complaint, others[i].name);
		EVP_PKEY_free(pkey);
	}
	refused(t, written(t, rsa, PKCS8_LOCKED), true, NO_KEY, "a private key behind a password");
	refused(t, written(t, rsa, TRADITIONAL_LOCKED), true, NO_KEY, "a traditional one behind a password");
	refused(t, written(t, rsa, PUBLIC), true, NO_KEY, "a public key for a private one");
	refused(t, written(t, rsa, PKCS8), false, NO_KEY, "a private key for a public one");
	char *large = mem_array(t, char, 1 << 22);
	memset(large, 'A', (1 << 22) - 1);
	memcpy(large, "-----BEGIN PUBLIC KEY-----\n", 27);
	refused(t, large, false, NO_KEY, "four million letters");
	EVP_PKEY *other = EVP_EC_gen("P-256");
	refused(t, mem_printf(t, "%s%s", written(t, other, PUBLIC), written(t, rsa, PUBLIC)), false, WRONG_KIND, "the first of several keys counts");
	EVP_PKEY_free(other);
}

/* The cache reads what key_from_public_pem reads, also after what is no key, and gives each PEM its own key when there are more than it keeps. */
static void check_cache(void *t, EVP_PKEY *rsa)
{
	enum { MORE = 1200 };
	struct error err, want;
	struct key_cache *cache = key_cache_new(t);
	const char *forms[] = { written(t, rsa, PUBLIC), written(t, rsa, PKCS1_PUBLIC), mem_printf(t, "# mine\n%s", written(t, rsa, PUBLIC)) };
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		const struct key *key = key_cache_public(cache, forms[i], &err);
		is(key ? key_public_pem(t, key) : err.text, forms[0], "the cache reads a public key");
		ok(key_cache_public(cache, forms[i], &err) == key, "and parses it once");
	}
	for (size_t i = 0; i < sizeof junk / sizeof *junk; i++) {
		ok(!key_cache_public(cache, junk[i].pem, &err) && !key_from_public_pem(t, junk[i].pem, &want), junk[i].what);
		is(err.text, want.text, "is refused in the same words");
		ok(key_cache_public(cache, forms[0], &err), "and does not spoil the next");
	}
	size_t right = 0;
	char *pems[MORE];
	for (size_t i = 0; i < 2 * MORE; i++) {
		if (i < MORE)
			pems[i] = key_public_pem(t, key_generate(t, KEY_ED25519));
		const struct key *key = key_cache_public(cache, pems[i % MORE], &err);
		right += key && strcmp(key_public_pem(t, key), pems[i % MORE]) == 0;
	}
	is_int((long long)right, 2 * MORE, "many keys, each asked for twice");
	is_int((long long)ERR_peek_error(), 0, "nothing is left in OpenSSL's queue");
}

int main(void)
{
	void *t = talloc_new(NULL);
	struct error err;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
		check_vector(t, i);
	struct key *rfc8463 = key_from_private_pem(t, pem_of(t, "PRIVATE KEY", "302e020100300506032b657004220420", vectors[0].secret), &err);
	is(rfc8463 ? key_dkim_public(t, rfc8463) : err.text, "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "RFC 8463 section 4.2: the bare key in p=");
	check_generated(t, KEY_ED25519);
	check_generated(t, KEY_RSA);
	struct key *key = key_generate(t, KEY_RSA);
	check_rsa(t, key);
	EVP_PKEY *rsa = foreign(key_private_pem(t, key), true);
	check_forms(t, rsa);
	check_hostile(t, rsa);
	check_cache(t, rsa);
	EVP_PKEY_free(rsa);
	is_int((long long)ERR_peek_error(), 0, "nothing is left in OpenSSL's queue");
	talloc_free(t);
	return tap_done();
}
