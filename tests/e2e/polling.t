#!/usr/bin/python3
"""polling.t - how sources are asked: validators, redirects, statuses, pauses, doors of their own, and what the owner is told."""

import gzip
import json
import time

import lab
from lab import eq, has, lacks, ok, wait_for
from lab.site import Page

lab.enter(modules=["aiosmtpd"], programs=["openssl"])
sink = lab.Sink(port=587)
site = lab.Site(8001)
penny = lab.Pennypost().init("https://penny.test", "Penny Test", "penny", "--owner", "owner@mail.test")
penny.mail_to(sink)
BASE = "http://blog.test:8001"
lab.names("blog.test")


def feed(name, posts=1):
    return lab.rss(name, BASE, [{"guid": f"{name}-{n}", "title": f"{name} {n}", "content": f"<p>Text {n} of {name}.</p>"} for n in range(posts)])


def answer(path, body="", **page):
    site.pages[path] = Page(body.encode() if isinstance(body, str) else body, page.pop("status", 200),
                            {"Content-Type": "application/rss+xml", **page})


def add(path, *more):
    return int(penny.run("source", "add", BASE + path, *more).split("\t")[0])


def source(number):
    return dict(zip(("id", "state", "fetched", "status", "url", "title", "said"), next(row for row in penny.rows("source", "list") if int(row[0]) == number)))


def asked(path):
    return [request for request in list(site.requests) if request[1] == path]


def poll(number):
    """One more fetch, whatever comes of it."""
    return penny.command("source", "poll", number)


# --- validators go back byte for byte, and nothing is made up
answer("/weak", feed("weak"), ETag='W/"a \\ b--gzip"', **{"Last-Modified": "Sat, 1 Jan 2026 00:00:00 GMT "})
number = add("/weak")
first = asked("/weak")
eq(len(first), 1, "adding a source asks for it once")
eq(len([r for r in first if "If-None-Match" in r[2] or "If-Modified-Since" in r[2]]), 0, "and the first request makes up no validators")
poll(number)
headers = asked("/weak")[-1][2]
eq(headers.get("If-None-Match"), 'W/"a \\ b--gzip"', "the ETag goes back as it came")
eq(headers.get("If-Modified-Since"), "Sat, 1 Jan 2026 00:00:00 GMT", "and so does Last-Modified")
eq(asked("/weak")[-1][3], 304, "so that the server can say 304")
ok("Cookie" not in headers and "Referer" not in headers, "no cookie, no referrer")
has(headers.get("User-Agent", ""), "Pennypost/", "we say who we are")
has(headers.get("Accept-Encoding", ""), "gzip", "and take what is compressed")
answer("/weak", feed("weak", 2))
poll(number)
poll(number)
ok("If-None-Match" not in asked("/weak")[-1][2], "validators that the server gives no more are forgotten")

# --- compressed, within bounds
answer("/gzip", gzip.compress(feed("gzip").encode()), **{"Content-Encoding": "gzip"})
ok(add("/gzip"), "a compressed feed is read")
answer("/bomb", gzip.compress(b"<rss>" + b" " * (200 << 20)), **{"Content-Encoding": "gzip"})
done = penny.command("source", "add", BASE + "/bomb")
ok(done.returncode == 1 and "larger than" in done.stderr, "one that swells beyond all measure is not")

# --- doors of their own
site.pages["/private"] = lambda: Page(feed("private").encode(), 200, {"Content-Type": "application/rss+xml"})
number = int(penny.run("source", "add", "http://ada:s3cret@blog.test:8001/private").split("\t")[0])
has(asked("/private")[-1][2].get("Authorization", ""), "Basic YWRhOnMzY3JldA==", "user and password of the URL are used")
penny.change("UPDATE source SET headers = ? WHERE id = ?", json.dumps({"X-Key": "k1", "User-Agent": "Mine/1"}), number)
poll(number)
headers = asked("/private")[-1][2]
eq((headers.get("X-Key"), headers.get("User-Agent")), ("k1", "Mine/1"), "so are the owner's own headers, instead of ours")

# --- moves
answer("/moved", "", status=301, Location=BASE + "/new")
answer("/new", feed("new"))
penny.run("source", "add", BASE + "/moved")
eq([row[4] for row in penny.rows("source", "list")][-1], BASE + "/new", "a feed that has moved when it is added is kept at its new place")
answer("/later", feed("later"), ETag='"later"')
number = add("/later")
answer("/later", "", status=308, Location=BASE + "/later2")
answer("/later2", feed("later"))
penny.change("UPDATE source SET pause_min = 50, pause_max = 50 WHERE id = ?", number)
poll(number)
eq(source(number)["url"], BASE + "/later", "one that moves later is not written down at once")
ok(wait_for(lambda: poll(number) and source(number)["url"] == BASE + "/later2", 20), "but once it has proved stable")
ok(len(asked("/later")) >= 4, "after three answers at least")
answer("/maybe", feed("maybe"))
number = add("/maybe")
answer("/maybe", "", status=302, Location=BASE + "/maybe2")
answer("/maybe2", feed("maybe"))
penny.change("UPDATE source SET pause_min = 10, pause_max = 10 WHERE id = ?", number)
for _ in range(6):
    poll(number)
eq(source(number)["url"], BASE + "/maybe", "302 is followed and never written down")

# --- what is wrong is told in words
answer("/error-page", "<!doctype html><title>Sorry</title><p>no feed", **{"Content-Type": "text/html"}, status=500)
done = penny.command("source", "add", BASE + "/error-page")
ok(done.returncode == 1 and "500" in done.stderr and "trouble" in done.stderr, "a server's trouble")
answer("/flips", feed("flips"))
number = add("/flips")
answer("/flips", "<!doctype html><title>Down</title>", **{"Content-Type": "text/html"})
done = poll(number)
ok(done.returncode == 1 and "HTML page" in done.stderr, "a page where the feed was is an error, not an empty feed")
answer("/flips", "<rss version='2.0'><channel><title>x</title>")
poll(number)
eq(len([row for row in penny.rows("entry", "list") if "flips" in row[5]]), 1, "and takes nothing away")

# --- by the role: due, 429, gone, a day of failures
answer("/busy", feed("busy"))
busy = add("/busy")
answer("/busy", "", status=429, **{"Retry-After": "3600"})
answer("/gone", feed("gone"))
gone = add("/gone")
answer("/gone", "", status=410)
answer("/down", feed("down"))
down = add("/down")
answer("/down", "", status=503)
answer("/live", feed("live"))
live = add("/live")
penny.run("subscriber", "add", "--confirmed", "ada@mail.test")
lab.names("other.test")
answer("/other", feed("other"))
other = int(penny.run("source", "add", "http://other.test:8001/other").split("\t")[0])
penny.change("UPDATE source SET next_fetch = next_fetch + 1000000000 WHERE id NOT IN (?, ?)", busy, other)
penny.serve()
ok(wait_for(lambda: source(busy)["status"] == "429"), "a server that asks for less")
has(source(busy)["said"], "less often", "is understood")
left = penny.peek("SELECT next_fetch - last_fetch FROM source WHERE id = ?", busy)[0][0]
ok(3500_000 < left < 3700_000, "and left alone for as long as it says")
penny.change("UPDATE source SET next_fetch = 0 WHERE id = ?", live)
ok(wait_for(lambda: penny.peek("SELECT next_fetch > 1000000 FROM source WHERE id = ?", live)[0][0]), "another source of that host")
ok(penny.peek("SELECT next_fetch - ? > 3000000 FROM source WHERE id = ?", int(time.time() * 1000), live)[0][0], "waits as long")
before = len(asked("/other"))
ok(wait_for(lambda: len(asked("/other")) > before + 1), "a source of another host goes on")
penny.change("UPDATE source SET next_fetch = 0, url = replace(url, 'blog.test', 'other.test') WHERE id IN (?, ?)", gone, down)
ok(wait_for(lambda: source(gone)["state"] == "gone"), "410 ends a source")
ok(wait_for(lambda: int(source(down)["status"]) == 503), "503 does not")
told = lambda word: [mail for mail in sink.mails if word in str(mail.message["Subject"])]
ok(wait_for(lambda: told("gone is gone")), "the owner is told of the end")
eq(told("gone is gone")[0].recipient, "owner@mail.test", "by a letter")
day = 24 * 3600 * 1000
penny.change("UPDATE source SET failing_since = failing_since - ?, last_fetch = failing_since - 60000, next_fetch = 0 WHERE id = ?", day, down)
ok(wait_for(lambda: told("no news from down")), "and of what has failed for a day")
text = told("no news from down")[0].part("text/plain")
has(" ".join(text.split()), "answered 503: the server has trouble of its own", "with the reason in words")
has(text, f"pennypost source remove {down}", "and what to do")
lacks(text, "Unsubscribe", "it is no newsletter")
tries = len(asked("/down"))
penny.change("UPDATE source SET next_fetch = 0 WHERE id = ?", down)
ok(wait_for(lambda: len(asked("/down")) > tries + 1), "it goes on trying")
eq(len(told("no news from down")), 1, "and says so once")
answer("/down", feed("down", 2))
penny.change("UPDATE source SET next_fetch = 0 WHERE id = ?", down)
ok(wait_for(lambda: source(down)["said"] == "fine"), "until it works again")
ok(wait_for(lambda: [mail for mail in sink.mails if mail.recipient == "ada@mail.test" and "down 1" in str(mail.message["Subject"])]), "then readers get what is new")
eq([mail for mail in sink.mails if mail.recipient == "owner@mail.test" and "down 1" in str(mail.message["Subject"])], [], "the owner, who did not subscribe, does not")

# --- one host, in turn
for number in range(6):
    answer(f"/many-{number}", feed(f"many-{number}"))
penny.configure(host_seconds=1)
for server in penny.servers:
    server.stop()
numbers = [int(penny.run("source", "add", f"http://many.test:8001/many-{n}").split("\t")[0]) for n in range(6) if lab.names("many.test") or True]
penny.change("UPDATE source SET next_fetch = next_fetch + 1000000000")
site.requests.clear()
times = {}
for n in range(6):
    page = site.pages[f"/many-{n}"]
    site.pages[f"/many-{n}"] = lambda n=n, page=page: (times.setdefault(n, time.monotonic()), page)[1]
penny.change(f"UPDATE source SET next_fetch = 0 WHERE id IN ({','.join(map(str, numbers))})")
penny.serve()
ok(wait_for(lambda: len(times) == 6, 30), "six sources of one host are all asked")
order = sorted(times.values())
ok(min(b - a for a, b in zip(order, order[1:])) > 0.7, "each in its turn, a second apart")
lab.done()
