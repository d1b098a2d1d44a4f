"""postgres - a PostgreSQL of the test's own, for tests whose name ends in -postgresql.t.

Such a test is a link to another one, which then runs on that engine: the
name decides, nothing in the test does.  The cluster lies in memory, listens
on a socket there alone, belongs to the user that Debian's package makes, and
ends with the test.
"""

import glob
import os
import re
import shutil
import subprocess

from . import needs, stage, tap

WANTED = stage.NAME.endswith("-postgresql.t")
FOLDER = "/dev/shm/postgresql"
USER = "postgres"
NUMBER = re.compile(r"-?\d+")
started = []


def programs():
    """Where Debian keeps initdb and pg_ctl, or None."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    return os.path.dirname(found[-1]) if found else None


def why_not():
    if not programs() or not shutil.which("psql"):
        return "not installed: postgresql (contrib/install-deps test)"
    return None


needs.PEERS["postgresql"] = why_not


def as_user(*command):
    done = subprocess.run(["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", *command],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd="/")
    if done.returncode:
        tap.diag(done.stdout + done.stderr)
        tap.bail(f"{os.path.basename(command[0])} works")
    return done.stdout


def start(address=""):
    """The cluster, once, on a TCP address too if there is one; takes away again what it was when the test ends."""
    if started:
        return
    needs.named.add("postgresql")
    os.makedirs(FOLDER)
    shutil.chown(FOLDER, USER, USER)
    as_user(programs() + "/initdb", "-D", FOLDER + "/data", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
    with open(FOLDER + "/data/pg_hba.conf", "a") as rules:
        rules.write("host all all 10.9.0.0/16 trust\n" if address else "")
    # pg_ctl's child must not keep our output open.
    as_user("sh", "-c", f"{programs()}/pg_ctl -D {FOLDER}/data -l {FOLDER}/log -w -o \"-k {FOLDER} -h '{address}'\" start >{FOLDER}/said 2>&1")
    started.append(True)
    tap.at_end.append(stop)


def stop():
    """Fast: what is still connected is cut off."""
    subprocess.run(["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", programs() + "/pg_ctl", "-D", FOLDER + "/data", "-m", "fast", "stop"],
                   stdin=subprocess.DEVNULL, capture_output=True, cwd="/")


def database(name):
    """The URL of a new, empty database."""
    start()
    as_user("psql", "-q", "-h", FOLDER, "-c", f'CREATE DATABASE "{name}"')
    return f"postgresql://{USER}@/{name}?host={FOLDER}"


def query(url, sql):
    """The rows of a statement, each as a tuple; what looks like a number is one."""
    done = subprocess.run(["psql", url, "-A", "-t", "-F", "\t", "-c", sql], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return [tuple(int(field) if NUMBER.fullmatch(field) else field for field in line.split("\t")) for line in done.stdout.splitlines()]
