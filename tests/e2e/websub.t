#!/usr/bin/python3
"""websub.t - a hub pushes what a source publishes.

The numbers are those of the subscriber's cases in the W3C's implementation report.
"""

import json
import re
import time

import lab
from lab import eq, has, lacks, ok, wait_for

lab.enter(programs=["openssl"])
lab.names("penny.test")
site, hub = lab.Site(), lab.Hub()
penny = lab.Pennypost().init(url="http://penny.test:8080")
penny.serve()
BLOG = "http://blog.test:8001"
lab.names("blog.test")
ATOM = '<link rel="{}" href="{}"/>'


def atom(name, *titles, links=""):
    entries = "".join(f'<entry><id>tag:blog.test,2026:{name}/{title}</id><title>{title}</title><updated>2026-09-0{n + 1}T00:00:00Z</updated>'
                      f'<link href="{BLOG}/{name}/{title}"/><content type="html">&lt;p&gt;About {title}.&lt;/p&gt;</content></entry>'
                      for n, title in enumerate(titles))
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><id>tag:blog.test,2026:{name}</id><title>{name}</title>{links}{entries}</feed>'


def rss(name, extra=""):
    text = lab.rss(name, BLOG, [{"guid": name + "-1", "title": name + " begins", "content": "<p>Here.</p>"}])
    return text.replace("<rss ", '<rss xmlns:atom="http://www.w3.org/2005/Atom" ').replace("<description/>", "<description/>" + extra)


def link(hub_url, self_url):
    return f'<{hub_url}>; rel="hub", <{self_url}>; rel=self'


def add(path, body, kind="application/atom+xml", **headers):
    """A source with this document; its topic."""
    site.set(path, body, kind, etag='"1"', **headers)
    return source(BLOG + path)


def source(url):
    penny.run("source", "add", url)
    return url


def number(url):
    return next(row[0] for row in penny.rows("source", "list") if row[4] == url)


def titles():
    return [row[5] for row in penny.rows("entry", "list")]


def came(title):
    return wait_for(lambda: title in titles())


def subscription(what, topic, **which):
    """The verified request for topic; without one the test ends, for all that follows needs it."""
    request = hub.subscribed(topic, **which)
    if not ok(request, what):
        lab.diag(f"asked: {[(r.path, r.mode, r.topic, r.verified) for r in hub.requests]}")
        lab.diag(penny.log()[-3000:])
    return request


def row(topic):
    """state, pending, lease_end, words, forged, proven and pushed_until of what we know of a topic."""
    return penny.peek("SELECT w.state, w.pending, w.lease_end, w.words, w.forged, w.proven, s.pushed_until FROM websub w"
                      " LEFT JOIN source s ON s.id = w.source WHERE w.topic = ?", topic)[0]


# --- who is asked, for what
topic = add("/100", rss("100"), "application/rss+xml", link=link(hub.url + "/", BLOG + "/100"))
first = subscription("100 Link headers name hub and topic", topic)
eq((first.path, first.mode, first.kind), ("/", "subscribe", "application/x-www-form-urlencoded"), "the hub is asked with a form")
ok(first.callback.startswith("http://penny.test:8080/websub/") and len(first.callback.rpartition("/")[2]) >= 22, "for a callback nobody can guess")
ok(22 <= len(first.secret) < 200, "with a secret of less than 200 bytes")
eq(first.lease, "864000", "for ten days")
eq(first.verified[0][0], 200, "it is told that we want that")
has(first.verified[0][2], "text/plain", "in plain text")

page = '<!doctype html><html><head><title>101</title><link rel="hub" href="{}/"><link rel="self" href="{}/101"></head><body class="h-feed">' \
       '<article class="h-entry"><h1 class="p-name">A note</h1><a class="u-url" href="/101/note">#</a><div class="e-content">Text.</div></article></body></html>'
site.set("/101", page.format(hub.url, BLOG), "text/html", etag='"1"')
penny.run("source", "add", BLOG + "/101")
subscription("101 a page's <link> does", BLOG + "/101")

topic = add("/102", atom("102", "one", links=ATOM.format("hub", hub.url + "/") + ATOM.format("self", BLOG + "/102")))
subscription("102 Atom's links do", topic)
topic = add("/102-two", atom("102-two", "one", links=ATOM.format("hub", hub.url + "/say/500") + ATOM.format("hub", hub.url + "/") + ATOM.format("self", BLOG + "/102-two")))
ok(wait_for(lambda: hub.asked(topic)), "of two hubs the first is asked")
topic = add("/103", rss("103", f'<atom:link rel="hub" href="{hub.url}/"/><atom:link rel="self" href="{BLOG}/103"/>'), "application/rss+xml")
subscription("103 atom:link in RSS does", topic)
topic = add("/json", json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "json", "feed_url": BLOG + "/json", "items": [{"id": "j1", "content_text": "hi"}],
                                 "hubs": [{"type": "rssCloud", "url": BLOG + "/no"}, {"type": "WebSub", "url": hub.url + "/"}]}), "application/feed+json")
subscription("JSON Feed's hubs do", topic)
topic = add("/104", atom("104", "one", links=ATOM.format("hub", BLOG + "/nohub") + ATOM.format("self", BLOG + "/notme")), link=link(hub.url + "/", BLOG + "/104"))
subscription("104 headers are believed before the document", topic)
eq([r for r in site.requests if r[0] == "POST"] + hub.asked(BLOG + "/notme"), [], "and what the document says is not asked for")

add("/200", atom("200", "one"), link=link(hub.url + "/", BLOG + "/200-self"))
subscription("200 the topic is rel=self", BLOG + "/200-self")
ok(number(BLOG + "/200"), "the source keeps the address that its owner gave")
for case, status in (("201", 302), ("202", 301)):
    site.set(f"/{case}", "", status=status, location=f"{BLOG}/{case}-at")
    site.set(f"/{case}-at", atom(case, "one"), "application/atom+xml", etag='"1"', link=link(hub.url + "/", f"{BLOG}/{case}-self"))
    source(f"{BLOG}/{case}") if status == 302 else penny.run("source", "add", f"{BLOG}/{case}")
    subscription(f"{case} behind a {status}, what the last answer calls itself", f"{BLOG}/{case}-self")
for case, status in (("203", 307), ("204", 308), ("203 of old", 302), ("204 of old", 301)):
    path = "/" + case.replace(" ", "-")
    topic = add(path, atom(case, "one"), link=link(f"{hub.url}/to/{status}/moved?x=1", BLOG + path))
    request = subscription(f"{case}: a hub's {status} is followed", topic, path="/moved")
    eq(request and hub.asked(topic)[0].secret, request and request.secret, "with the same request")
topic = add("/sync", atom("sync", "one"), link=link(hub.url + "/sync", BLOG + "/sync"))
subscription("a hub may verify before it answers", topic)
hub.extra = "from=hub&"
topic = add("/query?a=b%20c&d=%C3%A9", atom("query", "one"), link=link(hub.url + "/?key=1&x=%2F", BLOG + "/query?a=b%20c&d=%C3%A9"))
request = subscription("queries of topics, of hubs and of what they ask back are kept", BLOG + "/query?a=b%20c&d=%C3%A9")
eq(request and request.path, "/?key=1&x=%2F", "the hub's own one too")
hub.extra = ""

# --- what was not asked for
ask = lambda **words: hub.intend(first, **{"mode": "subscribe", "topic": first.topic, "challenge": "c" * 10, "lease_seconds": 1000, **words})
eq(ask(topic=BLOG + "/205")[0], 404, "205 another topic is refused with 404")
eq(ask(mode="unsubscribe")[0], 404, "so is another mode")
eq(ask(mode="publish")[0], 404, "and an unknown one")
eq(hub.get(first.callback)[0], 404, "and no question at all")
eq(hub.get(first.callback.rpartition("/")[0] + "/" + "A" * 32 + "?hub.mode=subscribe&hub.topic=" + first.topic + "&hub.challenge=x")[0], 404, "and another callback")
eq(hub.get(first.callback + "?hub.mode=subscribe&hub.topic=" + first.topic + "&hub.challenge=x", "HEAD")[0], 404, "and HEAD, which must change nothing")
eq(ask(challenge="once more")[1], "once more", "a hub that missed the answer may ask again")
lacks(ask(topic=BLOG + "/205", challenge="<b>x</b>")[1], "<b>", "a challenge is no way to write pages")

# --- pushes
topic, request = first.topic, first
eq(hub.push(request, atom("100", "pushed")) // 100, 2, "300 a push is answered with 2xx")
ok(came("pushed"), "and what it brings is in the archive")
eq(hub.push(request, atom("100", "forged"), secret="not it") // 100, 2, "301 so is one with a wrong signature")
eq(hub.push(request, atom("100", "unsigned"), signature="") // 100, 2, "302 and one without any")
for wrong in ("sha256", "sha256=", "sha256=00", "md5=d41d8cd98f00b204e9800998ecf8427e", "=", "sha1=" + "g" * 40):
    hub.push(request, atom("100", "misspelt"), signature=wrong)
for method in ("sha1", "sha256", "sha384", "sha512"):
    hub.push(request, atom("100", method), method=method)
    ok(came(method), f"{method} signs")
ok(not {"forged", "unsigned", "misspelt"} & set(titles()), "and nothing of the forged ones was read")
eq(row(topic)[4], 8, "they are counted")
eq(hub.get(first.callback + "x", "POST", b"x")[0], 404, "a push to an unknown callback is 404")
big = atom("100", "large").replace("About large.", "All about large. " * 180000)
eq(hub.push(request, big) // 100, 2, "a feed of three megabytes may be pushed")
ok(came("large"), "and is read")
eq(hub.get(first.callback + "x", "POST", big.encode())[0], 413, "but not to whom it was never asked for")
polls = site.count("/100")
eq(hub.push(request, "<html>no feed</html>") // 100, 2, "a push that makes no sense is taken")
ok(wait_for(lambda: site.count("/100") > polls), "and the source is fetched instead")
later = "SELECT next_fetch / 1000 FROM source WHERE url = ?"
ok(wait_for(lambda: penny.peek(later, BLOG + "/102")[0][0] > time.time() + 3600), "what a hub pushes is fetched seldom")
eq(row(topic)[6], row(topic)[2], "while pushes come, the source is marked as pushed until the lease ends")
site.set("/100", rss("100").replace("100-1", "100-2").replace("begins", "goes on"), "application/rss+xml", etag='"2"', link=link(hub.url + "/", BLOG + "/100"))
penny.run("source", "poll", number(topic))
ok(came("100 goes on"), "a fetch finds what no push has brought")
eq(row(topic)[5:], (0, 0), "then pushes are not relied on")
hub.push(request, atom("100", "again"))
ok(came("again") and wait_for(lambda: row(topic)[5:] == (1, row(topic)[2])), "until one comes again")

penny.kill_role("ingest")
eq(hub.push(request, atom("100", "meanwhile")) // 100, 2, "a push is taken while nobody is there to read it")
ok(came("meanwhile"), "and read later")

# --- refusals and failures
both = f'<{hub.url}/say/403>; rel=hub, <{hub.url}/>; rel="hub"'
topic = add("/two-hubs", atom("two-hubs", "one"), link=f"{both}, <{BLOG}/two-hubs>; rel=self")
second = subscription("when the first hub refuses, the second is asked", topic, path="/")
refused = hub.asked(topic, path="/say/403")
eq(len(refused), 1, "the first is not asked again")
ok(second and refused[0].secret != second.secret and refused[0].callback != second.callback, "and knows nothing that is the second's")
topic = add("/denied", atom("denied", "one"), link=link(hub.url + "/deny", BLOG + "/denied"))
ok(wait_for(lambda: (row(topic)[3] or "").endswith("we do not know you")), "denied: the reason is kept")
eq((row(topic)[0], len(hub.asked(topic))), (2, 1), "and the hub is not asked again soon")
topic = add("/no", atom("no", "one"), link=link(hub.url + "/say/404", BLOG + "/no"))
ok(wait_for(lambda: row(topic)[3]), "a refusal's words are kept")
has(row(topic)[3], "404: not with us", "in one line")
polls = site.count("/no")
ok(wait_for(lambda: site.count("/no") > polls), "and the source is fetched as ever")
topic = add("/round", atom("round", "one"), link=link(hub.url + "/to/307" * 6 + "/", BLOG + "/round"))
ok(wait_for(lambda: row(topic)[3]), "a hub that leads on and on is left")
has(row(topic)[3], "leads nowhere", "as one that refuses")
topic = add("/inside", atom("inside", "one"), link=link("http://10.1.2.3/hub", BLOG + "/inside"))
ok(wait_for(lambda: row(topic)[3]), "a hub in a private network is not asked")
has(row(topic)[3], "a private address", "for that reason")
hub.down["/lunch"] = 3
topic = add("/lunch", atom("lunch", "one"), link=link(hub.url + "/lunch", BLOG + "/lunch"))
subscription("a hub that fails is asked again", topic, seconds=40)
eq((len(hub.asked(topic)), row(topic)[3]), (4, None), "until it works")
eq(len(re.findall(r"hub failed.*?/lunch", penny.log())), 1, "its failing is one line in the log")
topic = add("/silent", atom("silent", "one"), link=link(hub.url + "/silent", BLOG + "/silent"))
ok(wait_for(lambda: row(topic)[3], 30), "a hub that never asks back is told from one that works")
eq(row(topic)[0], 0, "and is not relied on")

# --- leases
hub.lease = 4
topic = add("/short", atom("short", "one"), link=link(hub.url + "/", BLOG + "/short"))
subscription("a short lease is taken", topic)
ok(wait_for(lambda: len(hub.asked(topic)) >= 3), "and renewed before it ends, again and again")
eq(len({(r.callback, r.secret) for r in hub.asked(topic)}), 1, "for the same callback, with the same secret")
eq({r.verified[0][0] for r in hub.asked(topic)[:2]}, {200}, "each time verified")
hub.lease = 10 ** 9
topic = add("/long", atom("long", "one"), link=link(hub.url + "/", BLOG + "/long"))
subscription("a lease of thirty years is taken", topic)
ok(row(topic)[2] / 1000 < time.time() + 31 * 86400, "for a month")

# --- the end
request = hub.subscribed(first.topic)
penny.run("source", "remove", number(first.topic))
ok(wait_for(lambda: hub.asked(first.topic, "unsubscribe")), "when a source is removed, the hub is told to stop")
bye = hub.asked(first.topic, "unsubscribe")[0]
ok(wait_for(lambda: bye.verified) and bye.verified[0][0] == 200, "and that is what we say when it asks back")
eq(bye.callback, request.callback, "for the callback that it had")
eq(hub.push(request, atom("100", "too late")), 410, "a push after that is told to stop")
topic = BLOG + "/102"
old = hub.subscribed(topic)
site.set("/102", atom("102", "one", "two", links=ATOM.format("self", topic)), "application/atom+xml", etag='"2"')
penny.run("source", "poll", number(topic))
ok(wait_for(lambda: hub.asked(topic, "unsubscribe")), "the same when the source names no hub any more")
eq(hub.push(old, atom("102", "too late")), 410, "and its pushes are not wanted")

home = lab.Pennypost("home", 8090).init(url="http://localhost:8090")
home.serve()
before = len(hub.requests)
site.set("/home", atom("home", "one"), "application/atom+xml", etag='"1"', link=link(hub.url + "/", BLOG + "/home"))
home.run("source", "add", BLOG + "/home")
home.run("source", "poll")
eq((hub.asked(BLOG + "/home"), home.peek("SELECT count(*) FROM websub")), ([], [(0,)]), "who cannot be reached from outside asks no hub")
lab.done()
