#!/usr/bin/python3
"""feed-out.py FILE FORMAT - does feedparser find in FILE what test-write.c put there?

Exits 0 when it does, 1 with the differences as comments, 77 without feedparser.
"""
import sys

try:
    import feedparser
except ImportError:
    sys.exit(77)

FIGURE = '<figure><img alt="alt" height="480" src="https://m.example/i.png?x&amp;y" width="640" /></figure>'
path, form = sys.argv[1:3]
with open(path, "rb") as f:
    feed = feedparser.parse(f.read())
full, bare, odd = feed.entries if len(feed.entries) == 3 else ({}, {}, {})
wanted = [
    ("bozo", bool(feed.bozo), False),
    ("version", feed.version, form),
    # A title that is another one as HTML goes out as HTML: that is how readers put it into their pages.
    ("title", (feed.feed.title_detail.type, feed.feed.get("title")), ("text/html", "Salt &amp; &lt;Slate&gt;")),
    ("link", feed.feed.get("link"), "https://letters.example/"),
    ("updated", tuple(feed.feed.get("updated_parsed") or ())[:6], (2026, 9, 7, 6, 30, 0)),
    ("entries", len(feed.entries), 3),
    ("self", [x.href for x in feed.feed.links if x.rel == "self"], ["https://letters.example/feed?a=1&b=2"]),
    ("id", full.get("id"), "tag:letters.example,2026-09-05:entry:7"),
    ("entry link", full.get("link"), "https://letters.example/2026/nail-sickness"),
    ("published", tuple(full.get("published_parsed") or ())[:6], (2026, 9, 6, 6, 30, 0)),
    ("tags", [x.term for x in full.get("tags", [])], ["Roofs", "R&D"]),
    ("content", [x.value for x in full.get("content", [])], [FIGURE + "\n<p>It ends ]]> here &amp; now.</p>"]),
    ("enclosure", [x.href for x in full.get("enclosures", [])][:1], ["https://m.example/4.mp3?a=1&b=2"]),
    ("part", [x.value for x in odd.get("content", [])], ['<p><a href="https://letters.example/2026/odd#p-r1">1</a></p>']),
    ("cut", "Subscribe" in (bare.get("content") or [{"value": ""}])[0]["value"], True),
]
if form == "rss20":
    wanted.append(("guidislink", bool(full.get("guidislink")), False))
    wanted.append(("thumbnail", full.get("media_thumbnail"), [{"url": "https://m.example/i.png?x&y", "width": "640", "height": "480"}]))
bad = [w for w in wanted if w[1] != w[2]]
for name, got, want in bad:
    print("# %s: got %r, want %r" % (name, got, want))
sys.exit(1 if bad else 0)
