#!/usr/bin/python3
"""stop.t - an issue is watched, paused, resumed and cancelled while two senders are at it: nobody is forgotten, nobody has it twice."""

import json
import os
import pty
import select
import subprocess

import lab
from lab import eq, has, ok, wait_for

READERS, CONNECTIONS = 500, 4
lab.enter(modules=["aiosmtpd"], programs=["openssl"])

sink = lab.Sink(port=2525)
sink.delay = 0.03
blog = lab.Blog(lab.Site())
blog.publish("An old post")
penny = lab.Pennypost().init()
penny.mail_to(sink, connections=CONNECTIONS)
penny.configure(workers__mail=2)
penny.run("source", "add", blog.url)
penny.run("subscriber", "add", "--confirmed", *[f"reader{number}@mail.test" for number in range(READERS)], seconds=200)
server = penny.serve()


def letters(title):
    return [letter for letter in list(sink.mails) if b"\r\nSubject: " + title.encode() in letter.raw]


def issue_of(title):
    return wait_for(lambda: next((row[1] for row in penny.rows("delivery", "list", "--limit", "100000") if row[7] == title), None), 30)


def states(issue):
    return {state: many for state, many in penny.peek(f"SELECT state, count(*) FROM delivery WHERE issue = {issue} GROUP BY state")}


def settled(title):
    """How many letters there are once no more come."""
    seen = [-1]
    wait_for(lambda: seen.append(len(letters(title))) or seen[-1] == seen[-2], 20, 1.0)
    return seen[-1]


# --- pause, and resume
blog.publish("Paused")
ok(wait_for(lambda: len(letters("Paused")) > 20, 60, 0.01), "letters go out")
issue = issue_of("Paused")
watch = subprocess.Popen([lab.pennypost.BINARY, "--config", penny.config, "delivery", "watch", issue, "--json"], stdout=subprocess.PIPE, text=True)
has(penny.run("delivery", "pause", issue), "paused", "it is paused")
before = len(letters("Paused"))
at = settled("Paused")
ok(at - before <= 4 * CONNECTIONS, f"hardly any letter leaves after that ({at - before})")
ok(at < READERS, "most of them wait")
blog.publish("Overtakes")
ok(wait_for(lambda: len(letters("Overtakes")) == READERS, 120), "the next post overtakes it")
eq(len(letters("Paused")), at, "and none of the paused left meanwhile")
has(penny.run("delivery", "resume", issue), "goes on", "it is resumed")
ok(wait_for(lambda: len(letters("Paused")) == READERS, 120), "and everybody has it in the end")
ok(wait_for(lambda: states(issue) == {2: READERS}, 30), "as the ledger says")
eq(len({letter.recipient for letter in letters("Paused")}), READERS, "nobody has it twice")

# --- what the watch said
lines = [json.loads(line) for line in watch.communicate(timeout=30)[0].splitlines()]
eq(watch.returncode, 0, "the watch ends by itself")
ok(any(line["state"] == "paused" and line["waiting"] > 0 for line in lines), "it said that it is paused")
ok(any(line["state"] == "sending" and line["per_second"] > 0 and line["end"] for line in lines), "it said how fast it is, and when it will be done")
eq((lines[-1]["state"], lines[-1]["sent"], lines[-1]["waiting"], lines[-1]["end"]), ("done", READERS, 0, None), "and that it is done")
sent = [line["sent"] for line in lines]
eq(sent, sorted(sent), "the number of the sent only grows")
has(penny.run("delivery", "watch"), f" done: {READERS} sent, 0 waiting, 0 deferred, 0 failed", "without a number it is the newest issue")

# --- cancel, with some that wait for a second try
for number in range(0, READERS, 10):
    sink.verdicts[f"reader{number}@mail.test"] = "451 4.7.1 later"
blog.publish("Cancelled")
ok(wait_for(lambda: len(letters("Cancelled")) > 20, 60, 0.01), "the next goes out")
issue = issue_of("Cancelled")
terminal, end = pty.openpty()
watch = subprocess.Popen([lab.pennypost.BINARY, "--config", penny.config, "delivery", "watch", issue], stdout=end)
os.close(end)
has(penny.run("delivery", "cancel", issue), "cancelled", "it is cancelled")
sink.verdicts.clear()
at = settled("Cancelled")
ok(len(letters("Cancelled")) < READERS // 2, "before most of it was out")
ok(wait_for(lambda: set(states(issue)) <= {1, 2, 4} and states(issue).get(1, 0) <= 2 * CONNECTIONS, 30), "what was not sent has ended") or lab.diag(states(issue))
reasons = {row[8] for row in penny.rows("delivery", "list", "--issue", issue, "--state", "suppressed", "--limit", "100000")}
eq(reasons, {"cancelled"}, "with its reason")
has(penny.command("delivery", "resume", issue).stderr, "was cancelled", "it cannot be resumed")
shown = b""


def ended():
    """A terminal holds a few thousand bytes only, and who writes more waits for a reader."""
    global shown
    while select.select([terminal], [], [], 0)[0]:
        try:
            shown += os.read(terminal, 65536)
        except OSError:  # the other end is closed
            return True
    return watch.poll() is not None


wait_for(ended, 90)
ended()
shown = shown.decode()
has(shown, "\r\x1b[Kissue " + issue, "on a terminal the line is written over")
eq(shown.count("\n"), 1, "and is one line")
eq(len(letters("Cancelled")), at, "nothing more of it was sent")

# --- mistakes
wrong = penny.command("delivery", "pause", "99999")
eq(wrong.returncode, 1, "an issue that is none is an error")
has(wrong.stderr, "there is no issue 99999", "and said so")
lab.done()
