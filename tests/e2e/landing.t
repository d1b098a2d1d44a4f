#!/usr/bin/python3
"""landing.t - letters that would be refused: the log says so; with refuse_in_doubt they wait, and their owner is told once."""

import time

import lab
from lab import eq, has, ok, wait_for

lab.enter(modules=["aiosmtpd"], programs=["openssl"])
sink = lab.Sink(port=2525, starttls=False)
blog = lab.Blog(lab.Site())
blog.publish("An old post")
dns = lab.Dns(port=5353)
dns.zone("""
penny.test SOA ns.penny.test
penny.test A 192.0.2.10
penny.test TXT v=spf1 -all
""")
penny = lab.Pennypost().init()
penny.mail_to(sink, security="plain", outgoing='{"192.0.2.25"}', refuse_in_doubt=True)
penny.configure(resolver="127.0.0.1:5353")
penny.run("publication", "set", "--owner", "owner@mail.test")
penny.run("source", "add", blog.url)
penny.run("subscriber", "add", "--confirmed", "reader@mail.test")
server = penny.serve()
blog.publish("Doubtful")


def told():
    return [letter for letter in sink.to("owner@mail.test") if b"would not land" in letter.raw]


ok(wait_for(told, 60), "the owner is told that letters would not land")
has(told()[0].part("text/plain"), "pennypost delivery resume", "and what to do")
has(server.log(), "letters may not land", "the log says so")
waits = "SELECT count(*) FROM delivery WHERE state = 0 AND tries = 0 AND next_try > 250000000000000"
ok(wait_for(lambda: penny.peek(waits) == [(1,)], 60), "the letter waits")
server.stop()
server = penny.serve()
ok(wait_for(lambda: "letters may not land" in server.log(), 60), "a restart looks again")
eq((len(told()), sink.to("reader@mail.test")), (1, []), "but tells nobody again, and sends nothing")

# --- DNS that is down proves nothing
server.stop()
penny.run("delivery", "resume")
dns.fails.add("penny.test")
server = penny.serve()
ok(wait_for(lambda: sink.to("reader@mail.test"), 60), "while nobody can look it up, letters go out")
dns.fails.clear()

# --- several workers: none sends before it is looked, however long that takes
server.stop()
penny.configure(workers__mail=3)
blog.publish("Early")
server = penny.serve("ingest,plan")
ok(wait_for(lambda: penny.peek("SELECT count(*) FROM delivery WHERE state = 0") == [(1,)], 60), "another letter is due")
server.stop()
answer = dns.answer
dns.answer = lambda *question: time.sleep(0.3) or answer(*question)
server = penny.serve()
ok(wait_for(lambda: penny.peek(waits) == [(1,)], 60), "it waits")
eq(len(sink.to("reader@mail.test")), 1, "and no worker was faster")
dns.answer = answer
server.stop()
penny.run("delivery", "resume")

# --- without the switch
penny.configure(mail__refuse_in_doubt=False)
server = penny.serve()
blog.publish("Sent")
ok(wait_for(lambda: len(sink.to("reader@mail.test")) == 3, 60), "without the switch they do, too")
ok(wait_for(lambda: "letters may not land" in server.log(), 60), "and the log says what is wrong")
lab.done()
