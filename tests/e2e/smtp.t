#!/usr/bin/python3
"""smtp.t - letters through Postfix's smtp-sink, which pipelines, knows DSN, breaks off, and writes down what it was told."""

import glob
import os
import re

import lab
from lab import eq, has, ok, wait_for

lab.enter(modules=["aiosmtpd", "dkim", "nacl"], programs=["smtp-sink", "openssl"])
READERS, CONNECTIONS = 60, 4
blog = lab.Blog(lab.Site())
blog.publish("An old post")
lab.names("sink.test")
penny = lab.Pennypost().init()
penny.configure(mail__transport="smtp", mail__host="sink.test", mail__port=25, mail__security="plain", mail__connections=CONNECTIONS)
penny.run("source", "add", blog.url)
readers = [f"reader+{number}=x@mail.test" for number in range(READERS)]
penny.run("subscriber", "add", "--confirmed", *readers)
records = lab.txt_records(penny.run("dkim"))
server = penny.serve()


class Capture:
    """smtp-sink with these options; letters() is what it took: (arguments of MAIL, of RCPT, the bytes)."""

    def __init__(self, name, *options):
        self.directory = lab.directory(name)
        os.chmod(self.directory, 0o777)
        self.process = lab.Process(name, ["smtp-sink", "-u", "nobody", "-R", self.directory, "-d", "mail.", *options, "127.0.0.1:25", "100"])
        lab.wait_port(25, self.process)

    def letters(self):
        return [letter for letter in map(read, glob.glob(self.directory + "/mail.*")) if letter]

    def stop(self):
        self.process.stop()


def read(path):
    """The header that smtp-sink puts in front, and behind it what was sent; None while it is being written."""
    with open(path, "rb") as file:
        raw = file.read()
    mail, rcpt = (re.search(rb"^X-%s-Args: <(.*)$" % name, raw, re.M) for name in (b"Mail", b"Rcpt"))
    start = raw.find(b"DKIM-Signature:")
    if not mail or not rcpt or not raw.rstrip().endswith(b"--") or start < 0:
        return None
    return mail[1].decode(), rcpt[1].decode(), raw[start:].replace(b"\n", b"\r\n")


def ledger(title):
    return {row[6]: (row[3], row[9]) for row in penny.rows("delivery", "list") if row[7] == title}


def settled(title, many=READERS):
    rows = ledger(title)
    return len(rows) == many and all(row[0] != "waiting" for row in rows.values())


# --- what is sent arrives as it was signed
TRAPS = "<p>.</p><p>..</p><p>From here on</p><pre>.\n..\n.a\n\n  \n</pre><p>" + "long " * 400 + "gr\u00fc\u00dfe \U0001f69e</p>" * 3
sink = Capture("pipelining")
blog.publish("Dots", TRAPS)
ok(wait_for(lambda: settled("Dots") and len(sink.letters()) == READERS, 60), "smtp-sink took a letter for each reader")
letters = sink.letters()
eq(sorted(rcpt.partition(">")[0] for _, rcpt, _ in letters), sorted(readers), "each reader has one")
eq({state for state, _ in ledger("Dots").values()}, {"delivered"}, "and the ledger says so")
bad = [rcpt for _, rcpt, raw in letters if [good for *_, good in lab.dkim_verdicts(raw, records)] != [True, True]]
eq(bad, [], "both signatures of each are good: no byte was changed on the way")
for mail, rcpt, raw in letters[:3]:
    has(mail, " RET=HDRS ENVID=", "reports are to be short, and to name the delivery")
    has(rcpt, " NOTIFY=FAILURE ORCPT=rfc822;" + rcpt.partition(">")[0].replace("+", "+2B").replace("=", "+3D"), "and to come for failures alone, with the address as we know it")
    ok(re.match(r"b\+\S+@", mail), "the return path is the delivery's own")
sink.stop()

# --- servers that break off: nobody is forgotten, nobody is taken to have it
trouble = [
    ("no PIPELINING", ["-p"], "delivered", "250"),
    ("no ESMTP at all", ["-e"], "delivered", "250"),
    ("421 for every envelope", ["-Q", "RCPT"], "deferred", "421"),
    ("the connection broken off at DATA", ["-q", "DATA"], "deferred", "closed the connection"),
    ("the connection broken off after the letter", ["-q", "."], "deferred", "may have arrived"),
    ("a temporary failure after the letter", ["-r", "."], "deferred", "450"),
    ("a refusal before the letter is whole", ["-A", "0"], "failed", "550"),
]
for title, options, state, words in trouble:
    sink = Capture(title.replace(" ", "-"), *options)
    blog.publish(title)
    ok(wait_for(lambda: settled(title), 120), f"{title}: all {READERS} letters have an outcome")
    rows = ledger(title)
    eq({row[0] for row in rows.values()}, {state}, f"{title}: {state}")
    ok(all(words in row[1] for row in rows.values()), f"with its words: {words}") or lab.diag(sorted({row[1] for row in rows.values()}))
    sink.stop()

# --- addresses beyond ASCII go only where they are understood
grusse = "gr\u00fc\u00dfe@mail.test"
penny.run("subscriber", "add", "--confirmed", grusse)
sink = Capture("ascii")
blog.publish("In ASCII")
ok(wait_for(lambda: settled("In ASCII", READERS + 1), 60), "a reader more, whose address is beyond ASCII")
rows = ledger("In ASCII")
eq({address for address in rows if rows[address][0] != "delivered"}, {grusse}, "a server without SMTPUTF8 reaches all but that one")
eq(rows[grusse][0], "failed", "which failed")
has(rows[grusse][1], "SMTPUTF8", "and the ledger tells why")
sink.stop()
server.stop()
modern = lab.Sink(port=2525, starttls=False)
penny.configure(mail__host=modern.host, mail__port=2525)
penny.serve()
blog.publish("In UTF-8")
ok(wait_for(lambda: settled("In UTF-8", READERS + 1), 60) and {state for state, _ in ledger("In UTF-8").values()} == {"delivered"}, "a server with SMTPUTF8 reaches all")
for mail in modern.to(grusse) + modern.to(readers[0]):
    eq([good for *_, good in lab.dkim_verdicts(mail.raw, records)], [True, True], "both signatures are good")
    ok(f"\r\nTo: {mail.recipient}\r\n".encode() in mail.raw, "To is the address as it is")
lab.done()
