"""bench - what the benches share: a place to work in, programs that end with us, and how a result is told."""
import glob
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = os.environ.get('PENNYPOST', os.path.join(TOP, 'build/pennypost'))
running = []


class Missing(Exception):
    """A program that is not installed, or that cannot do what is asked of it here."""


def report(name, ours, theirs):
    print('%s: ours %s, theirs %s, ratio %.2f' % (name, shown(ours), shown(theirs), ours / theirs), flush=True)


def shown(value):
    return '%.0f' % value if value >= 100 else '%.2f' % value


def note(text):
    print('  ' + text, flush=True)


def need(*programs):
    for program in programs:
        if not shutil.which(program):
            raise Missing('%s is not installed: contrib/install-deps bench' % program)


def run(*command, **options):
    """What a program prints."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, **options)
    if done.returncode:
        raise RuntimeError('%s: %s' % (' '.join(command[:4]), (done.stdout + done.stderr).strip()[-500:]))
    return done.stdout


def start(*command, **options):
    """A program in the background, which ends with us at the latest."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, **{'stdout': subprocess.DEVNULL, 'stderr': subprocess.DEVNULL, **options})
    running.append(process)
    return process


def stop(process):
    process.terminate()
    process.wait()
    running.remove(process)


def wait(what, look, process=None, seconds=120):
    end = time.monotonic() + seconds
    while not look():
        if time.monotonic() > end or (process and process.poll() is not None):
            raise RuntimeError('waited in vain for ' + what)
        time.sleep(0.02)


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def listening(port):
    try:
        socket.create_connection(('127.0.0.1', port), 1).close()
        return True
    except OSError:
        return False


def server():
    """The URL of an empty database on a PostgreSQL of its own (BENCH_DATABASE=postgresql), or None: then it is a file."""
    if os.environ.get('BENCH_DATABASE') != 'postgresql':
        return None
    cluster = start(os.path.join(TOP, 'contrib/demo-cluster'), stdout=subprocess.PIPE)
    url = cluster.stdout.readline().decode().strip()
    if not url:
        raise Missing('PostgreSQL is not installed: contrib/install-deps test')
    return url


class Instance:
    """A publication of its own, in a folder of its own."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.url = 'http://127.0.0.1:%d' % self.port
        os.mkdir(folder)
        self.database = server()
        self.configure()
        self.command('init', '--dir', folder, '--url', self.url, '--name', 'Bench', '--handle', 'bench', '--mail-from', 'post@bench.example')

    def path(self, name):
        return os.path.join(self.folder, name)

    def configure(self, mail='', more=''):
        database = 'database = "%s"\n' % self.database if self.database else ''
        with open(self.path('pennypost.conf'), 'w') as out:
            out.write('listen = "127.0.0.1:%d"\nlog_level = "warning"\n%s%smail {\n%s}\n' % (self.port, database, more, mail))

    def command(self, *words):
        return run(BINARY, '--config', self.path('pennypost.conf'), *words)

    def serve(self, role):
        log = open(self.path('server.log'), 'a')
        return start(BINARY, '--config', self.path('pennypost.conf'), 'serve', '--role', role, stderr=log)


WORDS = ('the water comes down from the spring and the car goes up with whoever stands in it while the other one sinks and at the middle'
         ' they pass without a word because there is nothing that either could say to the other about where it has been').split()


def entry(number, words):
    """An RSS item with paragraphs, a link, an emphasis; no two are alike."""
    text = [WORDS[(number * 7 + n * (1 + number % 5)) % len(WORDS)] for n in range(words)]
    paragraphs = [' '.join(text[n:n + 60]) for n in range(0, words, 60)]
    content = '\n'.join('<p>%s, <em>said number %d</em>, <a href="https://blog.example/%d">and more</a>.</p>' % (p, number, n)
                        for n, p in enumerate(paragraphs))
    when = time.strftime('%a, %d %b %Y %H:%M:%S +0000', time.gmtime(time.time() - 3600 * (20000 - number)))
    return ('<item><title>Letter number %d</title><link>https://blog.example/letter-%d</link><guid isPermaLink="false">bench-%d</guid>'
            '<category>letters</category><pubDate>%s</pubDate><content:encoded><![CDATA[%s]]></content:encoded></item>\n'
            % (number, number, number, when, content))


def write_feed(path, numbers, words):
    with open(path + '.new', 'w') as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
                  '<title>Bench</title><link>https://blog.example/</link><description>Letters</description>\n')
        for number in reversed(numbers):
            out.write(entry(number, words))
        out.write('</channel></rss>\n')
    os.rename(path + '.new', path)


def main(benches):
    """Runs each bench in a fresh folder, on the disk that the build is on, and leaves nothing behind."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    os.makedirs(os.path.join(TOP, 'build'), exist_ok=True)
    failed = False
    for name, bench in benches:
        with tempfile.TemporaryDirectory(prefix='bench-', dir=os.path.join(TOP, 'build')) as folder:
            try:
                bench(folder)
            except Missing as why:
                print('%s: skipped, %s' % (name, why), flush=True)
            except RuntimeError as why:
                failed = True
                print('%s: failed, %s' % (name, why), flush=True)
                for log in glob.glob(folder + '/*/server.log'):
                    note(open(log).read()[-2000:])
            finally:
                for process in list(running):
                    stop(process)
    sys.exit(1 if failed else 0)
