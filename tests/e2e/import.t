#!/usr/bin/python3
"""import.t - exports of other systems, and the feeds of the same posts: one archive, and nothing is sent."""

import os
import re
import signal
import subprocess

import lab
from lab import eq, has, lacks, ok, wait_for
from lab.pennypost import BINARY

lab.enter(programs=["openssl"])
lab.names("penny.test")
site = lab.Site()
EXPORTS = os.path.join(lab.TOP, "tests/corpus/exports")
penny = lab.Pennypost().init("http://penny.test:8080")
penny.run("subscriber", "add", "--confirmed", "ada@example.net")


def entries():
    return {row[5]: row for row in penny.rows("entry", "list")}


# --- each kind, and once more
for name, kind, count, more in (("wordpress.xml", "a WordPress export", 2, []), ("ghost.json", "a Ghost export", 4, ["--site", "https://ghost.example"]),
                                ("substack.zip", "a Substack export", 3, ["--site", "https://letters.example"])):
    before = len(entries())
    said = penny.run("import", os.path.join(EXPORTS, name), *more)
    has(said, f"{count} posts in {kind}, {count} new; nothing was sent", f"{name}: says what it brought")
    has(said, "skipped\t1\tdrafts", "and what was left out")
    eq(len(entries()) - before, count, "and its posts are there")
    has(penny.run("import", os.path.join(EXPORTS, name), *more), f"{count} posts in {kind}, 0 new", "once more it changes nothing")
has(penny.run("import", os.path.join(EXPORTS, "wordpress.xml"), "--pages"), "3 posts in a WordPress export, 1 new", "--pages brings what was missing")
rows = entries()
eq(re.sub(r".*/\d+/", "", rows["Level & plumb"][4]), "level-and-plumb", "a post keeps its slug")
eq([rows[title][2] for title in ("Open water", "For members", "For payers", "For friends", "Heard", "First letter, \"really\"")],
   ["free", "subscribers", "supporters", "supporters", "subscribers", "free"], "what was for members is for subscribers, what was paid for, for supporters")
done = penny.command("import", os.path.join(EXPORTS, "ghost.json"))
ok(done.returncode == 1 and "--site" in done.stderr, "an export that does not say where the blog was wants to be told")
done = penny.command("import", os.path.join(EXPORTS, "damaged.xml"))
ok(done.returncode == 0 and "2 posts" in done.stdout and "damaged" in done.stderr, "a damaged file gives what can be read, and the damage is told")
done = penny.command("import", os.path.join(EXPORTS, "nothing.txt"))
ok(done.returncode == 1 and "no feed" in done.stderr and "nothing.txt" in done.stderr, "what is no export is told")
eq(penny.command("import").returncode, 2, "without a file it says how it is called")

# --- the blog's own feed shows the same posts
count = len(entries())
site.set("/ghost/rss/", lab.rss("G", "https://ghost.example", [{"guid": "64a000000000000000000001", "link": "https://ghost.example/open-water/", "title": "Open water", "content": "<p>Rendered.</p>"}]))
site.set("/letters/feed", lab.rss("S", "https://letters.example", [{"guid": "https://letters.example/p/heard", "link": "https://letters.example/p/heard", "title": "Heard", "content": "<p>Listen.</p>"}]))
site.set("/weir/feed/", lab.rss("W", "https://weir.example", [{"guid": "https://weir.example/?p=12", "link": "https://weir.example/2019/03/level-and-plumb/", "title": "Level &amp; plumb", "content": "<p>x</p>"}]))
for path in ("ghost/rss/", "letters/feed", "weir/feed/"):
    penny.run("source", "add", f"http://127.0.0.1:{site.port}/{path}")
eq(len(entries()), count, "each post is one entry, whoever brings it")

# --- a real blog
if lab.available("its export and its feed add up", suites=["wordpress"]):
    RECORDED, items = lab.suite("wordpress"), []
    for n in range(1, 9):
        site.recorded("/recorded/feed/" + (f"?paged={n}" if n > 1 else ""), os.path.join(RECORDED, f"rss-{n}.xml"), os.path.join(RECORDED, f"rss-{n}.headers"))
        items += re.findall(r"<item>.*?</item>", open(os.path.join(RECORDED, f"rss-{n}.xml")).read(), re.S) if n < 8 else []
    export = os.path.join(penny.directory, "recorded.xml")
    with open(export, "w") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?><rss xmlns:wp="http://wordpress.org/export/1.2/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
                   ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>')
        file.write("".join(item.replace("</item>", "<wp:status>publish</wp:status><wp:post_type>post</wp:post_type></item>") for item in items[10:]) + "</channel></rss>")
    count = len(penny.rows("entry", "list"))
    penny.run("import", export)
    eq(len(penny.rows("entry", "list")) - count, 53, "a blog's export of some months ago")
    has(penny.run("source", "add", f"http://127.0.0.1:{site.port}/recorded/feed/"), "63 posts in 7 pages, 10 new", "and its feed down to the oldest page add up")
    eq(len(penny.rows("entry", "list")) - count, 63, "to the 63 posts that it has")

# --- a long one, cut off
export = os.path.join(penny.directory, "long.xml")
LONG = 3000
with open(export, "w") as file:
    file.write('<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel>')
    for n in range(LONG):
        file.write(f"<item><title>Long {n}</title><guid>https://long.example/?p={n}</guid><content:encoded><![CDATA[{'Words and words. ' * 50}]]></content:encoded>"
                   f"<wp:post_date_gmt>2010-01-01 00:00:00</wp:post_date_gmt><wp:post_name>long-{n}</wp:post_name></item>\n")
    file.write("</channel></rss>")
importing = subprocess.Popen([BINARY, "--config", penny.config, "import", export], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
ok(wait_for(lambda: any(title.startswith("Long ") for title in entries()), 60), "while a long file is imported")
importing.send_signal(signal.SIGKILL)
importing.communicate()
before = sum(title.startswith("Long ") for title in entries())
ok(0 < before < LONG, f"kill -9 leaves some of it ({before})")
said = penny.run("import", export, seconds=300)
has(said, f"{LONG} posts in a WordPress export, {LONG - before} new", "and the same command adds the rest")
eq(sum(title.startswith("Long ") for title in entries()), LONG, "each once")

# --- none of it is news
penny.serve()
site.set("/letters/feed", lab.rss("S", "https://letters.example", [{"guid": "https://letters.example/p/new", "link": "https://letters.example/p/new", "title": "New", "content": "<p>News.</p>"}]))
ok(wait_for(lambda: penny.rows("delivery", "list"), 30), "a post that is new becomes a letter")
lacks("\n".join("\t".join(row) for row in penny.rows("delivery", "list")), "Long", "and what was imported does not")
eq(len(penny.rows("delivery", "list")), 1, "nothing else was sent")
lab.done()
