#!/usr/bin/python3
"""answers.t - what readers answer to letters waits for the owner's word, then stands below the post, and goes with its author."""

import email
import email.policy
import email.utils
import json
import re
import smtplib

import lab
from lab import eq, has, lacks, ok, wait_for

lab.enter(modules=["aiosmtpd"], programs=["nginx", "openssl"])
sink = lab.Sink()
blog = lab.Blog(lab.Site())
blog.publish("An old post")
penny = lab.Pennypost().init()
penny.mail_to(sink)
done = penny.command("publication", "set", "--answers", "moderate")
has(done.stderr, "inbound { } first", "without an address at which answers come in none can wait for the owner") if done.returncode else ok(False, "it is refused")
penny.configure(inbound__domain="lists.test", inbound__lmtp="127.0.0.1:2424")
penny.run("publication", "set", "--owner", "owner@mail.test")
penny.run("source", "add", blog.url)
penny.run("subscriber", "add", "--confirmed", "ada@mail.test", "bob@mail.test", "cleo@mail.test")
lab.proxy({"penny.test": penny.port})
server = penny.serve()
stranger = lab.Browser("https://penny.test")


def send(sender, to, text, html=None, files=(), **headers):
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    for name, value in {"From": sender, "To": to, "Subject": "Re: First", **headers}.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    for name in files:
        message.add_attachment(b"bytes", maintype="image", subtype="png", filename=name)
    with smtplib.LMTP("127.0.0.1", 2424) as client:
        client.sendmail(email.utils.parseaddr(sender)[1], [to], message.as_bytes())
    ok(wait_for(lambda: penny.peek("SELECT count(*) FROM mail_in")[0][0] == 0, 30), f"what {sender} sends is read") or lab.diag(penny.log()[-2000:])


def letter(to, subject):
    found = wait_for(lambda: [m for m in sink.mails if m.recipient == to and subject in str(m.message["Subject"])], 60)
    ok(found, f"{to} gets '{subject}'") or lab.bail(penny.log()[-2000:])
    return found[-1]


def held():
    return json.loads(penny.run("reply", "list", "--json"))


def number(handle):
    return next(row["id"] for row in held() if row["handle"] == handle)


def page():
    return stranger.get(first).text


def owners():
    return [str(m.message["Subject"]) for m in sink.mails if m.recipient == "owner@mail.test"]


# --- as it is without the setting
blog.publish("Zero")
zero = letter("ada@mail.test", "Zero")
eq(zero.message["Reply-To"], "penny@lists.test", "an answer goes to the owner at first")
lacks(zero.part("text/plain"), "may be shown", "and nothing else is said of it")
ok(penny.command("publication", "set", "--answers", "all").returncode != 0, "another word is refused")
penny.run("publication", "set", "--answers", "moderate")
has(penny.run("publication", "show"), "moderate", "the setting is shown")
has(stranger.get("/privacy").text, "What you answer to a letter", "and the page on privacy says what becomes of an answer")

# --- in
penny.kill_role("mail") # it keeps what it knows of a publication for some seconds
blog.publish("First")
ask = {who: letter(who + "@mail.test", "First") for who in ("ada", "bob", "cleo")}
first = "/" + re.search(r"https://penny\.test/(\d{4}/first)", ask["ada"].part("text/plain")).group(1)
to = ask["ada"].message["Reply-To"]
ok(re.fullmatch(r"penny\+reply-[\w.-]+@lists\.test", to), "the letter asks for answers to an address of its own") or lab.diag(to)
ok(len(to.partition("@")[0]) <= 64, "which is no longer than an address may be")
ok(to != ask["bob"].message["Reply-To"], "and each reader's is another")
has(ask["ada"].part("text/plain").replace("\n", " "), "may be shown below the post", "it says that an answer may be shown")
lacks(page(), "Well kept", "the page has no replies")
send("Ada & Co <ada@mail.test>", to, "Well kept, says ada@mail.test.\n\n<script>alert(1)</script>\n\nOn 3 March 2026 Penny Test wrote:\n> the whole letter\n> again\n\n-- \nAda, 12 Sea Road\n",
     files=["a.png", "b.png"])
send("bob@mail.test", "penny@lists.test", "Quite so.", In_Reply_To=ask["bob"].message["Message-ID"])
rows = {row["handle"]: row for row in held()}
eq(sorted(rows), ["ada@mail.test", "bob@mail.test"], "answers are held, by the address in the letter and by In-Reply-To")
eq(rows["ada@mail.test"]["state"], "new", "until the owner says a word")
eq(rows["ada@mail.test"]["for"], "you by mail", "which is told from a reply of the fediverse")
shown = json.loads(penny.run("reply", "show", number("ada@mail.test"), "--json"))
has(shown["content"], "Well kept", "the owner reads it")
for gone in ("the whole letter", "Sea Road", "<script"):
    lacks(shown["content"], gone, f"without {gone!r}")
eq(shown["files_left_out"], 2, "and learns that there were files")
told = letter("owner@mail.test", "2 replies and messages")
has(told.part("text/plain"), "ada@mail.test answers by mail", "the owner is told who wrote")
eq([s for s in owners() if "writes" in s], [], "by one letter, and by none for each")
for path in (first, "/", "/feed.xml", "/feed.atom"):
    lacks(stranger.get(path).text, "Well kept", f"nobody else sees it: {path}")

# --- out
penny.run("reply", "approve", number("ada@mail.test"))
has(page(), "Well kept", "what is approved stands on the page, at once")
has(page(), "Ada &amp; Co", "by the name that its author wrote, which is text")
for path in (first, "/", "/feed.xml", "/feed.atom"):
    lacks(stranger.get(path).text, "ada@mail.test", f"the address is nowhere: {path}")
    if path != first:
        lacks(stranger.get(path).text, "Well kept", f"nor the answer: {path}")
lacks(stranger.get(first, {"Accept": "application/activity+json"}).text, "Well kept", "nor in the object of the fediverse")
lacks(page(), "Quite so", "the other waits")
lacks(page(), "<script>alert", "no markup of a reader's comes through")
has(penny.run("reply", "approve", number("ada@mail.test")), "as before", "a second word changes nothing")
penny.run("reply", "hide", number("ada@mail.test"))
lacks(page(), "Well kept", "what is hidden is gone from the page")
penny.run("reply", "approve", number("ada@mail.test"))
penny.run("reply", "approve", number("bob@mail.test"))
has(page(), "a reader", "who writes no name is a reader")
penny.run("entry", "access", next(row[0] for row in penny.rows("entry", "list") if "First" in row), "gated")
lacks(page(), "Well kept", "who may not read the post does not read what quotes it")
penny.run("entry", "access", next(row[0] for row in penny.rows("entry", "list") if "First" in row), "free")
penny.run("reply", "refuse", number("bob@mail.test"))
lacks(page(), "Quite so", "what is refused is gone")
eq([row["handle"] for row in held()], ["ada@mail.test"], "for the owner, too")
ok(penny.command("reply", "approve", 2).returncode != 0, "for ever")

# --- beside those of the fediverse, whatever a server sends
penny.change("INSERT INTO reply (publication, entry, kind, state, public, actor, host, name, handle, object, url, warning, content, attachments, published, updated, received, told)"
             " SELECT publication, entry, 0, 0, 1, 'https://fedi.test/ann', 'fedi.test', ?, '@ann@fedi.test', 'https://fedi.test/1', 'https://fedi.test/1', ?, ?, '[]', 5, 0, 5, 5 FROM reply"
             " WHERE handle = 'ada@mail.test'", "Ann <i>", "Sharp <b>", '<p>From afar <img src="https://evil.test/x.png" alt="a map"> <a href="https://a.test/">there</a></p>')
penny.run("reply", "approve", number("@ann@fedi.test"))
has(page(), "From afar", "a reply of the fediverse can be shown as well")
lacks(page(), '<img src="https://evil', "without pictures that others would serve")
has(page(), 'rel="nofollow ugc noopener" href="https://a.test/"', "with links that are its writer's word")
has(page(), "Sharp &lt;b&gt;", "behind its warning")
has(page(), "Ann &lt;i&gt;", "with its name, as text")

# --- to whom they went before
count = len(owners())
send("Eve <eve@mail.test>", to, "I am Ada")
send("Ada <ada@mail.test>", "penny@lists.test", "Just a word")
send("Ada <ada@mail.test>", "penny+owner@lists.test", "To you alone", In_Reply_To=ask["ada"].message["Message-ID"])
send("Ada <ada@mail.test>", to, "I am away", Auto_Submitted="auto-replied")
ok(wait_for(lambda: len([s for s in owners() if "writes" in s]) == 3, 60), "of a stranger, about no post, to the owner: these are letters to the owner") or lab.diag(owners())
eq(len(held()), 2, "and an automatic answer is nothing")
for n in range(8):
    send("Cleo <cleo@mail.test>", ask["cleo"].message["Reply-To"], f"again {n}")
eq(len([row for row in held() if row["handle"] == "cleo@mail.test"]), 6, "of one mailbox six are kept in an hour")
has(penny.log(), "too many from this mailbox", "of which the log tells")

# --- the person
ada = lab.Browser("https://penny.test")
ada.post("/signin", {"email": "ada@mail.test"})
signin = ada.get(re.search(r"https://penny\.test/c/[\w.-]+", letter("ada@mail.test", "ign in").part("text/plain"))[0])
ada.submit(signin, signin.form("/c/"))
export = json.loads(ada.post("/me/export", {}).text)
has(export["answers"][0]["content"], "Well kept", "what is known of a person has their answers")
eq(export["answers"][0]["state"], "shown", "and whether they are shown")
has(page(), "Well kept", "the page has it until then")
penny.run("subscriber", "erase", "ada@mail.test")
lacks(page(), "Well kept", "who is erased is gone from the page")
eq([row["handle"] for row in held() if row["handle"] == "ada@mail.test"], [], "and from the list")
lab.done()
