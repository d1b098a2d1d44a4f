#!/usr/bin/python3
"""vanished.t - posts that their source shows no more: asked at their own pages, politely, and withdrawn when those are gone."""

import time

import lab
from lab import eq, has, ok, wait_for
from lab.site import Page

lab.enter(modules=["aiosmtpd"], programs=["openssl"])
sink = lab.Sink(port=587)
site = lab.Site(8001)
penny = lab.Pennypost().init("http://penny.test:8080", "Penny Test", "penny", "--owner", "owner@mail.test")
penny.mail_to(sink)
lab.names("blog.test", "penny.test")
BASE = "http://blog.test:8001"


def show(numbers, path="/feed"):
    posts = [{"guid": f"post-{n}", "link": f"{BASE}/{n}/", "title": f"Post {n}", "content": f"<p>Text {n}.</p>", "time": 1780000000 + n * 86400} for n in numbers]
    site.set(path, lab.rss("Lamp", BASE, posts))


def page(number, status=200, **headers):
    site.set(f"/{number}/", "<!doctype html><title>Post</title>", "text/html", status, **headers)


def states():
    return {int(title.split()[1]): ("live", "withdrawn")[state] for title, state in penny.peek("SELECT title, state FROM entry WHERE state < 2 ORDER BY id")}


def asked(number):
    return [request for request in list(site.requests) if request[1] == f"/{number}/"]


def polls(count=2):
    """Waits until the feed as it now is was read."""
    before = site.count("/feed")
    ok(wait_for(lambda: site.count("/feed") >= before + count), "the feed is polled on")


for number in range(1, 21):
    page(number)
show(range(20, 10, -1))
penny.run("source", "add", BASE + "/feed")
penny.run("subscriber", "add", "--confirmed", "ada@mail.test")
eq(len(states()), 10, "ten posts")
eq(len(asked(15)), 0, "whose pages nobody asks for")

# One that is gone, one that only left the feed, one that moved, one that says neither, one whose server knows no HEAD.
page(15, 404)
page(17, 301, location=BASE + "/20/")
page(18, 503)
heads = []


def no_head():
    heads.append(1)
    return Page(b"", 405 if site_command() == "HEAD" else 410, {"Content-Type": "text/html"})


def site_command():
    """How the page is asked just now: all but the last of its requests have been answered."""
    return "HEAD" if len(heads) == 1 else "GET"


site.pages["/19/"] = no_head
show([20, 16, 14, 13, 12, 11])
penny.serve()
ok(wait_for(lambda: states()[15] == "withdrawn", 40), "a post whose page is gone is withdrawn")
eq([request[0] for request in asked(15)], ["HEAD", "GET"], "which was asked twice, the second time as a reader would")
ok(wait_for(lambda: states()[19] == "withdrawn", 40), "so is one whose server knows no HEAD")
eq([request[0] for request in asked(19)], ["HEAD", "GET", "GET"], "and says 410")
eq([n for n, state in states().items() if state == "withdrawn"], [15, 19], "no other")
ok(wait_for(lambda: len(asked(18)) > 1, 60), "a page in trouble is asked again")
eq((len(asked(17)), len(asked(16))), (1, 0), "one that leads elsewhere is not, and what is shown is not asked for")
eq(states()[18], "live", "trouble withdraws nothing")
eq(penny.peek("SELECT withdrawn_by FROM entry WHERE title = 'Post 15'"), [(2,)], "what we found out is marked so")
eq([mail.recipient for mail in sink.mails], [], "no reader gets a letter for it")

# Back again, and news once more.
show([20, 19, 16, 15, 14, 13, 12, 11])
ok(wait_for(lambda: states()[15] == "live" and states()[19] == "live"), "posts that return are there again")
page(18)
show([21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11])
page(21)
ok(wait_for(lambda: any("Post 21" in str(mail.message["Subject"]) for mail in sink.mails)), "a new post is news")
eq([str(mail.message["Subject"]) for mail in sink.mails if "Post 21" not in str(mail.message["Subject"])], [], "those that returned are not")
eq(penny.peek("SELECT count(*) FROM vanished"), [(0,)], "nothing is missing")

# One comes back while its page is asked for the last time.
site.requests.clear()


def comes_back():
    if asked(20):
        show(range(21, 10, -1))
        wait_for(lambda: not penny.peek("SELECT 1 FROM vanished"))
    return Page(b"", 404)


site.pages["/20/"] = comes_back
show([21, 19, 18, 17, 16, 15, 14, 13, 12, 11])
ok(wait_for(lambda: len(asked(20)) == 2, 60), "a page is found gone")
polls()
eq(states()[20], "live", "but its post stays, since the feed shows it again")

# The owner's word.
number = next(row[0] for row in penny.rows("entry", "list") if row[5] == "Post 14")
penny.run("entry", "withdraw", number)
polls()
eq(states()[14], "withdrawn", "what the owner withdrew stays away, though the feed shows it")

# Many at once.
for number in range(11, 22):
    page(number, 404)
site.requests.clear()
show([21, 11])
told = lambda: [mail for mail in sink.mails if "missing" in str(mail.message["Subject"])]
ok(wait_for(told), "many at once are told to the owner")
eq(told()[0].recipient, "owner@mail.test", "by a letter")
has(" ".join(told()[0].part("text/plain").split()), "pennypost entry withdraw", "which says what to do")
polls(3)
eq(sum(1 for state in states().values() if state == "live"), 10, "and none of them is withdrawn")
eq([request[1] for request in site.requests if request[1] != "/feed"], [], "nor asked for")
eq(len(told()), 1, "once")
lab.done()
