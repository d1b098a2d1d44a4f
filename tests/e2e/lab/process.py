"""process - programs that a test starts, and waiting for what they do."""

import os
import signal
import socket
import subprocess
import time

from . import needs, stage, tap

running = []


def wait_for(condition, seconds=20, every=0.02):
    """The first true value of condition(), or its last one when the time is up.  Errors of the network count as false."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            value = condition()
        except OSError:
            value = None
        if value or time.monotonic() > deadline:
            return value
        time.sleep(every)


def listening(port, host="127.0.0.1"):
    try:
        socket.create_connection((host, port), timeout=1).close()
        return True
    except OSError:
        return False


def wait_port(port, process=None, seconds=20):
    """Until something listens there; a test whose server does not come up ends here."""
    def up():
        if process and not process.alive():
            return "dead"
        return listening(port)
    if wait_for(up, seconds) is not True:
        if process:
            tap.diag(process.log()[-3000:])
        tap.bail(f"{process.name if process else 'a server'} listens on port {port}")


def stat(pid):
    """What the kernel tells of the process, from its state on, or None when there is none."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return None


def state(pid):
    """The kernel's letter for the process (R, S, Z ...), or None when there is none."""
    told = stat(pid)
    return told and told[0]


def children(pid):
    """Those that a process has now, but for zombies, in order."""
    of = {int(name): stat(name) for name in os.listdir("/proc") if name.isdigit()}
    return sorted(child for child, told in of.items() if told and told[0] != "Z" and int(told[1]) == pid)


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as listed:
            return [int(child) for child in listed.read().split()]
    except OSError:
        return []


class Process:
    """A program in the background; what it says goes to NAME.log on the stage."""

    def __init__(self, name, command, env=None, cwd=None):
        if "/" not in command[0]:
            needs.used(command[0])
        self.name = name
        self.path = os.path.join(stage.directory("log"), name + ".log")
        with open(self.path, "ab") as log:
            self.handle = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=cwd,
                                           env={**os.environ, **(env or {})})
        self.pid = self.handle.pid
        running.append(self)

    def alive(self):
        return self.handle.poll() is None

    def log(self):
        with open(self.path, errors="replace") as log:
            return log.read()

    def signal(self, number):
        self.handle.send_signal(number)

    def kill(self):
        """As a power cut would end it."""
        self.handle.kill()
        self.handle.wait()

    def stop(self, seconds=15):
        """Asks it to end; returns its exit status, None when it had to be killed."""
        if self in running:
            running.remove(self)
        if self.alive():
            self.handle.send_signal(signal.SIGTERM)
        try:
            return self.handle.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return None


def stop_all():
    for process in reversed(list(running)):
        process.stop()


tap.at_end.insert(0, stop_all)
