#!/usr/bin/python3
"""follow-page.t - a reader types their own address and is led to the page of their server that asks whether to follow."""

import json
import re
import time

import lab
from lab import eq, has, ok, wait_for
from lab.site import Page

lab.enter(programs=["nginx", "openssl"])
SUBSCRIBE = "http://ostatus.org/schema/1.0/subscribe"
US = "https%3A%2F%2Fpenny.test%2F%40penny"
site = lab.Site()
hosts = {"fedi.test": site.port, "split.test": site.port, "social.test": site.port, "evil.test": site.port, "down.test": 8999, "penny.test": 8080}
lab.proxy(hosts)
penny = lab.Pennypost().init("https://penny.test", "Penny Test", "penny")
penny.serve()


def jrd(name, host, *links, status=200, **headers):
    site.set(f"/.well-known/webfinger?resource=acct%3A{name}%40{host}", json.dumps({"subject": f"acct:{name}@{host}", "links": links}),
             "application/jrd+json", status, **headers)


def follow(handle, browser=None):
    """The page at which a browser without scripts ends up that sends the form; how it is led on stands in `refresh`."""
    browser = browser or lab.Browser("https://penny.test")
    page = browser.post("/follow", {"handle": handle}, follow=True)
    for _ in range(200):
        refresh = re.search(r'http-equiv="refresh" content="([^"]*)"', page.text)
        page.refresh = refresh[1] if refresh else None
        if page.refresh != "1":
            break
        time.sleep(0.1)
        page = browser.get("/follow")
    return page


jrd("ada", "fedi.test", {"rel": SUBSCRIBE, "template": "https://fedi.test/authorize?uri={uri}"})
jrd("fep", "fedi.test", {"rel": SUBSCRIBE, "template": "https://fedi.test/authorize?uri={uri}"},
    {"rel": "https://w3id.org/fep/3b86/Follow", "template": "https://fedi.test/intent?o={object}&then={on-success}"})
jrd("none", "fedi.test", {"rel": "self", "type": "application/activity+json", "href": "https://fedi.test/users/none"})
jrd("split", "split.test", {"rel": "self", "type": "application/activity+json", "href": "https://social.test/users/split"},
    {"rel": SUBSCRIBE, "template": "https://social.test/authorize?uri={uri}"})
for name, template in {"js": "javascript:alert(1)//{uri}", "other": "https://evil.test/?{uri}", "head": "https://fedi.test/?{uri}\r\nLocation: https://evil.test/",
                       "user": "https://fedi.test@evil.test/?{uri}", "plain": "http://fedi.test/?{uri}", "quote": "https://fedi.test/?{uri}\"><script>x</script>"}.items():
    jrd(name, "fedi.test", {"rel": SUBSCRIBE, "template": template})

first = lab.Browser("https://penny.test").post("/follow", {"handle": "@ada@fedi.test"})
eq((first.status, first.location), (303, "/follow"), "the form leads to a page of ours")
ok(re.search(r"follow=[\w-]{20,};.*HttpOnly; SameSite=Lax; Secure", first.headers["Set-Cookie"] or ""), "with a cookie")

page = follow("@ada@fedi.test")
eq(page.refresh, f"0;url=https://fedi.test/authorize?uri={US}", "which goes on to the page of the reader's server")
has(page.text, f'href="https://fedi.test/authorize?uri={US}"', "and has a link there")
eq(page.headers["Cache-Control"], "no-store", "nobody keeps it")
eq(follow("@fep@fedi.test").refresh, f"0;url=https://fedi.test/intent?o={US}&amp;then=https%3A%2F%2Fpenny.test", "an intent of FEP-3b86 is preferred")
page = follow("@split@split.test")
eq(page.refresh, None, "nobody is sent to a host that they did not type")
has(page.text, f'href="https://social.test/authorize?uri={US}"', "but there is a link")
has(page.text, "says that your account is at social.test", "and words of it")
for name in ("js", "other", "head", "user", "plain", "quote", "none"):
    page = follow(f"@{name}@fedi.test")
    eq(page.refresh, None, f"{name}: nobody is sent there")
    has(page.text, "names no page of its own", f"{name}: the page says so")
    has(page.text, "@penny@penny.test", f"{name}: and what to search for")
    ok(not re.search(r"evil\.test|javascript:|<script>x", page.text), f"{name}: nothing of it is on the page")
has(follow("@nobody@fedi.test").text, "does not know this account", "who is not known there learns it")
page = follow("@ada@down.test")
has(page.text, "does not answer us", "a server that is down is named")
has(page.text, f'href="https://down.test/authorize_interaction?uri={US}"', "with the page that most servers have")
has(follow("fedi.test").text, f'href="https://fedi.test/authorize_interaction?uri={US}"', "a host alone is not asked")
eq(follow("no address").status, 400, "what is no address is told")

stranger = lab.Browser("https://penny.test")
page = stranger.get("/follow")
eq((page.status, "refresh" in page.text), (200, False), "a link to the page leads nobody anywhere")
has(page.text, "@penny@penny.test", "it says what to search for")
eq(lab.Browser("https://penny.test", headers={"Origin": "https://evil.test"}).post("/follow", {"handle": "@ada@fedi.test"}).status, 403, "nor does a form of another site")

site.pages["/.well-known/webfinger?resource=acct%3Aslow%40fedi.test"] = lambda: time.sleep(4) or Page(b"{}")
reader = lab.Browser("https://penny.test")
start = time.monotonic()
page = reader.post("/follow", {"handle": "@slow@fedi.test"}, follow=True)
has(page.text, "This page goes on by itself", "while a server thinks, the page says so")
eq(re.search(r'http-equiv="refresh" content="([^"]*)"', page.text)[1], "1", "and comes again without a script")
ok(reader.get("/").status == 200 and time.monotonic() - start < 3, "and no other page waits for it")
eq(follow("@ada@fedi.test").refresh, f"0;url=https://fedi.test/authorize?uri={US}", "nor does another reader")
ok(wait_for(lambda: "names no page" in reader.get("/follow").text, 20), "until it has answered")

answers = [lab.Browser("https://penny.test", headers={"X-Forwarded-For": "192.0.2.7"}).post("/follow", {"handle": f"@ada@h{n}.test"}) for n in range(60)]
ok(any(a.status == 429 and a.headers["Retry-After"] for a in answers), "a network cannot have us ask without an end")
lab.done()
