"""A long feed into the archive, against the bare insertion of the same rows into SQLite."""
import os
import sqlite3
import time

from bench import Instance, note, report, write_feed

ENTRIES = int(os.environ.get('BENCH_ENTRIES', 10000))
CHUNK = 100  # rows in a transaction, as ingest has it


def tables(database):
    """What the import filled: {table: (SQL of it and its indexes, rows)}."""
    db = sqlite3.connect('file:%s?mode=ro' % database, uri=True)
    filled = {}
    for name, in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE TABLE%' AND name LIKE 'entry%'").fetchall():
        rows = db.execute('SELECT * FROM "%s" ORDER BY rowid' % name).fetchall()
        if rows:
            made = db.execute('SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type DESC', (name,)).fetchall()
            filled[name] = ([sql for sql, in made], rows)
    db.close()
    return filled


def insert(path, filled):
    """Seconds that Python's sqlite3 takes to write these rows, every entry's with it, with the archive's pragmas."""
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000')
    for made, _ in filled.values():
        for sql in made:
            db.execute(sql)
    steps = -(-ENTRIES // CHUNK)
    begin = time.monotonic()
    for step in range(steps):
        db.execute('BEGIN')
        for name, (_, rows) in filled.items():
            size = -(-len(rows) // steps)
            part = rows[step * size:(step + 1) * size]
            db.executemany('INSERT INTO "%s" VALUES (%s)' % (name, ', '.join('?' * len(rows[0]))), part)
        db.execute('COMMIT')
    took = time.monotonic() - begin
    db.close()
    return took


def bench(folder):
    penny = Instance(os.path.join(folder, 'ingest'))
    feed = os.path.join(folder, 'feed.xml')
    write_feed(feed, range(1, ENTRIES + 1), 150)
    begin = time.monotonic()
    penny.command('source', 'add', feed)
    ours = ENTRIES / (time.monotonic() - begin)
    filled = tables(penny.path('pennypost.db'))
    note('a feed of %d bytes with %d entries: parsed, cleaned, stored; theirs is the bare insertion of the same rows: %s'
         % (os.path.getsize(feed), ENTRIES, ', '.join('%s %d' % (name, len(rows)) for name, (_, rows) in filled.items())))
    report('entries a second', ours, ENTRIES / insert(os.path.join(folder, 'bare.db'), filled))
