#!/usr/bin/python3
"""receive.t - mail comes in by LMTP: reports that a real Postfix hands us, what is refused, what survives a kill."""

import os
import re
import signal
import smtplib
import socket

import lab
from lab import eq, has, ok, wait_for

lab.enter(programs=["postfix", "openssl"])
lab.names("mail.test")
blog = lab.Blog(lab.Site())
blog.publish("An old post")
penny = lab.Pennypost().init()
socket_path = os.path.join(penny.directory, "lmtp")
penny.configure(mail__transport="smtp", mail__host="mail.test", mail__port=25, mail__security="plain", mail__bounces="bounces.test",
                inbound__domain="lists.test", inbound__lmtp="unix:" + socket_path)
penny.run("source", "add", blog.url)
people = {name: f"{name}@mail.test" for name in ("fine", "gone", "full", "large", "refused")}
penny.run("subscriber", "add", "--confirmed", *people.values())
os.chmod(penny.directory, 0o755)
postfix = lab.Postfix(f"""
/@bounces/   lmtp:unix:{socket_path}
/@lists/     lmtp:unix:{socket_path}
/^fine@/     discard:
/^post@/     discard:
/./          smtp:[127.0.0.1]:2526
""", """
/^gone@/     550 5.1.1 user unknown
/^full@/     552 5.2.2 mailbox full
/^large@/    552 5.3.4 message too big for system
/^refused@/  550 5.7.26 unauthenticated mail is prohibited by the DMARC policy
""", relay="mail.test, bounces.test, lists.test")
server = penny.serve()


def reader(name):
    return next(row[2] for row in penny.rows("subscriber", "list") if row[4] == people[name])


def came_back():
    return {row[5]: row[2] for row in penny.rows("bounce", "list")}


def waiting():
    return penny.peek("SELECT count(*) FROM mail_in")[0][0]


blog.publish("First")
ok(wait_for(lambda: len(came_back()) == 4, 60), "four reports come back by LMTP") or lab.diag(postfix.process.log()[-3000:] + penny.log()[-3000:])
eq(came_back(), {people["gone"]: "dead", people["full"]: "full", people["large"]: "content", people["refused"]: "policy"}, "each in its class")
eq(reader("gone"), "suppressed", "who is unknown is not written to again")
ok(wait_for(lambda: waiting() == 0), "what was read is not kept")


# --- the dialogue, by Python's own client
class Client(smtplib.LMTP):
    """At the socket of the role."""

    def __init__(self):
        super().__init__(socket_path)
        self.ehlo_or_helo_if_needed()


client = Client()
for name in ("8bitmime", "smtputf8", "pipelining", "enhancedstatuscodes", "size"):
    ok(client.has_extn(name), f"{name} is offered")
client.mail("")
eq([client.rcpt(f"<{name}>")[0] for name in ("nobody@lists.test", "penny+nothing@lists.test", "penny@elsewhere.test", "b+1.AAAAAAAAAAAAAAAAAAAAAA@bounces.test")],
   [550] * 4, "addresses that are not ours are refused, a forged return path among them")
eq([client.rcpt(f"<{name}>")[0] for name in ("b@bounces.test", "penny@lists.test", "PENNY+Owner@LISTS.test")], [250] * 3, "others are taken")
client.rset()
try:
    client.sendmail("", ["b@bounces.test"], "Subject: large\n\n" + "x" * 76 * 140000)
    ok(False, "a message of more than 10 MB is refused")
except smtplib.SMTPException as error:
    has(str(error), "552", "a message of more than 10 MB is refused")
parts = "".join(f"--b\r\nContent-Type: text/plain\r\n\r\n{n}\r\n" for n in range(2000))
many = client.sendmail("", ["b@bounces.test"], f"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--\r\n")
nested = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(500))
deep = client.sendmail("", ["b@bounces.test"], nested)
eq([many, deep], [{}, {}], "what is small enough is taken, of 2000 parts, or 500 in each other")
ok(wait_for(lambda: waiting() == 0), "and read, and forgotten")
eq(reader("fine"), "confirmed", "it changes nothing")

# --- smuggling: what ends a message is CR LF . CR LF alone
raw = socket.socket(socket.AF_UNIX)
raw.connect(socket_path)
raw.sendall(b"LHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<b@bounces.test>\r\nDATA\r\nSubject: x\r\n\r\nx\n.\nMAIL FROM:<>\nRCPT TO:<penny+owner@lists.test>\nDATA\ny\n.\n\r\n.\r\nQUIT\r\n")
raw.settimeout(20)
said = b""
while chunk := raw.recv(4096):
    said += chunk
eq([said.count(b"354"), said.count(b"kept")], [1, 1], "lines that end with LF alone are no second message")

# --- more replies than may wait, to commands that came at once
raw = socket.socket(socket.AF_UNIX)
raw.connect(socket_path)
raw.settimeout(20)
raw.sendall(b"VRFY\r\n" * 2500 + b"QUIT\r\n")
said = b""
try:
    while chunk := raw.recv(65536):
        said += chunk
except TimeoutError:
    pass
eq([said.count(b"252"), said.count(b"221")], [2500, 1], "2500 commands at once are all answered")

# --- a burst of connections, more than there are places for
clients = [socket.socket(socket.AF_UNIX) for _ in range(40)]
for one in clients:
    one.settimeout(20)
    one.connect(socket_path)
done = 0
for one in clients:
    one.sendall(b"LHLO x\r\nQUIT\r\n")
    said = b""
    while chunk := one.recv(4096):
        said += chunk
    done += b"221" in said
    one.close()
eq(done, 40, "forty connections at once are all served, in turn")

# --- what was said to be kept is kept
os.kill(penny.role_pid("receive"), signal.SIGSTOP)
stopped = penny.role_pid("receive")
late = socket.socket(socket.AF_UNIX)
late.connect(socket_path)
os.kill(stopped, signal.SIGKILL)
ok(wait_for(lambda: penny.role_pid("receive") not in (None, stopped), 30), "a role that is killed is started again")
client = Client()
eq(client.sendmail("", ["b@bounces.test"], "Subject: again\n\nx\n"), {}, "and takes mail again")
ok(re.search(r"role=receive .*mail read", penny.log()), "the log tells what was read")
penny.configure(inbound__lmtp="")
server.signal(signal.SIGHUP)
ok(wait_for(lambda: penny.role_pid("receive") is None, 30), "without lmtp in the configuration the role ends")

lab.done()
