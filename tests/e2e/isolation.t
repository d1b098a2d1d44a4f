#!/usr/bin/python3
"""isolation.t - what a role does not need it does not have: passwords of others, files to write, programs to run."""

import os
import re

import lab
from lab import eq, ok, wait_for

ROLES = ["web", "ingest", "plan", "mail", "federate"]
SECRETS = {"password": "Wort-im-Text-7741", "password_file": "Wort-in-der-Datei-9152"}
lab.enter(modules=["aiosmtpd"], programs=["openssl"])
lab.names("penny.test")


def memory_holds(pid, word):
    """Is word anywhere in the memory that the process can write to?"""
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb") as memory:
        for line in maps:
            start, end, rights = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+)", line).groups()
            if "rw" not in rights or int(end, 16) - int(start, 16) > 1 << 28:
                continue
            try:
                memory.seek(int(start, 16))
                if word.encode() in memory.read(int(end, 16) - int(start, 16)):
                    return True
            except (OSError, ValueError):
                pass
    return False


def status(pid, name):
    with open(f"/proc/{pid}/status") as file:
        return re.search(rf"^{name}:\s+(\S+)", file.read(), re.M)[1]


for option, secret in SECRETS.items():
    sink = lab.Sink(port=2525 + len(option), login=("penny", secret))
    penny = lab.Pennypost(option, port=8080 + len(option)).init(f"http://penny.test:{8080 + len(option)}")
    value = secret
    if option == "password_file":
        value = os.path.join(penny.directory, "secret")
        with open(value, "w") as file:
            file.write(secret + "\n")
        os.chmod(value, 0o600)
    os.chmod(penny.config, 0o600)
    penny.mail_to(sink, user="penny", **{option: value})
    server = penny.serve()
    pids = {role: penny.role_pid(role) for role in ROLES}
    if option == "password_file":
        eq([role for role in ROLES if memory_holds(pids[role], secret)], ["mail"], "only the role mail has the password")
    lab.Browser(f"http://penny.test:{penny.port}").post("/subscribe", {"email": "ada@mail.test"})
    ok(wait_for(lambda: sink.to("ada@mail.test")), "and sends letters with it")

for role, pid in pids.items():
    eq(status(pid, "NoNewPrivs"), "1", f"{role}: no program that it runs gets more rights")
    eq(status(pid, "Seccomp"), "2", f"{role}: it has the system calls of its list only")
eq(len(re.findall(r'role=(\S+) msg="files are (?:not )?confined"', penny.log())), len(ROLES), "each role tells in the log what became of its files")
eq(len(re.findall(r'role=(\S+) msg="system calls are (?:not )?confined"', penny.log())), len(ROLES), "and of its system calls")
lab.done()
