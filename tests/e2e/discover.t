#!/usr/bin/python3
"""discover.t - which feed source add finds behind what is typed."""

import lab
from lab import eq, has
from lab.site import Page

lab.enter(programs=["openssl"])
site = lab.Site(8001)
penny = lab.Pennypost().init("https://penny.test", "Penny Test", "penny", "--owner", "owner@mail.test")
BASE = "http://blog.test:8001"
lab.names("blog.test", "bare.test", "penny.test")
HTML = {"Content-Type": "text/html"}


def feed(path):
    site.set(path, lab.rss(path, BASE, [{"guid": path, "title": path, "content": "<p>Text.</p>"}]))


def page(path, head, **headers):
    site.pages[path] = Page(f"<!doctype html><html><head><title>x</title>{head}</head><body><p>Hello.</p></body></html>".encode(), 200,
                            HTML | {name.replace("_", "-"): value for name, value in headers.items()})


def found(typed):
    done = penny.command("source", "add", typed)
    return penny.rows("source", "list")[-1] if done.returncode == 0 else done.stderr


def expect(typed, path, what):
    row = found(typed)
    has(str(row), BASE + path, what)


RSS = '<link rel="alternate" type="application/rss+xml" href="%s">'
for path in ("/second.xml", "/general.xml", "/header.xml", "/dir/feed.json", "/typed.xml", "/blanks.xml"):
    feed(path)
page("/dead", RSS % "/missing.xml" + RSS % "/dead" + RSS % "/second.xml")
expect(BASE + "/dead", "/second.xml", "the first link is dead, the second is a page, the third a feed")
page("/general", '<link rel="alternate" type="application/json" href="/wp-json/1"><link rel="alternate" type="text/xml" href="/general.xml">')
expect(BASE + "/general", "/general.xml", "a type that others have too")
page("/header", "", Link='</x>; rel="https://api.w.org/", </header.xml>; rel="alternate"; type="application/rss+xml"')
expect(BASE + "/header", "/header.xml", "the Link header")
page("/none", RSS % "/gone1" + RSS % "/gone2")
has(found(BASE + "/none"), "/gone1' answered 404", "links that all are dead: it is said which")
page("/plain", "")
has(found(BASE + "/plain"), "names no feed", "no link, and nothing at the usual places")
eq([path for _, path, _, _ in site.requests][-7:-1], ["/feed.xml", "/rss", "/atom.xml", "/rss.xml", "/index.xml", "/feed.json"], "which are asked")
feed("/atom.xml")
expect(BASE + "/plain", "/atom.xml", "a feed at a usual place")
expect("feed:" + BASE + "/typed.xml", "/typed.xml", "feed:")
expect(f"  {BASE}/blanks.xml\n", "/blanks.xml", "blanks around")
feed("/")
has(str(found("bare.test:8001")), "http://bare.test:8001", "no scheme")
has(found("nothing here.xml"), "neither a web address nor a file", "a name of nothing is refused")
site.pages["/lost"] = Page(b"<rss version='2.0'><channel><title>F</title><image><item><title>a</title></item></image></channel></rss>", 200, {"Content-Type": "text/xml"})
done = penny.command("source", "add", BASE + "/lost")
has(done.stdout + done.stderr, "has entries, but none where a feed may have them", "a feed whose entries cannot be found is not taken for an empty one")
lab.done()
