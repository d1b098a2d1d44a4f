/* TLS around a connection: certificates verified, the host's name too. */
#include "gateway/base/memory/mem.h"
#include "smtp/client/connection.h"
#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

SSL_CTX *tls_context(const char *ca_file, struct error *err)
{
	SSL_CTX *tls = mem_check(SSL_CTX_new(TLS_client_method()));
	SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION);
	SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, NULL);
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

bool tls_begin(struct connection *c, struct error *err)
{
	const char *host = c->options->host;
	/* RFC 3207 section 5: somebody in between may have put replies before the handshake. */
	if (c->in->size > 0)
		return error_set(err, ERROR_PERMANENT, "'%s' talked ahead of TLS: somebody may be in between", host);
	c->ssl = mem_check(SSL_new(c->tls));
	SSL_set_fd(c->ssl, c->fd);
	if (is_address(host)) {
		X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(c->ssl), host);
	} else {
		/* RFC 6066 section 3: no addresses here. */
		SSL_set_tlsext_host_name(c->ssl, host);
		SSL_set1_host(c->ssl, host);
		SSL_set_hostflags(c->ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	}
	SSL_set_connect_state(c->ssl);
	c->tls_writes = true;
	connection_enter(c, CONNECTION_HANDSHAKE);
	return true;
}

/* Is that just a wait for the network? */
static bool waits(struct connection *c, int rc)
{
	int why = SSL_get_error(c->ssl, rc);
	c->tls_writes = why == SSL_ERROR_WANT_WRITE;
	return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE;
}

static bool failed(struct connection *c, struct error *err)
{
	const char *host = c->options->host, *reason = ERR_reason_error_string(ERR_peek_last_error());
	long verified = SSL_get_verify_result(c->ssl);
	ERR_clear_error();
	bool other_name = verified == X509_V_ERR_HOSTNAME_MISMATCH || verified == X509_V_ERR_IP_ADDRESS_MISMATCH;
	if (verified != X509_V_OK)
		return error_set(err, ERROR_PERMANENT, "the certificate of '%s' is not to be trusted: %s; %s", host, X509_verify_cert_error_string(verified),
		                 other_name ? "host must be a name that it holds" : "if it is your own, name its authority in ca_file");
	return error_set(err, ERROR_TEMPORARY, "TLS with '%s' failed: %s", host, reason ? reason : "it closed the connection");
}

bool tls_handshake(struct connection *c, bool *done, struct error *err)
{
	ERR_clear_error();
	int rc = SSL_do_handshake(c->ssl);
	*done = rc == 1;
	c->tls_writes = false;
	return *done || waits(c, rc) || failed(c, err);
}

void tls_end(struct connection *c)
{
	if (c->ssl && SSL_is_init_finished(c->ssl))
		SSL_shutdown(c->ssl);
	SSL_free(c->ssl);
	c->ssl = NULL;
	/* What is left in OpenSSL's queue would pass for an error of the next connection. */
	ERR_clear_error();
}

ssize_t tls_write(struct connection *c, const char *data, size_t size)
{
	ERR_clear_error();
	int n = SSL_write(c->ssl, data, (int)size);
	if (n > 0 || waits(c, n))
		return n > 0 ? n : 0;
	ERR_clear_error();
	return -1;
}

ssize_t tls_read(struct connection *c, char *data, size_t size)
{
	ERR_clear_error();
	int n = SSL_read(c->ssl, data, (int)size);
	if (n > 0 || waits(c, n))
		return n > 0 ? n : 0;
	ERR_clear_error();
	return -1;
}
