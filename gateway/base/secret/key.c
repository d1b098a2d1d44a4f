#include "gateway/base/secret/key.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/encode.h"
#include "gateway/base/text/text.h"
#include <openssl/bio.h>
#include <openssl/decoder.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct key {
	EVP_PKEY *pkey;
	EVP_PKEY_CTX *signer; /* of a private RSA key: it takes digests, and is set up once */
	enum key_type type;
};

struct key_cache {
	OSSL_DECODER_CTX *decoder; /* for any kind of public key, SubjectPublicKeyInfo and PKCS #1 */
	EVP_PKEY *decoded;         /* where the decoder puts it */
	struct {
		char *pem;
		struct key *key;
	} *kept;                   /* KEPT of them, by the hash of the PEM */
};

enum { RSA_BITS = 2048, RSA_LEAST = 1024, RSA_MOST = 8192, PEM_MAX = 16384, KEPT = 512 };

static int key_free(struct key *key)
{
	EVP_PKEY_CTX_free(key->signer);
	EVP_PKEY_free(key->pkey);
	return 0;
}

static struct key *wrap(void *owner, EVP_PKEY *pkey, enum key_type type)
{
	struct key *key = mem_new(owner, struct key);
	key->pkey = mem_check(pkey);
	key->type = type;
	talloc_set_destructor(key, key_free);
	return key;
}

static struct key *with_signer(struct key *key)
{
	if (!key || key->type != KEY_RSA)
		return key;
	key->signer = mem_check(EVP_PKEY_CTX_new(key->pkey, NULL));
	if (EVP_PKEY_sign_init(key->signer) != 1 || EVP_PKEY_CTX_set_rsa_padding(key->signer, RSA_PKCS1_PADDING) != 1 ||
	    EVP_PKEY_CTX_set_signature_md(key->signer, EVP_sha256()) != 1)
		abort();
	return key;
}

struct key *key_generate(void *owner, enum key_type type)
{
	return with_signer(wrap(owner, type == KEY_RSA ? EVP_RSA_gen(RSA_BITS) : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), type));
}

static struct key *checked(void *owner, EVP_PKEY *pkey, struct error *err)
{
	if (pkey && EVP_PKEY_get_base_id(pkey) == EVP_PKEY_ED25519)
		return wrap(owner, pkey, KEY_ED25519);
	if (pkey && EVP_PKEY_get_base_id(pkey) == EVP_PKEY_RSA) {
		int bits = EVP_PKEY_get_bits(pkey);
		if (bits >= RSA_LEAST && bits <= RSA_MOST)
			return wrap(owner, pkey, KEY_RSA);
		error_set(err, ERROR_INVALID, "an RSA key of %d bits is not taken: it must have %d to %d", bits, RSA_LEAST, RSA_MOST);
	} else {
		error_set(err, ERROR_INVALID, pkey ? "only RSA and Ed25519 keys are taken" : "that is no key in PEM");
	}
	EVP_PKEY_free(pkey);
	return NULL;
}

/* Prevents the password prompt for encrypted keys. */
static int no_password(char *buf, int size, int rwflag, void *u)
{
	(void)buf, (void)size, (void)rwflag, (void)u;
	return -1;
}

typedef EVP_PKEY *pem_reader(BIO *in, EVP_PKEY **x, pem_password_cb *cb, void *u);

/* Clears the error queue: an error left there would look like one of the next TLS connection. */
static struct key *from_pem(void *owner, const char *pem, pem_reader *reader, struct error *err)
{
	BIO *in = mem_check(BIO_new_mem_buf(pem, (int)strnlen(pem, PEM_MAX)));
	ERR_set_mark();
	struct key *key = checked(owner, reader(in, NULL, no_password, NULL), err);
	ERR_pop_to_mark();
	BIO_free(in);
	return key;
}

struct key *key_from_private_pem(void *owner, const char *pem, struct error *err)
{
	return with_signer(from_pem(owner, pem, PEM_read_bio_PrivateKey, err));
}

struct key *key_from_public_pem(void *owner, const char *pem, struct error *err)
{
	/* The decoder accepts SubjectPublicKeyInfo and PKCS #1. */
	return from_pem(owner, pem, PEM_read_bio_PUBKEY, err);
}

static int cache_free(struct key_cache *cache)
{
	OSSL_DECODER_CTX_free(cache->decoder);
	return 0;
}

struct key_cache *key_cache_new(void *owner)
{
	struct key_cache *cache = mem_new(owner, struct key_cache);
	cache->decoder = mem_check(OSSL_DECODER_CTX_new_for_pkey(&cache->decoded, "PEM", NULL, NULL, EVP_PKEY_PUBLIC_KEY, NULL, NULL));
	cache->kept = mem_check(talloc_zero_size(cache, KEPT * sizeof *cache->kept));
	talloc_set_destructor(cache, cache_free);
	return cache;
}

static struct key *decode(struct key_cache *cache, const char *pem, struct error *err)
{
	BIO *in = mem_check(BIO_new_mem_buf(pem, (int)strnlen(pem, PEM_MAX)));
	cache->decoded = NULL;
	ERR_set_mark();
	bool fine = OSSL_DECODER_from_bio(cache->decoder, in) == 1 && cache->decoded;
	ERR_pop_to_mark();
	BIO_free(in);
	if (fine)
		return checked(cache, cache->decoded, err);
	/* Not at once: there is something before the key, or there is none. */
	EVP_PKEY_free(cache->decoded);
	return key_from_public_pem(cache, pem, err);
}

static size_t slot_of(const char *pem) { return text_hash(pem) % KEPT; }

const struct key *key_cache_public(struct key_cache *cache, const char *pem, struct error *err)
{
	size_t i = slot_of(pem);
	if (cache->kept[i].pem && strcmp(cache->kept[i].pem, pem) == 0)
		return cache->kept[i].key;
	struct key *key = decode(cache, pem, err);
	if (!key)
		return NULL;
	talloc_free(cache->kept[i].key);
	cache->kept[i].key = key;
	cache->kept[i].pem = mem_dup(key, pem);
	return key;
}

enum key_type key_type(const struct key *key) { return key->type; }

static char *taken(void *owner, BIO *out)
{
	char *data;
	long size = BIO_get_mem_data(out, &data);
	char *text = mem_ndup(owner, data, (size_t)size);
	BIO_free(out);
	return text;
}

char *key_private_pem(void *owner, const struct key *key)
{
	BIO *out = mem_check(BIO_new(BIO_s_mem()));
	PEM_write_bio_PKCS8PrivateKey(out, key->pkey, NULL, NULL, 0, NULL, NULL);
	return taken(owner, out);
}

char *key_public_pem(void *owner, const struct key *key)
{
	BIO *out = mem_check(BIO_new(BIO_s_mem()));
	PEM_write_bio_PUBKEY(out, key->pkey);
	return taken(owner, out);
}

char *key_dkim_public(void *owner, const struct key *key)
{
	unsigned char raw[32], *der = NULL;
	if (key_raw_public(key, raw))
		return encode_base64(owner, raw, sizeof raw);
	int size = i2d_PUBKEY(key->pkey, &der);
	char *text = encode_base64(owner, mem_check(der), (size_t)size);
	OPENSSL_free(der);
	return text;
}

bool key_raw_public(const struct key *key, unsigned char out[32])
{
	size_t size = 32;
	return key->type == KEY_ED25519 && EVP_PKEY_get_raw_public_key(key->pkey, out, &size) == 1 && size == 32;
}

static bool sign_rsa(const struct key *key, const void *data, size_t data_size, unsigned char *out, size_t *size)
{
	unsigned char digest[ENCODE_SHA256];
	encode_sha256(data, data_size, digest);
	/* Threads share a key, but must not share a context. */
	EVP_PKEY_CTX *own = key->signer ? EVP_PKEY_CTX_dup(key->signer) : NULL;
	bool fine = own && EVP_PKEY_sign(own, out, size, digest, sizeof digest) == 1;
	EVP_PKEY_CTX_free(own);
	return fine;
}

static bool sign_ed25519(const struct key *key, const void *data, size_t data_size, unsigned char *out, size_t *size)
{
	EVP_MD_CTX *c = mem_check(EVP_MD_CTX_new());
	bool fine = EVP_DigestSignInit(c, NULL, NULL, NULL, key->pkey) == 1 && EVP_DigestSign(c, out, size, data, data_size) == 1;
	EVP_MD_CTX_free(c);
	return fine;
}

unsigned char *key_sign(void *owner, const struct key *key, const void *data, size_t data_size, size_t *size)
{
	*size = (size_t)EVP_PKEY_get_size(key->pkey);
	unsigned char *out = mem_array(owner, unsigned char, *size);
	if (!(key->type == KEY_RSA ? sign_rsa : sign_ed25519)(key, data, data_size, out, size))
		abort();
	return out;
}

static const EVP_MD *digest_of(const struct key *key) { return key->type == KEY_RSA ? EVP_sha256() : NULL; }

static bool verify(const struct key *key, const EVP_MD *digest, const void *data, size_t data_size, const unsigned char *signature, size_t size)
{
	EVP_MD_CTX *c = mem_check(EVP_MD_CTX_new());
	ERR_set_mark();
	bool right = EVP_DigestVerifyInit(c, NULL, digest, NULL, key->pkey) == 1 &&
	             EVP_DigestVerify(c, signature, size, data, data_size) == 1;
	ERR_pop_to_mark();
	EVP_MD_CTX_free(c);
	return right;
}

bool key_verify(const struct key *key, const void *data, size_t data_size, const unsigned char *signature, size_t size)
{
	return verify(key, digest_of(key), data, data_size, signature, size);
}

bool key_verify_sha512(const struct key *key, const void *data, size_t data_size, const unsigned char *signature, size_t size)
{
	return key->type == KEY_RSA && verify(key, EVP_sha512(), data, data_size, signature, size);
}
