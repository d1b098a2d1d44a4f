#!/usr/bin/python3
"""commands.t - how the commands are called, and what their lists are on a terminal, in a pipe and as JSON."""

import json
import os
import pty
import re
import select
import subprocess

import lab
from lab import eq, has, lacks, ok

lab.enter(programs=["openssl"])
site = lab.Site()
blog = lab.Blog(site)
for number in range(1, 4):
    blog.publish("Post number %d" % number, tags=["Wide 日本語"] if number == 2 else [])
penny = lab.Pennypost().init()
penny.run("source", "add", blog.url)
penny.run("source", "rule", "1", "exclude", "title", "secret")
penny.run("subscriber", "add", "--confirmed", "ada@mail.test", "bob@mail.test")
penny.run("subscriber", "remove", "bob@mail.test")


def terminal(*words):
    """What a command prints onto a terminal."""
    ours, its = pty.openpty()
    command = subprocess.Popen([lab.pennypost.BINARY, "--config", penny.config, *words], stdin=its, stdout=its, cwd=penny.directory)
    os.close(its)
    said = b""
    while select.select([ours], [], [], 20)[0]:
        try:
            said += os.read(ours, 65536)
        except OSError: # the other end is closed
            break
    eq(command.wait(20), 0, "on a terminal: " + " ".join(words))
    os.close(ours)
    return said.decode().replace("\r\n", "\n")


# Help at every level, with what that level has.
commands = re.findall(r"^  ([a-z]+) ", penny.command("help").stdout, re.M)
ok(len(commands) > 10, "the commands are told")
for command in commands:
    for words in ((command, "--help"), (command, "-h"), ("help", command)):
        done = penny.command(*words)
        eq((done.returncode, done.stdout.startswith("usage: pennypost " + command), done.stderr), (0, True, ""), "help: " + " ".join(words))
    verbs = set(re.findall(r"^(?:usage:|      ) pennypost %s ([a-z]+)(?: |$)" % command, penny.command(command, "--help").stdout, re.M))
    for verb in sorted(verbs):
        done = penny.command(command, verb, "--help")
        eq((done.returncode, {verb} == set(re.findall(r"pennypost %s ([a-z]+)" % command, done.stdout))), (0, True), "only that verb: %s %s" % (command, verb))
    done = penny.command(command, "--frobnicate")
    eq((done.returncode, done.stdout), (2, ""), "an unknown option is wrong usage: " + command)
    has(done.stderr, "'--frobnicate'", "and named")

for status, words, said in ((2, ("sorce",), "did you mean 'source'?"), (2, ("source", "lits"), "did you mean 'list'?"), (2, ("--confg", "x"), "there is no option '--confg'"),
                            (2, ("delivery", "list", "--stat", "x"), "did you mean '--state'?"), (2, ("source", "rule", "1"), "usage: pennypost source rule ID list"),
                            (1, ("entry", "list", "--limit", "0"), "not a whole number"), (1, ("entry", "list", "--year", "x"), "not a whole number"),
                            (1, ("subscriber", "list", "--state", "gone"), "is no state"), (1, ("subscriber", "list", "--kind", "fax"), "is no kind"),
                            (1, ("source", "list", "--state", "x"), "is no state"), (1, ("quarantine", "retry", "x"), "not a whole number")):
    done = penny.command(*words)
    eq((done.returncode, done.stdout), (status, ""), "wrong: " + " ".join(words))
    has(done.stderr, said, "in words: " + " ".join(words))

# One list, three ways.
LISTS = {
    ("publication", "list"): ["id", "url", "handle", "name", "posts", "followers", "time_zone", "state"],
    ("source", "list"): ["id", "state", "last_fetch", "last_status", "url", "name", "how"],
    ("source", "rule", "1", "list"): ["position", "effect", "field", "pattern"],
    ("entry", "list"): ["id", "published", "access", "words", "url", "title"],
    ("entry", "list", "--held"): ["id", "published", "access", "words", "url", "title"],
    ("subscriber", "list"): ["id", "kind", "state", "since", "address", "reason", "tier"],
    ("bounce", "list"): ["id", "time", "class", "via", "issue", "address", "status", "words"],
    ("delivery", "list"): ["id", "issue", "kind", "state", "when", "tries", "address", "title", "reason", "words"],
    ("quarantine", "list"): ["id", "queue", "item", "since", "publication", "words"],
}
for words, names in LISTS.items():
    rows = [line.split("\t") for line in penny.run(*words).splitlines()]
    objects = json.loads(penny.run(*words, "--json"))
    table = terminal(*words).splitlines()
    what = " ".join(words)
    eq(re.split("  +", table[0].strip()), [name.upper().replace("_", " ") for name in names], "a terminal has headings: " + what)
    eq((len(rows), len(table) - 1), (len(objects), len(objects)), "as many rows each way: " + what)
    for row, one in zip(rows, objects):
        eq(list(one), names, "the names of the columns: " + what)
        plain = [re.sub(r"^(\d+) [a-z]+$", r"\1", cell) if isinstance(one[name], int) else cell for name, cell in zip(names, row)]
        # The last column has no dash, for nothing stands behind it.
        eq(plain, [("-" if name != names[-1] else "") if v is None else str(v) for name, v in one.items()], "the same values: " + what)

titles = [row["title"] for row in json.loads(penny.run("entry", "list", "--json"))]
eq(titles, ["Post number 3", "Post number 2", "Post number 1"], "all entries")
eq([row["title"] for row in json.loads(penny.run("entry", "list", "--json", "--limit", "2"))], titles[:2], "the newest two")
eq([row["title"] for row in json.loads(penny.run("entry", "list", "--json", "--tag", "WIDE 日本語"))], titles[1:2], "those of a tag")
eq(penny.run("entry", "list", "--year", "1999"), "", "none of a year")
eq([row["address"] for row in json.loads(penny.run("subscriber", "list", "--json", "--state", "left"))], ["bob@mail.test"], "who has left")
eq(len(json.loads(penny.run("subscriber", "list", "--json", "--limit", "1"))), 1, "so many")
eq(json.loads(penny.run("subscriber", "list", "--json", "--kind", "actor")), [], "none of a kind")
eq(json.loads(penny.run("source", "list", "--json", "--state", "paused")), [], "none is paused")

shown = json.loads(penny.run("source", "show", "1", "--json"))
eq((shown["source"], shown["address"], shown["rule_1"]), (1, blog.url, "exclude title secret"), "one source as an object")
lines = dict(line.split("\t") for line in penny.run("source", "show", "1").splitlines())
eq({name.replace(" ", "_"): text for name, text in lines.items()}, {name: "-" if v is None else str(v) for name, v in shown.items()}, "in a pipe the same")
columns = {len(re.match(r"[a-z0-9 ]+?  +", line)[0]) for line in terminal("source", "show", "1").splitlines()}
eq(len(columns), 1, "on a terminal aligned")
lacks(terminal("entry", "list"), "\t", "no tabs on a terminal")

lab.done()
