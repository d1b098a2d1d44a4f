#!/usr/bin/python3
"""message.t - every kind of letter, in many scripts and sizes, before judges by others: signatures, SPF, DMARC, form, size, spam filters, mail programs."""

import collections
import os
import re
import urllib.parse
import urllib.request

import lab
from lab import eq, has, lacks, ok, wait_for

lab.enter(modules=["aiosmtpd", "dkim", "nacl"], programs=["nginx", "openssl"])
ADA, BOB, NEW, OWNER = "ada@mail.test", "bob@mail.test", "new@mail.test", "me@mail.test"
# A domain and an address as the world has them: those of tests alone look suspicious.
HOST, OUT = "mill.example.org", "85.214.10.25"
HTML_MAX = 80 * 1024
LAST = "the very last words of it"
ENGLISH = ("Rain fell on the upper works all night, and in the morning the gauge stood a hand above the mark. We walked the leat from the sluice to the mill, "
           "cleared two branches and a drowned umbrella, and found the iron grid as sound as it was in spring. ")
TEXTS = {
    "The gauge in March": ENGLISH * 6,
    "Größe, Maß und Grüße": "Über Nacht fiel Regen auf das obere Werk, und am Morgen stand der Pegel eine Handbreit über der Marke. Die Räder drehten sich schneller als gewöhnlich. " * 6,
    "三月の水位": "夜通し雨が上の水路に降り、朝には水位計が印より一手幅ほど高くなっていた。水車はいつもより速く回った。" * 8,
    "منسوب المياه في مارس": "هطل المطر طوال الليل على القناة العليا، وفي الصباح ارتفع المقياس شبرا فوق العلامة. دارت العجلة أسرع من المعتاد. " * 6,
    "מפלס המים במרץ": "כל הלילה ירד גשם על התעלה העליונה, ובבוקר עמד המד טפח מעל הסימן. הגלגל הסתובב מהר מהרגיל. " * 6,
    "Rain \U0001f327 and wheels \U0001f6de": "\U0001f327 Rain fell all night \U0001f468\u200d\U0001f469\u200d\U0001f467, and the wheel \U0001f6de turned. " * 6,
}
LONG, BLOCK = "Three hundred thousand letters", "One paragraph"

# rspamd takes its time to begin.
dns = lab.Dns()
dns.records.update({(HOST, "A"): [OUT], (HOST, "MX"): [f"10 {HOST}"], ("25.10.214.85.in-addr.arpa", "PTR"): [HOST]})
rspamd = lab.Rspamd() if lab.available("what rspamd says", programs=["rspamd"]) else None
sink = lab.Sink(port=2525)
blog = lab.Blog(lab.Site())
blog.publish("An old post", ENGLISH * 3)
penny = lab.Pennypost().init(f"https://{HOST}", "The Mill Gauge", "gauge", "--postal-address", "The Mill, 1 Mill Lane, Aberwhistle", "--owner", OWNER)
penny.mail_to(sink)
penny.run("source", "add", blog.url)
penny.run("subscriber", "add", "--confirmed", ADA, BOB)
penny.run("subscriber", "set", BOB, "--rhythm", "weekly", "--at", "mon 08:00")
lab.proxy({HOST: penny.port})
penny.serve()
stranger = lab.Browser(f"https://{HOST}")


def letter(name, front, body, *options):
    path = os.path.join(penny.directory, name)
    with open(path, "w") as file:
        file.write("---\n" + "".join(f"{field}: {value}\n" for field, value in front.items()) + "---\n" + body)
    penny.run("letter", "send", penny.run("letter", "new", path, *options).split("\t")[0])


def post(title, content):
    blog.publish(title, content, link=f"{blog.link}/{len(blog.items)}/")


def got(address, many):
    if not wait_for(lambda: len(sink.to(address)) >= many, 90):
        lab.diag(penny.run("delivery", "list"))
    return sink.to(address)


# --- one of each kind
letter("own.md", {"subject": "A letter of my own"}, f"Hello **readers**,\n\n{ENGLISH}\n\n- one\n- two\n")
letter("welcome.md", {"subject": "Welcome to the mill", "archive": "no"}, f"Hello, and thank you.\n\n{ENGLISH}\n", "--welcome")
for title, text in TEXTS.items():
    post(title, f"<p>{text}</p><h2>{title}</h2><blockquote><p>{text[:200]}</p></blockquote><ul><li>{title}</li><li>{text[:80]}</li></ul>"
                f"<pre><code>level = gauge()\n    return level</code></pre><p>{text}</p>")
post(LONG, "".join(f"<p>{number}. {ENGLISH}</p>" for number in range(300000 // len(ENGLISH))) + f"<p>And {LAST}.</p>")
post(BLOCK, "<p>" + ENGLISH * (80000 // len(ENGLISH)) + f"And {LAST}.</p>")
# So many posts at once are held, and the owner is told: that is the notice.
got(OWNER, 1)
penny.run("source", "approve", 1)
got(ADA, len(TEXTS) + 3)
ok(wait_for(lambda: penny.peek("SELECT count(*) FROM schedule WHERE next > 1")[0][0] > 0), "a digest is planned")
penny.change("UPDATE schedule SET next = 1 WHERE next IS NOT NULL")
got(BOB, 1)
page = stranger.get("/subscribe")
stranger.submit(page, page.form("/subscribe"), email=NEW)
page = stranger.get(re.search(r"https://\S+/c/\S+", got(NEW, 1)[0].part("text/plain"))[0])
stranger.submit(page, page.form("/c/"))
got(NEW, 2)
stranger.cookies.clear()
page = stranger.get("/signin")
stranger.submit(page, page.form("/signin"), email=NEW)
got(NEW, 3)


def name(mail):
    return f"{mail.recipient.partition('@')[0]}, {mail.message['Subject']}"


mails = list(sink.mails)
kinds = collections.Counter(mail.message["Feedback-ID"] is not None for mail in mails)
eq((kinds[True], kinds[False]), (len(TEXTS) + 5, 3), "letters, a digest and a welcome; a confirmation, a sign-in and a notice")

# --- their form
ONCE = ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Help", "List-Archive",
        "List-Post", "Feedback-ID", "Auto-Submitted", "Reply-To", "Archived-At", "Content-Language", "Precedence"]
for mail in mails:
    head = mail.raw.partition(b"\r\n\r\n")[0]
    fields = collections.Counter(field.lower() for field in re.findall(rb"^([!-9;-~]+):", head, re.M))
    eq({field: many for field, many in fields.items() if many > 1}, {b"dkim-signature": 2}, f"{name(mail)}: each field is there once, but for its two signatures")
    ok(all(fields[field.lower().encode()] == 1 for field in ONCE[:7]), "with all that it must have")
    ok(all(len(line) <= 998 for line in mail.raw.split(b"\r\n")) and not re.search(rb"\r(?!\n)|(?<!\r)\n", mail.raw), "no line is too long, and none ends with half a CRLF")
    ok(all(byte < 128 for byte in mail.raw), "it is ASCII, whatever it says")
    html = mail.part("text/html")
    ok(0 < len(html.encode()) <= HTML_MAX, f"the HTML part is {len(html.encode())} bytes")
    has(mail.part("text/plain"), "The Mill Gauge", "the text part says whose it is")
    if mail.message["List-Id"]:
        for field in ("List-Unsubscribe", "List-Unsubscribe-Post", "List-Help", "List-Archive", "List-Post", "Feedback-ID"):
            eq(fields[field.lower().encode()], 1, f"a letter to a list has {field}")
        has(html, re.match(r"<([^>]+)>", mail.message["List-Unsubscribe"])[1], "the way out is in the HTML part")
        for part in (html, mail.part("text/plain")):
            has(part, "1 Mill Lane", "and the postal address in both")

# --- a post from right to left stands so, in a letter from left to right
for title in TEXTS:
    html = next(mail for mail in sink.to(ADA) if str(mail.message["Subject"]) == title).part("text/html")
    right = title in ("منسوب المياه في مارس", "מפלס המים במרץ")
    eq(('<div dir="rtl">' in html, "border-left:3px" in html, "border-right:3px" in html), (right, not right, right), f"{title}: in its own direction")
    has(html, '<h1 class="h1 ink" dir="auto"', "its title too")
    page = stranger.get(re.search(r'<h1 [^>]*dir="auto"[^>]*><a [^>]*href="([^"]+)', html)[1]).text
    ok(re.search(r'<h1 class="p-name" dir="auto">', page) and re.search(r'<div class="(e-content|p-summary)" dir="auto">', page), "and on its page both")

# --- what is long is cut where it says so, and in the HTML part alone
for title in (LONG, BLOCK):
    mail = next(mail for mail in sink.to(ADA) if str(mail.message["Subject"]) == title)
    has(mail.part("text/plain"), LAST.split()[-1], f"{title}: the text part has its end")
    has(re.sub(r"\s+", " ", mail.part("text/plain")), LAST, "to the last word")
    html = mail.part("text/html")
    lacks(html, LAST, "the HTML part has not")
    has(html, "keep reading on the web", "and says so")
    ok(html.count("Rain fell") > 150, f"it has as much as there is room for ({html.count('Rain fell')} times the text)")
    read = re.search(r"Read in a browser: (\S+)", mail.part("text/plain"))[1]
    has(stranger.get(read).text, LAST, "the link leads to all of it")

# --- who sent it: dkimpy, and mailauth with SPF and DMARC
records = lab.txt_records(penny.run("dkim"))
bad = [name(mail) for mail in mails if [good for *_, good in lab.dkim_verdicts(mail.raw, records)] != [True, True]]
eq(bad, [], "dkimpy: both signatures of each are good")
zone = {**records, HOST: f"v=spf1 ip4:{OUT} -all", f"_dmarc.{HOST}": "v=DMARC1; p=reject; adkim=s; aspf=s"}
ALLOWED = {line.split("#")[0].strip() for line in open(os.path.join(lab.TOP, "tests/e2e/peers/letters/allowed"))}
if lab.available("what mailauth and caniemail say", peers=["mailauth", "caniemail"]):
    for mail, said in zip(mails, lab.mailauth(mails, zone, OUT)):
        eq(sorted((algorithm, result, domain) for algorithm, result, domain, _ in said["dkim"]),
           [("ed25519-sha256", "pass", HOST), ("rsa-sha256", "pass", HOST)], f"{name(mail)}: mailauth: both signatures are good, and of our domain")
        eq((said["spf"], said["dmarc"]), ("pass", "pass"), "SPF passes, and DMARC is aligned as strictly as it can be")
        eq(sorted(set(said["html"]) - ALLOWED), [], "caniemail: it uses nothing that is not on the list of what may be used")
    forged = lab.mailauth(mails[:1], zone, "85.214.10.66")[0]
    eq(forged["spf"], "fail", "from elsewhere SPF fails: the judge judges")

# --- whether it looks like spam
if lab.available("what SpamAssassin says", programs=["spamassassin", "perl"]):
    for mail, (score, tests) in zip(mails, lab.spamassassin(mails, HOST, OUT)):
        # Of a letter that is cut, text and HTML differ much: the text is whole.
        much = sum(float(value) for test, _, value in (test.partition("=") for test in tests.split(",")) if test == "MPART_ALT_DIFF_COUNT" and str(mail.message["Subject"]) == LONG)
        ok(score - much <= 0.5, f"{name(mail)}: SpamAssassin: {score} ({tests})")
if rspamd:
    dns.records.update({(owner, "TXT"): [text] for owner, text in zone.items()})
    rspamd.wait()
    for mail in mails:
        score, symbols = rspamd.score(mail, HOST, OUT)
        ok(score <= 2, f"{name(mail)}: rspamd: {score:.1f} ({symbols})")

# --- nothing is loaded from others, and nobody is told that it was opened
if lab.available("what a browser loads", programs=["chromium"]):
    chromium = lab.Chromium()
    for number, mail in enumerate(mails):
        path = os.path.join(lab.directory("html"), f"{number}.html")
        with open(path, "w") as file:
            file.write(mail.part("text/html"))
        chromium.hosts = (None, "")
        chromium.open("file://" + path)
        eq(chromium.asked, [], f"{name(mail)}: shown, it asks for nothing")
        eq(chromium.evaluate("document.querySelectorAll('script,link,iframe,object,embed,form,input').length"), 0, "and holds nothing that could")


# --- the way out: three GETs change nothing, one POST without a cookie is enough
def state(reader):
    return next(row[2] for row in penny.rows("subscriber", "list") if row[4] == reader)


for reader in (ADA, BOB, NEW):
    mail = next(mail for mail in reversed(sink.to(reader)) if mail.message["List-Unsubscribe"])
    eq(mail.message["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click", f"{name(mail)}: one click is offered")
    link = urllib.parse.urlsplit(re.match(r"<(https://[^>]+)>", mail.message["List-Unsubscribe"])[1])
    bare = lab.Browser(f"https://{HOST}")
    for _ in range(3):
        eq(bare.get(link.path).status, 200, "GET shows a page")
    eq(state(reader), "confirmed", "and changes nothing, three times")
    bare.cookies.clear()
    answer = bare.request("POST", link.path, b"List-Unsubscribe=One-Click", {"Content-Type": "application/x-www-form-urlencoded"})
    eq((answer.status, answer.location), (200, None), "a POST without a cookie is answered at once")
    eq(state(reader), "left", "and ends it")
lab.done()
