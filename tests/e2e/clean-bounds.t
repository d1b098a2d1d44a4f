#!/usr/bin/python3
"""clean-bounds.t - no HTML of 10 MB takes the sanitiser long or fills the memory, nor does one of 1 MB that is all tags.

Memory is held to its bound; time only generously, as the machine is shared and
slower ones exist: what grows with the square of these inputs takes minutes.
"""
import itertools
import os
import resource
import subprocess

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# The build that people use: one with sanitizers takes several times the memory.
BINARY = os.path.join(TOP, 'build/pennypost')
MEMORY = 200 << 20
SECONDS = 10  # of the processor; 2 are meant
SIZE = 10_000_000
DENSE = 1_000_000
DENSE_SECONDS = 2  # 0.3 are meant
MANY = 100_000
INLINE = ('b', 'i', 'a href=x', 'font color=red', 'nobr', 'code', 'span')
BLOCKS = ('div', 'p', 'li', 'table', 'ul', 'svg', 'math', 'select', 'template', 'button', 'form', 'object', 'h1', 'noscript')


def filled(text):
    return text * (SIZE // len(text.encode()))


def inputs():
    for name in INLINE + BLOCKS + ('script', 'style', 'title', 'textarea', 'iframe', 'plaintext', 'option', 'details', 'ruby'):
        yield 'nested %s' % name, '<%s>' % name * MANY
        yield 'one %s after the other' % name, '<%s>x</%s>' % (name, name.split()[0]) * MANY
    yield 'all kinds nested', ''.join('<%s>' % name for name in INLINE + BLOCKS) * (MANY // 20)
    yield 'formatting misnested', '<a><b><i>' * MANY + 'x' + '</a></b></i>' * MANY
    yield 'formatting across paragraphs', '<b><i><u><s><p>x</b></i></u></s>' * MANY
    yield 'formatting that goes on and on', '<p>' + ''.join('<font size=%d>' % n for n in range(8)) + '<p>x' * MANY
    yield 'formatting with long attributes that goes on', '<p><font title="%s"><p>x' % ('y' * 380) * 20000
    yield 'deep formatting, again and again', ('<b>' * 90 + '<p>x</p>' + '</b>' * 90) * 5000
    yield 'attributes on one element', '<p ' + ' '.join('a%d=b' % n for n in range(MANY)) + '>x'
    yield 'one attribute', '<a title="%s" href="http://a.test/%s">x</a>' % ('x' * (SIZE // 2), 'x' * (SIZE // 2))
    yield 'one style', '<p style="%s">x' % filled('color:red;')
    yield 'one srcset', '<img srcset="%s">' % filled('a,b 1w, ')
    yield 'many styles', '<p style="color:red;text-align:center">x' * 250000
    yield 'long styles', ('<p style="%s">x</p>' % ('text-align:center;' * 220)) * 2400
    for text in ('<', '&', '&#', '&lt;', '&zeta;', '&nGt;', '<!--', '<!-->', '<!-- --!', '<!----!>', '<!--x-', '<?', '<!x', '</', '</x>', '<a', '< ',
                 '<svg><style>', '<![CDATA[', '\0', '\x80', '\u4e00', 'x</y>', '<br>', '<!--more-->', '<b> </b>', 'x<br><br>', '<p></p>'):
        yield 'nothing but %s' % ascii(text), filled(text)
    yield 'bytes that are no UTF-8', b'\xff' * SIZE
    yield 'tables in tables', '<table><tr><td>' * MANY
    yield 'text where no text goes', '<table>x<tr>y<td>' * MANY
    yield 'elements where none go', '<table>' + '<b>x</b>' * 1000000
    yield 'pictures of many sources', '<picture>' + '<source srcset=a>' * 300000 + '<img>' * 200000
    yield 'pictures that wait', '<img class=lazy><noscript><img src=x></noscript>' * 200000
    yield 'pictures beside the sources of others', '<picture>' + '<source srcset=data:>' * 90000 + '<img>' * 90000
    yield 'pictures that wait beside a large block', '<noscript><img src=x></noscript>' * 60000 + '<div>' + '<b></b>' * 75000 + '<img>'
    yield 'pictures that wait beside nothing', '<noscript><img src=x></noscript>' * 60000 + ' <!--x-->' * 75000 + '<img>'
    yield 'a link of many kinds', '<a href=x rel="%s">x</a>' % filled('tag ')
    yield 'frames', '<iframe src="http://a.test/"></iframe>' * 200000
    yield 'ids', ''.join('<p id=x%d>y</p>' % n for n in range(300000))
    yield 'links to nowhere', ''.join('<a href="#x%d">1</a>' % n for n in range(300000))
    yield 'odd links', '<a href="http://a.test/../%20c">x</a>' * 200000
    yield 'notes', (''.join('<sup><a href="#n%d" id="r%d">%d</a></sup>' % (n, n, n) for n in range(80000)) + '<ol class=footnotes>'
                    + ''.join('<li id="n%d">x <a href="#r%d">b</a></li>' % (n, n) for n in range(80000)) + '</ol>')
    yield 'marks of one note', ('<div class=footnote>' * 90 + ''.join('<sup><a href="#n" id="r%d">1</a></sup>' % n for n in range(80000))
                                + '<p id=n>x' + '<a href="#r1">b</a>' * 80000)
    yield 'a note of many nodes', '<a href="#n">1</a>' * 80000 + '<ol><li id=n>' + '<i>x</i>' * 80000
    yield 'a long formula', '<math>' + '<mi>x</mi>' * 800000 + '</math>'
    yield 'deep objects', ('<object>' * 90 + '<p>x</p>' + '</object>' * 90) * 2000
    yield 'words in deep wrappers', '<div>' * 99 + 'x<p>y</p>' * 80000


def dense():
    """What costs most for each byte: trees that change whenever they are parsed again, and as many tags as fit."""
    def within(before, text):
        return before + text * ((DENSE - len(before)) // len(text))
    for cell in ('<td>x', '<td>x</td>', '<th>x</td>', '<td><p>x', '<td><b>x', '<td><ul><li>x', '<td><h2>x', '<td><i><b><p>x', '<td>x<td><b>', '<td><a href=x>',
                 '<td><sup>1</sup>', '<td><img src=a>', '<caption>x', '<tbody><td>x', '<tr><td>x', '<tr>x<td>y', '<a href=x><tr>x', '<p>x', 'x<b><tr>', '<b><td>x</b>'):
        for before in ('<table>', '<table><tr>', '<b><table>', '<div>' * 90 + '<table>', '<table><tr><td>' * 20):
            yield '%s in %s' % (cell, before[:40]), within(before, cell)
        yield 'tables of %s' % cell, within('', '<table>' + cell)
    for attribute in 'title="%s"' % ('y' * (DENSE // 2)), 'style="color:%s"' % ('y' * 4000), 'id="%s"' % ('y' * (DENSE // 2)), 'lang=%s' % ('e' * 35):
        yield 'paragraphs with one %s' % attribute[:10], within('<p %s>' % attribute, 'x<br><br>')
    for inline in ('b', 'a href=x', 'font', 'nobr', 'code'):
        name = inline.split()[0]
        for block in ('p', 'div', 'li', 'dd', 'h2', 'ul', 'td', 'button', 'object'):
            yield '%s across %s' % (name, block), within('', '<%s><%s>x</%s>' % (inline, block, name))
            yield '%s across five %s' % (name, block), within('', '<%s>' % inline + ('<%s><i>' % block) * 5 + 'x</%s></i></%s>' % (name, block))


def clean(text, seconds):
    """Status, seconds, bytes of memory."""
    def limit():
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    data = text if isinstance(text, bytes) else text.encode('utf-8', 'surrogateescape')
    process = subprocess.Popen([BINARY, 'html', 'clean', '--base', 'http://a.test/b'], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                               preexec_fn=limit)
    try:
        process.stdin.write(data)
        process.stdin.close()
    except BrokenPipeError:
        pass
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss << 10


done, slowest, largest = 0, (0, ''), (0, '')
for what, text, most in itertools.chain(((*case, SECONDS) for case in inputs()), ((*case, DENSE_SECONDS) for case in dense())):
    status, seconds, memory = clean(text, most)
    fine = status == 0 and memory <= MEMORY
    done += 1
    print('%sok %d - %s' % ('' if fine else 'not ', done, what), flush=True)
    if not fine:
        print('# status %d, %.1f s, %d MB' % (status, seconds, memory >> 20), flush=True)
    slowest, largest = max(slowest, (seconds, what)), max(largest, (memory, what))
print('# slowest: %.1f s, %s; largest: %d MB, %s' % (slowest[0], slowest[1], largest[0] >> 20, largest[1]))
print('1..%d' % done)
