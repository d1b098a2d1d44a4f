#!/usr/bin/python3
"""follow-fedify.t - a publication follows an account on Fedify, an ActivityPub library by others, and takes what it posts."""

import json

import lab
from lab import eq, has, lacks, ok, wait_for

lab.enter(modules=["aiosmtpd"], programs=["nginx", "openssl"], peers=["Fedify"])
ACTOR = "https://penny.test/@penny"
lab.proxy({"penny.test": 8080, "fedify.test": 8013, "strict.test": 8014, "shy.test": 8015})
sink = lab.Sink(port=2525)
penny = lab.Pennypost().init("https://penny.test", "Penny & Co", "penny", "--owner", "owner@mail.test")
penny.mail_to(sink)
penny.run("subscriber", "add", "--confirmed", "reader@mail.test")
penny.serve()
# One signs as RFC 9421 says; one knows only the draft, and shows its actor and its posts to nobody who does not sign; one refuses.
plain = lab.Fedify("fedify.test", 8013)
strict = lab.Fedify("strict.test", 8014, knock="draft-cavage-http-signatures-12", authorized=True)
shy = lab.Fedify("shy.test", 8015)


def entries():
    return {row[-1]: row for row in penny.rows("entry", "list")}


def texts(state=0):
    return dict(penny.peek("SELECT link, content FROM entry WHERE state = ?", state))


def source(number):
    return next(row for row in penny.rows("source", "list") if row[0] == str(number))


def words():
    return [row[0] for row in penny.peek("SELECT words FROM inbox ORDER BY id")]


old = [plain.post("note", content=f"<p>Old post {n}, written before anybody came.</p>", quiet=True)["id"] for n in range(3)]
plain.post("note", content="<p>An old word for followers only.</p>", quiet=True, private=True)

# --- following
said = penny.run("source", "add", "@ann@fedify.test")
has(said, "asked @ann@fedify.test to let us follow", "an account is a source, by its handle")
has(said, "3 posts", "what its outbox shows is taken")
eq(sorted(texts()), sorted(old), "all of it that is for the public")
ok(wait_for(lambda: source(1)[-1] == "fine"), "the Follow goes out, and is accepted")
eq(plain.get("followers"), [ACTOR], "its server counts one follower")
eq(source(1)[5], "Ann", "the source has the account's name")
said = penny.run("source", "add", strict.actor)
has(said, "asked @ann@strict.test", "one that answers only signed requests, by its URL")
ok(wait_for(lambda: source(2)[-1] == "fine"), "accepts as well")
following = json.loads(lab.Browser("https://penny.test").get("/@penny/following", {"Accept": "application/activity+json"}).body)
eq((following["totalItems"], sorted(following["orderedItems"])), (2, sorted([plain.actor, strict.actor])), "whom we follow can be seen")

# --- a post, an edit, a share, a deletion
for server in (plain, strict):
    host = server.handle.rpartition("@")[2]
    note = server.post("note", content=f"<p>News of {host} &amp; <b>friends</b>.</p><script>alert(1)</script>")["id"]
    ok(wait_for(lambda: note in texts(), 30), f"a new post of {host} becomes an entry")
    eq(texts()[note], f"<p>News of {host} &amp; <b>friends</b>.</p>", "with its text, and nothing that could harm")
    ok(wait_for(lambda: any(host in mail.part("text/plain") for mail in sink.mails), 30), "it goes out by mail")
    server.post("edit", id=note, content=f"<p>News of {host}, corrected.</p>")
    ok(wait_for(lambda: "corrected" in texts().get(note, ""), 30), "an Update revises it")
    before = len(words())
    server.post("boost", id=note)
    ok(wait_for(lambda: len(words()) > before and all(words())), "an Announce of it arrives")
    has(words()[-1], "nothing", "and brings nothing that is not there")
    server.post("delete", id=note)
    ok(wait_for(lambda: note not in texts(), 30), "a Delete takes it away")
    ok(note in texts(1), "and leaves its tombstone")
eq(len([mail for mail in sink.mails if mail.recipient == "reader@mail.test"]), 2, "each went out once, and no correction did")
browser = lab.Browser("https://penny.test")
has(browser.get("/").text, "Old post 2", "they stand in the archive")
has(browser.get("/feed.atom").text, "<name>Ann</name>", "under their author's name")

# --- what is only named
hidden = strict.post("note", content="<p>Written before, and shared only now.</p>", quiet=True)["id"]
strict.post("boost", id=hidden)
ok(wait_for(lambda: hidden in texts(), 30), "an Announce of an own post that is not known fetches it, signed")
alien = plain.post("note", content="<p>Somebody else's.</p>", quiet=True)["id"]
strict.post("boost", id=alien)
secret = plain.post("note", content="<p>For followers alone.</p>", private=True)["id"]
answer = plain.post("note", content="<p>@you quite so</p>", inReplyTo="https://elsewhere.test/1")["id"]
marker = plain.post("note", content="<p>And then this.</p>")["id"]
ok(wait_for(lambda: marker in texts(), 30), "a later post arrives")
eq([one for one in (alien, secret, answer) if one in texts()], [], "but not others' posts that are shared, nor what is for followers, nor answers")
# PostgreSQL shows bytes in hex.
ok(not any("followers alone" in body or b"followers alone".hex() in body for (body,) in penny.peek("SELECT CAST(body AS TEXT) FROM inbox")), "nor is any of that kept")
lacks(penny.log(), "followers alone", "or logged")

# --- one who does not want it
shy.post("welcome", yes=False)
penny.run("source", "add", "@ann@shy.test")
ok(wait_for(lambda: source(3)[-1] == "@ann@shy.test does not let us follow", 30), "a Reject is shown")
ok(wait_for(lambda: any("does not let you follow" in str(mail.message["Subject"]) for mail in sink.mails), 30), "and the owner is told")

# --- what cannot be followed
for typed, why in ((["@nobody@fedify.test"], "knows no account"), (["@penny@penny.test"], "is a publication of this Pennypost"),
                           (["@ann@fedify.test"], "is a source already"), (["@ann@fedify.test", "--every", "5"], "followed, not fetched"),
                           (["https://fedify.test/"], "nothing at this address"), (["--follow", "not an account"], "write it as @ada@social.example"), (["@ann"], "write it as @ada@social.example")):
    done = penny.command("source", "add", *typed)
    ok(done.returncode == 1 and why in done.stderr, f"source add {' '.join(typed)}: {why}")
    if why not in done.stderr:
        lab.tap.diag(done.stderr)
eq(len(penny.rows("source", "list")), 3, "and leaves no source")

# --- the end
has(penny.run("source", "remove", "1"), "removed", "a source is removed")
ok(wait_for(lambda: plain.get("followers") == [], 30), "and its server is told, by an Undo")
before = len(texts())
late = plain.post("note", content="<p>Nobody follows this.</p>")["id"]
eq(plain.get("errors"), [], "Fedify has nothing to complain about")
ok(late not in texts() and len(texts()) == before, "nothing comes from there any more, and what is there stays")
lab.done()
