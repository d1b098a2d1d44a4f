#!/usr/bin/python3
"""commands-by-mail.t - people subscribe, confirm, choose and leave by writing to an address; programs achieve nothing."""

import email
import email.policy
import re
import smtplib

import lab
from lab import eq, has, lacks, ok, wait_for

lab.enter(modules=["aiosmtpd"], programs=["openssl"])
sink = lab.Sink()
blog = lab.Blog(lab.Site())
blog.publish("An old post")
penny = lab.Pennypost().init()
penny.mail_to(sink)
penny.configure(inbound__domain="lists.test", inbound__lmtp="127.0.0.1:2424")
penny.run("publication", "set", "--owner", "owner@mail.test")
penny.run("init", "--url", "https://other.test", "--name", "Other", "--handle", "other", "--owner", "owner@mail.test")
penny.run("source", "add", "--publication", "penny.test", blog.url)
server = penny.serve()


def send(sender, to, text="hello", envelope=None, **headers):
    """A message of a person, unless its headers say otherwise."""
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    for name, value in {"From": sender, "To": to, "Subject": "x", **headers}.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    with smtplib.LMTP("127.0.0.1", 2424) as client:
        client.sendmail(sender if envelope is None else envelope, [to], message.as_bytes())


def read():
    return penny.peek("SELECT count(*) FROM mail_in")[0][0] == 0 and penny.peek("SELECT count(*) FROM ask")[0][0] == 0


def settled():
    ok(wait_for(read, 30), "all is read") or lab.diag(penny.log()[-2000:])


def mails(to):
    return [mail for mail in sink.mails if mail.recipient == to]


def letter(to, number=1):
    """The letter that comes to them as that one."""
    if not wait_for(lambda: len(mails(to)) >= number, 30):
        lab.diag(penny.log()[-3000:])
        lab.bail(f"letter {number} to {to}")
    return mails(to)[number - 1]


def state(address):
    return next((row[2] for row in penny.rows("subscriber", "list", "--publication", "penny.test") if row[4] == address), None)


def own(mail, word):
    """The address of that word, with its token, in a letter."""
    return re.search(rf"penny\+{word}-[\w.-]+@lists\.test", mail.part("text/plain")).group(0)


# --- subscribe, confirm by an answer
send("Ada <ada@mail.test>", "penny+subscribe@lists.test")
asked = letter("ada@mail.test")
has(asked.message["Subject"], "Confirm", "who writes to +subscribe is asked to confirm")
eq(state("ada@mail.test"), "pending", "and is no reader yet")
confirm = asked.message["Reply-To"]
ok(re.fullmatch(r"penny\+confirm-[\w.-]+@lists\.test", confirm), "an answer goes to an address with a token") or lab.diag(confirm)
ok(len(confirm.partition("@")[0]) <= 64, "which is no longer than an address may be")
send("robot@mail.test", "penny+confirm-1.AAAAAAAAAAAAAAAAAAAAAA@lists.test")
send("ada@mail.test", confirm, Auto_Submitted="auto-replied")
settled()
eq(state("ada@mail.test"), "pending", "neither a forged token nor an automatic answer confirms")
send("ada@mail.test", confirm, text="")
ok(wait_for(lambda: state("ada@mail.test") == "confirmed", 30), "an answer of the reader does")
send("ada@mail.test", confirm)
settled()

# --- a letter names the addresses
blog.publish("First")
first = next((mail for mail in wait_for(lambda: [m for m in mails("ada@mail.test") if m.message["Subject"] == "First"], 30) or []), None)
ok(first, "the reader gets the post") or lab.bail("no letter")
for name, value in {"List-Help": "<mailto:penny+help@lists.test>", "List-Subscribe": "<mailto:penny+subscribe@lists.test>",
                    "List-Owner": "<mailto:penny+owner@lists.test>", "Reply-To": "penny@lists.test"}.items():
    eq(first.message[name], value, f"{name} of the letter")
leave = re.search(r"<mailto:(penny\+unsubscribe-[^>]+)>", first.message["List-Unsubscribe"]).group(1)
ok(first.message["List-Unsubscribe"].startswith("<https://"), "the link comes first in List-Unsubscribe (RFC 8058)")

# --- help, and what is one's own
count = len(mails("ada@mail.test"))
send("ada@mail.test", "penny+help@lists.test")
help_letter = letter("ada@mail.test", count + 1)
has(help_letter.message["Subject"], "by mail", "+help is answered")
eq(help_letter.message["Auto-Submitted"], "auto-generated", "by a letter that no program answers")
weekly = own(help_letter, "weekly")
send("ada@mail.test", weekly)
ok(wait_for(lambda: penny.peek("SELECT count(*) FROM mail_in")[0][0] == 0, 30), "a message to +weekly with a token is read")
has(penny.log(), "changed how often letters come", "and changes how often letters come")
send("mallory@mail.test", "penny+weekly@lists.test")
send("ada@mail.test", "penny+unsubscribe@lists.test")
settled()
eq(state("ada@mail.test"), "confirmed", "without a token nobody is unsubscribed")
has(letter("ada@mail.test", count + 2).part("text/plain"), "penny+unsubscribe-", "but is told how")
stranger = letter("mallory@mail.test").part("text/plain")
lacks(stranger, "+weekly-", "a stranger gets no token")
has(stranger, "penny+subscribe@lists.test", "but the way to subscribe")

# --- to the owner
send("Bob <bob@mail.test>", "penny+owner@lists.test", text="May I print this?")
told = letter("owner@mail.test")
has(told.part("text/plain"), "May I print this?", "a message to +owner comes to the owner")
has(told.part("text/plain"), "bob@mail.test", "with the address of its author")
send("ada@mail.test", "penny@lists.test", text="A fine post.", Subject="Re: First")
has(letter("owner@mail.test", 2).part("text/plain"), "A fine post.", "a reader's reply, too")

# --- programs
before = len(sink.mails)
marks = [{"Auto_Submitted": "auto-replied"}, {"Auto_Submitted": "auto-generated"}, {"Precedence": "bulk"}, {"Precedence": "list"}, {"List_Id": "<x.test>"},
         {"X_Autoreply": "yes"}, {"Subject": "Out of office"}, {"X_Loop": "x"}, {"envelope": ""}, {"X_Auto_Response_Suppress": "All"}]
for n in range(50):
    send(f"away{n}@mail.test", f"penny{['+help', '+subscribe', '+owner', '', '+unsubscribe'][n % 5]}@lists.test", **marks[n // 5])
for sender in ("mailer-daemon@mail.test", "noreply@mail.test"):
    send(sender, "penny+help@lists.test")
settled()

# --- two publications that subscribe to each other, each as the author that answers
send("other@lists.test", "penny+subscribe@lists.test")
send("other+subscribe@lists.test", "penny+help@lists.test")
send("penny@lists.test", "other+subscribe@lists.test")
send("eve@mail.test", "penny+help@lists.test")
letter("eve@mail.test")
settled()
eq([mail.recipient for mail in sink.mails[before:]], ["eve@mail.test"], "fifty automatic answers, robots and our own addresses cause no letter")
for n in range(10):
    send("eve@mail.test", "penny+help@lists.test")
settled()
send("zoe@mail.test", "penny+help@lists.test")
letter("zoe@mail.test")
ok(len(mails("eve@mail.test")) <= 5, "one mailbox gets five answers a day at most")

# --- two publications whose owner has subscribed each to the other: what one sends comes to the other's address
penny.run("subscriber", "add", "--confirmed", "--publication", "penny.test", "other@lists.test", "other+subscribe@lists.test")
blog.publish("Second")
circling = [letter(to) for to in ("other@lists.test", "other+subscribe@lists.test")]
before = len(sink.mails)
for mail in circling:
    with smtplib.LMTP("127.0.0.1", 2424) as client:
        client.sendmail(mail.sender, [mail.recipient], mail.raw)
settled()
send("ivy@mail.test", "other+help@lists.test")
letter("ivy@mail.test")
eq([mail.recipient for mail in sink.mails[before:] if "Second" not in mail.message["Subject"]], ["ivy@mail.test"], "a letter that comes to another publication is answered by nobody")

# --- the owner posts by mail; anybody can write the owner's address into a message
count = len(mails("owner@mail.test"))
send("Olga <owner@mail.test>", "penny@lists.test", Subject="By mail", text="The *tide* comes.\n\n-- \nOlga\n")
waits = letter("owner@mail.test", count + 1)
has(waits.message["Subject"], "a draft waits for your word: By mail", "a message of the owner's is a draft")
publish = own(waits, "publish")
send("mallory@mail.test", "penny+publish-1.AAAAAAAAAAAAAAAAAAAAAA@lists.test")
send("owner@mail.test", "penny+publish@lists.test")
settled()
eq([m for m in mails("ada@mail.test") if m.message["Subject"] == "By mail"], [], "and goes to nobody, whatever else is written to +publish")
penny.run("subscriber", "add", "--confirmed", "--publication", "penny.test", "fritz@mail.test")
send("owner@mail.test", publish)
posted = letter("fritz@mail.test")
eq(posted.message["Subject"], "By mail", "until the owner writes to the address of the draft")
has(posted.part("text/html"), "<em", "its text is Markdown")
lacks(posted.part("text/plain"), "Olga\n", "its signature is left out")
send("owner@mail.test", publish)
settled()
eq(len(mails("fritz@mail.test")), 1, "it is sent once")

# --- leave, by the address in the letter: mail programs do that for people
send("ada@mail.test", leave, Auto_Submitted="auto-generated")
ok(wait_for(lambda: state("ada@mail.test") == "left", 30), "a message to the address in List-Unsubscribe ends the subscription, also one of a program")

lab.done()
