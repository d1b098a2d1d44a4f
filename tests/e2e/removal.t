#!/usr/bin/python3
"""removal.t - a publication is removed: its followers' servers are told, nothing more is sent, nothing of it stays, and its neighbour notices nothing."""

import lab
from lab import eq, has, lacks, ok, wait_for

lab.enter(modules=["aiosmtpd"], programs=["nginx", "openssl"], peers=["Fedify"])
lab.proxy({"penny.test": 8080, "other.test": 8080, "fedify.test": 8013, "strict.test": 8014})
ACTOR = "https://other.test/@other"
AS_ACTIVITY = {"Accept": "application/activity+json"}
sink = lab.Sink(port=2525)
site = lab.Site()
blogs = {name: lab.Blog(site, f"{name}-blog.test") for name in ("penny", "other")}
penny = lab.Pennypost().init(name="Penny", handle="penny")
penny.mail_to(sink)
penny.run("publication", "add", "--url", "https://other.test", "--name", "Other", "--handle", "other")
for name, blog in blogs.items():
    blog.publish(f"Old of {name}")
    penny.run("source", "add", "--publication", name, blog.url)
    penny.run("subscriber", "add", "--publication", name, "--confirmed", f"reader@{name}.mail.test", "both@mail.test")
server = penny.serve()
servers = [lab.Fedify("fedify.test", 8013), lab.Fedify("strict.test", 8014, knock="draft-cavage-http-signatures-12", authorized=True)]
for one in servers:
    for handle in ("@other@other.test", "@penny@penny.test"):
        one.post("follow", target=handle)
    ok(wait_for(lambda: {f["state"] for f in one.get("following").values()} == {"accepted"}), "somebody follows both")
blogs["other"].publish("Last words of other")
ok(wait_for(lambda: len(sink.mails) == 2, 30), "letters go out")
eq(len([row for row in penny.rows("publication", "list") if row[-1] == "here"]), 2, "both are there")

# --- a question first
done = penny.command("publication", "remove", "other.test")
eq(done.returncode, 1, "it is asked whether that is meant")
for words in ("with 2 posts and 4 readers", "for good", "subscriber export", "--yes"):
    has(done.stderr, words, f"with '{words}'")
eq(lab.Browser("https://other.test").get("/").status, 200, "nothing has happened")
eq(penny.command("publication", "remove", "nobody.test", "--yes").returncode, 1, "there is no other of any name")

# --- while nobody is told yet
server.stop()
blogs["other"].publish("Too late")
penny.run("source", "poll")
has(penny.run("publication", "remove", "other.test", "--yes"), "https://other.test\tremoved", "it is removed")
done = penny.command("publication", "remove", "other.test", "--yes")
ok(done.returncode == 1 and "was removed" in done.stderr, f"once: {done.stderr}")
eq([row[-1] for row in penny.rows("publication", "list")], ["here", "leaving"], "the list says so")
web = penny.serve("web")
browser = lab.Browser("https://other.test")
for path in ("/", "/archive", "/feed.xml", "/subscribe", "/feeds", "/me"):
    page = browser.get(path)
    eq(page.status, 410, f"{path} has ended")
has(page.text, "This publication has ended", "with words")
eq(browser.post("/subscribe", {"email": "late@mail.test"}).status, 410, "nobody can subscribe")
eq(browser.get("/@other", AS_ACTIVITY).status, 200, "its actor verifies what is still to be said")
for path in ("/@other/outbox", "/@other/followers", "/"):
    eq(browser.get(path, AS_ACTIVITY).status, 410, f"{path} has ended in the fediverse, too")
eq(lab.Browser("https://penny.test").get("/").status, 200, "the neighbour is there")
web.stop()

# --- its end
server = penny.serve()
for one in servers:
    ok(wait_for(lambda: [a for a in one.inbox("Delete") if a["json"]["object"] == ACTOR], 30), "a follower's server is told that it is gone")
    eq([a["actor"] for a in one.inbox("Delete")], [ACTOR], "by itself, once")
    eq(one.get("errors"), [], "and has nothing to complain about")
ok(wait_for(lambda: len(penny.rows("publication", "list")) == 1, 30), "then it is gone") or lab.diag(penny.log()[-3000:])
ok(wait_for(lambda: browser.get("/").status == 410 and "has ended" in browser.get("/").text), "its host says so")
eq(browser.get("/@other", AS_ACTIVITY).status, 410, "of its actor, too")
eq(browser.get("/nowhere/else").status, 410, "and of every page")
counts = {}
for table in ("entry", "subscriber", "address", "issue", "source", "publication_key"):
    counts[table] = penny.peek(f"SELECT count(*) FROM {table} WHERE publication <> 1")[0][0]
counts["delivery"] = penny.peek("SELECT count(*) FROM delivery d WHERE NOT EXISTS (SELECT 1 FROM issue i WHERE i.id = d.issue AND i.publication = 1)")[0][0]
eq(counts, dict.fromkeys(counts, 0), "nothing of it stays")
eq(sorted(mail.recipient for mail in sink.mails), ["both@mail.test", "reader@other.mail.test"], "no letter was sent after it")
blogs["penny"].publish("Life goes on")
ok(wait_for(lambda: {mail.recipient for mail in sink.mails if str(mail.message["Subject"]) == "Life goes on"} == {"both@mail.test", "reader@penny.mail.test"}, 30),
   "the readers of its neighbour get their letters")
for one in servers:
    ok(wait_for(lambda: any("Life goes on" in str(a["json"]) for a in one.inbox("Create")), 30), "and its followers")

# --- the name of one that was deleted
add = ("publication", "add", "--url", "https://other.test", "--name", "Again", "--handle")
done = penny.command(*add, "other")
ok(done.returncode == 1 and "choose another handle" in done.stderr, f"it does not come back as the same account: {done.stderr}")
penny.run(*add, "again")
ok(wait_for(lambda: lab.Browser("https://other.test").get("/").status == 200), "a new one may stand in its place")
lacks(lab.Browser("https://other.test").get("/").text, "Last words", "without its posts")

# --- the last one
penny.run("publication", "remove", "again", "--yes")
penny.run("publication", "remove", "penny", "--yes")
ok(wait_for(lambda: penny.rows("publication", "list") == [], 30), "the last one can go, too") or lab.diag(penny.log()[-3000:])
ok(wait_for(lambda: lab.Browser("https://penny.test").get("/").status == 410), "and has ended")
ok(server.alive(), "the server runs on")
lab.done()
