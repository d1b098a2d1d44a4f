"""Ten thousand sources on a web server of this machine: a first round that reads them all, a second that is answered 304."""
import os
import re
import sqlite3
import subprocess
import time

from bench import Instance, entry, free_port, listening, need, note, report, start, wait

SOURCES = int(os.environ.get('BENCH_SOURCES', 10000))
ENTRIES, SECONDS, MEGABYTES = 3, 60, 100  # of a feed; the limits of a round

NGINX = """daemon off; %(user)s worker_processes 1; pid %(folder)s/nginx.pid; error_log %(folder)s/nginx.log;
events { worker_connections 512; }
http { access_log %(folder)s/access.log; default_type application/rss+xml; keepalive_requests 100000;
client_body_temp_path %(folder)s/t; proxy_temp_path %(folder)s/t; fastcgi_temp_path %(folder)s/t; uwsgi_temp_path %(folder)s/t; scgi_temp_path %(folder)s/t;
server { listen 127.0.0.1:%(port)d; root %(folder)s/feeds; } }
"""


def write_feeds(folder):
    for number in range(SOURCES):
        items = ''.join(entry(number * ENTRIES + n, 120) for n in range(ENTRIES))
        with open('%s/%d.xml' % (folder, number), 'w') as out:
            out.write('<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Blog %d</title>'
                      '<link>https://blog.example/%d/</link><description/>%s</channel></rss>\n' % (number, number, items))


def serve(folder, port):
    need('nginx')
    with open(folder + '/nginx.conf', 'w') as out:
        out.write(NGINX % {'folder': folder, 'port': port, 'user': 'user root;' if os.geteuid() == 0 else ''})
    process = start('nginx', '-c', folder + '/nginx.conf', '-e', folder + '/nginx.log')
    wait('nginx', lambda: listening(port), process)


def due(database, port):
    """Every feed is a source, and due now."""
    db = sqlite3.connect(database, timeout=30)
    with db:
        db.executemany('INSERT INTO source (publication, url, state, created, imported, next_fetch, last_fetch, last_status, failures, approved)'
                       ' VALUES (1, ?, 0, 0, 0, 1, 0, 0, 0, 0) ON CONFLICT DO UPDATE SET next_fetch = 1',
                       [('http://127.0.0.1:%d/%d.xml' % (port, number),) for number in range(SOURCES)])
    db.close()


def fetched(database):
    db = sqlite3.connect(database, timeout=30)
    left = db.execute('SELECT count(*) FROM source WHERE next_fetch = 1').fetchone()[0]
    db.close()
    return left == 0


def count(penny, status):
    return sqlite3.connect(penny.path('pennypost.db')).execute('SELECT count(*) FROM source WHERE last_status = ?', (status,)).fetchone()[0]


def peak(process):
    """The most memory that it or a child of its held, in MB."""
    children = subprocess.run(['ps', '-o', 'pid=', '--ppid', str(process.pid)], capture_output=True, text=True).stdout.split()
    most = 0
    for pid in [str(process.pid), *children]:
        with open('/proc/%s/status' % pid) as status:
            most = max(most, int(re.search(r'VmHWM:\s+(\d+)', status.read())[1]))
    return most / 1024


def round_trip(penny, port):
    """Seconds and megabytes of one round; the role is started before what is due is."""
    process = penny.serve('ingest')
    time.sleep(0.5)
    begin = time.monotonic()
    due(penny.path('pennypost.db'), port)
    wait('all sources to be fetched', lambda: fetched(penny.path('pennypost.db')), process, 600)
    took, memory = time.monotonic() - begin, peak(process)
    process.terminate()
    process.wait()
    return took, memory


def bench(folder):
    port = free_port()
    os.mkdir(folder + '/feeds')
    write_feeds(folder + '/feeds')
    serve(folder, port)
    penny = Instance(os.path.join(folder, 'sources'))
    with open(penny.path('pennypost.conf'), 'a') as out:
        out.write('allow_networks = {"127.0.0.0/8"}\n')
    first, memory = round_trip(penny, port)
    if count(penny, 200) != SOURCES:
        raise RuntimeError('%d of %d sources were read' % (count(penny, 200), SOURCES))
    stored = sqlite3.connect(penny.path('pennypost.db')).execute('SELECT count(*) FROM entry').fetchone()[0]
    note('%d sources, first round: %d entries read and stored in %.1f s, at most %.0f MB' % (SOURCES, stored, first, memory))
    report('sources a second, first round, against %d in %d s' % (SOURCES, SECONDS), SOURCES / first, SOURCES / SECONDS)
    second, more = round_trip(penny, port)
    unchanged = count(penny, 304)
    with open(folder + '/access.log') as log:
        answers = sum(' 304 ' in line for line in log)
    note('second round: %d of %d answered 304 (%d by the log of nginx), none read, in %.1f s, at most %.0f MB' % (unchanged, SOURCES, answers, second, more))
    report('sources a second, second round, against %d in %d s' % (SOURCES, SECONDS), SOURCES / second, SOURCES / SECONDS)
    report('memory of a round, %d MB against ours' % MEGABYTES, MEGABYTES, max(memory, more))
