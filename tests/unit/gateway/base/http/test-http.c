/* test-http - the HTTP client against a server of a few canned answers, all on loopback. */
#include "gateway/base/http/http.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/encode.h"
#include "gateway/base/text/text.h"
#include "tap.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

static int port, closed_port;
static pid_t server;
static struct {
	atomic_int requests, inside, peak, arrived;
} *seen; /* shared with the server */

/* --- the server: a process per connection, one request each --- */

struct call {
	FILE *out;
	const char *head; /* request line and headers */
	const char *body;
};

static void close_after(struct call *c, const char *status, const char *headers, const char *body)
{
	fprintf(c->out, "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n%s\r\n%s", status, strlen(body), headers, body);
}

static void go_to(struct call *c, const char *status, const char *host, const char *path)
{
	char headers[512];
	snprintf(headers, sizeof headers, "Location: http://%s:%d%s\r\n", host, port, path);
	close_after(c, status, headers, "gone");
}

static void serve_echo(struct call *c)
{
	char text[8192];
	snprintf(text, sizeof text, "%s%s", c->head, c->body);
	close_after(c, "200 OK", "Content-Type: text/plain\r\n", text);
}

static void serve_feed(struct call *c)
{
	if (strstr(c->head, "If-None-Match: \"v1\"\r\n"))
		fprintf(c->out, "HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\nConnection: close\r\n\r\n");
	else
		close_after(c, "200 OK", "ETag: \"v1\"\r\nX-Twice: one\r\nx-twice: two\r\nX-Empty:\r\n", "<feed/>");
}

static void serve_gzip(struct call *c, size_t megabytes)
{
	static unsigned char zeros[1 << 20], packed[1 << 20];
	z_stream z = { 0 };
	deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
	z.next_out = packed;
	z.avail_out = sizeof packed;
	for (size_t i = 0; i < megabytes; i++) {
		z.next_in = zeros;
		z.avail_in = sizeof zeros;
		deflate(&z, i + 1 < megabytes ? Z_NO_FLUSH : Z_FINISH);
	}
	fprintf(c->out, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %lu\r\nConnection: close\r\n\r\n", z.total_out);
	fwrite(packed, 1, z.total_out, c->out);
	deflateEnd(&z);
}

static void serve_bomb(struct call *c) { serve_gzip(c, 64); }
static void serve_small_gzip(struct call *c) { serve_gzip(c, 1); }

static void serve_endless(struct call *c, const char *status)
{
	fprintf(c->out, "HTTP/1.1 %s\r\nTransfer-Encoding: chunked\r\n\r\n", status);
	while (fputs("a\r\n0123456789\r\n", c->out) >= 0 && !ferror(c->out)) {}
}

static void serve_endless_ok(struct call *c) { serve_endless(c, "200 OK"); }
static void serve_endless_404(struct call *c) { serve_endless(c, "404 Not Found"); }

static void serve_endless_move(struct call *c)
{
	char status[200];
	snprintf(status, sizeof status, "302 Found\r\nLocation: http://127.0.0.1:%d/hello", port);
	serve_endless(c, status);
}

static void serve_announced(struct call *c) { fputs("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n0123456789", c->out); }

static void serve_headers(struct call *c)
{
	fputs("HTTP/1.1 200 OK\r\n", c->out);
	for (int i = 0; i < 2000; i++)
		fprintf(c->out, "X-%d: 0123456789012345678901234567890123456789\r\n", i);
	fputs("\r\n", c->out);
}

static void serve_hints(struct call *c)
{
	while (fputs("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", c->out) >= 0 && !ferror(c->out)) {}
}

static void serve_interim(struct call *c)
{
	fputs("HTTP/1.1 103 Early Hints\r\nX-Kind: early\r\n\r\nHTTP/1.1 200 OK\r\nX-Kind: real\r\nTransfer-Encoding: chunked\r\n\r\n"
	      "2\r\nhi\r\n0\r\nX-Late: trailer\r\n\r\n", c->out);
}

static void wait_for_close(struct call *c)
{
	char byte;
	fflush(c->out);
	while (read(fileno(c->out), &byte, 1) > 0) {}
}

static void serve_half(struct call *c)
{
	fputs("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", c->out);
	wait_for_close(c);
}

static void serve_cut(struct call *c) { fputs("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", c->out); }
static void serve_ancient(struct call *c) { fputs("just text", c->out); }
static void serve_nothing(struct call *c) { (void)c; }

/* Lets nobody out before four were inside together, so that the peak is not left to chance. */
static void serve_gate(struct call *c)
{
	int inside = atomic_fetch_add(&seen->inside, 1) + 1, peak = atomic_load(&seen->peak);
	while (inside > peak && !atomic_compare_exchange_weak(&seen->peak, &peak, inside)) {}
	atomic_fetch_add(&seen->arrived, 1);
	for (int i = 0; i < 2000 && atomic_load(&seen->arrived) < 4; i++)
		poll(NULL, 0, 5);
	atomic_fetch_sub(&seen->inside, 1);
	close_after(c, "200 OK", "", "through");
}

static void serve_hello(struct call *c) { close_after(c, "200 OK", "", "hello"); }
static void serve_301(struct call *c) { go_to(c, "301 Moved", "127.0.0.1", "/308"); }
static void serve_308(struct call *c) { go_to(c, "308 Moved", "127.0.0.1", "/hello#part"); }
static void serve_mixed(struct call *c) { go_to(c, "301 Moved", "127.0.0.1", "/302"); }
static void serve_302(struct call *c) { go_to(c, "302 Found", "127.0.0.1", "/hello"); }
static void serve_303(struct call *c) { go_to(c, "303 See Other", "127.0.0.1", "/echo"); }
static void serve_307(struct call *c) { go_to(c, "307 Elsewhere", "127.0.0.1", "/301"); }
static void serve_loop(struct call *c) { go_to(c, "301 Moved", "127.0.0.1", "/loop"); }
static void serve_elsewhere(struct call *c) { go_to(c, "301 Moved", "127.0.0.2", "/echo"); }
static void serve_here(struct call *c) { go_to(c, "301 Moved", "127.0.0.1", "/echo"); }
static void serve_metadata(struct call *c) { close_after(c, "302 Found", "Location: http://169.254.169.254/latest/\r\n", ""); }
static void serve_to_file(struct call *c) { close_after(c, "302 Found", "Location: file:///etc/passwd\r\n", ""); }
static void serve_to_gopher(struct call *c) { close_after(c, "302 Found", "Location: gopher://127.0.0.1:25/_x\r\n", ""); }
static void serve_with_user(struct call *c) { go_to(c, "302 Found", "eve:pw@127.0.0.1", "/echo"); }
static void serve_lost(struct call *c) { close_after(c, "302 Found", "", "nowhere"); }
static void serve_relative(struct call *c) { close_after(c, "301 Moved", "Location: hello?a b#c\r\n", ""); }
static void serve_missing(struct call *c) { close_after(c, "404 Not Found", "", "no such page"); }
static void serve_moved_missing(struct call *c) { go_to(c, "301 Moved", "127.0.0.1", "/missing"); }

static const struct {
	const char *path;
	void (*serve)(struct call *);
} pages[] = {
	{ "/hello", serve_hello }, { "/echo", serve_echo }, { "/feed", serve_feed }, { "/bomb", serve_bomb }, { "/gzip", serve_small_gzip },
	{ "/endless", serve_endless_ok }, { "/endless404", serve_endless_404 }, { "/endless302", serve_endless_move },
	{ "/announced", serve_announced }, { "/headers", serve_headers }, { "/hints", serve_hints }, { "/interim", serve_interim },
	{ "/hang", wait_for_close }, { "/half", serve_half }, { "/cut", serve_cut }, { "/ancient", serve_ancient }, { "/nothing", serve_nothing },
	{ "/gate", serve_gate }, { "/301", serve_301 }, { "/308", serve_308 }, { "/mixed", serve_mixed }, { "/302", serve_302 },
	{ "/303", serve_303 }, { "/307", serve_307 }, { "/loop", serve_loop }, { "/elsewhere", serve_elsewhere }, { "/here", serve_here },
	{ "/metadata", serve_metadata }, { "/to-file", serve_to_file }, { "/to-gopher", serve_to_gopher }, { "/with-user", serve_with_user },
	{ "/lost", serve_lost }, { "/relative", serve_relative }, { "/moved-missing", serve_moved_missing },
};

static void answer(int fd)
{
	static char request[65536];
	size_t used = 0;
	char *end = NULL;
	ssize_t n;
	while (!end && used < sizeof request - 1 && (n = read(fd, request + used, sizeof request - 1 - used)) > 0) {
		used += (size_t)n;
		request[used] = '\0';
		end = strstr(request, "\r\n\r\n");
	}
	if (!end)
		return;
	const char *length = strcasestr(request, "\r\nContent-Length: ");
	size_t want = (size_t)(end + 4 - request) + (length ? strtoul(length + 18, NULL, 10) : 0);
	while (used < want && (n = read(fd, request + used, sizeof request - 1 - used)) > 0)
		used += (size_t)n;
	request[used] = '\0';
	atomic_fetch_add(&seen->requests, 1);
	char *head = strndup(request, (size_t)(end + 4 - request)), *path = strchr(head, ' ') + 1;
	struct call c = { fdopen(fd, "r+"), head, end + 4 };
	size_t size = strcspn(path, " ?"), i;
	for (i = 0; i < sizeof pages / sizeof *pages; i++)
		if (strlen(pages[i].path) == size && memcmp(pages[i].path, path, size) == 0)
			break;
	(i < sizeof pages / sizeof *pages ? pages[i].serve : serve_missing)(&c);
	fclose(c.out);
}

static int listen_at(const char *address, int wanted)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons((uint16_t)wanted) };
	int fd = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	inet_pton(AF_INET, address, &in.sin_addr);
	if (bind(fd, (struct sockaddr *)&in, sizeof in) != 0 || listen(fd, 256) != 0)
		exit(1);
	return fd;
}

static int port_of(int fd)
{
	struct sockaddr_in in;
	socklen_t size = sizeof in;
	getsockname(fd, (struct sockaddr *)&in, &size);
	return ntohs(in.sin_port);
}

static void serve_forever(struct pollfd *sockets, nfds_t count)
{
	signal(SIGCHLD, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	setpgid(0, 0);
	while (poll(sockets, count, -1) > 0)
		for (nfds_t i = 0; i < count; i++) {
			int fd = sockets[i].revents & POLLIN ? accept(sockets[i].fd, NULL, NULL) : -1;
			if (fd >= 0 && fork() == 0) {
				answer(fd);
				_exit(0);
			}
			if (fd >= 0)
				close(fd);
		}
	_exit(0);
}

static void start_server(void)
{
	struct pollfd sockets[3] = { { .fd = listen_at("127.0.0.1", 0), .events = POLLIN } };
	port = port_of(sockets[0].fd);
	sockets[1] = (struct pollfd){ .fd = listen_at("127.0.0.2", port), .events = POLLIN };
	sockets[2] = (struct pollfd){ .fd = listen_at("127.0.0.3", port), .events = POLLIN };
	int nobody = listen_at("127.0.0.1", 0);
	closed_port = port_of(nobody);
	close(nobody);
	seen = mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	fflush(stdout);
	if ((server = fork()) == 0)
		serve_forever(sockets, 3);
	setpgid(server, server);
	for (int i = 0; i < 3; i++)
		close(sockets[i].fd);
}

/* --- the tests --- */

static struct http_client *client; /* may go to all of loopback */

static char *at(const char *path) { return mem_printf(client, "http://127.0.0.1:%d%s", port, path); }

static struct http_response *get(const struct http_request *request, struct error *err)
{
	memset(err, 0, sizeof *err);
	return http_fetch(client, client, request, err);
}

static void test_answers(void)
{
	struct error err;
	struct http_response *r = get(&(struct http_request){ .url = at("/feed") }, &err);
	ok(r && r->done && r->status == 200, "a page is fetched");
	is(r->body->data, "<feed/>", "with its body");
	is(http_header(r, "etag"), "\"v1\"", "its headers, whatever the case");
	is(http_header(r, "X-TWICE"), "one", "the first of two");
	is(http_header(r, "X-Empty"), "", "an empty one");
	ok(!http_header(r, "X-None"), "and none");
	is(r->url, at("/feed"), "where it came from");
	ok(!r->moved, "which is where it was asked for");
	r = get(&(struct http_request){ .url = at("/feed"), .headers = (struct http_header[]){ { "If-None-Match", "\"v1\"" }, { 0 } } }, &err);
	ok(r && r->status == 304 && r->body->size == 0, "304 is an answer");
	r = get(&(struct http_request){ .url = at("/missing") }, &err);
	ok(r && r->status == 404, "so is 404");
	is(r->body->data, "no such page", "with its page");
	r = get(&(struct http_request){ .url = at("/interim") }, &err);
	ok(r && r->status == 200, "an interim answer is passed over");
	is(http_header(r, "X-Kind"), "real", "with its headers");
	ok(!http_header(r, "X-Late"), "and a trailer is no header");
	is(r->body->data, "hi", "chunks are put together");
	r = get(&(struct http_request){ .url = at("/gzip"), .max_size = 1 << 20 }, &err);
	ok(r && r->body->size == 1 << 20, "what is compressed is unpacked, up to the very maximum");
	r = get(&(struct http_request){ .method = "HEAD", .url = at("/announced"), .max_size = 10 }, &err);
	is(r ? http_header(r, "Content-Length") : NULL, "99999999999", "HEAD tells of a body that GET would refuse");
}

static void test_requests(void)
{
	struct error err;
	struct http_response *r = get(&(struct http_request){ .url = at("/echo?a b=\xC3\xA9#part") }, &err);
	ok(r && text_starts(r->body->data, "GET /echo?a%20b=%c3%a9 HTTP/1.1\r\n"), "the request line");
	ok(strstr(r->body->data, "\r\nUser-Agent: Pennypost/"), "says who asks");
	ok(strstr(r->body->data, "\r\nAccept-Encoding: ") && strstr(r->body->data, "gzip"), "and what can be unpacked");
	ok(!strcasestr(r->body->data, "\r\nCookie:") && !strcasestr(r->body->data, "\r\nReferer:") && !strcasestr(r->body->data, "\r\nAuthorization:"),
	   "and nothing more");
	is(r->url, at("/echo?a%20b=%c3%a9"), "the fragment is not part of it");
	struct http_header headers[] = { { "Content-Type", "application/activity+json" }, { "X-Empty", "" }, { "Host", "example.org" }, { 0 } };
	r = get(&(struct http_request){ .url = at("/echo"), .headers = headers, .body = "{\"a\":1}", .body_size = 7 }, &err);
	ok(r && text_starts(r->body->data, "POST /echo HTTP/1.1\r\n") && text_ends(r->body->data, "\r\n\r\n{\"a\":1}"), "a body is posted");
	ok(strstr(r->body->data, "\r\nContent-Type: application/activity+json\r\n"), "with its type");
	ok(strstr(r->body->data, "\r\nX-Empty:\r\n"), "also a header without value is sent");
	ok(strstr(r->body->data, "\r\nHost: example.org\r\n") && !strstr(r->body->data, "Host: 127"), "Host can be given");
	r = get(&(struct http_request){ .url = at("/echo"), .method = "POST" }, &err);
	ok(r && text_starts(r->body->data, "POST ") && strstr(r->body->data, "\r\nContent-Length: 0\r\n"), "a body may be empty");
	ok(!strstr(r->body->data, "Content-Type:") && !strstr(r->body->data, "Expect:"), "and nothing is made up about it");
	r = get(&(struct http_request){ .url = at("/echo"), .method = "PUT", .body = "x", .body_size = 1 }, &err);
	ok(r && text_starts(r->body->data, "PUT "), "other methods");
	r = get(&(struct http_request){ .url = at("/echo"), .method = "DELETE" }, &err);
	ok(r && text_starts(r->body->data, "DELETE "), "without a body too");
}

static const struct {
	const char *path;
	int redirects, status;
	const char *url, *moved; /* paths */
} redirects[] = {
	{ "/301", 5, 200, "/hello", "/hello" },
	{ "/308", 5, 200, "/hello", "/hello" },
	{ "/302", 5, 200, "/hello", NULL },
	{ "/307", 5, 200, "/hello", NULL },
	{ "/mixed", 5, 200, "/hello", NULL },
	{ "/303", 1, 200, "/echo", NULL },
	{ "/301", 2, 200, "/hello", "/hello" },
	{ "/relative", 1, 200, "/hello?a%20b", "/hello?a%20b" },
	{ "/moved-missing", 1, 404, "/missing", "/missing" },
	{ "/lost", 5, 302, "/lost", NULL },
	{ "/endless302", 5, 200, "/hello", NULL },
	{ "/301", 0, 301, "/301", NULL },
	{ "/hello", 5, 200, "/hello", NULL },
};

static void test_redirects(void)
{
	struct error err;
	for (size_t i = 0; i < sizeof redirects / sizeof *redirects; i++) {
		struct http_response *r = get(&(struct http_request){ .url = at(redirects[i].path), .redirects = redirects[i].redirects }, &err);
		if (!ok(r != NULL, mem_printf(client, "redirect, case %zu", i)))
			continue;
		is_int(r->status, redirects[i].status, "its status");
		is(r->url, at(redirects[i].url), "where it led");
		is(r->moved, redirects[i].moved ? at(redirects[i].moved) : NULL, "for good or not");
	}
	ok(!get(&(struct http_request){ .url = at("/301"), .redirects = 1 }, &err), "one redirect too many");
	is(err.text, mem_printf(client, "after 1 redirect: '%s' redirects once more; 1 redirects are the most", at("/308")), "is an error");
	int before = atomic_load(&seen->requests);
	ok(!get(&(struct http_request){ .url = at("/loop"), .redirects = 7 }, &err) && err.kind == ERROR_TEMPORARY, "a loop ends");
	is_int(atomic_load(&seen->requests) - before, 8, "when it should");
	struct http_response *r = get(&(struct http_request){ .url = at("/302"), .redirects = 5, .body = "x", .body_size = 1 }, &err);
	ok(r && r->status == 302, "POST is not redirected");
	r = get(&(struct http_request){ .url = at("/303"), .redirects = 5, .method = "POST" }, &err);
	ok(r && r->status == 303, "not even by 303");
	r = get(&(struct http_request){ .url = at("/301"), .redirects = 5, .method = "HEAD" }, &err);
	ok(r && r->status == 200 && r->body->size == 0, "HEAD is");
}

/* What the page at the end of a chain got to see. */
static const char *seen_by(const char *url, struct http_response **r)
{
	static const struct http_header headers[] = {
		{ "Authorization", "Bearer s3cret" }, { "Cookie", "a=b" }, { "Signature", "keyId=x" }, { "X-Api-Key", "k" }, { "Host", "named.example" },
		{ "Accept", "application/rss+xml" }, { "If-None-Match", "\"v0\"" }, { 0 },
	};
	struct error err;
	*r = get(&(struct http_request){ .url = url, .redirects = 5, .headers = headers }, &err);
	return *r ? (*r)->body->data : "";
}

static void test_credentials(void)
{
	struct http_response *r;
	const char *head = seen_by(at("/here"), &r);
	ok(strstr(head, "Bearer s3cret") && strstr(head, "a=b") && strstr(head, "keyId=x"), "credentials follow within an origin");
	head = seen_by(at("/elsewhere"), &r);
	ok(r && text_starts(head, "GET /echo "), "a redirect to another origin is followed");
	ok(!strcasestr(head, "s3cret") && !strcasestr(head, "a=b") && !strcasestr(head, "keyId") && !strcasestr(head, "X-Api-Key"),
	   "without credentials");
	ok(strstr(head, mem_printf(client, "\r\nHost: 127.0.0.2:%d\r\n", port)), "under its own name");
	ok(strstr(head, "application/rss+xml") && strstr(head, "\"v0\""), "with what was asked for");

	const char *basic = mem_printf(client, "Authorization: Basic %s", encode_base64(client, "ada:p@ss", 8));
	struct error err;
	r = get(&(struct http_request){ .url = mem_printf(client, "http://ada:p%%40ss@127.0.0.1:%d/here", port), .redirects = 1 }, &err);
	ok(r && strstr(r->body->data, basic), "user and password of the URL go along");
	is(r->url, at("/echo"), "they are not told in where it came from");
	is(r->moved, mem_printf(client, "http://ada:p%%40ss@127.0.0.1:%d/echo", port), "but in where it moved");
	r = get(&(struct http_request){ .url = mem_printf(client, "http://ada:p%%40ss@127.0.0.1:%d/elsewhere", port), .redirects = 1 }, &err);
	ok(r && !strcasestr(r->body->data, "Authorization"), "to no other origin");
	is(r->moved, mem_printf(client, "http://127.0.0.2:%d/echo", port), "not even there");
	r = get(&(struct http_request){ .url = at("/with-user"), .redirects = 1 }, &err);
	ok(r && !strcasestr(r->body->data, "Authorization"), "a redirect brings no credentials of its own");
	ok(!get(&(struct http_request){ .url = mem_printf(client, "http://ada:p%%40ss@127.0.0.1:%d/", closed_port) }, &err) && !strstr(err.text, "p%40ss"),
	   "a password is not told in errors");
}

static const struct {
	const char *path;
	enum error_kind kind;
	const char *text; /* of the error, after the URL */
} failures[] = {
	{ "/bomb", ERROR_PERMANENT, " is larger than 1048576 bytes" },
	{ "/endless", ERROR_PERMANENT, " is larger than 1048576 bytes" },
	{ "/announced", ERROR_PERMANENT, " is larger than 1048576 bytes" },
	{ "/headers", ERROR_PERMANENT, " has more than 65536 bytes of headers" },
	{ "/hints", ERROR_PERMANENT, " has more than 65536 bytes of headers" },
	{ "/cut", ERROR_TEMPORARY, ": transfer closed with 96 bytes remaining to read" },
	{ "/nothing", ERROR_TEMPORARY, ": empty reply from server" },
	{ "/ancient", ERROR_TEMPORARY, ": received HTTP/0.9 when not allowed" },
	{ "/to-file", ERROR_PERMANENT, " redirects to 'file:///etc/passwd', which is no web address" },
	{ "/to-gopher", ERROR_PERMANENT, " redirects to 'gopher://127.0.0.1:25/_x', which is no web address" },
};

static void test_failures(void)
{
	struct error err;
	for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
		ok(!get(&(struct http_request){ .url = at(failures[i].path), .redirects = 2 }, &err), mem_printf(client, "%s fails", failures[i].path));
		is(err.text, mem_printf(client, "'%s'%s", at(failures[i].path), failures[i].text), "with its reason");
		is_int(err.kind, failures[i].kind, "of its kind");
	}
	ok(!get(&(struct http_request){ .url = mem_printf(client, "http://127.0.0.1:%d/", closed_port) }, &err) && err.kind == ERROR_TEMPORARY,
	   "nobody listens");
	ok(strstr(err.text, "failed to connect to 127.0.0.1"), "which the error says");
	ok(!get(&(struct http_request){ .url = mem_printf(client, "https://127.0.0.1:%d/", port), .timeout_ms = 300 }, &err) && err.kind == ERROR_TEMPORARY,
	   "no TLS, no answer");
	struct http_response *r = get(&(struct http_request){ .url = at("/endless404") }, &err);
	ok(r && r->status == 404 && r->body->size == 65536, "an error's page may be too large, its beginning is kept");
	r = get(&(struct http_request){ .url = at("/endless404"), .max_size = 10 }, &err);
	ok(r && r->status == 404 && r->body->size == 10, "of that at most what was asked for");
	ok(!get(&(struct http_request){ .url = at("/hello"), .max_size = 4 }, &err), "one byte too many is too many");
	r = get(&(struct http_request){ .url = at("/hello"), .max_size = 5 }, &err);
	ok(r && r->body->size == 5, "the maximum itself is not");
}

/* A proxy is asked for the whole address; ours answers by itself. */
static void test_proxy(void)
{
	struct error err;
	static const char *const refused[] = { "http://10.0.0.1/", "http://localhost/", "http://localhost./", "http://a.localhost/", "http://127.1/", "http://0x7f000001/", "http://2130706433/", "http://[::1]/", "http://[::ffff:192.168.0.1]:8080/" };
	struct http_client *strict = http_client_new(client, &(struct http_options){ 0 }, &err);
	struct http_response *r = get(&(struct http_request){ .url = "http://blog.example/feed?x=1", .proxy = at("") }, &err);
	ok(r && r->status == 404, "an answer through a proxy");
	r = http_fetch(client, strict, &(struct http_request){ .url = "http://blog.example/feed", .proxy = at("") }, &err);
	ok(r && r->status == 404, "which may be on this machine");
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		ok(!http_fetch(client, strict, &(struct http_request){ .url = refused[i], .proxy = at("") }, &err) && strstr(err.text, "allow_networks"), refused[i]);
	setenv("http_proxy", at(""), 1);
	ok(!get(&(struct http_request){ .url = "http://blog.invalid/" }, &err), "a proxy of the environment is none");
	unsetenv("http_proxy");
}

static void test_time(void)
{
	struct error err;
	int64_t begun = clock_steady();
	ok(!get(&(struct http_request){ .url = at("/hang"), .timeout_ms = 200 }, &err) && err.kind == ERROR_TEMPORARY, "no answer in time");
	ok(!get(&(struct http_request){ .url = at("/half"), .timeout_ms = 200 }, &err) && err.kind == ERROR_TEMPORARY, "nor half of one");
	ok(clock_steady() - begun >= 400, "but the time is given");
	struct http_request hang = { .url = at("/hang"), .timeout_ms = 60000 };
	ok(http_start(client, &hang, &err) && !http_next(client, 50), "http_next does not wait longer than asked");
	is_int(http_running(client), 1, "and the transfer runs on");
	int ends[2];
	begun = clock_steady();
	ok(pipe(ends) == 0 && write(ends[1], "x", 1) == 1, "something else to wait for");
	http_watch(client, ends[0]);
	ok(!http_next(client, 20000) && clock_steady() - begun < 15000, "http_next returns for it");
	http_watch(client, -1);
	ok(!http_next(client, 50) && clock_steady() - begun >= 50, "and waits again when it is not watched");
	close(ends[0]);
	close(ends[1]);
}

static const struct {
	const char *url, *reason;
} refused[] = {
	{ "http://127.0.0.1:%d/hello", "127.0.0.1 is a loopback address" },
	{ "http://localhost:%d/hello", "is a loopback address" },
	{ "http://127.1:%d/hello", "127.0.0.1 is a loopback address" },
	{ "http://0x7f000001:%d/hello", "127.0.0.1 is a loopback address" },
	{ "http://%%31%%32%%37.0.0.1:%d/hello", "127.0.0.1 is a loopback address" },
	{ "http://0:%d/hello", "0.0.0.0 is an unspecified address" },
	{ "http://[::1]:%d/hello", "::1 is a loopback address" },
	{ "http://[::]:%d/hello", ":: is an unspecified address" },
	{ "http://[::ffff:127.0.0.1]:%d/hello", "127.0.0.1 is a loopback address" },
	{ "http://[64:ff9b::7f00:1]:%d/hello", "64:ff9b::7f00:1 is a loopback address" },
	{ "http://[2002:7f00:1::]:%d/hello", "2002:7f00:1:: is a 6to4 address" },
	{ "http://[fe80::1]:%d/hello", "fe80::1 is a link-local address" },
	{ "http://10.0.0.1:%d/hello", "10.0.0.1 is a private address" },
	{ "http://169.254.169.254:%d/hello", "169.254.169.254 is a link-local address" },
	{ "http://224.0.0.1:%d/hello", "224.0.0.1 is a multicast address" },
};

static void test_addresses(void *t)
{
	struct error err = { 0 };
	struct http_client *strict = http_client_new(t, &(struct http_options){ 0 }, &err);
	int before = atomic_load(&seen->requests);
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		char *url = mem_printf(t, refused[i].url, port);
#pragma GCC diagnostic pop
		err = (struct error){ 0 };
		bool fetched = http_fetch(t, strict, &(struct http_request){ .url = url }, &err) != NULL;
		ok(!fetched && err.kind == ERROR_PERMANENT && strstr(err.text, refused[i].reason), url);
	}
	http_fetch(t, strict, &(struct http_request){ .url = at("/") }, &err);
	is(err.text, mem_printf(t, "'%s' refused: 127.0.0.1 is a loopback address; name its network in allow_networks to permit it", at("/")),
	   "the error says what to do");
	is_int(atomic_load(&seen->requests) - before, 0, "nobody was asked");

	static const char *const one[] = { "127.0.0.1/32", NULL };
	struct http_client *some = http_client_new(t, &(struct http_options){ .allow_networks = one }, &err);
	ok(http_fetch(t, some, &(struct http_request){ .url = at("/hello") }, &err) != NULL, "a network that is named is permitted");
	ok(!http_fetch(t, some, &(struct http_request){ .url = at("/elsewhere"), .redirects = 3 }, &err) && err.kind == ERROR_PERMANENT,
	   "a redirect leads to no other");
	ok(strstr(err.text, "after 1 redirect: 'http://127.0.0.2:") && strstr(err.text, "refused: 127.0.0.2 is a loopback address"), "and is named");
	ok(!http_fetch(t, some, &(struct http_request){ .url = at("/metadata"), .redirects = 3 }, &err) && strstr(err.text, "169.254.169.254"),
	   "not to a cloud's secrets");
	static const char *const wrong[] = { "127.0.0.1/32", "10.0.0/8", NULL };
	ok(!http_client_new(t, &(struct http_options){ .allow_networks = wrong }, &err) && text_starts(err.text, "allow_networks: '10.0.0/8' is no network"),
	   "a mistake in the list is an error");
}

static void test_parallel(void *t)
{
	enum { MANY = 60 };
	static const char *const networks[] = { "127.0.0.0/8", NULL };
	struct error err = { 0 };
	struct http_client *busy = http_client_new(t, &(struct http_options){ .allow_networks = networks, .parallel = 10 }, &err);
	int tags[MANY] = { 0 }, through = 0;
	for (int i = 0; i < MANY; i++)
		http_start(busy, &(struct http_request){ .url = i < 12 ? at("/gate") : mem_printf(t, "http://127.0.0.%d:%d/302", 2 + i % 2, port),
		                                         .redirects = 1, .tag = &tags[i] }, &err);
	is_int(http_running(busy), MANY, "many are queued");
	for (struct http_response *r; (r = http_next(busy, 20000)); talloc_free(r)) {
		++*(int *)r->tag;
		through += r->done && r->status == 200 && r->tag != NULL;
	}
	int once = 0;
	for (int i = 0; i < MANY; i++)
		once += tags[i] == 1;
	is_int(through, MANY, "all come back");
	is_int(once, MANY, "each once, with its tag");
	is_int(atomic_load(&seen->peak), 4, "four at once went to one host, no more");
	is_int(http_running(busy), 0, "none is left");
	ok(!http_next(busy, 60000), "and there is nothing to wait for");
}

static const char *const bad_urls[] = { "", "x", "ftp://127.0.0.1/", "file:///etc/passwd", "http://", "http://a b/" };

static const struct {
	const char *method;
	struct http_header header;
} bad_requests[] = {
	{ "GET /x HTTP/1.1\r\nX:", { 0 } },
	{ "", { 0 } },
	{ NULL, { "X\r\nY", "z" } },
	{ NULL, { "X", "y\r\nZ: evil" } },
	{ NULL, { "X", "y\n" } },
	{ NULL, { "", "y" } },
	{ NULL, { "X:", "y" } },
	{ NULL, { "X", NULL } },
};

static void test_invalid(void)
{
	struct error err;
	for (size_t i = 0; i < sizeof bad_urls / sizeof *bad_urls; i++)
		ok(!http_start(client, &(struct http_request){ .url = bad_urls[i] }, &err) && err.kind == ERROR_INVALID, "a bad URL cannot be sent");
	for (size_t i = 0; i < sizeof bad_requests / sizeof *bad_requests; i++) {
		struct http_header headers[] = { bad_requests[i].header, { 0 } };
		ok(!http_start(client, &(struct http_request){ .url = at("/"), .method = bad_requests[i].method, .headers = headers }, &err) && err.kind == ERROR_INVALID,
		   mem_printf(client, "nor can what is not HTTP, case %zu", i));
	}
	is_int(http_running(client), 0, "and nothing runs");
}

static const struct {
	const char *value;
	int64_t seconds;
} retries[] = {
	{ NULL, -1 }, { "", -1 }, { "120", 120 }, { "0", 0 }, { "3600", 3600 }, { "3601", 3600 }, { "99999999999999999999999", 3600 }, { "-1", -1 },
	{ "soon", -1 }, { "12x", -1 }, { "Wed, 21 Oct 2015 07:28:00 GMT", 0 }, { "Fri, 31 Dec 2100 23:59:59 GMT", 3600 },
};

static void test_retry_after(void *t)
{
	for (size_t i = 0; i < sizeof retries / sizeof *retries; i++) {
		struct http_header headers[] = { { retries[i].value ? "retry-after" : "x", retries[i].value ? retries[i].value : "" }, { 0 } };
		is_int(http_retry_after(&(struct http_response){ .headers = headers }, 3600), retries[i].seconds, mem_printf(t, "Retry-After, case %zu", i));
	}
	struct http_header soon[] = { { "Retry-After", clock_http(t, clock_now() + 100 * CLOCK_SECOND) }, { 0 } };
	int64_t seconds = http_retry_after(&(struct http_response){ .headers = soon }, 3600);
	ok(seconds >= 98 && seconds <= 100, "a date is so many seconds away");
}

int main(void)
{
	static const char *const loopback[] = { "127.0.0.0/8", "::1/128", NULL };
	void *t = talloc_new(NULL);
	struct error err = { 0 };
	setenv("http_proxy", "http://127.0.0.1:9/", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:9/", 1);
	start_server();
	client = http_client_new(t, &(struct http_options){ .allow_networks = loopback }, &err);
	if (!ok(client != NULL, "a client, whatever proxy the environment names"))
		return tap_done();
	test_answers();
	test_requests();
	test_redirects();
	test_credentials();
	test_failures();
	test_addresses(t);
	test_parallel(t);
	test_retry_after(t);
	test_invalid();
	test_proxy();
	test_time();
	talloc_free(t); /* with a transfer still running */
	kill(-server, SIGTERM);
	waitpid(server, NULL, 0);
	return tap_done();
}
