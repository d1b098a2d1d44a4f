#!/usr/bin/python3
"""quarantine.t - one row that ends its role again and again: the rows behind it go on, and its owner can decide about it."""

import os
import signal
import time

import lab
from lab import eq, has, ok, wait_for

READERS, DEATHS = 50, 3
lab.enter(modules=["aiosmtpd"], programs=["openssl"])
sink = lab.Sink(port=2525)
site = lab.Site()
blog = lab.Blog(site)
blog.publish("An old post")
penny = lab.Pennypost().init()
penny.mail_to(sink)
penny.run("source", "add", blog.url)
readers = [f"reader{number}@mail.test" for number in range(READERS)]
victim = "victim@mail.test"
penny.run("subscriber", "add", "--confirmed", *readers[:READERS // 2], victim, *readers[READERS // 2:])
server = penny.serve()


def holder(table, condition):
    """The process that holds a row now, or None."""
    for (name,) in penny.peek(f"SELECT holder FROM {table} WHERE holder IS NOT NULL AND {condition}"):
        pid = int(name.split(":")[2].split(".")[0])
        if lab.state(pid) not in (None, "Z"):
            return pid
    return None


def kill_holder(condition, table="delivery"):
    pid = wait_for(lambda: holder(table, condition), 60, 0.005)
    if pid:
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: lab.state(pid) in (None, "Z"))
    return pid


# --- a letter that ends the role mail
sink.delay = 0.4
blog.publish("The letter")
row = f"issue IN (SELECT id FROM issue WHERE kind = 0) AND address = (SELECT id FROM address WHERE value = '{victim}')"
killed = [kill_holder(row) for death in range(DEATHS)]
eq(len(set(killed) - {None}), DEATHS, "three processes end while they hold one row")
sink.delay = 0
listed = wait_for(lambda: penny.rows("quarantine", "list"), 30)
eq([(fields[1], fields[4], fields[5]) for fields in listed], [("letter", "penny.test", "the role mail ended 3 times while it held this letter")], "it alone is in quarantine")
ok(wait_for(lambda: not set(readers) - {mail.recipient for mail in sink.mails}, 60), "all the others get their letter")
ok(wait_for(lambda: sorted(set(fields[3] for fields in penny.rows("delivery", "list") if fields[6] in readers)) == ["delivered"], 30), "and the ledger says so")
eq([fields[6] for fields in penny.rows("delivery", "list", "--state", "quarantined")], [victim], "where the one stands as quarantined")
eq(sink.to(victim), [], "and has got nothing")
told = wait_for(lambda: [mail for mail in sink.mails if "quarantine" in str(mail.message["Subject"])], 30)
ok(told, "the owner gets a letter")
if told:
    has(told[0].part("text/plain"), f"pennypost quarantine retry {listed[0][0]}", "that says what to do")
eq(penny.command("quarantine", "retry", "999").returncode, 1, "what is not there cannot be tried again")
penny.run("quarantine", "retry", listed[0][0])
ok(wait_for(lambda: len(sink.to(victim)) == 1, 30), "tried again, it is sent")
eq(penny.rows("quarantine", "list"), [], "and the quarantine is empty")

# --- sources of a killed role
asked, slow = [], lab.Blog(site, "slow.test", "Slow")
page = site.pages[slow.path]


def answer():
    asked.append(time.monotonic())
    time.sleep(2)
    return page


slow.publish("An old post")
page = site.pages[slow.path]
site.pages[slow.path] = answer
penny.run("source", "add", slow.url)
count = len(asked)
ok(wait_for(lambda: len(asked) > count, 30, 0.005), "a source is asked")
count = len(asked)
penny.kill_role("ingest")
moment = time.monotonic()
ok(wait_for(lambda: len(asked) > count, 10), "the role is killed, and the next asks again")
ok(len(asked) > count and asked[count] - moment < 5, f"within seconds ({asked[count] - moment if len(asked) > count else 'never':.3} s)")
ok(wait_for(lambda: penny.peek("SELECT count(*) FROM source WHERE crashes > 0")[0][0] == 0, 20), "its answer ends the suspicion")
eq(penny.rows("quarantine", "list"), [], "and nothing is in quarantine")
lab.done()
