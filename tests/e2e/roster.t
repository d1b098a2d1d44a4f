#!/usr/bin/python3
"""roster.t - lists of people from elsewhere: every program's columns and the traps in them; counts, undo, who is mailed and who is not, and back again."""

import json
import os
import re

import lab
from lab import eq, has, lacks, ok, wait_for

lab.enter(modules=["aiosmtpd"], programs=["openssl"])
sink = lab.Sink(port=2525)
penny = lab.Pennypost().init("https://penny.test", "Penny Test", "penny", "--owner", "me@mail.test")
penny.mail_to(sink)

MC = ("Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,")
AGREED = ",A,,2,2021-03-04 05:06:07,192.0.2.7,2021-03-04 05:07:00,192.0.2.8,,,,,,,,"


def write(name, text, encoding="utf-8"):
    path = os.path.join(penny.directory, name)
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def told(output):
    """What an import tells, as {"new": 2}; rows that are wrong are left out."""
    return {fields[0]: int(fields[1]) for fields in (line.split("\t") for line in output.splitlines()) if len(fields) == 2 and fields[0] not in ("dry run", "unchanged")}


def number(output):
    return re.search(r"^import\t(\d+)\t", output, re.M)[1]


def people():
    return {row[4]: row[2] for row in penny.rows("subscriber", "list", "--limit", "1000")}


def tags(address):
    return [row[0] for row in penny.peek("SELECT t.tag FROM subscriber_tag t JOIN address a ON a.subscriber = t.subscriber WHERE a.value = ? ORDER BY t.slug", address)]


first = penny.run("subscriber", "list", "--json")
eq(json.loads(first), [], "nobody is there")

# --- each program's columns: what the list says of a person, and what becomes of them
FORMATS = (
    ("mailchimp", MC + "LAST_CHANGED,LEID,EUID,NOTES,TAGS\r\n" + "mc1@mail.test" + AGREED + '2022-01-01 00:00:00,1,e,"two\r\nlines, and ""quotes""","""Editors"",""Founding, members"""\r\n'
     + "mc2%40mail.test,,,2,,,,,,,,,,,,2022-01-01 00:00:00,1,e,,\r\n", {"new": 1, "new, held": 1}, {"mc1@mail.test": "confirmed", "mc2@mail.test": "held"}),
    ("mailchimp", MC + "UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER,LEID,EUID,NOTES,TAGS\n" + "mc3@mail.test" + AGREED
     + "2022-02-02 01:02:03,T,9,NORMAL,,1,e,,\n", {"new, not to be written to": 1}, {"mc3@mail.test": "left"}),
    ("mailchimp", MC + "CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID,LEID,EUID,NOTES,TAGS\n" + "mc4@mail.test" + AGREED + "2022-02-02 01:02:03,T,9,1,e,,\n",
     {"new, not to be written to": 1}, {"mc4@mail.test": "suppressed"}),
    ("substack", "email,active_subscription,expiry,email_disabled,prefer_digests,created_at\nss1@mail.test,false,,false,false,2021-03-04T05:06:07.000Z\n"
     "ss2@mail.test,true,,true,false,2021-03-04T05:06:07.000Z\n", {"new, held": 1, "new, not to be written to": 1, "supporters": 1}, {"ss1@mail.test": "held", "ss2@mail.test": "left"}),
    ("substack", "email,expiry,email_disabled,prefer_digests,stripe_connected_customer_id,type\nss3@mail.test,,false,false,cus_1,monthly\n", {"new, held": 1, "supporters": 1},
     {"ss3@mail.test": "held"}),
    ("ghost", "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,tiers\n"
     '1,gh1@mail.test,Ada,,true,false,,2021-03-04T05:06:07.000Z,,"a, b",\n2,gh2@mail.test,,,false,,,,,,\n3,gh3@mail.test,,,true,,,,2022-02-02T00:00:00Z,,\n',
     {"new, held": 1, "new, not to be written to": 2}, {"gh1@mail.test": "held", "gh2@mail.test": "left", "gh3@mail.test": "left"}),
    ("listmonk", 'uuid,email,name,attributes,status,created_at,updated_at\nu,lm1@mail.test,Ada,"{""a"": ""b,c""}",enabled,2021-03-04 05:06:07+00,x\nu,lm2@mail.test,,{},blocklisted,,\n',
     {"new, held": 1, "new, not to be written to": 1}, {"lm1@mail.test": "held", "lm2@mail.test": "suppressed"}),
    ("listmonk", "email,name,attributes\nlm3@mail.test,Ada,{}\n", {"new, held": 1}, {"lm3@mail.test": "held"}),
    ("buttondown", "id,creation_date,email_address,notes,metadata,tags,referrer_url,secondary_id,type,source\n"
     'i,2021-03-04T05:06:07Z,bd1@mail.test,,{},"[""x"",""y z""]",,1,regular,api\ni,,bd2@mail.test,,{},[],,2,unactivated,\ni,,bd3@mail.test,,{},[],,3,unsubscribed,\n',
     {"new, held": 1, "never confirmed there": 1, "new, not to be written to": 1}, {"bd1@mail.test": "held", "bd3@mail.test": "left"}),
    ("beehiiv", "email,First Name,Last Name,status,tier,created_at,stripe_customer_id,Gold,unsubscribed_at\nbh1@mail.test,A,,active,free,2021-03-04 05:06:07 UTC,,No,\n"
     "bh2@mail.test,,,inactive,free,,,No,2022-02-02 00:00:00 UTC\n", {"new, held": 1, "new, not to be written to": 1}, {"bh1@mail.test": "held", "bh2@mail.test": "left"}),
    ("keila", '\ufeffEmail;First name;Last name;Data;Status;External ID\nke1@mail.test;A;;"{""a"": 1}";active;\nke2@mail.test;;;;unreachable;\n',
     {"new, held": 1, "new, not to be written to": 1}, {"ke1@mail.test": "held", "ke2@mail.test": "suppressed"}),
    ("mailman", "email,display_name,delivery_mode,delivery_status,role\nmm1@mail.test,Ada,regular,enabled,member\nmm2@mail.test,,regular,by_bounces,member\n"
     "mm3@mail.test,,regular,enabled,moderator\n", {"new, held": 1, "new, not to be written to": 1, "no member there": 1}, {"mm1@mail.test": "held", "mm2@mail.test": "suppressed"}),
    ("csv", "Email Address,Subscribed at,UTM Source\ncu1@mail.test,2021-03-04,x\n", {"new, held": 1}, {"cu1@mail.test": "held"}),
)
for format, text, counts, states in FORMATS:
    path, before = write("list.csv", text), people()
    dry = penny.run("subscriber", "import", path, "--dry-run")
    eq([told(dry), people() == before], [counts, True], f"{format}: a dry run counts, and writes nothing")
    done = penny.run("subscriber", "import", path)
    eq(told(done), counts, "the import does what it said")
    now = people()
    eq({address: now.get(address) for address in states}, states, "with each as the list says of them")
    eq({key: value for key, value in told(penny.run("subscriber", "import", path)).items() if key.startswith("new")}, {}, "and a second time, nothing")
eq([tags("mc1@mail.test"), tags("gh1@mail.test"), tags("bd1@mail.test")], [["Editors", "Founding, members"], ["a", "b"], ["x", "y z"]], "tags come along, however they are written")
eq(penny.peek("SELECT c.remote FROM consent c JOIN address a ON a.id = c.address WHERE a.value = ? AND c.remote <> '' ORDER BY c.id", "mc1@mail.test"),
   [("192.0.2.7",), ("192.0.2.8",)], "and the proof of consent, with the network addresses")
eq(penny.peek("SELECT count(*) FROM consent c JOIN address a ON a.id = c.address WHERE a.value = ? AND c.event = 1 AND c.time = 1614834420000", "mc1@mail.test"), [(1,)], "and its time")

# --- encodings, separators, and what people type
for what, text, encoding, expect in (
        ("a mark and semicolons", '\ufeffName;E-Mail\n"A;""B""";tr1@mail.test\n', "utf-8", ["tr1@mail.test"]),
        ("UTF-16", "email,tags\ntr2@mail.test,ü\n", "utf-16", ["tr2@mail.test"]),
        ("Windows-1252", "email,tags\ntr3@mail.test,Café\n", "cp1252", ["tr3@mail.test"]),
        ("old line ends", "email\rtr4@mail.test\r", "utf-8", ["tr4@mail.test"]),
        ("names in quotes, with a comma", '"Name, X." <tr5@mail.test>\nBob B. <tr6@mail.test>\ntr7@mail.test\n', "utf-8", ["tr5@mail.test", "tr6@mail.test", "tr7@mail.test"])):
    penny.run("subscriber", "import", write("list.csv", text, encoding))
    ok(set(expect) <= set(people()), f"{what}: {', '.join(expect)}")
eq([tags("tr2@mail.test"), tags("tr3@mail.test")], [["ü"], ["Café"]], "letters are what they were")
done = penny.run("subscriber", "import", write("list.csv", "email\nno address\nin1@mail.test\n\"in2@mail.test\nin1@MAIL.test\n"))
eq(told(done), {"new, held": 1, "doubled in the file": 1, "invalid": 2}, "rows that are wrong hold up no other")
has(done, "invalid\t2\t'no address' is not a mail address\n", "each is told with its line")
has(done, "invalid\t4\ta quote in this line has no end\n", "and its reason")

# --- who did not say when they agreed gets nothing before the owner's word
penny.serve()
letter = write("letter.md", "---\nsubject: To all\narchive: no\n---\nText\n")
penny.run("letter", "send", penny.run("letter", "new", letter).split("\t")[0])
wait_for(lambda: sink.mails and not penny.peek("SELECT 1 FROM letter WHERE state < 2") and not penny.peek("SELECT 1 FROM issue WHERE planned = 0")
         and not penny.peek("SELECT 1 FROM delivery WHERE state = 0"))
eq([mail.recipient for mail in sink.mails], ["mc1@mail.test"], "a letter goes to the only one whose list says when they agreed")
done = penny.command("subscriber", "import", write("list.csv", "email\ndoubt@mail.test\nmc3@mail.test\nMC4@mail.test\n"))
eq(told(done.stdout), {"new, held": 1, "left by themselves": 1, "suppressed": 1}, "who left or bounced elsewhere is not brought back")
has(done.stderr, "if you know that they did, 'pennypost subscriber import --approve", "what is to be known first is told")
penny.run("subscriber", "import", "--approve", number(done.stdout))
sink.mails.clear()
penny.run("letter", "send", penny.run("letter", "new", letter).split("\t")[0])
wait_for(lambda: len(sink.mails) == 2)
eq(sorted(mail.recipient for mail in sink.mails), ["doubt@mail.test", "mc1@mail.test"], "who was approved gets the next one")

# --- undo: all is as it was before
before = penny.run("subscriber", "export", "--format", "json")
counted = penny.run("subscriber", "list", "--state", "confirmed")
done = penny.run("subscriber", "import", write("list.csv", MC + "UNSUB_TIME,UNSUB_REASON\ndoubt@mail.test" + AGREED + "2027-02-02 01:02:03,\nfresh@mail.test" + AGREED + "2027-02-02 01:02:03,\n"))
eq([people()["doubt@mail.test"], people()["fresh@mail.test"]], ["left", "left"], "one import too much ends somebody")
has(penny.run("subscriber", "import", "--undo", number(done)), "\t2 removed or as before, 0 kept", "its undo")
eq(penny.run("subscriber", "export", "--format", "json"), before, "leaves nothing of it")
eq(penny.run("subscriber", "list", "--state", "confirmed"), counted, "and they get letters again")
done = penny.run("subscriber", "import", write("list.csv", "email\nss1@mail.test\n"), "--confirmed-elsewhere", "a sheet at the fair")
eq(told(done), {"known, confirmed now": 1}, "one who was held is confirmed by another list")
penny.run("subscriber", "remove", "ss1@mail.test")
has(penny.run("subscriber", "import", "--undo", number(done)), "\t0 removed or as before, 1 kept", "who has left since")
eq(people()["ss1@mail.test"], "left", "has left")

# --- out, erased, and in again
penny.run("subscriber", "import", write("list.csv", 'email,tags\n=1+1@mail.test,"+a, @b"\n'), "--confirmed-elsewhere", "=x")
for format in ("csv", "json"):
    whole = penny.run("subscriber", "export", "--format", format)
    if format == "csv":
        lacks(re.sub(r"'[=+@-]", "", whole), "\n=", "no cell is a formula")
    other = lab.Pennypost("other-" + format, port=8081).init("https://other.test", "Other", "other")
    saved = write("export." + format, whole)
    dry = other.run("subscriber", "import", saved, "--dry-run")
    lacks(dry, "invalid", f"{format}: all of it can be read")
    other.run("subscriber", "import", saved)
    eq(other.run("subscriber", "export", "--format", format), whole, "an empty instance has the same then")
lab.done()
