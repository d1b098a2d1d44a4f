#!/usr/bin/python3
"""readers.t - feed readers and browsers by others read what we serve, and need not fetch it twice."""

import re

import lab
from lab import eq, has, lacks, ok, wait_for

lab.enter(modules=["feedparser", "html5lib"], programs=["nginx", "openssl"])
import feedparser
import html5lib

CONTENT = ("<p>First paragraph with <em>emphasis</em>, “quotes” &amp; an ampersand.</p><p><img src=\"/pictures/leat.png\" alt=\"The leat\" width=\"640\" height=\"480\"></p>"
           "<h2>A heading</h2><ul><li>one</li><li>two</li></ul><pre><code>if (a &lt; b) return;</code></pre>"
           "<script>alert('no')</script><p onclick=\"alert('no')\">Last paragraph.</p>")
blog = lab.Blog(lab.Site())
for number in range(1, 26):
    blog.publish(f"Post {number}: salt & “light”", CONTENT, time=1780000000 + number * 86400, tags=["salt", "Light & dark"])
penny = lab.Pennypost().init(name="Penny's <Test>", handle="penny")
penny.run("source", "add", blog.url)
lab.proxy({"penny.test": penny.port})
penny.serve()
browser = lab.Browser("https://penny.test")

# --- feeds
ids = {}
for path, version in (("/feed.xml", "rss20"), ("/feed.atom", "atom10")):
    answer = browser.get(path)
    feed = feedparser.parse(answer.body, response_headers={"content-type": answer.headers["Content-Type"]})
    eq((feed.version, bool(feed.bozo)), (version, False), f"{path} is well-formed {version}") or lab.diag(feed.get("bozo_exception"))
    eq((feed.feed.title_detail.type, feed.feed.title), ("text/html", "Penny's &lt;Test&gt;"), "with the publication's name, as HTML: a page that shows it has no <test>")
    eq(feed.feed.link.rstrip("/"), "https://penny.test", "and its address")
    ok(any(link.rel == "self" and link.href == "https://penny.test" + path for link in feed.feed.links), "and where it is itself")
    entry = feed.entries[0]
    eq(entry.title, "Post 25: salt & “light”", "the newest post comes first, its title as written")
    eq(sorted(tag.term for tag in entry.tags), ["Light & dark", "salt"], "with its tags")
    eq(entry.published_parsed[:3], (2026, 6, 22), "its date")
    text = entry.content[0].value if "content" in entry else entry.summary
    has(text, "Last paragraph.", "all of its text")
    has(text, f'src="{blog.link}/pictures/leat.png"', "pictures with an absolute address")
    lacks(text, "alert", "and nothing that would run")
    ok(entry.link.startswith("https://penny.test/2026/"), "its link is its page here")
    eq(len({entry.id for entry in feed.entries}), len(feed.entries), "each entry has an id of its own")
    ids[path] = {entry.title: entry.id for entry in feed.entries}
    eq(browser.get(path, {"If-None-Match": answer.headers["ETag"]}).status, 304, "304 to who has it, by ETag")
    eq(browser.get(path, {"If-Modified-Since": answer.headers["Last-Modified"]}).status, 304, "and by date")
    unchanged = browser.get(path, {"If-None-Match": answer.headers["ETag"]}).headers
    eq([unchanged.get(name) for name in ("Vary", "Cache-Control")], [answer.headers.get(name) for name in ("Vary", "Cache-Control")], "which caches understand like the 200")
    eq(browser.get(path).body, answer.body, "the same bytes as long as nothing changed")
eq(ids["/feed.xml"], ids["/feed.atom"], "an entry has one id, in whatever feed")

# --- pages
paths = ["/", "/archive", "/archive/2026", "/tag/salt", "/feeds", "/privacy", "/subscribe", "/signin", "/nothing-here"]
paths.append(re.search(r'class="u-url p-name" href="([^"]+)"', browser.get("/").text)[1])
for path in paths:
    answer = browser.get(path)
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    tree = parser.parse(answer.text)
    # html5lib 1.1 is older than some elements; what it calls an error must be about structure.
    eq([error for error in parser.errors if error[1] != "unexpected-self-closing"], [], f"{path}: html5lib has no complaint")
    head, body = tree.find("head"), tree.find("body")
    ok(tree.get("lang") and head.find("title").text, "a language and a title")
    eq(len(list(body.iter("h1"))), 1, "one main heading")
    eq([script.get("type") for script in tree.iter("script") if script.get("type") != "application/ld+json"], [], "no script")
    named = [element.get("id") for element in tree.iter() if isinstance(element.tag, str) and element.get("id")]
    eq(len(named), len(set(named)), "no id twice")
    labelled = {label.get("for") for label in body.iter("label")}
    eq([field.get("name") for field in body.iter("input") if field.get("type") not in ("hidden", "checkbox") and field.get("name") != "website" and
        field.get("id") not in labelled], [], "each field has its label")
    eq([image.get("src") for image in body.iter("img") if image.get("alt") is None], [], "and each picture its words")
    has(answer.headers.get("Content-Security-Policy", ""), "default-src 'none'", "no foreign code may run in it")
    eq(answer.headers.get("X-Content-Type-Options"), "nosniff", "and nothing is guessed")

# --- a change is seen by who asks again
before = browser.get("/feed.xml")
front = browser.get("/")
blog.publish("News")
ok(wait_for(lambda: browser.get("/feed.xml", {"If-None-Match": before.headers["ETag"]}).status == 200, 30), "a new post changes the feed")
ok(wait_for(lambda: "News" in browser.get("/").text), "and the front page")
feed = feedparser.parse(browser.get("/feed.xml").body)
eq({entry.title: entry.id for entry in feed.entries if entry.title in ids["/feed.xml"]},
   {title: ids["/feed.xml"][title] for title in (entry.title for entry in feed.entries) if title in ids["/feed.xml"]}, "but no id of the others")
lab.done()
