#!/usr/bin/python3
"""reports.t - a real Postfix fails to deliver, each time for another real reason, and its reports end in the right class."""

import os
import shutil

import lab
from lab import eq, ok, wait_for

lab.enter(programs=["postfix", "openssl"])
lab.names("mail.test")
blog = lab.Blog(lab.Site())
blog.publish("An old post")
penny = lab.Pennypost().init()
path = os.path.join(penny.directory, "lmtp")
penny.configure(mail__transport="smtp", mail__host="mail.test", mail__port=25, mail__security="plain", mail__bounces="bounces.test",
                inbound__lmtp="unix:" + path)
penny.run("source", "add", blog.url)
os.chmod(penny.directory, 0o755)

# A mailbox with hardly any room; a message of any size is too much for it.
boxes = lab.directory("boxes")
with open(os.path.join(boxes, "full"), "w") as file:
    file.write("x" * 199990)
for owned in (boxes, os.path.join(boxes, "full")):
    shutil.chown(owned, "nobody", "nogroup")

people = {
    "unknown@local.test": "dead",        # local(8) finds no such user
    "full@virtual.test": "full",         # and no room in this one
    "large@large.test": "content",       # the next server takes no message of this size
    "loop@loop.test": "temporary",       # the next server is the same one
    "late@late.test": "temporary",       # the next server is not there, and after some time is given up
    "spam@policy.test": "policy",        # the next server does not like us
    "fine@fine.test": None,
}
penny.run("subscriber", "add", "--confirmed", *people)
postfix = lab.Postfix(f"""
/@bounces\\.test$/   lmtp:unix:{path}
/@large\\.test$/     smtp:[127.0.0.1]:2527
/@loop\\.test$/      smtp:[127.0.0.1]:25
/@late\\.test$/      smtp:[127.0.0.1]:2599
/@policy\\.test$/    smtp:[127.0.0.1]:2526
/@(fine|mail|penny)\\.test$/ discard:
""", """
/^spam@/     554 5.7.1 Service unavailable; Client host [192.0.2.25] blocked using zen.example
""", relay="bounces.test, large.test, loop.test, late.test, policy.test, fine.test, mail.test", services="""
2527      inet  n - n - - smtpd
  -o myhostname=small.test -o message_size_limit=200
local     unix  - n n - - local
virtual   unix  - n n - - virtual
""", settings=f"""
mydestination = local.test
virtual_mailbox_domains = virtual.test
virtual_mailbox_base = {boxes}
virtual_mailbox_maps = inline:{{full@virtual.test=full}}
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
message_size_limit = 200000
virtual_mailbox_limit = 200000
mailbox_size_limit = 200000
minimal_backoff_time = 1s
maximal_backoff_time = 2s
maximal_queue_lifetime = 6s
bounce_queue_lifetime = 6s
""")
server = penny.serve()


def came_back():
    return {row[5]: row[2] for row in penny.rows("bounce", "list")}


wanted = {address: kind for address, kind in people.items() if kind}
blog.publish("First")
ok(wait_for(lambda: len(came_back()) >= len(wanted), 40), "a report comes back of each") or lab.diag(postfix.process.log()[-6000:])
got = came_back()
for address, kind in wanted.items():
    eq(got.get(address), kind, f"{address}: {kind}") or lab.diag(str([row[7:] for row in penny.rows("bounce", "list") if row[5] == address]))
ok("fine@fine.test" not in got, "what arrives is reported by nobody")
states = {row[4]: row[2] for row in penny.rows("subscriber", "list")}
eq(states["unknown@local.test"], "suppressed", "who is unknown is not written to again")
for address in ("full@virtual.test", "large@large.test", "loop@loop.test", "late@late.test", "spam@policy.test", "fine@fine.test"):
    eq(states[address], "confirmed", f"{address} still is a reader")

lab.done()
