#!/usr/bin/python3
"""xss.t - in a real browser nothing of a source runs: not in the sanitiser's output, not on our pages, not in our letters; nor of a reader's answer."""

import base64
import glob
import html
import html.parser
import json
import os
import re
import smtplib
import subprocess
import urllib.parse

import lab
from lab import eq, ok, wait_for
from lab.payloads import ALL

lab.enter(modules=["aiosmtpd"], programs=["openssl", "chromium"])
lab.names("penny.test", "here.test")

payloads = list(ALL)
if lab.available("the payloads of the suite, and not our own alone", suites=["xss"]):
    for suite in sorted(glob.glob(os.path.join(lab.suite("xss"), "*.json"))):
        with open(suite) as file:
            payloads += [case["payload"] for case in json.load(file)]
    ok(len(payloads) > len(ALL), f"{len(payloads)} payloads, {len(payloads) - len(ALL)} of them from the suite")
VOID = {"br", "col", "hr", "img", "wbr"}


# --- the sanitiser alone

def clean(text):
    done = subprocess.run([lab.pennypost.BINARY, "html", "clean", "--base", "https://here.test/post/"], input=text.encode("utf-8", "surrogatepass"), capture_output=True)
    return done.stdout.decode() if done.returncode == 0 else ok(False, f"html clean ends well: {text!r}\n{done.stderr.decode()}") or ""


class Meant(html.parser.HTMLParser):
    """The tree that HTML says by its tags alone, which is what its writer meant: [name, attributes, children] or text."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.root = ["#", {}, []]
        self.stack, self.wrong = [self.root], []
        self.feed(text)
        self.close()
        if len(self.stack) > 1:
            self.wrong.append(f"<{self.stack[-1][0]}> has no end")

    def handle_starttag(self, name, attributes):
        node = [name, {key: value or "" for key, value in attributes}, []]
        self.stack[-1][2].append(node)
        if name not in VOID:
            self.stack.append(node)

    def handle_endtag(self, name):
        if self.stack[-1][0] == name:
            self.stack.pop()
        else:
            self.wrong.append(f"</{name}> ends <{self.stack[-1][0]}>")

    def handle_data(self, text):
        children = self.stack[-1][2]
        if children and isinstance(children[-1], str):
            children[-1] += text
        else:
            children.append(text)

    def handle_comment(self, text):
        self.stack[-1][2].append(["!", {}, [text]])


TREE = """
(root => {
  const tree = n => n.nodeType === 3 ? n.data : n.nodeType === 8 ? ['!', {}, [n.data]]
    : [n.namespaceURI === 'http://www.w3.org/1999/xhtml' ? n.localName : n.nodeName, Object.fromEntries([...n.attributes].map(a => [a.name, a.value])), [...n.childNodes].map(tree)];
  return [...root.childNodes].map(tree);
})
"""
browser = lab.Chromium(hosts=("penny.test", "127.0.0.1"))
cleaned = [clean(payload) for payload in payloads]
folder = lab.directory("pages")


def page(name, body):
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        file.write(f"<!doctype html><html><head><meta charset=utf-8><title>x</title></head><body>{body}</body></html>")
    return path


# Files are not fetched, so that the browser asks for nothing that is not the text's own doing.
def show(name, fragments):
    path = page(name, "".join(f'<div class="case" data-case="{n}">{fragment}</div>\n' for n, fragment in enumerate(fragments)))
    with open(path) as file:
        text = file.read()
    browser.open("about:blank")
    frame = browser.call("Page.getFrameTree")["frameTree"]["frame"]["id"]
    browser.asked, browser.dialogs = [], []
    browser.call("Page.setDocumentContent", frameId=frame, html=text)


def pictures(fragments):
    """The addresses that pictures may be asked for at: those that a text keeps."""
    return {html.unescape(url) for fragment in fragments for url in re.findall(r'<img [^>]*?src="([^"]*)"', fragment)}


def plain(url):
    return urllib.parse.unquote(url)


def judge(what, fragments):
    allowed = {plain(url) for url in pictures(fragments)}
    eq(browser.ran(), [], f"{what}: no script runs")
    eq(browser.found(), [], f"{what}: nothing is there that could run, ask or be sent")
    eq([asked for asked in browser.asked if plain(asked[0]) not in allowed or asked[1] != "Image"], [], f"{what}: nothing is asked for but pictures")
    eq(browser.evaluate("[...document.querySelectorAll('div.case')].filter(e => e.parentNode !== document.body).length"), 0, f"{what}: no text leaves its place")
    eq(browser.evaluate("document.querySelectorAll('div.case').length"), len(fragments), f"{what}: all of them are there")
    eq(browser.evaluate("Object.keys(window).filter(k => /^(createElement|cookie|__proto__)$/.test(k))"), [], f"{what}: no name of the page's is taken")


RAW = ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "<details open ontoggle=alert(1)>x</details>"]
for raw in RAW:
    show("raw.html", [raw])
    ok(browser.ran() and browser.found(), f"what is not cleaned runs here, and is seen: {raw}")
show("raw.html", ["<img src=https://evil.test/x.png><link rel=stylesheet href=https://evil.test/x.css>"])
lab.wait_for(lambda: browser.ran() == [] and len(browser.asked) == 2)
eq(sorted(asked[1] for asked in browser.asked), ["Image", "Stylesheet"], "and what it asks for is seen")
show("clean.html", cleaned)
judge("read as a page", cleaned)
trees, different = browser.evaluate(f"[...document.querySelectorAll('div.case')].map({TREE})"), []
for payload, fragment, tree in zip(payloads, cleaned, trees):
    meant = Meant(fragment)
    if meant.wrong or meant.root[2] != tree:
        different.append((payload, fragment, meant.wrong))
eq(different, [], "the browser reads the tree that is meant")

# As scripts of other readers do: read, written by the browser, read again.
browser.evaluate("for (const e of document.querySelectorAll('div.case')) for (let n = 0; n < 3; n++) e.innerHTML = e.innerHTML")
judge("written and read again", cleaned)
eq(browser.evaluate(f"[...document.querySelectorAll('div.case')].map({TREE})") == trees, True, "which changes nothing")
others = {"a table's cell": "<table><tbody><tr><td>%s</td></tr></tbody></table>", "a list": "<ul><li>%s</li></ul>", "a template": "<template>%s</template>",
          "a foreign object": "<svg><foreignObject>%s</foreignObject></svg>", "mathematics": "<math><mtext>%s</mtext></math>", "a select": "<select>%s</select>", "noscript": "<noscript>%s</noscript>"}
for what, around in others.items():
    show("other.html", [around % fragment for fragment in cleaned])
    eq(browser.ran(), [], f"inside {what}: no script runs")
    eq(browser.found(allowed="e => !e.hasAttributes() || /^(data:|case$)/.test(e.className)"), [], f"inside {what}: nothing is there that could run or be sent")
eq([(payload, once, again) for payload, once in zip(payloads, cleaned) if (again := clean(once)) != once], [], "cleaning again changes nothing")

# --- our pages

site = lab.Site()
sink = lab.Sink(port=2525)


def item(number, payload):
    e = html.escape(re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "", payload))
    return (f"<item><guid isPermaLink='false'>{number}</guid><title>{e}</title><link>{e}</link><dc:creator>{e}</dc:creator><category>{e}</category><category>tag {e}</category>"
            f"<description>{e}</description><content:encoded>{e}{html.escape('<p>A word of its own.</p>')}</content:encoded><comments>{e}</comments><pubDate>{number % 28 + 1:02} Oct 2026 10:00:00 GMT</pubDate>"
            f"<enclosure url='{e}' type='{e}' length='1'/><media:content url='https://here.test/{number}.png' medium='image'><media:title>{e}</media:title><media:description>{e}</media:description></media:content></item>")


def serve_feed(items, title):
    e = html.escape(title)
    site.set("/feed", "<?xml version='1.0' encoding='UTF-8'?><rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:content='http://purl.org/rss/1.0/modules/content/'"
             f" xmlns:media='http://search.yahoo.com/mrss/'><channel><title>{e}</title><link>{e}</link><description>{e}</description><language>{e}</language><generator>{e}</generator>{''.join(items)}</channel></rss>")


NASTY = "\"><img src=x onerror=alert(1)></title><script>alert(1)</script>"
serve_feed([item(0, NASTY)], NASTY)
penny = lab.Pennypost().init("http://penny.test:8080", NASTY, "penny", "--summary", NASTY, "--author", NASTY)
penny.mail_to(sink)
penny.configure(inbound__domain="lists.test", inbound__lmtp="127.0.0.1:2424")
penny.run("publication", "set", "--answers", "moderate", "--owner", "owner@mail.test")
penny.run("source", "add", f"http://127.0.0.1:{site.port}/feed")
penny.run("subscriber", "add", "--confirmed", "ada@mail.test")
penny.serve()
serve_feed([item(n, payload) for n, payload in enumerate([NASTY, *payloads])], NASTY)
wait_for(lambda: "held" in penny.run("source", "list"), 60)
penny.run("source", "approve", penny.rows("source", "list")[0][0])
entries = len(payloads) + 1
ok(wait_for(lambda: penny.peek("SELECT count(*) FROM entry")[0][0] >= entries - 5, 120), "a feed of payloads is ingested")
stored = penny.peek("SELECT count(*) FROM entry")[0][0]

# What our pages have themselves, and no source could have made so.
OURS = """e => {
  if (e.closest('.e-content, .p-summary')) return false;
  if (e.matches('script[type="application/ld+json"]') || e.matches('link[rel], meta') && e.parentNode === document.head) return true;
  if (e.matches('form')) return new URL(e.action, location).origin === location.origin;
  if (e.matches('input, button, svg, select, textarea')) return !!e.closest('form, header, footer, nav, .top, .ask, svg') || e.matches('svg');
  return e.matches('style') && e.parentNode === document.head;
}"""


def visit(url):
    browser.open(url)
    bad = browser.ran() + browser.found("document", OURS)
    bad += [asked for asked in browser.asked if asked[1] not in ("Image",)]
    return bad


seen, queue, wrong = set(), ["/", "/archive", "/subscribe", "/feeds", "/signin", "/privacy"], []
while queue:
    path = queue.pop(0)
    if path in seen or len(seen) > stored + 200:
        continue
    seen.add(path)
    url = f"http://penny.test:8080{path}"
    wrong += [(path, bad) for bad in visit(url)]
    links = browser.evaluate("[...document.querySelectorAll('a[href]')].map(a => a.href)")
    found = {urllib.parse.urlsplit(link).path for link in links if link.startswith("http://penny.test:8080/")} - seen - {"/feed.xml", "/feed.atom"}
    # Of the pages of tags, which are all alike, a few are enough.
    tags = [path for path in sorted(found) if path.startswith("/tag/")]
    queue += sorted(found - set(tags)) + tags[:max(0, 20 - sum(path.startswith("/tag/") for path in [*seen, *queue]))]
eq(wrong[:5], [], f"{len(seen)} pages: nothing runs, nothing is there that could")
ok(sum(1 for path in seen if re.match(r"/\d{4}/", path)) >= stored, "and every post was looked at") or lab.diag(f"{stored} entries, {len(seen)} pages")

# --- our letters

def judge_letters(letters):
    wrong = []
    for letter in letters:
        browser.open("about:blank")
        frame = browser.call("Page.getFrameTree")["frameTree"]["frame"]["id"]
        browser.asked, browser.dialogs = [], []
        browser.call("Page.setDocumentContent", frameId=frame, html=letter.part("text/html"))
        bad = browser.ran() + browser.found("document", "e => e.matches('meta, style') && e.parentNode === document.head")
        wrong += [(letter.message["Subject"], found) for found in bad + [asked for asked in browser.asked if asked[1] != "Image"]]
        for name, value in letter.message.items():
            if "\n" in str(value).replace("\n ", " ").replace("\n\t", " ") or name.lower() == "x-header":
                wrong.append((name, value))
    return wrong


ok(wait_for(lambda: len(sink.mails) >= stored - 1, 240), "and sent as a letter") or lab.diag(f"{len(sink.mails)} of {stored - 1}")
wrong = judge_letters(sink.mails)
eq(wrong[:5], [], f"{len(sink.mails)} letters: nothing runs, nothing is there that could")

# --- what readers answer

# Of one mailbox six are kept in an hour, and a page shows two hundred.
readers = [f"r{n}@mail.test" for n in range((len(payloads) + 5) // 6)]
penny.run("subscriber", "add", "--confirmed", *readers)
serve_feed([item(n, "Answer me") for n in (10001, 10002)], NASTY)
wait_for(lambda: "held" in penny.run("source", "list"), 60)
penny.run("source", "approve", penny.rows("source", "list")[0][0])


def asked(reader):
    """The addresses at which the letters of both posts ask for answers."""
    return sorted({mail.message["Reply-To"] for mail in sink.mails if mail.recipient == reader})


ok(wait_for(lambda: all(len(asked(reader)) == 2 for reader in readers), 120), f"{len(readers)} readers get two posts") or lab.diag(penny.log()[-3000:])
with smtplib.LMTP("127.0.0.1", 2424) as client:
    for number, payload in enumerate(payloads):
        reader = readers[number // 6]
        said = payload.encode("utf-8", "replace")
        body = base64.encodebytes(b"<p>A word of its own.</p>" + said).replace(b"\n", b"\r\n")
        name = b" ".join(b"=?utf-8?b?" + base64.b64encode(said[at:at + 30]) + b"?=" for at in range(0, min(len(said), 90), 30))
        client.sendmail(reader, [asked(reader)[number % 2]], b"From: %s <%s>\r\nMessage-ID: <%d@mail.test>\r\nSubject: Re\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n"
                        b"Content-Transfer-Encoding: base64\r\n\r\n%s" % (name, reader.encode(), number, body))
ok(wait_for(lambda: penny.peek("SELECT count(*) FROM reply")[0][0] == len(payloads), 120), "a payload in each answer is held") or lab.diag(penny.peek("SELECT count(*) FROM reply"), penny.log()[-3000:])
told = wait_for(lambda: [mail for mail in sink.mails if mail.recipient == "owner@mail.test" and "replies and messages" in str(mail.message["Subject"])], 90)
eq(judge_letters(told or [])[:5], [], "in the letter that tells the owner nothing runs") if ok(told, "the owner is told") else None
penny.change("UPDATE reply SET state = 2 WHERE id <> (SELECT max(id) FROM reply)")
penny.run("reply", "approve", penny.peek("SELECT max(id) FROM reply")[0][0])
wrong, shown = [], 0
for url in [row[4] for row in penny.rows("entry", "list") if row[5] == "Answer me"]:
    wrong += [(url, bad) for bad in visit(url)]
    shown += browser.evaluate("document.querySelectorAll('.replies > .reply > .e-content').length")
    eq(browser.evaluate("document.querySelectorAll('.replies img, .replies [id]:not(#replies), .replies [style]').length"), 0, "replies have no pictures, ids and styles")
    lab.has(browser.evaluate("document.querySelector('.replies').textContent"), "A word of its own.", "but words")
eq(shown, len(payloads), "all are shown, each in its place")
eq(wrong[:5], [], "nothing of them runs, nothing is there that could")
lab.done()
