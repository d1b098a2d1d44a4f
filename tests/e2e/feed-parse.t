#!/usr/bin/python3
"""pennypost feed parse: what it prints of our corpus, and how it does on feedparser's own tests when they are at hand."""
import glob
import json
import os
import re
import subprocess
import tempfile

import lab
from lab import TOP
from lab.pennypost import BINARY as PENNYPOST


def ok(passed, what, why=''):
    lab.ok(passed, what) or lab.diag(why)


def parse(path, *options, data=None):
    run = subprocess.run([PENNYPOST, 'feed', 'parse', '--json', *options, path], input=data, capture_output=True, timeout=60)
    return run.returncode, json.loads(run.stdout) if run.returncode == 0 else None, run.stderr.decode()


corpus = sorted(glob.glob(os.path.join(TOP, 'tests', 'corpus', 'feeds', '*.xml')))
ok(len(corpus) >= 20, 'there is a corpus')
for path in corpus:
    status, doc, err = parse(path)
    with open(path[:-3] + 'expect', encoding='utf-8') as f:
        expect = f.read()
    first = re.match(r'(\S+) in ([^\s,]+)(, broken)?', expect)
    got = (doc['version'], doc['encoding'], doc['bozo'], len(doc['entries'])) if doc else err
    ok(got == (first[1], first[2], bool(first[3]), len(re.findall('^--$', expect, re.M))), 'JSON of ' + os.path.basename(path), '%s %s' % (got, err))

wordpress = os.path.join(TOP, 'tests', 'corpus', 'feeds', 'wordpress.xml')
entry = parse(wordpress)[1]['entries'][0]
ok(entry['published_parsed'] == '2026-09-06T06:30:00Z' and entry['slash_comments'] == '3', 'dates and modules are there', entry)
ok('src="https://salt.example/photos/nail-300.jpg"' in parse(wordpress, '--url', 'https://salt.example/feed/')[1]['entries'][0]['content'][0]['value'], 'links start from --url')
with tempfile.NamedTemporaryFile('w') as headers:
    headers.write('Content-Type: text/xml; charset=iso-8859-5\r\nContent-Language: ru\r\n')
    headers.flush()
    doc = parse('-', '--header-file', headers.name, data=b'<rss version="2.0"><channel><title>\xd4\xd0</title></channel></rss>')[1]
    ok(doc['feed']['title']['value'] == 'да' and doc['encoding'] == 'iso-8859-5', 'the charset of --header-file counts', doc)
    ok(doc['feed']['language'] == 'ru' and doc['feed']['title']['language'] == 'ru', 'so does its language, of titles too', doc)
    doc = parse('-', '--header-file', headers.name, data=b'<feed xmlns="http://www.w3.org/2005/Atom"><title xml:lang="de">A</title><subtitle>B</subtitle></feed>')[1]
    ok((doc['feed']['title']['language'], doc['feed']['subtitle']['language']) == ('de', 'ru'), 'where the document names none', doc)
status, _, err = parse('-', data=b'<!doctype html><title>x</title>')
ok(status == 1 and 'an HTML page' in err, 'a page is refused by name', err)
for data in (b'<!-- only a comment -->', b'<?xml version="1.0"?>\n<!-- one --><!-- two -->\n', b'<!DOCTYPE rss [<!-- in it -->]>', b'<!-- not closed'):
    status, doc, err = parse('-', data=data)
    ok(doc and (doc['version'], doc['bozo'], doc['feed'], doc['entries']) == ('', True, {}, []), 'JSON of a document without an element', '%s %s' % (data, err))
for data in (b'', b'Hello', b'<!-- one --> Hello', b'<!-- one --><html></html>'):
    ok(parse('-', data=data)[0] == 1, 'none of what is not XML', data)
status, _, err = parse('/nowhere')
ok(status == 1 and '/nowhere' in err, 'so is what is not there', err)

if lab.available('the tests of feedparser', suites=['feedparser']):
    SUITE = lab.suite('feedparser')
    run = subprocess.run(['/usr/bin/python3', os.path.join(SUITE, 'feedparser_score.py'), '--suite', SUITE, '--no-virtual', '--list-failures', '--list-unsafe',
                          '--cmd', PENNYPOST + ' feed parse --json [ --url {url} ] [ --header-file {headers} ] -'], capture_output=True, text=True)
    for group, least in (('structure', 99), ('encodings', 97)):
        share = re.search(r'^group %s +passed \d+ of \d+ \(([\d.]+) %%' % group, run.stdout, re.M)
        ok(share and float(share[1]) >= least, 'of the tests of feedparser about %s %d in 100 pass' % (group, least), run.stdout[-3000:] + run.stderr)
    # Which harmless HTML stays is a matter of taste, so only this is counted of its tests about that.
    ok(re.search(r'^sanitize safety: 0 of [1-9]', run.stdout, re.M), 'none of the attacks in its tests comes through', run.stdout[-3000:])
lab.done()
