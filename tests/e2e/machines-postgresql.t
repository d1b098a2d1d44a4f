#!/usr/bin/python3
"""machines-postgresql.t - two machines and one PostgreSQL: readers are answered by one, and both send; either may die.

LETTERS and KILLS in the environment ask for more of it than the usual run.
"""

import collections
import os
import random
import re
import signal

import lab
from lab import eq, has, ok, wait_for

LETTERS, KILLS, CONNECTIONS = int(os.environ.get("LETTERS", 1500)), int(os.environ.get("KILLS", 6)), 4
lab.enter(modules=["aiosmtpd"], programs=["openssl", "nsenter", "hostname"])

HERE = lab.machine.HERE
front, back = lab.Machine("front"), lab.Machine("back")
lab.postgres.start(HERE)
sink = lab.Sink(address=HERE)
sink.delay = 0.005
blog = lab.Blog(lab.Site(address=HERE))
blog.publish("An old post")
penny = lab.Pennypost().init("http://front.test:8080")
penny.configure(database=f"postgresql://postgres@{HERE}/{penny.name}", listen="0.0.0.0:8080", behind_proxy="false",
                allow_networks='{"127.0.0.0/8", "10.9.0.0/16"}')
penny.mail_to(sink, connections=CONNECTIONS)
penny.run("source", "add", blog.url)
readers = [f"reader{number}@mail.test" for number in range(LETTERS)]
penny.run("subscriber", "add", "--confirmed", *readers[:1000], seconds=200)
for start in range(1000, LETTERS, 1000):
    penny.run("subscriber", "add", "--confirmed", *readers[start:start + 1000], seconds=200)
ROLES = {front: "web,mail", back: "ingest,plan,mail,federate"}
servers = {machine: penny.serve(roles, machine=machine) for machine, roles in ROLES.items()}
browser = lab.Browser("http://front.test:8080")


def power_cut(machine):
    """Nothing on the machine has time for a word."""
    server = servers[machine]
    for pid in [server.pid, *lab.process.children(server.pid)]:
        os.kill(pid, signal.SIGKILL)
    server.handle.wait()


# --- one answers, the other sends
ok(wait_for(lambda: "An old post" in browser.get("/").text), "what one machine fetched the other shows")
form = browser.get("/subscribe")
browser.submit(form, form.form("/subscribe"), email="ada@mail.test")
ok(wait_for(lambda: sink.to("ada@mail.test")), "who subscribes at one gets a letter")
page = browser.get(re.search(r"http://front.test:8080/c/[\w.-]+", sink.to("ada@mail.test")[0].part("text/plain"))[0])
browser.submit(page, page.form("/c/"))
has(penny.run("subscriber", "list"), "ada@mail.test", "and is a subscriber with its link")
readers.append("ada@mail.test")
sink.mails.clear()
blog.publish("The first letter")
ok(wait_for(lambda: len({letter.recipient for letter in sink.mails}) == len(readers), 600), "everybody got the letter")
counts = collections.Counter(letter.recipient for letter in sink.mails)
eq([who for who, count in counts.items() if count != 1], [], "nobody got it twice")
ok(wait_for(lambda: "The first letter" in browser.get("/").text), "and it stands on the front page")

# --- one after the other loses its power, whichever and whenever
sink.mails.clear()
blog.publish("The second letter")
chance = random.Random(7)
cuts = collections.Counter()
whose = [front, back] * ((KILLS + 1) // 2)
chance.shuffle(whose)
for number in range(KILLS):
    goal = len(readers) * (number + 1) // (KILLS + 1) + chance.randrange(20)
    wait_for(lambda: len(sink.mails) >= goal, 300, 0.002)
    machine = whose[number]
    cuts[machine.name] += 1
    power_cut(machine)
    servers[machine] = penny.serve(ROLES[machine], machine=machine)
ok(wait_for(lambda: len({letter.recipient for letter in sink.mails}) == len(readers), 600), "in the end everybody got the letter")
ok(wait_for(lambda: penny.peek("SELECT count(*) FROM delivery WHERE next_try IS NOT NULL") == [(0,)], 60), "and the ledger is done")
copies = collections.defaultdict(list)
for letter in sink.mails:
    copies[letter.recipient].append(str(letter.message["Message-ID"]))
repeats = len(sink.mails) - len(readers)
lab.diag(f"{len(readers)} letters, {dict(cuts)} power cuts, {CONNECTIONS} connections for each machine: {len(set(readers) - set(copies))} lost, {repeats} repeats")
eq(sorted(set(readers) - set(copies)), [], "nobody was forgotten")
ok(repeats <= KILLS * CONNECTIONS, "repeats: at most one per open connection and cut")
eq([who for who, ids in copies.items() if len(set(ids)) != 1], [], "a repeat has the Message-ID of the first")
ok(wait_for(lambda: "The second letter" in browser.get("/").text), "and readers have their pages")
lab.done()
