#!/usr/bin/python3
"""direct.t - letters to the receivers' own servers: MX order, the null MX, no MX, IPv6; and the pace of one receiver, which holds up no other."""

import json
import time

import lab
from lab import eq, has, ok, wait_for

lab.enter(modules=["aiosmtpd"], programs=["openssl"])
first = lab.Sink(port=25, host="mx1.one.test", address="127.0.0.2")
plain = lab.Sink(port=25, host="two.test", address="127.0.0.3", starttls=False)
six = lab.Sink(port=25, host="mx.six.test", address="::1")
big = lab.Sink(port=25, host="mx.big.test", address="127.0.0.4", starttls=False)
dns = lab.Dns(port=5353)
dns.zone("""
one.test MX 20 mx1.one.test
one.test MX 10 dead.one.test
mx1.one.test A 127.0.0.2
dead.one.test A 127.0.0.9
two.test A 127.0.0.3
six.test MX 10 mx.six.test
mx.six.test AAAA ::1
null.test MX 0 .
private.test MX 0 mx.private.test
mx.private.test A 10.1.2.3
big.test MX 10 mx.big.test
hosted.test MX 5 mx.big.test
mx.big.test A 127.0.0.4
penny.test A 127.0.0.1
""")
dns.fails.add("fails.test")
blog = lab.Blog(lab.Site())
blog.publish("An old post")
penny = lab.Pennypost().init()
penny.configure(mail__transport="smtp", mail__direct=True, resolver="127.0.0.1:5353")
penny.run("source", "add", blog.url)


def rows(title):
    return {row[6]: row for row in penny.rows("delivery", "list", "--limit", "100000") if row[7] == title}


# --- where each domain's mail goes
readers = ["ada@one.test", "ben@two.test", "cleo@six.test", "dan@null.test", "eve@gone.test", "fay@fails.test", "gil@private.test"]
penny.run("subscriber", "add", "--confirmed", *readers)
server = penny.serve()
blog.publish("Direct")
ok(wait_for(lambda: len(rows("Direct")) == len(readers) and all(row[3] != "waiting" for row in rows("Direct").values()), 60, 0.3), "every letter was tried")
got = rows("Direct")
eq([letter.recipient for letter in first.mails], ["ada@one.test"], "the second MX has it when the first is dead")
eq([letter.tls for letter in first.mails], [True], "encrypted, where that is offered")
eq([(letter.recipient, letter.tls) for letter in plain.mails], [("ben@two.test", False)], "a domain without MX is its own server")
eq([letter.recipient for letter in six.mails], ["cleo@six.test"], "a server by IPv6")
eq((got["dan@null.test"][3], got["dan@null.test"][8]), ("failed", "dead"), "the null MX ends a letter")
eq([row[2] for row in penny.rows("subscriber", "list") if "dan@null.test" in row], ["suppressed"], "and the address")
for reader, words in (("eve@gone.test", "there is no such domain"), ("fay@fails.test", "answer"), ("gil@private.test", "where nobody on the internet can be")):
    eq(got[reader][3], "deferred", f"{reader} is tried again")
    has(str(got[reader]), words, "and it is said why")

# --- what the doctor looks at
found = json.loads(penny.command("doctor", "--json", "--to", "ben@two.test").stdout)["findings"]
has(str([f["seen"] for f in found if f["check"] == "relay"]), "two.test:25", "the doctor asks the receiver's server")
eq([f["check"] for f in found if f["check"] == "ehlo"], [], "has nothing against a name that has an address")
dns.put("penny.test", "A")
found = json.loads(penny.command("doctor", "--json", "--to", "ben@two.test").stdout)["findings"]
eq([f["level"] for f in found if f["check"] == "ehlo"], ["wrong"], "but against one that has none")
dns.put("penny.test", "A", "127.0.0.1")

# --- a receiver that wants fewer letters: all domains whose mail it has wait, nobody else does
crowd = [f"r{number}@{domain}" for domain in ("big.test", "hosted.test", "two.test") for number in range(40)]
penny.run("subscriber", "add", "--confirmed", *crowd)
for reader in crowd:
    if "two.test" not in reader:
        big.verdicts[reader] = ["421 4.7.28 our system has detected an unusual rate of mail"]
blog.publish("Paced")
ok(wait_for(lambda: len([letter for letter in list(plain.mails) if b"Subject: Paced" in letter.raw]) == 41, 60, 0.3), "everybody at another receiver has the letter")
ok(wait_for(lambda: penny.peek("SELECT count(*) FROM delivery WHERE holder IS NOT NULL") == [(0,)], 60, 0.3), "what must wait is given back")
tried = len(big.refused)
ok(1 <= tried <= 4, f"the receiver was asked by few at once, and by nobody after it had said no ({tried})")
waiting = penny.peek("SELECT count(*) FROM delivery d JOIN issue i ON i.id = d.issue JOIN entry e ON e.id = i.entry WHERE e.title = 'Paced' AND d.state = 0 AND d.tries = 0")[0][0]
eq(waiting, 80 - tried, "all others of both its domains wait, which is no try")
soon = penny.peek(f"SELECT count(*) FROM delivery WHERE state = 0 AND next_try < {int((time.time() + 500) * 1000)}")[0][0]
eq(soon, 0, "for ten minutes")
has(server.log(), "a receiver wants fewer letters", "the log says so")
has(server.log(), "receiver=big.test", "and who")

# --- through a relay, where the owner asks for it
server.stop()
relay = lab.Sink(port=2525, host="relay.test", starttls=False)
relay.verdicts.update({reader: ["421 4.7.28 not so fast"] for reader in crowd if "two.test" not in reader})
penny.configure(mail__direct=False, mail__host="relay.test", mail__port=2525, mail__security="plain", mail__per_receiver=True)
server = penny.serve()
blog.publish("Relayed")
ok(wait_for(lambda: len([letter for letter in list(relay.mails) if b"Subject: Relayed" in letter.raw and letter.recipient.endswith("@two.test")]) == 41, 60, 0.3),
   "a relay gets what is for others")
ok(wait_for(lambda: penny.peek("SELECT count(*) FROM delivery WHERE holder IS NOT NULL") == [(0,)], 60, 0.3), "what must wait is given back")
ok(1 <= len(relay.refused) <= 4, f"and no more for the receiver that wants fewer ({len(relay.refused)})")
lab.done()
