#!/usr/bin/python3
"""install.t - make install and uninstall, completion, and programs of contrib that tell what they would do."""

import os
import subprocess

import lab
from lab import eq, has, ok

lab.enter(programs=["make", "bash"])
TOP, root = lab.TOP, lab.directory("root")
BINARY = lab.pennypost.BINARY


def files():
    return sorted(os.path.relpath(os.path.join(folder, name), root) for folder, _, names in os.walk(root) for name in names)


def make(target):
    return subprocess.run(["make", "-s", "-o", "all", target, f"PROGRAM={BINARY}", f"DESTDIR={root}", "PREFIX=/usr"], cwd=TOP, capture_output=True, text=True)


eq(make("install").returncode, 0, "make install")
eq(files(), ["usr/bin/pennypost", "usr/lib/systemd/system/pennypost.service", "usr/share/bash-completion/completions/pennypost", "usr/share/man/man1/pennypost.1",
             "usr/share/man/man5/pennypost.conf.5"], "puts the program, its manual, its unit and its completion there")
installed = os.path.join(root, "usr/bin/pennypost")
has(subprocess.run([installed, "--version"], capture_output=True, text=True).stdout, "pennypost", "the program runs")
with open(os.path.join(root, "usr/lib/systemd/system/pennypost.service")) as file:
    has(file.read(), "ExecStart=/usr/bin/pennypost", "the unit starts it where it is")


def complete(*words):
    script = (f'. "{root}/usr/share/bash-completion/completions/pennypost"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _pennypost; printf "%s\\n" "${{COMPREPLY[@]}}"')
    done = subprocess.run(["bash", "-c", script, "bash", installed, *words], cwd=root, capture_output=True, text=True)
    return done.stdout.split()


for words, wanted in ((("sou",), ["source"]), (("sub",), ["subscriber"]), (("--config", "x.conf", "ent"), ["entry"]), (("source", "exp"), ["export"]),
                      (("source", "pau"), ["pause"]), (("entry", "list", "--he"), ["--held"]), (("--config", "x"), []), (("nonsense", "x"), [])):
    eq(complete(*words), wanted, f"completion of {words}")
ok(len(complete("")) > 12, "of nothing it shows every command")
eq([name for name in files() if name.endswith(".db") or name.endswith(".conf")], [], "and makes nothing")

with open(os.path.join(root, "usr/share/kept"), "w") as file:
    file.write("of somebody else")
eq(make("uninstall").returncode, 0, "make uninstall")
eq(files(), ["usr/share/kept"], "takes away what install put there, and no more")
eq(make("uninstall").returncode, 0, "also when there is nothing")

for program in ("check", "install-deps", "stranger", "demo"):
    for option, status in (("--help", 0), ("--frob", 2)):
        done = subprocess.run([f"{TOP}/contrib/{program}", option], capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL)
        eq((done.returncode, bool(done.stderr)), (status, status != 0), f"contrib/{program} {option}")
        has(done.stdout + done.stderr, f"{program} ", "tells how it is called")
lab.done()
