#!/usr/bin/python3
"""refusals.t - what mail servers refuse, put off or get wrong, and what the ledger then says and does."""

import lab
from lab import eq, has, ok, wait_for

lab.enter(modules=["aiosmtpd"], programs=["openssl"])
sink = lab.Sink(port=2525, host="mail.test")
blog = lab.Blog(lab.Site())
blog.publish("An old post")
penny = lab.Pennypost().init()
penny.mail_to(sink)
penny.run("source", "add", blog.url)
gone, full, later, spam, fine = (name + "@mail.test" for name in ("gone", "full", "later", "spam", "fine"))
penny.run("subscriber", "add", "--confirmed", gone, full, later, spam, fine)
sink.verdicts.update({gone: "550 5.1.1 no such user here", full: "452 4.2.2 mailbox full", later: "451 4.7.1 greylisted, come back"})
sink.after_data[spam] = "554 5.7.1 looks like spam to us"
server = penny.serve()


def ledger(title):
    """{address: (state, reason, words)}"""
    return {row[6]: (row[3], row[8], row[9]) for row in penny.rows("delivery", "list") if row[7] == title}


def state(reader):
    return next(row[2] for row in penny.rows("subscriber", "list") if row[4] == reader)


# --- verdicts, each for one address alone
blog.publish("First")
ok(wait_for(lambda: len(ledger("First")) == 5 and all(row[0] != "waiting" for row in ledger("First").values()), 30), "each address has its outcome")
rows = ledger("First")
eq(rows[fine][0], "delivered", "who is well gets the letter")
eq(rows[gone][:2], ("failed", "dead"), "who does not exist fails for that reason")
has(rows[gone][2], "no such user here", "in the server's own words")
eq(state(gone), "suppressed", "and is not written to again")
eq(rows[full][:2], ("deferred", "full"), "a full mailbox is tried later")
eq(rows[later][0], "deferred", "and so is greylisting")
has(rows[later][2], "greylisted", "with its words")
eq(rows[spam][0], "failed", "what is refused after the text has failed")
eq(state(spam), "confirmed", "which says nothing of the address")
eq([mail.recipient for mail in sink.mails], [fine], "and one letter was taken")

# --- refused because of us: the letter waits, and the owner is told
sink.verdicts[fine] = "554 5.7.1 <fine@mail.test>: Relay access denied"
blog.publish("Relayed")
ok(wait_for(lambda: ledger("Relayed").get(fine, ("",))[0] == "deferred", 30), "a relay that does not know us puts the letter off") or lab.diag(ledger("Relayed"))
eq(ledger("Relayed")[fine][1], "policy", "for that reason")
ok(wait_for(lambda: sink.to("post@penny.test"), 30), "and the owner gets a letter")
has(sink.to("post@penny.test")[-1].part("text/plain"), "Relay access denied", "with the server's words")
eq(len({mail.recipient for mail in sink.mails} - {fine, "post@penny.test"}), 0, "nobody else gets one")
sink.mails[:] = [mail for mail in sink.mails if mail.recipient == fine]

# --- again, only the failed
issue = next(row[1] for row in penny.rows("delivery", "list") if row[7] == "First")
sink.after_data.clear()
sink.verdicts.clear()
has(penny.run("delivery", "retry", issue), "1 to be tried again", "retry takes the failed whose address is still good")
ok(wait_for(lambda: ledger("First")[spam][0] == "delivered"), "and it arrives")
eq(sorted(mail.recipient for mail in sink.mails), sorted([fine, spam]), "nobody has it twice")
blog.publish("Second")
ok(wait_for(lambda: len(ledger("Second")) == 4 and all(row[0] == "delivered" for row in ledger("Second").values()), 30),
   "the next post goes to all but the one who does not exist")

# --- no letter goes where it should not
sink.mails.clear()


def held_back(title, why, *said):
    """A new post must not leave; the ledger says why."""
    blog.publish(title)
    ok(wait_for(lambda: len(ledger(title)) == 4 and all(row[0] == "deferred" for row in ledger(title).values()), 30), f"{why}: letters wait") or \
        lab.diag(ledger(title))
    words = " ".join(row[2] for row in ledger(title).values())
    ok(any(part in words for part in said), "and the ledger tells why") or lab.diag(words)
    eq(sink.mails, [], "nothing was sent")


def restart(**settings):
    server.stop()
    penny.configure(**settings)
    return penny.serve()


lab.names("other-name.test")
server = restart(mail__host="other-name.test")
held_back("To another name", "a certificate for another name", "certificate", "hostname", "mismatch")
server = restart(mail__host="mail.test", ca_file=lab.certificate("unrelated.test")[0])
held_back("By an unknown authority", "a certificate of nobody we know", "certificate")
plain = lab.Sink(port=2526, host="plain.test", starttls=False)
server = restart(mail__host="plain.test", mail__port=2526, ca_file=lab.ca_file())
held_back("In the clear", "a server without STARTTLS", "STARTTLS")
eq(plain.mails, [], "not there either")
locked = lab.Sink(port=2527, host="locked.test", login=("penny", "right"))
server = restart(mail__host="locked.test", mail__port=2527, mail__user="penny", mail__password="wrong")
held_back("With a wrong password", "a wrong password", "535", "authentication", "log in")
server = restart(mail__host="locked.test", mail__port=2529)
held_back("To nobody", "nobody listening", "connect", "refused")

# --- and when all is well again
server = restart(mail__host="locked.test", mail__port=2527, mail__password="right")
blog.publish("All is well")
ok(wait_for(lambda: len(ledger("All is well")) == 4 and all(row[0] == "delivered" for row in ledger("All is well").values()), 30), "once all is well letters go out")
ok(all(mail.user == "penny" and mail.tls for mail in locked.mails), "logged in, over TLS")
lab.done()
