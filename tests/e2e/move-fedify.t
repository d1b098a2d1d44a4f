#!/usr/bin/python3
"""move-fedify.t - Fedify, an ActivityPub library by others, follows a publication that moves to another URL: it is told once, and all goes on."""

import lab
from lab import eq, ok, wait_for

lab.enter(programs=["nginx", "openssl"], peers=["Fedify"])
ACTOR = "https://penny.test/@penny"
lab.proxy({"penny.test": 8080, "press.test": 8080, "fedify.test": 8013, "strict.test": 8014})
blog = lab.Blog(lab.Site())
penny = lab.Pennypost().init(name="Penny & Co", handle="penny")
penny.run("source", "add", blog.url)
penny.serve()
servers = [lab.Fedify("fedify.test", 8013), lab.Fedify("strict.test", 8014, knock="draft-cavage-http-signatures-12", authorized=True)]


def follower(server):
    return next((row[2] for row in penny.rows("subscriber", "list") if row[4] == server.actor), None)


def profiles(server):
    return [update["json"] for update in server.inbox("Update") if update["json"]["object"]["type"] == "Person"]


def note(server, title):
    return next((activity["json"]["object"] for activity in server.inbox("Create") if title in str(activity["json"])), None)


for server in servers:
    server.post("follow", target="@penny@penny.test")
    ok(wait_for(lambda: server.get("following").get(ACTOR, {}).get("state") == "accepted"), f"{server.handle} follows")
blog.publish("Before the move")
for server in servers:
    ok(wait_for(lambda: note(server, "Before the move"), 30), "and is told of a post")

penny.run("publication", "set", "--url", "https://press.test")
blog.publish("After the move")
for server in servers:
    ok(wait_for(lambda: profiles(server), 30), f"{server.handle} gets an Update")
    update = profiles(server)[0]
    eq((update["actor"], update["object"]["id"], update["object"]["inbox"], update["object"]["url"]), (ACTOR, ACTOR, ACTOR + "/inbox", "https://press.test/"),
       "of the same actor, whose pages are elsewhere")
    ok(wait_for(lambda: note(server, "After the move"), 30), "posts come as before")
    eq(len(profiles(server)), 1, "and nothing more is said of the move")
    new = note(server, "After the move")
    ok(new["id"].startswith("https://penny.test/p/") and new["attributedTo"] == ACTOR and str(new["url"]).count("https://press.test/20"), "with an id of before and a page of now")
    eq(server.post("lookup", target=new["id"])["id"], new["id"], "the id can be looked up")
    eq(server.post("lookup", target="@penny@press.test")["id"], ACTOR, "the new host knows the account, under its name")
    eq(server.post("lookup", target="https://press.test/")["id"], ACTOR, "and so does its front page")
    server.post("note", content="<p>A reply from afar</p>", to="@penny@penny.test", inReplyTo=note(server, "Before the move")["id"])
    ok(wait_for(lambda: any(server.actor.split("/")[2] in "\t".join(row) for row in penny.rows("reply", "list"))), "a reply to the inbox of before arrives")
    server.post("unfollow", target="@penny@penny.test")
    ok(wait_for(lambda: follower(server) == "left"), "and so does an Undo")
    server.post("follow", target="@penny@press.test")
    ok(wait_for(lambda: follower(server) == "confirmed"), "and a new Follow by the new host")
penny.run("publication", "set", "--url", "https://penny.test")
for server in servers:
    ok(wait_for(lambda: len(profiles(server)) == 2, 30), "the way back is told once, too")
    eq(profiles(server)[1]["object"]["url"], "https://penny.test/", "with the first URL")
    eq(server.get("errors"), [], "Fedify has nothing to complain about")
lab.done()
