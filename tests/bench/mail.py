"""One new post to many subscribers over SMTP, against Postfix's smtp-source with the same letter."""
import glob
import os
import re
import subprocess
import threading
import time

from bench import Instance, free_port, listening, need, note, report, run, start, stop, wait, write_feed

LETTERS = int(os.environ.get('BENCH_LETTERS', 5000))
CONNECTIONS = [int(n) for n in os.environ.get('BENCH_CONNECTIONS', '20 100').split()]
WORKERS = [int(n) for n in os.environ.get('BENCH_SENDERS', '1 2').split()]
CORES = os.cpu_count() or 1
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
        """Letters a second since begin, once all are there; and the part of one core that taking them took."""
        wait('%d letters' % LETTERS, lambda: self.count >= LETTERS)
        with open('/proc/%d/stat' % self.process.pid) as stat:
            ticks = sum(map(int, stat.read().rpartition(')')[2].split()[11:13]))
        took = self.end - begin
        return LETTERS / took, ticks / os.sysconf('SC_CLK_TCK') / took


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


def ours(penny, feed, number, dkim, connections, workers):
    sink = Sink()
    penny.configure('transport = smtp\nhost = "127.0.0.1"\nport = %d\nsecurity = plain\nconnections = %d\ndkim = %s\n' % (sink.port, connections, dkim),
                    'workers {\nmail = %d\n}\n' % workers)
    plan(penny, feed, number, LETTERS)
    begin = time.monotonic()
    mailer = penny.serve('mail')
    rate = sink.rate(begin)
    wait('the ledger', lambda: not penny.command('delivery', 'list', '--state', 'waiting'), mailer)
    stop(mailer)
    stop(sink.process)
    return rate


def theirs(penny, dkim, connections):
    sink = Sink()
    begin = time.monotonic()
    source = start('smtp-source', '-d', '-s', str(connections), '-m', str(LETTERS), '-F', penny.path('letter-' + dkim),
                   '-f', 'post@bench.example', '-t', 'reader@reader.example', '127.0.0.1:%d' % sink.port)
    rate = sink.rate(begin)
    stop(source)
    stop(sink.process)
    return rate


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
    note('%d letters of %d to %d bytes to smtp-sink; the database is %s' % (LETTERS, *size, 'PostgreSQL' if penny.database else 'SQLite'))
    number = 3
    for connections in CONNECTIONS:
        source = theirs(penny, 'false', connections)[0]
        one_core = signatures()
        for workers in WORKERS:
            how = '%d worker%s, %d connections' % (workers, 's' * (workers > 1), connections)
            plain = ours(penny, feed, number + 1, 'false', connections, workers)[0]
            signed, taken = ours(penny, feed, number + 2, 'true', connections, workers)
            number += 2
            report('letters a second, unsigned, %s; theirs is smtp-source' % how, plain, source)
            report("letters a second, signed, %s; theirs is openssl's RSA on the %.2f cores that the sink leaves" % (how, CORES - taken), signed,
                   one_core * (CORES - taken))
