"""Follows that come in, and one new post to many servers, against what the disk and OpenSSL do alone in the same run."""
import base64
import hashlib
import json
import os
import re
import socket
import sqlite3
import statistics
import time
from email.utils import formatdate


from bench import Instance, Missing, free_port, listening, need, note, report, run, start, stop, wait, write_feed

FOLLOWS = int(os.environ.get('BENCH_FOLLOWS', 2020))
WORKERS = int(os.environ.get('BENCH_WORKERS', min(2, os.cpu_count() or 1)))
CONNECTIONS = 16

# One nginx is every server of the fediverse: all of 127/8 is this machine.
NGINX = '''
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr; {user}
events {{ worker_connections 16384; }}
http {{
    log_format when '$msec $host'; access_log {folder}/posts.log when; keepalive_requests 100000000; keepalive_timeout 600;
    client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3; uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
    server {{ listen {port} backlog=4096; return 202; }}
}}
'''
# wrk asks with the signed requests of a file, each once.
WRK = '''
local all, at = {}, 0
for request in io.lines("%s") do all[#all + 1] = (request:gsub("\\r", ""):gsub("\\1", "\\r\\n")) end
function request()
  at = at + 1
  if at > #all then wrk.thread:stop() end
  return all[at] or all[1]
end
'''


def host(n):
    return '127.%d.%d.%d' % (1 + n // 62500, n // 250 % 250, 1 + n % 250)


class Fediverse:
    """Servers that take every activity, and hang when they are told to; their accounts share one key, whose PEM says for whom it is, so
    that ours has to parse each of them."""

    def __init__(self, folder):
        try:
            from cryptography.hazmat.primitives import hashes, serialization
            from cryptography.hazmat.primitives.asymmetric import padding, rsa
        except ImportError:
            raise Missing('python3-cryptography is not installed: contrib/install-deps bench')
        key = rsa.generate_private_key(65537, 2048)
        self.sign = lambda data: base64.b64encode(key.sign(data, padding.PKCS1v15(), hashes.SHA256())).decode()
        self.pem = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
        self.folder, self.port = folder, free_port()
        os.mkdir(folder)
        with open(folder + '/nginx.conf', 'w') as out:
            out.write(NGINX.format(folder=folder, port=self.port, user='user root;' if os.geteuid() == 0 else ''))
        process = start('nginx', '-p', folder, '-e', 'stderr', '-c', folder + '/nginx.conf')
        wait('nginx', lambda: listening(self.port), process)
        with open('/proc/%d/task/%d/children' % (process.pid, process.pid)) as children:
            self.worker = int(children.read())
        open(folder + '/posts.log', 'w').close()

    def seconds(self):
        """The time that it took of a core so far."""
        with open('/proc/%d/stat' % self.worker) as stat:
            return sum(map(int, stat.read().rpartition(')')[2].split()[11:13])) / os.sysconf('SC_CLK_TCK')

    def posts(self):
        """When each POST came, since forget."""
        with open(self.folder + '/posts.log') as log:
            return [float(line.split()[0]) for line in log]

    def count(self):
        with open(self.folder + '/posts.log', 'rb') as log:
            return log.read().count(b'\n')

    def forget(self):
        os.truncate(self.folder + '/posts.log', 0)

    def actor(self, n):
        return 'http://%s:%d/users/reader' % (host(n), self.port)

    def row(self, n, port=None):
        actor = self.actor(n)
        inbox = actor.replace(':%d/' % self.port, ':%d/' % (port or self.port)) + '/inbox'
        return actor, inbox, None, 'Reader', 'reader', actor + '#main-key', self.pem + '# %d\n' % n, int(time.time() * 1000), 0

    def follow(self, n, url):
        """A Follow as it goes over the wire."""
        actor, target = self.actor(n), url + '/@bench'
        body = json.dumps({'@context': 'https://www.w3.org/ns/activitystreams', 'id': actor + '/follow', 'type': 'Follow', 'actor': actor, 'object': target})
        digest = 'SHA-256=' + base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        at, date = url.partition('//')[2], formatdate(usegmt=True)
        base = '(request-target): post /@bench/inbox\nhost: %s\ndate: %s\ndigest: %s' % (at, date, digest)
        signature = 'keyId="%s#main-key",algorithm="rsa-sha256",headers="(request-target) host date digest",signature="%s"' % (actor, self.sign(base.encode()))
        lines = ['POST /@bench/inbox HTTP/1.1', 'Host: ' + at, 'Date: ' + date, 'Digest: ' + digest, 'Signature: ' + signature,
                 'Content-Type: application/activity+json', 'Content-Length: %d' % len(body), '', body]
        return '\1'.join(lines) + '\n'


def serve(penny, role, workers=1):
    penny.configure()
    with open(penny.path('pennypost.conf'), 'a') as out:
        out.write('allow_networks = {"127.0.0.0/8"}\nworkers {\n%s = %d\n}\n' % (role, workers))
    return penny.serve(role)


def ask(penny, sql, *values):
    db = sqlite3.connect(penny.path('pennypost.db'), timeout=60)
    with db:
        done = db.execute(sql, values).fetchall()
    db.close()
    return done


def know(penny, rows):
    db = sqlite3.connect(penny.path('pennypost.db'), timeout=60)
    with db:
        db.executemany('INSERT OR REPLACE INTO actor (uri, inbox, shared_inbox, name, username, key_id, public_key, fetched, gone) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)', rows)
    db.close()


def commits(folder):
    """Rows of 1.5 kB a second that SQLite alone commits, one by one, to the same disk."""
    db = sqlite3.connect(folder + '/commits.db', isolation_level=None)
    db.executescript('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, text TEXT)')
    begin, count = time.monotonic(), 0
    while time.monotonic() < begin + 2:
        db.execute('INSERT INTO t (text) VALUES (?)', ('x' * 1500,))
        count += 1
    db.close()
    return count / (time.monotonic() - begin)


def openssl(*options):
    """RSA-2048 signatures and verifications a second."""
    said = run('openssl', 'speed', '-seconds', '2', *options, 'rsa2048')
    return tuple(float(n) for n in re.search(r'^rsa 2048 bits\s+\S+s\s+\S+s\s+([\d.]+)\s+([\d.]+)', said, re.M).groups())


def accepted(penny, fediverse):
    """Follows a second that are stored and answered."""
    with open(penny.path('requests'), 'w') as out:
        out.writelines(fediverse.follow(n, penny.url) for n in range(FOLLOWS))
    with open(penny.path('follow.lua'), 'w') as out:
        out.write(WRK % penny.path('requests'))
    web = serve(penny, 'web')
    wait('the web role', lambda: listening(penny.port), web)
    log = open(penny.path('wrk.log'), 'w+')
    wrk = start('wrk', '-t1', '-c%d' % CONNECTIONS, '-d300s', '-s', penny.path('follow.lua'), penny.url, stdout=log)
    # Before wrk stops it may send the first request again.
    count = 'SELECT count(DISTINCT body), min(received), max(received) FROM inbox'
    # The last request of each connection may be cut off.
    wait('the Follows', lambda: ask(penny, count)[0][0] >= FOLLOWS - 2 * CONNECTIONS, wrk)
    time.sleep(0.2)
    stop(wrk)
    stop(web)
    stored, first, last = ask(penny, count)[0]
    return stored * 1000 / (last - first), stored


def applied(penny, fediverse, stored):
    """Follows a second from the inbox to the Accept in the follower's."""
    fediverse.forget()
    begin = time.time()
    role = serve(penny, 'federate')
    wait('the Accepts', lambda: fediverse.count() >= stored, role)
    rate = stored / (max(fediverse.posts()) - begin)
    stop(role)
    confirmed = ask(penny, "SELECT count(*) FROM address WHERE kind = 1 AND state = 1")[0][0]
    if confirmed != stored:
        raise RuntimeError('%d of %d follow' % (confirmed, stored))
    return rate


def fan_out(penny, fediverse, feed, number, rows, count, workers):
    """When each of count deliveries of a new post to rows followers came, in seconds from the start of the role."""
    write_feed(feed, range(1, number + 1), 700)
    penny.command('source', 'poll')
    planner = penny.serve('plan')
    wait('the plan', lambda: ask(penny, 'SELECT count(*) FROM delivery WHERE state = 0 AND kind = 1')[0][0] >= rows, planner)
    stop(planner)
    fediverse.forget()
    begin = time.time()
    role = serve(penny, 'federate', workers)
    wait('%d deliveries' % count, lambda: fediverse.count() >= count, role, 300)
    times = sorted(when - begin for when in fediverse.posts())
    stop(role)
    return times


def hang(penny, fediverse, stored):
    """Has every tenth server take connections and never answer; how many are left."""
    silent = socket.socket()
    silent.bind(('', 0))
    silent.listen(4096)
    broken = [n for n in range(FOLLOWS) if n % 10 == 3]
    know(penny, [fediverse.row(n, silent.getsockname()[1]) for n in broken])
    follow = {row[0] for row in ask(penny, 'SELECT value FROM address WHERE kind = 1 AND state = 1')}
    return silent, stored - sum(fediverse.actor(n) in follow for n in broken)


def bench(folder):
    need('nginx', 'wrk', 'openssl')
    fediverse = Fediverse(os.path.join(folder, 'fediverse'))
    penny = Instance(os.path.join(folder, 'penny'))
    feed = os.path.join(folder, 'feed.xml')
    write_feed(feed, range(1, 2), 700)
    penny.command('source', 'add', feed)
    know(penny, [fediverse.row(n) for n in range(FOLLOWS)])
    signs, verifies = openssl()
    note('OpenSSL: %.0f RSA-2048 signatures, %.0f verifications a second on one core' % (signs, verifies))
    disk = commits(folder)
    rate, stored = accepted(penny, fediverse)
    note('%d Follows, each signed by another known account, over %d connections; theirs is SQLite committing rows' % (stored, CONNECTIONS))
    report('signed Follows a second, accepted', rate, (disk + commits(folder)) / 2)
    report("Follows a second, applied and their Accept delivered, against openssl's RSA-2048 signatures", applied(penny, fediverse, stored), signs)
    before = fediverse.seconds()
    times = fan_out(penny, fediverse, feed, 2, stored, stored, WORKERS)
    took = times[-1] - times[0]
    left = min(WORKERS, (os.cpu_count() or 1) - (fediverse.seconds() - before) / took)
    all_cores = openssl('-multi', str(WORKERS))[0]
    note('a new post to %d servers by %d processes, which sent the first after %.2f s; theirs is openssl speed -multi %d' % (stored, WORKERS, times[0], WORKERS))
    report("deliveries a second from the first to the last, against openssl's RSA-2048 signatures on the %.2f cores that the servers leave" % left,
           (stored - 1) / took, all_cores * left / WORKERS)
    silent, healthy = hang(penny, fediverse, stored)
    times = fan_out(penny, fediverse, feed, 3, stored, healthy, 1)
    silent.close()
    note('with a tenth of %d servers hanging, one process: the others had theirs after %.1f s in the middle, %.1f s at most' %
         (stored, statistics.median(times), times[-1]))
