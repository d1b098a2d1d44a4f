#!/usr/bin/python3
"""opml.t - lists of feeds in and out, held against listparser and newsboat."""

import os
import subprocess

import lab
from lab import eq, has, lacks, ok, wait_for

lab.enter(modules=["listparser"], programs=["openssl"])
import listparser

site = lab.Site(8001)
penny = lab.Pennypost().init("https://penny.test", "Penny Test", "penny")
lab.names("blog.test")
BASE = "http://blog.test:8001"
for name in ("one", "two", "three"):
    site.set("/" + name, lab.rss(f"Blog & {name}", BASE, [{"guid": f"{name}-1", "title": f"{name} 1", "content": "<p>Text.</p>"}]))
penny.run("source", "add", f"{BASE}/one")
penny.run("source", "add", "http://ann:s3cret@blog.test:8001/two")

# --- out
out = penny.run("source", "export")
lacks(out, "s3cret", "no password goes out")
read = listparser.parse(out)
eq((read.bozo, [(feed.url, feed.title) for feed in read.feeds]), (0, [(f"{BASE}/one", "Blog & one"), (f"{BASE}/two", "Blog & two")]), "listparser reads the list")
eq(read.meta.title, "Penny Test", "and its name")
has(out, f'htmlUrl="{BASE}/"', "with the page of each")
path = os.path.join(penny.directory, "list.opml")


def write(text, name=path):
    with open(name, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    return name


# --- in
LIST = f"""<?xml version="1.0"?><opml version="1.1"><head><title>x</title></head><body>
<outline text="Blogs & more"><outline text="two" xmlUrl="{BASE}/two"/><outline text="three &ndash; new" XMLURL="{BASE}/three"/></outline>
<outline text="bad" xmlUrl="file:///etc/passwd"/><outline text="page" type="link" url="{BASE}/page"/><outline text="three again" xmlUrl="{BASE}/three"/></body></opml>"""
done = penny.command("source", "import", write(LIST))
rows = [line.split("\t") for line in done.stdout.splitlines()]
eq([row[1] for row in rows], ["there already", "added", "this is no address of the web", "there already"], "each line is told of")
eq(rows[1][3], "three – new", "with its title")
eq(penny.rows("source", "list")[-1][5], "three – new", "which is its name")
ok(done.returncode == 1 and "1 added, 2 there already, 1 refused" in done.stderr, "then the sum, and the status tells of the bad one")
penny.run("subscriber", "add", "--confirmed", "ada@mail.test")
penny.serve()
ok(wait_for(lambda: "three 1" in [row[5] for row in penny.rows("entry", "list")]), "what was added is read")
eq(penny.rows("delivery", "list"), [], "and nothing of it is sent")
done = penny.command("source", "import", write("<html><p>no"))
ok(done.returncode == 1 and "no OPML" in done.stderr, "what is no list is refused")
eq(penny.command("source", "import", os.path.join(penny.directory, "none")).returncode, 1, "as is a file that is not there")

# --- round
other = lab.Pennypost("other", 8081).init("https://other.test", "Other", "other")
out = penny.run("source", "export")
other.run("source", "import", write(out))
has(out, '<outline text="Blogs &amp; more">', "with the folder")
has(out, 'text="three – new"', "and the owner's name, whatever the feed calls itself")
penny.run("source", "set", penny.rows("source", "list")[-1][0], "--name", "", "--folder", "A / B")
has(penny.run("source", "export"), 'text="Blog &amp; three"', "which can be taken away")
eq(sorted(row[4] for row in other.rows("source", "list")), sorted(feed.url for feed in listparser.parse(out).feeds), "another instance has the same sources")

# --- newsboat, both ways
if lab.available("its lists of feeds", programs=["newsboat"]):
    there = lab.stage.directory("newsboat")
    urls = write("", os.path.join(there, "urls"))
    write("", os.path.join(there, "config"))
    boat = ["newsboat", "-u", urls, "-c", os.path.join(there, "cache.db"), "-C", os.path.join(there, "config")]
    subprocess.run([*boat, "-i", path], check=True, capture_output=True, env={**os.environ, "HOME": there, "TERM": "dumb"})
    with open(urls) as file:
        eq(sorted(line.split()[0] for line in file if line.strip()), sorted(f"{BASE}/{name}" for name in ("one", "two", "three")), "newsboat imports the list")
    exported = subprocess.run([*boat, "-e"], check=True, capture_output=True, env={**os.environ, "HOME": there, "TERM": "dumb"}).stdout
    done = penny.command("source", "import", write(exported))
    ok(done.returncode == 0 and "0 added, 3 there already" in done.stderr, "and what it exports is read")
lab.done()
