"""postgres - a PostgreSQL of the test's own, for tests whose name ends in -postgresql.t, or for all: TEST_ENGINE=postgresql.

Such a test is a link to another one, which then runs on that engine: the
name decides, nothing in the test does.  The cluster lies in memory, listens
on a socket there alone, belongs to the user that Debian's package makes, and
ends with the test.
"""

import glob
import json
import os
import shutil
import subprocess

from . import needs, stage, tap

WANTED = stage.NAME.endswith("-postgresql.t") or os.environ.get("TEST_ENGINE") == "postgresql"
PEERS = ["postgresql"] if WANTED else []
FOLDER = "/dev/shm/postgresql"
USER = "postgres"
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
    return url(name)


def url(name):
    return f"postgresql://{USER}@/{name}?host={FOLDER}"


def drop(pattern):
    """The databases whose names are LIKE pattern."""
    names = as_user("psql", "-q", "-A", "-t", "-h", FOLDER, "-c", f"SELECT datname FROM pg_database WHERE datname LIKE '{pattern}'").split()
    if names:
        as_user("psql", "-q", "-h", FOLDER, *(word for name in names for word in ("-c", f'DROP DATABASE "{name}" WITH (FORCE)')))


def literal(value):
    return "NULL" if value is None else str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def fill_in(sql, values):
    """The statement with its values where each ? stands; no text of it has one."""
    parts = sql.split("?")
    return "".join(part + literal(value) for part, value in zip(parts, values)) + parts[-1]


def psql(url, sql):
    done = subprocess.run(["psql", url, "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout


def query(url, sql, *values):
    """The rows of a SELECT, each as a tuple."""
    rows = json.loads(psql(url, f"SELECT coalesce(json_agg(q), '[]') FROM ({fill_in(sql, values)}) q"), object_pairs_hook=tuple)
    return [tuple(value for _, value in row) for row in rows]
