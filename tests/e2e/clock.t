#!/usr/bin/python3
"""clock.t - the system clock is set back a day while everything runs: what waits goes on waiting as long as it would have."""

import mmap
import os
import signal
import struct
import subprocess
import time

import lab
from lab import eq, ok, wait_for

DAY = 86400
# The clock of the system, and of this process only: it reads by how many seconds it is late from a file that the test writes.
LATE_CLOCK = r"""
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *late;

__attribute__((constructor)) static void begin(void)
{
	int fd = open(getenv("LATE_CLOCK"), O_RDONLY);
	void *p = mmap(0, sizeof *late, PROT_READ, MAP_SHARED, fd, 0);
	late = fd < 0 || p == MAP_FAILED ? 0 : p;
}

int clock_gettime(clockid_t which, struct timespec *t)
{
	int result = (int)syscall(SYS_clock_gettime, which, t);
	if (which == CLOCK_REALTIME && late)
		t->tv_sec -= *late;
	return result;
}

int gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
	struct timespec t;
	(void)zone;
	clock_gettime(CLOCK_REALTIME, &t);
	tv->tv_sec = t.tv_sec;
	tv->tv_usec = t.tv_nsec / 1000;
	return 0;
}

time_t time(time_t *to)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	if (to)
		*to = t.tv_sec;
	return t.tv_sec;
}
"""

lab.enter(modules=["aiosmtpd"], programs=["openssl", "gcc"])
lab.names("penny.test")
place = lab.directory("clock")
library, source, file = (os.path.join(place, name) for name in ("late.so", "late.c", "seconds"))
with open(source, "w") as out:
    out.write(LATE_CLOCK)
subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, source], check=True)
with open(file, "wb") as out:
    out.write(bytes(8))
late = mmap.mmap(os.open(file, os.O_RDWR), 8)


def set_back(days):
    late[:] = struct.pack("q", days * DAY)


# No TLS: a certificate of today is not valid yet on the day before.
sink = lab.Sink(port=2525, starttls=False)
blog = lab.Blog(lab.Site())
blog.publish("An old post")
penny = lab.Pennypost().init("http://penny.test:8080")
penny.mail_to(sink, connections=2, security="plain")
penny.run("source", "add", blog.url)
readers = [f"reader{number}@mail.test" for number in range(10)]
penny.run("subscriber", "add", "--confirmed", *readers)
os.environ.update(LATE_CLOCK=file, LD_PRELOAD=library, ASAN_OPTIONS="verify_asan_link_order=0:" + os.environ.get("ASAN_OPTIONS", ""))
server = penny.serve()
del os.environ["LD_PRELOAD"]
browser = lab.Browser("http://penny.test:8080")
set_back(1)
yesterday = time.strftime("%Y-%m-%dT", time.gmtime(time.time() - DAY))
penny.kill_role("ingest")
ok(wait_for(lambda: f"ts={yesterday}" in penny.log().splitlines()[-1]), "what runs believes that it is yesterday")
set_back(0)


def asked_for_letter(reader):
    """Does somebody who asks for a letter get it?"""
    before = len(sink.mails)
    answered = browser.post("/signin", {"email": reader}).status
    return answered in (200, 303) and wait_for(lambda: len(sink.mails) > before, 20)


# --- a role waits to be started again
for _ in range(4):
    killed = penny.kill_role("plan")
    wait_for(lambda: penny.role_pid("plan") not in (None, killed))
killed = penny.kill_role("plan")
wait_for(lambda: "again_in_ms=1600" in penny.log())
set_back(1)
ok(wait_for(lambda: penny.role_pid("plan") not in (None, killed), 10), "a role that died is started again")
ok(wait_for(lambda: browser.get("/").status == 200, 5), "pages come")
ok(asked_for_letter(readers[1]), "and letters")

# --- roles drain
sink.delay = 30
browser.post("/signin", {"email": readers[2]})
ok(wait_for(lambda: penny.peek("SELECT count(*) FROM delivery WHERE holder IS NOT NULL")[0][0] > 0), "a letter is on its way to a server that does not answer")
start = time.monotonic()
server.signal(signal.SIGTERM)
ok(wait_for(lambda: "msg=stopping" in penny.log()), "SIGTERM comes")
set_back(2)
ok(wait_for(lambda: not server.alive(), 15), "the roles drain, and it ends")
took = time.monotonic() - start
ok(took < 10, f"within ten seconds ({took:.1f} s)")
eq([role for role in ("web", "plan", "mail", "federate") if penny.role_pid(role)], [], "and no role stays behind")
lab.done()
