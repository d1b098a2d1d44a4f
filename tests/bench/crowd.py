"""A letter to a great many readers: the planning of it while pages are read, the memory of each role, and claims among what is put off."""
import glob
import os
import sqlite3
import threading
import time

from bench import Instance, free_port, listening, need, note, report, run, start, stop, wait, write_feed
from pages import Client
from people import write_list

READERS = int(os.environ.get('BENCH_CROWD', 200000))
MEMORY_MB, PAGE_MS, CLAIM_MS = 64, 50, 5
SECONDS, DUE, PUT_OFF_MS = 3, 300, 1800000


def percentile(times, part):
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]


class Pages(threading.Thread):
    """Somebody who reads one page after the other; times are in ms."""

    def __init__(self, penny, paths):
        super().__init__(daemon=True)
        self.client, self.paths, self.times, self.ended = Client(penny.port), paths, [], False

    def run(self):
        while not self.ended:
            begin = time.perf_counter()
            self.client.get(self.paths[len(self.times) % len(self.paths)], 'text/html')
            self.times.append(1000 * (time.perf_counter() - begin))
            time.sleep(0.003)

    def end(self):
        self.ended = True
        self.join()
        return self.times


class Rows:
    """The ledger, as another program sees it."""

    def __init__(self, penny):
        self.db = sqlite3.connect(penny.path('pennypost.db'), timeout=60, isolation_level=None)

    def number(self, sql, *values):
        return self.db.execute(sql, values).fetchone()[0]


def family(pid):
    """The process and all that came from it."""
    yield pid
    for path in glob.glob('/proc/%d/task/*/children' % pid):
        try:
            with open(path) as children:
                for child in children.read().split():
                    yield from family(int(child))
        except OSError:
            pass


def peak(process):
    """MB of the largest of them, at its height."""
    most = 0
    for pid in family(process.pid):
        try:
            with open('/proc/%d/status' % pid) as status:
                most = max([most] + [int(line.split()[1]) for line in status if line.startswith('VmHWM')])
        except OSError:
            pass
    return most / 1024


def bare(penny):
    """Rows a second that sqlite3 adds to a table with the same key, all in one transaction."""
    script = ("ATTACH '%s' AS t; CREATE TABLE t.delivery (id INTEGER PRIMARY KEY, issue INTEGER, address INTEGER, kind INTEGER, state INTEGER, next_try INTEGER,"
              ' UNIQUE (issue, address)); INSERT INTO t.delivery (issue, address, kind, state, next_try) SELECT 1, id, kind, 0, 1 FROM address')
    begin = time.monotonic()
    run('sqlite3', penny.path('pennypost.db'), script % penny.path('bare.db'))
    return READERS / (time.monotonic() - begin)


def plan(penny, rows, paths):
    """Rows a second, and how long pages took meanwhile and before."""
    readers = Pages(penny, paths)
    readers.start()
    time.sleep(SECONDS)
    idle = readers.end()
    readers = Pages(penny, paths)
    readers.start()
    begin = time.monotonic()
    planner = penny.serve('plan')
    wait('the plan', lambda: rows.number('SELECT count(*) FROM issue WHERE kind = 0 AND planned > 0'), planner, 600)
    took = time.monotonic() - begin
    meanwhile, memory = readers.end(), peak(planner)
    stop(planner)
    planned = rows.number('SELECT count(*) FROM delivery')
    if planned < READERS:
        raise RuntimeError('%d of %d readers have a row' % (planned, READERS))
    note('%d rows in %.1f s' % (READERS, took))
    return READERS / took, idle, meanwhile, memory


def claims(penny, rows, port):
    """How long another writer waits, in ms, while a sender claims what falls due among all that is put off."""
    def now():
        return int(time.time() * 1000)

    rows.db.execute('UPDATE delivery SET state = 1, tries = 1, reason = 1, next_try = ? WHERE next_try IS NOT NULL', (now() + PUT_OFF_MS,))
    rows.db.execute('UPDATE delivery SET next_try = ? + rank * 10 FROM (SELECT id AS due, row_number() OVER (ORDER BY id) AS rank FROM delivery WHERE state = 1'
                    ' LIMIT ?) WHERE delivery.id = due', (now() + 1000, DUE))
    penny.configure(mail(port))
    mailer, waits = penny.serve('mail'), []
    while rows.number('SELECT count(*) FROM delivery WHERE kind = 0 AND priority = 1 AND next_try < ?', now() + PUT_OFF_MS / 2):
        begin = time.perf_counter()
        rows.db.execute('BEGIN IMMEDIATE')
        rows.db.execute('ROLLBACK')
        waits.append(1000 * (time.perf_counter() - begin))
        time.sleep(0.002)
    stop(mailer)
    return waits


def mail(port):
    return 'transport = smtp\nhost = "127.0.0.1"\nport = %d\nsecurity = plain\nconnections = 20\n' % port


def memory_of(penny, role, ready):
    process = penny.serve(role)
    wait('the role ' + role, ready, process)
    time.sleep(SECONDS)
    most = peak(process)
    stop(process)
    return most


def sink():
    port, user = free_port(), ['-u', 'nobody'] if os.geteuid() == 0 else []
    process = start('smtp-sink', *user, '127.0.0.1:%d' % port, '300')
    wait('smtp-sink', lambda: listening(port), process)
    return process, port


def bench(folder):
    need('sqlite3', 'smtp-sink')
    penny, feed, people = Instance(os.path.join(folder, 'penny')), os.path.join(folder, 'feed.xml'), os.path.join(folder, 'list.csv')
    write_list(people, READERS)
    penny.command('subscriber', 'import', people, '--confirmed-elsewhere', 'a form')
    write_feed(feed, range(1, 21), 700)
    penny.command('source', 'add', feed)
    write_feed(feed, range(1, 22), 700)
    penny.command('source', 'poll')
    rows, taker = Rows(penny), sink()
    web = penny.serve('web')
    wait('the web role', lambda: listening(penny.port), web)
    rate, idle, meanwhile, planner = plan(penny, rows, ['/', '/archive', '/feed.xml'])
    report('readers planned a second; theirs is one bare INSERT of sqlite3', rate, bare(penny))
    report('ms of the slowest page of a hundred while planning; theirs is the goal', percentile(meanwhile, 0.99), PAGE_MS)
    note('without: %.2f ms; in the middle %.2f and %.2f ms' % (percentile(idle, 0.99), percentile(meanwhile, 0.5), percentile(idle, 0.5)))
    memory = {'plan': planner, 'web': peak(web)}
    stop(web)
    penny.configure(mail(taker[1]))
    before = rows.number('SELECT count(*) FROM delivery WHERE next_try IS NULL')
    memory['mail'] = memory_of(penny, 'mail', lambda: rows.number('SELECT count(*) FROM delivery WHERE next_try IS NULL') > before)
    for role in ('ingest', 'federate', 'receive'):
        memory[role] = memory_of(penny, role, lambda: True)
    for role, most in memory.items():
        report('MB of the largest process of %s at its height; theirs is the goal' % role, most, MEMORY_MB)
    waits = claims(penny, rows, taker[1])
    report('ms that one of a hundred waits for a claim of %d due among %d put off; theirs is the goal' % (DUE, READERS), percentile(waits, 0.99), CLAIM_MS)
    note('in the middle %.2f ms, at most %.2f ms' % (percentile(waits, 0.5), max(waits)))
    stop(taker[0])
