"""A list of people: 'subscriber import' beside '.import' of the sqlite3 shell, which only stores the same rows under a key."""
import os
import resource
import time

from bench import Instance, need, note, report, run

ROWS = int(os.environ.get('BENCH_PEOPLE', 200000))


def write_list(path, rows=ROWS):
    """Addresses in no order, as programs export them."""
    with open(path, 'w') as out:
        out.write('email,name\n')
        for number in range(rows):
            out.write('reader%d@host%d.example,Reader %d\n' % (number * 7919 % 1000003, number % 5003, number))


def rate(work):
    begin = time.monotonic()
    work()
    return ROWS / (time.monotonic() - begin)


def bench(folder):
    need('sqlite3')
    path = os.path.join(folder, 'list.csv')
    write_list(path)
    penny = Instance(os.path.join(folder, 'penny'))
    theirs = rate(lambda: run('sqlite3', os.path.join(folder, 'theirs.db'), 'PRAGMA journal_mode=WAL', 'CREATE TABLE person (email TEXT PRIMARY KEY, name TEXT)',
                              '.import --csv --skip 1 %s person' % path))
    ours = rate(lambda: penny.command('subscriber', 'import', path, '--confirmed-elsewhere', 'a form'))
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    report('people imported a second', ours, theirs)
    again = rate(lambda: penny.command('subscriber', 'import', path, '--confirmed-elsewhere', 'a form'))
    note('the same list again, of people who are all known: %.0f a second' % again)
    note('%d rows; at most %.0f MB of memory' % (ROWS, memory))
