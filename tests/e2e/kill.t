#!/usr/bin/python3
"""kill.t - kill -9 in the middle of sending and of planning: nobody is forgotten, repeats are few and known by their id.

LETTERS and KILLS in the environment ask for more of it than the usual run.
"""

import collections
import os
import signal
import time

import lab
from lab import eq, ok, wait_for

READERS, KILLS, CONNECTIONS = int(os.environ.get("LETTERS", 2000)), int(os.environ.get("KILLS", 10)), 5
lab.enter(modules=["aiosmtpd"], programs=["openssl"])

sink = lab.Sink(port=2525)
sink.delay = 0.005
blog = lab.Blog(lab.Site())
blog.publish("An old post")
penny = lab.Pennypost().init()
penny.mail_to(sink, connections=CONNECTIONS)
penny.run("source", "add", blog.url)
readers = [f"reader{number}@mail.test" for number in range(READERS)]
for start in range(0, READERS, 1000):
    penny.run("subscriber", "add", "--confirmed", *readers[start:start + 1000], seconds=200)

# The mail role runs by itself, as on a machine of its own, so that no supervisor's pause stands between two kills.
penny.serve("ingest")
plan = penny.serve("plan")
mail = penny.serve("mail")
blog.publish("The letter")
kills = []
for number in range(1, KILLS + 1):
    goal = READERS * number // (KILLS + 1)
    ok(wait_for(lambda: len(sink.mails) >= goal, 120, 0.002), f"kill {number}: after {goal} letters or a few more")
    os.kill(penny.role_pid("mail"), signal.SIGKILL)
    mail.kill()
    kills.append(time.monotonic())
    ok(len({letter.recipient for letter in sink.mails}) < READERS, "before the last one was out")
    mail = penny.serve("mail")
ok(wait_for(lambda: len({letter.recipient for letter in sink.mails}) == READERS, 120), "in the end everybody got the letter")
if not ok(wait_for(lambda: all(row[3] == "delivered" for row in penny.rows("delivery", "list")), 60), "and the ledger says so"):
    lab.diag(collections.Counter(row[3] for row in penny.rows("delivery", "list")))
eq(len(penny.rows("delivery", "list")), READERS, "with one row for each reader")

letters = collections.defaultdict(list)
for letter in sorted(sink.mails, key=lambda letter: letter.time):
    letters[letter.recipient].append(letter)
eq(sorted(set(readers) - set(letters)), [], "nobody was forgotten")
eq(sorted(set(letters) - set(readers)), [], "and no stranger got one")
# Time does not tell which kill a repeat is owed to when kills come close together; the connection of the first copy does.
last = {letter.connection: letter.recipient for letter in sorted(sink.mails, key=lambda letter: letter.time)}
repeats, early = collections.Counter(), []
for copies in letters.values():
    for first, second in zip(copies, copies[1:]):
        repeats[first.connection] += 1
        if last[first.connection] != first.recipient or not any(first.time <= moment + 0.5 and second.time >= moment for moment in kills):
            early.append(first.recipient)
lab.diag(f"{sum(repeats.values())} repeats in {KILLS} kills with {CONNECTIONS} connections")
eq(early, [], "what came twice was the last letter of its connection, and there was a kill in between")
ok(all(count <= 1 for count in repeats.values()) and sum(repeats.values()) <= KILLS * CONNECTIONS,
   "at most one repeat per open connection and kill")
ids = {recipient: {str(letter.message["Message-ID"]) for letter in copies} for recipient, copies in letters.items()}
eq([recipient for recipient, named in ids.items() if len(named) != 1], [], "a repeat has the Message-ID of the first")
eq(len(set.union(*ids.values())), READERS, "and no two readers share one")

# --- the planner, killed while it writes the rows of twenty posts
mail.stop()
for number in range(20):
    blog.publish(f"Post {number}", "<p>Short.</p>")
source = lambda: penny.rows("source", "list")[0]
ok(wait_for(lambda: source()[1] == "held"), "twenty posts at once are held, as an accident would look the same")
eq(len(penny.rows("entry", "list")), 2, "and not stored")
penny.run("source", "approve", source()[0])
rows = lambda: penny.peek("SELECT count(*) FROM delivery WHERE issue > 1 AND issue IN (SELECT id FROM issue WHERE kind = 0)")[0][0]
planned = [0]
for number in range(1, KILLS + 1):
    wait_for(lambda: rows() > planned[-1], 60, 0.001)
    os.kill(wait_for(lambda: penny.role_pid("plan")), signal.SIGKILL)
    plan.kill()
    planned.append(rows())
    plan = penny.serve("plan", wait=number == KILLS)
lab.diag(f"rows at each kill: {planned[1:]}")
ok(sum(count < 20 * READERS for count in planned[1:]) >= 3, "the owner has approved; the planner is killed several times before it is done")
ok(wait_for(lambda: rows() >= 20 * READERS, 120), "in the end all twenty are planned")
eq(penny.peek("SELECT count(*), count(DISTINCT address) FROM delivery WHERE issue > 1 AND issue IN (SELECT id FROM issue WHERE kind = 0) GROUP BY issue"), [(READERS, READERS)] * 20,
   "each for each reader, once")
lab.done()
