#!/usr/bin/python3
"""doctor.t - where all is well the doctor says so; with one fault at a time just that check complains, and its fix puts it right."""

import contextlib
import email.utils
import http.server
import json
import re
import ssl
import threading
import time
import urllib.error
import urllib.request

import lab
from lab import eq, has, ok, wait_for

lab.enter(modules=["aiosmtpd"], programs=["openssl", "nginx"])
OUT, OUT6 = "192.0.2.25", "2001:db8::25"
FRONT, LISTEN = 8081, 8080


class Front(http.server.BaseHTTPRequestHandler):
    """What stands between nginx and us; what(method, path) may answer in our place with (status, headers, body)."""

    protocol_version = "HTTP/1.1"
    what = staticmethod(lambda method, path: None)

    def pass_on(self):
        size = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(size) if size else None
        answer = Front.what(self.command, self.path)
        if not answer:
            request = urllib.request.Request(f"http://127.0.0.1:{LISTEN}{self.path}", body, dict(self.headers), method=self.command)
            try:
                with urllib.request.build_opener(NoRedirect).open(request, timeout=20) as r:
                    answer = r.status, {name: r.headers[name] for name in ("Content-Type", "Content-Encoding") if name in r.headers}, r.read()
            except urllib.error.HTTPError as r:
                answer = r.code, {}, r.read()
        self.send_response_only(answer[0])
        for name, value in {"Date": email.utils.formatdate(usegmt=True), **answer[1], "Content-Length": str(len(answer[2]))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer[2])

    do_GET = do_POST = pass_on

    def log_message(self, *words):
        pass


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *words):
        return None


front = http.server.ThreadingHTTPServer(("127.0.0.1", FRONT), Front)
threading.Thread(target=front.serve_forever, daemon=True).start()
site = lab.Site()
policy = "version: STSv1\r\nmode: enforce\r\nmx: mail.penny.test\r\nmax_age: 604800\r\n"
site.set("/.well-known/mta-sts.txt", policy, "text/plain")
lab.proxy({"penny.test": FRONT, "mta-sts.penny.test": site.port})
sink = lab.Sink(port=2525, host="mail.test", login=("penny", "secret"))
blog = lab.Blog(site)
blog.publish("An old post")
penny = lab.Pennypost().init()
penny.mail_to(sink, user="penny", password="secret", outgoing=f'{{"{OUT}", "{OUT6}"}}')
penny.configure(resolver="127.0.0.1:5353")
penny.run("publication", "set", "--owner", "ada@example.net", "--postal-address", "Penny, 1 Leat Lane, Rothwell")
dns = lab.Dns(port=5353)
dns.zone(f"""
penny.test SOA ns.penny.test
penny.test A 192.0.2.10
penny.test MX 10 mail.penny.test
penny.test TXT some-site-verification={"0123456789abcdef" * 15}
penny.test TXT another-site-verification={"0123456789abcdef" * 15}
penny.test TXT v=spf1 ip4:{OUT} ip6:{OUT6} -all
mail.penny.test A {OUT}
mail.penny.test AAAA {OUT6}
25.2.0.192.in-addr.arpa PTR mail.penny.test
5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa PTR mail.penny.test
_dmarc.penny.test TXT v=DMARC1; p=quarantine; rua=mailto:ada@example.net
_mta-sts.penny.test TXT v=STSv1; id=1
_smtp._tls.penny.test TXT v=TLSRPTv1; rua=mailto:ada@example.net
example.net MX 0 mx.example.net
mx.example.net A 192.0.2.80
""")
keys = lab.txt_records(penny.run("dkim"))
for name, text in keys.items():
    dns.put(name, "TXT", text)
RSA, ED = "pennypost._domainkey.penny.test", "pennypost-ed._domainkey.penny.test"
penny.run("source", "add", blog.url)
penny.run("subscriber", "add", "--confirmed", "reader@mail.test")
penny.serve()
blog.publish("A letter")
ok(wait_for(lambda: sink.to("reader@mail.test"), 30), "a letter was sent")


def doctor(*words):
    """The exit status, and {check: (level, seen, fix)}; of a check that speaks twice, the worse."""
    done = penny.command("doctor", "--json", *words)
    levels, told = ["ok", "warning", "wrong"], {}
    for f in json.loads(done.stdout)["findings"]:
        if f["check"] not in told or levels.index(f["level"]) > levels.index(told[f["check"]][0]):
            told[f["check"]] = (f["level"], f["seen"], f["fix"])
    return done.returncode, told


def ill(told):
    return {check: finding for check, finding in told.items() if finding[0] != "ok"}


# --- all is well
status, told = doctor()
eq((status, ill(told)), (0, {}), "where all is well nothing is said against it")
eq(sorted(told), sorted("server;spf;dkim rsa;dkim ed25519;dmarc;ptr;mx;soa;relay;recipient;mta-sts;tls-rpt;one-click;webfinger;actor;clock;letters;postal;owner".split(";")),
   "every check was made")
has(told["relay"][1], "TLSv1.3, logged in as penny", "the relay's TLS and login were tried")
has(told["letters"][1], "the largest of the latest 1", "a letter was weighed")
ok(("penny.test", "TXT", "tcp") in dns.asked, "records that are too long for UDP came by TCP")
eq(len(sink.mails), 1, "no letter was sent")
eq([row[2] for row in penny.rows("subscriber", "list")], ["confirmed"], "and nobody was unsubscribed")
lines = penny.run("doctor")
ok(re.search(r"^ok +spf +penny\.test: v=spf1 ", lines, re.M), "people read a line each")


# --- one fault at a time
@contextlib.contextmanager
def records(*changes):
    """With these records, each (name, type, data, ...), instead of what is there; FAIL for a name that nobody can look up."""
    before = dict(dns.records)
    for name, kind, *data in changes:
        dns.fails.add(name) if kind == "FAIL" else dns.put(name, kind, *data)
    yield
    dns.records = before
    dns.fails.clear()


@contextlib.contextmanager
def relay(**options):
    before = dict(sink.controller.SMTP_kwargs)
    sink.controller.SMTP_kwargs.update(options)
    yield
    sink.controller.SMTP_kwargs.clear()
    sink.controller.SMTP_kwargs.update(before)


@contextlib.contextmanager
def settings(before, **after):
    penny.configure(**after)
    yield
    penny.configure(**before)


@contextlib.contextmanager
def web(answer):
    Front.what = staticmethod(answer)
    yield
    Front.what = staticmethod(lambda method, path: None)


def fault(what, change, check, level, seen, fix, words=()):
    with change:
        status, told = doctor(*words)
    sick = ill(told)
    eq({name: finding[0] for name, finding in sick.items()}, {check: level}, f"{what}: {check} is {level}, and nothing else")
    if check in sick:
        has(sick[check][1], seen, f"{what}: what was seen")
        has(sick[check][2], fix, f"{what}: what to do")
    eq(status, 1 if level == "wrong" else 0, f"{what}: the exit status")


def spf(text):
    return records(("penny.test", "TXT", *([text] if isinstance(text, str) else text)))


fault("no SPF", spf("hello"), "spf", "wrong", "'penny.test' has no SPF record", f'penny.test.\tTXT\t"v=spf1 ip4:{OUT} ip6:{OUT6} -all"')
fault("two SPF records", spf(["v=spf1 -all", f"v=spf1 ip4:{OUT} -all"]), "spf", "wrong", "has 2 SPF records", "into one TXT record of penny.test")
fault("a server that SPF does not cover", spf(f"v=spf1 ip4:{OUT} -all"), "spf", "wrong", f"{OUT6} may not send for 'penny.test': the record says fail by -all",
      f'penny.test.\tTXT\t"v=spf1 ip6:{OUT6} ip4:{OUT} -all"')
fault("a mistake in SPF", spf(f"v=spf1 ipv4:{OUT} -all"), "spf", "wrong", f"'ipv4:{OUT}' in it is not understood", "correct the record of penny.test")
many = " ".join(f"include:s{n}.penny.test" for n in range(11))
more = [(f"s{n}.penny.test", "TXT", "v=spf1 ip4:192.0.2.99 -all") for n in range(11)]
fault("eleven lookups", records(("penny.test", "TXT", f"v=spf1 {many} ip4:{OUT} ip6:{OUT6} -all"), *more), "spf", "wrong", "more than 10 DNS lookups", "it may need 10 lookups")
fault("eleven lookups behind what matches", records(("penny.test", "TXT", f"v=spf1 ip4:{OUT} ip6:{OUT6} {many} -all"), *more), "spf", "warning", "needs 11 DNS lookups", "put what letters need first")
fault("names without records", spf(f"v=spf1 a:x.penny.test a:y.penny.test a:z.penny.test ip4:{OUT} ip6:{OUT6} -all"), "spf", "wrong", "more than 2 of the names in it have no records", "2 of them in vain")
fault("SPF for everybody", spf("v=spf1 +all"), "spf", "warning", "lets anybody send", "-all")
fault("an include that fails", records(("penny.test", "TXT", "v=spf1 include:s.penny.test -all"), ("s.penny.test", "FAIL")), "spf", "wrong", "'s.penny.test' cannot be looked up", "put right")

fault("no DKIM record", records((RSA, "TXT")), "dkim rsa", "wrong", f"{RSA}: there is no such record", f'publish this record: {RSA}.\tTXT\t"v=DKIM1; k=rsa; p=')
fault("no Ed25519 record", records((ED, "TXT")), "dkim ed25519", "warning", "no such record", f'{ED}.\tTXT\t"{keys[ED]}"')
other = keys[RSA].replace("MIIBIjAN", "MIIBIjAN")[:-24] + "AAAA" + keys[RSA][-20:]
fault("another key", records((RSA, "TXT", other)), "dkim rsa", "wrong", "another key than the one that signs", RSA)
fault("a revoked key", records((RSA, "TXT", "v=DKIM1; k=rsa; p=")), "dkim rsa", "wrong", "was revoked", RSA)
fault("two keys of one name", records((RSA, "TXT", keys[RSA], other)), "dkim rsa", "wrong", "there are 2 TXT records", "and no other of its name")
fault("the wrong type", records((RSA, "TXT", keys[ED])), "dkim rsa", "wrong", "a key of type ed25519, and the key that signs is rsa", RSA)
fault("t=y", records((RSA, "TXT", keys[RSA].replace("k=rsa;", "k=rsa; t=y;"))), "dkim rsa", "warning", "only tests DKIM (t=y)", RSA)
fault("quotes in the record", records((RSA, "TXT", f'"{keys[RSA]}"')), "dkim rsa", "wrong", "the record is wrong", RSA)
with records((RSA, "TXT", [keys[RSA][:100], keys[RSA][100:180], keys[RSA][180:]])):
    eq(ill(doctor()[1]), {}, "a key in several strings is the same key")

fault("no DMARC", records(("_dmarc.penny.test", "TXT")), "dmarc", "wrong", "no DMARC record for 'penny.test', nor above it", '_dmarc.penny.test.\tTXT\t"v=DMARC1; p=none; rua=mailto:ada@example.net"')
fault("two DMARC records", records(("_dmarc.penny.test", "TXT", "v=DMARC1; p=none", "v=DMARC1; p=reject")), "dmarc", "wrong", "has 2 DMARC records", "publish just one record")
fault("a DMARC record without a policy", records(("_dmarc.penny.test", "TXT", "v=DMARC1;")), "dmarc", "wrong", "it has no p=", "p=none")
fault("an old tag", records(("_dmarc.penny.test", "TXT", "v=DMARC1; p=none; pct=10")), "dmarc", "warning", "pct=", "take pct= out")
fault("DMARC that cannot be looked up", records(("_dmarc.penny.test", "FAIL")), "dmarc", "wrong", "cannot be looked up", "name servers of the domain")
with records(("_dmarc.penny.test", "TXT"), ("_dmarc.test", "TXT", "v=DMARC1; p=reject; sp=none; psd=y")):
    has(doctor()[1]["dmarc"][1], "the record of 'test' asks for p=none for this domain", "the policy is found above, by the tree walk")

REVERSE = "25.2.0.192.in-addr.arpa"
fault("no name of the address", records((REVERSE, "PTR")), "ptr", "wrong", f"{OUT} has no name", f"{REVERSE}.\tPTR\tpenny.test.")
fault("a name that does not lead back", records(("mail.penny.test", "A", "192.0.2.26")), "ptr", "wrong", "does not lead back", f"mail.penny.test.\tA\t{OUT}")
fault("a generic name", records((REVERSE, "PTR", "host-192-0-2-25.isp.test"), ("host-192-0-2-25.isp.test", "A", OUT)), "ptr", "warning", "looks like one of a dial-up line", "PTR")

fault("a null MX", records(("penny.test", "MX", "0 .")), "mx", "wrong", "takes no mail (a null MX", "penny.test.\tMX\t10 ")
with records(("penny.test", "MX"), ("penny.test", "A")):
    eq(doctor()[1]["mx"][0], "wrong", "neither MX nor address")
with records(("penny.test", "MX")):
    eq(doctor()[1]["mx"][0], "warning", "an address, and no MX")
with records(("penny.test", "MX", "10 mail.penny.test", "20 gone.penny.test")):
    level, seen, fix = doctor()[1]["mx"]
    eq((level, seen), ("warning", "'gone.penny.test', an MX of 'penny.test', has no address"), "an MX without an address, beside one that has one")
    has(fix, "the name of a host that has an address (A or AAAA)", "and what it must be")
with records(("penny.test", "MX", "10 192.0.2.25")):
    eq(doctor()[1]["mx"][0], "wrong", "an address is no name of an MX")
fault("no SOA above", records(("penny.test", "SOA")), "soa", "warning", "no SOA record", "name servers")
site.set("/.well-known/mta-sts.txt", policy.replace("mail.penny", "old.penny"), "text/plain")
fault("MTA-STS that forgets an MX", contextlib.nullcontext(), "mta-sts", "warning", "does not name 'mail.penny.test'", "a line mx: for each MX")
site.set("/.well-known/mta-sts.txt", policy, "text/plain")
fault("no MTA-STS", records(("_mta-sts.penny.test", "TXT")), "mta-sts", "warning", "has no record", '_mta-sts.penny.test.\tTXT\t"v=STSv1; id=1"')
fault("no TLSRPT", records(("_smtp._tls.penny.test", "TXT")), "tls-rpt", "warning", "has no record", '_smtp._tls.penny.test.\tTXT\t"v=TLSRPTv1; rua=mailto:ada@example.net"')
with records(("_smtp._tls.penny.test", "TXT", [b"v=TLSRPTv1; rua=mailto:\xff\x1b[31m@penny.test"])):
    eq(doctor()[1]["tls-rpt"][1], "_smtp._tls.penny.test: v=TLSRPTv1; rua=mailto:??[31m@penny.test", "bytes that are no text, or move a terminal, are not passed on")


# --- the mail server
def context(*hosts):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(*lab.certificate(*hosts))
    return made


def own_certificate():
    from lab import stage, tls
    tls.openssl("req", "-x509", *tls.EC, "-days", "30", "-subj", "/CN=mail.test", "-addext", "subjectAltName=DNS:mail.test", "-keyout", "own.key", "-out", "own.pem")
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(f"{stage.directory('tls')}/own.pem", f"{stage.directory('tls')}/own.key")
    return made


fault("a certificate for another name", relay(tls_context=context("other.test")), "relay", "wrong", "hostname mismatch", "the name in the server's certificate")
fault("a certificate of nobody's", relay(tls_context=own_certificate()), "relay", "wrong", "is not to be trusted", "ca_file")
fault("no STARTTLS", relay(tls_context=None, require_starttls=False), "relay", "wrong", "does not offer STARTTLS", "465 with tls")
fault("a wrong password", settings({"mail__password": "secret"}, mail__password="guess"), "relay", "wrong", "does not let us log in as 'penny'", "password_file")
fault("nobody there", settings({"mail__port": 2525}, mail__port=2526), "relay", "wrong", "cannot connect to mail.test:2526", "correct host and port")


async def no_sender(server, session, envelope, address, options):
    return "550 5.7.1 not your domain"

sink.handle_MAIL = no_sender
fault("a sender that it does not allow", contextlib.nullcontext(), "relay", "wrong", "550 5.7.1 not your domain", "allow the login to send for the whole domain 'penny.test'")
del sink.handle_MAIL
sink.verdicts["ada@example.net"] = "550 5.1.1 nobody of that name"
fault("an owner who is nobody", contextlib.nullcontext(), "recipient", "wrong", "nobody of that name", "--to")
eq(ill(doctor("--to", "bob@example.org")[1]), {}, "another address may be asked for")
has(doctor("--to", "bob@example.org")[1]["recipient"][1], "<bob@example.org>", "and is")
sink.verdicts.clear()
date = email.utils.formatdate(time.time() - 3600)
fault("a clock that is ahead", relay(ident=f"ESMTP {date}"), "clock", "wrong", "60 minutes ahead of that of the mail server", "timedatectl set-ntp true")
fault("captured letters", settings({"mail__transport": "smtp"}, mail__transport="maildir"), "relay", "warning", "and not sent", "unless another program takes them from there")

# --- the public URL
redirect = 301, {"Location": "https://www.penny.test/"}, b""
fault("a redirected unsubscribe", web(lambda method, path: redirect if method == "POST" else None), "one-click", "wrong", "is redirected (301) to https://www.penny.test/", "reverse proxy")
fault("an unsubscribe that wants a cookie", web(lambda method, path: (403, {}, b"") if method == "POST" else None), "one-click", "wrong", "is answered with 403", "reverse proxy")
fault("a path that is not passed on", web(lambda method, path: (404, {}, b"") if path.startswith("/.well-known/webfinger") else None), "webfinger", "wrong", "answers with 404", "reverse proxy")
fault("an actor from elsewhere", web(lambda method, path: (200, {}, b'{"id": "https://other.test/"}') if path == "/@penny" else None), "actor", "wrong", "is 'https://other.test/'", "Host")

# --- the publication
penny.run("publication", "set", "--postal-address", "")
fault("no postal address", contextlib.nullcontext(), "postal", "warning", "name no postal address", "pennypost publication set --publication penny.test --postal-address")
penny.run("publication", "set", "--postal-address", "Penny, 1 Leat Lane, Rothwell")
fault("an owner whose domain is gone", records(("example.net", "MX")), "owner", "wrong", "notices to <ada@example.net> may be lost", "example.net.\tMX\t10 ")
blog.publish("A long letter", "<p>" + "word " * 20 + "</p>" + "".join(f"<p>Paragraph {n} {'with words ' * 60}</p>" for n in range(160)))
ok(wait_for(lambda: len(sink.to("reader@mail.test")) == 2, 30), "a long letter was sent")
has(doctor()[1]["letters"][1], "the largest of the latest 2: ", "and weighed")
penny.run("subscriber", "add", "--confirmed", "ada@example.net")
sink.verdicts["ada@example.net"] = "550 5.1.1 nobody of that name"
blog.publish("A last letter")
ok(wait_for(lambda: "suppressed" in [row[2] for row in penny.rows("subscriber", "list")], 30), "an owner's address that is refused is suppressed")
sink.verdicts.clear()
fault("an owner who is written to no more", contextlib.nullcontext(), "owner", "wrong", "letters to <ada@example.net> are suppressed", "pennypost subscriber unsuppress ada@example.net")
penny.run("subscriber", "unsuppress", "ada@example.net")
with settings({"mail__dkim": True}, mail__dkim=False):
    status, told = doctor()
    eq({check: finding[0] for check, finding in ill(told).items()}, {"dkim rsa": "warning"}, "letters that are not signed here")

# --- several mail servers: each is looked at
with open(penny.config) as file:
    before = file.read()
section = 'server one {\nhost = mail.test\nport = 2525\nuser = penny\npassword = secret\n}\nserver two {\nhost = two.test\nport = %d\n}\n'
for port, level in ((2526, "ok"), (2527, "wrong")):
    if level == "ok":
        second = lab.Sink(port=port, host="two.test")
    with open(penny.config, "w") as file:
        file.write(before.replace("\nmail {", "\nmail {\n" + section % port, 1))
    found = [f for f in json.loads(penny.command("doctor", "--json").stdout)["findings"] if f["check"] == "relay"]
    eq([f["level"] for f in found], ["ok", level], f"of two servers the second is {level}")
    has(found[1]["seen"], f"two.test:{port}", "and named")
with open(penny.config, "w") as file:
    file.write(before)

# --- what is not known is said, and no more is claimed than is known
with settings({"mail__outgoing": f'{{"{OUT}", "{OUT6}"}}'}, mail__outgoing="{}"):
    status, told = doctor()
    eq(({check: finding[0] for check, finding in ill(told).items()}, status), ({"server": "warning"}, 0), "without outgoing, and where the relay's name leads nowhere, only that is said")
    with records(("mail.test", "A", "5.6.7.8")):
        status, told = doctor()
        eq({check: finding[0] for check, finding in ill(told).items()}, {"server": "warning", "spf": "warning", "ptr": "warning"}, "a relay of others may send from elsewhere: no more than warnings")
        eq(status, 0, "which are no failure")
dns.silent.add("penny.test")
began = time.monotonic()
status, told = doctor()
ok(status == 1 and time.monotonic() - began < 55, f"a resolver that is silent holds nobody up for ever ({time.monotonic() - began:.0f} s)")
has(told["mx"][1], "in time", "and is named as what it is")
dns.silent.clear()
six = lab.Dns(port=5354, address="::1")
six.records = dns.records
with settings({"resolver": "127.0.0.1:5353"}, resolver="[::1]:5354"):
    eq(ill(doctor()[1]), {}, "a resolver by IPv6")
    ok(six.asked, "which was asked")
with settings({"resolver": "127.0.0.1:5353"}, resolver="localhost:5354"):
    done = penny.command("doctor")
    eq(done.returncode, 1, "a resolver must be an address")
    has(done.stderr, "such as 127.0.0.1:53", "and the complaint says so")
for words, complaint in ((["--to", "nobody"], "is not a mail address"), (["--publication", "other.test"], "other.test"), (["now"], "usage: pennypost doctor")):
    done = penny.command("doctor", *words)
    ok(done.returncode in (1, 2) and complaint in done.stderr, f"doctor {' '.join(words)}: {done.stderr.strip()}")
lab.done()
