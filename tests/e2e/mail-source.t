#!/usr/bin/python3
"""mail-source.t - mails as posts: a month of a mailing list reads well as an archive, newsletters in a Maildir are entries, hostile mails do no harm."""

import base64
import email.message
import email.policy
import email.utils
import mailbox
import os
import re
import urllib.parse
import urllib.request

import lab
from lab import eq, has, lacks, ok, wait_for

lab.enter(modules=["aiosmtpd"], programs=["openssl"])
PICTURE = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAACgAAAAoCAIAAAADnC86AAAAIElEQVR4nO3NAQ0AAAwCoNu/tOZwgxbOzVQqlUqlUqlUf3sDB8IAAc8gqBgAAAAASUVORK5CYII=")
FOOTER = "_______________________________________________\nTides mailing list\nTides@lists.example\nhttps://lists.example/mailman/listinfo/tides\n"
PEOPLE = {"ada": "Ada Lovelace", "bo": "Bo Nilsson", "chi": "千恵"}


def when(day, hour=10):
    return email.utils.format_datetime(email.utils.parsedate_to_datetime(f"{day} Mar 2026 {hour}:00:00 +0100"))


def post(number, who, day, subject, text, answers=(), **more):
    """A message as Mailman keeps it."""
    m = email.message.EmailMessage(policy=email.policy.SMTP)
    m["From"] = email.utils.formataddr((PEOPLE[who], who + "@tide.example"))
    m["Subject"] = subject
    m["Date"] = when(day)
    m["Message-ID"] = f"<{number}@tide.example>"
    if answers:
        m["In-Reply-To"] = f"<{answers[-1]}@tide.example>"
        m["References"] = " ".join(f"<{a}@tide.example>" for a in answers)
    m.set_content(text + FOOTER, **more)
    return m


def get(path):
    with urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:8080{urllib.parse.quote(path, safe='/%')}", headers={"Host": "penny.test:8080"}), timeout=20) as answer:
        return answer.read().decode("utf-8", "replace") if "text" in answer.headers["Content-Type"] else answer.read()


# --- a month of a mailing list
HIGH = "The gauge at the north pier read 3.4 metres this morning, which is the highest\nsince the pier was built.  We should:\n\n- move the boats\n- close the lock\n\nSee https://tide.example/gauge for the curve.\n\n-- \nAda, tide office\n"
ANSWER = "On Tue, 3 Mar 2026 at 10:00, Ada Lovelace <ada@tide.example> wrote:\n> We should:\n>\n> - move the boats\n\nDone, all of them.\n\n> - close the lock\n\nWho has the key?\n"
KEY = "I have it.\n\nAm 04.03.2026 schrieb Bo Nilsson:\n> Done, all of them.\n>\n> Who has the key?\n"
chart = post(4, "chi", 5, "[tides] 今朝の潮位", "写真を添えます。\n", charset="iso-2022-jp")
chart.add_attachment(PICTURE, "image", "png", filename="潮位.png", disposition="inline")
chart.add_attachment(b"x" * 4000, "application", "ms-tnef", filename="winmail.dat")
hostile = post(7, "bo", 9, "[tides] <script>alert(1)</script>", "plain\n")
hostile.set_content("<p>Hello<script>alert(1)</script><img src=x onerror=alert(2)><a href='javascript:alert(3)'>x</a><iframe src='https://evil.example'></iframe></p>", subtype="html")
list_month = [
    post(1, "ada", 3, "[tides] High water at the north pier", HIGH, cte="quoted-printable"),
    post(2, "bo", 4, "Re: [tides] High water at the north pier", ANSWER, [1]),
    post(3, "chi", 4, "AW: Re: [tides] High water at the north pier", KEY, [1, 2], charset="utf-8", cte="base64"),
    chart,
    post(5, "ada", 6, "Re: [tides] A thread that began in February", "It went on in March.\n", ["gone"]),
    post(6, "bo", 7, "Re: [tides] A thread that began in February", "And further.\n", ["gone", 5]),
    hostile,
    post(1, "ada", 3, "[tides] High water at the north pier", HIGH),
]
parts = b"".join(b"--b\n\npart %d\n" % n for n in range(2000))
many = b"From: bo@tide.example\nSubject: [tides] Two thousand parts\nMessage-ID: <8@tide.example>\nDate: " + when(10).encode() + b"\nContent-Type: multipart/mixed; boundary=b\n\n" + parts
archive = os.path.join(lab.stage.directory("mails"), "2026-March.mbox")
box = mailbox.mbox(archive)
for message in [*list_month, many]:
    box.add(mailbox.mboxMessage(message if isinstance(message, bytes) else message.as_bytes()))
box.flush()

penny = lab.Pennypost().init("http://penny.test:8080")
penny.run("subscriber", "add", "--confirmed", "reader@example.net")
said = penny.run("import", archive)
has(said, "5 posts in an mbox, 5 new; nothing was sent", "a thread is one post, also one whose beginning is elsewhere")
has(said, "skipped\t1\tmessages that are there twice", "a message is there once")
has(penny.run("import", archive), "5 posts in an mbox, 0 new", "the same file again brings nothing")
rows = {row[5]: row for row in penny.rows("entry", "list")}
eq(sorted(rows), sorted(["High water at the north pier", "今朝の潮位", "A thread that began in February", "<script>alert(1)</script>", "Two thousand parts"]),
   "subjects have neither Re: nor the name of the list")
server = penny.serve()


def page(title):
    return get("/" + rows[title][4].split("/", 3)[3])


high = page("High water at the north pier")
text = re.sub(r"<[^>]+>", "", high)
for words in ("move the boats", "Done, all of them.", "I have it.", "Bo Nilsson, 4 March 2026", "千恵, 4 March 2026"):
    has(text, words, f"the thread says: {words}")
has(high, "<li>move the boats</li>", "a list is one")
has(high, '<a href="https://tide.example/gauge"', "an address is a link")
for words in ("mailing list", "tide office", "schrieb", "@tide.example", "listinfo"):
    lacks(high.split("</article>")[0], words, f"without: {words}")
ok(high.index("Who has the key?") < high.index("I have it.") and high.count("Who has the key?") == 1, "what is answered below is not there again")
chart_page = page("今朝の潮位")
address = re.search(r'/media/[0-9a-f]{64}\.png', chart_page)
has(chart_page, "写真を添えます。", "a text of another charset")
ok(address and get(address[0]) == PICTURE, "a picture is kept and served")
has(chart_page, "winmail.dat (4 kB)", "what is no picture is named")
evil = page("<script>alert(1)</script>").split("<article")[1].split("</article>")[0]
has(evil, "Hello", "a hostile mail is read")
for words in ("<script", "onerror", "javascript:", "<iframe"):
    lacks(evil, words, f"without {words}")
has(page("Two thousand parts"), "part 1", "one of 2000 parts, too")
front = get("/")
ok(server.alive() and "Two thousand parts" in front, "the archive lists them")

# --- newsletters in a Maildir
NEWS = """<html><head><style>p{color:red}</style></head><body><div style="display:none">A line for the list of mails</div>
<table role="presentation"><tr><td><a href="https://news.example/b/1">View in browser</a></td></tr>
<tr><td><h1>The lock is open</h1><p>Ships go through since %s, and the ferry, too; the keeper says that it stays so until the autumn.</p><img src="cid:lock@news.example" alt="The lock"></td></tr>
<tr><td><p>You get this because you asked. <a href="https://news.example/u/1">Unsubscribe</a></p></td></tr></table>
<img src="https://news.example/open.gif" width="1" height="1"></body></html>"""
folder = os.path.join(lab.stage.directory("mails"), "news")
news = mailbox.Maildir(folder)
sink = lab.Sink(port=2525)
penny.mail_to(sink)
server.stop()


def newsletter(number, title, part=None):
    m = email.message.EmailMessage(policy=email.policy.SMTP)
    m["From"] = "Lock News <news@news.example>"
    m["Subject"] = title
    m["Date"] = email.utils.formatdate()
    m["Message-ID"] = f"<{number}@news.example>"
    m["List-Unsubscribe"] = "<https://news.example/u/1>"
    m.set_content("In plain text.\n")
    m.add_alternative(part or NEWS % title, subtype="html")
    m.get_payload()[1].add_related(PICTURE, "image", "png", cid="<lock@news.example>")
    return m


def titles():
    return [row[5] for row in penny.rows("entry", "list")]


news.add(mailbox.MaildirMessage(newsletter(1, "An old letter").as_bytes()))
has(penny.run("source", "add", folder), "1 posts imported, none of them will be sent", "a Maildir is a source")
has(penny.run("source", "list"), "maildir://" + folder, "under its address")
server = penny.serve()
key = news.add(mailbox.MaildirMessage(newsletter(2, "The lock is open").as_bytes()))
ok(wait_for(lambda: "The lock is open" in titles(), 30), "a mail that is delivered becomes a post")
ok(wait_for(lambda: [mail for mail in sink.to("reader@example.net") if str(mail.message["Subject"]) == "The lock is open"], 30), "and is news")
rows = {row[5]: row for row in penny.rows("entry", "list")}
letter = page("The lock is open").split("<article")[1].split("</article>")[0]
has(letter, "Ships go through", "the text is there")
eq(len(re.findall(r"<h[12][^>]*>The lock is open", letter)), 1, "its subject is there once")
ok(re.search(r"/media/[0-9a-f]{64}\.png", letter), "with its picture")
for words in ("Unsubscribe", "View in browser", "A line for the list of mails", "open.gif", "<table"):
    lacks(letter, words, f"without {words}")
message = news[key]
message.set_flags("S")
news[key] = message
bad = newsletter(3, "Bad", "<p>Hello</p><script>alert(1)</script>").as_bytes()
news.add(mailbox.MaildirMessage(bad.replace(b"Subject: Bad", b"Auto-Submitted: auto-replied\r\nSubject: Away")))
news.add(mailbox.MaildirMessage(b"\0\xff" * 50000))
news.add(mailbox.MaildirMessage(many.replace(b"<8@", b"<9@").replace(b"Two thousand", b"More than two thousand")))
news.add(mailbox.MaildirMessage(post(20, "chi", 11, "明日の潮位", "明日は低い。\n", charset="iso-2022-jp").as_bytes()))
news.add(mailbox.MaildirMessage(newsletter(4, "After all that").as_bytes()))
ok(wait_for(lambda: "After all that" in titles(), 30), "mails that are none do not stand before others")
eq(titles().count("The lock is open"), 1, "one that was read has other flags, and is the same")
lacks(titles(), "Away", "an automatic reply is no post")
rows = {row[5]: row for row in penny.rows("entry", "list")}
ok("明日の潮位" in rows and "明日は低い。" in page("明日の潮位"), "a helper knows other charsets")
eq(len(os.listdir(folder + "/new") + os.listdir(folder + "/cur")), 7, "the folder is as it was")
lacks([mail.message["Subject"] for mail in sink.mails], "An old letter", "what was there before is no news")
eq(len(titles()), 10, "and what has no head of a mail is none")
ok(server.alive(), "the role lives")

# --- what waits at first is no news, to its last mail
source = penny.rows("source", "list")[0][0]
penny.run("source", "pause", source)
penny.change("UPDATE source SET imported = 0")
for number, title in ((30, "One that waited"), (31, "Another that waited")):
    news.add(mailbox.MaildirMessage(newsletter(number, title).as_bytes()))
penny.run("source", "resume", source)
ok(wait_for(lambda: {"One that waited", "Another that waited"} <= set(titles()) and penny.peek("SELECT imported FROM source")[0][0], 30), "both are posts")
news.add(mailbox.MaildirMessage(newsletter(32, "One that came later").as_bytes()))
ok(wait_for(lambda: [mail for mail in sink.mails if str(mail.message["Subject"]) == "One that came later"], 30), "what comes later is sent")
eq([str(mail.message["Subject"]) for mail in sink.mails if "that waited" in str(mail.message["Subject"])], [], "they are not")

# --- from whom it says
done = penny.command("source", "set", source, "--authenticate", "dkim")
ok(done.returncode == 1 and "dkim:mx.example.org" in done.stderr, "without the name of a server nothing is believed, and that is said")
penny.run("source", "set", source, "--authenticate", "dkim:mx.penny.test")
has(penny.run("source", "show", source), "dkim:mx.penny.test", "it is shown")
for number, title, results in ((5, "Signed", "mx.penny.test; dkim=pass header.d=news.example"), (6, "Signed by another", "mx.penny.test; dkim=pass header.d=evil.example"),
                               (7, "Says so itself", "mx.evil.example; dkim=pass header.d=news.example")):
    news.add(mailbox.MaildirMessage(f"Authentication-Results: {results}\r\n".encode() + newsletter(number, title).as_bytes()))
ok(wait_for(lambda: "Signed" in titles(), 30), "a mail of whom it says is a post")
waiting = wait_for(lambda: len(penny.rows("entry", "list", "--held")) == 2 and penny.rows("entry", "list", "--held"), 30)
has(str(waiting), "Signed by another", "of another it is held")
has(str(waiting), "Says so itself", "and what only says so itself")
lacks(titles(), "Signed by another", "nobody sees it")
news.add(mailbox.MaildirMessage(newsletter(2, "The lock is closed", "<p>Forged</p>").as_bytes()))
news.add(mailbox.MaildirMessage(b"Authentication-Results: mx.penny.test; dkim=pass header.d=news.example\r\n" + newsletter(8, "The last one").as_bytes()))
ok(wait_for(lambda: "The last one" in titles(), 30), "another one")
ok("The lock is open" in titles() and "Ships go through" in page("The lock is open"), "a mail changes nothing that is there, whichever id it has")

lab.done()
