#!/usr/bin/python3
"""letters.t - letters that the owner writes: drafts, previews, tests, the hour of sending, the archive or not, and the series for new readers."""

import datetime
import os
import re
import signal
import urllib.parse

import lab
from lab import eq, has, lacks, ok, wait_for

lab.enter(modules=["aiosmtpd"], programs=["nginx", "openssl"])
WORD = "nachtigall"
LONG = "\n\n".join("Rain fell on the upper works all night and in the morning the gauge stood a hand above the mark." for _ in range(12))

sink = lab.Sink(port=2525)
penny = lab.Pennypost().init("https://penny.test", "Penny Test", "penny", "--timezone", "America/New_York", "--postal-address", "1 Mill Lane", "--owner", "me@mail.test")
penny.mail_to(sink)
penny.run("subscriber", "add", "--confirmed", "ada@mail.test")
lab.proxy({"penny.test": penny.port})
penny.serve()
stranger = lab.Browser("https://penny.test")


def write(name, front, body):
    path = os.path.join(penny.directory, name)
    with open(path, "w") as file:
        file.write("---\n" + "".join(f"{field}: {value}\n" for field, value in front.items()) + "---\n" + body)
    return path


def new(name, front, body, *options):
    return penny.run("letter", "new", write(name, front, body), *options).split("\t")[0]


def state(letter):
    return next(row[1] for row in penny.rows("letter", "list") if row[0] == letter)


def got(address, subject):
    return [mail for mail in sink.to(address) if str(mail.message["Subject"]) == subject]


def doors():
    """All that anybody can come by, from every front door."""
    text, seen, queue = "", set(), ["/", "/archive", "/feed.xml", "/feed.atom", "/feeds", "/robots.txt", "/@penny", "/@penny/outbox", "/privacy"]
    while queue:
        url = urllib.parse.urljoin("https://penny.test/", queue.pop()).partition("#")[0]
        if url in seen or len(seen) > 200 or not url.startswith("https://penny.test/"):
            continue
        seen.add(url)
        for headers in (None, {"Accept": "application/activity+json"}):
            answer = stranger.get(url, headers)
            text += answer.text + str(answer.headers)
            queue += re.findall(r'(?:href|src)="([^"]+)"', answer.text)
    return text.lower()


# --- files that are wrong
for name, text, words in (
        ("none.md", "No front matter.\n", "front matter"), ("open.md", "---\nsubject: A\nText\n", "'text' is no field"),
        ("field.md", "---\nsubject: A\nsbject: B\n---\nText\n", "field.md:3: 'sbject' is no field of a letter"), ("bare.md", "---\ntitle: A\n---\nText\n", "has no subject"),
        ("access.md", "---\nsubject: A\naccess: some\n---\nText\n", "policy, free, gated or supporter"), ("when.md", "---\nsubject: A\nwhen: tomorrow\n---\nText\n", "2026-12-01 08:00"),
        ("who.md", "---\nsubject: A\naudience: tag:vip\n---\nText\n", "no part of an audience"),
        ("open-to-some.md", "---\nsubject: A\naudience: tag=vip\narchive: yes\n---\nText\n", "for all readers")):
    path = os.path.join(penny.directory, name)
    with open(path, "w") as file:
        file.write(text)
    done = penny.command("letter", "new", path)
    ok(done.returncode == 1 and words in done.stderr, f"{name} is refused: {words}")
    if words not in done.stderr:
        lab.diag(done.stderr)
eq(penny.rows("letter", "list"), [], "and nothing of it is kept")

# --- a letter that is in no archive
only = new("only.md", {"subject": '"Only for you: ä"', "preheader": "What the bird sang", "archive": "no"},
           f"Hello **readers**, the {WORD} sang.\n\n[a link]() and [another](about) and ![](https://penny.test/x.png)\n\n- one\n- two\n")
eq(state(only), "draft", "a new letter is a draft")
done = penny.command("letter", "lint", only)
eq(done.returncode, 1, "lint finds faults")
for words in ("fault\tlinks\tthe address of a link is empty", "hint\tlinks\tthe address of a link is relative", "hint\tpictures\t1 picture has no words"):
    has(done.stdout, words, f"lint: {words}")
link = penny.run("letter", "preview", only).strip()
page = stranger.get(link)
has(page.text, WORD, "the preview shows the text part")
eq(page.headers.get("Cache-Control"), "no-store", "which nobody keeps")
has(stranger.get(link + "/html").text, "<strong>readers</strong>", "and the HTML part")
eq(stranger.get(link[:-4] + "AAAA").status, 404, "another address shows nothing")
penny.run("letter", "test", only, "me@mail.test", "ada@mail.test")
wait_for(lambda: len(sink.mails) == 2)
for mail in sink.mails:
    eq((str(mail.message["Subject"]), mail.message["X-Pennypost-Test"], mail.message["List-Unsubscribe"]), ("Only for you: ä", "yes", None), f"{mail.recipient}: a test says so in a header alone")
    lacks(mail.raw.decode().replace("=\r\n", ""), "penny.test/u/", "and has no reader's way out")
    lacks(mail.raw.decode().replace("=\r\n", ""), "penny.test/r/", "nor their link")
lacks(doors(), WORD, "a draft is behind no door")
sink.mails.clear()
penny.run("letter", "send", only)
wait_for(lambda: got("ada@mail.test", "Only for you: ä"))
letters = got("ada@mail.test", "Only for you: ä")
eq([len(letters), len(sink.mails)], [1, 1], "it goes to each reader once, and to nobody else")
eq(state(only), "sent", "and is sent")
message = letters[0].message
has(letters[0].part("text/html"), "What the bird sang", "with its preheader")
eq((message["Archived-At"], message["List-Unsubscribe-Post"]), (None, "List-Unsubscribe=One-Click"), "it stands nowhere, and has its way out")
lacks(letters[0].part("text/html"), "href=\"https://penny.test/20", "no link leads to a page that is not there")
read = re.search(r"Read in a browser: (\S+)", letters[0].part("text/plain"))[1]
has(stranger.get(read).text, WORD, "its reader's link opens it")
lacks(doors(), WORD, "and no door else does")
eq(penny.rows("entry", "list"), [], "it is no post")
done = penny.command("letter", "send", only)
ok(done.returncode == 1 and "is sent" in done.stderr, "nor can it be sent again")
ok(penny.command("letter", "cancel", only).returncode == 1, "or called back")

# --- one that becomes a post, behind the gate
gated = new("gated.html", {"subject": "Into the archive", "title": "The gauge", "access": "gated", "tags": "tides, rain"},
            f"<p>Free to read.</p><!--more--><p>Past it the {WORD}s.</p>" + "<p>" + LONG.replace("\n\n", "</p><p>") + "</p>")
eq(penny.command("letter", "lint", gated).returncode, 0, "lint finds no fault in it")
penny.run("letter", "send", gated)
wait_for(lambda: got("ada@mail.test", "Into the archive"))
has(got("ada@mail.test", "Into the archive")[0].part("text/plain"), f"{WORD}s", "the letter has all of it")
row = penny.rows("entry", "list")[0]
eq((row[0], row[2], row[5]), (gated, "subscribers", "The gauge"), "and it is a post, for subscribers")
text = doors()
has(text, "free to read.", "whose opening anybody finds")
lacks(text, WORD, "and nothing more")
# --- what is corrected later
penny.run("subscriber", "add", "--confirmed", "late@mail.test")
path = write("sorry.md", {"subject": "Correction: the gauge"}, "It was a foot, not a hand.\n")
ok(penny.command("letter", "correct", "9999", path).returncode == 1, "what is not there cannot be corrected")
correction = penny.run("letter", "correct", gated, path).split("\t")[0]
penny.run("letter", "send", correction)
wait_for(lambda: got("ada@mail.test", "Correction: the gauge"))
message, first = got("ada@mail.test", "Correction: the gauge")[0].message, got("ada@mail.test", "Into the archive")[0].message
eq((message["In-Reply-To"], message["References"]), (first["Message-ID"], first["Message-ID"]), "a correction answers its reader's own letter")
wait_for(lambda: [row for row in penny.rows("delivery", "list") if row[7] == "Correction: the gauge" and row[3] == "delivered"])
eq([row[6] for row in penny.rows("delivery", "list") if row[7] == "Correction: the gauge"], ["ada@mail.test"], "and goes to nobody who did not get that")
eq(first["In-Reply-To"], None, "other letters answer none")

short = new("short.md", {"subject": "Short", "access": "gated"}, "So short that all is free.\n\n<!--more-->\n")
has(penny.command("letter", "lint", short).stdout, "fault\tgate\t", "a mark of the free part that does not count is told")

# --- by the clock of the publication
later = new("later.md", {"subject": "Later"}, "Text.\n")
has(penny.run("letter", "send", later, "--at", "2099-07-01 08:00"), "2099-07-01 08:00 America/New_York", "an hour of the publication")
has(penny.run("letter", "show", later, "--json"), "2099-07-01T12:00:00Z", "which is its own")
eq(state(later), "scheduled", "it waits")
eq(penny.run("letter", "cancel", later).strip(), f"{later}\tdraft", "cancelled, it is a draft")
done = penny.command("letter", "send", later, "--at", "2001-01-01 08:00")
ok(done.returncode == 1 and "is past" in done.stderr, "what is past is refused")
penny.run("letter", "send", later, "--at", "2099-07-01 08:00")
penny.change("UPDATE letter SET send_at = ? WHERE entry = ?", int(datetime.datetime.now().timestamp() * 1000) + 500, int(later))
wait_for(lambda: got("ada@mail.test", "Later"), 70)
eq(len(got("ada@mail.test", "Later")), 1, "at its hour it goes")
eq(penny.run("letter", "cancel", short).strip(), f"{short}\tdeleted", "a draft is deleted")
ok(short not in [row[0] for row in penny.rows("letter", "list")], "and is no more")

# --- for some of the readers
for address, tag in (("vip@mail.test", "VIP"), ("press@mail.test", "press"), ("both@mail.test", "vip")):
    penny.run("subscriber", "add", "--confirmed", address)
    penny.run("subscriber", "tag", address, "+" + tag)
penny.run("subscriber", "tag", "both@mail.test", "+press")
some = new("some.md", {"subject": "For some", "audience": "tag=vip, -tag=press"}, f"A {WORD} for some.\n")
shown = dict(row for row in penny.rows("letter", "show", some) if len(row) == 2)
eq([shown["audience"], shown["readers"], shown["archive"]], ["tag=vip, -tag=press", "1", "no"], "a letter for some tells how many they are, and is no post")
eq([row[4] for row in penny.rows("subscriber", "list", "--audience", "tag=vip, -tag=press")], ["vip@mail.test"], "and who")
has(penny.run("letter", "send", some), "\tto 1 reader", "their number is told when it is sent")
wait_for(lambda: state(some) == "sent" and got("vip@mail.test", "For some") and not penny.peek("SELECT 1 FROM issue WHERE planned = 0"))
eq([mail.recipient for mail in sink.mails if str(mail.message["Subject"]) == "For some"], ["vip@mail.test"], "nobody else gets it")
follow = new("follow.md", {"subject": "To who had it", "audience": f"got={some}"}, "More.\n")
has(penny.run("letter", "send", follow), "\tto 1 reader", "another goes to who got it")
lacks(doors(), WORD, "and no door shows any of that")

# --- changed before it is sent
draft = new("draft.md", {"subject": "Frist", "tags": "tides"}, f"The {WORD} is wrong.\n")
penny.run("letter", "send", draft, "--at", "2099-07-01 08:00")
eq(penny.run("letter", "edit", draft, write("draft.md", {"subject": "First", "title": "At last"}, "All is right.\n")), f"{draft}\tscheduled\tFirst\n", "what waits is changed, and waits on")
ok(penny.command("letter", "edit", draft, write("draft.md", {"title": "x"}, "y\n")).returncode == 1 and "First" in penny.run("letter", "show", draft), "a bad file changes nothing")
penny.run("letter", "cancel", draft)
penny.run("letter", "send", draft)
wait_for(lambda: got("ada@mail.test", "First"))
text = got("ada@mail.test", "First")[0].part("text/plain")
has(text, "All is right.", "readers get what it is now")
lacks(text, WORD, "and nothing of what it was")
has(doors(), "all is right.", "the archive has it too")
lacks(doors(), WORD, "without what it was")
has(got("ada@mail.test", "First")[0].message["Archived-At"], "/at-last", "under its last title")
eq(penny.peek("SELECT count(*) FROM entry_revision WHERE entry = ?", int(draft)), [(0,)], "no earlier text is kept")
done = penny.command("letter", "edit", draft, write("draft.md", {"subject": "Too late"}, "z\n"))
ok(done.returncode == 1 and "letter correct" in done.stderr, "what was sent is not changed")

# --- a welcome, and what follows
welcome = new("welcome.md", {"subject": "Welcome", "archive": "no"}, f"The {WORD} welcomes you.\n", "--welcome")
second = new("second.md", {"subject": "Three days on", "archive": "no"}, "Are you well?\n", "--after", "3d")
penny.run("letter", "send", welcome)
third = new("third.md", {"subject": "To new supporters", "audience": "tier=supporter, consent=form"}, "Thank you.\n", "--after", "1d")
eq(penny.command("letter", "lint", third).returncode, 0, "a letter of the series may have an audience")
for letter in (second, third):
    penny.run("letter", "send", letter)
wait_for(lambda: state(second) == "sent" and state(third) == "sent")


def join(address):
    """A stranger subscribes, and confirms by the link in the letter."""
    page = stranger.get("/subscribe")
    stranger.submit(page, page.form("/subscribe"), email=address)
    wait_for(lambda: sink.to(address))
    page = stranger.get(re.search(r"https://penny\.test/c/\S+", sink.to(address)[0].part("text/plain"))[0])
    stranger.submit(page, page.form("/c/"))
    stranger.cookies.clear()


page = stranger.get("/subscribe")
usual = stranger.submit(page, page.form("/subscribe"), email="usual@mail.test")
robot = stranger.submit(page, page.form("/subscribe"), email="robot@mail.test", website="https://spam.test")
eq((robot.status, robot.text.replace("robot@", "usual@")), (usual.status, usual.text), "who fills in what only robots see gets the usual answer")
stranger.cookies.clear()
wait_for(lambda: sink.to("usual@mail.test"))
eq(penny.peek("SELECT count(*) FROM address WHERE value = 'robot@mail.test'"), [(0,)], "and no letter: nothing of it is stored")
join("grace@mail.test")
confirm = sink.to("grace@mail.test")[0].message
ok(re.fullmatch(r"v=1; ip=[0-9a-f.:]+", confirm["Form-Sub"] or ""), "a confirmation says whose form it was")
ok(all("form-sub" in signature.lower() for signature in confirm.get_all("DKIM-Signature")), "and that is signed")
ok(not any(mail.message["Form-Sub"] for mail in sink.mails if "Confirm" not in str(mail.message["Subject"])), "no other letter does")
wait_for(lambda: got("grace@mail.test", "Welcome"))
penny.run("subscriber", "add", "--confirmed", "imported@mail.test")
eq(len(got("grace@mail.test", "Welcome")), 1, "who confirms is welcomed")
join("hugo@mail.test")
wait_for(lambda: got("hugo@mail.test", "Welcome"))
has(penny.run("subscriber", "set", "hugo@mail.test", "--tier", "supporter"), "changed", "one becomes a supporter")
penny.change("UPDATE letter_due SET due = 1")
wait_for(lambda: got("grace@mail.test", "Three days on"), 70)
mail = got("grace@mail.test", "Three days on")[0]
ok(mail.message["List-Unsubscribe"], "the next letter comes in its time")
ok(wait_for(lambda: got("hugo@mail.test", "To new supporters") and got("hugo@mail.test", "Three days on"), 70), "one that has an audience goes to whom it means at their turn")
eq([got("grace@mail.test", "To new supporters"), penny.peek("SELECT count(*) FROM letter_due")], [[], [(0,)]], "and to nobody else, ever")
eq([got(address, subject) for address in ("ada@mail.test", "imported@mail.test") for subject in ("Welcome", "Three days on")], [[]] * 4,
   "those who were there, or whom the owner brought, get none")
eq(len(got("grace@mail.test", "Welcome")) + len(got("grace@mail.test", "Three days on")), 2, "each comes once")
page = stranger.get(re.match(r"<([^>]+)>", mail.message["List-Unsubscribe"])[1])
page = stranger.submit(page, page.form("/u/"))
eq(penny.run("letter", "cancel", second).strip(), f"{second}\tended", "a series can end")
lacks(doors(), WORD, "none of them is behind any door")

# --- to another address
link = re.search(r"https://penny\.test/prefs/\S+", got("vip@mail.test", "For some")[0].part("text/plain"))[0]
page = stranger.get(link)
answer = stranger.submit(page, page.form("/address"), email="vip@elsewhere.test")
eq(answer.status, 200, "who wants letters elsewhere asks for it behind the link of a letter")
taken = stranger.submit(page, page.form("/address"), email="press@mail.test")
eq([taken.status, taken.text], [answer.status, answer.text], "the answer tells nobody who else is here")
told = "Your letters of Penny Test are to go to another address"
wait_for(lambda: len(got("vip@mail.test", told)) == 2 and sink.to("vip@elsewhere.test"))
lacks(got("vip@mail.test", told)[0].part("text/plain"), "elsewhere", "the old address is told in words that nobody typed")
lacks(got("vip@mail.test", told)[0].part("text/html"), "Type this code", "and there is no code in that")
eq(str(sink.to("vip@elsewhere.test")[0].message["Subject"]), "Confirm your new address for Penny Test", "the new one is asked")
eq([mail for mail in sink.to("press@mail.test") if "onfirm" in str(mail.message["Subject"])], [], "one that is known already is not")
page = stranger.get(re.search(r"https://penny\.test/c/\S+", sink.to("vip@elsewhere.test")[0].part("text/plain"))[0])
stranger.submit(page, page.form("/c/"))
again = new("again.md", {"subject": "For some more", "audience": "tag=vip, -tag=press"}, "Text.\n")
penny.run("letter", "send", again)
wait_for(lambda: got("vip@elsewhere.test", "For some more"))
eq([mail.recipient for mail in sink.mails if str(mail.message["Subject"]) == "For some more"], ["vip@elsewhere.test"], "letters go there from then on, with the tags")
eq(got("vip@elsewhere.test", "Welcome"), [], "and nobody is welcomed twice")
stranger.cookies.clear()
page = stranger.get(re.search(r"https://penny\.test/keep/\S+", got("vip@mail.test", told)[0].part("text/plain"))[0])
has(page.text, "Keep letters at vip@mail.test?", "the old address can refuse")
has(stranger.submit(page, page.form("/keep/")).text, "as before", "and does")
back = new("back.md", {"subject": "Back again", "audience": "tag=vip, -tag=press"}, "Text.\n")
penny.run("letter", "send", back)
wait_for(lambda: got("vip@mail.test", "Back again"))
eq([mail.recipient for mail in sink.mails if str(mail.message["Subject"]) == "Back again"], ["vip@mail.test"], "letters come there again, and there alone")
eq(stranger.get("/keep/1.AAAA").status, 404, "a forged link refuses nothing")

# --- templates of one's own
folder = os.path.join(penny.directory, "templates")
os.mkdir(folder)
penny.configure(mail__templates=folder)
mine = new("mine.md", {"subject": "In my own dress", "archive": "no"}, "Text.\n")
with open(os.path.join(folder, "letter.mustache"), "w") as file:
    file.write("{{>letter-head}}<tr><td>MINE {{{content}}}</td></tr>")
for command in (("letter", "lint", mine), ("serve",)):
    done = penny.command(*command)
    ok(done.returncode == 1 and "the way to unsubscribe" in done.stderr, f"{command[0]} {command[1:]} tells of a template without the way out")
with open(os.path.join(folder, "letter.mustache"), "a") as file:
    file.write("{{>letter-foot}}")
has(stranger.get(penny.run("letter", "preview", mine).strip() + "/html").text, "MINE", "a good one is previewed")
penny.servers[0].signal(signal.SIGHUP)
penny.run("letter", "send", mine)
wait_for(lambda: got("ada@mail.test", "In my own dress"))
has(got("ada@mail.test", "In my own dress")[0].part("text/html"), "MINE", "and is what readers get")
lab.done()
