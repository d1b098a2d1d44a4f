#!/usr/bin/python3
"""units-postgresql.t - every unit test that touches a database, on PostgreSQL: make unit runs the same ones on SQLite."""

import glob
import os
import re
import subprocess

import lab

lab.enter()
url = lab.postgres.database("units")
units = os.path.join(lab.TOP, "tests/unit")
for path in sorted(glob.glob(units + "/**/*.c", recursive=True)):
    with open(path) as file:
        if not re.search(r'"unit/fixture\.h"|TEST_DATABASE', file.read()):
            continue
    name = os.path.relpath(path, units).removesuffix(".c")
    done = subprocess.run([os.path.join(lab.TOP, "build/asan/tests", name)], cwd=lab.TOP, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          errors="replace", env={**os.environ, "TEST_DATABASE": url})
    good, bad = re.findall(r"^ok", done.stdout, re.M), re.findall(r"^not ok.*", done.stdout, re.M)
    lab.ok(done.returncode == 0 and good and not bad, f"{name}: {len(good)} results") or lab.diag("\n".join(bad) + done.stderr[-3000:])
lab.done()
