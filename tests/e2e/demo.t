#!/usr/bin/python3
"""demo.t - the demonstration does what the README says of it, and leaves no process behind."""
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request

import lab

lab.require(programs=['openssl'], peers=lab.postgres.PEERS)
TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = os.environ.get('PENNYPOST', os.path.join(TOP, 'build/asan/pennypost'))
# What the demo starts has this in its environment, so that we can find it.
MARK = 'PENNYPOST_DEMO_TEST=%d' % os.getpid()
done = failed = 0


def ok(good, what, why=''):
    global done, failed
    done += 1
    failed += not good
    print('%sok %d - %s' % ('' if good else 'not ', done, what.replace('#', '')), flush=True)
    for line in [] if good else str(why).splitlines():
        print('# ' + line, flush=True)


def left():
    """The processes that are still there of those that the demo started."""
    found = []
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open('/proc/%s/environ' % pid, 'rb') as environ, open('/proc/%s/cmdline' % pid, 'rb') as words:
                if MARK.encode() in environ.read().split(b'\0') and int(pid) != os.getpid():
                    found.append(pid + ': ' + words.read().replace(b'\0', b' ').decode())
        except OSError:
            pass
    return found


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def demo(*words):
    environ = {**os.environ, 'PENNYPOST': BINARY, **dict([MARK.split('=')])}
    # Two demos that look for a port at the same moment may find the same.
    words = [*words, '--database', 'postgresql', '--port', str(free_port())] if lab.postgres.WANTED else words
    return subprocess.Popen([os.path.join(TOP, 'contrib/demo'), '--built', *words], env=environ, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def walk(folder):
    process = demo('--once', '--dir', folder)
    said = process.communicate(timeout=280)[0]
    steps = re.findall(r'^(ok|NOT ok) +(.*)\n(?: {8}(.*)\n)?', said, re.M)
    for verdict, what, why in steps:
        ok(verdict == 'ok', what, why)
    ok(process.returncode == 0 and len(steps) >= 19, 'contrib/demo --once walks to the end', said)
    ok(not left(), 'and leaves no process behind', left())
    words = ''
    if os.path.exists(os.path.join(folder, 'server.log')):
        with open(os.path.join(folder, 'server.log'), errors='replace') as log:
            words = log.read()
    faults = re.search(r'(?s)(ERROR: (Address|Leak)Sanitizer|runtime error:|level=error).{,2000}', words)
    ok(words and not faults, 'the server had nothing to complain of', faults and faults[0])


def stay_up(folder):
    """Again in the same folder, as from a script without a terminal: it serves until it is told to stop."""
    process, said, url = demo('--dir', folder), '', None
    for line in process.stdout:
        said += line
        url = url or re.search(r'The archive.* (http://\S+)', line)
        if 'SIGTERM' in line:
            break
    ok(url, 'run again without --once it tells where to look', said)
    if not url:
        return
    page = urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url[1], timeout=20).read().decode()
    ok(re.search(r'62\W*(</b>)? posts', page), 'and the page is there', page[:300])
    process.send_signal(signal.SIGTERM)
    status = process.wait(30)
    ok(status == 143, 'SIGTERM ends it', status)
    ok(not left(), 'with all that it started', left())


with tempfile.TemporaryDirectory(prefix='pennypost-demo-') as temporary:
    walk(os.path.join(temporary, 'demo'))
    stay_up(os.path.join(temporary, 'demo'))
print('1..%d' % done)
sys.exit(1 if failed else 0)
