#!/usr/bin/python3
"""roles.t - one process per role: what ends comes back, what goes on is not disturbed, what should stop stops."""

import os
import re
import signal
import statistics
import time

import lab
from lab import eq, has, lacks, ok, wait_for

ROLES = ["web", "ingest", "plan", "mail", "federate"]
lab.enter(modules=["aiosmtpd"], programs=["openssl"])
lab.names("penny.test")
sink = lab.Sink(port=2525)
blog = lab.Blog(lab.Site())
blog.publish("An old post")
penny = lab.Pennypost().init("http://penny.test:8080")
penny.mail_to(sink)
penny.run("source", "add", blog.url)
readers = [f"reader{number}@mail.test" for number in range(40)]
penny.run("subscriber", "add", "--confirmed", *readers)
server = penny.serve()
browser = lab.Browser("http://penny.test:8080")


def pids():
    return {role: penny.role_pid(role) for role in ROLES}


def working():
    """Does a request of a person still get its letter?"""
    before = len(sink.mails)
    answered = browser.post("/signin", {"email": readers[0]}).status
    return answered in (200, 303) and wait_for(lambda: len(sink.mails) > before, 20)


# --- the processes
started = pids()
ok(all(started.values()) and len(set(started.values())) == 5, "five roles are five processes")
ok(working(), "a sign-in letter goes out")
for role in ROLES:
    others = {name: pid for name, pid in pids().items() if name != role}
    killed = penny.kill_role(role)
    ok(wait_for(lambda: penny.role_pid(role) not in (None, killed)), f"{role}, killed, runs again")
    eq({name: pid for name, pid in pids().items() if name != role}, others, "and the others went on")
    ok(wait_for(lambda: browser.get("/").status == 200), "the page is there")

pauses = []
for _ in range(4):
    penny.kill_role("plan")
    count = len(pauses)
    wait_for(lambda: len(re.findall(r"name=plan .*again_in_ms=(\d+)", penny.log())) > count + 1)
    wait_for(lambda: penny.role_pid("plan"))
    pauses = [int(pause) for pause in re.findall(r"name=plan .*again_in_ms=(\d+)", penny.log())][1:]
ok(pauses == sorted(pauses) and pauses[-1] >= 4 * pauses[0], f"who dies again and again waits longer each time: {pauses} ms")

# --- waking
delays = []
for number in range(5):
    before, start = len(sink.mails), time.monotonic()
    eq(browser.post("/signin", {"email": readers[number]}).status in (200, 303), True, "a letter is asked for")
    wait_for(lambda: len(sink.mails) > before, 20, 0.002)
    delays.append((sink.mails[-1].time - start) * 1000)
lab.diag(f"ms from the request until the mail server had the letter: {[round(delay) for delay in delays]}")
ok(statistics.median(delays) < 500, "a commit wakes the mail role within 250 ms: the letter has arrived before half a second")

# --- reload
penny.configure(log_level="debug")
server.signal(signal.SIGHUP)
ok(wait_for(lambda: "configuration reloaded" in penny.log()), "SIGHUP reloads the configuration")
ok(wait_for(lambda: browser.get("/").status == 200), "and the page is there again")
penny.configure(listen="127.0.0.1:8081")
server.signal(signal.SIGHUP)
ok(wait_for(lambda: lab.Browser("http://127.0.0.1:8081").get("/", {"Host": "penny.test:8080"}).status == 200), "a changed port is listened on")
good = open(penny.config).read()
with open(penny.config, "a") as config:
    config.write("listn = 5\n")
wait_for(lambda: all(pids().values()))
before = pids()
server.signal(signal.SIGHUP)
ok(wait_for(lambda: "did you mean 'listen'" in penny.log()), "a mistake in the file is told")
eq(pids(), before, "and changes nothing")
for what, where, words in (("a database that cannot be opened", "/nowhere/at/all.db", "configuration not reloaded"),
                           ("a new and empty database", lab.directory("other") + "/new.db", "holds no publication")):
    with open(penny.config, "w") as config:
        config.write(f'database = "{where}"\n' + re.sub(r"(?m)^database = .*\n", "", good))
    told = penny.log().count(words)
    server.signal(signal.SIGHUP)
    ok(wait_for(lambda: penny.log().count(words) > told), f"{what} is told")
    eq(pids(), before, "and changes nothing")
with open(penny.config, "w") as config:
    config.write(good.replace("127.0.0.1:8081", "127.0.0.1:8080"))
server.signal(signal.SIGHUP)
ok(wait_for(lambda: browser.get("/").status == 200), "back where it was")
wait_for(lambda: all(pids().values()))

penny.configure(log_level="info")
server.signal(signal.SIGHUP)
server.signal(signal.SIGTERM)
eq(wait_for(lambda: server.handle.poll() is not None, 15), True, "SIGTERM is heard while it reloads")
server = penny.serve()

# --- draining: letters are under way, each takes its time
sink.delay = 0.3
blog.publish("The letter")
ok(wait_for(lambda: any("The letter" in str(letter.message["Subject"]) for letter in sink.mails), 30), "letters are going out")
start = time.monotonic()
status = server.stop(20)
took = time.monotonic() - start
eq(status, 0, "SIGTERM ends it well")
ok(took < 10, f"within 10 s ({took:.1f} s)")
eq([role for role, pid in pids().items() if pid], [], "and no role stays behind")
sink.delay = 0
server = penny.serve()
ok(wait_for(lambda: [row[3] for row in penny.rows("delivery", "list") if row[7] == "The letter"] == ["delivered"] * len(readers), 40),
   "started again, it sends the rest")
letters = [letter.recipient for letter in sink.mails if "The letter" in str(letter.message["Subject"])]
eq(sorted(letters), sorted(readers), "each once: a drained role repeats nothing")

# --- the supervisor itself
running = pids()
server.kill()
ok(wait_for(lambda: not any(lab.state(pid) not in (None, "Z") for pid in running.values()), 15), "roles do not outlive a killed supervisor")
lab.done()
