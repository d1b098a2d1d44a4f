"""pennypost - the real binary, with a configuration of its own."""

import contextlib
import os
import re
import signal
import sqlite3
import subprocess

from . import postgres, stage, tap, tls
from .process import Process, state, wait_for

BINARY = os.environ.get("PENNYPOST", os.path.join(stage.TOP, "build/asan/pennypost"))
SANITIZER = re.compile(r"ERROR: (?:Address|Leak)Sanitizer|runtime error:|DEADLYSIGNAL")
instances = []


class Pennypost:
    """One instance in a folder of its own, at 127.0.0.1:PORT.

    After init() and, if need be, configure(): serve().  What it logs is in
    log(); a report of a sanitizer in there fails the test.
    """

    def __init__(self, name="pennypost", port=8080):
        self.name, self.port = name, port
        self.directory = stage.directory(name)
        self.config = os.path.join(self.directory, "pennypost.conf")
        self.database = os.path.join(self.directory, "pennypost.db")
        self.servers, self.said = [], []
        instances.append(self)

    def command(self, *words, text=None, seconds=60):
        """Runs a command; the result has returncode, stdout and stderr."""
        done = subprocess.run([BINARY, "--config", self.config, *map(str, words)], capture_output=True, text=True,
                              timeout=seconds, cwd=self.directory, errors="replace",
                              **({"input": text} if text is not None else {"stdin": subprocess.DEVNULL}))
        self.said.append(done.stderr)
        return done

    def run(self, *words, text=None, seconds=60):
        """What a command prints; one that fails ends the test."""
        done = self.command(*words, text=text, seconds=seconds)
        if done.returncode:
            tap.diag(done.stdout + done.stderr)
            tap.bail(f"pennypost {' '.join(map(str, words))}: status {done.returncode}")
        return done.stdout

    def rows(self, *words):
        """The lines that a command prints, each as its fields."""
        return [line.split("\t") for line in self.run(*words).splitlines()]

    def init(self, url="https://penny.test", name="Penny Test", handle="penny", *more, **settings):
        """The first publication, and a configuration fit for the stage; settings as for configure()."""
        if postgres.WANTED and not os.path.exists(self.config):
            self.database = postgres.database(self.name)
            more = ("--database", self.database, *more)
        if "--timezone" not in more:
            more = ("--timezone", "UTC", *more)
        self.run("init", "--url", url, "--name", name, "--handle", handle, *more)
        self.configure(listen=f"127.0.0.1:{self.port}", behind_proxy="true", allow_networks='{"127.0.0.0/8", "::1/128"}',
                       ca_file=tls.ca_file(), poll_seconds_min=1, host_seconds=0, lease_seconds=5,
                       **{"workers__web": 1, "workers__mail": 1, "workers__federate": 1, **settings})
        return self

    def configure(self, **settings):
        """Sets options in the file: log_level="debug"; mail__port=25 stands for port in mail { }."""
        with open(self.config) as file:
            lines = file.read().splitlines()
        for name, value in settings.items():
            section, _, option = name.rpartition("__")
            bare = isinstance(value, (int, bool)) or value in ("true", "false") or str(value).startswith("{")
            set_option(lines, section, option, str(value).lower() if isinstance(value, bool) else value if bare else f'"{value}"')
        with open(self.config, "w") as file:
            file.write("\n".join(lines) + "\n")

    def mail_to(self, sink, **settings):
        """Sends its letters to a lab.Sink."""
        self.configure(mail__transport="smtp", mail__host=sink.host, mail__port=sink.port,
                       **{"mail__" + name: value for name, value in settings.items()})

    def serve(self, role=None, wait=True, machine=None):
        """Starts it, there or here; the process.  Waits until every role is ready."""
        label = self.name + ("-" + role.replace(",", "-") if role else "") + ("-" + machine.name if machine else "")
        before = os.path.getsize(self.log_path(label)) if os.path.exists(self.log_path(label)) else 0
        server = Process(label, [*(machine.enter if machine else []), BINARY, "--config", self.config, "serve", *(["--role", role] if role else [])], cwd=self.directory)
        self.servers.append(server)
        if wait and not wait_for(lambda: not server.alive() or "msg=ready" in server.log()[before:], 60) or not server.alive():
            tap.diag(server.log()[-3000:])
            tap.bail(f"{label} becomes ready")
        return server

    def log_path(self, label):
        return os.path.join(stage.directory("log"), label + ".log")

    def log(self):
        return "".join(server.log() for server in {server.path: server for server in self.servers}.values())

    def role_pid(self, role):
        """The process of a role that runs now, or None."""
        started = re.findall(rf'msg="?role started"? name={role} pid=(\d+)', self.log())
        pid = int(started[-1]) if started else 0
        return pid if pid and state(pid) not in (None, "Z") else None

    def kill_role(self, role):
        """kill -9; the pid that is no more."""
        pid = wait_for(lambda: self.role_pid(role))
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: state(pid) in (None, "Z"))
        return pid

    def peek(self, sql, *values):
        """The rows of a SELECT; each ? in it is one of the values.  A look at what no command tells."""
        if postgres.WANTED:
            return postgres.query(self.database, sql, *values)
        db = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)
        try:
            return db.execute(sql, values).fetchall()
        finally:
            db.close()

    def change(self, sql, *values):
        """What only time, or chance, would bring about."""
        if postgres.WANTED:
            postgres.psql(self.database, postgres.fill_in(sql, values))
            return
        with contextlib.closing(sqlite3.connect(self.database, timeout=30)) as db, db:
            db.execute(sql, values)

    @contextlib.contextmanager
    def locked(self):
        """Meanwhile another process writes what who subscribes must write, and does not come to its end."""
        if postgres.WANTED:
            holder = subprocess.Popen(["psql", self.database, "-q"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            print("BEGIN; LOCK TABLE ask, proof, address, subscriber IN SHARE ROW EXCLUSIVE MODE; \\echo held", file=holder.stdin, flush=True)
            holder.stdout.readline()
            yield
            holder.communicate("ROLLBACK;\n")
        else:
            with contextlib.closing(sqlite3.connect(self.database, isolation_level=None, timeout=20)) as db:
                db.execute("BEGIN IMMEDIATE")
                yield
                db.execute("ROLLBACK")


def set_option(lines, section, option, value):
    """Writes `option = value` where the option is set, or stands as a comment; or else at the end of its section."""
    inside, end, comment = "", None, None
    for number, line in enumerate(lines):
        if match := re.match(r"\s*(\w+)\s*\{\s*$", line):
            inside = match[1]
        elif inside and re.match(r"\s*\}", line):
            if inside == section:
                end = number
            inside = ""
        elif inside == section and re.match(rf"\s*{option}\s*=", line):
            lines[number] = f"{option} = {value}"
            return
        elif inside == section and re.match(rf"\s*#\s*{option}\s*=", line):
            comment = number
    if comment is not None:
        lines[comment] = f"{option} = {value}"
    elif section and end is None:
        lines.extend([section + " {", f"{option} = {value}", "}"])
    else:
        lines.insert(end if section else len(lines), f"{option} = {value}")


def check_sanitizers():
    if not instances:
        return
    said = "\n".join(instance.log() + "\n".join(instance.said) for instance in instances)
    found = SANITIZER.search(said)
    if not tap.ok(not found, "the sanitizers found nothing"):
        tap.diag(said[max(0, found.start() - 200):found.start() + 4000])


# After stop_all, so that what is found at exit (leaks) is seen.
tap.at_end.append(check_sanitizers)
