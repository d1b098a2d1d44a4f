#pragma once
/*
 * tls - TLS over a non-blocking socket; the certificate and its host name are verified, where that is wanted.
 *
 * Knows nothing of SMTP.  connection.h decides when TLS starts.
 */
#include "gateway/base/text/error.h"
#include <openssl/ssl.h>
#include <sys/types.h>

struct tls {
	SSL *ssl;         /* NULL: the connection is in the clear */
	const char *host; /* the caller's; the certificate must hold this name or address */
	bool foreign;     /* it is not the operator's, who can change nothing about it */
	bool wants_write; /* OpenSSL must write before it can go on */
};

/* For all connections of a pool; ca_file NULL: the system's certificates.  ERROR_INVALID: there are none in it.  Unless it verifies, any certificate
 * will do. */
SSL_CTX *tls_context(const char *ca_file, bool verifies, struct error *err);
/* Prepares the handshake on a connected socket; tls_handshake does it. */
void tls_begin(struct tls *tls, SSL_CTX *context, int fd, const char *host);
/* Continues the handshake; *done is true when it has succeeded. */
bool tls_handshake(struct tls *tls, bool *done, struct error *err);
/* Has the peer shown a certificate that is good for its name, also where any will do? */
bool tls_is_verified(const struct tls *tls);
/* Sends close_notify if the handshake was completed, and frees the state.  Does nothing without TLS. */
void tls_end(struct tls *tls);
/* The number of bytes that were moved; 0: the socket is not ready; -1: the connection is lost. */
ssize_t tls_write(struct tls *tls, const char *data, size_t size);
ssize_t tls_read(struct tls *tls, char *data, size_t size);
