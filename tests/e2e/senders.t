#!/usr/bin/python3
"""senders.t - two senders and two planners share one ledger: every letter once, and kill -9 of either is nobody's loss."""

import collections
import os
import signal

import lab
from lab import eq, ok, wait_for

READERS, KILLS, CONNECTIONS = 1500, 6, 4
lab.enter(modules=["aiosmtpd"], programs=["openssl"])

sink = lab.Sink(port=2525)
sink.delay = 0.005
blog = lab.Blog(lab.Site())
blog.publish("An old post")
penny = lab.Pennypost().init()
penny.mail_to(sink, connections=CONNECTIONS)
penny.run("source", "add", blog.url)
readers = [f"reader{number}@mail.test" for number in range(READERS)]
penny.run("subscriber", "add", "--confirmed", *readers, seconds=200)
penny.serve("ingest")
planners = [penny.serve("plan") for _ in range(2)]
senders = [penny.serve("mail") for _ in range(2)]


def pid_of(server):
    """The role behind a supervisor that runs only one."""
    return wait_for(lambda: next(iter(lab.process.children(server.pid)), None))


def connections():
    return {letter.connection for letter in sink.mails}


# --- nobody is killed
blog.publish("The first letter")
ok(wait_for(lambda: len({letter.recipient for letter in sink.mails}) == READERS, 120), "everybody got the letter")
ok(wait_for(lambda: all(row[3] == "delivered" for row in penny.rows("delivery", "list")), 60), "and the ledger says so")
counts = collections.Counter(letter.recipient for letter in sink.mails)
eq([who for who, count in counts.items() if count != 1], [], "nobody got it twice")
eq(len(penny.rows("delivery", "list")), READERS, "one row for each, though two planned")
ok(len(connections()) > CONNECTIONS, "and both senders sent")

# --- each is killed in turn
sink.mails.clear()
blog.publish("The second letter")
for number in range(KILLS):
    goal = READERS * (number + 1) // (KILLS + 1)
    ok(wait_for(lambda: len(sink.mails) >= goal, 120, 0.002), f"kill {number + 1}: after {goal} letters or a few more")
    which = number % 2
    os.kill(pid_of(senders[which]), signal.SIGKILL)
    senders[which].kill()
    senders[which] = penny.serve("mail")
ok(wait_for(lambda: len({letter.recipient for letter in sink.mails}) == READERS, 180), "in the end everybody got it")
ok(wait_for(lambda: all(row[3] == "delivered" for row in penny.rows("delivery", "list")), 60), "and the ledger says so")
copies = collections.defaultdict(list)
for letter in sink.mails:
    copies[letter.recipient].append(str(letter.message["Message-ID"]))
repeats = len(sink.mails) - READERS
lab.diag(f"{repeats} repeats in {KILLS} kills of one of two senders with {CONNECTIONS} connections each")
eq(sorted(set(readers) - set(copies)), [], "nobody was forgotten")
ok(repeats <= KILLS * CONNECTIONS, "repeats: at most one per open connection and kill")
eq([who for who, ids in copies.items() if len(set(ids)) != 1], [], "a repeat has the Message-ID of the first")
lab.done()
