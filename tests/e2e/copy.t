#!/usr/bin/python3
"""copy.t - an instance moves to PostgreSQL while it runs, and back: nothing is lost, and readers see no difference."""

import os
import re

import lab
from lab import eq, has, ok, wait_for

lab.enter(modules=["aiosmtpd"], programs=["nginx", "openssl"], peers=["postgresql"])
sink = lab.Sink(port=2525)
blog = lab.Blog(lab.Site())
for number in range(5):
    blog.publish(f"Post {number}", f"<p>Text {number}, with a \\ and an é.</p>")
penny = lab.Pennypost().init()
penny.mail_to(sink)
penny.run("source", "add", blog.url)
penny.run("subscriber", "add", "--confirmed", *(f"reader{number}@mail.test" for number in range(20)))
lab.proxy({"penny.test": penny.port})
server = penny.serve()
blog.publish("News")
ok(wait_for(lambda: len(sink.mails) == 20, 60), "the instance has sent its first letters")


def look():
    """What a reader sees: the list, every post on it, the feed."""
    browser = lab.Browser("https://penny.test")
    archive = browser.get("/archive").text
    paths = sorted(set(re.findall(r'href="(/\d{4}/[^"]+)"', archive)))
    # A token of a form is another one each time.
    return [re.sub(r'value="[^"]{20,}"', "", browser.get(path).text) for path in ("/archive", "/feed.xml", *paths)]


def database(where):
    penny.configure(database=where)
    return penny.serve()


def sums(said):
    return {fields[0]: fields[1:] for fields in (line.split("\t") for line in said.splitlines()) if len(fields[-1]) == 64}


url = lab.postgres.database("copy")
running = penny.run("database", "copy", penny.database, url)
has(running, "read again: all the same", "a copy while the instance runs")
eq(sums(running)["delivery"][0], "20", "with every row of the ledger")
again = penny.command("database", "copy", penny.database, url)
eq(again.returncode, 1, "once more is refused")
has(again.stderr, "not empty", "because something is there now")
before = look()
ok(len(before) >= 8 and any("Text 4" in page for page in before), "the archive, the feed and six posts")
server.stop()

url = lab.postgres.database("moved")
first = penny.run("database", "copy", penny.database, url)
server = database(url)
eq(look(), before, "on PostgreSQL a reader sees the same")
blog.publish("After the move")
ok(wait_for(lambda: len(sink.mails) == 40, 60), "a new post goes out, and no old one again")
server.stop()
eq(lab.postgres.query(url, "SELECT count(*) FROM delivery WHERE state = 2"), [(40,)], "new rows stand beside those that were copied")

back = os.path.join(penny.directory, "back.db")
second = penny.run("database", "copy", url, back)
third = penny.run("database", "copy", back, "sqlite:" + back + ".2")
eq(sums(third), sums(second), "the hashes are the same whichever engine is read")
ok(sums(first)["entry_key"] != sums(second)["entry_key"], "and are others once something has changed")
server = database(back)
blog.publish("Home again")
ok(wait_for(lambda: len(sink.mails) == 60, 60), "back on SQLite it goes on")
eq(len({(letter.recipient, str(letter.message["Subject"])) for letter in sink.mails}), 60, "nobody got a letter twice")
server.stop()

missing = penny.command("database", "copy", "nowhere.db", back + ".3")
eq(missing.returncode, 1, "a source that is not there")
has(missing.stderr, "cannot read the database 'nowhere.db'", "is named")
lab.stage.run("mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", lab.stage.directory("small"))
full = penny.command("database", "copy", back, os.path.join(lab.stage.directory("small"), "copy.db"))
eq(full.returncode, 1, "a disk that is too small")
has(full.stderr, "full", "is called full")
eq(os.listdir(lab.stage.directory("small")), [], "and nothing is left on it")
lab.done()
