#!/usr/bin/python3
"""beside.t - from an entry that is a film, a link, an excerpt, a title, sound or a picture, every door leads on; and short posts are whole."""

import html
import json
import re

import lab
from lab import eq, has, lacks, ok, wait_for

lab.enter(modules=["aiosmtpd"], programs=["nginx", "openssl"])
HEAD = ('<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>F</title>'
        "<link>https://blog.test/</link><description>d</description>")


def item(guid, more):
    return f'<item><guid isPermaLink="false">{guid}</guid><pubDate>Tue, 24 Nov 2026 08:00:00 GMT</pubDate>{more}</item>'


FIRST = "".join(item(f"first-{n}", f"<title>Earlier {n}</title><description>Before all</description>") for n in range(12))
FILM = "https://www.youtube.com/watch?v=abcdefghij2"
POSTS = {
    "film": ("<title>Film</title>", FILM, '<media:group><media:thumbnail url="https://i1.ytimg.com/vi/abcdefghij2/hqdefault.jpg"/></media:group>'),
    "linked": ("<title>Link blog</title>", "https://elsewhere.test/article", "<description>&lt;p&gt;My comment on it.&lt;/p&gt;</description>"),
    "excerpt": ("<title>Excerpt</title>", "https://blog.test/long", "<description>The first lines of a long article [&amp;#8230;]</description>"),
    "title": ("<title>Title only</title>", "https://blog.test/t", ""),
    "sound": ("<title>Episode</title>", "https://blog.test/e", '<description>Show notes</description><enclosure url="https://blog.test/ep.mp3" length="1234567" type="audio/mpeg"/>'),
    "toot": ("", "https://blog.test/toot", '<description>&lt;p&gt;A toot with a picture&lt;/p&gt;</description><media:content url="https://blog.test/t.jpg" type="image/jpeg" medium="image">'
             "<media:description>A red boat</media:description></media:content>"),
    "short": ("", "https://blog.test/short", "<description>&lt;p&gt;On Facebook you are who the algorithm says you are.&lt;/p&gt;</description>"),
    "japanese": ("", "https://blog.test/j", "<description>今日は港で赤い舟を見た。水位はまだ低かったが、番人は笑っていた。</description>"),
}
sink = lab.Sink(port=2525)
site = lab.Site()
site.set("/feed", HEAD + FIRST + "</channel></rss>")
penny = lab.Pennypost().init("https://penny.test", "Penny Test", "penny")
penny.mail_to(sink)
lab.names("blog.test", "i1.ytimg.com")
lab.proxy({"penny.test": penny.port, "blog.test": site.port, "i1.ytimg.com": site.port})
site.set("/vi/abcdefghij2/hqdefault.jpg", b"\xff\xd8\xff\xc0\0\x0b\x08\x01\x68\x01\xe0\x01\x01\x11\0", "image/jpeg")
penny.run("source", "add", "https://blog.test/feed")
penny.run("subscriber", "add", "--confirmed", "ada@mail.test")
site.set("/feed", HEAD + "".join(item(guid, f"{title}<link>{link}</link>{more}") for guid, (title, link, more) in POSTS.items()) + FIRST + "</channel></rss>")
penny.run("source", "poll")
penny.serve()
ok(wait_for(lambda: len(sink.mails) >= len(POSTS), 40), "each is a letter")
browser = lab.Browser("https://penny.test")
rows = {row[5]: (row[0], row[4]) for row in penny.rows("entry", "list")}
rss, atom = browser.get("/feed.xml").text, browser.get("/feed.atom").text
SHORT, JAPANESE = "On Facebook you are who the algorithm says you are.", "今日は港で赤い舟を見た。水位はまだ低かったが、番人は笑っていた。"


def letter(subject):
    return next(mail for mail in sink.mails if str(mail.message["Subject"]) == subject)


for guid, title in (("film", "Film"), ("linked", "Link blog"), ("excerpt", "Excerpt"), ("title", "Title only"), ("sound", "Episode"),
                    ("toot", "A toot with a picture"), ("short", SHORT), ("japanese", JAPANESE)):
    link = POSTS[guid][1]
    mail = letter(title)
    number, url = next(row for name, row in rows.items() if name and title.startswith(name.rstrip("…")))
    page = browser.get(url).text
    has(page, f'href="{link}"', f"{guid}: the page leads on")
    lacks(page, "First published", "and does not say whose it is")
    has(mail.part("text/html"), f'href="{link}"', "so does the letter")
    has(mail.part("text/plain"), link, "its text too")
    has(html.unescape(rss), f'href="{link}"', "and RSS")
    has(html.unescape(atom), f'href="{link}"', "Atom")
    has(json.loads(browser.get(url, {"Accept": "application/activity+json"}).text)["content"], f'href="{link}"', "and the object")
film = next(url for name, (number, url) in rows.items() if name == "Film")
SHOWN = f'<a href="{FILM}"><img src="https://penny.test/media/'
has(browser.get(film).text, SHOWN, "a film shows its linked preview, which is kept here")
has(browser.get(film).text, 'width="480" height="360"', "with its size")
lacks(browser.get(film).text, "ytimg.com", "so nobody loads it from its host")
has(re.sub(' class="lk"| style="[^"]*"', "", letter("Film").part("text/html")), SHOWN, "the letter shows the same")
lacks(letter("Film").part("text/html"), "ytimg.com", "from here too")
answer = browser.get(rows["Episode"][1])
has(answer.text, '<audio controls preload="none" src="https://blog.test/ep.mp3">', "sound has a player, which loads nothing unasked")
has(answer.headers["Content-Security-Policy"], "media-src 'self' https:", "and may play")
has(letter("Episode").part("text/plain"), "Listen: Episode <https://blog.test/ep.mp3> (1.2 MB)", "in the letter it is a link, with its size")
has(letter("A toot with a picture").part("text/plain"), "[image: A red boat]", "a picture beside the text is there, with what it shows")
has(letter("A toot with a picture").part("text/html"), 'src="https://blog.test/t.jpg" alt="A red boat"', "to see, too")
for title in (SHORT, JAPANESE):
    has(browser.get("/").text, title, "a short post that all may read is its own title in lists, whole")
    has(rss, f"<description>{title}</description>", "and its own description")
    lacks(rss, f"<title>{title}</title>", "but a feed makes up no title")
lab.done()
