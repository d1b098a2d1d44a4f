#!/usr/bin/python3
"""mailbox.t - letters into real mailboxes: straight into a Dovecot by the socket of its LMTP, and through a Postfix, and by its sendmail; their readers fetch them by IMAP."""

import os
import re

import lab
from lab import eq, has, ok, wait_for

lab.enter(modules=["dkim", "nacl"], programs=["/usr/sbin/dovecot", "postfix", "openssl"])
ADA, BOB, NOBODY = "ada@mail.test", "Bob.Smith+letters@mail.test", "nobody@mail.test"
BOXES = {ADA: ADA, BOB: "bob.smith@mail.test"}
TRAPS = ("<p>.</p><p>..</p><p>From here on</p><pre>.\n..\nFrom a\n\n  \n</pre><p>" + "long " * 400 + "grüße \U0001f69e</p>") * 2

dovecot = lab.Dovecot(BOXES.values())
blog = lab.Blog(lab.Site())
blog.publish("An old post")
penny = lab.Pennypost().init()
penny.configure(mail__transport="smtp", mail__host=dovecot.lmtp, mail__protocol="lmtp")
penny.run("source", "add", blog.url)
penny.run("subscriber", "add", "--confirmed", ADA, BOB, NOBODY)
records = lab.txt_records(penny.run("dkim"))
server = penny.serve()


def ledger(title):
    return {row[6]: (row[3], row[8], row[9]) for row in penny.rows("delivery", "list") if row[7] == title}


def settled(title, many):
    rows = ledger(title)
    return len(rows) == many and all(state not in ("waiting", "deferred") for state, *_ in rows.values())


def arrived(title):
    """They are in the mailboxes, as they were signed."""
    for reader, box in BOXES.items():
        found = wait_for(lambda: [mail for mail in dovecot.letters(box) if str(mail.message["Subject"]) == title], 60) or []
        eq(len(found), 1, f"{title}: {reader} has it, once")
        for mail in found:
            eq([good for *_, good in lab.dkim_verdicts(mail.raw, records)], [True, True], "both signatures are good after all that it went through")
            ok(re.fullmatch(r"<?b\+\S+@penny\.test>?", mail.sender), "its return path is the delivery's own")
            has(mail.part("text/html"), "grüße \U0001f69e", "and its reader sees what was written")


blog.publish("Into the box", TRAPS)
ok(wait_for(lambda: settled("Into the box", 3), 60), "by LMTP all three have an outcome") or lab.diag(dovecot.process.log()[-2000:])
eq({reader: row[0] for reader, row in ledger("Into the box").items()}, {ADA: "delivered", BOB: "delivered", NOBODY: "failed"}, "two are stored, and who has no mailbox is refused")
eq(ledger("Into the box")[NOBODY][1], "dead", "for that reason")
has(ledger("Into the box")[NOBODY][2], "User doesn't exist", "in Dovecot's words")
arrived("Into the box")
has(penny.command("doctor").stdout, f"{dovecot.lmtp}, on this machine", "the doctor finds the socket, too")
server.stop()

# --- a Postfix before it
postfix = lab.Submission(dovecot)
penny.configure(mail__host=postfix.host, mail__port=postfix.port, mail__protocol="smtp", mail__security="starttls")
server = penny.serve()
blog.publish("Through Postfix", TRAPS)
ok(wait_for(lambda: settled("Through Postfix", 2), 60), "Postfix takes both, over TLS") or lab.diag(postfix.process.log()[-2000:])
eq({row[0] for row in ledger("Through Postfix").values()}, {"delivered"}, "and the ledger says so")
arrived("Through Postfix")
server.stop()

# --- its sendmail, which the role that sends letters may not start itself
penny.configure(mail__transport="sendmail")
server = penny.serve()
has(penny.run("status"), "by /usr/sbin/sendmail", "the status says where letters go")
has(penny.command("doctor").stdout, "letters go to /usr/sbin/sendmail", "and so does the doctor")


def beside():
    """The process that starts sendmail."""
    with open(f"/proc/{penny.role_pid('mail')}/task/{penny.role_pid('mail')}/children") as children:
        return int(children.read().split()[0])


def status_of(pid):
    with open(f"/proc/{pid}/status") as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)


eq([status_of(penny.role_pid("mail"))[name] for name in ("NoNewPrivs", "Seccomp")], ["1", "2"], "the role is confined")
eq([status_of(beside())[name] for name in ("NoNewPrivs", "Seccomp")], ["0", "0"], "the process that starts sendmail is not: postdrop needs its group")
eq(sorted(os.listdir(f"/proc/{beside()}/fd"), key=int), ["0", "1", "2", "3"], "but it has nothing but its socket")
blog.publish("By sendmail", TRAPS)
ok(wait_for(lambda: settled("By sendmail", 2), 60), "sendmail takes both") or lab.diag(postfix.process.log()[-2000:], penny.rows("delivery", "list"))
eq({row[0] for row in ledger("By sendmail").values()}, {"delivered"}, "and the ledger says so")
arrived("By sendmail")
os.kill(beside(), 9)
blog.publish("By sendmail again", TRAPS)
ok(wait_for(lambda: len(ledger("By sendmail again")) == 2, 60), "when that process is killed")
put_off = wait_for(lambda: [words for state, _, words in ledger("By sendmail again").values() if state == "deferred"], 30) or [""]
has(put_off[0], "the process that starts sendmail is gone", "what it had is put off")


def retried():
    penny.change("UPDATE delivery SET next_try = 1 WHERE state = 1 AND holder IS NULL")
    return settled("By sendmail again", 2)


ok(wait_for(retried, 30), "and the role begins anew with another")
arrived("By sendmail again")
ok(server.stop() == 0, "and ends when it is told to")
penny.configure(mail__sendmail="/nowhere/sendmail")
penny.serve(wait=False)
ok(wait_for(lambda: "cannot start '/nowhere/sendmail'" in penny.log(), 30), "a program that is not there is told")
lab.done()
