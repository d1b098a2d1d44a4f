"""stage - a network, a mount table and a process table for one test alone.

Everything of ours lies in a memory file system at build/lab/NAME, which is
gone when the test is; the logs of a test that failed are copied to
build/check/NAME/ before.
"""

import os
import shutil
import signal
import subprocess
import sys

from . import needs, tap
from .needs import TOP

CA_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"

NAME = os.path.basename(sys.argv[0])
ROOT = os.path.join(TOP, "build", "lab", NAME)
UNSHARE = ["unshare", "--net", "--mount", "--ipc", "--pid", "--fork", "--kill-child", "--mount-proc"]


def mounted(path):
    with open("/proc/self/mountinfo") as table:
        return any(line.split()[4] == path for line in table)


# The root of a chroot need be no mount, and then cannot be made private; try_out() sees whether what we mount stays ours.
if not mounted("/"):
    UNSHARE[1:1] = ["--propagation", "unchanged"]

os.environ["PATH"] = os.environ.get("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin"
# A failed assertion shows where; tests/run says the same.
os.environ.setdefault("ASAN_OPTIONS", "detect_leaks=1:abort_on_error=0:handle_abort=1")


def enter(modules=(), programs=(), peers=(), suites=()):
    """Comes back inside the stage, or ends the test saying what is missing of what it needs (needs.py)."""
    if NAME.endswith("-postgresql.t") or os.environ.get("TEST_ENGINE") == "postgresql":
        peers = [*peers, "postgresql"]
    needs.named.update(modules, programs, peers, suites)
    if os.environ.get("PENNYPOST_STAGE") != NAME:
        needs.require(modules, ["unshare", "mount", "ip", *programs], peers, suites)
        try_out()
        os.environ["PENNYPOST_STAGE"] = NAME
        os.execvp("unshare", UNSHARE + [sys.executable, "-B"] + sys.argv)
    sys.excepthook = tap.died
    signal.signal(signal.SIGTERM, out_of_time)
    os.makedirs(ROOT, exist_ok=True)
    run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", ROOT)
    # What programs share by name there (snac does) must not be shared with those of another test.
    run("mount", "-t", "tmpfs", "tmpfs", "/dev/shm")
    run("ip", "link", "set", "lo", "up")
    cover("/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n")
    cover("/etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    os.chdir(ROOT)
    tap.at_end.append(keep_logs)


def out_of_time(number, frame):
    raise TimeoutError("the test took too long, and was told to stop")


def try_out():
    os.makedirs(ROOT, exist_ok=True)
    trial = subprocess.run(UNSHARE + ["sh", "-c", f"ip link set lo up && mount -t tmpfs tmpfs '{ROOT}'"],
                           stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if trial.returncode:
        tap.skip_all(f"a private network needs root and unshare: {' '.join(trial.stderr.split())}")
    if mounted(ROOT):
        run("umount", ROOT)
        tap.skip_all("mounts of this chroot reach the system around it: mount --bind its folder onto itself, and enter it again")


def run(*command):
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


def directory(*parts):
    """A folder of the stage, made when it is not there."""
    path = os.path.join(ROOT, *parts)
    os.makedirs(path, exist_ok=True)
    return path


def cover(path, text):
    """Puts text where the system's file is, for this test only."""
    ours = os.path.join(directory("etc"), os.path.basename(path))
    with open(ours, "w") as out:
        out.write(text)
    if os.path.exists(path):
        run("mount", "--bind", ours, os.path.realpath(path))


def names(*hosts, address="127.0.0.1"):
    """These names mean loopback, or that address, from now on."""
    # The file is written in place: it is the mounted one.
    with open("/etc/hosts", "r+") as hosts_file:
        known = hosts_file.read().split()
        for host in hosts:
            if host not in known:
                hosts_file.write(f"{address} {host}\n")


def keep_logs():
    if not tap.failed:
        return
    kept = os.path.join(TOP, "build", "check", NAME)
    shutil.rmtree(kept, ignore_errors=True)
    os.makedirs(kept)
    for place, folders, files in os.walk(ROOT):
        # A peer's own files are none of ours.
        folders[:] = [folder for folder in folders if folder != "wordpress"]
        for file in files:
            if file.endswith((".log", ".conf", ".db", ".eml")) and os.path.isfile(os.path.join(place, file)):
                flat = os.path.relpath(os.path.join(place, file), ROOT).replace("/", "-")
                shutil.copy(os.path.join(place, file), os.path.join(kept, flat))
    tap.diag(f"logs are in build/check/{NAME}/")
