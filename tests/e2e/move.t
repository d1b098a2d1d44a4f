#!/usr/bin/python3
"""move.t - a publication moves to another URL, moves on, and moves back: pages, feeds, letters that are out, hubs and what refuses its own feeds."""

import json
import re

import lab
from lab import eq, has, lacks, ok, wait_for

lab.enter(modules=["aiosmtpd"], programs=["openssl"])
OLD, NEW, THIRD, OTHER = (f"http://{name}.test:8080" for name in ("old", "new", "third", "other"))
ACTIVITY = {"Accept": "application/activity+json"}
lab.names("old.test", "new.test", "third.test", "other.test", "nobody.test")
sink, site, hub = lab.Sink(port=2525), lab.Site(), lab.Hub()
blog = lab.Blog(site)
blog.publish("Before all")
penny = lab.Pennypost().init(OLD)
penny.mail_to(sink)
penny.run("source", "add", blog.url)
for name in ("ada", "ben"):
    penny.run("subscriber", "add", "--confirmed", f"{name}@mail.test")
penny.serve()
browser = lab.Browser(OLD)


def move(url, *words):
    return penny.command("publication", "set", "--url", url, *words)


def letter(title, to):
    def found():
        return next((mail for mail in list(sink.mails) if mail.recipient == to and str(mail.message["Subject"]) == title), None)
    return wait_for(found, 60)


def last(to, before):
    """The text of the letter that comes to this address after so many."""
    wait_for(lambda: len(sink.to(to)) > before, 30)
    return sink.to(to)[-1].part("text/plain")


def one_link(text, path):
    return re.search(rf"http://[a-z]+\.test:8080/{path}/[^\s>]+", text)[0]


def state(mail):
    return next((row[4] for row in penny.rows("subscriber", "list", "--publication", "penny") if row[2] == mail), None) or next(
        (" ".join(row) for row in penny.rows("subscriber", "list", "--publication", "penny") if mail in row), None)


# --- a publication of its own choice from the first
said = penny.run("publication", "add", "--url", OTHER, "--name", "Another", "--handle", "another", "--rhythm", "weekly", "--at", "tue 07:30", "--digest-order", "source")
has(said, "made", "a publication is made with a rhythm of its own")
eq(penny.peek("SELECT count(*), min(p.digest_order) FROM publication p JOIN schedule s ON s.id = p.schedule WHERE p.handle = 'another'"), [(1, 1)], "which is its schedule")
done = penny.command("publication", "add", "--url", "http://nobody.test:8080", "--name", "N", "--handle", "n", "--at", "08:00")
ok(done.returncode == 1 and "--at is the time of a rhythm" in done.stderr, "a time without a rhythm is none")
eq(len(penny.rows("publication", "list")), 2, "and makes no publication")

# --- before: letters, forms, a hub
blog.publish("While it was there")
mails = {name: letter("While it was there", f"{name}@mail.test") for name in ("ada", "ben")}
ok(all(mails.values()), "letters are out")
page = browser.get("/subscribe")
for name in ("cyd", "dot"):
    browser.submit(page, page.form("/subscribe"), email=f"{name}@mail.test")
confirm = {name: one_link(last(f"{name}@mail.test", 0), "c") for name in ("cyd", "dot")}
browser.post("/signin", {"email": "ben@mail.test"})
sign_in = one_link(last("ben@mail.test", 1), "c")
form = browser.get(confirm["dot"])
post = re.search(r'class="u-url p-name" href="([^"]+)"', browser.get("/").text)[1]
actor = json.loads(browser.get("/@penny", ACTIVITY).body)
pushed = "http://blog.test:8001/pushed"


def atom(*titles):
    return ('<feed xmlns="http://www.w3.org/2005/Atom"><id>tag:blog.test,2026:p</id><title>Pushed</title>' + "".join(
        f'<entry><id>tag:blog.test,2026:p/{title}</id><title>{title}</title><updated>2026-09-01T00:00:00Z</updated><content>{title}, in words.</content></entry>'
        for title in titles) + "</feed>")


site.set("/pushed", atom("Pushed zero"), "application/atom+xml", etag='"1"', link=f'<{hub.url}/>; rel="hub", <{pushed}>; rel=self')
penny.run("source", "add", pushed, "--publication", "old.test:8080")
old_lease = hub.subscribed(pushed)
ok(old_lease and old_lease.callback.startswith(OLD + "/websub/"), "a hub has a callback there")

ok(wait_for(lambda: "Pushed zero" in browser.get("/").text), "and the posts of its source are here")
feed = browser.get("/feed.atom").text

# --- what is no place to move to
for url, words in ((OLD, "already"), ("HTTP://old.test:8080/", "already"), (OTHER, "'other.test:8080' is a publication already"), (NEW + "/blog", "a scheme and a host only"), ("new.test", "new.test"),
                   ("ftp://new.test", "new.test")):
    done = move(url, "--publication", "old.test:8080")
    ok(done.returncode == 1 and words in done.stderr, f"not to {url}") or lab.diag(done.stderr)
eq(browser.get("/").status, 200, "and it is where it was")

# --- the move
has(move(NEW, "--publication", "old.test:8080").stdout, f"{NEW}\tchanged", "to a new URL")
shown = penny.run("publication", "show", "--publication", "new.test:8080")
ok(re.search(rf"^url\s+{NEW}$", shown, re.M) and re.search(rf"^former url 1\s+{OLD}$", shown, re.M) and re.search(r"^handle\s+@penny@old\.test:8080$", shown, re.M),
   "it shows where it is, where it was, and the handle, which stays") or lab.diag(shown)
for method in ("GET", "HEAD"):
    for path in ("/", post, "/archive", "/feed.xml", "/feed.atom?page=2", "/tag/none", "/robots.txt", "/icon.png", "/no/such/page"):
        answer = browser.request(method, path)
        eq((answer.status, answer.location), (301, NEW + path), f"{method} {path} leads to the new URL")
here = lab.Browser(NEW)
page = here.get(post).text
ok(f'rel="canonical" href="{NEW}{post}"' in page and OLD not in page.replace("@penny@old.test", ""), "a page names the new URL alone")
after = here.get("/feed.atom").text
eq(re.findall(r"<id>([^<]+)", after), re.findall(r"<id>([^<]+)", feed), "ids in feeds stay")
lacks(after, OLD, "and their links are new")
eq(browser.get("/feed.atom", follow=True).text, after, "a feed reader is led there")

# --- the fediverse's documents stay
for base in (browser, here):
    eq(base.get("/@penny", ACTIVITY).location, actor["id"] if base is here else None, f"the actor at {base.base} leads to its id, unless it is that")
    answer = base.get("/", ACTIVITY, follow=True)
    now = json.loads(answer.body)
    eq(answer.url, actor["id"] if base is here else OLD + "/", "as the front page does, for servers")
    eq({name: now[name] for name in ("id", "inbox", "outbox", "followers", "endpoints", "publicKey", "webfinger")},
       {name: actor[name] for name in ("id", "inbox", "outbox", "followers", "endpoints", "publicKey", "webfinger")}, f"the actor at {base.base} is who it was")
    eq((now["url"], now["attributionDomains"]), (NEW + "/", ["old.test", "new.test"]), "and says where its pages are")
    for host in ("old.test:8080", "new.test:8080"):
        finger = json.loads(base.get(f"/.well-known/webfinger?resource=acct:penny@{host}").body)
        eq((finger["subject"], finger["links"][0]["href"], finger["links"][1]["href"]), ("acct:penny@old.test:8080", actor["id"], NEW + "/"), f"penny@{host} is found at {base.base}")
    answer = base.get(post, ACTIVITY, follow=True)
    note = json.loads(answer.body)
    ok(answer.url.startswith(OLD), "other servers get a post from the host of its id")
    ok(note["id"].startswith(OLD + "/p/") and note["attributedTo"] == actor["id"] and note["url"] == NEW + post, "a post has its id, and a new page")
    eq(json.loads(base.get("/.well-known/nodeinfo").body)["links"][0]["href"], OLD + "/nodeinfo/2.0", "what the server is stays there")
eq(browser.get("/nodeinfo/2.0").status, 200, "and is there")
note = browser.get(note["id"][len(OLD):])
eq((note.status, note.location), (302, NEW + post), "the id of a post leads people to its page")
eq((browser.post("/inbox", {"a": "b"}).status, browser.post("/@penny/inbox", {"a": "b"}).status), (415, 415), "inboxes answer where they were")

# --- letters that are out
text = mails["ada"].part("text/plain")
for path, words in (("r", "While it was there"), ("prefs", "ada@mail.test"), ("u", "ada@mail.test")):
    answer = browser.get(one_link(text, path), follow=True)
    ok(answer.status == 200 and answer.url.startswith(NEW) and words in answer.text, f"a letter's /{path}/ still opens") or lab.diag(answer.text[:2000])
answer = browser.get(OLD + post, follow=True)
ok(answer.status == 200 and "paragraph 7" in answer.text, "and the page of its post")
way_out = re.match(r"<([^>]+)>", mails["ada"].message["List-Unsubscribe"])[1]
answer = lab.Browser(OLD).post(way_out, {"List-Unsubscribe": "One-Click"})
eq((answer.status, answer.location), (200, None), "one click unsubscribes without a redirect")
has(state("ada@mail.test"), "left", "for good")
someone = lab.Browser(OLD)
page = someone.get(confirm["cyd"], follow=True)
ok(page.url.startswith(NEW), "the link of a confirmation leads to the new URL")
someone.submit(page, page.form("/c/"))
has(state("cyd@mail.test"), "confirmed", "where it confirms")
answer = browser.submit(form, form.form("/c/"), follow=False)
ok(answer.status in (200, 303), "a form that was open meanwhile is taken where it was")
has(state("dot@mail.test"), "confirmed", "and does what it says")
member = lab.Browser(OLD)
page = member.get(sign_in, follow=True)
member.submit(page, page.form("/c/"))
has(member.get(NEW + "/me").text, "ben@mail.test", "the link of a sign-in signs in at the new URL")

# --- letters from now on
def from_there():
    """A new letter to ben.  For some seconds who sends still makes them as it did: their links redirect."""
    title = f"From elsewhere {len(blog.items)}"
    blog.publish(title)
    mail = letter(title, "ben@mail.test")
    return mail if mail.message["List-Unsubscribe"].startswith(f"<{NEW}/u/") else None


mail = wait_for(from_there, 60)
ok(mail, "new letters have their way out at the new URL")
before, now = mails["ben"].message, mail.message
for header in ("List-Id", "From"):
    eq(str(now[header]), str(before[header]), f"with the same {header}")
ok(now["Message-ID"].endswith("@old.test>") == before["Message-ID"].endswith("@old.test>"), "and a Message-ID of the same kind")
lacks(mail.part("text/plain") + mail.part("text/html"), OLD, "and all of their links")

# --- own feeds are no sources, under no URL
for url in (OLD + "/feed.xml", NEW + "/feed.xml", OLD + "/"):
    done = penny.command("source", "add", url, "--publication", "other.test:8080")
    ok(done.returncode == 1 and "a publication of this Pennypost" in done.stderr, f"{url} is refused") or lab.diag(done.stderr)

# --- the hub
eq(hub.push(old_lease, atom("Pushed one", "Pushed zero")), 202, "a lease of before goes on at the old URL")
ok(wait_for(lambda: "Pushed one" in here.get("/").text), "and brings posts")
penny.change("UPDATE websub SET next_try = 1")
new_lease = wait_for(lambda: next((r for r in hub.asked(pushed) if r.callback.startswith(NEW + "/websub/") and r.verified), None))
ok(new_lease and new_lease.verified[0][0] == 200, "a renewal names the new one")
for request, title in ((old_lease, "Pushed two"), (new_lease, "Pushed three")):
    eq(hub.push(request, atom(title)), 202, f"{request.callback[:20]} takes a push")
    ok(wait_for(lambda: title in here.get("/").text), "whose post comes")

# --- who is there now, and who was
done = penny.command("publication", "set", "--url", OLD, "--publication", "other.test:8080")
ok(done.returncode == 1 and "leads to 'new.test:8080'" in done.stderr, "a former URL is no other's")
done = penny.command("publication", "add", "--url", OLD, "--name", "Thief", "--handle", "thief")
ok(done.returncode == 1 and "leads to 'new.test:8080'" in done.stderr, "and no new one's")
found = [finding for finding in json.loads(penny.command("doctor", "--json", "--publication", "new.test:8080").stdout)["findings"] if finding["check"] == "former url"]
eq([(finding["level"], finding["seen"]) for finding in found], [("ok", f"{OLD} leads to {NEW}")], "the doctor looks whether the former URL leads on")

# --- twice, and back
eq(move(THIRD, "--publication", "new.test:8080").returncode, 0, "it moves on")
for base in (OLD, NEW):
    answer = lab.Browser(base).get(post)
    eq((answer.status, answer.location), (301, THIRD + post), f"{base} leads there at once")
eq(lab.Browser(THIRD).get(post).status, 200, "where it is")
eq(browser.get(one_link(mails["ben"].part("text/plain"), "r"), follow=True).status, 200, "letters of before still open")
eq(json.loads(lab.Browser(THIRD).get("/@penny", ACTIVITY, follow=True).body)["id"], actor["id"], "and the actor is who it was")
penny.run("source", "remove", next(row[0] for row in penny.rows("source", "list", "--publication", "penny") if pushed in row))
leave = wait_for(lambda: next(iter(hub.asked(pushed, "unsubscribe")), None))
eq(leave and leave.callback, new_lease.callback, "a hub is left at the callback that it knows")
eq(move(OLD, "--publication", "new.test:8080").returncode, 0, "and it moves back")
eq(browser.get(post).status, 200, "to where it was first")
for base in (NEW, THIRD):
    answer = lab.Browser(base).get(post)
    eq((answer.status, answer.location), (301, OLD + post), f"{base} leads back")
eq(json.loads(browser.get("/@penny", ACTIVITY).body), {**actor, "attributionDomains": ["old.test"]}, "all is as it was")
shown = penny.run("publication", "show", "--publication", "third.test:8080")
ok(re.search(rf"^former url 1\s+{NEW}$", shown, re.M) and re.search(rf"^former url 2\s+{THIRD}$", shown, re.M) and "former url 3" not in shown, "and both others are known") or lab.diag(shown)
lab.done()
