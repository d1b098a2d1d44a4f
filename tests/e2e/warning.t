#!/usr/bin/python3
"""warning.t - what an author warns of is nowhere seen before the warning."""

import html
import json

import lab
from lab import eq, has, lacks, ok
from lab.site import Page

lab.enter(programs=["openssl"])
site = lab.Site(8001)
penny = lab.Pennypost().init("https://penny.test", "Penny Test", "penny")
lab.names("blog.test", "penny.test")
ACTOR = "http://blog.test:8001/ada"
NOTE = {"type": "Note", "id": ACTOR + "/1", "attributedTo": ACTOR, "to": "as:Public", "published": "2026-01-02T03:04:05Z", "summary": "food & \"spoilers\" <i>",
        "sensitive": True, "content": "<p>The butler ate the cake. <a href='https://a.test/cake'>See</a></p>",
        "attachment": [{"type": "Document", "mediaType": "image/png", "url": "http://blog.test:8001/cake.png", "name": "the cake, eaten"}]}
OUTBOX = {"@context": "https://www.w3.org/ns/activitystreams", "type": "OrderedCollection", "orderedItems": [NOTE]}
site.pages["/outbox"] = Page(json.dumps(OUTBOX).encode(), 200, {"Content-Type": "application/activity+json"})
penny.run("source", "add", "http://blog.test:8001/outbox")
title = penny.rows("entry", "list")[0][5]
eq(title, 'Content warning: food & "spoilers" <i>', "in lists it is called by the warning")
browser = lab.Browser("http://penny.test:8080", {"Host": "penny.test", "X-Forwarded-Proto": "https"})
penny.serve("web")
path = "/" + penny.rows("entry", "list")[0][4].split("/", 3)[3]
page = browser.get(path).text
head, body = page.split("</head>")
for word in ("butler", "cake", "eaten"):
    lacks(head, word, f"what a preview is made of says nothing of it: {word}")
text = html.unescape(body)
ok(text.index("Content warning:") < text.index("The butler"), "on its page the warning comes first")
lacks(body, "<i>", "as plain text")
for list_of_posts in ("/", "/archive", "/archive/2026"):
    answer = browser.get(list_of_posts)
    has(html.unescape(answer.text), "food & \"spoilers\" <i>", f"{list_of_posts} shows the warning")
    lacks(answer.text, "butler", "and nothing of the text")
    lacks(answer.text, "cake", "nor the picture")
note = json.loads(browser.get(path, {"Accept": "application/activity+json"}).text)
eq((note["summary"], note["sensitive"]), ('food & "spoilers" <i>', True), "followers get it as one")
lacks(note["content"], "Content warning", "and not twice")
lab.done()
