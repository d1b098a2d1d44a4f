#include "smtp/dkim/dkim_key_record.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/encode.h"
#include "gateway/base/text/tag_list.h"
#include "gateway/base/text/text.h"
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

enum { ED25519_SIZE = 32 };

/* The bits of an RSA key: SubjectPublicKeyInfo, or the bare RSAPublicKey that some publish. */
static int rsa_bits(const unsigned char *key, size_t size)
{
	const unsigned char *at = key;
	ERR_set_mark();
	EVP_PKEY *pkey = d2i_PUBKEY(NULL, &at, (long)size);
	if (!pkey) {
		at = key;
		pkey = d2i_PublicKey(EVP_PKEY_RSA, NULL, &at, (long)size);
	}
	int bits = pkey && EVP_PKEY_get_base_id(pkey) == EVP_PKEY_RSA ? EVP_PKEY_get_bits(pkey) : 0;
	EVP_PKEY_free(pkey);
	ERR_pop_to_mark();
	return bits;
}

static bool read_key(struct dkim_key_record *r, const char *value, struct error *err)
{
	char *bare = text_replace(r, value, " ", "");
	if (!*bare)
		return true;
	r->key = decode_base64(r, bare, &r->size);
	if (!r->key)
		return error_set(err, ERROR_INVALID, "its p= is no base64");
	if (r->ed25519)
		r->bits = r->size == ED25519_SIZE ? 256 : 0;
	else
		r->bits = rsa_bits(r->key, r->size);
	return r->bits > 0 || error_set(err, ERROR_INVALID, "its p= is no %s key", r->ed25519 ? "Ed25519" : "RSA");
}

static bool read(struct dkim_key_record *r, const struct tag_list *tags, struct error *err)
{
	const char *version = tag_list_value(tags, "v"), *type = tag_list_value(tags, "k"), *key = tag_list_value(tags, "p"), *flags = tag_list_value(tags, "t"),
	           *hashes = tag_list_value(tags, "h"), *services = tag_list_value(tags, "s");
	if (version && (strcmp(version, "DKIM1") != 0 || strcmp(tags->tags[0].name, "v") != 0))
		return error_set(err, ERROR_INVALID, "it must begin with v=DKIM1");
	if (type && !text_same(type, "rsa") && !text_same(type, "ed25519"))
		return error_set(err, ERROR_INVALID, "its k= is '%s'; it must be rsa or ed25519", type);
	if (!key)
		return error_set(err, ERROR_INVALID, "it has no p=");
	r->ed25519 = type && text_same(type, "ed25519");
	r->testing = flags && tag_list_has(flags, "y");
	r->strict = flags && tag_list_has(flags, "s");
	r->sha256 = !hashes || tag_list_has(hashes, "sha256");
	r->email = !services || tag_list_has(services, "email") || tag_list_has(services, "*");
	return read_key(r, key, err);
}

struct dkim_key_record *dkim_key_record_parse(void *owner, const char *text, struct error *err)
{
	struct dkim_key_record *r = mem_new(owner, struct dkim_key_record);
	struct tag_list *tags = tag_list_parse(r, text, err);
	if (tags && read(r, tags, err))
		return r;
	talloc_free(r);
	return NULL;
}
