#!/usr/bin/python3
"""backup.t - a backup in the middle of sending, and what is restored from it: nothing goes out before the owner says so."""

import collections
import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile

import lab
from lab import eq, has, ok, wait_for
from lab.pennypost import BINARY

READERS = 300
lab.enter(modules=["aiosmtpd"], programs=["nginx", "openssl"])
sink = lab.Sink(port=2525, login=("news", "rosebud"))
sink.delay = 0.01
blog = lab.Blog(lab.Site())
blog.publish("An old post")
penny = lab.Pennypost().init()
secret = os.path.join(penny.directory, "secrets", "smtp")
os.makedirs(os.path.dirname(secret))
with open(secret, "w") as file:
    file.write("rosebud\n")
os.chmod(secret, 0o600)
penny.mail_to(sink, user="news", password_file="secrets/smtp", security="starttls", connections=2)
penny.run("source", "add", blog.url)
penny.run("subscriber", "add", "--confirmed", *(f"reader{number}@mail.test" for number in range(READERS)))
lab.proxy({"penny.test": penny.port})

# --- the backup
server = penny.serve()
blog.publish("The letter")
ok(wait_for(lambda: len(sink.mails) >= 30, 60), "letters go out")
folder = lab.directory("backups")
path = os.path.join(folder, "penny.tar")
before = len(sink.mails)
has(penny.run("backup", path), "backup\t" + path, "a backup is made meanwhile")
after = len(sink.mails)
ok(after < READERS, f"while it goes on sending ({before} letters before, {after} after)")
eq((oct(os.stat(path).st_mode & 0o777), os.listdir(folder)), ("0o600", ["penny.tar"]), "one file, which only its owner may read")
with tarfile.open(path) as tar:
    tar.extractall(lab.directory("unpacked"))
manifest = json.load(open(os.path.join(lab.directory("unpacked"), "manifest.json")))
ok({"pennypost.conf", "pennypost.db"} <= {member["name"] for member in manifest["members"]}, "tar opens it")
eq([member["path"] for member in manifest["members"] if member["name"].endswith("-smtp")], ["secrets/smtp"], "it holds the password file, by the path that the configuration names")
db = sqlite3.connect(os.path.join(lab.directory("unpacked"), "pennypost.db"))
eq(db.execute("PRAGMA integrity_check").fetchall() + db.execute("PRAGMA foreign_key_check").fetchall(), [("ok",)], "the database in it is sound")
(sent,), (rows,) = db.execute("SELECT count(*) FROM delivery WHERE state = 2").fetchone(), db.execute("SELECT count(*) FROM delivery").fetchone()
db.close()
ok(rows == READERS and before - 20 <= sent <= after, f"it is of one moment: {sent} letters of {rows} were out")
ok(wait_for(lambda: len(sink.mails) == READERS, 60), "the instance sends all letters")
blog.publish("Published after the backup")
ok(wait_for(lambda: len(sink.mails) == 2 * READERS, 60), "and a later post; then it is lost")
server.stop()
sink.mails.clear()
sink.delay = 0


def restored(name, file=path):
    """Another machine: an empty folder, and the file."""
    again = lab.Pennypost(name)
    shutil.rmtree(again.directory)
    words = ["restore", file, "--config-dir", again.directory]
    if lab.postgres.WANTED:
        again.database = lab.postgres.database(name)
        words += ["--database", again.database]
    # It has no configuration to be called with yet.
    said = subprocess.run([BINARY, *words], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    again.said.append(said.stderr)
    return again, said


def fetched(title):
    return wait_for(lambda: title in lab.Browser("https://penny.test").get("/archive").text, 60)


def settle(instance):
    """As the restore said."""
    with open(instance.config) as file:
        text = file.read()
    with open(instance.config, "w") as file:
        file.write(text.replace(f'"{penny.database}"', f'"{instance.database}"'))


# --- restored, and let go
again, said = restored("again")
eq(said.returncode, 0, "it is restored elsewhere") or lab.diag(said.stderr)
has(said.stdout, f"held\t{READERS - sent} letters", "it says how many letters are held")
has(said.stdout, "people who left since may get letters again", "and what cannot be known")
eq(open(os.path.join(again.directory, "secrets", "smtp")).read(), "rosebud\n", "the password is there again")
eq(oct(os.stat(os.path.join(again.directory, "secrets", "smtp")).st_mode & 0o777), "0o600", "for its owner alone")
settle(again)
server = again.serve()
ok(fetched("Published after the backup"), "sources are fetched")
has(again.log(), "nothing is sent: this instance was restored from a backup", "the log warns")
browser = lab.Browser("https://penny.test")
eq(browser.post("/subscribe", {"email": "new@mail.test"}, {"Sec-Fetch-Site": "same-origin"}).status, 303, "somebody subscribes")
ok(wait_for(lambda: sink.mails, 60), "and gets the letter to confirm")
eq([mail.recipient for mail in sink.mails], ["new@mail.test"], "nobody else got any")
state = again.command("status", "--json")
held = json.loads(state.stdout)["held"]
eq((state.returncode, held["letters"]), (1, READERS - sent), "status says that it waits for the owner's word")
second = again.command("restore", path)
eq(second.returncode, 1, "a second restore over it is refused")
has(second.stderr, "not empty", "in words")
sink.mails.clear()
has(again.run("restore", "--go"), "goes out", "the owner lets it go")
ok(wait_for(lambda: len(sink.mails) >= 2 * READERS - sent, 60), "what was open is sent, and the post that came since")
ok(wait_for(lambda: all(row[3] != "waiting" for row in again.rows("delivery", "list"))), "to the end")
copies = collections.Counter((mail.recipient, str(mail.message["Subject"])) for mail in sink.mails)
eq((len(copies), max(copies.values())), (2 * READERS - sent, 1), "each letter once")
eq(again.command("restore", "--go").returncode, 1, "there is no more to let go")
server.stop()
sink.mails.clear()

# --- restored, and dropped before the sources were fetched
third, said = restored("third")
settle(third)
has(third.run("restore", "--drop"), f"dropped\t{READERS - sent} letters", "another owner drops what was open")
server = third.serve()
ok(fetched("Published after the backup"), "what was published since the backup is archived")
blog.publish("A new beginning")
ok(wait_for(lambda: len(sink.mails) >= READERS, 60), "and what is published now is sent")
eq({str(mail.message["Subject"]) for mail in sink.mails}, {"A new beginning"}, "nothing else is")
eq(len({mail.recipient for mail in sink.mails}), READERS, "to everybody")
eq({row[8] for row in third.rows("delivery", "list", "--state", "suppressed")}, {"dropped"}, "the ledger tells what was dropped")
server.stop()

# --- what must not work
with open(path, "rb") as file:
    data = bytearray(file.read())
data[data.index(b"SQLite format 3") + 20000] ^= 1
with open(path + ".bad", "wb") as file:
    file.write(data)
_, said = restored("fourth", path + ".bad")
eq((said.returncode, os.path.exists(os.path.join(lab.stage.ROOT, "fourth", "pennypost.conf"))), (1, False), "a damaged file is not restored")
has(said.stderr, "'pennypost.db' in it is damaged", "and called damaged")
with open(path + ".short", "wb") as file:
    file.write(data[:len(data) // 2])
_, said = restored("fifth", path + ".short")
has(said.stderr, "runcated", "half a file is called truncated")


def forged(name, path="secrets/x", twice=False, more=0):
    """The backup as a stranger might change it: one more file, with that path; each hash is right."""
    with tarfile.open(path_of := os.path.join(folder, name), "w") as tar, tarfile.open(original) as whole:
        members = [(member.name, whole.extractfile(member).read()) for member in whole]
        manifest = json.loads(members.pop()[1])
        members += [(f"files/9{number}-x", b"theirs\n") for number in range(1 + more)]
        manifest["members"].append({"name": "files/90-x", "path": path, "sha256": hashlib.sha256(b"theirs\n").hexdigest()})
        members += [("pennypost.db", b"another")] * twice
        for member, data in [*members, ("manifest.json", json.dumps(manifest).encode())]:
            info = tarfile.TarInfo(member)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path_of


original = path
elsewhere = os.path.join(lab.stage.ROOT, "elsewhere")
for name, wrong in (("absolute", elsewhere), ("above", "../elsewhere"), ("inside", "secrets/../../elsewhere")):
    stranger, said = restored(name, forged(name + ".tar", wrong))
    eq((said.returncode, os.path.exists(elsewhere), os.path.exists(stranger.config)), (1, False, False), f"a file does not get out of the folder: {name}")
    has(said.stderr, "restore writes nothing outside '" + stranger.directory, "which is told")
_, said = restored("twice", forged("twice.tar", twice=True))
has(said.stderr, "it holds 'pennypost.db' twice", "a second database behind the one that was verified is refused")
_, said = restored("crowd", forged("crowd.tar", more=20))
has(said.stderr, "more than 16 files", "and so is a crowd of files, before they fill the memory")
nowhere = lab.directory("nowhere")
said = subprocess.run([BINARY, "restore", path], capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd=nowhere)
has(said.stderr, f"its configuration was '{penny.config}': name that directory, or another one, with --config-dir", "the file alone does not say where its configuration goes")
small = lab.directory("small")
lab.stage.run("mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", small)
full = penny.command("backup", os.path.join(small, "penny.tar"))
eq((full.returncode, os.listdir(small)), (1, []), "on a disk that is too small nothing is left of a backup")
has(full.stderr, "full", "and it is called full")
kilobytes = os.path.getsize(path) // 1024
lab.stage.run("mount", "-o", f"remount,size={kilobytes + 300}k", small)
full = penny.command("backup", os.path.join(small, "penny.tar"))
eq((full.returncode, os.listdir(small)), (1, []), "also when only the copy of the database finds room")
ok("full" in full.stderr or "No space left" in full.stderr, "in words") or lab.diag(full.stderr)
piped = subprocess.run(f"'{BINARY}' --config '{penny.config}' backup - | tar tf -", shell=True, capture_output=True, text=True)
has(piped.stdout, "pennypost.db\nmanifest.json\n", "through a pipe")
lab.done()
