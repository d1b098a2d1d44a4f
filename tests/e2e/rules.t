#!/usr/bin/python3
"""rules.t - what the owner of a source can set: headers, passwords, rules, approval; and what is told of it."""

import os
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
lab.names("blog.test", "penny.test")


def feed(name, posts):
    return lab.rss(name, BASE, [{"guid": f"{name}-{post}", "title": post, "content": f"<p>Text of {post}.</p>"} for post in posts])


def serve(path, posts):
    site.set("/" + path, feed(path, posts))


def add(path, *more):
    return int(penny.run("source", "add", f"{BASE}/{path}", *more).split("\t")[0])


def show(number):
    return dict(line.split("\t", 1) for line in penny.run("source", "show", number).splitlines())


def titles():
    return [row[5] for row in penny.rows("entry", "list")]


# --- settings
serve("set", ["One"])
number = add("set")
for options in (["--header", "X-Key: k1"], ["--every", "30:120"], ["--access", "gated"], ["--hold", "no"], ["--proxy", "http://ann:pr0xy@127.0.0.1:9"]):
    penny.run("source", "set", number, *options)
said = show(number)
eq((said["headers"], said["every"], said["access"], said["hold"]), ("X-Key", "30 minutes to 2 hours", "gated", "no"), "what is set is shown in words")
lacks(str(said), "pr0xy", "but no password")
has(penny.command("source", "poll", number).stderr, "127.0.0.1", "the proxy is asked")
penny.run("source", "set", number, "--proxy", "none")
serve("set", ["One", "Two"])
penny.run("source", "poll", number)
eq(site.requests[-1][2].get("X-Key"), "k1", "the header goes out")
for options, word in ((["--every", "x"], "minutes"), (["--access", "all"], "gated"), (["--hold", "perhaps"], "yes"), (["--proxy", "gopher://x"], "socks5"),
                      (["--header", "Nonsense"], "Name: value"), (["--user", "ada"], "--password-file"), ([], "nothing to set")):
    done = penny.command("source", "set", number, *options)
    ok(done.returncode == 1 and word in done.stderr, f"set {options} says what would be right")
eq(show(number)["every"], "30 minutes to 2 hours", "and changes nothing")
eq([row[2] for row in penny.rows("entry", "list") if row[5] == "Two"], ["subscribers"], "new posts are for subscribers as the source says")
penny.run("source", "pause", number)
has(show(number)["state"], "paused", "it can be paused")
penny.run("source", "resume", number)
eq(show(number)["state"], "active", "and goes on")

# --- a password
secret = os.path.join(penny.directory, "secret")
with open(secret, "w") as file:
    file.write("p@ss:w0rd\n")
site.pages["/private"] = Page(feed("private", ["Three"]).encode(), 200, {"Content-Type": "application/rss+xml"})
done = penny.command("source", "add", BASE + "/private", "--user", "ada", "--password-file", secret)
number = int(done.stdout.split("\t")[0])
eq(site.requests[-1][2].get("Authorization"), "Basic YWRhOnBAc3M6dzByZA==", "user and password go out with the first request")
again = penny.command("source", "add", BASE + "/private", "--user", "ada", "--password-file", secret)
words = done.stdout + done.stderr + again.stdout + again.stderr + penny.run("source", "list") + str(show(number))
ok(again.returncode == 1 and "already" in again.stderr, "it is a source once")
ok("w0rd" not in words and "ada" not in words, "nothing that is printed tells of them")
penny.run("source", "set", number, "--user", "")
penny.run("source", "poll", number)
ok("Authorization" not in site.requests[-1][2], "they can be taken away")

# --- rules
serve("rules", ["Harbour news", "Ad: buy boats"])
number = add("rules")
eq(penny.run("source", "rule", number, "exclude", "title", "ad: *"), "1\texclude\ttitle\tad: *\n", "a rule is made")
serve("rules", ["Harbour news", "Ad: buy boats", "Ad: buy sails", "More news"])
penny.run("source", "poll", number)
ok("More news" in titles() and "Ad: buy sails" not in titles() and "Ad: buy boats" in titles(), "what it leaves out is not taken, what was there stays")
penny.run("source", "rule", number, "include", "title", "*harbour*")
serve("rules", ["Harbour news", "More news", "Still more", "The HARBOUR again"])
penny.run("source", "poll", number)
ok("Still more" not in titles() and "The HARBOUR again" in titles(), "with an include rule nothing else comes in")
eq(penny.rows("source", "rule", number, "list"), [["1", "exclude", "title", "ad: *"], ["2", "include", "title", "*harbour*"]], "the rules are listed")
penny.run("source", "rule", number, "remove", 2)
penny.run("source", "poll", number)
ok("Still more" in titles(), "without it, what the feed still shows comes in")
done = penny.command("source", "rule", number, "include", "colour", "red")
ok(done.returncode == 1 and "tag, author or title" in done.stderr, "what is no rule is refused")

# --- approval
browser = lab.Browser("http://penny.test:8080", {"Host": "penny.test", "X-Forwarded-Proto": "https"})
penny.run("subscriber", "add", "--confirmed", "ada@mail.test")
serve("held", ["Old one", "Old two"])
number = add("held", "--hold", "yes")
ok("Old one" not in titles(), "a source that is added so holds all of it")
held = {row[5]: row[0] for row in penny.rows("entry", "list", "--held")}
eq(sorted(held), ["Old one", "Old two"], "and lists it")
penny.run("entry", "approve", held["Old one"], "--quiet")
penny.run("entry", "reject", held["Old two"])
penny.serve()
mails = lambda to, word: [mail for mail in list(sink.mails) if mail.recipient == to and word in str(mail.message["Subject"])]
ok(wait_for(lambda: mails("owner@mail.test", "2 posts of held wait")), "the owner was told by letter")
serve("held", ["Old one", "Old two", "Fresh"])
penny.run("source", "poll", number)
ok(wait_for(lambda: mails("owner@mail.test", "1 post of held waits")), "and is told of what is new")
has(mails("owner@mail.test", "1 post of held waits")[0].part("text/plain"), "Fresh", "by its title")
held = penny.rows("entry", "list", "--held")
eq([row[5] for row in held], ["Fresh"], "only that waits")
path = penny.peek("SELECT slug FROM entry WHERE id = ?", held[0][0])[0][0]
held_year = time.strftime("%Y", time.gmtime(penny.peek("SELECT published FROM entry WHERE id = ?", held[0][0])[0][0] / 1000))
for url in (f"/{held_year}/{path}", f"/2020/{path}", f"/o/{held[0][0]}", "/", "/archive", "/feed.xml", "/feed.json"):
    answer = browser.get(url)
    ok("Fresh" not in answer.text and answer.status in (200, 404), f"{url} knows nothing of it")
slug, when = penny.peek("SELECT slug, published FROM entry WHERE title = ?", "Old two")[0]
eq(browser.get(time.strftime("/%Y/", time.gmtime(when / 1000)) + slug).status, 404, "nor does the web of what was rejected")
eq([len(mails("ada@mail.test", "Fresh")), len(mails("ada@mail.test", "Old"))], [0, 0], "no reader has had a letter of it")
penny.run("entry", "approve", held[0][0])
ok(wait_for(lambda: mails("ada@mail.test", "Fresh")), "the approved one is sent")
page = lambda title: next(row[4] for row in penny.rows("entry", "list") if row[5] == title).replace("https:", "http:").replace(".test/", ".test:8080/")
eq(browser.get(page("Fresh")).status, 200, "and has its page")
eq([len(mails("ada@mail.test", "Old")), browser.get(page("Old one")).status], [0, 200], "the one that was approved quietly was not sent, and is there")
done = penny.command("entry", "approve", held[0][0])
ok(done.returncode == 1 and "list --held" in done.stderr, "twice is once")
lacks(penny.log(), "w0rd", "the log tells no password")
lab.done()
