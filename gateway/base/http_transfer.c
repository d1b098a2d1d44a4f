#include "gateway/base/http_transfer.h"
#include "gateway/base/mem.h"
#include "gateway/base/text.h"
#include "gateway/base/url.h"
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { TIMEOUT_MS = 30000, CONNECT_MS = 10000, HEADER_BYTES = 64 << 10, HEADERS = 200, MAX_SIZE = 1 << 20 };

static int transfer_free(struct transfer *t)
{
	curl_easy_cleanup(t->easy);
	curl_slist_free_all(t->list);
	return 0;
}

/* Copies a list of headers; for another origin without what proves who we are. */
static struct http_header *copy_headers(void *owner, const struct http_header *headers)
{
	size_t n = 0;
	while (headers && headers[n].name)
		n++;
	struct http_header *copy = mem_array(owner, struct http_header, n + 1);
	for (size_t i = 0; i < n; i++)
		copy[i] = (struct http_header){ mem_dup(owner, headers[i].name), mem_dup(owner, headers[i].value) };
	return copy;
}

static bool allowed(const struct http_rules *rules, const struct network_address *address)
{
	for (size_t i = 0; i < rules->network_count; i++)
		if (network_holds(&rules->networks[i], address))
			return true;
	return false;
}

/* The only way to a socket: after name resolution, for every hop, so that no name and no redirect leads inside. */
static curl_socket_t open_socket(void *cls, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct transfer *t = cls;
	struct network_address address;
	const char *why = "an address of an unknown family";
	(void)purpose;
	if (network_address_of(&a->addr, &address))
		why = allowed(t->rules, &address) ? NULL : network_reserved(&address);
	if (why) {
		char *text = network_address_text(NULL, &address);
		snprintf(t->refused, sizeof t->refused, "%s is %s; name its network in allow_networks to permit it", text, why);
		talloc_free(text);
		return CURL_SOCKET_BAD;
	}
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static size_t take_body(char *data, size_t one, size_t size, void *cls)
{
	struct transfer *t = cls;
	if (buf_add(t->response->body, data, one * size))
		return one * size;
	t->too_large = true;
	return 0;
}

static size_t take_header(char *data, size_t one, size_t size, void *cls)
{
	struct transfer *t = cls;
	struct http_response *r = t->response;
	size_t n = one * size;
	t->header_bytes += n;
	if (t->header_bytes > HEADER_BYTES || t->header_count >= HEADERS) {
		t->too_large = true;
		return 0;
	}
	if (n > 5 && strncmp(data, "HTTP/", 5) == 0) {
		/* Another answer on this hop (100, 103): what came before is not the answer's. */
		t->header_count = 0;
		r->headers[0] = (struct http_header){ 0 };
		return n;
	}
	const char *colon = memchr(data, ':', n);
	if (!colon)
		return n;
	char *name = mem_ndup(r, data, (size_t)(colon - data)), *rest = mem_ndup(r, colon + 1, n - (size_t)(colon - data) - 1);
	r->headers[t->header_count++] = (struct http_header){ name, text_trim(r, rest) };
	r->headers[t->header_count] = (struct http_header){ 0 };
	return n;
}

static void add_header(struct transfer *t, const char *name, const char *value)
{
	/* An empty value needs ';' instead of ':' or curl leaves the header out. */
	char *line = *value ? mem_printf(t, "%s: %s", name, value) : mem_printf(t, "%s;", name);
	t->list = mem_check(curl_slist_append(t->list, line));
	talloc_free(line);
}

static void set_method(struct transfer *t)
{
	const struct http_request *q = &t->request;
	if (strcmp(q->method, "HEAD") == 0) {
		curl_easy_setopt(t->easy, CURLOPT_NOBODY, 1L);
	} else if (q->body || strcmp(q->method, "POST") == 0) {
		curl_easy_setopt(t->easy, CURLOPT_POST, 1L);
		curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS, q->body ? q->body : "");
		curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->body_size);
	}
	if (strcmp(q->method, "GET") != 0 && strcmp(q->method, "HEAD") != 0 && strcmp(q->method, "POST") != 0)
		curl_easy_setopt(t->easy, CURLOPT_CUSTOMREQUEST, q->method);
}

static void set_limits(struct transfer *t)
{
	CURL *e = t->easy;
	long timeout = t->request.timeout_ms > 0 ? t->request.timeout_ms : TIMEOUT_MS;
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, timeout);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, timeout < CONNECT_MS ? timeout : (long)CONNECT_MS);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, t);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(e, CURLOPT_PROXY, "");
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(e, CURLOPT_ACCEPT_ENCODING, "");
}

/* Sets curl up for this hop; the connection cache of the multi handle is kept. */
static void set_up(struct transfer *t)
{
	CURL *e = t->easy;
	curl_easy_reset(e);
	curl_slist_free_all(t->list);
	t->list = NULL;
	t->too_large = false;
	t->refused[0] = '\0';
	t->header_bytes = t->header_count = 0;
	buf_clear(t->response->body);
	set_limits(t);
	set_method(t);
	/* A reused connection was checked when it was opened, by the same rules. */
	curl_easy_setopt(e, CURLOPT_PRIVATE, t);
	curl_easy_setopt(e, CURLOPT_URL, t->url);
	curl_easy_setopt(e, CURLOPT_USERAGENT, t->rules->user_agent);
	if (t->rules->ca_file)
		curl_easy_setopt(e, CURLOPT_CAINFO, t->rules->ca_file);
	bool home = t->hops == 0 || url_same_origin(t->url, t->request.url);
	for (const struct http_header *h = t->request.headers; h->name; h++)
		if (home || (!text_same(h->name, "Authorization") && !text_same(h->name, "Signature")))
			add_header(t, h->name, h->value);
	/* curl would wait for a 100 before a larger body. */
	t->list = mem_check(curl_slist_append(t->list, "Expect:"));
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, t->list);
}

static bool sound(const struct http_request *q, struct error *err)
{
	for (const struct http_header *h = q->headers; h && h->name; h++)
		if (strpbrk(h->name, "\r\n:") || strpbrk(h->value, "\r\n"))
			return error_set(err, ERROR_PERMANENT, "the header '%s' cannot be sent", h->name);
	return true;
}

struct transfer *transfer_new(void *owner, const struct http_rules *rules, const struct http_request *q, struct error *err)
{
	struct transfer *t = mem_new(owner, struct transfer);
	struct url *u = url_parse(t, q->url, err);
	if (!u || !sound(q, err)) {
		talloc_free(t);
		return NULL;
	}
	t->rules = rules;
	t->response = mem_new(t, struct http_response);
	t->request = *q;
	t->request.method = mem_dup(t->response, q->method ? q->method : q->body ? "POST" : "GET");
	t->request.url = mem_dup(t->response, q->url);
	t->request.headers = copy_headers(t->response, q->headers);
	t->request.body = q->body ? talloc_memdup(t->response, q->body, q->body_size ? q->body_size : 1) : NULL;
	t->response->tag = q->tag;
	t->response->body = buf_new(t->response, q->max_size ? q->max_size : MAX_SIZE);
	t->response->headers = mem_array(t->response, struct http_header, HEADERS + 1);
	t->url = url_without_fragment(t, t->request.url);
	t->host = url_authority(t, t->url);
	t->only_permanent = true;
	t->easy = mem_check(curl_easy_init());
	talloc_set_destructor(t, transfer_free);
	set_up(t);
	return t;
}

static bool is_redirect(long status) { return status == 301 || status == 302 || status == 303 || status == 307 || status == 308; }

/* Where a redirect leads, when it is to be followed. */
static char *next_hop(struct transfer *t, long status)
{
	const struct http_request *q = &t->request;
	const char *location = http_header(t->response, "Location");
	bool may = strcmp(q->method, "GET") == 0 || strcmp(q->method, "HEAD") == 0;
	if (!is_redirect(status) || !may || !location || t->hops >= q->redirects)
		return NULL;
	char *to = url_resolve(t, t->url, location);
	return to ? url_without_fragment(t, to) : NULL;
}

static void explain(struct transfer *t, CURLcode code)
{
	struct error *err = &t->response->err;
	if (*t->refused)
		error_set(err, ERROR_PERMANENT, "'%s' refused: %s", t->url, t->refused);
	else if (t->too_large)
		error_set(err, ERROR_PERMANENT, "'%s' is larger than %zu bytes", t->url, t->response->body->max);
	else if (code == CURLE_OPERATION_TIMEDOUT)
		error_set(err, ERROR_TEMPORARY, "'%s' did not answer in time", t->url);
	else if (code == CURLE_PEER_FAILED_VERIFICATION)
		error_set(err, ERROR_TEMPORARY, "'%s': its certificate cannot be trusted", t->url);
	else
		error_set(err, ERROR_TEMPORARY, "'%s': %s", t->url, curl_easy_strerror(code));
}

bool transfer_again(struct transfer *t, CURLcode code)
{
	struct http_response *r = t->response;
	long status = 0;
	if (code != CURLE_OK) {
		explain(t, code);
		return false;
	}
	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	char *to = next_hop(t, status);
	if (to) {
		t->only_permanent = t->only_permanent && (status == 301 || status == 308);
		t->url = to;
		t->host = url_authority(t, to);
		t->hops++;
		r->moved = t->only_permanent ? mem_dup(r, to) : NULL;
		set_up(t);
		return true;
	}
	if (is_redirect(status) && t->request.redirects && t->hops >= t->request.redirects) {
		error_set(&r->err, ERROR_PERMANENT, "'%s' redirects more than %d times", t->request.url, t->request.redirects);
		return false;
	}
	r->done = true;
	r->status = (int)status;
	r->url = mem_dup(r, t->url);
	return false;
}

struct http_response *transfer_response(struct transfer *t)
{
	struct http_response *r = talloc_steal(talloc_parent(t), t->response);
	struct http_request *q = mem_new(r, struct http_request);
	*q = t->request;
	r->request = q;
	talloc_free(t);
	return r;
}
