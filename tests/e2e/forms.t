#!/usr/bin/python3
"""forms.t - forms that nobody can have read: a few are as good as others, of many each is shown again; and pages with forms are kept as before."""

import gzip
import re

import lab
from lab import eq, has, lacks, ok, wait_for

lab.enter(modules=["aiosmtpd"], programs=["nginx", "openssl", "chromium"])
NETWORK, INSTANCE = 10, 40  # so many of each within the hour, as subscribers/proof/ask_limit.c has them
sink = lab.Sink()
blog = lab.Blog(lab.Site())
blog.publish("A post", "<p>" + "Water runs downhill. " * 200 + "</p>")
penny = lab.Pennypost().init()
penny.mail_to(sink)
penny.run("source", "add", blog.url)
penny.run("subscriber", "add", "--confirmed", "known@mail.test")
lab.proxy({"penny.test": penny.port})
penny.serve()
browser = lab.Browser("https://penny.test")
post = re.search(r'class="u-url p-name" href="([^"]+)"', browser.get("/").text)[1]
STAMP = re.compile(rb'<input type="hidden" name="stamp" value="([\w.-]+)">')


def from_network(network):
    """Somebody of that network, without the proxy."""
    return lab.Browser(f"http://penny.test:{penny.port}", {"Host": "penny.test", "X-Forwarded-For": f"{network}.7"})


def ask(mail, who=browser, **fields):
    return who.post("/subscribe", {"email": mail, **fields})


def letters(mail):
    return wait_for(lambda: sink.to(mail)) or []


# --- pages are kept, and each comes with the time
for path in ("/", post):
    first = browser.get(path)
    plain, tag = first.body, first.headers["ETag"]
    eq([len(stamp) for stamp in STAMP.findall(plain)], [32], f"{path} has one stamp")
    later = wait_for(lambda: (answer := browser.get(path)).body != plain and answer)
    ok(later and STAMP.sub(b"", later.body) == STAMP.sub(b"", plain), "and a second later another one, and nothing else is another")
    eq(later.headers["ETag"], tag, "its ETag stays")
    eq(browser.get(path, {"If-None-Match": tag}).status, 304, "so who has the page need not fetch it")
    eq(browser.request("HEAD", path).headers["Content-Length"], str(len(plain)), "HEAD says how long it is")
    seen = set()

    def unpacked():
        small = browser.get(path, {"Accept-Encoding": "gzip"})
        page = gzip.decompress(small.body) if small.headers["Content-Encoding"] == "gzip" else b""
        seen.add((STAMP.sub(b"", page) == STAMP.sub(b"", plain), STAMP.search(page)[1]))
        return len(seen) == 3
    ok(wait_for(unpacked) and {same for same, _ in seen} == {True}, "compressed it is the same page, with its own stamp each second") or lab.diag(seen)
    eq(browser.get(path, {"If-None-Match": browser.get(path, {"Accept-Encoding": "gzip"}).headers["ETag"]}).status, 304, "which is known again, too")
penny.kill_role("web")
ok(wait_for(lambda: browser.get(post, {"If-None-Match": tag}).status == 304), "another process knows the page by the same ETag")
page = browser.get("/subscribe")
eq(len(STAMP.findall(page.body)), 1, "the page of the form alone has a stamp")

# --- alone, nobody is bothered
eq((ask("none@mail.test").status, len(letters("none@mail.test"))), (303, 1), "a form without a stamp is as good as others")
eq((ask("quick@mail.test", stamp=page.form("/subscribe").fields["stamp"]).status, len(letters("quick@mail.test"))), (303, 1), "so is one that was sent at once")

for number in range(NETWORK - 2):
    ask(f"more@more{number}.test", from_network("127.0.0"))
ok(wait_for(lambda: penny.peek("SELECT count(*) FROM ask")[0][0] == 0), "nor are some more")

# --- one too many of a network within the hour
again = ask("ada@mail.test", next=post)
eq(again.status, 422, "one more of that network is asked to press once more")
fields = again.form("/subscribe").fields
eq((fields["email"], fields["next"], len(fields["stamp"])), ("ada@mail.test", post, 32), "with all that was typed, and a stamp")
has(again.text, "press once more", "and is told so")
known, forged = ask("known@mail.test", next=post), ask("ada@mail.test", next=post, stamp="006ae3b00.AAAAAAAAAAAAAAAAAAAAAA")
eq({(answer.status, STAMP.sub(b"", answer.body).replace(b"known@", b"ada@")) for answer in (again, known, forged)}, {(422, STAMP.sub(b"", again.body))},
   "the same is said of an address that is known, and of a forged stamp")
eq(penny.peek("SELECT count(*) FROM ask")[0][0], 0, "nothing is written down")
done = browser.submit(again.look(), again.form("/subscribe"))
has(done.text, "Check your inbox", "who presses again gets on")
has(letters("ada@mail.test")[0].part("text/plain"), "https://penny.test/c/", "and gets the letter")
resend = done.form("/subscribe")
eq(len(resend.fields["stamp"]), 32, "where a letter can be asked for again, the form has a stamp, too")
page.look()
eq({browser.submit(page, page.form("/subscribe"), follow=False, email=f"slow{n}@mail.test").status for n in range(4)}, {303}, "forms that somebody has looked at are not counted")

# --- other networks, until all together are too many
eq({ask(f"far@far{n}.test", from_network(f"198.51.{n // NETWORK}")).status for n in range(INSTANCE - NETWORK)}, {303}, "other networks are not bothered")
late = from_network("203.0.113")
eq(ask("late@mail.test", late).status, 422, "but when the whole instance has had many, the next one is")
eq(late.post("/subscribe", {**late.get("/subscribe").look().form("/subscribe").fields, "email": "late@mail.test"}).status, 303, "unless somebody has looked at the form")
penny.change("UPDATE pace SET full_at = full_at - 3600000")
eq(ask("next@mail.test").status, 303, "an hour later nobody is bothered any more")

# --- a real browser, in which all of this is seen
chromium = lab.Chromium(hosts=["penny.test"])
SEND = "document.querySelector('#e, #f').value = '%s'; document.querySelector('form[action=\"/subscribe\"]').requestSubmit(document.querySelector('form[action=\"/subscribe\"] button'))"


def press(mail):
    chromium.loaded = False
    chromium.evaluate(SEND % mail)
    chromium.wait("the next page", lambda: chromium.loaded)
    return chromium.evaluate("document.querySelector('h1').textContent")


for number in range(NETWORK):
    ask(f"hasty@hasty{number}.test", from_network("127.0.0"))
chromium.open("https://penny.test/")
eq(press("grace@mail.test"), "Get the letter", "a browser that sends at once, after others did, is shown the form again")
eq(chromium.evaluate("document.querySelector('#f').value"), "grace@mail.test", "filled in")
chromium.evaluate("new Promise(done => setTimeout(done, 3100))")
eq(press("grace@mail.test"), "Check your inbox", "and gets on")
ok(letters("grace@mail.test"), "with its letter")
chromium.open("https://penny.test/")
chromium.evaluate("new Promise(done => setTimeout(done, 3100))")
eq(press("slow@mail.test"), "Check your inbox", "one whose person takes their time gets on at once")
lacks(penny.log(), "request failed", "nothing failed")
lab.done()
