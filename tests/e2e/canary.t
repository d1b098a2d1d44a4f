#!/usr/bin/python3
"""canary.t - words past the cut of a gated post, and of one for supporters: through no door without the key, and all of them with it."""

import re
import urllib.parse

import lab
from lab import eq, has, lacks, ok, wait_for

lab.enter(modules=["aiosmtpd"], programs=["nginx", "openssl"])
SENTENCE = "Rain fell on the upper works all night and in the morning the gauge stood a hand above the mark, as it had in March. "
CANARIES = ["kanarienvogel", "bildkanarie", "linkkanarie", "fusskanarie", "klangkanarie", "kurzkanarie", "codekanarie", "notizkanarie"]
BLACKBIRDS = [canary.replace("kanarie", "amsel") for canary in CANARIES[:-1]]
POST = ("".join(f"<p>{SENTENCE * 2}</p>" for _ in range(6)) +
        '<h2>After the cut</h2><p>Past it sings the kanarienvogel.<sup><a href="#fn1" id="fnref1">1</a></sup></p>'
        '<p><img src="https://blog.test/bildkanarie.png" alt="a bildkanarie" width="10" height="10"></p>'
        '<p><a href="https://blog.test/linkkanarie">elsewhere</a></p><pre><code>codekanarie()</code></pre>' +
        "".join(f"<p>{SENTENCE * 2}</p>" for _ in range(6)) +
        '<div class="footnotes"><ol><li id="fn1">A note: fusskanarie. <a href="#fnref1">↩</a></li></ol></div>')
EXTRA = '<enclosure url="https://blog.test/klangkanarie.mp3" type="audio/mpeg" length="5"/>'
ACTIVITY = {"Accept": 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'}

sink = lab.Sink(port=2525)
site = lab.Site()
blog, other_blog = lab.Blog(site), lab.Blog(site, "other-blog.test", "Another Blog")
blog.publish("", "<p>Whoever comes by may read this half, and then sings the notizkanarie of the weir.</p>")
blog.publish("One for supporters", POST.replace("kanarie", "amsel"), summary=f"In short: kurzamsel. {SENTENCE}", extra=EXTRA.replace("kanarie", "amsel"), tags=["leat"])
blog.publish("A gated post", POST, summary=f"In short: kurzkanarie. {SENTENCE}", extra=EXTRA, tags=["leat", "works"])
other_blog.publish("Of the other one")
penny = lab.Pennypost().init("https://penny.test", "Penny Test", "penny", "--gate", "all")
penny.mail_to(sink)
penny.run("publication", "add", "--url", "https://other.test", "--name", "The Other", "--handle", "other")
penny.run("source", "add", blog.url, "--publication", "penny.test")
penny.run("source", "add", other_blog.url, "--publication", "other.test")
penny.run("subscriber", "add", "--confirmed", "neighbour@mail.test", "--publication", "other.test")
lab.proxy({"penny.test": penny.port, "other.test": penny.port})
penny.serve()


def sings(text):
    """Which canaries, and blackbirds, are heard in it, however it is escaped."""
    text = urllib.parse.unquote(text).lower()
    return [bird for bird in CANARIES + BLACKBIRDS if bird in text]


def heard(browser, url, headers=None):
    answer = browser.get(url, headers)
    return sings(answer.text + str(answer.headers))


def blackbirds(found):
    """Of what a crawl has found, what sings for supporters alone."""
    return {url: birds for url, birds in found.items() if set(birds) & set(BLACKBIRDS)}


def crawl(browser, starts):
    """Every address of the site that can be come by from there: {(address, kind): canaries heard}."""
    found, queue = {}, [(start, kind) for start in starts for kind in ("page", "activity")]
    while queue and len(found) < 500:
        url, kind = queue.pop()
        if (url, kind) in found:
            continue
        answer = browser.get(url, ACTIVITY if kind == "activity" else None)
        found[url, kind] = sings(answer.text + str(answer.headers))
        links = re.findall(r'(?:href|src|action)="([^"]+)"', answer.text) + re.findall(r"https://(?:penny|other)\.test[^\s\"'<>\\]*", answer.text)
        for link in links:
            link = urllib.parse.urljoin(answer.url, link.replace("&amp;", "&")).partition("#")[0]
            if re.match(r"https://(penny|other)\.test(/|$)", link):
                queue += [(link, "page"), (link, "activity")]
    return found


entries = {row[5]: row for row in penny.rows("entry", "list", "--publication", "penny.test")}
entry, rare = entries["A gated post"], entries["One for supporters"]
penny.run("entry", "access", rare[0], "supporter")
rare_page = rare[4]
page = entry[4]
number = entry[0]
starts = ["https://penny.test" + path for path in
          ("/", "/archive", "/feed.xml", "/feed.atom", "/feeds", "/tag/leat", "/robots.txt", "/sitemap.xml", "/@penny", "/@penny/outbox", "/@penny/outbox/1",
           "/@penny/followers", "/nodeinfo/2.0", "/nodeinfo/2.1", "/.well-known/nodeinfo", "/.well-known/webfinger?resource=acct:penny@penny.test",
           f"/p/{number}", f"/p/{number}/create", "/letters", "/search?q=kanarienvogel", "/?q=kanarienvogel", "/oembed?url=" + urllib.parse.quote(page))]
starts += [rare_page, rare_page + "?full=1", f"/p/{rare[0]}", f"/p/{rare[0]}/create"]
starts = [urllib.parse.urljoin("https://penny.test", start) for start in starts]
starts += [page, page + "?full=1", page + "/", "https://other.test/", "https://other.test/feed.xml", page.replace("penny.test", "other.test")]

# --- a stranger
stranger = lab.Browser("https://penny.test")
eq(stranger.get(page).status, 200, "a stranger sees the page of a gated post")
has(stranger.get(page).text, "Rain fell", "with its opening")
has(stranger.get("/feed.xml").text, "Rain fell", "and the opening in the feed")
has(stranger.get("/@penny/outbox/1", ACTIVITY).text, "Rain fell", "and in the outbox")
found = crawl(stranger, starts)
ok(len(found) > 40, f"a stranger's crawl sees {len(found)} answers")
eq({url: birds for url, birds in found.items() if birds}, {}, "and hears no canary in any of them")
eq(heard(lab.Browser("https://penny.test", {"Cookie": "session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}), page), [], "nor with a cookie of their own making")
eq(heard(stranger, page, {"X-Forwarded-For": "127.0.0.1", "X-Original-URL": "/", "User-Agent": "Googlebot/2.1", "Referer": "https://www.google.com/"}), [],
   "nor as a search engine")


# --- somebody who asked, and did not confirm
def link_in(mail):
    return re.search(r"https://[a-z.]+/c/[\w.-]+", mail.part("text/plain"))[0]


visitor = lab.Browser("https://penny.test")
form = visitor.get("/subscribe")
visitor.submit(form, form.form("/subscribe"), email="ada@mail.test")
ok(wait_for(lambda: sink.to("ada@mail.test")), "who subscribes gets a letter")
eq(sings(sink.to("ada@mail.test")[0].raw.decode()), [], "that says nothing of the post")
confirm = visitor.get(link_in(sink.to("ada@mail.test")[0]))
eq(sings(confirm.text), [], "nor does the page behind its link")
eq({url: birds for url, birds in crawl(visitor, starts).items() if birds}, {}, "who has not confirmed hears nothing")

# --- with the key
visitor.submit(confirm, confirm.form("/c/"))
ok("session" in " ".join(visitor.cookies), "the button signs in")
has(heard(visitor, page), "kanarienvogel", "a subscriber hears the canary")
eq(sorted(set(CANARIES) - set(heard(visitor, page)) - {"kurzkanarie", "klangkanarie", "notizkanarie"}), [], "and sees all of the text: picture, link, code, note")
found = crawl(visitor, starts)
ok(any("kanarienvogel" in birds for birds in found.values()), "there are more than one on their way through all of it")
eq(blackbirds(found), {}, "and no blackbird, which sings for supporters")
penny.run("subscriber", "set", "ada@mail.test", "--tier", "supporter", "--publication", "penny.test")
eq(sorted(set(BLACKBIRDS) - set(heard(visitor, rare_page)) - {"kurzamsel", "klangamsel"}), [], "a supporter sees all of that, too")
eq(heard(stranger, rare_page), [], "and it is not kept for the next stranger")
penny.run("subscriber", "set", "ada@mail.test", "--tier", "subscriber", "--publication", "penny.test")
eq(heard(visitor, rare_page), [], "nor for who is a supporter no longer")
answer = visitor.get(page)
ok("private" in answer.headers.get("Cache-Control", "") or "no-store" in answer.headers.get("Cache-Control", ""), "no cache may keep that page")
eq(heard(stranger, page), [], "and it is not kept for the next stranger")
cookie_line = visitor.post("/signin", {"email": "ada@mail.test"})
wait_for(lambda: len(sink.to("ada@mail.test")) >= 2)
again = lab.Browser("https://penny.test")
signin = again.get(link_in(sink.to("ada@mail.test")[-1]))
answer = again.submit(signin, signin.form("/c/"), follow=False)
flags = str(answer.headers.get_all("Set-Cookie")).lower()
ok(all(flag in flags for flag in ("httponly", "secure", "samesite=")), "the session's cookie is HttpOnly, Secure and SameSite")

# --- the key of another publication
neighbour = lab.Browser("https://other.test")
neighbour.post("/signin", {"email": "neighbour@mail.test"})
ok(wait_for(lambda: sink.to("neighbour@mail.test")), "a subscriber of the other publication signs in there")
signin = neighbour.get(link_in(sink.to("neighbour@mail.test")[0]))
neighbour.submit(signin, signin.form("/c/"))
ok(neighbour.cookies, "and has a session")
eq(heard(neighbour, page), [], "which opens nothing here")
stolen = lab.Browser("https://penny.test")
stolen.cookies = dict(visitor.cookies)
has(heard(stolen, page), "kanarienvogel", "(a session's cookie is the key)")
eq([birds for birds in (heard(stolen, page.replace("penny.test", "other.test")),) if birds], [], "and the key of this one opens nothing there")
eq({url: birds for url, birds in crawl(neighbour, starts).items() if birds}, {}, "the neighbour hears no canary anywhere")

# --- letters of a new post
before = len(sink.mails)
blog.publish("Another gated post", POST.replace("Past it", "Again past it"), summary="kurzkanarie", extra=EXTRA)
ok(wait_for(lambda: len(sink.mails) > before, 30), "a new gated post goes out")
has(sings(sink.mails[-1].part("text/plain")), "kanarienvogel", "in full to who subscribed")
pending = lab.Browser("https://penny.test")
form = pending.get("/subscribe")
pending.submit(form, form.form("/subscribe"), email="grace@mail.test")
wait_for(lambda: sink.to("grace@mail.test"))
ok(wait_for(lambda: all(row[3] == "delivered" for row in penny.rows("delivery", "list"))), "all letters are out")
eq([mail.recipient for mail in sink.mails if sings(mail.raw.decode()) and mail.recipient != "ada@mail.test"], [], "and to nobody else")

# --- the gate opened: the canaries can be heard at all
penny.run("publication", "gate", "free", "--publication", "penny.test")
ok(wait_for(lambda: "kanarienvogel" in heard(stranger, page)), "the gate is open")
found = crawl(stranger, starts)
eq(blackbirds(found), {}, "but not for what is for supporters")
for url in (page, "https://penny.test/feed.xml", "https://penny.test/feed.atom"):
    ok(wait_for(lambda: "kanarienvogel" in heard(stranger, url)), f"with the gate open a stranger hears it at {url}")
ok(wait_for(lambda: "kanarienvogel" in heard(stranger, "/@penny/outbox/1", ACTIVITY)), "and in the outbox")
lab.done()
