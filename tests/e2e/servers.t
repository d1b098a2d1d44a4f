#!/usr/bin/python3
"""servers.t - several mail servers: weights, one that dies and comes back, one that refuses us, rates, TLS as wanted, and LMTP."""

import time

import lab
from lab import eq, has, ok, wait_for
from aiosmtpd.controller import Controller, UnixSocketController
from aiosmtpd.lmtp import LMTP

READERS = 120
lab.enter(modules=["aiosmtpd"], programs=["openssl"])
one, two = lab.Sink(port=2525, host="one.test", starttls=False), lab.Sink(port=2526, host="two.test", starttls=False)
one.delay = two.delay = 0.01
blog = lab.Blog(lab.Site())
blog.publish("An old post")
penny = lab.Pennypost().init()
penny.run("source", "add", blog.url)
readers = [f"reader{number}@mail.test" for number in range(READERS)]
penny.run("subscriber", "add", "--confirmed", *readers, seconds=100)
with open(penny.config) as file:
    plain = file.read()
server = None


def restart(*servers, general=""):
    """With these sections within mail { }."""
    global server
    if server:
        server.stop()
    with open(penny.config, "w") as out:
        out.write(plain.replace("\nmail {", "\nmail {\ntransport = smtp\nsecurity = plain\nconnections = 4\n" + general + "\n" + "\n".join(servers), 1))
    server = penny.serve()


def section(name, sink, *words):
    return f"server {name} {{\nhost = {sink.host}\nport = {sink.port}\n" + "\n".join(words) + "\n}"


def ledger(title):
    return [row for row in penny.rows("delivery", "list", "--limit", "100000") if row[7] == title]


def letters(sink, title):
    return [letter for letter in list(sink.mails) if b"\r\nSubject: " + title.encode() in letter.raw]


def all_delivered(title, seconds=90):
    return wait_for(lambda: len(ledger(title)) == READERS and all(row[3] == "delivered" for row in ledger(title)), seconds, 0.5)


def at_once():
    """Makes what was deferred due."""
    penny.change("UPDATE delivery SET next_try = 1 WHERE state = 1 AND holder IS NULL")


# --- weights
restart(section("relay1", one, "weight = 3"), section("relay2", two))
blog.publish("Weights")
ok(all_delivered("Weights"), "with two servers everybody gets the letter")
shares = len(letters(one, "Weights")), len(letters(two, "Weights"))
eq(sum(shares), READERS, "once")
ok(0.70 <= shares[0] / READERS <= 0.80, f"of weight 3 and 1, one gets three of four ({shares})")

# --- one dies in the middle, the other has its share; what it put off goes to the other
blog.publish("Dies")
wait_for(lambda: len(letters(one, "Dies")) > 10, 60, 0.01)
lab.tap.at_end.remove(one.controller.stop)
one.controller.stop()
ok(wait_for(lambda: len(ledger("Dies")) == READERS and all(row[3] != "waiting" for row in ledger("Dies")), 60, 0.5), "one dies: all others go out by the other")
put_off = [row for row in ledger("Dies") if row[3] == "deferred"]
ok(0 < len(put_off) <= 20, f"only what it had, or was tried with, is put off ({len(put_off)})")
eq(penny.peek("SELECT DISTINCT server FROM delivery WHERE state = 1"), [("relay1",)], "by the one that is dead")
at_once()
ok(all_delivered("Dies"), "and goes out by the other")
eq(len({letter.recipient for letter in letters(one, "Dies") + letters(two, "Dies")}), READERS, "nobody was forgotten")

# --- it comes back
one.controller = Controller(one, hostname="127.0.0.1", port=2525, server_hostname="one.test", enable_SMTPUTF8=True, ready_timeout=20)
one.controller.start()
lab.tap.at_end.insert(0, one.controller.stop)
until = time.monotonic() + 60
for number in range(100):
    blog.publish(f"Back {number}.")
    wait_for(lambda: len(ledger(f"Back {number}.")) == READERS and all(row[3] != "waiting" for row in ledger(f"Back {number}.")), 60, 0.5)
    if len(letters(one, "Back")) > 20 or time.monotonic() > until:
        break
ok(len(letters(one, "Back")) > 20, "when it is back, and was tried again, it has its share again")
at_once()
ok(all_delivered(f"Back {number}."), "and all is well")

# --- one refuses us: the other has its share
for reader in readers:
    one.verdicts[reader] = "554 5.7.1 Relay access denied"
blog.publish("Refused")
ok(wait_for(lambda: len(ledger("Refused")) == READERS and all(row[3] != "waiting" for row in ledger("Refused")), 60, 0.5), "one refuses us: the rest goes out")
put_off = len([row for row in ledger("Refused") if row[3] == "deferred"])
ok(0 < put_off <= 40, f"and few letters were tried in vain ({put_off})")
at_once()
ok(all_delivered("Refused"), "which go out by the other")
one.verdicts.clear()

# --- a rate
two.mails.clear()
restart(section("relay2", two, "per_second = 30"))
blog.publish("Paced")
ok(all_delivered("Paced"), "a server with a rate")
times = sorted(letter.time for letter in letters(two, "Paced"))
ok(times[-1] - times[0] >= READERS / 30 - 2, f"gets no more than that ({times[-1] - times[0]:.1f} s)")

# --- TLS as it is wanted
stranger = lab.Sink(port=2530, host="stranger.test")
lab.names("other.test")
secret = f"server relay3 {{\nhost = other.test\nport = {stranger.port}\nsecurity = %s\n}}"
restart(secret % "starttls")
blog.publish("Verified")
ok(wait_for(lambda: any(row[3] == "deferred" for row in ledger("Verified")), 60), "a certificate for another name: nothing is sent")
has(str(ledger("Verified")), "host must be a name that it holds", "and it is said what to do")
eq(stranger.mails, [], "not one letter")
restart(secret % "encrypted")
at_once()
ok(all_delivered("Verified"), "where any certificate will do, letters go out")
eq({letter.tls for letter in stranger.mails}, {True}, "encrypted")
restart(section("relay2", two, "security = encrypted"))
blog.publish("Encrypted")
ok(wait_for(lambda: any(row[3] == "deferred" for row in ledger("Encrypted")), 60), "without STARTTLS nothing is sent where encryption must be")
has(str(ledger("Encrypted")), "does not offer STARTTLS", "and it is said why")
restart(section("relay2", two, "security = opportunistic"))
at_once()
ok(all_delivered("Encrypted"), "but it is where that was only wished for")


# --- LMTP
class Mailboxes(Controller):
    def factory(self):
        return LMTP(self.handler, hostname="box.test", enable_SMTPUTF8=True)


class Box:
    taken = []

    async def handle_DATA(self, server, session, envelope):
        self.taken.extend(envelope.rcpt_tos)
        return "250 2.1.5 stored"


boxes = Mailboxes(Box(), hostname="127.0.0.1", port=2531, ready_timeout=20)
boxes.start()
lab.tap.at_end.insert(0, boxes.stop)
restart("server box {\nhost = \"127.0.0.1\"\nport = 2531\nprotocol = lmtp\n}")
blog.publish("Stored")
ok(all_delivered("Stored"), "a mailbox server takes the letters by LMTP")
eq(sorted(Box.taken), sorted(readers), "one for each reader")


# --- and by a socket of this machine, which needs neither port nor TLS
class Socket(UnixSocketController):
    def factory(self):
        return LMTP(self.handler, hostname="box.test", enable_SMTPUTF8=True)


Box.taken.clear()
path = lab.directory("box") + "/lmtp"
socket = Socket(Box(), unix_socket=path, ready_timeout=20)
socket.start()
lab.tap.at_end.insert(0, socket.stop)
restart(f"server box {{\nhost = {path}\nsecurity = starttls\nprotocol = lmtp\n}}")
blog.publish("By a socket")
ok(all_delivered("By a socket"), "a mailbox server takes the letters by LMTP over its socket")
eq(sorted(Box.taken), sorted(readers), "one for each reader")
has(penny.run("status"), path, "the status says where letters go")
lab.done()
