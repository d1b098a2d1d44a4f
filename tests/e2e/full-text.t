#!/usr/bin/python3
"""full-text.t - a feed that shows the beginning, and the pages that have the rest."""

import os
import threading

import lab
from lab import eq, has, lacks, ok, wait_for
from lab.site import Page

lab.enter(programs=["openssl"])
site = lab.Site(8001)
penny = lab.Pennypost().init("https://penny.test", "Penny Test", "penny")
lab.names("blog.test")
BASE = "http://blog.test:8001"
SENTENCE = "The gauge stood a hand above the mark, as it had in March, and nobody in the lower town had noticed. "


def page(name, words="the rest of it"):
    return (f"<!doctype html><title>x</title><nav><a href='/'>JUNK home</a></nav><main><article><h1>{name}</h1><div class='entry-content'><p>Beginning of {name}. {SENTENCE}</p>"
            f"<p>{SENTENCE * 3}</p><p>And {words}, of {name}. <a href='next'>On</a></p></div></article></main><aside><p>JUNK {SENTENCE}</p></aside>")


def item(name, text=None):
    return {"guid": name, "title": name, "link": f"{BASE}/{name}", "content": text or f"<p>Beginning of {name}. […]</p>"}


def content(name):
    return penny.peek("SELECT content FROM entry WHERE title = ?", name)[0][0]


for number in range(12):
    site.set(f"/post-{number}", page(f"post-{number}"), "text/html")
site.set("/feed", lab.rss("Cut", BASE, [item(f"post-{number}") for number in range(12)]))
source = penny.run("source", "add", BASE + "/feed", "--full-text", "yes").split("\t")[0]
has(content("post-0"), "the rest of it, of post-0", "the text is the page's")
lacks(content("post-0"), "JUNK", "and nothing around it")
has(content("post-0"), f'href="{BASE}/next"', "its links start at the page")
eq(sum(1 for number in range(12) if site.count(f"/post-{number}")), 10, "no more than ten pages for one poll")
asked = len(site.requests)
penny.run("source", "poll", source)
eq([r[1] for r in list(site.requests)[asked:]], ["/feed"], "what is known is not asked for again")
done = penny.run("source", "poll", source)
ok("unchanged" in done or "0 revised" in done, "nor taken for a revision")
site.set("/broken", "no", "text/html", status=500)
site.set("/short", "<p>Nothing.</p>", "text/html")
site.set("/picture", b"\x89PNG", "image/png")
site.set("/long", page("long"), "text/html")
items = [item("broken"), item("short"), item("picture"), item("long", f"<p>{SENTENCE * 20}</p>")]
site.set("/feed", lab.rss("Cut", BASE, items + [item(f"post-{number}") for number in range(12)]))
penny.run("source", "poll", source)
for name in ("broken", "short", "picture"):
    has(content(name), f"Beginning of {name}", f"a page that is {name} leaves the feed's text")
lacks(content("long"), "the rest of it", "and so does one that has less")
site.set("/post-0", page("post-0", "something else"), "text/html")
site.set("/feed", lab.rss("Cut", BASE, [item("post-0", "<p>Another beginning. […]</p>")] + items))
has(penny.run("source", "poll", source), "1 revised", "an entry that the feed changes")
has(content("post-0"), "something else, of post-0", "is looked at again")

# --- a page that keeps us waiting keeps nobody else
asked, answered = threading.Event(), threading.Event()


def slow():
    asked.set()
    answered.wait(7)
    return Page(page("slow").encode(), 200, {"Content-Type": "text/html"})


site.pages["/slow"] = slow
site.set("/other", lab.rss("Other", BASE, [item("other-0", "<p>All there is.</p>")]))
penny.run("source", "add", BASE + "/other")
server = penny.serve()
site.set("/feed", lab.rss("Cut", BASE, [item("slow")] + items))
ok(asked.wait(30), "the role asks for a page")
site.set("/other", lab.rss("Other", BASE, [item("other-1", "<p>All there is, too.</p>"), item("other-0", "<p>All there is.</p>")]))
ok(wait_for(lambda: penny.peek("SELECT 1 FROM entry WHERE title = 'other-1'")), "and reads another feed meanwhile")
ok(not penny.peek("SELECT 1 FROM entry WHERE title = 'slow'"), "before the page has come")
answered.set()
ok(wait_for(lambda: penny.peek("SELECT 1 FROM entry WHERE title = 'slow'")), "then the entry is stored")
has(content("slow"), "the rest of it, of slow", "with the text of its page")
server.stop()

# --- the rules of every request hold for pages
site.set("/inside", page("inside", "a secret"), "text/html")
penny.configure(allow_networks="{}")
feed = os.path.join(penny.directory, "feed.xml")
with open(feed, "w") as file:
    file.write(lab.rss("File", BASE, [item("inside")]))
penny.run("source", "add", feed, "--full-text", "yes")
lacks(content("inside"), "a secret", "a page on this machine is not looked at")
eq(site.count("/inside"), 0, "nor asked for")
lab.done()
