#!/usr/bin/python3
"""digests.t - two posts come in one letter, and a reader says without a password how often, which and how letters come."""

import json
import re

import lab
from lab import eq, has, lacks, ok, wait_for

lab.enter(modules=["aiosmtpd", "dkim", "nacl"], programs=["openssl"])
lab.names("penny.test")
sink = lab.Sink(port=2525)
blog = lab.Blog(lab.Site())
blog.publish("An old post")
penny = lab.Pennypost().init("http://penny.test:8080", "Penny Test", "penny", "--postal-address", "1 Mill Lane", "--timezone", "UTC")
penny.mail_to(sink)
penny.run("source", "add", blog.url)
ADA, BOB, TEXT = "ada@mail.test", "bob@mail.test", "text@mail.test"
for reader in (ADA, BOB, TEXT):
    penny.run("subscriber", "add", "--confirmed", reader)

# --- how commands say it
for words, complaint in (
        (("--rhythm", "hourly"), "is no rhythm: each, daily, weekly, monthly"), (("--rhythm", "weekly", "--at", "noon"), "write 'mon 08:00'"),
        (("--at", "08:00"), "say --rhythm"), (("--digest-order", "size"), "date, source")):
    has(penny.command("publication", "set", *words).stderr, complaint, f"publication set {' '.join(words)}")
for words, complaint in (
        (("--rhythm", "often"), "is no rhythm"), (("--zone", "Asia/Tokyo"), "goes out when it comes"), (("--rhythm", "daily", "--zone", "Berlin"), "no time zone"), (("--pause-until", "soon"), "is no date"), (("--pause-until", "2020-01-01"), "is over"),
        (("--text-only", "maybe"), "yes or no"), (("--language", "english"), "is no language"), (("--rhythm", "default", "--at", "08:00"), "has its own time")):
    has(penny.command("subscriber", "set", ADA, *words).stderr, complaint, f"subscriber set {' '.join(words)}")
penny.run("publication", "set", "--rhythm", "weekly", "--at", "mon 08:00")
penny.run("subscriber", "set", BOB, "--rhythm", "each")
penny.run("subscriber", "set", TEXT, "--text-only", "yes")


def shown(reader):
    return json.loads(penny.run("subscriber", "show", reader, "--json"))


eq([shown(ADA)[key] for key in ("rhythm", "rhythm_chosen", "text_only")], ["weekly, Monday 08:00", False, False], "a reader who chose nothing")
eq([shown(BOB)[key] for key in ("rhythm", "rhythm_chosen")], ["each post", True], "one who wants each post")
ok(shown(TEXT)["text_only"], "one who wants text alone")
penny.serve()

# --- two posts
blog.publish("Brass and salt", tags=["tides"])
blog.publish("Thirty-seven cosines", tags=["brass"])
ok(wait_for(lambda: len(sink.to(BOB)) == 2, 40), "who wants each post has two letters")
eq([len(sink.to(ADA)), len(sink.to(TEXT))], [0, 0], "the others none")


def come():
    """The hour of the digests comes."""
    penny.change("UPDATE schedule SET next = 1 WHERE next IS NOT NULL")


wait_for(lambda: penny.peek("SELECT count(*) FROM schedule WHERE next > 1")[0][0] > 0)
come()
ok(wait_for(lambda: sink.to(ADA) and sink.to(TEXT), 30), "at its hour the digest comes")
eq([len(sink.to(ADA)), len(sink.to(BOB)), len(sink.to(TEXT))], [1, 2, 1], "once, and to nobody who had its posts")
mail, plain = sink.to(ADA)[0], sink.to(TEXT)[0]
titles = {"Brass and salt", "Thirty-seven cosines"}
first = str(mail.message["Subject"]).removesuffix(" and 1 more")
ok(first in titles and str(mail.message["Subject"]) == first + " and 1 more", "its subject says what is in it")
for kind in ("text/plain", "text/html"):
    for title in titles:
        ok(mail.part(kind).count(title) >= 2, f"{title} stands on top and over its text ({kind})")
    has(mail.part(kind), "paragraph 7", f"the posts are whole ({kind})")
    has(mail.part(kind), "1 Mill Lane", f"the postal address ({kind})")
    has(mail.part(kind), "/prefs/", f"the link to the preferences ({kind})")
eq(mail.message["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click", "one-click is offered")
has(str(mail.message["Archived-At"]), "http://penny.test:8080/archive", "its posts are in the archive")
read = re.search(r"Read in a browser: http://penny\.test:8080(/r/\S+)", mail.part("text/plain"))[1]
has(mail.part("text/html"), f'"http://penny.test:8080{read}"', "both parts have the link that opens it in a browser")
penny.run("publication", "set", "--gate", "all")
page = lab.Browser("http://penny.test:8080").get(read)
eq((page.status, page.headers["Cache-Control"], page.headers.get("Set-Cookie")), (200, "no-store", None), "which needs no session, is kept by nobody, and signs nobody in")
eq(page.text.count('<h2 class="p-name" dir="auto">'), 2, "both posts are there")
eq(page.text.count("paragraph 7"), 2, "whole, although they are for subscribers")
lacks(lab.Browser("http://penny.test:8080").get(re.search(r'class="u-url" href="([^"]+)"', page.text)[1]).text, "paragraph 7", "their own pages stay closed")
penny.run("publication", "set", "--gate", "free")
eq([part.get_content_type() for part in plain.message.walk()], ["text/plain"], "text only is text only")
has(plain.part("text/plain"), "paragraph 7", "and whole")
records = lab.txt_records(penny.run("dkim"))
for letter in (mail, plain):
    eq([good for *_, good in lab.dkim_verdicts(letter.raw, records)], [True, True], "both signatures are good")
come()
wait_for(lambda: penny.peek("SELECT count(*) FROM schedule WHERE next > 1 AND run = 0")[0][0] > 0)
# Published before that hour is over, it would be in the digest.
blog.publish("Nothing for a digest", tags=["tides"])
ok(wait_for(lambda: len(sink.to(BOB)) == 3, 40), "a third post")
eq(len(sink.to(ADA)), 1, "no digest was empty")

# --- the page of preferences
link = re.search(r"http://penny\.test:8080(/prefs/\S+)", mail.part("text/plain"))[1]
browser = lab.Browser("http://penny.test:8080")
page = browser.get(link)
eq(page.status, 200, "the link of a letter opens the page, without a password")
eq(page.headers["Cache-Control"], "no-store", "which nobody keeps")
has(page.headers["X-Robots-Tag"], "noindex", "or indexes")
has(page.text, ADA, "it says whose letters")
has(page.text, "weekly, Monday 08:00", "and what the publication does")
eq(browser.get("/prefs/1.AAAA").status, 404, "a forged link opens nothing")
eq(browser.get(re.sub(r"/prefs/\d+", "/prefs/2", link)).status, 404, "nor that of another reader")
leave = re.search(r"/u/([^>]+)>", mail.message["List-Unsubscribe"])[1]
eq(browser.get(f"/prefs/{leave}").status, 404, "nor a link to leave")
before = shown(ADA)
for _ in range(3):
    browser.get(link + "?rhythm=daily&saved=1&pause=2099-01-01")
eq(shown(ADA), before, "GET changes nothing")
FORM = {"rhythm": "daily", "at": "07:30", "wday": "Monday", "mday": "1", "zone": "America/New_York", "pause": "", "topic-brass": "0", "text": "1"}
eq(browser.post(link, FORM, headers={"Sec-Fetch-Site": "cross-site"}).status, 403, "another site cannot post")
eq(shown(ADA), before, "and has changed nothing")
for change, complaint in (({"zone": "Mars/Olympus"}, "time zone is not known"), ({"at": "25:00"}, "That time does not work"), ({"rhythm": "hourly"}, "That time does not work"),
                          ({"rhythm": "monthly", "mday": "32"}, "1 to 31"), ({"pause": "2020-01-01"}, "That day is over"), ({"pause": "tomorrow"}, "A pause ends on a day"),
                          ({"pause": "2099-01-01"}, "a year at most")):
    answer = browser.post(link, {**FORM, **change})
    eq(answer.status, 400, f"{change} is refused")
    has(answer.text, complaint, "in words")
    has(answer.text, 'role="alert"', "that are read aloud")
eq(shown(ADA), before, "nothing was changed by that")
answer = browser.post(link, FORM, follow=True)
has(answer.text, "Saved.", "a good form is saved")
after = shown(ADA)
eq([after[key] for key in ("rhythm", "text_only", "unwanted_topics")], ["daily at 07:30, America/New_York", True, "brass"], "as it says")
has(answer.text, 'value="America/New_York"', "and shown again")
browser.post(link, {**FORM, "rhythm": "default", "text": "", "topic-brass": ""})
eq({**shown(ADA), "paused_until": None}, before, "and taken back")

# --- back to single posts: what was waiting comes at once, the next by itself
browser.post(link, {**FORM, "rhythm": "each", "text": "", "topic-brass": ""})
ok(wait_for(lambda: len(sink.to(ADA)) == 2, 30), "what waited for the digest comes when its reader wants single posts")
eq(str(sink.to(ADA)[1].message["Subject"]), "Nothing for a digest", "alone it is its own subject")
blog.publish("A fourth", tags=["tides"])
ok(wait_for(lambda: len(sink.to(ADA)) == 3 and len(sink.to(BOB)) == 4, 40), "the next comes to both")

lab.done()
