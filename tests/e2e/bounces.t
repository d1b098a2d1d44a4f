#!/usr/bin/python3
"""bounces.t - a real Postfix takes letters, cannot deliver some, and gives its reports to the pipe of 'pennypost bounce'."""

import os
import pwd
import shutil
import subprocess

import lab
from lab import eq, has, ok, wait_for

lab.enter(programs=["postfix", "openssl"])
lab.names("mail.test")
blog = lab.Blog(lab.Site())
blog.publish("An old post")
penny = lab.Pennypost().init()
penny.configure(mail__transport="smtp", mail__host="mail.test", mail__port=25, mail__security="plain", mail__bounces="bounces.test")
penny.run("source", "add", blog.url)
people = {name: f"{name}@mail.test" for name in ("fine", "gone", "full", "large", "refused")}
penny.run("subscriber", "add", "--confirmed", *people.values())

# The pipe may not run as root, so the database is that user's when it is a file; the engine's other files follow it.  The program may lie where that
# user cannot look.
program = shutil.copy(lab.pennypost.BINARY, penny.directory)
nobody = pwd.getpwnam("nobody")
for path in filter(os.path.exists, (penny.directory, penny.config, penny.database)):
    os.chown(path, nobody.pw_uid, nobody.pw_gid)
os.chmod(penny.directory, 0o777)

postfix = lab.Postfix("""
/@bounces/   bounces:
/^fine@/     discard:
/^post@/     discard:
/./          smtp:[127.0.0.1]:2526
""", """
/^gone@/     550 5.1.1 user unknown
/^full@/     552 5.2.2 mailbox full
/^large@/    552 5.3.4 message too big for system
/^refused@/  550 5.7.26 unauthenticated mail is prohibited by the DMARC policy
""", relay="mail.test, bounces.test", services=f"""
bounces   unix  - n n - 1 pipe
  flags=R user=nobody argv={program} --config {penny.config} bounce --recipient $original_recipient
""")
server = penny.serve()


def ledger(title):
    """{address: (state, reason, words)}"""
    return {row[6]: (row[3], row[8], row[9]) for row in penny.rows("delivery", "list") if row[7] == title}


def reader(name):
    """(state, reason)"""
    return next((row[2], row[5]) for row in penny.rows("subscriber", "list") if row[4] == people[name])


def came_back():
    return {row[5]: row[2] for row in penny.rows("bounce", "list")}


blog.publish("First")
ok(wait_for(lambda: len(came_back()) == 4, 60), "four reports come back by the pipe") or lab.diag(postfix.process.log()[-3000:])
eq(came_back(), {people["gone"]: "dead", people["full"]: "full", people["large"]: "content", people["refused"]: "policy"}, "each in its class")
eq(reader("gone")[0], "suppressed", "who is unknown is not written to again")
has(reader("gone")[1], "user unknown", "with the server's words")
for name in ("fine", "full", "large", "refused"):
    eq(reader(name), ("confirmed", "-"), f"{name} still is a reader")
rows = ledger("First")
eq({name: rows[address][:2] for name, address in people.items()},
   {"fine": ("delivered", "-"), "gone": ("failed", "dead"), "full": ("failed", "full"), "large": ("failed", "content"), "refused": ("failed", "policy")},
   "the ledger tells what did not arrive")

# --- a second report, a forged one, a foreign one
report = """Return-Path: <>
From: MAILER-DAEMON@mail.test
To: <%s>
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.test

Final-Recipient: rfc822; %s
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 user unknown

--b--
"""
forged = penny.run("bounce", text=report % ("b+1.AAAAAAAAAAAAAAAAAAAAAA@bounces.test", people["fine"]))
eq(forged.split("\t")[0], "ignored", "a report with a token that we did not make changes nothing")
eq(penny.run("bounce", text=report % ("me@list.test", people["fine"])).split("\t")[0], "ignored", "nor does one without")
eq(penny.run("bounce", text="hello\n").split("\t")[0], "ignored", "nor what is no report")
eq(reader("fine")[0], "confirmed", "so nobody can end another's subscription")
penny.run("subscriber", "unsuppress", people["gone"])
blog.publish("Second")
ok(wait_for(lambda: reader("gone")[0] == "suppressed", 60), "brought back, and unknown again: suppressed again")

# --- exit codes for mail servers
large = subprocess.run([lab.pennypost.BINARY, "--config", penny.config, "bounce"], input=b"x" * (10 * 1024 * 1024 + 1), capture_output=True, cwd=penny.directory)
eq(large.returncode, 65, "a message that is too large is not taken (EX_DATAERR)")
lost = subprocess.run([lab.pennypost.BINARY, "--config", penny.config + ".gone", "bounce"], input=b"hello\n", capture_output=True, cwd=penny.directory)
eq(lost.returncode, 75, "without its configuration it asks to be tried again (EX_TEMPFAIL)")

lab.done()
