"""One new post to many subscribers over SMTP, against Postfix's smtp-source with the same letter."""
import glob
import os
import re
import subprocess
import threading
import time

from bench import Instance, free_port, listening, need, note, report, run, start, stop, wait, write_feed

LETTERS = int(os.environ.get('BENCH_LETTERS', 5000))
CONNECTIONS = int(os.environ.get('BENCH_CONNECTIONS', 10))
WORDS = 700


class Sink:
    """smtp-sink, and how many letters it has taken."""

    def __init__(self):
        self.port, self.count, self.end = free_port(), 0, 0
        user = ['-u', 'nobody'] if os.geteuid() == 0 else []
        self.process = start('smtp-sink', *user, '-c', '127.0.0.1:%d' % self.port, '300', stdout=subprocess.PIPE)
        wait('smtp-sink', lambda: listening(self.port), self.process)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        """It writes its counters over one another on one line."""
        while data := os.read(self.process.stdout.fileno(), 65536):
            for number in re.findall(rb'mesg=(\d+)\s', data)[-1:]:
                self.count, self.end = int(number), time.monotonic()

    def rate(self, begin):
        """Letters a second since begin, once all are there."""
        wait('%d letters' % LETTERS, lambda: self.count >= LETTERS)
        return LETTERS / (self.end - begin)


def plan(penny, feed, number, waiting):
    """Publishes a post and has its deliveries planned."""
    write_feed(feed, range(1, number + 1), WORDS)
    penny.command('source', 'poll')
    planner = penny.serve('plan')
    wait('the plan', lambda: penny.command('delivery', 'list', '--state', 'waiting').count('\n') >= waiting, planner)
    stop(planner)


def capture(penny, feed, number, dkim):
    """The letter as it goes out; the file holds lines as smtp-source wants them."""
    penny.configure('dkim = %s\nmaildir = "letters-%d"\n' % (dkim, number))
    plan(penny, feed, number, 1)
    mailer = penny.serve('mail')
    wait('a letter', lambda: glob.glob(penny.path('letters-%d/new/*' % number)), mailer)
    stop(mailer)
    with open(glob.glob(penny.path('letters-%d/new/*' % number))[0], 'rb') as file:
        letter = file.read().replace(b'\r\n', b'\n')
    with open(penny.path('letter-' + dkim), 'wb') as out:
        out.write(letter)
    return len(letter)


def ours(penny, feed, number, dkim):
    sink = Sink()
    penny.configure('transport = smtp\nhost = "127.0.0.1"\nport = %d\nsecurity = plain\nconnections = %d\ndkim = %s\n' % (sink.port, CONNECTIONS, dkim))
    plan(penny, feed, number, LETTERS)
    begin = time.monotonic()
    mailer = penny.serve('mail')
    rate = sink.rate(begin)
    wait('the ledger', lambda: not penny.command('delivery', 'list', '--state', 'waiting'), mailer)
    stop(mailer)
    stop(sink.process)
    return rate


def theirs(penny, dkim):
    sink = Sink()
    begin = time.monotonic()
    source = start('smtp-source', '-d', '-s', str(CONNECTIONS), '-m', str(LETTERS), '-F', penny.path('letter-' + dkim),
                   '-f', 'post@bench.example', '-t', 'reader@reader.example', '127.0.0.1:%d' % sink.port)
    rate = sink.rate(begin)
    stop(source)
    stop(sink.process)
    return rate


def side_by_side(penny, feed, number, dkim):
    """Theirs before and after ours, as the machine may have other things to do."""
    before = theirs(penny, dkim)
    rate = ours(penny, feed, number, dkim)
    return rate, (before + theirs(penny, dkim)) / 2


def signatures():
    """RSA-2048 signatures a second on one core, says OpenSSL."""
    need('openssl')
    said = run('openssl', 'speed', '-seconds', '2', 'rsa2048')
    return float(re.search(r'^rsa 2048 bits\s+\S+s\s+\S+s\s+([\d.]+)', said, re.M)[1])


def bench(folder):
    need('smtp-sink', 'smtp-source')
    penny = Instance(os.path.join(folder, 'mail'))
    feed = os.path.join(folder, 'feed.xml')
    write_feed(feed, range(1, 2), WORDS)
    penny.command('source', 'add', feed)
    penny.command('subscriber', 'add', '--confirmed', 'one@reader.example')
    size = [capture(penny, feed, number, dkim) for number, dkim in ((2, 'false'), (3, 'true'))]
    penny.command('subscriber', 'remove', 'one@reader.example')
    penny.command('subscriber', 'add', '--confirmed', *('reader%d@reader.example' % n for n in range(LETTERS)))
    note('%d letters of %d to %d bytes over %d connections to smtp-sink; theirs is smtp-source' % (LETTERS, *size, CONNECTIONS))
    report('letters a second, unsigned', *side_by_side(penny, feed, 4, 'false'))
    signed, sent = side_by_side(penny, feed, 5, 'true')
    report('letters a second, signed with RSA and Ed25519', signed, sent)
    report("signed letters a second, against openssl's RSA-2048 signatures", signed, signatures())
