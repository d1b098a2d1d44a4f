#!/usr/bin/python3
"""feed-bounds.t - no feed of 10 MB takes its parser long or fills the memory.

What is read may be refused, or cut; time is bounded generously, as the machine is
shared: what grows with the square of these inputs takes minutes or hours.
"""
import os
import resource
import subprocess

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = os.path.join(TOP, 'build/pennypost')
MEMORY = 400 << 20
SECONDS = 12  # of the processor; 4 are meant
SIZE = 9_900_000


def filled(text):
    return text * (SIZE // len(text.encode()))


def many(count, text, between=''):
    return between.join(text.replace('%', str(n)) for n in range(count))


def rss(inside):
    return '<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>' + inside + '</channel></rss>'


def item(inside):
    return rss('<item>' + inside + '</item>')


def atom(inside):
    return '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>' + inside + '</feed>'


def json_feed(inside):
    return '{"version":"https://jsonfeed.org/version/1.1","title":"t","items":[' + inside + ']}'


def outbox(inside):
    return '{"@context":"https://www.w3.org/ns/activitystreams","type":"OrderedCollection","orderedItems":[' + inside + ']}'


def broken_xml():
    for text in ('<!--', '<?x', '<?x>', '<?xml >', '<![CDATA[', '<a><![CDATA[</a>', '<a>', '</item>', '&', '&nbsp;', '< ', '<a b="', '<item><title>'):
        yield 'nothing but %s' % text, rss(filled(text))
    yield 'end tags that do not end', rss(filled('</a'))[:-20]
    yield 'instructions before the end of one', rss(filled('<?xml >') + '?>')
    yield 'declarations of a DOCTYPE', '<!DOCTYPE rss [' + filled('<!ENTITY a "b">') + ']>' + rss('')
    yield 'comments before the root', filled('<!DOCTYPE x ><!-- ') + rss('')
    yield 'entities', '<!DOCTYPE x [<!ENTITY a "%s">]>' % ('b' * 60000) + rss(filled('&a;'))
    yield 'attributes of one element', rss('<x %s/>' % many(500000, 'a%="1"', ' '))
    yield 'namespaces of one element', rss('<x %s/>' % many(200000, 'xmlns:a%="u"', ' '))
    yield 'namespaces in namespaces', rss(''.join('<x %s>' % many(60, 'xmlns:a%d_%%="u"' % n, ' ') for n in range(240)) + '<a0_0:y a0_1:z="1"/>' * 300000)


def xml():
    yield 'items', rss(filled('<item><guid>x</guid></item>'))
    yield 'categories', item(many(350000, '<category>%</category>'))
    yield 'authors', item(many(300000, '<author>a%@b.c (x)</author>'))
    yield 'enclosures', item(many(200000, '<enclosure url="http://a.test/%"/>'))
    yield 'a date without end', item('<pubDate>' + filled('Monday, ') + '</pubDate>')
    yield 'bases', rss(filled('<a xml:base="x">'))
    yield 'authors of all entries', atom(many(100000, '<author><name>%</name></author>') + '<entry><id>x</id></entry>' * 20000)
    yield 'links to a long base', atom('<entry xml:base="http://a.test/%s">' % ('x' * 2000000) + '<link href="b"/>' * 5000 + '</entry>')
    yield 'markup', atom('<entry><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">' + filled('<b>x</b>') + '</div></content></entry>')
    yield 'hubs', atom(many(200000, '<link rel="hub" href="http://a.test/%"/>'))
    yield 'a link of many kinds', item('<description>&lt;a href="http://a.test/" rel="' + filled('tag ') + '"&gt;x</description>')


def json():
    for text in ('[', '{"a":', '[}', '/*', '{"id":1,},', ',', '"', '{},', '[],', '0,'):
        yield 'JSON, nothing but %s' % text, json_feed(filled(text))
    yield 'control characters', json_feed('{"id":"' + filled('\n') + '"}')
    yield 'a number', json_feed('{"id":' + filled('9') + '}')
    yield 'tags', json_feed('{"id":"1","tags":[%s]}' % many(800000, '"%"', ','))
    yield 'names', json_feed('{%s}' % many(700000, '"k%":1', ','))
    yield 'attachments', json_feed('{"id":"1","attachments":[%s]}' % many(200000, '{"url":"http://a.test/%","mime_type":"a/b"}', ','))
    yield 'a thread', outbox(many(80000, '{"type":"Note","id":"n%","to":"as:Public","inReplyTo":"n%","content":"x","attributedTo":"a"}', ','))
    yield 'pictures of a long text', outbox('{"type":"Note","id":"n","to":"as:Public","attributedTo":"a","content":"%s","attachment":[%s]}'
                                            % ('ht' * 2000000, many(70000, '{"type":"Document","url":"http://a.test/%","mediaType":"image/png"}', ',')))
    yield 'readers', outbox('{"type":"Note","id":"n","attributedTo":"a","content":"x","to":[%s]}' % many(1000000, '"a%"', ','))


def limit():
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def parse(text):
    """Status, seconds, bytes of memory."""
    process = subprocess.Popen([BINARY, 'feed', 'parse', '--json', '-'], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=limit)
    try:
        process.stdin.write(text.encode())
        process.stdin.close()
    except BrokenPipeError:
        pass
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss << 10


done, slowest, largest = 0, (0, ''), (0, '')
for inputs in broken_xml, xml, json:
    for what, text in inputs():
        status, seconds, memory = parse(text)
        fine = status in (0, 1) and memory <= MEMORY and len(text.encode()) <= 10 << 20
        done += 1
        print('%sok %d - %s' % ('' if fine else 'not ', done, what), flush=True)
        if not fine:
            print('# status %d, %.1f s, %d MB of %d bytes' % (status, seconds, memory >> 20, len(text)), flush=True)
        slowest, largest = max(slowest, (seconds, what)), max(largest, (memory, what))
print('# slowest: %.1f s, %s; largest: %d MB, %s' % (slowest[0], slowest[1], largest[0] >> 20, largest[1]))
print('1..%d' % done)
