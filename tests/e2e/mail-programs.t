#!/usr/bin/python3
"""mail-programs.t - what mutt and swaks write is understood: people subscribe, confirm, ask for help, choose and leave with them, and an owner posts."""

import email
import email.policy
import json
import os
import re
import shutil
import subprocess

import lab
from lab import eq, has, lacks, ok, wait_for

lab.enter(programs=["swaks", "mutt", "postfix", "openssl"])
lab.names("mail.test")
PEOPLE = ("ada", "sam", "owner", "jun")
boxes = lab.directory("boxes")
shutil.chown(boxes, "nobody", "nogroup")
blog = lab.Blog(lab.Site())
blog.publish("An old post")
penny = lab.Pennypost().init()
socket = os.path.join(penny.directory, "lmtp")
penny.configure(mail__transport="smtp", mail__host="mail.test", mail__port=25, mail__security="plain", inbound__domain="lists.test", inbound__lmtp="unix:" + socket)
penny.run("publication", "set", "--owner", "owner@mail.test")
penny.run("source", "add", blog.url)
os.chmod(penny.directory, 0o755)
postfix = lab.Postfix(f"/@lists\\.test$/ lmtp:unix:{socket}", "", relay="lists.test", services="virtual   unix  - n n - - virtual", settings=f"""
virtual_mailbox_domains = mail.test
virtual_mailbox_base = {boxes}
virtual_mailbox_maps = inline:{{{", ".join(f"{{{name}@mail.test = {name}/}}" for name in PEOPLE)}}}
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
""")
server = penny.serve()


def letters(name):
    """What came to them, the oldest first."""
    found = []
    for part in ("new", "cur"):
        folder = os.path.join(boxes, name, part)
        for file in os.listdir(folder) if os.path.isdir(folder) else []:
            with open(os.path.join(folder, file), "rb") as raw:
                found.append((os.stat(raw.fileno()).st_mtime_ns, email.message_from_bytes(raw.read(), policy=email.policy.default)))
    return [message for _, message in sorted(found, key=lambda pair: pair[0])]


def letter(name, subject, number=1):
    """The letter that comes to them as that one of those with these words in their subject."""
    def found():
        return [message for message in letters(name) if subject in message["Subject"]][number - 1:]
    if not wait_for(found, 30):
        lab.diag(penny.log()[-3000:] + postfix.process.log()[-2000:])
        lab.bail(f"letter {number} to {name} about {subject}")
    return found()[0]


def text(message):
    return message.get_body(("plain",)).get_content()


def own(message, word):
    return re.search(rf"penny\+{word}-[\w.-]+@lists\.test", text(message)).group(0)


def state(name):
    return next((row[2] for row in penny.rows("subscriber", "list") if row[4] == name + "@mail.test"), None)


def becomes(name, wanted, what):
    ok(wait_for(lambda: state(name) == wanted, 30), what) or lab.diag(f"{state(name)}\n{penny.log()[-3000:]}")


def rhythm_becomes(name, wanted, what):
    def shown():
        return json.loads(penny.run("subscriber", "show", "--json", name + "@mail.test"))["rhythm"].split()[0].strip(",")
    ok(wait_for(lambda: shown() == wanted, 30), what) or lab.diag(shown() + penny.log()[-3000:])


def swaks(to, *more):
    """A mail that swaks hands to the socket by LMTP, or as its options say."""
    way = [] if "--server" in more else ["--protocol", "LMTP", "--socket", socket]
    done = subprocess.run(["swaks", *way, "--from", "sam@mail.test", "--to", to, *more], capture_output=True, text=True, timeout=60)
    ok(done.returncode == 0, f"swaks sends to {to.partition('-')[0]}") or lab.diag(done.stdout + done.stderr)


# --- swaks: a mail as it makes one by itself, and others
swaks("penny+subscribe@lists.test")
asked = letter("sam", "Confirm")
becomes("sam", "pending", "and asks to subscribe")
quoted = "Ja, ich möchte.\n\n> " + text(asked).replace("\n", "\n> ")
swaks(asked["Reply-To"], "--server", "127.0.0.1", "--header", "Subject: Re: für Sam", "--body", quoted)
becomes("sam", "confirmed", "and confirms, through Postfix, in bytes of no declared charset, with all of the letter quoted")
swaks("penny+help@lists.test", "--body", "grüße", "--attach-type", "text/html", "--attach", "<p>help</p>", "--attach", "@/bin/true")
helped = letter("sam", "by mail")
swaks(own(helped, "weekly"), "--pipeline")
rhythm_becomes("sam", "weekly", "and chooses weekly digests, its commands all at once")
swaks(own(helped, "unsubscribe"), "--data", "Subject: bye\\n\\n")
becomes("sam", "left", "and leaves, by a mail that has hardly a header")

# --- mutt: new mails, answers, and its menu for lists
ada = lab.Mutt("ada@mail.test", "Ada Grüße", os.path.join(boxes, "ada"), "lists penny@lists.test\nsubscribe penny@lists.test")
ada.send("penny+subscribe@lists.test")
asked = letter("ada", "Confirm")
becomes("ada", "pending", "mutt asks to subscribe")
ada.press("<reply><send-message>", "Confirm", "Yes, please.\n\n")
becomes("ada", "confirmed", "an answer that mutt writes confirms")
blog.publish("First")
letter("ada", "First")
ada.press("<list-action><list-help><enter><enter><send-message><exit>", "First")
helped = letter("ada", "by mail")
has(text(helped), "penny+weekly-", "mutt's menu for lists asks for help")
ada.send(own(helped, "daily"), "täglich", "danke, schön\n", "-e", "set send_charset=utf-8")
rhythm_becomes("ada", "daily", "mutt chooses daily digests")
ada.press("<reply><send-message>", "First", "Ein schöner Text, größer als gedacht.\n\n")
told = letter("owner", "First")
has(text(told), "Ein schöner Text, größer als gedacht.", "an answer to a post comes to the owner, in its letters")
has(text(told), "Ada Grüße", "with the name of its author")
has(text(told), "\n> Change how often: ", "and with what is quoted, line by line")
has(told.get_body(("html",)).get_content(), "First<br>\n&gt; =====<br>\n", "in HTML, too")

# --- what mail programs of other habits make of it: another charset, flowed lines, attachments, HTML alone, an answer to all
jun = lab.Mutt("jun@mail.test", "純子", os.path.join(boxes, "jun"), "set send_charset=iso-2022-jp text_flowed")
jun.send("penny+subscribe@lists.test", "購読", "お願いします。\n")
letter("jun", "Confirm")
jun.press("<group-reply><send-message>", "Confirm", "はい。\n")
becomes("jun", "confirmed", "an answer to all, in Japanese, confirms")
jun.send("penny+owner@lists.test", "潮の時計について", "この記事は\nとても良い。\n", "-a", "/etc/hosts")
told = letter("owner", "潮の時計について")
has(text(told), "とても良い。", "words in ISO-2022-JP come to the owner, beside a file")
has(text(told), "純子", "and so does the name")
jun.send("penny+owner@lists.test", "HTML", "<p>Nur <b>HTML</b></p>\n", "-e", "set content_type=text/html")
has(text(letter("owner", "HTML")), "Nur HTML", "HTML is read as text")
jun.press("<bounce-message>penny+subscribe@lists.test<enter>y", "Confirm")
jun.press("<forward-message>penny+help@lists.test<enter><send-message>", "Confirm", "?\n")
letter("jun", "by mail")
eq(len([message for message in letters("jun") if "Confirm" in message["Subject"]]), 1, "our own letter, sent on to +subscribe as it is, asks for nothing; one that is forwarded is a mail like others")
ada.press("<list-action><list-unsubscribe><enter><enter><send-message><exit>", "First")
becomes("ada", "left", "and mutt's menu for lists ends the subscription")

# --- the owner posts with mutt
with open(os.path.join(boxes, "signature"), "w") as file:
    file.write("Olga\nhttps://olga.test\n")
olga = lab.Mutt("owner@mail.test", "Olga", os.path.join(boxes, "owner"), f"set signature={boxes}/signature text_flowed")
olga.send("penny@lists.test", "Über das *Salz*", "Das *Salz* steigt. \nLangsam, \naber sicher.\n\n> Alles Salz\n\n- eins\n- zwei\n")
olga.send(own(letter("owner", "a draft waits"), "publish"))
posted = letter("jun", "Über das")
eq(str(posted["Subject"]), "Über das *Salz*", "what the owner wrote with mutt is sent")
has(text(posted), "Das Salz steigt. Langsam, aber sicher.\n\n> Alles Salz\n\n- eins\n- zwei\n", "its flowed lines, its quote and its list are read")
lacks(text(posted), "olga.test", "and its signature is left out")

lab.done()
