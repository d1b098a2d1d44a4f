#!/usr/bin/python3
"""writers.t - whoever writes a row need not wait for the end of a long work: a large feed, many addresses, many feeds."""

import os
import threading
import time

import lab
from lab import eq, ok

lab.enter(programs=["openssl"])
penny = lab.Pennypost().init("http://penny.test:8080")
MOST = 4  # seconds for a command that writes one row, on a slow machine, with sanitizers
CELLS = "&lt;table>" + "&lt;td>x" * 10000
count = 0


def feed(name, number, content):
    path = os.path.join(penny.directory, name)
    with open(path, "w") as out:
        out.write("<rss version='2.0'><channel><title>Long</title>")
        out.writelines(f"<item><guid isPermaLink='false'>{name}-{n}</guid><title>Post {n}</title><description>{content}</description></item>" for n in range(number))
        out.write("</channel></rss>")
    return path


def waited(what, *words):
    """Others write while the command works."""
    global count
    done, slowest, writers = [], 0, 0
    work = threading.Thread(target=lambda: done.append(penny.command(*words, seconds=300)))
    work.start()
    while work.is_alive():
        began = time.monotonic()
        count += 1
        penny.run("subscriber", "add", "--confirmed", f"writer{count}@mail.test")
        slowest, writers = max(slowest, time.monotonic() - began), writers + 1
    eq(done[0].returncode, 0, f"{what}: {done[0].stderr.strip()}")
    ok(writers > 1 and slowest < MOST, f"meanwhile {writers} others wrote, none for longer than {slowest:.1f} s")


waited("a feed of tables", "source", "add", "--no-backfill", feed("cells.xml", 30, CELLS))
waited("a feed of many posts", "source", "add", "--no-backfill", feed("many.xml", 3000, "&lt;p>x"))
waited("many addresses", "subscriber", "add", "--confirmed", *[f"reader{n}@mail.test" for n in range(4000)])
eq(len(penny.rows("subscriber", "list")), 4000 + count, "all are there")
outlines = "".join(f'<outline text="x" xmlUrl="https://blog{n}.test/feed"/>' for n in range(3000))
with open(os.path.join(penny.directory, "list.opml"), "w") as out:
    out.write(f'<opml version="1.1"><head><title>x</title></head><body>{outlines}</body></opml>')
waited("a list of many feeds", "source", "import", out.name)
eq(len(penny.rows("source", "list")), 3002, "of which none is lost")
lab.done()
