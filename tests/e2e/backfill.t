#!/usr/bin/python3
"""backfill.t - the older pages of a feed, by every way that leads there, and what happens when the way is bad."""

import json
import os
import re
import signal
import subprocess
import threading

import lab
from lab import eq, has, lacks, ok, wait_for
from lab.pennypost import BINARY
from lab.site import Page

lab.enter(programs=["openssl"])
lab.names("penny.test")
site = lab.Site()
HERE = f"http://127.0.0.1:{site.port}"
penny = lab.Pennypost().init("http://penny.test:8080")
penny.run("subscriber", "add", "--confirmed", "ada@example.net")


def posts(blog, numbers):
    return [{"guid": f"{blog}-{n}", "link": f"{HERE}/{blog}/{n}/", "title": f"{blog} {n}", "content": f"<p>Post {n} of {blog}.</p>", "time": 1500000000 + n * 86400}
            for n in numbers]


def feed(blog, numbers, head=""):
    """An RSS feed of these posts; head is XML of the channel's own."""
    return lab.rss(blog, f"{HERE}/{blog}/", posts(blog, numbers)).replace("<description/>", "<description/>" + head, 1)


def link(rel, path):
    return f'<link xmlns="http://www.w3.org/2005/Atom" rel="{rel}" href="{path}"/>'


def archived(blog):
    return sum(1 for row in penny.rows("entry", "list") if row[5].startswith(blog + " "))


def asked(blog):
    return [path for _, path, _, _ in site.requests if path.startswith(f"/{blog}/")]


def add(blog, *more, path="feed"):
    return penny.run("source", "add", f"{HERE}/{blog}/{path}", *more)


def number(blog):
    return next(row[0] for row in penny.rows("source", "list") if f"/{blog}/" in row[4])


# --- archived feeds (RFC 5005 section 4), a chain of documents
site.set("/chain/feed", feed("chain", range(20, 16, -1), link("prev-archive", "a4")))
for n in range(4, 0, -1):
    site.set(f"/chain/a{n}", feed("chain", range(n * 4, n * 4 - 4, -1), (link("prev-archive", f"a{n - 1}") if n > 1 else "") + link("current", "feed")))
said = add("chain")
has(said, "20 posts in 5 pages, 20 new; nothing was sent", "a new source brings all archive documents, and says so")
eq(archived("chain"), 20, "all posts are there")
eq(asked("chain"), [f"/chain/{page}" for page in ("feed", "a4", "a3", "a2", "a1")], "each document was asked for once")
has(penny.run("source", "backfill", number("chain")), "8 posts in 2 pages, 0 new", "once complete, the first page without news ends a second walk")

# --- paged feeds (section 3), without being asked to
site.set("/paged/feed", feed("paged", [9, 8, 7], link("next", "?page=2")))
site.set("/paged/feed?page=2", feed("paged", [6, 5, 4], link("next", "?page=3") + link("previous", "feed")))
site.set("/paged/feed?page=3", feed("paged", [3, 2, 1], link("previous", "?page=2")))
add("paged", "--no-backfill")
eq(archived("paged"), 3, "--no-backfill: the newest page alone")
has(penny.run("source", "backfill", number("paged")), "9 posts in 3 pages, 9 new", "source backfill goes on from there")
eq(asked("paged")[1:], ["/paged/feed?page=2", "/paged/feed?page=3"], "and does not ask for the newest page again")

# --- JSON Feed
for n, more in ((1, "/json/2"), (2, "/json/3"), (3, None)):
    items = [{"id": p["guid"], "url": p["link"], "title": p["title"], "content_html": p["content"]} for p in posts("json", (10 - n, 20 - n))]
    site.set(f"/json/{n}", json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "json", "items": items, **({"next_url": HERE + more} if more else {})}),
             "application/feed+json")
has(add("json", path="1"), "6 posts in 3 pages, 6 new", "next_url of JSON Feed is followed")

# --- WordPress, where each new post moves all others on
class WordPress:
    """Five posts a page; `busy` more posts appear while somebody walks."""

    def __init__(self, blog, count, busy=0, generator="<generator>https://wordpress.org/?v=6.8</generator>", query="feed/?paged={}"):
        self.blog, self.newest, self.busy, self.generator, self.gates = blog, count, busy, generator, {}
        site.pages[f"/{blog}/{query.partition('?')[0]}" + ("?feed=rss2" if "feed=rss2" in query else "")] = lambda: self.page(1)
        for n in range(2, 40):
            site.pages[f"/{blog}/" + query.format(n)] = lambda n=n: self.page(n)

    def page(self, n):
        if n in self.gates:
            reached, go = self.gates[n]
            reached.set()
            go.wait(60)
        if n > 2 and self.busy:
            self.busy, self.newest = self.busy - 1, self.newest + 1
        first = self.newest - (n - 1) * 5
        if first < 1:
            return Page(b"<rss version='2.0'><channel><title>Page not found</title></channel></rss>", 404, {"Content-Type": "application/rss+xml"})
        return Page(feed(self.blog, range(first, max(0, first - 5), -1), self.generator).encode(), 200, {"Content-Type": "application/rss+xml"})

    def gate(self, n):
        """Page n waits until the second event is set; the first says that somebody has come for it."""
        self.gates[n] = threading.Event(), threading.Event()
        return self.gates[n]


wordpress = WordPress("moving", 42, busy=4)
said = add("moving", path="feed/")
eq(sorted(int(row[5].split()[1]) for row in penny.rows("entry", "list") if row[5].startswith("moving ")), list(range(1, 43)),
   "pages that shift while they are read lose no post")
has(said, "nothing was sent", "and send nothing")
WordPress("query", 12, query="?feed=rss2&paged={}")
has(add("query", path="?feed=rss2"), "12 posts in 3 pages", "?feed=rss2 has its pages too")

# --- feeds that show no older pages
site.set("/plain/feed", feed("plain", [2, 1]))
lacks(add("plain"), "pages", "a feed that shows nothing of older pages is not asked for them")
has(penny.run("source", "backfill", number("plain")), "2 posts in 1 page,", "with source backfill it is, once")
eq(asked("plain")[1:], ["/plain/feed?paged=2"], "by number")
WordPress("quiet", 12, generator="")
has(add("quiet", "--backfill", path="feed/"), "12 posts in 3 pages", "--backfill finds a WordPress that does not say what it is")
site.pages["/same/feed"] = site.pages["/same/feed?paged=2"] = Page(feed("same", [2, 1]).encode(), 200, {"Content-Type": "application/rss+xml"})
has(add("same", "--backfill"), "2 new", "a server that does not know ?paged repeats itself")
eq(asked("same")[1:], ["/same/feed?paged=2"], "and is asked once")

# --- chains without an end
site.set("/self/feed", feed("self", [1], link("next", "feed")))
lacks(add("self"), "page", "a page that names itself is the last")
has(penny.run("source", "backfill", number("self")), "1 post in 1 page,", "whoever asks")
site.set("/circle/feed", feed("circle", [3], link("next", "b")))
site.set("/circle/b", feed("circle", [2], link("next", "c")))
site.set("/circle/c", feed("circle", [1], link("next", "b")))
has(add("circle"), "3 posts in 3 pages", "so is one that leads back")
site.set("/endless/feed", feed("endless", [1], link("next", "1")))
for n in range(1, 60):
    site.set(f"/endless/{n}", feed("endless", [], link("next", str(n + 1))))
has(add("endless"), "1 post in 21 pages", "twenty empty pages in a row end a walk")
site.set("/stuck/feed", feed("stuck", [1], link("next", "1")))
for n in range(1, 60):
    site.set(f"/stuck/{n}", feed("stuck", [1], link("next", str(n + 1))))
add("stuck")
eq(len(asked("stuck")), 21, "so do twenty with the same posts")

# --- servers in trouble
answers = [Page(b"slow down", 429, {"Retry-After": "2"}), Page(b"busy", 503, {"Retry-After": "0"}), Page(feed("busy", [1]).encode(), 200, {"Content-Type": "application/rss+xml"})]
site.set("/busy/feed", feed("busy", [2], link("next", "older")))
site.pages["/busy/older"] = lambda: answers.pop(0)
done = penny.command("source", "add", f"{HERE}/busy/feed")
has(done.stdout, "2 posts in 2 pages, 2 new", "429 and 503 are waited for as they ask")
has(done.stderr, "going on in 2 s", "and the wait is told")
site.set("/rude/feed", feed("rude", [2], link("next", "older")))
site.set("/rude/older", "no", "text/plain", status=429, retry_after="86400")
done = penny.command("source", "add", f"{HERE}/rude/feed")
ok(done.returncode == 1 and "1440 minutes" in done.stderr and f"source backfill {number('rude')}" in done.stderr, "a day's wait is for another day") or lab.diag(done.stderr)
site.set("/rude/older", feed("rude", [1]))
has(penny.run("source", "backfill", number("rude")), "2 posts in 2 pages, 2 new", "which goes on where it stopped")
site.set("/torn/feed", feed("torn", [2], link("prev-archive", "older")))
site.set("/torn/older", "<!doctype html><title>Oops</title><p>Oops", "text/html")
done = penny.command("source", "add", f"{HERE}/torn/feed")
ok(done.returncode == 1 and "HTML page" in done.stderr and archived("torn") == 1, "a chain that leads to no feed is told, and the source stays")
site.set("/torn/older", "gone", "text/plain", status=404)
ok(penny.command("source", "backfill", number("torn")).returncode == 1, "a document that is missing is no end")
done = penny.command("source", "backfill", "999")
ok(done.returncode == 1 and "999" in done.stderr, "a source that is not there is told")


# --- cut off at page 4
def start(blog):
    return subprocess.Popen([BINARY, "--config", penny.config, "source", "backfill", number(blog)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            stdin=subprocess.DEVNULL)


wordpress = WordPress("killed", 42)
add("killed", "--no-backfill", path="feed/")
reached, go = wordpress.gate(4)
walker = start("killed")
ok(reached.wait(30), "a walk comes to page 4")
walker.send_signal(signal.SIGKILL)
walker.communicate()
go.set()
wordpress.gates.clear()
eq(archived("killed"), 15, "kill -9 there leaves three pages")
has(penny.run("source", "list"), f"older pages wait for 'pennypost source backfill {number('killed')}'", "source list says that the others wait")
before = len(asked("killed"))
done = penny.command("source", "backfill", number("killed"))
has(done.stdout, "42 posts in 9 pages, 42 new", "the next call reads the rest, and counts as if nothing had been")
has(done.stderr, "going on after page 3", "and says where it begins")
eq(asked("killed")[before], "/killed/feed/?paged=4", "which is page 4")
eq(archived("killed"), 42, "nothing is missing, nothing is there twice")
lacks(penny.run("source", "list"), f"source backfill {number('killed')}'", "and none wait any more")

wordpress = WordPress("stopped", 42)
add("stopped", "--no-backfill", path="feed/")
reached, go = wordpress.gate(4)
walker = start("stopped")
ok(reached.wait(30), "another walk comes to page 4")
walker.send_signal(signal.SIGINT)
wait_for(lambda: re.search(r"^SigCgt:\t\w*[0-9a-f]*", open(f"/proc/{walker.pid}/status").read(), re.M) and
         not int(re.search(r"^SigCgt:\t(\w+)", open(f"/proc/{walker.pid}/status").read(), re.M)[1], 16) & 1 << (signal.SIGINT - 1))
go.set()
output, complaint = walker.communicate(timeout=60)
ok(walker.returncode == 1 and "stopped after page 4" in complaint and f"source backfill {number('stopped')}" in complaint, "Ctrl-C ends it after the page, and tells how to go on") or \
    lab.diag(output + complaint)
eq(archived("stopped"), 20, "that page is stored")
has(penny.run("source", "show", number("stopped")), "read down to page 4; 'pennypost source backfill", "source show says so too")
has(penny.run("source", "backfill", number("stopped")), "42 posts in 9 pages, 42 new", "and it goes on")
has(penny.run("source", "show", number("stopped")), "read, 9 pages with 42 posts", "and what came of it")

# --- what a real WordPress served
if lab.available("its seven pages", suites=["wordpress"]):
    RECORDED = lab.suite("wordpress")
    for n in range(1, 9):
        site.recorded("/recorded/feed/" + (f"?paged={n}" if n > 1 else ""), os.path.join(RECORDED, f"rss-{n}.xml"), os.path.join(RECORDED, f"rss-{n}.headers"))
    before = len(penny.rows("entry", "list"))
    has(add("recorded", path="feed/"), "63 posts in 7 pages, 63 new", "a real WordPress's seven pages come with its feed")
    eq(len(penny.rows("entry", "list")) - before, 63, "63 posts in one archive from one source")

# --- none of it is news, and what comes next is
penny.serve()
site.set("/plain/feed", feed("plain", [3, 2, 1]))
ok(wait_for(lambda: penny.rows("delivery", "list"), 30), "a post that is new becomes a letter")
ok(wait_for(lambda: archived("moving") == 46, 30), "and so do the posts that appeared during a walk")
ok(wait_for(lambda: len(penny.rows("delivery", "list")) >= 5, 30), "each of them")
eq(len(penny.rows("delivery", "list")), 5, "and nothing else was sent")
lab.done()
