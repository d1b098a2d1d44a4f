#!/usr/bin/python3
"""tiers.t - what is for supporters: a list from Ghost brings them along, letters and pages give each what they may read, and no door tells the others the rest."""

import json
import os
import re

import lab
from lab import eq, has, lacks, ok, wait_for

lab.enter(modules=["aiosmtpd"], programs=["nginx", "openssl"])
BIRD = "zaunkoenig"
OPENING = "Rain fell on the upper works all night and in the morning the gauge stood a hand above the mark. "
POST = "".join(f"<p>{OPENING * 3}</p>" for _ in range(6)) + f"<h2>After the cut</h2><p>There sings the {BIRD}.</p>" + "".join(f"<p>{OPENING * 3}</p>" for _ in range(6))
ACTIVITY = {"Accept": 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'}
PAYS, GIVEN, READS, LAPSED, WEEKLY = (name + "@mail.test" for name in ("pays", "given", "reads", "lapsed", "weekly"))
GHOST = ("id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,tiers\n"
         f'1,{PAYS},Ada,,true,false,cus_1,2021-03-04T05:06:07.000Z,,"a, b","Bronze, Gold"\n2,{GIVEN},,,true,true,,2021-03-04T05:06:07.000Z,,,\n'
         f"3,{READS},,,true,false,,2021-03-04T05:06:07.000Z,,,\n4,{LAPSED},,,true,false,cus_2,2021-03-04T05:06:07.000Z,,,\n"
         f"5,{WEEKLY},,,true,false,,2021-03-04T05:06:07.000Z,,,\n6,off@mail.test,,,false,false,cus_3,2021-03-04T05:06:07.000Z,,,Gold\n")

sink = lab.Sink(port=2525)
blog = lab.Blog(lab.Site())
blog.publish("An old post")
penny = lab.Pennypost().init("https://penny.test", "Penny & Test", "penny", "--owner", "me@mail.test")
penny.mail_to(sink)
penny.run("source", "add", blog.url, "--access", "supporter")
lab.proxy({"penny.test": penny.port})


def write(name, text):
    path = os.path.join(penny.directory, name)
    with open(path, "w") as file:
        file.write(text)
    return path


def supporters(*more):
    return sorted(row[4] for row in penny.rows("subscriber", "list", "--tier", "supporter", *more))


def sings(mail):
    return [BIRD in mail.part(kind) for kind in ("text/plain", "text/html")]


def got(address, subject):
    return [mail for mail in sink.to(address) if str(mail.message["Subject"]) == subject]


def reading(mail):
    return re.search(r"Read in a browser: https://penny\.test(/r/\S+)", mail.part("text/plain"))[1]


# --- a list from Ghost: who pays there, or was given it, is a supporter
penny.run("subscriber", "add", "--confirmed", GIVEN)
path = write("members.csv", GHOST)
has(penny.run("subscriber", "import", path, "--dry-run", "--confirmed-elsewhere", "members at Ghost"), "supporters\t3\n", "a dry run counts supporters")
eq(supporters(), [], "and makes none")
done = penny.run("subscriber", "import", path, "--confirmed-elsewhere", "members at Ghost")
has(done, "supporters\t3\n", "the import says the same")
number = re.search(r"^import\t(\d+)\t", done, re.M)[1]
eq(supporters(), sorted([PAYS, GIVEN, "off@mail.test"]), "who pays is one, known or new; who paid once is none")
lacks(penny.run("subscriber", "import", path, "--confirmed-elsewhere", "members at Ghost"), "supporters", "the same list again changes nothing")
eq([json.loads(penny.run("subscriber", "show", who, "--json"))["tier"] for who in (PAYS, READS)], ["supporter", "subscriber"], "each is shown with their tier")
eq({row["address"]: row["tier"] for row in json.loads(penny.run("subscriber", "list", "--state", "confirmed", "--tier", "subscriber", "--json"))},
   {address: "subscriber" for address in (READS, LAPSED, WEEKLY)}, "the list is for a program, too")
eq([row[4] for row in penny.rows("subscriber", "list", "--audience", "tier=supporter, tag=a", "--tier", "supporter")], [PAYS], "with whatever else they are")
for words, complaint in ((("set", READS, "--tier", "founder"), "subscriber or supporter"), (("list", "--tier", "gold"), "subscriber or supporter"), (("set", "me@mail.test", "--tier", "supporter"), "no address")):
    has(penny.command("subscriber", *words).stderr, complaint, f"subscriber {' '.join(words)}: {complaint}")
penny.run("subscriber", "set", WEEKLY, "--rhythm", "weekly", "--tier", "subscriber")
penny.serve()

# --- a post for supporters: whole in their letters, its opening in all others
blog.publish("For supporters", POST)
ok(wait_for(lambda: all(got(who, "For supporters") for who in (PAYS, GIVEN, READS, LAPSED)), 40), "a post for supporters goes to all subscribers")
for who in (PAYS, GIVEN):
    eq(sings(got(who, "For supporters")[0]), [True, True], f"whole to {who}")
    lacks(got(who, "For supporters")[0].raw.decode(), "is for supporters", "with no word of the gate")
for who in (READS, LAPSED):
    mail = got(who, "For supporters")[0]
    eq(sings(mail), [False, False], f"its opening to {who}")
    has(mail.part("text/plain"), "Rain fell on the upper works", "which is there")
    has(mail.part("text/plain"), "The rest is for supporters of Penny & Test.", "and says so")
    has(mail.part("text/html"), "The rest is for supporters of Penny &amp; Test.", "in both parts")
entry = next(row for row in penny.rows("entry", "list") if row[5] == "For supporters")
eq(entry[2], "supporters", "the list of posts says for whom it is")
eq(json.loads(penny.run("entry", "show", entry[0], "--json"))["access"], "supporters", "and so does the post")
page = entry[4].removeprefix("https://penny.test")

# --- pages
stranger, reader, payer = (lab.Browser("https://penny.test") for _ in range(3))
for browser, address in ((reader, READS), (payer, PAYS)):
    before = len(sink.to(address))
    browser.post("/signin", {"email": address})
    wait_for(lambda: len(sink.to(address)) > before)
    confirm = browser.get(re.search(r"https://penny\.test/c/[\w.-]+", sink.to(address)[-1].part("text/plain"))[0])
    browser.submit(confirm, confirm.form("/c/"))
for _ in range(2):
    # Twice each, and in turns: what is kept for one kind of reader must not come to another.
    has(payer.get(page).text, BIRD, "a supporter reads the page whole")
    lacks(reader.get(page).text, BIRD, "a subscriber its opening")
    lacks(stranger.get(page).text, BIRD, "a stranger too")
text = reader.get(page).text
has(text, "Rain fell on the upper works", "the opening is there")
has(text, "You are a subscriber, and this post is for supporters of Penny &amp; Test.", "a subscriber is told for whom the rest is")
lacks(text, "/subscribe", "and not asked to subscribe")
has(stranger.get(page).text, "The rest of this letter is for supporters", "a stranger is told, too")
lacks(stranger.get(page).text, "Subscribe now to keep reading", "and nothing that is not so is promised")
lacks(payer.get(page).text, "is for supporters", "a supporter is not bothered")
has(stranger.get("/").text, "New posts by email, and the archive to read.", "nor on the front page")
has(reader.get("/").text, "the archive is open to you, but for 2 posts for supporters.", "a subscriber is told what is open to them")
has(payer.get("/me").text, "the whole archive is open to you, as to all supporters.", "and a supporter")
has(payer.get("/archive").text, "Supporters</span>", "lists mark it")
for who, whole in ((PAYS, True), (READS, False)):
    answer = lab.Browser("https://penny.test").get(reading(got(who, "For supporters")[0]))
    eq((answer.status, BIRD in answer.text, "is for supporters of" in answer.text), (200, whole, not whole), f"the link in the letter to {who} opens what the letter had")

# --- a tier is in force at once, within a session and for a link
penny.run("subscriber", "set", READS, "--tier", "supporter")
has(reader.get(page).text, BIRD, "who becomes a supporter reads on")
has(lab.Browser("https://penny.test").get(reading(got(READS, "For supporters")[0])).text, BIRD, "by their link, too")
penny.run("subscriber", "set", READS, "--tier", "subscriber")
lacks(reader.get(page).text, BIRD, "who is one no longer does not")
lacks(lab.Browser("https://penny.test").get(reading(got(READS, "For supporters")[0])).text, BIRD, "nor by their link")

# --- the other doors know no supporters
for path in ("/feed.xml", "/feed.atom", f"/p/{entry[0]}", f"/p/{entry[0]}/create", "/@penny/outbox/1"):
    for browser in (stranger, payer):
        answer = browser.get(path, ACTIVITY if path[1] in "p@" else None)
        eq((answer.status, BIRD in answer.text, "Rain fell on the upper works" in answer.text), (200, False, True), f"{path} has the opening alone")
has(stranger.get("/feed.xml").text, "The rest of this post is for supporters", "and a feed says why")

# --- digests
penny.run("subscriber", "set", WEEKLY, "--rhythm", "each")
ok(wait_for(lambda: got(WEEKLY, "For supporters"), 40), "a digest has it")
digest = got(WEEKLY, "For supporters")[0]
eq(sings(digest), [False, False], "of which a subscriber gets the opening")
has(digest.part("text/plain"), "The rest is for supporters of Penny & Test.", "and the reason")
answer = lab.Browser("https://penny.test").get(reading(digest))
eq((answer.status, BIRD in answer.text, "The rest is for supporters of Penny &amp; Test." in answer.text), (200, False, True), "its page is the same")
for who in (PAYS, LAPSED):
    penny.run("subscriber", "set", who, "--rhythm", "weekly")
blog.publish("Again for supporters", POST.replace("There", "Again"))
ok(wait_for(lambda: got(GIVEN, "Again for supporters"), 40), "another post")
for who in (PAYS, LAPSED):
    penny.run("subscriber", "set", who, "--rhythm", "each")
ok(wait_for(lambda: got(PAYS, "Again for supporters") and got(LAPSED, "Again for supporters"), 40), "comes in digests")
eq([sings(got(who, "Again for supporters")[0]) for who in (PAYS, LAPSED)], [[True, True], [False, False]], "to each as they may read it, though they share an issue")
has(lab.Browser("https://penny.test").get(reading(got(PAYS, "Again for supporters")[0])).text, BIRD, "and as its page shows it")

# --- letters of the owner's own
front = "---\nsubject: {}\narchive: no\n{}---\n" + f"{OPENING}\n\n<!--more-->\n\nThere sings the {BIRD}.\n"
letter = penny.run("letter", "new", write("some.md", front.format("To all", "access: supporter\n"))).split("\t")[0]
eq(json.loads(penny.run("letter", "show", letter, "--json"))["access"], "supporters", "a letter may be for supporters")
penny.run("letter", "send", letter)
ok(wait_for(lambda: all(got(who, "To all") for who in (PAYS, GIVEN, READS, LAPSED, WEEKLY)), 40), "it goes to all")
eq([sings(got(who, "To all")[0]) for who in (PAYS, GIVEN, READS, LAPSED, WEEKLY)], [[True, True]] * 2 + [[False, False]] * 3, "and is whole for supporters alone")
eq([BIRD in lab.Browser("https://penny.test").get(reading(got(who, "To all")[0])).text for who in (PAYS, READS)], [True, False], "in a browser, too")
letter = penny.run("letter", "new", write("them.md", front.format("To them", "audience: tier=supporter\n"))).split("\t")[0]
eq(json.loads(penny.run("letter", "show", letter, "--json"))["readers"], 2, "another is to supporters alone")
penny.run("letter", "send", letter)
ok(wait_for(lambda: got(PAYS, "To them") and got(GIVEN, "To them"), 40), "it goes to them")
wait_for(lambda: not penny.peek("SELECT 1 FROM issue WHERE planned = 0") and not penny.peek("SELECT 1 FROM delivery WHERE state = 0"))
eq(sorted(mail.recipient for mail in sink.mails if str(mail.message["Subject"]) == "To them"), sorted([PAYS, GIVEN]), "and to nobody else")

# --- out, forgotten, and in again
penny.run("subscriber", "erase", LAPSED)
for format in ("csv", "json"):
    whole = penny.run("subscriber", "export", "--format", format)
    other = lab.Pennypost("other-" + format, port=8081).init("https://other.test", "Other", "other")
    other.run("subscriber", "import", write("export." + format, whole))
    eq(other.run("subscriber", "export", "--format", format), whole, f"{format}: an empty instance has the same then")
    eq(sorted(row[4] for row in other.rows("subscriber", "list", "--tier", "supporter")), supporters(), "with its supporters")

# --- the undo of the list
penny.run("subscriber", "set", WEEKLY, "--tier", "supporter")
penny.run("subscriber", "import", "--undo", number)
eq(supporters(), [WEEKLY], "takes back what the list gave, not what the owner granted")
lacks(payer.get(page).text, BIRD, "and it is in force")

# --- the gate opened: the bird can be heard at all
penny.run("entry", "access", entry[0], "free")
for path in (page, "/feed.xml", "/@penny/outbox/1"):
    ok(wait_for(lambda: BIRD in stranger.get(path, ACTIVITY if "outbox" in path else None).text), f"once it is free a stranger reads all of it at {path}")
lab.done()
