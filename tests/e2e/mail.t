#!/usr/bin/python3
"""mail.t - a new post becomes one signed letter for each subscriber, and one click ends it."""

import re

import lab
from lab import eq, has, lacks, ok, wait_for

lab.enter(modules=["aiosmtpd", "dkim", "nacl"], programs=["nginx", "openssl"])
READERS = ["ada@mail.test", "Grace.Hopper@mail.test", "edsger+letters@mail.test"]

sink = lab.Sink(port=587, login=("penny", "secret"))
blog = lab.Blog(lab.Site())
blog.publish("An old post")
penny = lab.Pennypost().init("https://penny.test", "Penny Test", "penny", "--postal-address", "1 Mill Lane")
penny.mail_to(sink, user="penny", password="secret")
penny.run("source", "add", blog.url)
for reader in READERS:
    penny.run("subscriber", "add", "--confirmed", reader)
lab.proxy({"penny.test": penny.port})
penny.serve()


def letters(title):
    return [mail for mail in sink.mails if title in str(mail.message["Subject"])]


def delivered(title, many):
    """Waits until the ledger says that so many letters of a post are out, and no row is open."""
    def settled():
        rows = [row for row in penny.rows("delivery", "list") if row[7] == title]
        return len(rows) == many and all(row[3] == "delivered" for row in rows)
    if not wait_for(settled, 30):
        lab.diag(penny.run("delivery", "list"))
    return settled()


# --- one post, three letters
blog.publish("Thirty-seven cosines", tags=["tides"])
ok(delivered("Thirty-seven cosines", 3), "the ledger has three letters of the new post, all delivered")
eq(sorted(mail.recipient for mail in sink.mails), sorted(READERS), "each subscriber got one letter, nobody anything of the old post")
records = lab.txt_records(penny.run("dkim"))
eq(len(records), 2, "two DNS records for DKIM are told")
for mail in letters("Thirty-seven cosines"):
    message = mail.message
    ok(mail.tls and mail.user == "penny", f"{mail.recipient}: over TLS, logged in")
    eq(sorted((algorithm, good) for algorithm, _, good in lab.dkim_verdicts(mail.raw, records)),
       [("ed25519-sha256", True), ("rsa-sha256", True)], "both signatures are good")
    changed = mail.raw.replace(b"paragraph 1", b"paragraph 9")
    eq([good for *_, good in lab.dkim_verdicts(changed, records)], [False, False], "and bad for a changed text")
    signed = " ".join(message.get_all("DKIM-Signature")).lower()
    ok(all(name in re.sub(r"\s", "", signed) for name in ("list-unsubscribe:", "list-unsubscribe-post", "from:", "message-id")),
       "the signatures cover the list headers")
    eq(message["To"].addresses[0].addr_spec, mail.recipient, "To names its reader alone")
    eq(len(message["To"].addresses), 1, "one reader")
    has(str(message["From"]), "penny.test", "From is the publication's")
    eq(message["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click", "one-click is offered")
    ok(re.match(r"<https://penny\.test/u/[^>]+>", message["List-Unsubscribe"]), "by https, first")
    ok(message["List-Id"], "with a List-Id")
    eq([part.get_content_type() for part in message.walk()], ["multipart/alternative", "text/plain", "text/html"], "text first, then HTML")
    has(mail.part("text/plain"), "paragraph 7", "the text has all of the post")
    has(mail.part("text/html"), "paragraph 7", "and so has the HTML")
    has(mail.part("text/plain"), "1 Mill Lane", "and the postal address")
    ok(mail.sender.endswith("@penny.test") and mail.sender != "", "the return path is ours")
    ok(max(map(len, mail.raw.split(b"\r\n"))) <= 998 and b"\r\n" in mail.raw and b"\n" not in mail.raw.replace(b"\r\n", b""),
       "lines end with CRLF and none is too long")
eq(len({mail.message["Message-ID"] for mail in sink.mails}), 3, "each has a Message-ID of its own")
eq(len({mail.sender for mail in sink.mails}), 3, "and a return path of its own")


# --- the link that opens the letter in a browser, and the lock on another device
def read_link(mail):
    return re.search(r"Read in a browser: (https://penny\.test/r/\S+)", mail.part("text/plain"))[1]


links = [read_link(mail) for mail in sink.mails]
eq(len(set(links)), 3, "each reader has a link of their own")
ok(all(link in mail.part("text/html") for link, mail in zip(links, sink.mails)), "in both parts")
penny.run("publication", "set", "--gate", "all")
stranger = lab.Browser("https://penny.test")
page = stranger.get(links[0])
has(page.text, "paragraph 7", "a browser without a session reads all of it")
eq((page.headers.get("Cache-Control"), page.headers.get("Set-Cookie")), ("no-store", None), "nobody keeps it, and it signs nobody in")
has(page.text, "noindex", "it is for no index")
lacks(stranger.get(sink.mails[0].message["Archived-At"].strip("<>")).text, "paragraph 7", "the page of the post stays closed")
penny.run("publication", "set", "--gate", "free")


# --- leaving
def leave_link(reader):
    return re.match(r"<([^>]+)>", sink.to(reader)[0].message["List-Unsubscribe"])[1]


def state(reader):
    return next(row[2] for row in penny.rows("subscriber", "list") if row[4] == reader)


ada, grace, edsger = READERS
bare = lab.Browser("https://penny.test")
for method in ("GET", "HEAD"):
    eq(bare.request(method, leave_link(ada)).status, 200, f"{method} of the way out shows a page")
    eq(state(ada), "confirmed", f"and {method} changes nothing")
bare.cookies.clear()
answer = bare.request("POST", leave_link(ada), b"List-Unsubscribe=One-Click", {"Content-Type": "application/x-www-form-urlencoded"})
eq((answer.status, answer.location), (200, None), "one click is answered at once, without a redirect")
eq((answer.headers.get("Set-Cookie"), answer.headers.get("Referrer-Policy")), (None, "no-referrer"), "no cookie, and nothing said of where it was")
eq(state(ada), "left", "one click ends the subscription")
eq(bare.request("POST", leave_link(ada), b"List-Unsubscribe=One-Click", {"Content-Type": "application/x-www-form-urlencoded"}).status, 200,
   "a second click is fine")
forged = leave_link(grace)[:-3] + ("AAA" if not leave_link(grace).endswith("AAA") else "BBB")
eq(bare.request("POST", forged, b"List-Unsubscribe=One-Click", {"Content-Type": "application/x-www-form-urlencoded"}).status, 404,
   "a forged link is not found")
eq(state(grace), "confirmed", "and changes nothing")

blog.publish("The second letter")
ok(delivered("The second letter", 2), "the next post goes to the two who stayed")
eq(sorted(mail.recipient for mail in letters("The second letter")), sorted([grace, edsger]), "and to them alone")

multipart = b'--x1\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x1--\r\n'
answer = bare.request("POST", leave_link(grace), multipart, {"Content-Type": "multipart/form-data; boundary=x1"})
eq((answer.status, answer.location), (200, None), "one click as multipart/form-data")
eq(state(grace), "left", "ends it too")

# --- the page behind the link, for people
page = bare.get(leave_link(edsger))
page = bare.submit(page, page.form("/u/"))
eq(page.status, 200, "the button on the page works, and leads to a page")
eq(state(edsger), "left", "it ends the subscription")
page = bare.submit(page, page.form("/undo"))
eq(state(edsger), "confirmed", "and Undo takes it back")

blog.publish("The third letter")
ok(delivered("The third letter", 1), "the third post goes to the one who came back")
lab.done()
