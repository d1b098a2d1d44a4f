#!/usr/bin/python3
"""follow-snac.t - a publication follows a person on snac, a fediverse server by others, and takes what she posts."""

import re

import lab
from lab import eq, has, ok, wait_for

lab.enter(modules=["aiosmtpd"], programs=["nginx", "openssl"], peers=["snac"])
lab.proxy({"penny.test": 8080, "snac.test": 8011})
sink = lab.Sink(port=2525)
penny = lab.Pennypost().init("https://penny.test", "Penny Test", "penny")
penny.mail_to(sink)
penny.run("subscriber", "add", "--confirmed", "reader@mail.test")
penny.serve()
snac = lab.Snac()


def texts(state=0):
    return dict(penny.peek("SELECT content, link FROM entry WHERE state = ?", state))


def link_of(words, state=0):
    return next((link for text, link in texts(state).items() if words in text), None)


def post(text):
    return snac.api("POST", "/api/v1/statuses", {"status": text, "visibility": "public"})


post("From before anybody followed.")
has(penny.run("source", "add", "@alice@snac.test"), "asked @alice@snac.test to let us follow", "a person on snac is a source")
ok(wait_for(lambda: penny.rows("source", "list")[0][-1] == "fine", 40), "the Follow is accepted")
eq(len(snac.user_folder("followers")) > 0, True, "and the publication is one of her followers")
ok(link_of("From before anybody"), "her outbox shows what she wrote before")

note = post("A *fresh* thought, with a #Tag.")
ok(wait_for(lambda: link_of("fresh"), 40), "a new post becomes an entry")
ok(re.search("<(em|i)>fresh</(em|i)>", next(text for text in texts() if "fresh" in text)), "with its form")
ok(wait_for(lambda: len(sink.mails) == 1, 40), "and goes out by mail")
link = link_of("fresh")
ok(link.startswith("https://snac.test/alice"), "it links to her page")
eq(penny.peek("SELECT tag FROM entry_tag"), [("tag",)], "its tag is there, as snac writes it and without the sign")

snac.api("PUT", f"/api/v1/statuses/{note['id']}", {"status": "A *better* thought, with a #Tag."})
ok(wait_for(lambda: link_of("better") == link, 40), "an edit revises it")
snac.form("admin/action", id=note["uri"], actor=snac.actor, action="Delete", redir="x")
ok(wait_for(lambda: link_of("better", 1) == link, 40), "a deletion withdraws it")
eq(len(sink.mails), 1, "and all of that was one letter")

penny.run("source", "remove", "1")
ok(wait_for(lambda: not snac.user_folder("followers"), 40), "and once the source is removed she has no follower left")
lab.done()
