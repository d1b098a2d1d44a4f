"""Pages that nothing was kept of, as the archive grows; and pages that are kept, while others write and ask nonsense."""
import hashlib
import os
import re
import socket
import sqlite3
import statistics
import sys
import time

from bench import TOP, Instance, listening, need, note, report, run, start, stop, wait

SECONDS = int(os.environ.get('BENCH_SECONDS', 5))
SIZES = (100, 1000, 10000, 100000)
PEOPLE = (1000, 1000000)
ROUNDS = 101
TAG, YEARS = 'tides', 12

ENTRIES = '''
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
INSERT INTO entry (publication, slug, title, content, teaser, excerpt, authors, enclosures, image_width, image_height, words, teaser_words, note_count,
                   published, updated, revised, access, state, withdrawn, hash, announce, created)
SELECT 1, 'post-' || i, 'Post ' || i, ?2, ?3, 'An excerpt of some words.', '[]', '[]', 0, 0, 700, 100, 0,
       ?4 - (?1 - i) * ?5, 0, 0, 0, 0, 0, 'h' || i, 0, ?4 FROM n'''
TAGS = "INSERT INTO entry_tag (entry, publication, slug, tag, listed) SELECT id, 1, ?1, ?1, published FROM entry WHERE id % 2 = 0"
ADDRESSES = '''
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
INSERT INTO address (subscriber, publication, kind, value, state, created, confirmed, ended) SELECT 1, 1, 0, 'r' || i || '@example.org', 1, 1, 1, 0 FROM n'''


def run_again(db, name, begin):
    """What the schema does once with the rows that are there."""
    with open(os.path.join(TOP, 'gateway/archive/schema', name)) as schema:
        for statement in re.sub('--.*', '', schema.read()).split(';'):
            if statement.strip().startswith(begin):
                db.execute(statement)


def fill(penny, entries, people):
    """Rows as the program would have made them, with the numbers that it keeps."""
    db = sqlite3.connect(os.path.join(penny.folder, 'pennypost.db'))
    now, paragraph = int(time.time() * 1000), '<p>' + 'The tide comes in and goes out again. ' * 12 + '</p>'
    db.execute('DELETE FROM tally')
    db.execute(ENTRIES, (entries, paragraph * 8, paragraph, now, YEARS * 365 * 86400000 // entries))
    db.execute(TAGS, (TAG,))
    db.execute('INSERT INTO subscriber (publication, created) VALUES (1, 1)')
    db.execute(ADDRESSES, (people,))
    run_again(db, '024-days.sql', 'UPDATE entry')
    run_again(db, '014-tally.sql', 'INSERT INTO tally')
    db.execute('ANALYZE')
    db.commit()
    return db


class Client:
    """One connection that is kept, with as little of its own as can be."""

    def __init__(self, port):
        self.socket = socket.create_connection(('127.0.0.1', port))
        self.port = port

    def get(self, path, accept='text/html', more=''):
        self.socket.sendall(('GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAccept: %s\r\n%s\r\n' % (path, self.port, accept, more)).encode())
        got = b''
        while b'\r\n\r\n' not in got:
            got += self.socket.recv(1 << 20)
        head, _, body = got.partition(b'\r\n\r\n')
        length = int(re.search(rb'Content-Length: (\d+)', head, re.I)[1])
        while len(body) < length:
            body += self.socket.recv(1 << 20)
        if not head.startswith(b'HTTP/1.1 200'):
            raise RuntimeError('%s: %s' % (path, head.split(b'\r\n')[0].decode()))
        return body


def uncached(penny, db, paths):
    """Milliseconds in the middle, each page asked for just after the archive changed."""
    client, times = Client(penny.port), {name: [] for name in paths}
    for _ in range(ROUNDS):
        for name, (path, accept) in paths.items():
            db.execute('UPDATE tally SET n = n + 1 WHERE kind = 5')
            db.commit()
            begin = time.perf_counter()
            client.get(path, accept)
            times[name].append(1000 * (time.perf_counter() - begin))
    return {name: statistics.median(all_of) for name, all_of in times.items()}


def paths_of(db):
    slug, published = db.execute('SELECT slug, published FROM entry ORDER BY published LIMIT 1 OFFSET (SELECT count(*) / 2 FROM entry)').fetchone()
    year = time.gmtime(published / 1000).tm_year
    activity = 'application/activity+json'
    return {'home': ('/', 'text/html'), 'archive': ('/archive', 'text/html'), 'tag': ('/tag/' + TAG, 'text/html'), 'feed': ('/feed.xml', 'text/html'),
            'outbox': ('/@bench/outbox/1', activity), 'post': ('/%d/%s' % (year, slug), 'text/html')}


def growth(folder):
    seen = {}
    for entries, people in [(n, PEOPLE[0]) for n in SIZES] + [(SIZES[0], PEOPLE[1])]:
        penny = Instance(os.path.join(folder, 'pages-%d-%d' % (entries, people)))
        db = fill(penny, entries, people)
        web = penny.serve('web')
        wait('the web role', lambda: listening(penny.port), web)
        seen[entries, people] = uncached(penny, db, paths_of(db))
        note('%6d entries, %7d addresses: ' % (entries, people) + ', '.join('%s %.2f ms' % one for one in seen[entries, people].items()))
        stop(web)
        db.close()
    few, many, crowd = seen[SIZES[0], PEOPLE[0]], seen[SIZES[-1], PEOPLE[0]], seen[SIZES[0], PEOPLE[1]]
    for name in few:
        report('%s page, ms with %d entries; theirs is with %d' % (name, SIZES[-1], SIZES[0]), many[name], few[name])
    report('home page, ms with %d addresses; theirs is with %d' % (PEOPLE[1], PEOPLE[0]), crowd['home'], few['home'])


SCRIPT = '''
local paths = {%s}
local n = 0
request = function()
  n = n + 1
  return wrk.format("GET", paths[n %% #paths + 1], {%s})
end
'''


def rate(folder, penny, paths, headers=''):
    name = os.path.join(folder, 'mix.lua')
    with open(name, 'w') as out:
        out.write(SCRIPT % (', '.join('"%s"' % path for path in paths), headers))
    said = run('wrk', '-t1', '-c64', '-d%ds' % SECONDS, '-s', name, penny.url)
    if 'Non-2xx' in said or 'Socket errors' in said:
        raise RuntimeError('wrk: ' + said)
    return float(re.search(r'Requests/sec:\s+([\d.]+)', said)[1])


class Meanwhile:
    """Does something every so often while others are measured, in a process of its own."""

    def __init__(self, code, *args):
        self.process = start(sys.executable, '-c', code, *args)

    def __enter__(self):
        time.sleep(0.5)

    def __exit__(self, *_):
        stop(self.process)


COMMITS = '''
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], timeout=20)
n = 0
while True:
    n += 1
    db.execute('INSERT INTO activity_seen (activity, actor, seen) VALUES (?, ?, 1)', (str(time.time()) + str(n), 'a'))
    db.commit()
    time.sleep(0.01)
'''
JUNK = '''
import socket, sys, time
port = int(sys.argv[1])
s = socket.create_connection(('127.0.0.1', port))
n = 0
while True:
    n += 1
    s.sendall(('GET /?junk=%d&utm_source=%d HTTP/1.1\\r\\nHost: 127.0.0.1:%d\\r\\n\\r\\n' % (n, n, port)).encode())
    s.recv(1 << 20)
    time.sleep(1 / 260)
'''


def mix(folder):
    penny = Instance(os.path.join(folder, 'mix'))
    db = fill(penny, 1000, 1000)
    cookie = 'session-of-the-bench'
    db.execute('INSERT INTO session (subscriber, token_hash, created, expires) VALUES (1, ?, 1, ?)',
               (hashlib.sha256(cookie.encode()).hexdigest(), int(time.time() * 1000) + 10 ** 9))
    db.commit()
    posts = ['/%d/%s' % (time.gmtime(published / 1000).tm_year, slug) for slug, published in db.execute('SELECT slug, published FROM entry ORDER BY id DESC LIMIT 16')]
    pages = ['/', '/archive', '/tag/' + TAG, '/feed.xml'] + posts
    db.close()
    web = penny.serve('web')
    wait('the web role', lambda: listening(penny.port), web)
    idle = rate(folder, penny, pages)
    with Meanwhile(COMMITS, os.path.join(penny.folder, 'pennypost.db')):
        report('requests a second, 20 pages over 64 connections with a commit every 10 ms; theirs is without', rate(folder, penny, pages), idle)
    with Meanwhile(JUNK, str(penny.port)):
        report('the same during 260 junk queries a second', rate(folder, penny, pages), idle)
    cached = rate(folder, penny, posts[:1])
    report('a signed-in post; theirs is the same for a stranger', rate(folder, penny, posts[:1], '["Cookie"]="session=%s"' % cookie), cached)
    stop(web)


def bench(folder):
    need('wrk')
    growth(folder)
    mix(folder)
