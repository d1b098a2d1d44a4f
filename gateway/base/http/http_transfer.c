#include "gateway/base/http/http_transfer.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECT_MS (10 * CLOCK_SECOND)
#define TIMEOUT_MS (30 * CLOCK_SECOND)
#define BODY_MAX (1u << 20)
#define OTHER_BODY_MAX (64u << 10) /* of a response that is not 2xx */
#define HEADERS_MAX (64u << 10)

/* RFC 9110 section 5.6.2. */
static bool is_token(const char *s)
{
	return *s && strspn(s, "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == strlen(s);
}

static bool is_value(const char *s)
{
	while (*s && ((unsigned char)*s >= 0x20 || *s == '\t') && *s != 0x7F)
		s++;
	return !*s;
}

static bool can_be_sent(const struct http_request *r, struct error *err)
{
	if (r->method && !is_token(r->method))
		return error_set(err, ERROR_INVALID, "'%.100s' is no HTTP method", r->method);
	for (const struct http_header *h = r->headers; h && h->name; h++)
		if (!is_token(h->name) || !h->value || !is_value(h->value))
			return error_set(err, ERROR_INVALID, "'%.100s: %.100s' is no HTTP header", h->name, h->value ? h->value : "");
	return true;
}

static struct http_header *copy_headers(void *owner, const struct http_header *from)
{
	struct http_header *copy = NULL;
	size_t count = 0;
	for (; from && from->name; from++)
		*mem_push(owner, copy, count) = (struct http_header){ mem_dup(owner, from->name), mem_dup(owner, from->value) };
	mem_push(owner, copy, count)->name = NULL;
	return copy;
}

static struct http_request *copy_request(void *owner, const struct http_request *r)
{
	struct http_request *copy = mem_new(owner, struct http_request);
	*copy = *r;
	copy->method = mem_dup(copy, r->method ? r->method : r->body ? "POST" : "GET");
	copy->url = mem_dup(copy, r->url);
	copy->proxy = mem_dup_or_null(copy, r->proxy);
	copy->headers = copy_headers(copy, r->headers);
	copy->body = r->body ? mem_check(talloc_memdup(copy, r->body, r->body_size)) : NULL;
	if (!copy->max_size)
		copy->max_size = BODY_MAX;
	if (copy->timeout_ms <= 0)
		copy->timeout_ms = TIMEOUT_MS;
	return copy;
}

static struct http_response *new_response(void *owner, const struct http_request *r)
{
	struct http_response *response = mem_new(owner, struct http_response);
	struct http_request *request = copy_request(response, r);
	response->request = request;
	response->tag = r->tag;
	response->body = buf_new(response, request->max_size);
	response->headers = copy_headers(response, NULL);
	return response;
}

static void leave_curl(struct http_transfer *t)
{
	if (t->multi)
		curl_multi_remove_handle(t->multi, t->easy);
	t->multi = NULL;
}

static int destroy(struct http_transfer *t)
{
	leave_curl(t);
	curl_easy_cleanup(t->easy);
	curl_slist_free_all(t->lines);
	return 0;
}

/* The URL as it is requested and shown: without fragment, user and password. */
static char *bare(void *owner, const struct url *url)
{
	struct url hop = *url;
	hop.fragment = hop.user = hop.password = NULL;
	return url_text(owner, &hop);
}

struct http_transfer *http_transfer_new(void *owner, const struct http_policy *policy, const struct http_request *request, struct error *err)
{
	struct http_transfer *t = mem_new(owner, struct http_transfer);
	struct url *url = url_parse(t, request->url, err);
	if (!url || !can_be_sent(request, err)) {
		talloc_free(t);
		return NULL;
	}
	t->policy = policy;
	t->response = new_response(t, request);
	t->request = (struct http_request *)t->response->request;
	t->user = url->user ? url_decode(t, url->user, false) : NULL;
	t->password = url->password ? url_decode(t, url->password, false) : NULL;
	t->url = bare(t, url);
	t->host_name = url->host;
	t->all_permanent = true;
	talloc_set_destructor(t, destroy);
	return t;
}

static size_t on_header(char *data, size_t one, size_t count, void *arg)
{
	struct http_transfer *t = arg;
	(void)data;
	t->header_bytes += one * count;
	t->headers_too_large = t->header_bytes > HEADERS_MAX;
	return t->headers_too_large ? 0 : count;
}

static int status_of(const struct http_transfer *t)
{
	long status = 0;
	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	return (int)status;
}

static bool is_success(int status) { return status >= 200 && status <= 299; }

static size_t on_body(char *data, size_t one, size_t count, void *arg)
{
	struct http_transfer *t = arg;
	struct buf *body = t->response->body;
	size_t max = is_success(status_of(t)) || body->max < OTHER_BODY_MAX ? body->max : OTHER_BODY_MAX;
	size_t fits = max - body->size < one * count ? max - body->size : one * count;
	curl_off_t announced = -1;
	curl_easy_getinfo(t->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
	/* A Content-Length above the maximum ends the transfer at once: compressed data is hardly larger than its content. */
	t->body_too_large = fits < one * count || announced > (curl_off_t)max;
	buf_add(body, data, fits);
	return t->body_too_large ? 0 : count;
}

static bool is_allowed(const struct http_policy *policy, const struct network_address *address)
{
	for (size_t i = 0; i < policy->allowed_count; i++)
		if (network_holds(&policy->allowed[i], address))
			return true;
	return false;
}

/* Sets t->refused when a connection to address is not allowed. */
static bool may_connect(struct http_transfer *t, const struct network_address *address)
{
	const char *reason = network_reserved(address);
	if (reason && !is_allowed(t->policy, address))
		t->refused = mem_printf(t, "%s is %s", network_address_text(t, address), reason);
	return !t->refused;
}

/* Every connection is opened here, after name resolution: redirects and DNS rebinding cannot bypass the check. */
static curl_socket_t on_open(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct http_transfer *t = arg;
	struct network_address address;
	(void)purpose;
	if (!network_address_of(&to->addr, &address))
		return CURL_SOCKET_BAD;
	if (!t->request->proxy && !may_connect(t, &address))
		return CURL_SOCKET_BAD;
	t->connected = true;
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* The headers that are sent to another origin after a redirect: those that hold no credentials. */
static bool travels(const char *name)
{
	static const char *const names[] = { "Accept", "Accept-Language", "User-Agent", "A-IM", "If-None-Match", "If-Modified-Since" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (text_same(name, names[i]))
			return true;
	return false;
}

static void add_line(struct http_transfer *t, const char *line) { t->lines = mem_check(curl_slist_append(t->lines, line)); }

static void set_headers(struct http_transfer *t)
{
	bool typed = false;
	curl_slist_free_all(t->lines);
	t->lines = NULL;
	for (const struct http_header *h = t->request->headers; h->name; h++) {
		if (t->foreign && !travels(h->name))
			continue;
		/* libcurl wants a semicolon for a header without a value; with a colon it would drop the header. */
		char *line = text_blank(h->value) ? mem_printf(t, "%s;", h->name) : mem_printf(t, "%s: %s", h->name, h->value);
		add_line(t, line);
		talloc_free(line);
		typed = typed || text_same(h->name, "Content-Type");
	}
	/* Suppresses the headers that libcurl adds: Expect: 100-continue, and the Content-Type of a form. */
	add_line(t, "Expect:");
	if (!typed)
		add_line(t, "Content-Type:");
	curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->lines);
}

static void set_method(struct http_transfer *t)
{
	const struct http_request *r = t->request;
	if (strcmp(r->method, "HEAD") == 0) {
		curl_easy_setopt(t->easy, CURLOPT_NOBODY, 1L);
		return;
	}
	if (r->body || strcmp(r->method, "POST") == 0) {
		curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, r->body ? (curl_off_t)r->body_size : (curl_off_t)0);
		curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS, r->body ? r->body : "");
	}
	curl_easy_setopt(t->easy, CURLOPT_CUSTOMREQUEST, r->method);
}

/* With "socks5" curl resolves names itself, but nothing checks the address that the proxy connects to: with "socks5h" the proxy
 * does both. */
static const char *proxy_of(struct http_transfer *t)
{
	static const char own[] = "socks5://";
	const char *proxy = t->request->proxy;
	return text_starts(proxy, own) ? mem_printf(t, "socks5h://%s", proxy + strlen(own)) : proxy;
}

static void set_limits(struct http_transfer *t, int64_t left)
{
	curl_easy_setopt(t->easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(t->easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(t->easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS, (long)left);
	curl_easy_setopt(t->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)(left < CONNECT_MS ? left : CONNECT_MS));
	curl_easy_setopt(t->easy, CURLOPT_PROXY, t->request->proxy ? proxy_of(t) : "");
	curl_easy_setopt(t->easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(t->easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
	curl_easy_setopt(t->easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
	curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETDATA, t);
}

static void set_up(struct http_transfer *t, int64_t left)
{
	set_limits(t, left);
	curl_easy_setopt(t->easy, CURLOPT_NOSIGNAL, 1L);
	/* No names are kept: libcurl looks through all of them whenever a transfer ends, and connections are kept anyway. */
	curl_easy_setopt(t->easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
	curl_easy_setopt(t->easy, CURLOPT_QUICK_EXIT, 1L); /* do not wait for a hanging name server at the end */
	curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t);
	curl_easy_setopt(t->easy, CURLOPT_URL, t->url);
	curl_easy_setopt(t->easy, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(t->easy, CURLOPT_USERAGENT, t->policy->user_agent);
	curl_easy_setopt(t->easy, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->message);
	curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(t->easy, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t);
	if (t->policy->ca_file)
		curl_easy_setopt(t->easy, CURLOPT_CAINFO, t->policy->ca_file);
	if (!t->foreign && (t->user || t->password)) {
		curl_easy_setopt(t->easy, CURLOPT_USERNAME, t->user ? t->user : "");
		curl_easy_setopt(t->easy, CURLOPT_PASSWORD, t->password ? t->password : "");
	}
	set_method(t);
	set_headers(t);
}

/* Ends the transfer without a response.  Always returns true, as http_transfer_end does then. */
static bool fail(struct http_transfer *t, enum error_kind kind, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static bool fail(struct http_transfer *t, enum error_kind kind, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	char *text = mem_check(talloc_vasprintf(t, fmt, ap));
	va_end(ap);
	error_set(&t->response->err, kind, "'%.180s'%s", t->url, text);
	if (t->hops)
		error_prefix(&t->response->err, "after %d redirect%s: ", t->hops, t->hops > 1 ? "s" : "");
	t->response->url = mem_dup(t->response, t->url);
	buf_clear(t->response->body);
	return true;
}

/* "localhost" and all below it, with a dot at the end or without (RFC 6761 section 6.3). */
static bool is_local_name(const char *host)
{
	size_t n = strlen(host);
	while (n && host[n - 1] == '.')
		n--;
	return n >= 9 && strncmp(host + n - 9, "localhost", 9) == 0 && (n == 9 || host[n - 10] == '.');
}

/* Checks hosts that are written as an address; the proxy resolves other names. */
static bool may_ask_proxy(struct http_transfer *t)
{
	struct error ignored;
	struct network_address address;
	struct url *url = url_parse(t, t->url, &ignored);
	char *host = mem_dup(t, !url ? "" : is_local_name(url->host) ? "127.0.0.1" : url->host + (*url->host == '['));
	host[strcspn(host, "]")] = '\0';
	return !network_address_parse(host, &address) || may_connect(t, &address);
}

bool http_transfer_begin(struct http_transfer *t, CURLM *multi)
{
	int64_t now = clock_steady();
	if (!t->deadline)
		t->deadline = now + t->request->timeout_ms;
	if (t->deadline <= now) {
		fail(t, ERROR_TEMPORARY, " did not answer within %d ms", t->request->timeout_ms);
		return false;
	}
	if (t->easy)
		curl_easy_reset(t->easy);
	else
		t->easy = mem_check(curl_easy_init());
	t->message[0] = '\0';
	t->header_bytes = 0;
	t->headers_too_large = t->body_too_large = t->connected = false;
	t->refused = NULL;
	buf_clear(t->response->body);
	if (t->request->proxy && !may_ask_proxy(t)) {
		fail(t, ERROR_PERMANENT, " refused: %s; name its network in allow_networks to permit it", t->refused);
		return false;
	}
	set_up(t, t->deadline - now);
	t->multi = multi;
	curl_multi_add_handle(multi, t->easy);
	return true;
}

static void take_headers(struct http_transfer *t)
{
	struct http_response *response = t->response;
	struct http_header *headers = NULL;
	size_t count = 0;
	talloc_free(response->headers);
	for (struct curl_header *h = NULL; (h = curl_easy_nextheader(t->easy, CURLH_HEADER, -1, h));)
		*mem_push(response, headers, count) = (struct http_header){ mem_dup(response, h->name), text_trim(response, h->value) };
	mem_push(response, headers, count)->name = NULL;
	response->headers = headers;
}

static bool is_permanent(int status) { return status == 301 || status == 308; }

/* The Location, if the response is a redirect that is to be followed; else NULL. */
static const char *location(const struct http_transfer *t)
{
	int status = t->response->status;
	bool reads = strcmp(t->request->method, "GET") == 0 || strcmp(t->request->method, "HEAD") == 0;
	if (!t->request->redirects || !reads || t->request->body)
		return NULL;
	if (!is_permanent(status) && status != 302 && status != 303 && status != 307)
		return NULL;
	const char *where = http_header(t->response, "Location");
	return text_blank(where) ? NULL : where;
}

/* Prepares the next hop; false when it can be made, true with an error in the response when not. */
static bool redirect_to(struct http_transfer *t, const char *where)
{
	struct error ignored;
	char *target = url_resolve(t, t->url, where);
	struct url *url = target ? url_parse(t, target, &ignored) : NULL;
	if (!url)
		return fail(t, ERROR_PERMANENT, " redirects to '%.100s', which is no web address", where);
	if (t->hops >= t->request->redirects)
		return fail(t, ERROR_TEMPORARY, " redirects once more; %d redirects are the most", t->request->redirects);
	t->hops++;
	t->all_permanent = t->all_permanent && is_permanent(t->response->status);
	t->url = bare(t, url);
	t->host_name = url->host;
	t->foreign = !url_same_origin(t->request->url, t->url);
	return false;
}

/* The new URL keeps the user and password of the request, on the same origin. */
static char *moved_to(struct http_transfer *t)
{
	struct error ignored;
	struct url *from = url_parse(t, t->request->url, &ignored), *to = url_parse(t, t->url, &ignored);
	if (!from || !to)
		return NULL;
	if (!t->foreign) {
		to->user = from->user;
		to->password = from->password;
	}
	return url_text(t->response, to);
}

static bool succeed(struct http_transfer *t)
{
	t->response->status = status_of(t);
	take_headers(t);
	const char *where = location(t);
	if (where)
		return redirect_to(t, where);
	t->response->done = true;
	t->response->url = mem_dup(t->response, t->url);
	t->response->moved = t->hops && t->all_permanent ? moved_to(t) : NULL;
	return true;
}

static bool explain(struct http_transfer *t, CURLcode verdict)
{
	if (t->refused && !t->connected)
		return fail(t, ERROR_PERMANENT, " refused: %s; name its network in allow_networks to permit it", t->refused);
	if (t->headers_too_large)
		return fail(t, ERROR_PERMANENT, " has more than %u bytes of headers", HEADERS_MAX);
	if (t->body_too_large)
		return fail(t, ERROR_PERMANENT, " is larger than %zu bytes", t->response->body->max);
	if (!t->message[0])
		snprintf(t->message, sizeof t->message, "%s", curl_easy_strerror(verdict));
	if (islower((unsigned char)t->message[1]))
		t->message[0] = (char)tolower((unsigned char)t->message[0]);
	return fail(t, verdict == CURLE_URL_MALFORMAT ? ERROR_PERMANENT : ERROR_TEMPORARY, ": %s", t->message);
}

bool http_transfer_end(struct http_transfer *t, CURLcode verdict)
{
	leave_curl(t);
	/* Of an error page, or the body of a redirect, the first bytes are enough. */
	bool enough = t->body_too_large && !is_success(status_of(t));
	return verdict == CURLE_OK || enough ? succeed(t) : explain(t, verdict);
}
