#!/usr/bin/python3
"""pages.t - pages are kept while nothing that they show changes, and no reader waits for a writer."""

import http.client
import re
import threading
import time

import lab
from lab import eq, has, lacks, ok, wait_for

lab.enter(modules=["aiosmtpd"], programs=["nginx", "openssl"])
sink = lab.Sink()
blog = lab.Blog(lab.Site())
for number in range(1, 6):
    blog.publish(f"Post {number}", f"<p>{'Water runs downhill. ' * 80}</p>" * 4, time=1780000000 + number * 86400, tags=["salt"])
penny = lab.Pennypost().init("https://penny.test", "Penny Test", "penny", "--gate", "all")
penny.mail_to(sink)
penny.run("source", "add", blog.url)
for name in ("ada", "ben"):
    penny.run("subscriber", "add", "--confirmed", f"{name}@mail.test")
lab.proxy({"penny.test": penny.port})
penny.serve()
stranger = lab.Browser("https://penny.test")
post = re.search(r'class="u-url p-name" href="([^"]+)"', stranger.get("/").text)[1]


def member(name):
    browser = lab.Browser("https://penny.test")
    browser.post("/signin", {"email": f"{name}@mail.test"})
    wait_for(lambda: sink.to(f"{name}@mail.test"))
    page = browser.get(re.search(r"https://penny.test/c/[\w.-]+", sink.to(f"{name}@mail.test")[-1].part("text/plain"))[0])
    browser.submit(page, page.form("/c/"))
    return browser


# --- what changes is seen at once, by everybody whom it concerns
has(stranger.get("/").text, "Post 5", "the front page has the newest post")
has(stranger.get("/").text, ">2</", "and the number of followers") or lab.diag(stranger.get("/").text[:3000])
penny.run("subscriber", "add", "--confirmed", "late@mail.test")
has(stranger.get("/").text, ">3</", "which is right after one more")
entry = [row[0] for row in penny.rows("entry", "list") if post in "\t".join(row)][0]
gated = stranger.get(post).text
penny.run("entry", "access", entry, "free")
ok(len(stranger.get(post).text) > len(gated) + 2000, "a post that becomes free is open with the next request")
penny.run("entry", "access", entry, "policy")
ok(len(stranger.get(post).text) < len(gated) + 1000, "and closed again")
penny.run("publication", "gate", "free")
ok(len(stranger.get(post).text) > len(gated) + 2000, "so it is when the gate is lifted")
penny.run("publication", "gate", "all")
penny.run("entry", "withdraw", penny.rows("entry", "list")[-1][0])
has(stranger.get("/").text, ">4</", "a post that is withdrawn is counted no more")

# --- readers who are signed in share their pages, but for their names
ada, ben = member("ada"), member("ben")
for turn in ("first", "again"):
    for browser, own, other in ((ada, "ada@mail.test", "ben@mail.test"), (ben, "ben@mail.test", "ada@mail.test")):
        for path in ("/archive", post):
            text = browser.get(path).text
            has(text, own, f"{path}: {own} is named, {turn}")
            lacks(text, other, "and nobody else")
    text = stranger.get(post).text
    ok("@mail.test" not in text and "Signed in" not in text, f"a stranger is nobody, {turn}")
for path in ("/", "/archive", post):
    has(stranger.get(path).text, 'class="tag">', f"{path}: a stranger sees what is locked")
    text = ada.get(path).text
    ok('class="tag open">' in text and 'class="tag">' not in text, f"{path}: for who may read it no lock is closed")
lacks(stranger.get("/tag/salt").text, 'aria-label="Years"', "a tag's page does not count those of other posts")
answer = ada.get(post)
ok("no-store" in answer.headers["Cache-Control"] and not answer.headers["ETag"], "no cache on the way may keep such a page")


def with_cookies(*lines):
    """The page as the gateway itself gives it for these Cookie headers."""
    connection = http.client.HTTPConnection("127.0.0.1", penny.port, timeout=30)
    connection.putrequest("GET", post, skip_host=True)
    connection.putheader("Host", "penny.test")
    for line in lines:
        connection.putheader("Cookie", line)
    connection.endheaders()
    return connection.getresponse().read().decode()


good = f"session={ada.cookies['session']}"
for lines in ((good,), ("a=b", good), (good, "a=b"), (f"session=old; {good}",), (f"{good};session=old",), ("session=old", good), (f"session=;\tsession=\"x\" ;{good} ",)):
    has(with_cookies(*lines), "ada@mail.test", f"{len(lines)} Cookie lines, {' | '.join(lines).count('session=')} sessions: signed in")
lacks(with_cookies("session=old", "session=older"), "Signed in", "but not by old ones")
has(penny.run("subscriber", "remove", "BEN@mail.test."), "left", "the owner removes somebody, however the address is typed")
lacks(ben.get(post).text, "ben@mail.test", "who is signed out with that")
form = ada.get("/me")
old = dict(ada.cookies)
ada.submit(form, form.form("/signout"))
thief = lab.Browser("https://penny.test")
thief.cookies = old
lacks(thief.get(post).text, "ada@mail.test", "who signed out is nobody at once")
lacks(thief.get("/archive").text, "ben@mail.test", "and not somebody else")

# --- one page is kept once, however its address is written: or anybody could fill the cache with one
def is_kept(path, host="penny.test"):
    """Does the answer come from the cache?  The database is changed behind its back."""
    browser = lab.Browser("https://penny.test")
    browser.get(path, {"Host": host})
    penny.change("UPDATE entry SET title = title || '§'")
    kept = "§" not in browser.get(path, {"Host": host}).text
    penny.change("UPDATE entry SET title = replace(title, '§', '')")
    # A version moves on, and all that was kept is forgotten.
    penny.run("publication", "gate", "free")
    penny.run("publication", "gate", "all")
    return kept


escaped = post.rpartition("/")[0] + "/%{:02X}".format(ord(post.rpartition("/")[2][0])) + post.rpartition("/")[2][1:]
for path, kept in ((post, True), ("/archive?page=1", True), ("/feed.xml", True), (post + "?utm_source=x", True), ("/archive?page=1%20", False),
                   ("/feed.xml?page=1", False), (post + "?page=x", False), (escaped, False)):
    eq(is_kept(path), kept, f"{path} is {'kept' if kept else 'answered, but not kept'}")
direct = lab.Browser(f"http://127.0.0.1:{penny.port}")
direct.get("/archive", {"Host": "penny.test"})
penny.change("UPDATE entry SET title = title || '§'")
text = direct.get("/archive", {"Host": "PENNY.test."}).text
ok("Post 5" in text and "§" not in text, "a host name in capitals gets what was kept for it in small letters")
penny.change("UPDATE entry SET title = replace(title, '§', '')")

# --- numbers that are none
for path in ("/", "/archive"):
    eq([stranger.get(f"{path}?page={number}").status for number in ("1", "0", "-1", "x", "", "01", "%2B1")], [200] + [404] * 6, f"{path} has no such page")

# --- what is kept of a reader, as a file for them; and forgotten, when they ask
penny.run("subscriber", "add", "--confirmed", "cleo@mail.test")
cleo = member("cleo")
for method, path in (("get", "/me/erase"), ("post", "/me/erase"), ("post", "/me/export")):
    answer = stranger.get(path) if method == "get" else stranger.post(path, {})
    eq((answer.status, "mail.test" in answer.text), (303, False), f"{method} {path}: a stranger is asked to sign in")
eq(stranger.get("/me/export").status, 404, "a file with all that is known is no link")
answer = cleo.post("/me/export", {})
eq((answer.status, answer.headers["Content-Type"].split(";")[0], "no-store" in answer.headers["Cache-Control"]), (200, "application/json", True), "the file comes, and stays nowhere")
has(answer.text, "cleo@mail.test", "with her address")
lacks(answer.text, "ada@mail.test", "and nobody else's")
has(cleo.get("/me/erase").text, "Forget me", "looking changes nothing")
has(penny.run("subscriber", "list"), "cleo@mail.test", "indeed")
has(cleo.post("/me/erase", {}).text, "You are forgotten", "the button does")
lacks(penny.run("subscriber", "list"), "cleo@mail.test", "she is on no list")
lacks(cleo.get(post).text, "cleo@mail.test", "and signed in nowhere")
has(penny.run("subscriber", "list"), "ada@mail.test", "the others stay")

# --- a foreign write lock
longest, statuses, stop = [], [], threading.Event()
page = stranger.get("/subscribe").look()


def subscribe():
    return stranger.submit(page, page.form("/subscribe"), follow=False, email="new@mail.test")


def post_often():
    while not stop.wait(0.4):
        statuses.append(subscribe())


with penny.locked():
    writer = threading.Thread(target=post_often)
    writer.start()
    begin = time.monotonic()
    while time.monotonic() - begin < 6:
        start = time.monotonic()
        for path in ("/", post, "/archive?page=1", "/feed.xml"):
            stranger.get(path)
        longest.append((time.monotonic() - start) / 4)
        time.sleep(0.05)
    stop.set()
    writer.join()
lab.diag(f"pages while another writes: {len(longest)} rounds, {1000 * max(longest):.0f} ms a page in the slowest; {len(statuses)} forms refused")
ok(len(longest) > 20, "for six seconds pages came while another process held the write lock")
ok(max(longest) < 1, "none of them waited for it")
eq({answer.status for answer in statuses}, {503}, "a form is told to come again")
ok(all(answer.headers["Retry-After"] for answer in statuses), "and when")
time.sleep(0.6)
eq(subscribe().status, 303, "and is taken when the lock is gone")
ok(wait_for(lambda: sink.to("new@mail.test")), "with its letter")
lab.done()
