#pragma once
/*
 * tls_peer - the server's side of TLS for tests: a key and a certificate of its own, whom only the file that holds it vouches for.
 *
 *   SSL_CTX *tls = tls_peer_new("DNS:localhost", 1, 0);
 *   tls_peer_vouch(tls, path); -- a ca_file that believes this one, and no other
 */
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdio.h>

/* names: as in a subjectAltName; days: until it expires, which began three days ago. */
static inline X509 *tls_peer_certificate(EVP_PKEY *key, const char *names, long days)
{
	X509 *x = X509_new();
	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_gmtime_adj(X509_getm_notBefore(x), -3 * 86400);
	X509_gmtime_adj(X509_getm_notAfter(x), days * 86400);
	X509_set_pubkey(x, key);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, (const unsigned char *)"test", -1, -1, 0);
	X509_set_issuer_name(x, X509_get_subject_name(x));
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, names);
	X509_add_ext(x, extension, -1);
	X509_EXTENSION_free(extension);
	X509_sign(x, key, EVP_sha256());
	return x;
}

/* newest: the version of TLS that it speaks at most, from TLS 1.0 on; 0: those that OpenSSL allows.  SSL_CTX_free() it. */
static inline SSL_CTX *tls_peer_new(const char *names, long days, int newest)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = tls_peer_certificate(key, names, days);
	SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
	SSL_CTX_use_certificate(tls, x);
	SSL_CTX_use_PrivateKey(tls, key);
	if (newest) {
		SSL_CTX_set_security_level(tls, 0);
		SSL_CTX_set_min_proto_version(tls, TLS1_VERSION);
		SSL_CTX_set_max_proto_version(tls, newest);
	}
	X509_free(x);
	EVP_PKEY_free(key);
	return tls;
}

/* Writes its certificate to path. */
static inline bool tls_peer_vouch(SSL_CTX *tls, const char *path)
{
	FILE *out = fopen(path, "w");
	if (!out)
		return false;
	bool written = PEM_write_X509(out, SSL_CTX_get0_certificate(tls)) == 1;
	return fclose(out) == 0 && written;
}
