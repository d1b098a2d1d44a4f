#!/usr/bin/python3
"""circle.t - two instances that read each other, by feed and as accounts: each post is at both once, and no more.

POLLS in the environment says how often they look again, about once a second, before it is said that nothing came.
"""

import os
import time

import lab
from lab import eq, has, ok, wait_for

lab.enter(modules=["aiosmtpd"], programs=["nginx", "openssl"])
site = lab.Site()
ours, theirs = lab.Pennypost("ours", 8081).init("https://ours.test", "Ours", "ours"), lab.Pennypost("theirs", 8082).init("https://theirs.test", "Theirs", "theirs")
lab.proxy({"ours.test": 8081, "theirs.test": 8082, "other-name.test": 8081})
blog = lab.Blog(site, "blog", "The blog")
blog.publish("From before")
ours.run("source", "add", blog.url)
for penny in (ours, theirs):
    penny.serve()

# --- no publication is a source of its own
for typed in ("https://ours.test/", "https://ours.test/feed.xml", "https://OURS.test/feed.atom", "https://ours.test/@ours", "@ours@ours.test"):
    refused = ours.command("source", "add", typed)
    ok(refused.returncode != 0 and "a publication of this Pennypost" in refused.stderr, f"{typed} is no source of ours")
site.set("/mirror.xml", lab.Browser("https://ours.test").get("/feed.xml").body)
refused = ours.command("source", "add", "http://127.0.0.1:8001/mirror.xml")
ok(refused.returncode != 0 and "a publication of this Pennypost" in refused.stderr, "nor is our feed by another name")


def titles(penny):
    return sorted(row[0] for row in penny.peek("SELECT title FROM entry"))


def settle(number):
    ok(wait_for(lambda: len(titles(ours)) == number and len(titles(theirs)) == number, 40), f"both have {number}")
    time.sleep(int(os.environ.get("POLLS", 4)))
    eq((len(titles(ours)), len(titles(theirs))), (number, number), "and no more when both have read each other again")


# --- each reads the other's feed
theirs.run("source", "add", "https://ours.test/feed.xml")
ours.run("source", "add", "https://theirs.test/feed.atom")
blog.publish("High water")
settle(2)

# --- and each follows the other's account as well
theirs.run("source", "add", "@ours@ours.test")
ours.run("source", "add", "@theirs@theirs.test")
ok(wait_for(lambda: all(row[-1] == "fine" for penny in (ours, theirs) for row in penny.rows("source", "list")), 40), "both let follow")
blog.publish("Low water")
settle(3)

# --- as accounts only
for penny in (ours, theirs):
    for row in penny.rows("source", "list"):
        if "/feed." in "".join(row):
            penny.run("source", "remove", row[0])
blog.publish("Slack water")
settle(4)
has(" ".join(titles(theirs)), "Slack water", "with its title")
lab.done()
