#!/usr/bin/python3
"""http.t - what HTTP lets proxies, browsers and robots do: caching, coding, hosts, framing, icons."""

import gzip
import re
import socket

import lab
from lab import eq, has, lacks, ok

lab.enter(programs=["openssl"])
lab.names("penny.test")
blog = lab.Blog(lab.Site())
blog.publish("A post", "<p>" + "Water runs downhill. " * 200 + "</p>", tags=["salt"])
penny = lab.Pennypost().init("https://penny.test", "Penny Test", "penny")
penny.configure(behind_proxy=False)
penny.run("source", "add", blog.url)
penny.serve()


def ask(*lines, body=b"", first="GET / HTTP/1.1", host="Host: penny.test"):
    """The status, the headers and the body of the first answer to a request that is written byte by byte."""
    with socket.create_connection(("127.0.0.1", penny.port), 30) as connection:
        connection.sendall("\r\n".join([first, *([host] if host else []), *lines, "Connection: close", "", ""]).encode() + body)
        data = b""
        while part := connection.recv(65536):
            data += part
    head, _, rest = data.partition(b"\r\n\r\n")
    status, *headers = head.decode().split("\r\n")
    return int(status.split()[1]), {name.lower(): value for name, value in (line.split(": ", 1) for line in headers)}, rest


def unstamped(page):
    """Without what tells when it was sent."""
    return re.sub(rb'name="stamp" value="[\w.-]{32}"', b"", page)


# --- validators
status, headers, page = ask()
page = unstamped(page)
tag = headers["etag"].strip('"')
eq(status, 200, "the front page")
for lines in ([f'If-None-Match: "{tag}"'], [f'If-None-Match: W/"{tag}"'], [f'If-None-Match: "{tag}-gzip"'], [f'If-None-Match: W/"{tag}-br"'],
              [f'If-None-Match: "{tag};gzip"'], ['If-None-Match: "other"', f'If-None-Match: "{tag}"'], [f'If-None-Match: "{tag}"', 'If-None-Match: "other"'],
              [f'If-None-Match: "a, b" , "{tag}"'], ["If-None-Match: *"], ["If-None-Match:  * "]):
    eq(ask(*lines)[0], 304, f"not modified: {lines}")
for lines in (['If-None-Match: "other"'], [f'If-None-Match: "{tag}x"'], [f'If-None-Match: "x{tag}"'], [f"If-None-Match: {tag}"], ["If-None-Match:"],
              [f'If-None-Match: "{tag[:-1]}"']):
    eq(ask(*lines)[0], 200, f"modified: {lines}")

# --- coding
for accepts in ("gzip", "br, gzip;q=0.5", "GZIP", "deflate,gzip;q=1.0,*;q=0.1", "identity;q=0, gzip"):
    status, headers, small = ask(f"Accept-Encoding: {accepts}")
    eq((status, headers.get("content-encoding"), unstamped(gzip.decompress(small)) if headers.get("content-encoding") else b"?"), (200, "gzip", page), f"{accepts}: compressed")
    ok(len(small) < len(page) / 2 and int(headers["content-length"]) == len(small), "which is smaller")
    has(headers["vary"], "Accept-Encoding", "and caches know")
    ok(headers["etag"] != f'"{tag}"', "by another ETag")
    eq(ask(f"Accept-Encoding: {accepts}", "If-None-Match: " + headers["etag"])[0], 304, "which is known again")
for accepts in ("br", "gzip;q=0", "gzip; q=0.000", "", "xgzip", "identity"):
    status, headers, same = ask(f"Accept-Encoding: {accepts}")
    eq((headers.get("content-encoding"), unstamped(same)), (None, page), f"{accepts!r}: not compressed")
status, headers, _ = ask("Accept-Encoding: gzip", "Cookie: session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", first="GET /signin HTTP/1.1")
eq(headers.get("content-encoding"), None, "what is not the same for all is never compressed")
for path in ("/feed.xml", "/feed.atom", headers and re.search(rb'href="(/assets/style[^"]+)"', page)[1].decode()):
    eq(ask("Accept-Encoding: gzip", first=f"GET {path} HTTP/1.1")[1].get("content-encoding"), "gzip", f"{path} comes compressed")

# --- hosts
for host in ("penny.test", "penny.test:443", "penny.test:80", "penny.test:", "PENNY.test.", "Penny.Test.:443", "localhost", f"127.0.0.1:{penny.port}", "[::1]:8080"):
    eq(ask(host=f"Host: {host}")[0], 200, f"{host} finds the publication")
for host in ("penny.test:8443", "other.test", "penny.test.evil.test", "xpenny.test", "localhost.evil.test", "127.0.0.12"):
    status, _, text = ask(host=f"Host: {host}")
    eq((status, text), (404, b"There is no publication of that name here.\n"), f"{host} does not")
# --- a slash at the end
for path, right in (("/feeds/", "/feeds"), ("/archive//", "/archive"), ("/feed.xml/?a=1", "/feed.xml?a=1")):
    status, headers, _ = ask(first=f"GET {path} HTTP/1.1")
    eq((status, headers.get("location")), (301, "https://penny.test" + right), f"{path} leads to {right}")
has(penny.log(), f"open=http://127.0.0.1:{penny.port}/", "serve names the address to open")

# --- framing
for lines in (["Content-Length: 5", "Content-Length: 6"], ["Content-Length: 5", "Content-Length: 5"], ["Content-Length: 5", "Transfer-Encoding: chunked"],
              ["Transfer-Encoding: chunked", "Transfer-Encoding: identity"], ["Content-Length: 5, 5"], ["Content-Length: +5"], ["Content-Length: 0x5"],
              ["Content-Length: -1"], ["Content-Length: 5", "Host: other.test"]):
    form = b"5\r\na=b&c\r\n0\r\n\r\n" if "Transfer-Encoding: chunked" in lines else b"a=b&c"
    eq(ask(*lines, first="POST /signout HTTP/1.1", body=form + b"GET /feeds HTTP/1.1\r\nHost: penny.test\r\n\r\n")[0], 400, f"refused: {lines}")
eq(ask("Content-Length: 3", first="POST /signout HTTP/1.1", body=b"a=b")[0] < 400, True, "one length is taken")

# --- icons and previews
text = page.decode()
for pattern, kind, start in ((r'<link rel="icon" href="([^"]+)"', "image/svg+xml", b"<svg"), (r'<link rel="apple-touch-icon" href="([^"]+)"', "image/png", b"\x89PNG"),
                             (r'<meta property="og:image" content="https://penny.test([^"]+)"', "image/png", b"\x89PNG")):
    found = re.search(pattern, text)
    status, headers, data = ask(first=f"GET {found[1] if found else '/none'} HTTP/1.1")
    eq((status, headers.get("content-type"), data[:4]), (200, kind, start), f"{pattern} leads to a picture")
status, headers, data = ask(first="GET /favicon.ico HTTP/1.1")
eq((status, headers.get("content-type"), data[:4]), (200, "image/png", b"\x89PNG"), "a robot finds an icon where it looks")

# --- answers that nobody reads
blog.publish("Long", ("<p>" + "Water runs downhill, and so on. " * 2000 + "</p>\n") * 70)
penny.run("source", "poll")
rows = {row[5]: row for row in penny.rows("entry", "list")}
path, other = rows["Long"][4].removeprefix("https://penny.test"), rows["A post"][0]


def asked():
    """A connection that has asked for the long post, and does not read."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(60)
    connection.connect(("127.0.0.1", penny.port))
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: penny.test\r\n\r\n".encode())
    return connection, connection.recv(12, socket.MSG_PEEK).split()[1]


crowd, statuses = [], []
while b"503" not in statuses and len(crowd) < 60:
    # Another post changes, so that each of them gets an answer of its own.
    penny.run("entry", "access", other, ("free", "gated")[len(crowd) % 2])
    connection, status = asked()
    crowd.append(connection)
    statuses.append(status)
eq((statuses[0], statuses[-1]), (b"200", b"503"), f"there is no room for more and more that nobody reads ({len(statuses)} of 4 MB)")
eq(ask()[0], 200, "pages have room always")
for connection in crowd:
    connection.close()
ok(lab.wait_for(lambda: ask(first=f"GET {path} HTTP/1.1")[0] == 200, 10), "when they are gone, there is room again")
lacks(penny.log(), "request failed", "nothing failed")
lab.done()
