#include "smtp/client/tls.h"
#include "gateway/base/memory/mem.h"
#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

SSL_CTX *tls_context(const char *ca_file, bool verifies, struct error *err)
{
	SSL_CTX *tls = mem_check(SSL_CTX_new(TLS_client_method()));
	SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION);
	SSL_CTX_set_verify(tls, verifies ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
	SSL_CTX_set_options(tls, SSL_OP_NO_RENEGOTIATION);
	SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	ERR_set_mark();
	bool fine = ca_file ? SSL_CTX_load_verify_file(tls, ca_file) == 1 : SSL_CTX_set_default_verify_paths(tls) == 1;
	ERR_pop_to_mark();
	if (fine)
		return tls;
	SSL_CTX_free(tls);
	error_set(err, ERROR_INVALID, "there is no certificate in '%s' to verify the mail server with: it must be a file in PEM", ca_file ? ca_file : "the system's store");
	return NULL;
}

static bool is_address(const char *host)
{
	unsigned char bytes[16];
	return inet_pton(AF_INET, host, bytes) == 1 || inet_pton(AF_INET6, host, bytes) == 1;
}

void tls_begin(struct tls *t, SSL_CTX *context, int fd, const char *host)
{
	*t = (struct tls){ .ssl = mem_check(SSL_new(context)), .host = host, .wants_write = true };
	SSL_set_fd(t->ssl, fd);
	if (is_address(host)) {
		X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(t->ssl), host);
	} else {
		/* RFC 6066 section 3: the server name indication holds no addresses. */
		SSL_set_tlsext_host_name(t->ssl, host);
		SSL_set1_host(t->ssl, host);
		SSL_set_hostflags(t->ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	}
	SSL_set_connect_state(t->ssl);
}

/* Did the call only fail because the socket is not ready? */
static bool must_wait(struct tls *t, int rc)
{
	int why = SSL_get_error(t->ssl, rc);
	t->wants_write = why == SSL_ERROR_WANT_WRITE;
	return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE;
}

static bool failed(struct tls *t, struct error *err)
{
	const char *host = t->host, *reason = ERR_reason_error_string(ERR_peek_last_error());
	long verified = SSL_get_verify_result(t->ssl);
	ERR_clear_error();
	bool other_name = verified == X509_V_ERR_HOSTNAME_MISMATCH || verified == X509_V_ERR_IP_ADDRESS_MISMATCH;
	if (verified != X509_V_OK)
		return error_set(err, ERROR_PERMANENT, "the certificate of '%s' is not to be trusted: %s; %s", host, X509_verify_cert_error_string(verified),
		                 t->foreign ? "the MTA-STS policy of its domain demands one that is" :
		                 other_name ? "host must be a name that it holds" : "if it is your own, name its authority in ca_file");
	return error_set(err, ERROR_TEMPORARY, "TLS with '%s' failed: %s", host, reason ? reason : "it closed the connection");
}

bool tls_handshake(struct tls *t, bool *done, struct error *err)
{
	ERR_clear_error();
	int rc = SSL_do_handshake(t->ssl);
	*done = rc == 1;
	t->wants_write = false;
	return *done || must_wait(t, rc) || failed(t, err);
}

bool tls_is_verified(const struct tls *t)
{
	return t->ssl && SSL_get0_peer_certificate(t->ssl) && SSL_get_verify_result(t->ssl) == X509_V_OK;
}

void tls_end(struct tls *t)
{
	if (t->ssl && SSL_is_init_finished(t->ssl))
		SSL_shutdown(t->ssl);
	SSL_free(t->ssl);
	t->ssl = NULL;
	/* An error left in OpenSSL's queue, which belongs to the thread, would look like one of the next connection. */
	ERR_clear_error();
}

ssize_t tls_write(struct tls *t, const char *data, size_t size)
{
	ERR_clear_error();
	int n = SSL_write(t->ssl, data, (int)size);
	if (n > 0 || must_wait(t, n))
		return n > 0 ? n : 0;
	ERR_clear_error();
	return -1;
}

ssize_t tls_read(struct tls *t, char *data, size_t size)
{
	ERR_clear_error();
	int n = SSL_read(t->ssl, data, (int)size);
	if (n > 0 || must_wait(t, n))
		return n > 0 ? n : 0;
	ERR_clear_error();
	return -1;
}
