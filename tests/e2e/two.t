#!/usr/bin/python3
"""two.t - two publications side by side on one instance, told apart by the name that is asked for."""

import json
import re

import lab
from lab import eq, has, lacks, ok, wait_for

lab.enter(modules=["aiosmtpd"], programs=["nginx", "openssl"])
sink = lab.Sink(port=2525)
site = lab.Site()
penny = lab.Pennypost().init("https://tides.test", "The Tidal Clock", "tides")
penny.mail_to(sink)
has(penny.run("publication", "add", "--url", "https://looms.test", "--name", "Loom & Shuttle", "--handle", "looms"), "looms.test", "a second publication")
blogs = {}
for host, title in (("tides.test", "High water"), ("looms.test", "Warp and weft")):
    blogs[host] = lab.Blog(site, "blog-" + host, title)
    blogs[host].publish(title + " one")
    penny.run("source", "add", blogs[host].url, "--publication", host)
    penny.run("subscriber", "add", "--confirmed", "both@mail.test", "--publication", host)
penny.run("subscriber", "add", "--confirmed", "one@mail.test", "--publication", "tides.test")
lab.proxy({"tides.test": penny.port, "looms.test": penny.port, "stranger.test": penny.port})
penny.serve()

own = {"tides.test": ("The Tidal Clock", "High water", "tides"), "looms.test": ("Loom &amp; Shuttle", "Warp and weft", "looms")}
for host, (name, title, handle) in own.items():
    browser = lab.Browser("https://" + host)
    theirs = next(value for other, value in own.items() if other != host)
    for path in ("/", "/archive", "/feed.xml", "/feed.atom"):
        text = browser.get(path).text
        has(text, title + " one", f"{host}{path} has its own post")
        lacks(text, theirs[1], "and not the other's")
    has(browser.get("/").text, name, "its own name")
    finger = browser.get(f"/.well-known/webfinger?resource=acct:{handle}@{host}")
    eq((finger.status, json.loads(finger.body)["subject"]), (200, f"acct:{handle}@{host}"), "its own handle")
    eq(browser.get(f"/.well-known/webfinger?resource=acct:{theirs[2]}@{host}").status, 404, "the other's handle is not here")
    eq(browser.get(f"/@{theirs[2]}", {"Accept": "application/activity+json"}).status, 404, "nor is the other's actor")
    actor = json.loads(browser.get(f"/@{handle}", {"Accept": "application/activity+json"}).body)
    eq(actor["id"], f"https://{host}/@{handle}", "its own actor")
    path = re.search(r'class="u-url p-name" href="([^"]+)"', browser.get("/").text)[1]
    eq(browser.get(path).status, 200, "its post has a page")
    eq(lab.Browser("https://" + next(other for other in own if other != host)).get(path).status, 404, "which is not at the other host")
keys = [json.loads(lab.Browser("https://" + host).get("/@" + handle, {"Accept": "application/activity+json"}).body)["publicKey"]["publicKeyPem"]
        for host, (_, _, handle) in own.items()]
ok(keys[0] != keys[1], "each has keys of its own")
ok(penny.run("dkim", "--publication", "tides.test") != penny.run("dkim", "--publication", "looms.test"), "for DKIM too")

for host in ("stranger.test",):
    eq(lab.Browser("https://" + host).get("/").status, 404, "a name that is nobody's is not answered for")
eq(lab.Browser("https://tides.test").get("/", {"Host": "TIDES.test."}).status, 200, "capitals and a final dot in a name do not matter")

# --- a post of one
blogs["tides.test"].publish("Spring tide")
ok(wait_for(lambda: len(sink.mails) >= 2, 30), "a post of one goes out")
ok(wait_for(lambda: all(row[3] == "delivered" for row in penny.rows("delivery", "list"))), "to all of its subscribers")
eq(sorted(mail.recipient for mail in sink.mails), ["both@mail.test", "one@mail.test"], "each of them once")
for mail in sink.mails:
    ok(str(mail.message["From"]).endswith("@tides.test>"), "from its own address")
    has(mail.message["List-Unsubscribe"], "https://tides.test/u/", "with its own way out")

# --- leaving one is not leaving the other
link = re.match(r"<([^>]+)>", sink.to("both@mail.test")[0].message["List-Unsubscribe"])[1]
form = {"Content-Type": "application/x-www-form-urlencoded"}
crossed = link.replace("tides.test", "looms.test")
eq(lab.Browser("https://looms.test").request("POST", crossed, b"List-Unsubscribe=One-Click", form).status, 404, "the other host does not know the link")
eq(lab.Browser("https://tides.test").request("POST", link, b"List-Unsubscribe=One-Click", form).status, 200, "one click")


def state(host):
    return next(row[2] for row in penny.rows("subscriber", "list", "--publication", host) if row[4] == "both@mail.test")


eq((state("tides.test"), state("looms.test")), ("left", "confirmed"), "leaves the one and stays with the other")
before = len(sink.mails)
blogs["looms.test"].publish("Shuttle")
ok(wait_for(lambda: len(sink.mails) > before, 30), "which goes on")
eq(sink.mails[-1].recipient, "both@mail.test", "to whom it may concern")
lab.done()
