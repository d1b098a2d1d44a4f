#!/usr/bin/python3
"""warm-up.t - a server that receivers do not know yet: so many letters a day, more each day; and hours in which a publication is quiet."""

import time

import lab
from lab import eq, ok, wait_for

READERS, FIRST = 60, 20
DAY = 24 * 3600
lab.enter(modules=["aiosmtpd"], programs=["openssl"])
while time.time() % DAY > DAY - 240:
    time.sleep(1)
sink = lab.Sink(port=2525, starttls=False)
blog = lab.Blog(lab.Site())
blog.publish("An old post")
penny = lab.Pennypost().init()
penny.mail_to(sink, security="plain", warm_up=FIRST, warm_up_growth=50)
penny.run("source", "add", blog.url)
penny.run("publication", "set", "--timezone", "UTC")
readers = [f"reader{number}@mail.test" for number in range(READERS)]
penny.run("subscriber", "add", "--confirmed", *readers, seconds=100)
server = penny.serve()


def restart(**settings):
    global server
    server.stop()
    penny.configure(**settings)
    server = penny.serve()


def letters(title):
    return [letter for letter in list(sink.mails) if f"Subject: {title}".encode() in letter.raw]


def open_rows():
    return [row[0] for row in penny.peek("SELECT next_try FROM delivery WHERE next_try IS NOT NULL AND holder IS NULL AND tries = 0")]


def all_aside(count):
    """So many rows wait for later, and nobody holds one."""
    return wait_for(lambda: len(open_rows()) == count and min(open_rows()) > (time.time() + 60) * 1000, 60, 0.3)


def at_once():
    penny.change("UPDATE delivery SET next_try = 1 WHERE next_try IS NOT NULL AND holder IS NULL")


# --- the first day
blog.publish("Warming")
ok(all_aside(READERS - FIRST), "what is more than the first day's letters waits")
eq(len(letters("Warming")), FIRST, "and the first day's went out")
midnight = (int(time.time()) // DAY + 1) * DAY * 1000
ok(all(midnight - 60000 <= due <= midnight + 60000 for due in open_rows()), "until the next day")
restart(log_level="info")
at_once()
ok(all_aside(READERS - FIRST), "a restart gives no more of them")
eq(len(letters("Warming")), FIRST, "not one")

# --- what somebody waits for does not
browser = lab.Browser("http://127.0.0.1:8080", {"Host": "penny.test"})
eq(browser.post("/subscribe", {"email": "new@mail.test"}, {"Sec-Fetch-Site": "same-origin"}).status, 303, "somebody subscribes")
ok(wait_for(lambda: sink.to("new@mail.test"), 60, 0.3), "a confirmation goes out although the day's letters are used up")

# --- the second
penny.change("UPDATE warm_up SET day = day - 1")
at_once()
restart(log_level="info")
ok(all_aside(READERS - FIRST - FIRST * 3 // 2), "on the second day half as many again")
eq(len(letters("Warming")), FIRST + FIRST * 3 // 2, "went out")
penny.change("UPDATE warm_up SET day = day - 1")
at_once()
restart(log_level="info")
ok(wait_for(lambda: len(letters("Warming")) == READERS, 60, 0.3), "and the rest on the third")
eq(len({letter.recipient for letter in letters("Warming")}), READERS, "once for each")

# --- quiet hours
now = time.gmtime()
quiet = f"{(now.tm_hour - 1) % 24:02}:00-{(now.tm_hour + 2) % 24:02}:00"
restart(mail__warm_up=0, mail__quiet_hours=quiet)
blog.publish("Quiet")
ok(all_aside(READERS), "in quiet hours nothing goes out")
eq(letters("Quiet"), [], "to nobody")
end = (int(time.time()) // 3600 + 2) * 3600 * 1000
ok(all(abs(due - end) < 120000 for due in open_rows()), "until they end")
restart(mail__quiet_hours=f"{(now.tm_hour + 3) % 24:02}:00-{(now.tm_hour + 5) % 24:02}:00")
at_once()
ok(wait_for(lambda: len(letters("Quiet")) == READERS, 60, 0.3), "and then it does")
lab.done()
