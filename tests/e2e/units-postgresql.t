#!/usr/bin/python3
"""units-postgresql.t - every unit test that touches a database, on PostgreSQL: make unit runs the same ones on SQLite."""

import concurrent.futures
import glob
import os
import queue
import re
import subprocess

import lab

lab.enter()
# Two at once, each with a database of its own for what needs an empty one.  Those with the schema in them are copies of one that the first test
# makes alone.  No test of these looks at what a loss of power leaves, so nothing waits for the disk.
OPTIONS = "&options=-csynchronous_commit%3Doff"
urls = queue.SimpleQueue()
for name in ("units", "more"):
    urls.put(lab.postgres.database(name) + OPTIONS)
PATTERN = lab.postgres.url("%s") + OPTIONS
units = os.path.join(lab.TOP, "tests/unit")


def run(path):
    name, url = os.path.relpath(path, units).removesuffix(".c"), urls.get()
    with subprocess.Popen([os.path.join(lab.TOP, "build/asan/tests", name)], cwd=lab.TOP, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, errors="replace", env={**os.environ, "TEST_DATABASE": url, "TEST_DATABASES": PATTERN}) as test:
        said, complained = test.communicate()
    urls.put(url)
    # They lie in memory.
    lab.postgres.drop(f"test_{test.pid}_%")
    return name, test.returncode, said, complained


paths = []
for path in sorted(glob.glob(units + "/**/*.c", recursive=True)):
    with open(path) as file:
        if re.search(r'"unit/fixture\.h"|TEST_DATABASE', file.read()):
            paths.append(path)
def check(name, status, said, complained):
    good, bad = re.findall(r"^ok", said, re.M), re.findall(r"^not ok.*", said, re.M)
    lab.ok(status == 0 and good and not bad, f"{name}: {len(good)} results") or lab.diag("\n".join(bad) + complained[-3000:])


# A year of digests takes longest, and begins first.
paths.sort(key=lambda path: not path.endswith("/test-digest.c"))
check(*run(paths.pop()))
for result in concurrent.futures.ThreadPoolExecutor(2).map(run, paths):
    check(*result)
lab.done()
