#!/usr/bin/python3
"""lab.t - the lab itself: a private network, TLS, mail, pages that change.  What it says of others must be true."""

import os
import smtplib
import socket

import lab
from lab import eq, has, ok

lab.enter(modules=["aiosmtpd"], programs=["nginx", "openssl"])

# --- the stage
eq([name for _, name in socket.if_nameindex()], ["lo"], "the network has loopback and nothing else")
eq(os.getpid(), 1, "the process table is the test's own")
lab.names("one.test")
eq(socket.gethostbyname("one.test"), "127.0.0.1", "a name of ours means loopback")
try:
    socket.getaddrinfo("example.com", 80)
    ok(False, "a name of others is not known")
except socket.gaierror:
    ok(True, "a name of others is not known")

# --- pages over TLS
site = lab.Site(8001)
site.set("/", "hello", "text/plain", etag='"1"', last_modified="Sun, 06 Sep 2026 06:30:00 GMT")
lab.proxy({"one.test": 8001, "two.test": 8001})
browser = lab.Browser("https://one.test")
eq(browser.get("/").text, "hello", "a page through nginx, with a certificate of the lab's CA")
eq(lab.Browser("https://two.test").get("/").status, 200, "and under a second name")
eq(lab.Browser("http://one.test").get("/").location, "https://one.test/", "port 80 leads to 443")
eq(browser.get("/", {"If-None-Match": '"1"'}).status, 304, "an ETag is honoured")
eq(browser.get("/", {"If-Modified-Since": "Sun, 06 Sep 2026 06:30:00 GMT"}).status, 304, "and so is a date")
eq(browser.get("/", {"If-None-Match": '"2"', "If-Modified-Since": "Sun, 06 Sep 2026 06:30:00 GMT"}).status, 200, "the ETag goes first")
eq(site.count("/"), 5, "requests are counted")
site.set("/form", '<form action="/go" method=post><input name=a value="1&amp;2"><input type=checkbox name=no><input name=b></form>',
         "text/html", set_cookie="s=abc; Path=/; HttpOnly")
page = browser.get("/form")
eq(page.form("/go").fields, {"a": "1&2", "b": ""}, "a form is read")
browser.get("/")
has(str(site.requests[-1][2]), "s=abc", "a cookie is kept")
ok(lab.wait_for(lambda: False, 0.05) is False, "what never comes true is given up")
try:
    lab.Browser("https://127.0.0.1").get("/")
    ok(False, "a certificate for another name is refused")
except OSError as problem:
    has(str(problem), "CERTIFICATE_VERIFY_FAILED", "a certificate for another name is refused")

# --- mail
sink = lab.Sink(port=25, host="mail.test", login=("penny", "secret"))
sink.verdicts["gone@mail.test"] = "550 5.1.1 no such user"
sink.verdicts["later@mail.test"] = ["450 4.2.0 not now"]
letter = b"From: a@one.test\r\nTo: b@mail.test\r\nSubject: Hello\r\n\r\n.dot\r\n"
with smtplib.SMTP("mail.test", 25) as client:
    try:
        client.sendmail("a@one.test", ["b@mail.test"], letter)
        ok(False, "without TLS nothing is taken")
    except smtplib.SMTPException:
        ok(True, "without TLS nothing is taken")
with smtplib.SMTP("mail.test", 25) as client:
    client.starttls(context=lab.client_context())
    client.login("penny", "secret")
    refused = client.sendmail("a@one.test", ["b@mail.test", "gone@mail.test", "later@mail.test"], letter)
    eq({name: code for name, (code, _) in refused.items()}, {"gone@mail.test": 550, "later@mail.test": 450}, "verdicts per recipient")
    client.sendmail("a@one.test", ["later@mail.test"], letter)
eq([mail.recipient for mail in sink.mails], ["b@mail.test", "later@mail.test"], "what was taken is kept")
eq([(mail.raw, mail.sender, mail.tls, mail.user, mail.connection) for mail in sink.mails],
   [(letter, "a@one.test", True, "penny", sink.mails[0].connection)] * 2, "with its bytes and how it came")
eq(lab.txt_records('a.b.\tTXT\t"v=1; " "p=xy"\n c IN TXT "no"\nd.e. 300 IN TXT ( "q\\"" )\n'), {"a.b": "v=1; p=xy", "d.e": 'q"'},
   "TXT records are read")

# --- what fails is said
eq(lab.rss("A & B", "https://one.test", [{"guid": "1", "title": "<", "content": "<p>x</p>"}]).count("&amp;"), 1, "a feed is escaped")
lab.done()
