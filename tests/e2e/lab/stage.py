"""stage - a network, a mount table and a process table for one test alone.

Everything of ours lies in a memory file system at /dev/shm, which is gone
when the test is, and which programs of other users reach wherever the
repository lies; the logs of a test that failed are copied to
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
ROOT = os.path.join("/dev/shm", NAME)
TRIAL = os.path.join(TOP, "build", "lab", NAME)
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
    # What programs share by name there (snac does) is not shared with those of another test.
    run("mount", "-t", "tmpfs", "tmpfs", "/dev/shm")
    os.makedirs(ROOT, mode=0o755)
    run("ip", "link", "set", "lo", "up")
    cover("/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n")
    cover("/etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    os.chdir(ROOT)
    tap.at_end.append(keep_logs)


def out_of_time(number, frame):
    raise TimeoutError("the test took too long, and was told to stop")


def try_out():
    os.makedirs(TRIAL, exist_ok=True)
    trial = subprocess.run(UNSHARE + ["sh", "-c", f"ip link set lo up && mount -t tmpfs tmpfs '{TRIAL}'"],
                           stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if trial.returncode:
        tap.skip_all(f"a private network needs root and unshare: {' '.join(trial.stderr.split())}")
    if mounted(TRIAL):
        run("umount", TRIAL)
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


def extend(path):
    """What is made in that folder of the system from now on is seen by this test only; what is there stays there."""
    beneath = os.path.join("/dev/shm/beneath", path.strip("/"))
    if os.path.exists(beneath):
        return
    os.makedirs(beneath)
    # A link may be one from here to somewhere near.
    links = {name: os.path.realpath(os.path.join(path, name)) for name in os.listdir(path) if os.path.islink(os.path.join(path, name))}
    run("mount", "--rbind", path, beneath)
    run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", path)
    for name in os.listdir(beneath):
        os.symlink(links.get(name, os.path.join(beneath, name)), os.path.join(path, name))


def own(path, text):
    """A file in a folder that was extended, in place of the system's if there is one."""
    if os.path.lexists(path):
        os.unlink(path)
    with open(path, "w") as out:
        out.write(text)


def users(*names):
    """The system has these users, each with a group of its name."""
    extend("/etc")
    known, groups = read("/etc/passwd"), read("/etc/group")
    for number, name in enumerate(names, known.count("\n") + 64000):
        known += f"{name}:x:{number}:{number}::/nonexistent:/bin/false\n"
        groups += f"{name}:x:{number}:\n"
    own("/etc/passwd", known)
    own("/etc/group", groups)


def libraries(*folders):
    """Programs find libraries in these folders, also those that get other rights when they are started.  The folders may lie where others cannot look."""
    extend("/etc")
    ours = directory("libraries")
    for folder in folders:
        for name in os.listdir(folder):
            if ".so." in name and not os.path.lexists(os.path.join(ours, name)):
                shutil.copy(os.path.join(folder, name), ours, follow_symlinks=False)
    own("/etc/ld.so.conf", f"include {os.path.realpath('/etc/ld.so.conf.d')}/*.conf\n{ours}\n")
    if os.path.isdir("/var/cache/ldconfig"):
        run("mount", "-t", "tmpfs", "tmpfs", "/var/cache/ldconfig")
    run("ldconfig", "-X")


def read(path):
    with open(path) as file:
        return file.read()


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
