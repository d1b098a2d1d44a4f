#!/usr/bin/python3
"""mailbox-in.t - a mailbox of a real Dovecot is emptied by IMAP and POP3: nothing is lost or taken twice, through broken connections and kills."""

import os
import re
import signal
import socket
import threading

import lab
from lab import eq, has, lacks, ok, wait_for

lab.enter(programs=["/usr/sbin/dovecot", "openssl"])
lab.names("proxy.test")
penny = lab.Pennypost().init()
dovecot = lab.Dovecot()
secret = os.path.join(penny.directory, "secret")
with open(secret, "w") as file:
    file.write("secret\n")
os.chmod(secret, 0o600)
penny.run("publication", "set", "--owner", "owner@mail.test")
penny.configure(inbound__domain="lists.test", mailbox__host="imap.test", mailbox__user="penny", mailbox__password_file=secret, mailbox__seconds=1)


def message(n, to="penny+owner@lists.test", more="", size=0):
    return (f"Return-Path: <ada{n}@mail.test>\r\nDelivered-To: {to}\r\n{more}From: Ada <ada{n}@mail.test>\r\nTo: {to}\r\nSubject: Message {n}\r\n\r\n"
            f"The text of {n}.\r\n" + "x" * size)


def told():
    """The numbers of the messages that the owner was told of."""
    return sorted(int(n) for (subject,) in penny.peek("SELECT subject FROM notice") for n in re.findall(r"Message (\d+)", subject))


def empty():
    return not dovecot.messages("penny")


def all_told(numbers):
    return wait_for(lambda: told() == sorted(numbers) and empty(), 40)


def use(**settings):
    penny.configure(**{"mailbox__" + name: value for name, value in settings.items()})
    before = penny.log().count("configuration reloaded")
    server.signal(signal.SIGHUP)
    wait_for(lambda: penny.log().count("configuration reloaded") > before and penny.role_pid("receive"), 30)


# --- IMAP over TLS
for n in range(3):
    dovecot.put("penny", message(n))
dovecot.put("penny", message(3, more="X-Original-To: penny+owner@lists.test\r\n", to="other@elsewhere.test"))
server = penny.serve()
ok(all_told(range(4)), "four messages are taken by IMAP, and the mailbox is empty") or lab.diag(str(told()) + dovecot.process.log()[-3000:] + penny.log()[-3000:])
lacks(penny.log(), "=secret", "the password is in no log")

# --- what is not ours stays, and is told of once
dovecot.put("penny", message(99, to="nobody@elsewhere.test"))
dovecot.put("penny", message(98, size=11 << 20))
dovecot.put("penny", message(4))
ok(wait_for(lambda: told() == list(range(5)), 40), "what comes behind a message that is not for us, or too large, is taken")
ok(wait_for(lambda: len(dovecot.messages("penny")) == 2, 20), "these two stay")
# Somebody else has marked one of them as deleted, and may still think better of it.
marked = next(path for part in ("cur", "new") for name in os.listdir(dovecot.folder("penny", part)) for path in [os.path.join(dovecot.folder("penny", part), name)]
              if "Subject: Message 99" in open(path, encoding="ascii").read())
os.rename(marked, os.path.join(dovecot.folder("penny", "cur"), os.path.basename(marked).partition(":")[0] + ":2,T"))
dovecot.put("penny", message(5))
ok(wait_for(lambda: told() == list(range(6)), 40), "and are in nobody's way")
ok(wait_for(lambda: len(dovecot.messages("penny")) <= 2, 20) and len(dovecot.messages("penny")) == 2, "what others have marked as deleted is not ours to remove")
eq(penny.log().count("message left in the mailbox"), 2, "each is told of once")
for part in ("cur", "new"):
    for name in os.listdir(dovecot.folder("penny", part)):
        os.remove(os.path.join(dovecot.folder("penny", part), name))

# --- POP3, and STARTTLS
use(protocol="pop3", port=995)
for n in range(6, 9):
    dovecot.put("penny", message(n))
ok(all_told(range(9)), "POP3 over TLS") or lab.diag(penny.log()[-2000:])
use(protocol="pop3", port=110, security="starttls")
dovecot.put("penny", message(9))
ok(all_told(range(10)), "POP3 with STLS") or lab.diag(penny.log()[-2000:])
use(protocol="imap", port=143, security="starttls")
dovecot.put("penny", message(10))
ok(all_told(range(11)), "IMAP with STARTTLS") or lab.diag(penny.log()[-2000:])


# --- connections that break off after so many bytes, at a port of this machine
class Breaking:
    """In front of the port of Dovecot; after `limits[n]` bytes of the server, connection n ends."""

    def __init__(self, port, to, limits):
        self.to, self.limits = to, list(limits)
        self.socket = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            client, _ = self.socket.accept()
            threading.Thread(target=self.pass_on, args=(client, self.limits.pop(0) if self.limits else 1 << 40), daemon=True).start()

    def pass_on(self, client, limit):
        server = socket.create_connection(("127.0.0.1", self.to))

        def up():
            try:
                while data := client.recv(65536):
                    server.sendall(data)
            except OSError:
                pass
        threading.Thread(target=up, daemon=True).start()
        try:
            while limit > 0 and (data := server.recv(min(512, limit))):
                limit -= len(data)
                client.sendall(data)
        except OSError:
            pass
        for one in (client, server):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


for protocol, port, base, to in (("imap", 1143, 20, 143), ("pop3", 1110, 60, 110)):
    proxy = Breaking(port, to, range(0, 6000, 300))
    use(host="localhost", protocol=protocol, port=port, security="plain")
    for n in range(base, base + 20):
        dovecot.put("penny", message(n, size=100))
    expected = [n for n in range(11)] + [n for n in range(20, base + 20) if n < 40 or n >= 60]
    ok(all_told(expected), f"{protocol}: through twenty connections that break off, at one place after the other, each message is taken once") or lab.diag(
        str(told()) + str(dovecot.messages("penny")) + penny.log()[-2000:])
    has(penny.log(), "mailbox not polled", "which the log tells")

# --- killed again and again
for n in range(100, 140):
    dovecot.put("penny", message(n))
for _ in range(4):
    before = penny.kill_role("receive")
    wait_for(lambda: penny.role_pid("receive") not in (None, before), 30)
ok(wait_for(empty, 40), "a role that is killed goes on")
done = [n for n in told() if n >= 100]
waiting = penny.peek("SELECT count(*) FROM mail_in")[0][0]
eq([len(done) + waiting, len(set(done))], [40, len(done)], "each message is there once, told or put off: the owner gets no more than sixty in an hour")

# --- a server that is not who it says, and one that is gone
use(host="proxy.test", port=993, protocol="imap", security="tls")
dovecot.put("penny", message(200))
ok(wait_for(lambda: re.search(r"mailbox not polled.*proxy\.test", penny.log()), 20), "a certificate of another name is not taken")
eq(len(dovecot.messages("penny")), 1, "and no password is sent")
use(host="imap.test")
ok(wait_for(empty, 40), "back at the right server, the message is taken")
dovecot.stop()
ok(wait_for(lambda: re.search(r"cannot connect to 'imap.test'", penny.log()), 20), "a server that is gone is told of")
dovecot.start()
dovecot.put("penny", message(201))
ok(wait_for(empty, 40), "and found again")

lab.done()
