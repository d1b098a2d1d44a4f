#!/usr/bin/python3
"""reports-peers.t - what an Exim and an OpenSMTPD write when they cannot deliver, each time for another real reason, ends in the right class."""

import os
import shutil

import lab
from lab import eq, ok, wait_for

lab.enter(programs=["openssl"])
blog = lab.Blog(lab.Site())
blog.publish("An old post")

# A mailbox with hardly any room: a message of any size is too much for it.
boxes = lab.directory("boxes")
with open(os.path.join(boxes, "full"), "w") as file:
    file.write("x" * 990)
for owned in (boxes, os.path.join(boxes, "full")):
    shutil.chown(owned, "nobody", "nogroup")


def reports(name, people, server):
    """people: {address: the class its report ends in, None, or "late" for who is warned of}; server(path of the socket that takes the reports) is the mail server."""
    penny = lab.Pennypost(name.lower()).init()
    socket = os.path.join(penny.directory, "lmtp")
    penny.configure(mail__transport="smtp", mail__host="relay.test", mail__port=25, mail__security="plain", mail__bounces="bounces.test", inbound__lmtp="unix:" + socket)
    penny.run("source", "add", blog.url)
    os.chmod(penny.directory, 0o755)
    penny.run("subscriber", "add", "--confirmed", *people)
    peer = server(socket)
    own = penny.serve()
    wanted = {address: kind for address, kind in people.items() if kind not in (None, "late")}

    def came_back():
        return {row[5]: row[2] for row in penny.rows("bounce", "list")}

    blog.publish(f"{name} cannot deliver it")
    ok(wait_for(lambda: len(came_back()) >= len(wanted), 60), f"{name}: a report comes back of each") or lab.diag(peer.log()[-6000:])
    got = came_back()
    for address, kind in wanted.items():
        eq(got.get(address), kind, f"{name}: {address}: {kind}") or lab.diag(str([row[7:] for row in penny.rows("bounce", "list") if row[5] == address]))
    if "late" in people.values():
        ok(wait_for(lambda: 'outcome="the letter is still tried"' in own.log()), f"{name}: a warning that it takes longer is understood")
    eq({address for address in people if address not in wanted and address in got}, set(), "what arrives, or is late, is reported as failed by nobody")
    eq({row[4] for row in penny.rows("subscriber", "list") if row[2] == "suppressed"}, {address for address in people if people[address] == "dead"},
       "who is unknown is not written to again, and all others are readers still")
    own.stop()
    peer.process.stop()


def exim(socket):
    return lab.Exim("""
bounces:
  driver = accept
  domains = bounces.test
  transport = lmtp
unknown:
  driver = accept
  domains = local.test
  local_parts = ada
  transport = maildir
full:
  driver = accept
  domains = full.test
  transport = small
fine:
  driver = accept
  domains = fine.test
  transport = maildir
next:
  driver = manualroute
  domains = far.test
  route_list = * 127.0.0.1::2526 byname
  self = send
  transport = smtp
large:
  driver = manualroute
  domains = large.test
  route_list = * 127.0.0.1::2527 byname
  self = send
  transport = smtp
loop:
  driver = manualroute
  domains = loop.test
  route_list = * 127.0.0.1 byname
  self = send
  transport = smtp
# Two hosts: what one of them was given up for is said of all its letters.
late:
  driver = manualroute
  domains = late.test : slow.test
  route_list = late.test 127.0.0.1::2599 byname ; slow.test 127.0.0.9::2599 byname
  self = send
  transport = smtp
""", recipient="""
  deny   condition = ${if eq{$received_port}{2526}}
         local_parts = gone
         message = 5.1.1 user unknown
  deny   condition = ${if eq{$received_port}{2526}}
         local_parts = spam
         message = 5.7.1 Service unavailable; client [192.0.2.25] blocked using zen.example
""", main="delay_warning = 1s\ndelay_warning_condition = yes", lmtp=socket, transports=f"""
small:
  driver = appendfile
  file = {boxes}/full
  quota = 1k
  user = nobody
""", retry="""
slow.test * F,1h,2s
* quota F,4s,1s
* * F,4s,1s
""")


if lab.available("reports of Exim", peers=["Exim"]):
    reports("Exim", {
        "unknown@local.test": "dead",
        "ada@full.test": "full",
        "gone@far.test": "dead",
        "spam@far.test": "policy",
        "ada@large.test": "content",
        "ada@loop.test": "rejected",  # of a loop it says nothing but that it failed
        "ada@late.test": "temporary",
        "ada@slow.test": "late",
        "ada@fine.test": None,
    }, exim)


def opensmtpd(socket):
    return lab.OpenSMTPD(f"""
table all {{{{ "@" = "nobody" }}}}
filter "gone" phase rcpt-to match rcpt-to {{{{ "gone@far.test" }}}} reject "550 5.1.1 user unknown"
filter "full" phase rcpt-to match rcpt-to {{{{ "full@far.test" }}}} reject "552 5.2.2 mailbox is full"
filter "spam" phase rcpt-to match rcpt-to {{{{ "spam@far.test" }}}} reject "554 5.7.1 Service unavailable; client [192.0.2.25] blocked using zen.example"
filter "far" chain {{{{ "gone", "full", "spam" }}}}
listen on 127.0.0.1 port 2526 tag "far" filter "far"
action "bounces" lmtp "{socket}" rcpt-to virtual <all>
action "box" maildir "{{place}}/box" user nobody virtual <all>
action "next" relay host "smtp://127.0.0.1:2526"
action "closed" mda "echo 'user unknown' >&2; exit 67" user nobody virtual <all>
match from any for domain "bounces.test" action "bounces"
match from any for domain "fine.test" action "box"
match from any for domain "closed.test" action "closed"
match tag "far" from any for domain "far.test" action "box"
match from any for domain "far.test" action "next"
""")


if lab.available("reports of OpenSMTPD", peers=["OpenSMTPD"]):
    reports("OpenSMTPD", {
        "gone@far.test": "dead",
        "full@far.test": "full",
        "spam@far.test": "policy",
        "ada@closed.test": "temporary",  # what the mailbox's program says is a state of the mail system to it (5.3.0)
        "ada@far.test": None,
        "ada@fine.test": None,
    }, opensmtpd)
lab.done()
