#!/usr/bin/python3
"""peers.t - the fediverse servers that Pennypost is tested against talk to each other, so a silence is not theirs."""

import lab
from lab import eq, has, ok, wait_for

lab.enter(programs=["nginx", "openssl"], peers=["Fedify", "snac"])
lab.proxy({"fedify.test": 8013, "snac.test": 8011})
# snac answers 202 before it verifies, and knows only draft-cavage: Fedify would never learn to fall back.
fedify = lab.Fedify(knock="draft-cavage-http-signatures-12")
snac = lab.Snac()

eq(fedify.post("lookup", target=snac.handle)["preferredUsername"], "alice", "Fedify finds @alice by her handle")
snac.command("follow", fedify.handle)
ok(wait_for(lambda: snac.actor in fedify.get("followers")), "snac follows Fedify")
ok(wait_for(lambda: snac.following().get(fedify.actor) == "Accept"), "and gets the Accept")
fedify.post("follow", target=snac.handle)
ok(wait_for(lambda: fedify.get("following").get(snac.actor, {}).get("state") == "accepted"), "Fedify follows snac, who accepts")

fedify.post("note", content="<p>From Ann</p>")
ok(wait_for(lambda: any("From Ann" in post["content"] for post in snac.timeline()), 20, 0.5), "a note of Fedify's is in snac's timeline")
snac.command("note", "From Alice")
ok(wait_for(lambda: any("From Alice" in str(activity["json"]) for activity in fedify.inbox("Create"))), "a note of snac's reaches Fedify")

fedify.post("unfollow", target=snac.handle)
ok(wait_for(lambda: snac.user_folder("followers") == []), "an Undo is understood")
fedify.post("answer", status=503, times=1)
has(str(fedify.get("requests")[-1].keys()), "headers", "requests are kept as they came")
eq(fedify.get("errors"), [], "Fedify has nothing to complain about")
lab.done()
