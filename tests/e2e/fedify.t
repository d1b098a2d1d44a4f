#!/usr/bin/python3
"""fedify.t - Fedify, an ActivityPub library by others, follows a publication and is told what happens there."""

import base64

import lab
from lab import eq, has, lacks, ok, wait_for

lab.enter(programs=["nginx", "openssl"], peers=["Fedify"])
ACTOR = "https://penny.test/@penny"
lab.proxy({"penny.test": 8080, "fedify.test": 8013, "strict.test": 8014})
blog = lab.Blog(lab.Site())
blog.publish("An old post")
penny = lab.Pennypost().init(name="Penny & Co", handle="penny")
penny.run("source", "add", blog.url)
penny.serve()
# One signs as RFC 9421 says and falls back; the other knows only the draft, and shows its actor to nobody who does not sign.
servers = [lab.Fedify("fedify.test", 8013), lab.Fedify("strict.test", 8014, knock="draft-cavage-http-signatures-12", authorized=True)]


def follower(server):
    return next((row[2] for row in penny.rows("subscriber", "list") if row[4] == server.actor), None)


def created(server, title):
    return [activity for activity in server.inbox("Create") if title in str(activity["json"])]


for server in servers:
    host = server.handle.rpartition("@")[2]
    actor = server.post("lookup", target="@penny@penny.test")
    eq((actor["id"], actor["name"], actor["preferredUsername"]), (ACTOR, "Penny & Co", "penny"), f"{host} finds the actor by its handle")
    server.post("follow", target="@penny@penny.test")
    ok(wait_for(lambda: server.get("following")[ACTOR]["state"] == "accepted"), "its Follow is accepted")
    eq(follower(server), "confirmed", "and is a subscriber like others")
    accept = server.inbox("Accept")[0]["json"]
    eq(accept["object"]["type"], "Follow", "the Accept holds the Follow")

blog.publish("Fresh from the press", tags=["leat"])
for server in servers:
    host = server.handle.rpartition("@")[2]
    ok(wait_for(lambda: created(server, "Fresh from the press"), 30), f"{host} is told of a new post")
    activity = created(server, "Fresh from the press")[0]
    note = activity["json"]["object"]
    eq(activity["actor"], ACTOR, "by the actor that it follows")
    has(note["content"], "paragraph 7", "with all of its text")
    eq(note["attributedTo"], ACTOR, "attributed to the publication")
    eq(lab.Browser("https://penny.test").get(note["id"], {"Accept": "application/activity+json"}).status, 200, "its id can be fetched")
    eq(server.post("lookup", target=note["id"])["id"], note["id"], "and looked up")
eq([created(server, "An old post") for server in servers], [[], []], "nothing was said of old posts")

blog.items[0]["content"] = "<p>Corrected text.</p>"
blog.serve()
for server in servers:
    ok(wait_for(lambda: any("Corrected text" in str(activity["json"]) for activity in server.inbox("Update")), 30), "an Update tells of a correction")
penny.run("publication", "set", "--summary", "All about leats & weirs")
profiles = lambda server: [update["json"] for update in server.inbox("Update") if update["json"]["object"]["type"] == "Person"]
for server in servers:
    ok(wait_for(lambda: profiles(server), 30), "an Update tells of what the publication says of itself")
    person = profiles(server)[0]["object"]
    eq((person["id"], person["summary"]), (ACTOR, "<p>All about leats &amp; weirs</p>"), "with the whole actor")
    icon = lab.Browser("https://penny.test").get(person["icon"]["url"])
    eq((icon.status, icon.headers["Content-Type"], icon.body[:4]), (200, "image/png", b"\x89PNG"), "which has an icon")
    eq(lab.Browser("https://penny.test").get(person["featured"], {"Accept": "application/activity+json"}).status, 200, "and a list of featured posts")

# --- pictures and accounts of the publication's own, as a server reads them
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAQAAAAECAAAAACMmsGiAAAADklEQVR4nGOYAAQMqAQAWhQJARgdzoQAAAAASUVORK5CYII=")
picture = lab.directory("own") + "/picture.png"
with open(picture, "wb") as file:
    file.write(PNG)
penny.run("publication", "set", "--icon", picture, "--header", picture, "--also-known-as", servers[0].actor)
for server in servers:
    ok(wait_for(lambda: len(profiles(server)) == 2, 30), "an Update tells of new pictures")
    for person in (profiles(server)[1]["object"], server.post("lookup", target="@penny@penny.test")):
        for name in ("icon", "image"):
            eq({key: person[name].get(key) for key in ("type", "mediaType", "width", "height")}, {"type": "Image", "mediaType": "image/png", "width": 4, "height": 4}, f"its {name}")
            eq(lab.Browser("https://penny.test").get(person[name]["url"]).body, PNG, "which is there")
        eq(person["alsoKnownAs"], servers[0].actor, "and who else it is")
penny.run("publication", "set", "--language", "cy")
entry = next(row for row in penny.rows("entry", "list") if "Fresh from the press" in row)
penny.run("entry", "withdraw", entry[0])
for server in servers:
    ok(wait_for(lambda: server.inbox("Delete"), 30), "a Delete tells of a withdrawal")
    eq(server.inbox("Delete")[0]["json"]["object"]["type"], "Tombstone", "with a Tombstone")

# --- an inbox that fails for a while
servers[0].post("answer", status=503, times=1)
blog.publish("Late for one")
ok(wait_for(lambda: created(servers[1], "Late for one"), 30), "a failing server does not keep the others from theirs")
rows = lambda: {row[6]: row for row in penny.rows("delivery", "list") if row[7] == "Late for one"}
ok(wait_for(lambda: rows()[servers[0].actor][3] == "deferred"), "what a server could not take is deferred")
has(" ".join(rows()[servers[0].actor]), "503", "with the reason in the ledger")

# --- leaving
for server in servers:
    server.post("unfollow", target="@penny@penny.test")
    ok(wait_for(lambda: follower(server) == "left"), "Undo of the Follow ends it")
server = servers[1]
server.post("follow", target="@penny@penny.test")
ok(wait_for(lambda: follower(server) == "confirmed"), "and one may come back")
blog.publish("For the one who came back")
ok(wait_for(lambda: created(server, "For the one who came back"), 30), "who is told of the next post again")
eq(created(servers[0], "For the one who came back"), [], "and the one who left is not")
for server in servers:
    eq(server.get("errors"), [], "Fedify has nothing to complain about")
lab.done()
