#!/usr/bin/python3
"""helpers.t - documents of strangers are read by processes that hold nothing: one that hangs, or dies, loses its document and nothing else."""

import os
import re
import signal
import time

import lab
from lab import eq, has, lacks, ok, wait_for

lab.enter(programs=["openssl"])
# What a helper must not see, although its parent has it.
os.environ.update(PGPASSWORD="s3cret", PENNYPOST_TEST="s3cret")
site = lab.Site(8001)
blog = lab.Blog(site)
blog.publish("First")
penny = lab.Pennypost().init()
CELLS = "&lt;table>" + "&lt;td>x" * 10000
LONG = "<rss version='2.0'><channel><title>Long</title>" + "".join(
    f"<item><guid isPermaLink='false'>{n}</guid><title>Post {n}</title><description>{CELLS}</description></item>" for n in range(180)) + "</channel></rss>"


def short(number):
    return lab.rss("Short", "http://blog.test:8001", [{"guid": f"short-{number}", "title": f"Short {number}", "content": "<p>x</p>"}])


site.set("/odd", short(0))
penny.run("source", "add", "--no-backfill", blog.url)
odd = penny.run("source", "add", "--no-backfill", "http://blog.test:8001/odd").split("\t")[0]
server = penny.serve()
role = penny.role_pid("ingest")


def helpers():
    return lab.children(role)


def worked(pid):
    """Seconds of the processor."""
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def said():
    return next(row for row in penny.rows("source", "list") if row[0] == odd)[6]


def titles():
    return [title for (title,) in penny.peek("SELECT title FROM entry")]


def at_work(seconds=0.3):
    """The helper that reads the long document: no other takes so much time."""
    site.set("/odd", LONG)
    before = {pid: worked(pid) for pid in helpers()}
    return wait_for(lambda: next((pid for pid in helpers() if worked(pid) - before.get(pid, 0) > seconds), None), 60)


def others_go_on(title, most=8):
    began = time.monotonic()
    blog.publish(title)
    return ok(wait_for(lambda: title in titles(), 60) and time.monotonic() - began < most, f"meanwhile another source is read, in {time.monotonic() - began:.1f} s")


def recovers(number):
    site.set("/odd", short(number))

    def read():
        # Fails while the role fetches it, which is as good.
        penny.command("source", "poll", odd)
        return f"Short {number}" in titles()
    ok(wait_for(read, 60), "the source is read again when there is something to read")


# --- what a helper is
blog.publish("Second")
ok(wait_for(lambda: "Second" in titles(), 30), "a post comes in")
pids = helpers()
ok(0 < len(pids) <= 2, f"by {len(pids)} helpers")
for pid in pids:
    files = {int(number): os.readlink(f"/proc/{pid}/fd/{number}") for number in os.listdir(f"/proc/{pid}/fd")}
    eq(sorted(files), [0, 1, 2], f"a helper has three files: {files}")
    ok(files[0].startswith("socket:") and files[1] == files[0] and files[2].endswith(".log"), "its connection, and the log")
    with open(f"/proc/{pid}/environ") as environ:
        lacks(environ.read(), "s3cret", "no password of its parent")
    with open(f"/proc/{pid}/maps") as maps:
        lacks(maps.read(), ".db", "nothing of the database in its memory")
    with open(f"/proc/{pid}/status") as status:
        has(status.read(), "NoNewPrivs:\t1", "it gets no new privileges")
    with open(f"/proc/{pid}/limits") as limits:
        text = limits.read()
    ok(re.search(r"Max file size +0 +0 ", text) and re.search(r"Max open files +16 +16 ", text), "it writes no file, and opens few")

# --- one that is killed in the middle of a document
pid = at_work()
ok(pid, "a helper reads a document that takes long")
others_go_on("While one is read")
ok(pid in helpers(), "which is being read still")
os.kill(pid, signal.SIGKILL)
ok(wait_for(lambda: "signal 9" in said(), 30), f"when it is killed, the source has failed: {said()}")
eq(penny.role_pid("ingest"), role, "and the role goes on")
recovers(1)

# --- one that hangs
pid = at_work()
os.kill(pid, signal.SIGSTOP)
others_go_on("While one hangs")
ok(wait_for(lambda: "could not be read within 30 s" in said(), 60), f"a helper that hangs is ended: {said()}")
ok(lab.state(pid) in (None, "Z"), "it is gone")
recovers(2)

# --- one that takes too long
pid = at_work()
others_go_on("While one takes long")
ok(wait_for(lambda: "could not be read within 10 s of the processor" in said() or "could not be read within 30 s" in said(), 90), f"a document that takes too long is given up: {said()}")
recovers(3)
eq(penny.role_pid("ingest"), role, "the role has been the same all the time")

# --- they end with the role, however it ends
pids = helpers()
ok(pids, "there are helpers")
penny.kill_role("ingest")
ok(wait_for(lambda: all(lab.state(pid) in (None, "Z") for pid in pids), 10), "they end when the role is killed")
role = wait_for(lambda: penny.role_pid("ingest"))
blog.publish("Last")
ok(wait_for(lambda: "Last" in titles(), 30), "the next role has helpers of its own")
pids = helpers()
ok(pids, "which are there")
server.stop()
ok(all(lab.state(pid) in (None, "Z") for pid in pids), "and end with the service")
lab.done()
