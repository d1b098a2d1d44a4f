#!/usr/bin/python3
"""bad-input.t - what is wrong is said clearly, with the right status, and leaves nothing half-done."""

import os
import re
import socket
import subprocess
import tempfile

import lab
from lab import eq, has, lacks, ok, wait_for

lab.enter(programs=["openssl"])
lab.names("penny.test")
site = lab.Site()
blog = lab.Blog(site)
blog.publish("A post")
site.set("/page", "<!doctype html><title>No feed here</title><p>Hello", "text/html")
site.set("/broken", "<rss><channel><item>" * 3, "application/rss+xml")
site.set("/empty", "", "application/rss+xml")
site.set("/teapot", "no", "text/plain", status=418)
site.set("/loop", "", "text/plain", status=302, location="/loop")

# --- commands
fresh = lab.Pennypost("fresh")
for words, status, said in (
        ([], 2, "usage"),
        (["fly"], 2, "there is no command 'fly'"),
        (["init"], 2, "--url"),
        (["init", "--url", "https://a.test", "--name", "A"], 2, "--handle"),
        (["init", "--url", "not a url", "--name", "A", "--handle", "a"], 1, "not a url"),
        (["init", "--url", "ftp://a.test", "--name", "A", "--handle", "a"], 1, "ftp://a.test"),
        (["init", "--url", "https://a.test/path?x", "--name", "A", "--handle", "a"], 1, "https://a.test/path"),
        (["init", "--url", "https://a.test", "--name", "A", "--handle", "not a handle"], 1, "not a handle"),
        (["init", "--url", "https://a.test", "--name", "A", "--handle", "a", "--gate", "sometimes"], 1, "sometimes"),
        (["init", "--url", "https://a.test", "--name", "A", "--handle", "a", "--gate", "older:soon"], 1, "soon"),
        (["init", "--url", "https://a.test", "--name", "A", "--handle", "a", "--colour", "red"], 2, "--colour"),
        (["serve"], 1, "pennypost init"),
        (["source", "list"], 1, "pennypost init")):
    done = fresh.command(*words)
    ok(done.returncode == status and said in done.stderr and not done.stdout, f"pennypost {' '.join(words)}: says what is wrong, status {status}") or \
        lab.diag(f"status {done.returncode}\n{done.stderr}{done.stdout}")
eq(os.listdir(fresh.directory), [], "and no file was made by any of them")

penny = lab.Pennypost().init("http://penny.test:8080")
for words, status, said in (
        (["source", "add", "http://nowhere.test/feed"], 1, "nowhere.test"),
        (["source", "add", blog.link + "/missing"], 1, "404"),
        (["source", "add", blog.link + "/teapot"], 1, "418"),
        (["source", "add", blog.link + "/page"], 1, "feed"),
        (["source", "add", blog.link + "/empty"], 1, "empty"),
        (["source", "add", blog.link + "/loop"], 1, "redirect"),
        (["source", "add", "http://blog.test:1/feed"], 1, "blog.test"),
        (["source", "add", "http://10.1.2.3/feed"], 1, "allow_networks"),
        (["source", "add", "gopher://blog.test/"], 1, "gopher"),
        (["source", "add", os.path.join(penny.directory, "no-such-file.xml")], 1, "no-such-file.xml"),
        (["source", "add"], 2, "source add"),
        (["source", "poll", "77"], 1, "77"),
        (["source", "poll", "x"], 1, "'x'"),
        (["source", "remove", "77"], 1, "77"),
        (["source", "add", blog.url, "--publication", "nobody"], 1, "nobody"),
        (["subscriber", "add", "ada@example.net"], 1, "--confirmed"),
        (["subscriber", "add", "--confirmed", "not an address"], 1, "not an address"),
        (["subscriber", "add", "--confirmed", "a@b@c"], 1, "a@b@c"),
        (["subscriber", "remove", "nobody@example.net"], 1, "nobody@example.net"),
        (["publication", "add", "--url", "http://penny.test:8080", "--name", "B", "--handle", "b"], 1, "penny.test"),
        (["publication", "add", "--name", "B"], 2, "--url"),
        (["publication", "gate", "open"], 1, "open"),
        (["entry", "withdraw", "77"], 1, "77"),
        (["entry", "access", "1", "secret"], 1, "secret"),
        (["delivery", "list", "--state", "lost"], 1, "lost"),
        (["delivery", "list", "--issue", "-1"], 1, "-1"),
        (["delivery", "retry", "77"], 1, "77"),
        (["serve", "--role", "cook"], 1, "cook")):
    done = penny.command(*words)
    ok(done.returncode == status and said in done.stderr, f"{' '.join(words)}: says what is wrong, status {status}") or \
        lab.diag(f"status {done.returncode}\n{done.stderr}{done.stdout}")
eq(penny.rows("source", "list"), [], "no source was made by any of them")
eq(penny.rows("subscriber", "list"), [], "nor a subscriber")
eq(len(penny.rows("publication", "list")), 1, "nor a publication")
done = penny.command("subscriber", "add", "--confirmed", "good@example.net", "bad", "also@example.net")
ok(done.returncode == 1 and len(penny.rows("subscriber", "list")) == 2, "of several the good ones are taken, and the status tells of the bad one")
broken = open(penny.config).read()
with open(penny.config, "a") as config:
    config.write("listne = 1\n")
done = penny.command("source", "list")
ok(done.returncode == 1 and re.search(r"pennypost\.conf:\d+: .*did you mean 'listen'", done.stderr), "a mistake in the configuration is named with its line")
with open(penny.config, "w") as config:
    config.write(broken)

# --- requests
penny.run("source", "add", blog.url)
penny.serve()
browser = lab.Browser("http://penny.test:8080")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ACTIVITY = {"Content-Type": "application/activity+json"}
subscribers = len(penny.rows("subscriber", "list"))
for method, path, body, headers, status in (
        ("GET", "/nothing-here", None, {}, 404),
        ("GET", "/2026/no-such-post", None, {}, 404),
        ("GET", "/archive/1066", None, {}, 404),
        ("GET", "/archive/soon", None, {}, 404),
        ("GET", "/archive?page=0", None, {}, 404),
        ("GET", "/archive?page=99999999999999999999", None, {}, 404),
        ("GET", "/tag/none", None, {}, 404),
        ("GET", "/assets/../../../../etc/passwd", None, {}, 404),
        ("GET", "/assets/..%2f..%2fetc%2fpasswd", None, {}, 404),
        ("GET", "/letters/..%2f..%2fpennypost.db", None, {}, 404),
        ("GET", "/%00", None, {}, 404),
        ("GET", "/%ff%fe", None, {}, 404),
        ("GET", "/u/forged.token", None, {}, 404),
        ("POST", "/u/forged.token", b"List-Unsubscribe=One-Click", FORM, 404),
        ("GET", "/c/forged.token", None, {}, 404),
        ("POST", "/c/forged.token", b"", FORM, 404),
        ("POST", "/subscribe", b"email=nonsense", FORM, 400),
        ("POST", "/subscribe", b"email=", FORM, 400),
        ("POST", "/subscribe", b"", FORM, 400),
        ("POST", "/subscribe", b"email=a%01b%40example.net", FORM, 400),
        ("POST", "/subscribe", b"email=a%0d%0aBcc%3a+x%40example.net", FORM, 400),
        ("POST", "/subscribe", b"email=ada%40example.net", {**FORM, "Origin": "https://evil.test"}, 403),
        ("POST", "/subscribe", b"email=ada%40example.net", {**FORM, "Sec-Fetch-Site": "cross-site"}, 403),
        ("POST", "/subscribe", b"email=" + b"a" * 2_000_000, FORM, 413),
        ("POST", "/signin", b"email=nonsense", FORM, 400),
        ("POST", "/code", b"email=a%40b.test&code=000000", FORM, 303),
        ("POST", "/follow", b"handle=nonsense", FORM, 400),
        ("POST", "/", b"", FORM, 405),
        ("DELETE", "/archive", None, {}, 405),
        ("PUT", "/subscribe", b"x", FORM, 405),
        ("GET", "/.well-known/webfinger", None, {}, 400),
        ("GET", "/.well-known/webfinger?resource=acct:nobody@penny.test", None, {}, 404),
        ("GET", "/.well-known/webfinger?resource=acct:penny@elsewhere.test", None, {}, 404),
        ("GET", "/@nobody", None, {"Accept": "application/activity+json"}, 404),
        ("GET", "/@penny/inbox", None, {"Accept": "application/activity+json"}, 405),
        ("POST", "/@penny/inbox", b'{"type":"Follow"}', ACTIVITY, 401),
        ("POST", "/@penny/inbox", b"not json", {**ACTIVITY, "Signature": "nonsense"}, 401),
        ("POST", "/@nobody/inbox", b"{}", ACTIVITY, 404),
        ("POST", "/@penny/inbox", b"{" * 1_500_000, ACTIVITY, 413)):
    answer = browser.request(method, path, body, headers)
    eq(answer.status, status, f"{method} {path} {(body or b'')[:30]!r}: {status}")
    lacks(answer.text.lower(), "sqlite", "and nothing of our insides is said") if answer.status == 500 else None
eq(browser.request("DELETE", "/archive").headers.get("Allow"), "GET, HEAD", "a 405 says what is allowed")
eq(len(penny.rows("subscriber", "list")), subscribers, "no subscriber was made by any of them")
eq(browser.get("/", {"Host": "elsewhere.test"}).status, 404, "a name that is not ours is not answered for")


def raw(request):
    """The beginning of what comes back for these bytes; nothing when it hangs up or waits for more."""
    with socket.create_connection(("127.0.0.1", penny.port), timeout=2) as connection:
        try:
            connection.sendall(request)
            return connection.recv(65536)
        except OSError:
            return b""


for request, what in (
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200, "TLS to a port without"),
        (b"GET / HTTP/1.1\r\n\r\n", "no Host"),
        (b"GET / HTTP/1.0\r\n\r\n", "HTTP/1.0"),
        (b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: penny.test:8080\r\n\r\n", "a very long path"),
        (b"GET / HTTP/1.1\r\nHost: penny.test:8080\r\n" + b"X: y\r\n" * 50_000 + b"\r\n", "very many headers"),
        (b"POST /subscribe HTTP/1.1\r\nHost: penny.test:8080\r\nContent-Length: -1\r\n\r\n", "a length below nothing"),
        (b"POST /subscribe HTTP/1.1\r\nHost: penny.test:8080\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef", "two lengths"),
        (b"POST /subscribe HTTP/1.1\r\nHost: penny.test:8080\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", "a chunk beyond all bounds"),
        (b"\r\n" * 1000, "only empty lines"),
        (b"GET\x00/ HTTP/1.1\r\nHost: penny.test:8080\r\n\r\n", "a NUL in the request line")):
    answer = raw(request)
    status = int(answer.split()[1]) if answer.startswith(b"HTTP/") else 0
    ok(status < 500 or status in (501, 505), f"{what}: no error of ours ({status or 'no answer'})")
# --- commands
before = penny.command("publication", "list").stdout
for words, status, said in (
        (("source", "--help"), 0, "usage: pennypost source add"), (("source", "-h"), 0, "usage: pennypost source add"), (("source", "add", "--help"), 0, "usage:"),
        (("serve", "--help"), 0, "usage: pennypost serve"), (("status", "-h"), 0, "usage: pennypost status"), (("init", "-h"), 0, "usage: pennypost init"),
        (("source", "frob"), 2, "usage: pennypost source"), (("source", "list", "--frob"), 2, "there is no option '--frob'"),
        (("entry", "list", "-x"), 2, "there is no option '-x'"), (("subscriber", "--frob=1", "list"), 2, "there is no option"),
        (("delivery", "list", "--state"), 2, "needs a value"), (("delivery", "list", "--state", "sent"), 1, "is no state"), (("frob",), 2, "there is no command"),
        (("publication", "set"), 2, "usage:"), (("publication", "set", "--language", "zz-bogus"), 1, "is no language"),
        (("publication", "set", "--language", "en_US"), 1, "is no language"), (("publication", "set", "--name", " "), 1, "needs a name"),
        (("publication", "set", "--mail-from", "nobody"), 1, "is not a mail address"), (("publication", "set", "--name", "x", "--handle", "y"), 1, "stay"),
        (("subscriber", "unsuppress", "nobody@mail.test"), 1, "is no address of")):
    done = penny.command(*words)
    eq(done.returncode, status, f"{' '.join(words)}: status {status}")
    has(done.stdout + done.stderr, said, "and words for it")
eq(penny.command("publication", "list").stdout, before, "nothing was changed by these")
penny.run("publication", "set", "--name", "Other Name", "--summary", "What it is about", "--language", "he")
page = browser.get("/").text
ok("Other Name" in page and 'lang="he" dir="rtl"' in page, "what is set is on the next page, which is written from right to left")
penny.run("publication", "set", "--language", "en")
has(browser.get("/").text, 'lang="en" dir="ltr"', "or from left to right")
eq(re.findall(r"<button(?![^>]*type=)[^>]*>", browser.get("/subscribe").text + browser.get("/").text), [], "each button says its type")

# --- a failed init leaves nothing in the way, a mistyped database is not made
room = tempfile.mkdtemp()
binary = penny.command("version").args[0]
for more, said in ((("--mail-from", "nobody"), "is not a mail address"), (("--url", "http://127.0.0.1:8080"), "say which with --mail-from"),
                   (("--url", "http://[::1]:8080"), "say which with --mail-from"), (("--language", "english"), "is no language")):
    done = subprocess.run([binary, "init", "--dir", f"{room}/new", "--url", "https://new.test", "--name", "New", "--handle", "new", *more], capture_output=True, text=True)
    eq(done.returncode, 1, f"init {' '.join(more)} fails")
    has(done.stderr, said, "and says why")
    eq(os.listdir(f"{room}/new") if os.path.exists(f"{room}/new") else [], [], "and leaves no file")
done = subprocess.run([binary, "init", "--dir", f"{room}/ip", "--url", "http://127.0.0.1:8080", "--name", "New", "--handle", "new", "--mail-from", "post@new.test"],
                      capture_output=True, text=True)
eq(done.returncode, 0, "on a host that is an address a sender must be named")
has(done.stdout, "@new@127.0.0.1:8080", "its handle has the port")
with open(f"{room}/ip/pennypost.conf") as file:
    text = file.read()
for wrong in ("pennypots.db", "no/such/folder.db"):
    with open(f"{room}/ip/pennypost.conf", "w") as file:
        file.write(re.sub(r'(?m)^#? ?database *=.*', f'database = "{room}/ip/{wrong}"', text))
    done = subprocess.run([binary, "--config", f"{room}/ip/pennypost.conf", "publication", "list"], capture_output=True, text=True)
    eq((done.returncode, os.path.exists(f"{room}/ip/{wrong}")), (1, False), "a mistyped database is not made")
    has(done.stderr, "there is no database", "but told")
with open("/dev/full", "w") as full:
    done = subprocess.run([binary, "--config", penny.config, "publication", "list"], stdout=full, stderr=subprocess.PIPE, text=True)
eq(done.returncode, 1, "a disk that is full behind the output is a failure")
has(done.stderr, "standard output", "which is told")

idle = [socket.create_connection(("127.0.0.1", penny.port)) for _ in range(200)]
for connection in idle:
    connection.sendall(b"GET / HT")
eq(browser.get("/").status, 200, "200 connections that never finish their request keep nobody out")
for connection in idle:
    connection.close()
ok(penny.role_pid("web") and "role ended" not in penny.log(), "and no role died of any of it")
lab.done()
