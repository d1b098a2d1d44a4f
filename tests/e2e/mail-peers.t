#!/usr/bin/python3
"""mail-peers.t - letters through mail servers by others, to the mailboxes behind them: by SMTP with and without TLS, and by their sendmail."""

import os
import re
import subprocess

import lab
from lab import eq, has, ok, wait_for

lab.enter(modules=["dkim", "nacl"], programs=["openssl"])
READERS = ["ada@mail.test", "Grace.Hopper@mail.test", "edsger+letters@mail.test"]
UNKNOWN, REFUSED, FULL, LATER = "unknown@mail.test", "refused@mail.test", "full@mail.test", "later@mail.test"
TRAPS = ("<p>.</p><p>..</p><p>From here on</p><pre>.\n..\nFrom a\n\n  \n</pre><p>" + "long " * 400 + "grüße \U0001f69e</p>") * 2


blog = lab.Blog(lab.Site())
blog.publish("An old post")


class Run:
    """One instance before one server."""

    def __init__(self, name, server):
        self.name, self.peer = name, server
        self.penny = lab.Pennypost(name.lower()).init()
        self.penny.configure(mail__transport="smtp", mail__host=server.host, mail__port=25, mail__security="plain")
        self.penny.run("source", "add", blog.url)
        self.penny.run("subscriber", "add", "--confirmed", *READERS)
        self.records = lab.txt_records(self.penny.run("dkim"))

    def ledger(self, title):
        """{address: (state, reason, words)}"""
        return {row[6]: (row[3], row[8], row[9]) for row in self.penny.rows("delivery", "list") if row[7] == title}

    def settled(self, title, many):
        rows = self.ledger(title)
        return len(rows) == many and all(state != "waiting" for state, *_ in rows.values())

    def found(self, address, title):
        return [mail for mail in self.peer.letters(address) if str(mail.message["Subject"]) == title]

    def publish(self, title, what, many=len(READERS)):
        """A post goes to all readers, and to each once, as it was signed."""
        title = f"{self.name}: {title}"
        blog.publish(title, TRAPS)
        ok(wait_for(lambda: self.settled(title, many), 60), f"{self.name}, {what}: each letter has an outcome") or lab.diag(self.penny.run("delivery", "list"))
        rows = self.ledger(title)
        eq({rows[reader][0] for reader in READERS if reader in rows}, {"delivered"}, "who is known has been sent it") or lab.diag(rows)
        for reader in READERS:
            if not wait_for(lambda reader=reader: self.found(reader, title), 30):
                lab.diag(self.peer.log()[-3000:])
                lab.bail(f"{reader} has what was sent")
            mails = self.found(reader, title)
            eq(len(mails), 1, f"{reader} has it, once")
            for mail in mails:
                eq([good for *_, good in lab.dkim_verdicts(mail.raw, self.records)], [True, True], "both signatures are good after the journey")
                ok(re.fullmatch(r"b\+\S+@penny\.test", mail.sender), "its return path is the delivery's own") or lab.diag(mail.sender)
                has(mail.part("text/html"), "grüße \U0001f69e", "and its reader sees what was written")
        return rows

    def all(self):
        self.all_ways()
        self.peer.process.stop()

    def all_ways(self):
        server = self.penny.serve()
        self.publish("in the open", "without TLS")
        server.stop()
        self.penny.configure(mail__security="starttls")
        self.penny.run("subscriber", "add", "--confirmed", UNKNOWN, REFUSED, FULL, LATER)
        server = self.penny.serve()
        rows = self.publish("over TLS", "by STARTTLS", len(READERS) + 4)
        title = f"{self.name}: over TLS"
        has(" ".join(self.found(READERS[0], title)[0].message.get_all("Received")).replace("TLSv", "TLS"), "TLS1", "as the server says, too")
        eq({address: rows[address][:2] for address in (UNKNOWN, REFUSED, FULL)},
           {UNKNOWN: ("failed", "dead"), REFUSED: ("deferred", "policy"), FULL: ("failed", "full")},
           "a refusal has its class at once; one that is about us may be over later") or lab.diag(rows)
        eq(rows[LATER][0], "deferred", "who is greylisted is put off") or lab.diag(rows)
        self.peer.greylist(False)
        self.penny.change("UPDATE delivery SET next_try = 1 WHERE state = 1 AND holder IS NULL")
        ok(wait_for(lambda: self.ledger(title)[LATER][0] == "delivered", 30), "and gets it later")
        eq(len(wait_for(lambda: self.found(LATER, title), 10)), 1, "once")
        server.stop()
        for address in (REFUSED, FULL, LATER):
            self.penny.run("subscriber", "remove", address)
        self.penny.configure(mail__transport="sendmail", mail__sendmail=self.peer.sendmail)
        server = self.penny.serve()
        self.publish("by sendmail", "by its sendmail")
        server.stop()


class Exim(lab.Exim):
    def __init__(self):
        self.grey = os.path.join(lab.directory(), "grey")
        self.greylist(True)
        super().__init__("""
known:
  driver = accept
  domains = mail.test
  local_parts = ! unknown
  transport = maildir
""", f"""
  deny   local_parts = refused
         message = 5.7.1 Service unavailable; client [127.0.0.1] blocked using zen.example
  deny   local_parts = full
         message = 552 5.2.2 mailbox is full
  defer  local_parts = later
         condition = ${{if exists{{{self.grey}}}}}
         message = 4.7.1 greylisted, try again later
  require verify = recipient
""")

    def greylist(self, on):
        if on:
            open(self.grey, "w").close()
        else:
            os.unlink(self.grey)


if lab.available("letters through Exim", peers=["Exim"]):
    Run("Exim", Exim()).all()


class OpenSMTPD(lab.OpenSMTPD):
    def __init__(self):
        people = ", ".join(f'"{reader.lower()}" = "nobody"' for reader in [*READERS, LATER])
        known = ", ".join(f'"{reader.lower()}"' for reader in [*READERS, LATER])
        self.grey = os.path.join(lab.directory(), "grey")
        with open(self.grey, "w") as file:
            file.write(LATER + "\n")
        super().__init__(f"""
table people {{{{ {people} }}}}
table known {{{{ {known} }}}}
table later file:{self.grey}
filter "later" phase rcpt-to match rcpt-to <later> reject "451 4.7.1 greylisted, try again later"
filter "refused" phase rcpt-to match rcpt-to {{{{ "{REFUSED}" }}}} reject "550 5.7.1 Service unavailable; client [127.0.0.1] blocked using zen.example"
filter "full" phase rcpt-to match rcpt-to {{{{ "{FULL}" }}}} reject "552 5.2.2 mailbox is full"
filter "all" chain {{{{ "later", "refused", "full" }}}}
action "box" maildir "{{place}}/box" user nobody virtual <people>
match from any for rcpt-to <known> action "box"
""", filter="all")

    def greylist(self, on):
        assert not on
        open(self.grey, "w").close()
        subprocess.run(["/usr/sbin/smtpctl", "update", "table", "later"], check=True, stdout=subprocess.DEVNULL)


if lab.available("letters through OpenSMTPD", peers=["OpenSMTPD"]):
    Run("OpenSMTPD", OpenSMTPD()).all()
lab.done()
