#!/usr/bin/python3
"""wordpress.t - a blog of 63 posts, as a real WordPress served its feed page by page, is one archive of 63 entries."""

import os
import re

import lab
from lab import eq, has, ok, wait_for

lab.enter(programs=["nginx", "openssl"], suites=["wordpress"])
RECORDED = lab.suite("wordpress")
POSTS = 63

site = lab.Site(8015)
pages = {1: "/feed/", **{n: f"/feed/?paged={n}" for n in range(2, 9)}}
for number, path in pages.items():
    site.recorded(path, os.path.join(RECORDED, f"rss-{number}.xml"), os.path.join(RECORDED, f"rss-{number}.headers"))
site.recorded("/feed/atom/", os.path.join(RECORDED, "atom-1.xml"), os.path.join(RECORDED, "atom-1.headers"))
sources = {item for number in range(1, 8) for item in re.findall(r"<guid[^>]*>([^<]+)<", site.pages[pages[number]].body.decode())}
eq(len(sources), POSTS, "the recorded pages have 63 posts")

penny = lab.Pennypost().init(name="The Source Blog", handle="source")
lab.proxy({"wp.test": site.port, "penny.test": penny.port})


def entries():
    return penny.rows("entry", "list")


penny.run("source", "add", "https://wp.test" + pages[1], "--no-backfill")
eq(len(entries()), 10, "the first page brings ten posts")
for number in range(2, 8):
    penny.run("source", "add", "https://wp.test" + pages[number], "--no-backfill")
eq(len(entries()), POSTS, "all seven pages bring 63")
past = penny.command("source", "add", "https://wp.test" + pages[8])
ok(past.returncode == 1 and "404" in past.stderr, "the page past the end is no source, and the reason is told")
eq(len(penny.rows("source", "list")), 7, "and none was made")
penny.run("source", "poll")
eq(site.requests[-1][3], 304, "a second poll is answered with 304")
for page in site.pages.values():  # the same posts once more, as if all were changed
    for name in [name for name in page.headers if name.lower() in ("etag", "last-modified")]:
        del page.headers[name]
for _ in range(3):
    penny.run("source", "poll")
penny.run("source", "add", "https://wp.test/feed/atom/")
eq(len(entries()), POSTS, "polls without validators, and the same posts as Atom, add none")
eq(len({row[4] for row in entries()}), POSTS, "each has an address of its own")
eq(penny.rows("delivery", "list"), [], "and none of it was ever to be sent")

penny.serve()
browser = lab.Browser("https://penny.test")
front = browser.get("/")
eq(front.status, 200, "the publication has a page")
has(re.sub(r"<[^>]+>", "", front.text), f"{POSTS} posts", "which counts them")
paths = [re.sub(r"^https://[^/]+", "", row[4]) for row in entries()]
listed, years = set(), set(re.findall(r'href="(/archive/\d+)"', browser.get("/archive").text))
queue = ["/archive", *sorted(years)]
seen = set()
while queue:
    path = queue.pop()
    if path in seen:
        continue
    seen.add(path)
    page = browser.get(path).text
    listed.update(re.findall(r'class="u-url p-name" href="([^"]+)"', page))
    queue += [link for link in re.findall(r'rel="next" href="([^"]+)"', page)]
eq(listed, set(paths), "the archive lists all 63, and nothing else")
eq([path for path in paths if browser.get(path).status != 200], [], "each has its page")

front_page_xml = site.pages[pages[1]].body.decode()
before = len(site.requests)
ok(wait_for(lambda: len(site.requests) > before + 16, 60), "the ingest role polls on")
eq(len(entries()), POSTS, "and it stays at 63")

# One post more, as WordPress shows it.
item = ("<item><title>A 64th post</title><link>https://wp.test/2026/11/post-64/</link><guid isPermaLink=\"false\">https://wp.test/?p=6400</guid>"
        "<pubDate>Mon, 23 Nov 2026 02:00:00 +0000</pubDate><content:encoded><![CDATA[<p>News.</p>]]></content:encoded></item>")
penny.run("subscriber", "add", "--confirmed", "ada@example.net")
site.set(pages[1], front_page_xml.replace("<item>", item + "<item>", 1))
ok(wait_for(lambda: len(entries()) == POSTS + 1, 30), "a new post makes 64")
ok(wait_for(lambda: [row[3] for row in penny.rows("delivery", "list")] == ["delivered"], 30), "and one letter")
lab.done()
