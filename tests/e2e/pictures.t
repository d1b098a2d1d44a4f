#!/usr/bin/python3
"""pictures.t - pictures that are kept: those in a text, previews of films, those of posts; from hosts that answer well, badly, late or not at all."""

import base64
import hashlib
import json
import os
import re
import sqlite3
import struct
import tarfile
import time
import zlib
from xml.etree import ElementTree

import lab
from lab import eq, has, lacks, ok, wait_for
from lab.site import Page

lab.enter(modules=["aiosmtpd"], programs=["nginx", "openssl"])
HEAD = b"\xff\xd8\xff\xc0\0\x0b\x08\x01\x68\x01\xe0\x01\x01\x11\0"  # a JPEG of 480 x 360


def picture(words, size=0):
    return HEAD + words.encode() + bytes(size)


def media(body, kind="jpg"):
    return f"/media/{hashlib.sha256(body).hexdigest()}.{kind}"


def film(name):
    return f'<figure><iframe src="https://www.youtube.com/embed/{name}" title="Film {name}"></iframe></figure>'


OWN = b"GIF89a\x0a\0\x14\0\x80 in the text"
DATA = f'<img src="data:image/gif;base64,{base64.b64encode(OWN).decode()}" alt="in the text">'
FILM, LATE, POST, LARGE = picture("film"), picture("late film"), picture("post"), picture("large", (8 << 20) - 200)
sink = lab.Sink(port=2525)
site = lab.Site()
blog = lab.Blog(site)
blog.publish("Before all", f"<p>First</p>{film('before00000')}")
penny = lab.Pennypost().init()
penny.mail_to(sink)
lab.names("i.ytimg.com")
lab.proxy({"penny.test": penny.port, "i.ytimg.com": site.port})
browser = lab.Browser("https://penny.test")
site.set("/vi/before00000/hqdefault.jpg", picture("before"), "image/jpeg")
site.set("/vi/film0000000/hqdefault.jpg", FILM, "image/jpeg")


def late():
    time.sleep(4)
    return Page(LATE, 200, {"Content-Type": "image/jpeg"})


site.pages["/vi/late0000000/hqdefault.jpg"] = late
penny.run("source", "add", blog.url)
penny.run("subscriber", "add", "--confirmed", "ada@mail.test")
penny.serve()


def page(title):
    """Of the entry of that title; empty while there is none."""
    url = next((row[4] for row in penny.rows("entry", "list") if row[5] == title), None)
    return browser.get(url).text if url else ""


def letter(title):
    ok(wait_for(lambda: any(str(mail.message["Subject"]) == title for mail in sink.mails), 90), f"the letter of {title}")
    return next(mail for mail in sink.mails if str(mail.message["Subject"]) == title).part("text/html")


def settled():
    return penny.peek("SELECT count(*) FROM entry_picture WHERE next_try IS NOT NULL") == [(0,)]


# --- previews of films, and what is in the text
ok(wait_for(lambda: media(picture("before")) in page("Before all"), 30), "a first import gets its pictures too")
blog.publish("Film", f"<p>Words.</p>{DATA}{film('film0000000')}")
html = letter("Film")
has(html, f'src="https://penny.test{media(FILM)}"', "a letter shows the preview of a film from here")
has(html, f'src="https://penny.test{media(OWN, "gif")}" alt="in the text"', "and what was in the text")
blog.publish("Late film", f"<p>Words.</p>{film('late0000000')}")
ok(wait_for(lambda: "Film late0000000" in page("Late film"), 30), "a post is there at once, the words of its film in it")
lacks(page("Late film"), "<img", "without a picture that is not here yet")
has(letter("Late film"), f'src="https://penny.test{media(LATE)}"', "its letter waits a little for the preview")
has(page("Late film"), media(LATE), "then the page shows it too")
blog.publish("Dead film", f"<p>Words.</p>{film('dead0000000')}")
html = letter("Dead film")
lacks(html, "ytimg.com", "a preview that cannot be had is not loaded from its host")
has(html, "Film dead0000000</a>", "but words, and leads to the film")
ok(wait_for(settled, 60), "it is given up")
eq(site.count("/vi/dead0000000/hqdefault.jpg"), 3, "after three tries")
for path in ("/feed.xml", "/feed.atom", "/"):
    lacks(browser.get(path).text, "ytimg.com", f"{path}: nobody is sent to the film's host")

# --- how one is served
answer = browser.get(media(FILM))
eq((answer.status, answer.body, answer.headers["Content-Type"]), (200, FILM, "image/jpeg"), "a picture")
eq((answer.headers["X-Content-Type-Options"], answer.headers["Content-Security-Policy"]), ("nosniff", "default-src 'none'"), "and nothing but one")
has(answer.headers["Cache-Control"], "immutable", "for good")
eq(browser.get(media(FILM), {"If-None-Match": answer.headers["ETag"]}).status, 304, "who has it gets nothing")
eq(browser.get(media(OWN, "gif")).body, OWN, "the one in the text")
for path in (media(FILM, "png"), media(b"another"), "/media/x.jpg", "/media/" + "0" * 64 + ".svg"):
    eq(browser.get(path).status, 404, f"not there: {path[:20]}")

# --- the pictures of posts
BASE = "http://blog.test:8001"
site.set("/good.jpg", POST, "text/plain")
site.set("/page.jpg", "<!doctype html><title>GIF89a</title>", "image/jpeg")
site.set("/drawing.png", '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', "image/png")
site.set("/large.jpg", LARGE, "image/jpeg")
site.set("/larger.jpg", picture("larger", 8 << 20), "image/jpeg")
site.set("/inside.jpg", "", "text/html", 302, location="http://10.1.2.3/a.jpg")
site.set("/moved.jpg", "", "text/html", 301, location=BASE + "/good.jpg?moved")
site.set("/good.jpg?moved", picture("moved"), "image/jpeg")
site.pages["/hangs.jpg"] = lambda: time.sleep(40) or Page(b"", 500)
NAMES = ("good", "page", "large", "larger", "inside", "moved", "hangs", "gone")
blog.publish("Pictures", "<p>Words.</p>" + "".join(f'<p><img src="{BASE}/{name}.jpg" alt="{name}"></p>' for name in NAMES) + f'<p><img src="{BASE}/drawing.png" alt="drawing"></p>')
letter("Pictures")
eq(site.count("/good.jpg"), 0, "those of posts are loaded from where they are, unless the owner wants them here")
penny.run("publication", "set", "--pictures", "all")
has(browser.get("/privacy").text, "The pictures of posts are kept here", "which the page on privacy says")
mails = len(sink.mails)
ok(wait_for(lambda: all(media(body) in page("Pictures") for body in (POST, LARGE, picture("moved"))), 60), "then the posts that are there get them too")
html = page("Pictures")
for name in ("page", "larger", "inside", "hangs", "gone"):
    has(html, f'src="{BASE}/{name}.jpg" alt="{name}"', f"{name}: left where it is")
has(html, f'src="{BASE}/drawing.png"', "a drawing, too")
has(browser.get("/feed.xml").text, f"https://penny.test{media(POST)}", "feeds show them from here")
blog.publish("More", f'<p>Words.</p><p><img src="{BASE}/good.jpg" alt="good"></p>')
letter("More")
ok(wait_for(lambda: media(POST) in page("More"), 30), "a new post gets its own")
eq(penny.peek("SELECT count(*) FROM picture WHERE hash = ?", hashlib.sha256(POST).hexdigest()), [(1,)], "which is kept once")
eq(len(sink.mails), mails + 1, "no picture is news")

# --- behind the gate: nothing of it is in what strangers get
SECRET = b"GIF89a\x0a\0\x14\0\x80 for subscribers"
penny.run("publication", "set", "--gate", "all")
paragraphs = "".join(f"<p>Paragraph {n} of a long text. {'It goes on and on. ' * 20}</p>" for n in range(8))
blog.publish("Gated", paragraphs + f'<p><img src="data:image/gif;base64,{base64.b64encode(SECRET).decode()}" alt="for subscribers"></p>')
has(letter("Gated"), media(SECRET, "gif"), "a subscriber sees a picture behind the gate")
for text in (page("Gated"), browser.get("/feed.xml").text, browser.get("/").text):
    lacks(text, hashlib.sha256(SECRET).hexdigest(), "a stranger does not learn its address")

# --- the files of an export: in its archive, or beside it; and nothing else
OUTSIDE = picture("outside")


def note(number, path):
    return {"id": f"https://m.test/a/{number}/activity", "type": "Create", "to": ["as:Public"], "object": {
        "id": f"https://m.test/a/{number}", "type": "Note", "published": f"2022-01-{number:02}T10:00:00Z", "url": f"https://m.test/@a/{number}", "to": ["as:Public"],
        "content": f"<p>Toot {number} with a few words</p>", "attachment": [{"type": "Document", "mediaType": "image/jpeg", "url": path, "name": f"toot {number}"}]}}


def export(folder, first, paths):
    os.makedirs(os.path.join(folder, "media_attachments/files/1"))
    notes = [note(first + n, path) for n, path in enumerate(paths)]
    with open(os.path.join(folder, "outbox.json"), "w") as file:
        json.dump({"@context": "https://www.w3.org/ns/activitystreams", "type": "OrderedCollection", "orderedItems": notes}, file)
    for name, body in (("x.jpg", picture(folder)), ("page.jpg", b"<html>"), ("large.jpg", picture("", 8 << 20))):
        with open(os.path.join(folder, "media_attachments/files/1", name), "wb") as file:
            file.write(body)
    with open(os.path.join(folder, "..", "outside.jpg"), "wb") as file:
        file.write(OUTSIDE)
    os.symlink("../../../../outside.jpg", os.path.join(folder, "media_attachments/files/1/link.jpg"))
    return picture(folder)


PATHS = ["/media_attachments/files/1/x.jpg", "media_attachments/files/1/x.jpg", "/media_attachments/files/1/link.jpg", "/../outside.jpg",
         "/media_attachments/files/1/page.jpg", "/media_attachments/files/1/large.jpg", "/media_attachments/files/1/none.jpg"]
for first, packed in ((1, False), (11, True)):
    folder = os.path.join(lab.directory("exports"), "packed" if packed else "folder")
    body = export(folder, first, PATHS)
    path = os.path.join(folder, "outbox.json")
    if packed:
        path = folder + ".tar.gz"
        with tarfile.open(path, "w:gz") as tar:
            tar.add(folder, "an-export")
    said = penny.run("import", path)
    has(said, f"{len(PATHS)} new", "an export is imported")
    has(said, "skipped\t5\tpictures whose files are not in the export", "which tells how many pictures it has not")
    kept = penny.peek("SELECT hash FROM picture WHERE hash IN (?, ?)", hashlib.sha256(body).hexdigest(), hashlib.sha256(OUTSIDE).hexdigest())
    eq(kept, [(hashlib.sha256(body).hexdigest(),)], "what is in it is kept, nothing outside of it")
    shown = penny.peek("SELECT count(*) FROM entry_picture u JOIN picture p ON p.id = u.picture WHERE p.hash = ?", hashlib.sha256(body).hexdigest())
    eq(shown, [(2,)], "and shown by its posts")
    eq(browser.get(media(body)).body, body, "to everybody")

# --- pictures of the publication's own
def png(width, height, shade):
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = (b"\0" + bytes([shade]) * width) * height
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def shown():
    """What pages and feeds name: icon, apple-touch-icon, face, banner, preview; image of RSS; icon and logo of Atom."""
    page = browser.get("/").text
    one = lambda start: next(iter(re.findall(f'<{start}"([^"]*)"', page)), None)
    rss, atom = (ElementTree.fromstring(browser.get(path).body) for path in ("/feed.xml", "/feed.atom"))
    return [one('link rel="icon" href='), one('link rel="apple-touch-icon" href='), one('img class="face[^"]*" src='), one('img class="banner[^"]*" src='),
            one('meta property="og:image" content='), rss.findtext("channel/image/url"), atom.findtext("{*}icon"), atom.findtext("{*}logo")]


def said(*words):
    done = penny.command("publication", "set", *words)
    return done.returncode, done.stderr


files = lab.directory("own")
ICON, HEADER = png(64, 64, 90), png(300, 100, 160)
for name, body in (("icon.png", ICON), ("header.png", HEADER), ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>'), ("notes.txt", b"words"),
                   ("huge.png", png(5000, 5000, 0)), ("heavy.png", ICON + bytes(2 << 20))):
    with open(os.path.join(files, name), "wb") as file:
        file.write(body)
BARE = shown()
eq((BARE[2:4], BARE[5:]), ([None, None], [None, None, None]), "a publication has no pictures of its own at first")
for name, why in (("drawing.svg", "save it as PNG"), ("notes.txt", "no PNG, JPEG, WebP or GIF"), ("huge.png", "5000 x 5000"), ("heavy.png", "bytes"),
                  ("none.png", "none.png")):
    status, words = said("--icon", os.path.join(files, name))
    eq(status, 1, f"{name} is refused")
    has(words, why, "in words")
eq(shown(), BARE, "which changes nothing")
penny.run("publication", "set", "--icon", os.path.join(files, "icon.png"), "--header", os.path.join(files, "header.png"))
for name in os.listdir(files):
    os.unlink(os.path.join(files, name))
icon, header = media(ICON, "png"), media(HEADER, "png")
whole = [f"https://penny.test{path}" for path in (icon, header)]
eq(shown(), [icon, icon, icon, header, whole[1], whole[0], whole[0], whole[1]], "pages and feeds, which were kept in memory, show them at once")
for path, body in ((icon, ICON), (header, HEADER)):
    answer = browser.get(path)
    eq((answer.status, answer.headers["Content-Type"], answer.body), (200, "image/png", body), "which are here")
for path in ("/favicon.ico", "/icon.png"):
    answer = browser.get(path)
    eq((answer.status, answer.headers["Location"]), (302, icon), f"{path} leads to the icon")
penny.run("publication", "set", "--also-known-as", "https://a.test/users/1", "--also-known-as", "https://b.test/users/2")
told = [["icon", whole[0]], ["header", whole[1]], ["also known as 1", "https://a.test/users/1"], ["also known as 2", "https://b.test/users/2"]]
eq(penny.rows("publication", "show")[-4:], told, "a command tells of them")
eq(list(json.loads(penny.run("publication", "show", "--json")).items())[-4:], [(name.replace(" ", "_"), text) for name, text in told], "also as an object")
actor = lambda: json.loads(browser.get("/@penny", {"Accept": "application/activity+json"}).text)
eq([actor()[name] for name in ("icon", "image")], [{"type": "Image", "mediaType": "image/png", "url": whole[0], "width": 64, "height": 64},
    {"type": "Image", "mediaType": "image/png", "url": whole[1], "width": 300, "height": 100}], "and the actor")
eq(actor()["alsoKnownAs"], ["https://a.test/users/1", "https://b.test/users/2"], "and who else it is")
eq(said("--also-known-as", "@ada@a.test")[0], 1, "a handle is no id of an actor")
penny.run("publication", "set", "--also-known-as", "")
lacks(actor(), "alsoKnownAs", "nobody else")

# --- backups and copies have them
folder = lab.directory("kept")
penny.run("backup", os.path.join(folder, "penny.tar"))
with tarfile.open(os.path.join(folder, "penny.tar")) as tar:
    tar.extractall(folder)
penny.run("database", "copy", penny.database, os.path.join(folder, "copy.db"))
for name in ("pennypost.db", "copy.db"):
    db = sqlite3.connect(os.path.join(folder, name))
    rows = dict(db.execute("SELECT hash, bytes FROM picture"))
    ok({hashlib.sha256(body).hexdigest() for body in (OWN, FILM, LARGE, SECRET, ICON, HEADER)} <= rows.keys(), f"{name} has the pictures")
    own = db.execute("SELECT i.hash, h.hash FROM publication b JOIN picture i ON i.id = b.icon JOIN picture h ON h.id = b.header").fetchall()
    eq(own, [(hashlib.sha256(ICON).hexdigest(), hashlib.sha256(HEADER).hexdigest())], "and the publication its own")
    eq([key for key, body in rows.items() if hashlib.sha256(body).hexdigest() != key], [], "byte for byte")
    db.close()

# --- what nobody shows goes
entry = next(row[0] for row in penny.rows("entry", "list") if row[5] == "Film")
penny.run("entry", "withdraw", entry)
eq(browser.get(media(FILM)).status, 404, "a picture is gone with its post")
ok(wait_for(lambda: penny.peek("SELECT count(*) FROM picture WHERE hash = ?", hashlib.sha256(FILM).hexdigest()) == [(0,)], 30), "from the database, too")
eq(browser.get(media(POST)).status, 200, "others stay")
eq((browser.get(icon).status, browser.get(header).status), (200, 200), "those of the publication, too")
penny.run("publication", "set", "--icon", "", "--header", "")
eq(shown(), BARE, "until they are taken away")
eq((browser.get(icon).status, browser.get(header).status), (404, 404), "then they are gone")
ok(wait_for(lambda: penny.peek("SELECT count(*) FROM picture WHERE hash IN (?, ?)", *(hashlib.sha256(body).hexdigest() for body in (ICON, HEADER))) == [(0,)], 90), "from the database, too")
lab.done()
