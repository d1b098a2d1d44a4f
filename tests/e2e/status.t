#!/usr/bin/python3
"""status.t - what an owner and a monitor learn of an instance: in words, as JSON, and by the exit status."""

import json
import os
import signal

import lab
from lab import eq, has, lacks, ok, wait_for

lab.enter(modules=["aiosmtpd"], programs=["openssl"])
sink = lab.Sink(port=2525)
sink.verdicts["nobody@mail.test"] = "550 5.1.1 there is nobody of that name"
site = lab.Site()
blog, other = lab.Blog(site), lab.Blog(site, "other.test", "Another Blog")
blog.publish("An old post")
other.publish("Another old post")
penny = lab.Pennypost().init()
penny.mail_to(sink)
penny.run("source", "add", blog.url)
penny.run("source", "add", other.url)
penny.run("subscriber", "add", "--confirmed", "ada@mail.test", "bob@mail.test", "nobody@mail.test")


def status():
    """The exit status and what it says, as JSON."""
    done = penny.command("status", "--json")
    return done.returncode, json.loads(done.stdout)


def words():
    done = penny.command("status")
    return done.returncode, done.stdout


KEYS = ["answers", "database", "deliveries", "entries_waiting", "healthy", "held", "inbox", "last_errors", "mail", "problems", "program", "quarantine", "roles", "sources", "unplanned"]
code, said = status()
eq((code, said["healthy"], said["roles"]), (1, False, []), "an instance that is not served needs its owner")
eq(sorted(said), KEYS, "every key is there")
has(said["problems"][0], "nothing runs", "in words")
has(words()[1], "needs you   nothing runs", "for people too")
eq(said["sources"], {"fine": 2, "paused": 0, "failing": []}, "two sources, both fine")
eq(said["database"]["engine"], "postgresql" if lab.postgres.WANTED else "sqlite", "the engine")
ok(said["database"]["bytes"] > 10000 and ((said["database"]["free_bytes"] or 0) > 10000) != lab.postgres.WANTED, "its size, and what the disk has left")
ok(said["database"]["schema"].endswith(".sql"), "the schema")

server = penny.serve()
ok(wait_for(lambda: status()[0] == 0), "served, all is well") or lab.diag(status())
code, said = status()
eq(said["mail"], {"transport": "smtp", "where": "mail.test:2525"}, "where letters go")
roles = {row["role"].split(".")[0]: row for row in said["roles"]}
eq(sorted(roles), ["federate", "ingest", "mail", "plan", "web"], "every role runs")
eq(roles["plan"]["pid"], penny.role_pid("plan"), "with its pid")
eq((said["problems"], said["healthy"]), ([], True), "and nothing needs the owner")
code, text = words()
eq((code, text.splitlines()[-1]), (0, "needs you   nothing"), "said in words")
blog.publish("News")
ok(wait_for(lambda: status()[1]["deliveries"]["mail"]["failed"] == 1, 60), "a delivery that failed is counted")
mail = status()[1]["deliveries"]["mail"]
eq((mail["delivered"], mail["waiting"], mail["deferred"]), (2, 0, 0), "and those that went well")
error = status()[1]["last_errors"][0]
eq((error["to"], error["reason"]), ("nobody@mail.test", "dead"), "the last errors have the address and the reason")
has(error["words"], "there is nobody of that name", "and the peer's words")
has(words()[1], "nobody@mail.test  dead  ", "in the other form too")

# --- sources
site.set(other.path, "gone", status=500)
ok(wait_for(lambda: status()[1]["sources"]["fine"] == 1, 60), "a source that fails is not fine")
code, said = status()
eq((code, said["sources"]["failing"][0]["state"]), (0, "active"), "but that may pass by itself")
has(said["sources"]["failing"][0]["error"], "500", "how it fails is said")
site.set(other.path, "gone", status=410)
ok(wait_for(lambda: status()[0] == 1, 60), "one that is gone needs its owner")
has(status()[1]["problems"][0], "is gone", "in words")
penny.run("source", "remove", said["sources"]["failing"][0]["id"])
eq(status()[0], 0, "removed, all is well again")
penny.run("source", "set", "1", "--hold", "yes")
blog.publish("Wait for me")
ok(wait_for(lambda: status()[1]["entries_waiting"] == 1, 60), "a post that waits for approval is counted")
has(status()[1]["problems"], "1 post waits for approval: 'pennypost entry list --held'", "and said")
penny.run("entry", "reject", penny.rows("entry", "list", "--held")[0][0])

# --- what is left out
penny.change("INSERT INTO quarantine (kind, item, publication, tries, since, failed, words) VALUES ('letter', 1, 1, 0, ?, ?, 'the role mail ended 3 times')", 1, 1)
code, said = status()
eq((code, [row["words"] for row in said["quarantine"]]), (1, ["the role mail ended 3 times"]), "what is in quarantine needs its owner")
has(said["problems"], "1 thing is in quarantine: 'pennypost quarantine list'", "who is told where to look")
penny.change("DELETE FROM quarantine")

# --- processes
server.stop()
has(status()[1]["problems"], "nothing runs: 'pennypost serve' starts it", "stopped, nothing runs, at once")
server = penny.serve("web")
ok(wait_for(lambda: {row["role"].split(".")[0] for row in status()[1]["roles"]} == {"web"}), "a role alone")
has(status()[1]["problems"], "the role mail does not run, on no machine", "those that are missing are named")
lacks(words()[1], "role web does not", "and only those")
os.kill(server.pid, signal.SIGKILL)
server.handle.wait()


def buried():
    """Orphans are ours here, where no init is: what has died is there until somebody asks."""
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        pass
    return status()[1]["roles"] == []


ok(wait_for(buried), "after kill -9 of everything too")
eq(penny.command("status", "now").returncode, 2, "a word too many is told")

# Without a mail server letters stay in a Maildir, and it is said wherever an owner looks.
quiet = lab.Pennypost("quiet", port=8090).init("http://quiet.test:8090")
has(quiet.run("init", "--dir", quiet.directory, "--url", "http://quiet.test:8090", "--name", "Quiet", "--handle", "quiet"), "written into the Maildir", "the first command says so")
quiet.serve()
ok(wait_for(lambda: "letters are written into a Maildir, and not sent" in quiet.log(), 30), "the server says so")
has(quiet.command("status").stdout, "not sent, but written into the Maildir ", "the status too")
eq(json.loads(quiet.command("status", "--json").stdout)["mail"]["transport"], "maildir", "and as JSON")
lacks(penny.log(), "written into a Maildir", "one that sends says nothing of it")
lab.done()
