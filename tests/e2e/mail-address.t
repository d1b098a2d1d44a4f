#!/usr/bin/python3
"""mail-address.t - mail to the address of a source becomes posts: once each, of whom they say, and one that kills its reader stands before no other."""

import email.message
import email.policy
import email.utils
import os
import signal
import smtplib
import time

import lab
from lab import eq, has, lacks, ok, wait_for

lab.enter(programs=["openssl"])
penny = lab.Pennypost().init()
socket_path = os.path.join(penny.directory, "lmtp")
penny.configure(inbound__domain="lists.test", inbound__lmtp="unix:" + socket_path)
penny.run("publication", "add", "--url", "https://other.test", "--name", "Other", "--handle", "other")

# --- the source
done = penny.command("source", "add", "--publication", "penny", "mailto:penny+owner@lists.test")
ok(done.returncode == 1 and "an address for readers already" in done.stderr, f"an address that does something else is refused: {done.stderr}")
done = penny.command("source", "add", "--publication", "penny", "mailto:nobody")
ok(done.returncode == 1 and "is no mail address" in done.stderr, f"what is no address, too: {done.stderr}")
said = penny.run("source", "add", "--publication", "penny", "--authenticate", "dkim:mx.lists.test", "MAILTO:Tides@Lists.Test")
has(said, "mail to it becomes posts\tmailto:tides@lists.test", "an address is a source")
source = said.split("\t")[0]
done = penny.command("source", "add", "--publication", "other", "mailto:tides@lists.test")
ok(done.returncode == 1 and "another publication" in done.stderr, "of one publication only")
has(penny.run("source", "add", "--publication", "other", "mailto:anybody@lists.test"), "when they are approved", "without a server to believe they wait")
server = penny.serve()
PROOF = "mx.lists.test; dkim=pass header.d=news.example"


def mail(number, title, results=PROOF, text="Ships go through."):
    m = email.message.EmailMessage(policy=email.policy.SMTP)
    if results:
        m["Authentication-Results"] = results
    m["From"] = "Lock News <news@news.example>"
    m["Subject"] = title
    m["Date"] = email.utils.formatdate()
    m["Message-ID"] = f"<{number}@news.example>"
    m.set_content(text + "\n")
    return m.as_bytes()


def send(message, to="Tides@LISTS.test"):
    with smtplib.LMTP(socket_path) as client:
        return client.sendmail("news@news.example", [to], message)


def titles(*more, of="penny"):
    return [row[5] for row in penny.rows("entry", "list", "--publication", of, *more)]


def waiting():
    return penny.peek("SELECT count(*) FROM mail_in WHERE next_try IS NOT NULL")[0][0]


# --- a mail is a post
ok(wait_for(lambda: os.path.exists(socket_path), 30), "the role listens")
eq(send(mail(1, "The lock is open")), {}, "a mail is taken")
ok(wait_for(lambda: "The lock is open" in titles(), 30), "and becomes a post") or lab.diag(penny.log()[-3000:])
ok(wait_for(lambda: waiting() == 0, 30), "what was read is not kept")
send(mail(1, "The lock is closed"))
send(mail(2, "After the second"))
ok(wait_for(lambda: "After the second" in titles(), 30), "another comes")
eq(sorted(titles()), ["After the second", "The lock is open"], "one with the same Message-ID is no other post, and changes none")

# --- of whom it says
send(mail(3, "Forged", results=None))
send(mail(4, "Forged, too", results="mx.evil.example; dkim=pass header.d=news.example"))
ok(wait_for(lambda: len(titles("--held")) == 2, 30), "what is not proved to be of its author is held")
send(mail(5, "By anybody"), "anybody@lists.test")
ok(wait_for(lambda: "By anybody" in titles("--held", of="other"), 30), "without a server to believe, each is")
lacks(titles(of="other"), "By anybody", "nobody sees it")

# --- one that its helper does not survive
role = penny.role_pid("ingest")


def helpers():
    return lab.children(role)


def poison():
    """Ends each helper that has the mail in hand, until it is given up."""
    if penny.peek("SELECT count(*) FROM mail_in WHERE holder IS NOT NULL")[0][0]:
        for pid in helpers():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
    return penny.peek("SELECT count(*) FROM quarantine WHERE since > 0")[0][0]


# Long enough to be met at it.
send(mail(6, "Poison", text="\n\n".join(f"> {'> ' * (n % 50)}tide {n}" for n in range(60000))))
wait_for(poison, 120)
rows = penny.rows("quarantine", "list")
ok(len(rows) == 1 and rows[0][1] == "source-mail" and "signal 9" in rows[0][5], f"after three tries it is in quarantine, with words: {rows}") or lab.diag(penny.log()[-3000:])
send(mail(7, "After the poison"))
ok(wait_for(lambda: "After the poison" in titles(), 60), "what comes after it is read")
eq(penny.role_pid("ingest"), role, "the role has been the same all the time")
lacks(titles(), "Poison", "it is no post")
penny.run("quarantine", "retry", rows[0][0])
ok(wait_for(lambda: "Poison" in titles(), 90), "and becomes one when the owner wants it tried again")

# --- a source that is paused
penny.run("source", "pause", source)
send(mail(8, "Meanwhile"))
time.sleep(2)
eq([waiting(), "Meanwhile" in titles()], [1, False], "mail to a source that is paused waits")
penny.run("source", "resume", source)
ok(wait_for(lambda: "Meanwhile" in titles(), 30), "until it goes on")
penny.run("source", "pause", source)
send(mail(9, "Too late"))
penny.run("source", "remove", source)
eq(waiting(), 0, "and goes with its source")
try:
    send(mail(10, "Later"))
    ok(False, "whose address is no more")
except smtplib.SMTPRecipientsRefused as error:
    has(str(error), "550", "whose address is no more")

lab.done()
