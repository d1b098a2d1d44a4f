#!/usr/bin/python3
"""mta-sts.t - letters to domains whose policy wants TLS with good certificates, and certain servers: kept back when these are not there."""

import lab
from lab import eq, has, ok, wait_for

lab.enter(modules=["aiosmtpd"], programs=["openssl", "nginx"])
good = lab.Sink(port=25, host="mx.good.test", address="127.0.0.2")
bare = lab.Sink(port=25, host="mx.bare.test", address="127.0.0.3", starttls=False)
# A certificate of another name.
false = lab.Sink(port=25, host="mx.false.test", address="127.0.0.4")
spare = lab.Sink(port=25, host="mx.spare.test", address="127.0.0.5")
site = lab.Site()


def policy(mode, *names):
    return "".join(f"{line}\r\n" for line in ["version: STSv1", f"mode: {mode}", *(f"mx: {name}" for name in names), "max_age: 604800"])


PATH = "/.well-known/mta-sts.txt"
sites = {}
for number, (domain, text) in enumerate({
        "good.test": policy("enforce", "*.good.test"),
        "bare.test": policy("enforce", "mx.bare.test"),
        "false.test": policy("enforce", "other.false.test"),
        "moved.test": policy("enforce", "mx.moved.test"),
        "tested.test": policy("testing", "mx.tested.test"),
        "weak.test": policy("testing", "other.false.test"),
        "sound.test": policy("testing", "mx.good.test"),
        "broken.test": "<html>\n",
        "two.test": policy("enforce", "mx.good.test")}.items()):
    sites[domain] = lab.Site(port=8100 + number)
    sites[domain].set(PATH, text, "text/plain")
lab.proxy({f"mta-sts.{domain}": sites[domain].port for domain in sites})
dns = lab.Dns(port=5353)
dns.zone("""
good.test MX 10 mx.good.test
bare.test MX 10 mx.bare.test
false.test MX 10 other.false.test
moved.test MX 10 mx.spare.test
tested.test MX 10 mx.bare.test
weak.test MX 10 other.false.test
sound.test MX 10 mx.good.test
broken.test MX 10 mx.bare.test
two.test MX 10 mx.bare.test
two.test MX 20 mx.good.test
plain.test MX 10 mx.good.test
mx.good.test A 127.0.0.2
mx.bare.test A 127.0.0.3
other.false.test A 127.0.0.4
mx.spare.test A 127.0.0.5
penny.test A 127.0.0.1
""")
for domain in sites:
    dns.put(f"_mta-sts.{domain}", "TXT", "v=STSv1; id=1;")
blog = lab.Blog(site)
blog.publish("An old post")
penny = lab.Pennypost().init()
penny.configure(mail__transport="smtp", mail__direct=True, resolver="127.0.0.1:5353")
readers = [f"ada@{domain}" for domain in [*sites, "plain.test"]]
penny.run("source", "add", blog.url)
penny.run("subscriber", "add", "--confirmed", *readers)


def rows(title):
    return {row[6]: row for row in penny.rows("delivery", "list", "--limit", "1000") if row[7] == title}


server = penny.serve()
blog.publish("Private")
ok(wait_for(lambda: len(rows("Private")) == len(readers) and all(row[3] != "waiting" for row in rows("Private").values()), 60, 0.3), "every letter was tried")
got = rows("Private")
eq(sorted((letter.recipient, letter.tls) for letter in good.mails), [("ada@good.test", True), ("ada@plain.test", True), ("ada@sound.test", True), ("ada@two.test", True)],
   "servers that are named and prove it have their letters; of two, the one that is named")
eq(sorted(letter.recipient for letter in bare.mails), ["ada@broken.test", "ada@tested.test"], "what is only tested, or is no policy, keeps no letter")
eq(([letter.recipient for letter in false.mails], spare.mails), (["ada@weak.test"], []), "nobody else has one")
for reader, words in (("ada@bare.test", "'mx.bare.test' does not offer STARTTLS, which the MTA-STS policy of its domain demands"),
                      ("ada@false.test", "the certificate of 'other.false.test' is not to be trusted"),
                      ("ada@moved.test", "its MTA-STS policy does not name its mail server 'mx.spare.test'")):
    eq(got[reader][3], "deferred", f"{reader} is tried again")
    has(str(got[reader]), words, "and it is said why")
has(server.log(), "its MTA-STS policy does not name its mail server 'mx.bare.test'", "a breach of what is tested is in the log")
eq([len([1 for _, path, _, _ in sites[domain].requests if path == PATH]) for domain in ("good.test", "bare.test")], [1, 1], "a policy is fetched once")

unproven = [line for line in server.log().splitlines() if "do not prove who they are" in line]
eq((len(unproven), [name for name in ("tested.test", "weak.test", "sound.test") if name in str(unproven)]), (2, ["tested.test", "weak.test"]),
   "and so is a certificate that is none, where that is tested")

# --- put right
dns.put("_mta-sts.bare.test", "TXT", "v=STSv1; id=2;")
sites["bare.test"].set(PATH, policy("none"), "text/plain")
server.stop()
server = penny.serve()
blog.publish("Afterwards")
ok(wait_for(lambda: "Afterwards" in [letter.message["Subject"] for letter in bare.to("ada@bare.test")], 60), "a policy that is withdrawn holds no more")
lab.done()
