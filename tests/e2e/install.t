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
eq(files(), ["usr/bin/pennypost", "usr/lib/systemd/system/pennypost.service", "usr/share/bash-completion/completions/pennypost",
             "usr/share/fish/vendor_completions.d/pennypost.fish", "usr/share/man/man1/pennypost.1", "usr/share/man/man5/pennypost.conf.5",
             "usr/share/zsh/vendor-completions/_pennypost"], "puts the program, its manual, its unit and its completion there")
installed = os.path.join(root, "usr/bin/pennypost")
has(subprocess.run([installed, "--version"], capture_output=True, text=True).stdout, "pennypost", "the program runs")
with open(os.path.join(root, "usr/lib/systemd/system/pennypost.service")) as file:
    has(file.read(), "ExecStart=/usr/bin/pennypost", "the unit starts it where it is")


def with_bash(words):
    return ["bash", "-c", f'. "{root}/usr/share/bash-completion/completions/pennypost"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _pennypost;'
            ' printf "%s\\n" "${COMPREPLY[@]}"', "bash", *words]


def with_zsh(words):
    """zsh completes at a prompt only, so what would be offered there is printed instead."""
    return ["zsh", "-fc", 'compadd() { print -l -- ${(P)2} }; _files() {}; words=("$@"); CURRENT=$#; found=$(source '
            f'{root}/usr/share/zsh/vendor-completions/_pennypost); print -l -- ${{(M)${{(f)found}}:#$words[-1]*}}', "zsh", *words]


def with_fish(words):
    quoted = " ".join("'%s'" % word for word in words)
    return ["fish", "--no-config", "-c", f"source {root}/usr/share/fish/vendor_completions.d/pennypost.fish; complete -C \"{quoted}\" | string replace -r '\\t.*' ''"]


for shell, command in (("bash", with_bash), ("zsh", with_zsh), ("fish", with_fish)):
    if not lab.available(f"completion in {shell}", programs=[shell]):
        continue

    def complete(*words):
        environment = {**os.environ, "PATH": os.path.dirname(installed) + ":" + os.environ["PATH"], "HOME": root}
        done = subprocess.run(command(["pennypost", *words]), cwd=root, capture_output=True, text=True, env=environment)
        return sorted(done.stdout.split())

    for words, wanted in ((("sou",), ["source"]), (("sub",), ["subscriber"]), (("--config", "x.conf", "ent"), ["entry"]), (("source", "exp"), ["export"]),
                          (("source", "pau"), ["pause"]), (("entry", "list", "--he"), ["--held"]), (("subscriber", "list", "--st"), ["--state"]),
                          (("subscriber", "remove", "--st"), []), (("nonsense", "x"), [])):
        eq(complete(*words), wanted, f"{shell}: completion of {' '.join(words)}")
    ok(len(complete("")) > 12, f"{shell}: of nothing it shows every command")
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
