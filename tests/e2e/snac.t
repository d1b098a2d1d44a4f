#!/usr/bin/python3
"""snac.t - a person on snac, a fediverse server by others, follows a publication and reads it there."""

import lab
from lab import eq, has, ok, wait_for

lab.enter(programs=["nginx", "openssl"], peers=["snac"])
ACTOR = "https://penny.test/@penny"
lab.proxy({"penny.test": 8080, "snac.test": 8011})
blog = lab.Blog(lab.Site())
blog.publish("An old post")
penny = lab.Pennypost().init(name="Penny Test", handle="penny")
penny.run("source", "add", blog.url)
penny.serve()
snac = lab.Snac()


def follower():
    return next((row[2] for row in penny.rows("subscriber", "list") if row[4] == snac.actor), None)


def shown(title):
    return next((post for post in snac.timeline() if title in post["content"]), None)


snac.command("follow", "@penny@penny.test")
ok(wait_for(lambda: follower() == "confirmed", 30), "the Follow of @alice, found by handle, makes her a subscriber")
ok(wait_for(lambda: snac.following().get(ACTOR) == "Accept", 30), "and the Accept reaches her")
blog.publish("Fresh from the press")
ok(wait_for(lambda: shown("Fresh from the press"), 40, 0.5), "a new post is in her timeline")
post = shown("Fresh from the press")
has(post["content"], "paragraph 7", "with all of its text")
eq(post["account"]["display_name"], "Penny Test", "under the publication's name")
eq(post["spoiler_text"], "", "and not behind a warning")

blog.items[0]["content"] = "<p>Corrected text.</p>"
blog.serve()
ok(wait_for(lambda: "Corrected text" in (snac.object(post["uri"]) or {}).get("content", ""), 40), "a correction reaches it")
entry = next(row for row in penny.rows("entry", "list") if "Fresh from the press" in row)
penny.run("entry", "withdraw", entry[0])
ok(wait_for(lambda: not shown("Fresh from the press"), 40, 0.5), "a withdrawn post is gone from her timeline")

snac.command("unfollow", ACTOR)
ok(wait_for(lambda: follower() == "left", 30), "Undo of the Follow ends it")
lab.done()
