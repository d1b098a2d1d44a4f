"""machine - a second and a third machine: network namespaces with a host name, a cable to the stage, and the stage's files.

The stage itself is HERE to them.  What runs on one is started by
`lab.Process(name, [*machine.enter, ...])`; nothing is heard of what listens on
127.0.0.1 elsewhere.
"""

import os
import subprocess

from . import process, stage, tap

HERE = "10.9.0.1"
machines = []


class Machine:
    def __init__(self, name):
        if not machines:
            stage.run("ip", "addr", "add", HERE + "/32", "dev", "lo")
        machines.append(self)
        self.name, number = name, len(machines)
        self.address = f"10.9.{number}.2"
        # Lives as long as the machine; nothing but its namespaces is wanted of it.
        self.keeper = subprocess.Popen(["unshare", "--net", "--uts", "sleep", "infinity"], stdin=subprocess.DEVNULL)
        tap.at_end.append(self.keeper.kill)
        ours = os.readlink("/proc/self/ns/net")
        process.wait_for(lambda: os.readlink(f"/proc/{self.keeper.pid}/ns/net") != ours and "sleep" in open(f"/proc/{self.keeper.pid}/comm").read())
        self.enter = ["nsenter", "--target", str(self.keeper.pid), "--net", "--uts"]
        stage.run("ip", "link", "add", f"cable{number}", "type", "veth", "peer", "name", "eth0", "netns", str(self.keeper.pid))
        stage.run("ip", "addr", "add", f"10.9.{number}.1/24", "dev", f"cable{number}")
        stage.run("ip", "link", "set", f"cable{number}", "up")
        self.run("ip", "addr", "add", self.address + "/24", "dev", "eth0")
        self.run("ip", "link", "set", "eth0", "up")
        self.run("ip", "link", "set", "lo", "up")
        self.run("ip", "route", "add", "default", "via", f"10.9.{number}.1")
        self.run("hostname", name)
        stage.names(name + ".test", address=self.address)

    def run(self, *command):
        stage.run(*self.enter, *command)
