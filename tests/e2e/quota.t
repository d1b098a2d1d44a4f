#!/usr/bin/python3
"""quota.t - a mailbox of a real Dovecot has no room: it says so by LMTP, for good or for now, and a Postfix before it, or its own delivery agent, reports it."""

import os

import lab
from lab import eq, has, ok, wait_for

lab.enter(programs=["/usr/sbin/dovecot", "postfix", "openssl"])
lab.names("mail.test")
ADA, FULL = "ada@mail.test", "full@mail.test"
dovecot = lab.Dovecot([ADA, FULL], full=[FULL])
blog = lab.Blog(lab.Site())
blog.publish("An old post")
penny = lab.Pennypost().init()
socket = os.path.join(penny.directory, "lmtp")
penny.configure(mail__transport="smtp", mail__host=dovecot.lmtp, mail__protocol="lmtp", mail__bounces="bounces.test", inbound__lmtp="unix:" + socket)
penny.run("source", "add", blog.url)
penny.run("subscriber", "add", "--confirmed", ADA, FULL)
os.chmod(penny.directory, 0o755)
server = penny.serve()


def ledger(title):
    return {row[6]: (row[3], row[8], row[9]) for row in penny.rows("delivery", "list") if row[7] == title}


def bounces():
    """Address, class, status and words of all that is known of, the newest first."""
    return [(row[5], row[2], row[6], row[7]) for row in penny.rows("bounce", "list")]


def publish(title, what, wanted):
    blog.publish(title)
    ok(wait_for(lambda: len(ledger(title)) == 2 and "waiting" not in [row[0] for row in ledger(title).values()], 60), f"{what}: both have an outcome") or lab.diag(penny.log()[-2000:])
    eq({address: row[:2] for address, row in ledger(title).items()}, {ADA: ("delivered", "-"), FULL: wanted}, f"{what}: one has room") or lab.diag(ledger(title))
    eq({row[4]: row[2] for row in penny.rows("subscriber", "list")}, {ADA: "confirmed", FULL: "confirmed"}, "and both are readers still")
    return ledger(title)[FULL][2]


words = publish("After all of it", "when it has seen the letter", ("failed", "full"))
has(words, "552 5.2.2 <full@mail.test> Quota exceeded (mailbox for user is full)", "in Dovecot's words")
dovecot.stop()
dovecot.configure("lmtp_rcpt_check_quota = yes")
dovecot.start()
publish("Before it", "when it has heard the recipient", ("failed", "full"))
dovecot.stop()
dovecot.configure("quota_full_tempfail = yes")
dovecot.start()
publish("For now", "when it asks to come again", ("deferred", "full"))
server.stop()
dovecot.stop()
dovecot.configure()
dovecot.start()

# --- a Postfix before it
DELIVER = f"unix - n n - - pipe flags=Rhu user=nobody argv=/usr/lib/dovecot/dovecot-lda -c {dovecot.config} -o log_path=/dev/null -f ${{sender}} -d ${{user}}@mail.test -a ${{recipient}}"
REPORTS = {FULL: "said by LMTP", "full@lda.test": "a report of the delivery agent's own", "full@pipe.test": "said to Postfix by the delivery agent"}
postfix = lab.Postfix(f"""
/@bounces\\.test$/ lmtp:unix:{socket}
/@mail\\.test$/    lmtp:unix:{dovecot.lmtp}
/@lda\\.test$/     lda:
/@pipe\\.test$/    pipe:
""", "", relay="mail.test, bounces.test, lda.test, pipe.test", services=f"""
lda {DELIVER}
pipe {DELIVER} -e
""")
penny.run("subscriber", "add", "--confirmed", *list(REPORTS)[1:])
penny.configure(mail__host="mail.test", mail__port=25, mail__protocol="smtp", mail__security="plain")
server = penny.serve()
before = len(bounces())
blog.publish("Through Postfix")
ok(wait_for(lambda: len(bounces()) == before + len(REPORTS), 60), "a report comes back of each") or lab.diag(postfix.process.log()[-6000:])
reports = {address: rest for address, *rest in reversed(bounces())}
for address, what in REPORTS.items():
    kind, status, words = reports[address]
    eq(kind, "full", f"{what}: that it is full is understood")
    ok(status.startswith("5."), "with a status") or lab.diag(status)
    has(words, "Quota exceeded (mailbox for user is full)", "and in Dovecot's words")
eq({row[2] for row in penny.rows("subscriber", "list")}, {"confirmed"}, "nobody is given up for that")
lab.done()
