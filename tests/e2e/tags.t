#!/usr/bin/python3
"""tags.t - tags in any script, and those that differ in a sign, have a page, a number and a name of their own in every door."""

import json
import re
import urllib.parse

import lab
from lab import eq, has, lacks, ok

lab.enter(modules=["feedparser"], programs=["openssl"])
lab.names("penny.test")
import feedparser  # noqa: E402

TAGS = ["日本語", "أخبار", "हिन्दी", "ไทย", "Новости", "Café", "cafe", "C", "C#", "C++", "F*", ".NET", "NET", "❤️", "tide tables"]
MOVED = {"C++": "c", "C#": "c", "Café": "cafe-au-lait", "Новости": "novosti", "ไทย": "thai"}
blog = lab.Blog(lab.Site())
for number, tag in enumerate(TAGS):
    blog.publish(f"Post {number}", f"<p>{'Water runs downhill. ' * 10}</p>", time=1780000000 + number * 86400, tags=[tag])
blog.publish("All of them", "<p>Water runs uphill.</p>", time=1790000000, tags=TAGS)
blog.publish("水は低きに流れる", "<p>水。</p>", time=1790100000, link="https://blog.test/?p=77")
penny = lab.Pennypost().init("http://penny.test:8080", "Penny Test", "penny")
penny.run("source", "add", blog.url)
server = penny.serve()
stranger = lab.Browser("http://penny.test:8080")


def links(page):
    return re.findall(r'<a class="p-category" rel="tag" href="([^"]+)">([^<]+)</a>', page)


def check():
    rows = dict(re.findall(r'class="u-url p-name" href="([^"]+)">([^<]+)<', stranger.get("/archive").text))
    page = [path for path, title in rows.items() if title == "All of them"][0]
    found = links(stranger.get(page).text)
    eq(sorted(name for _, name in found), sorted(TAGS), "every tag of a post is on its page")
    eq(len({path for path, _ in found}), len(TAGS), "each with an address of its own")
    for path, name in found:
        answer = stranger.get(path)
        heading = re.search(r"<h1[^>]*>([^<]+)</h1>", answer.text)
        eq((answer.status, heading and heading[1].strip()), (200, name), f"{path} is the page of {name}")
        has(answer.text, "2 posts", "and counts its posts")
        ok(f"http://penny.test:8080{path}" in answer.text, "its address is its canonical one")
    note = json.loads(stranger.get(page, {"Accept": "application/activity+json"}).text)
    eq(sorted(tag["href"] for tag in note["tag"] if tag["type"] == "Hashtag"),
       sorted("http://penny.test:8080" + path for path, name in found if any(c.isalnum() for c in name)), "the object names the same pages, but those of signs alone")
    names = [tag["name"] for tag in note["tag"]]
    eq(len(names), len({name.lower() for name in names}), "by names that differ")
    for feed in ("/feed.xml", "/feed.atom"):
        entry = feedparser.parse(stranger.get(feed).text).entries[1]
        eq(sorted(tag.term for tag in entry.tags), sorted(TAGS), f"{feed} has them all")
    return dict((name, path) for path, name in found), rows


paths, rows = check()
for asked, name in (("/tag/C++", "C++"), ("/tag/%E6%97%A5%E6%9C%AC%E8%AA%9E", "日本語"), ("/tag/" + urllib.parse.quote("НОВОСТИ"), "Новости"),
                    ("/tag/Cafe%CC%81", "Café"), ("/tag/Tide%20Tables", "tide tables"), ("/tag/c%23", "C#")):
    has(stranger.get(asked, follow=True).text, f">{name.strip()}</h1>", f"{asked} leads there")
for asked in ("/tag/%FF", "/tag/nothing", "/tag/%2E%2E", "/tag/c%2b%2b%2b", "/2026/%FF%FE"):
    eq(stranger.get(asked).status, 404, f"{asked} leads nowhere")

# --- posts
path = [path for path, title in rows.items() if title == "水は低きに流れる"][0]
eq(urllib.parse.unquote(path).split("/")[-1], "水は低きに流れる", "the address of a post keeps the letters of its title")
eq(stranger.get(path).status, 200, "and works")
has(stranger.get("/feed.xml").text, path, "it stands percent-encoded in the feed")

# --- a database from before
server.stop()
for tag, slug in MOVED.items():
    penny.change("DELETE FROM entry_tag WHERE tag = ? AND entry IN (SELECT entry FROM entry_tag WHERE slug = ?)", tag, slug)
    penny.change("UPDATE entry_tag SET slug = ? WHERE tag = ?", slug, tag)
penny.change("DROP TABLE tag_moved")
penny.change("DELETE FROM migration WHERE name LIKE '%023-tags.sql'")
penny.serve()
for tag, slug in MOVED.items():
    answer = stranger.get(f"/tag/{slug}")
    if slug == "c":
        has(answer.text, ">C</h1>", "an address that several tags had is the one's whose name it is")
    else:
        eq((answer.status, answer.headers.get("Location")), (301, "http://penny.test:8080" + paths[tag]), f"/tag/{slug} leads to the page of {tag}")
    has(stranger.get(paths[tag]).text, f">{tag}</h1>", "which is there")

# --- a slash at the end
for asked, where in (("/archive/", "/archive"), ("/tag/c/", "/tag/c"), ("/feed.xml/", "/feed.xml"), ("/archive/2026//?page=1", "/archive/2026?page=1"),
                     ("//evil.example/", "//evil.example"), ("/subscribe/", "/subscribe")):
    answer = stranger.get("http://penny.test:8080" + asked)
    eq((answer.status, answer.headers.get("Location")), (301, "http://penny.test:8080" + where), f"{asked} leads to {where}")
lacks(penny.log(), "request failed", "nothing failed")
lab.done()
