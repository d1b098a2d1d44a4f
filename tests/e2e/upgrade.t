#!/usr/bin/python3
"""upgrade.t - a database of an older version is kept as it was before it is changed; on a server the log says that it is not."""

import os
import sqlite3

import lab
from lab import eq, has, lacks, ok

lab.enter(programs=["openssl"])
penny = lab.Pennypost().init()
FIRST, TABLES = "gateway/archive/schema/016-restore.sql", ("hold", "worker")


def age(path):
    """Takes away what the version with change 16 added."""
    sql = [f"DELETE FROM migration WHERE name = '{FIRST}'", *(f"DROP TABLE {table}" for table in TABLES)]
    if lab.postgres.WANTED:
        for statement in sql:
            lab.postgres.as_user("psql", "-q", path, "-c", statement)
        return
    db = sqlite3.connect(path)
    for statement in sql:
        db.execute(statement)
    db.commit()
    db.close()


def look(path):
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return db.execute("SELECT count(*) FROM migration WHERE name = ?", (FIRST,)).fetchone()[0], db.execute("SELECT name FROM publication").fetchall()
    finally:
        db.close()


files = lambda folder: sorted(name for name in os.listdir(folder) if ".before" in name)
eq(files(penny.directory), [], "a new database is not copied")
age(penny.database)
done = penny.command("publication", "list")
eq(done.returncode, 0, "a database of an older version is upgraded")
has(done.stderr, "upgrading the database", "the log tells")
if lab.postgres.WANTED:
    has(done.stderr, "no copy is kept: pg_dump", "and that no copy was made")
    lacks(penny.command("publication", "list").stderr, "upgrading", "once")
    lab.done()

copy = penny.database + ".before-016"
has(done.stderr, copy, "and where the copy is")
eq(files(penny.directory), ["pennypost.db.before-016"], "which is the only one")
eq(oct(os.stat(copy).st_mode & 0o777), "0o600", "only its owner may read it")
eq(look(copy), (0, [("Penny Test",)]), "it is the database as it was")
eq(look(penny.database)[0], 1, "which has the change now")
eq(penny.command("publication", "list").stderr, "", "the next command says nothing")
age(penny.database)
penny.run("publication", "add", "--url", "https://two.test", "--name", "Two", "--handle", "two")
eq(look(copy), (0, [("Penny Test",)]), "a copy of the same version is replaced by a later one")
age(penny.database)
penny.run("publication", "list")
eq(len(look(copy)[1]), 2, "with what came meanwhile")

with open(copy, "w") as file:
    file.write("my own notes")
age(penny.database)
done = penny.command("publication", "list")
eq((done.returncode, open(copy).read(), look(penny.database)[0]), (1, "my own notes", 0), "another file of that name stays, and the database too")
has(done.stderr, "in the way", "in words")
os.remove(copy)

# --- no room
small = lab.directory("small")
size = os.path.getsize(penny.database)
lab.stage.run("mount", "-t", "tmpfs", "-o", f"size={(size + 200000) // 1024}k", "tmpfs", small)
with open(penny.database, "rb") as source, open(os.path.join(small, "pennypost.db"), "wb") as target:
    target.write(source.read())
penny.configure(database=os.path.join(small, "pennypost.db"))
done = penny.command("publication", "list")
eq((done.returncode, files(small)), (1, []), "without room for the copy it is refused, and nothing is left")
has(done.stderr, "full", "the reason is said")
has(done.stderr, "PENNYPOST_UPGRADE_COPY=no", "and how to go on")
os.environ["PENNYPOST_UPGRADE_COPY"] = "no"
done = penny.command("publication", "list")
eq((done.returncode, files(small), look(os.path.join(small, "pennypost.db"))[0]), (0, [], 1), "then it is upgraded without")
has(done.stderr, "no copy is kept", "which the log tells")
lab.done()
