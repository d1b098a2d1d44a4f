#!/usr/bin/python3
"""days.t - a post has its author's day, else the day of the publication's zone: on pages, in letters, in the archive; its address stays."""

import re

import lab
from lab import eq, has, lacks, ok, wait_for

lab.enter(modules=["aiosmtpd"], programs=["openssl"])
lab.names("penny.test", "blog.test")
DATES = {
    "Boston": "Wed, 31 Dec 2025 20:30:00 -0500",
    "Somewhere": "Wed, 31 Dec 2025 23:30:00 GMT",
    "Zoned": "Wed, 31 Dec 2025 21:30:00 America/New_York",
    "Tokyo": "Thu, 01 Jan 2026 08:00:00 +0900",
    "Noon": "Tue, 24 Nov 2026 12:00:00 GMT",
}
# Words that routes begin with, and a name that every film of a site has.
NAMES = ["watch", "feed.xml", "feed.atom", "archive", "tag", "subscribe", "feeds", "me", "c", "u", "letters", "assets", "robots.txt", "signin", "inbox", "outbox", "@penny",
         ".well-known", "nodeinfo", "2026", "privacy", "index"]
DATES.update({name: "Tue, 24 Nov 2026 11:00:00 GMT" for name in NAMES})
ROW = re.compile(r'<time[^>]*datetime="([^"]+)"[^>]*>([^<]+)</time>.*?class="u-url p-name" href="([^"]+)">([^<]+)<', re.S)


SOURCE = '<source url="http://waves.test/feed">Waves &amp; Wind</source>'


def feed(*titles):
    items = "".join(f"<item><title>{title}</title><link>http://blog.test:8001/{title.lower()}</link><guid>http://blog.test:8001/{title.lower()}</guid>"
                    f"<pubDate>{DATES[title]}</pubDate>{SOURCE if title == 'Boston' else ''}<description>&lt;p&gt;Of {title}.&lt;/p&gt;</description></item>" for title in titles)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>B</title><link>http://blog.test:8001/</link><description/>{items}</channel></rss>'


def listed(year):
    """Title: (day, path) on the page of a year."""
    return {title: (day, path) for _, day, path, title in ROW.findall(browser.get(f"/archive/{year}").text)}


def counts():
    return {int(year): int(n) for year, n in re.findall(r'href="/archive/\d{4}"[^>]*>(\d{4}) \((\d+)\)', browser.get("/archive").text)}


sink, site = lab.Sink(port=2525), lab.Site()
site.set("/feed", feed("Noon", *NAMES))
penny = lab.Pennypost()
has(penny.command("init", "--url", "http://penny.test:8080", "--name", "P", "--handle", "penny", "--timezone", "Berlin").stderr, "'Berlin' is no time zone",
    "a zone that is none is refused")
penny.init("http://penny.test:8080", "Penny Test", "penny", "--timezone", "Europe/Berlin")
penny.mail_to(sink)
penny.run("source", "add", "http://blog.test:8001/feed")
penny.run("subscriber", "add", "--confirmed", "ada@mail.test")
site.set("/feed", feed("Noon", "Boston", "Somewhere", "Zoned", "Tokyo", *NAMES))
server = penny.serve()
browser = lab.Browser("http://penny.test:8080")
ok(wait_for(lambda: len(sink.mails) >= 4, 40), "four posts are letters")

WANTED = {"Boston": (2025, "31 December 2025"), "Somewhere": (2026, "1 January 2026"), "Zoned": (2025, "31 December 2025"), "Tokyo": (2026, "1 January 2026")}
paths = {}
for title, (year, day) in WANTED.items():
    shown, path = listed(year).get(title, (None, None))
    paths[title] = path
    eq(path, f"/{year}/{title.lower()}", f"{title} is listed with its year, which is in its address")
    eq(shown, re.match(r"\d+ [A-Z][a-z]{2}", day)[0], f"{title}: its day in the list")
    has(browser.get(path or "/").text, day, f"{title}: its day on the page")
    mail = next(mail for mail in sink.mails if str(mail.message["Subject"]) == title)
    for part in ("plain", "html"):
        has(mail.message.get_body((part,)).get_content(), day, f"{title}: its day in the letter ({part})")
for name in NAMES:
    path = listed(2026).get(name, (None, "/"))[1]
    has(browser.get(path).text, f'<h1 class="p-name" dir="auto">{name}</h1>', f"a post may be named {name}")
for text in (browser.get(paths["Boston"]).text, next(mail for mail in sink.mails if str(mail.message["Subject"]) == "Boston").message.get_body(("html",)).get_content()):
    has(text, "Waves &amp; Wind</a>", "a copy says which feed it is from")
has(browser.get("/feed.xml").text, ">Waves &amp; Wind</source>", "so does its feed")
eq(counts(), {2026: 3 + len(NAMES), 2025: 2}, "the years count them so")

has(penny.command("publication", "set", "--timezone", "Mars/Olympus").stderr, "is no time zone", "nor is one set")
penny.run("publication", "set", "--timezone", "America/New_York")
eq(listed(2025).keys(), {"Boston", "Somewhere", "Zoned"}, "in another zone a post without an offset has another day")
eq(counts(), {2026: 2 + len(NAMES), 2025: 3}, "and counts in its year")
for title, path in paths.items():
    answer = browser.get(path)
    eq(answer.status, 200, f"{title} is where it was")
has(browser.get(paths["Somewhere"]).text, "31 December 2025", "with the day of the zone")
has(browser.get(paths["Tokyo"]).text, "1 January 2026", "and an author's own day stays")
eq(penny.rows("publication", "list")[0][6], "America/New_York", "the list tells the zone")
lab.done()
