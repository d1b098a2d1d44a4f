"""A 5 MB feed read as ingest reads it, every entry cleaned, against xmllint (reading alone) and Python's feedparser.

What is timed is a whole process each, its start included.  The posts are made up, but in the form and with the
markup in which WordPress sends them.
"""
import os
import random
import subprocess
import time

from bench import BINARY, WORDS, Missing, note, report, need

SIZE = int(os.environ.get('BENCH_BYTES', 5000000))
PYTHON = '/usr/bin/python3'
PAGE = 'https://blog.example/'


def words(dice, count):
    return ' '.join(dice.choice(WORDS) for _ in range(count))


def phrase(dice):
    """A few words as writers have them: plain for the most part, now and then a link, an emphasis, code, an entity."""
    text = words(dice, dice.randint(6, 24))
    kind = dice.randrange(12)
    if kind == 0:
        return '%s <a href="%sposts/%d?ref=a&amp;b=%d" rel="noopener" target="_blank">%s</a>' % (text, PAGE, dice.randrange(9999), kind, words(dice, 3))
    if kind == 1:
        return '%s <em>%s</em>' % (text, words(dice, 2))
    if kind == 2:
        return '%s <strong>%s</strong> &#8220;%s&#8221;' % (text, words(dice, 2), words(dice, 4))
    if kind == 3:
        return '%s <code>%s</code>' % (text, dice.choice(WORDS))
    if kind == 4:
        return '%s \u2014 %s\u2026 caf\u00e9 &amp; m\u00fcsli' % (text, words(dice, 3))
    return text


def paragraph(dice):
    return '<p>%s.</p>' % ', '.join(phrase(dice) for _ in range(dice.randint(2, 7)))


def picture(dice, number):
    source = 'https://cdn.blog.example/wp-content/uploads/2026/%02d/picture-%d' % (dice.randint(1, 12), number)
    return ('<figure class="wp-block-image size-large"><img loading="lazy" decoding="async" width="1024" height="683" src="%s-1024x683.jpg" alt="%s"'
            ' class="wp-image-%d" srcset="%s-1024x683.jpg 1024w, %s-300x200.jpg 300w, %s.jpg 2048w" sizes="(max-width: 1024px) 100vw, 1024px" />'
            '<figcaption class="wp-element-caption">%s</figcaption></figure>' % (source, words(dice, 5), number, source, source, source, words(dice, 8)))


def items(dice):
    return '<ul class="wp-block-list">\n%s</ul>' % ''.join('<li>%s</li>\n' % phrase(dice) for _ in range(dice.randint(3, 8)))


def notes(number, count):
    return '<hr />\n<ol class="wp-block-footnotes">%s</ol>' % ''.join(
        '<li id="%d-fn%d">See the letter before this one. <a href="#%d-fn%d-link" aria-label="Jump to footnote reference %d">\u21a9\ufe0e</a></li>'
        % (number, n, number, n, n) for n in range(1, count + 1))


def content(dice, number):
    parts, marks = [], dice.choice((0, 0, 2, 5))
    for n in range(dice.randint(8, 16)):
        mark = '' if n >= marks else ('<sup data-fn="%d-fn%d" class="fn"><a href="#%d-fn%d" id="%d-fn%d-link">%d</a></sup>'
                                      % (number, n + 1, number, n + 1, number, n + 1, n + 1))
        parts.append(paragraph(dice)[:-4] + mark + '</p>')
        kind = dice.randrange(8)
        if kind == 0:
            parts.append('<h2 class="wp-block-heading" id="part-%d">%s</h2>' % (n, words(dice, 4).capitalize()))
        elif kind == 1:
            parts.append(picture(dice, number * 20 + n))
        elif kind == 2:
            parts.append(items(dice))
        elif kind == 3:
            parts.append('<blockquote class="wp-block-quote"><p>%s</p><cite>%s</cite></blockquote>' % (phrase(dice), words(dice, 2)))
    if marks:
        parts.append(notes(number, min(marks, 8)))
    return '\n\n\n\n'.join(parts)


def item(dice, number):
    when = time.strftime('%a, %d %b %Y %H:%M:%S +0000', time.gmtime(1790000000 - 86400 * number))
    return ('<item>\n<title>%s &#8211; %d</title>\n<link>%s2026/%d/</link>\n<dc:creator><![CDATA[Ines Okafor]]></dc:creator>\n<pubDate>%s</pubDate>\n'
            '<category><![CDATA[letters]]></category>\n<category><![CDATA[water & stone]]></category>\n<guid isPermaLink="false">%s?p=%d</guid>\n'
            '<description><![CDATA[<p>%s [&#8230;]</p>]]></description>\n<content:encoded><![CDATA[%s]]></content:encoded>\n'
            '<slash:comments>%d</slash:comments>\n</item>\n'
            % (words(dice, 5), number, PAGE, number, when, PAGE, number, words(dice, 50), content(dice, number), dice.randrange(30)))


def write_feed(path):
    """Always the same bytes: posts as WordPress sends them."""
    dice, number = random.Random(37), 0
    with open(path, 'w', encoding='utf-8') as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
                  ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/"><channel>\n'
                  '<title>Bench</title><link>%s</link><description>Letters</description>\n' % PAGE)
        while out.tell() < SIZE:
            number += 1
            out.write(item(dice, number))
        out.write('</channel></rss>\n')
    return number


def seconds(rounds, *command):
    """Processor seconds that a command takes, its start included: the least of some runs, as the machine is not ours alone."""
    took = []
    for _ in range(rounds):
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError('%s: ended with %d' % (' '.join(command[:3]), process.returncode))
        took.append(usage.ru_utime + usage.ru_stime)
    return min(took)


def bench(folder):
    feed = os.path.join(folder, 'feed.xml')
    entries, megabytes = write_feed(feed), os.path.getsize(feed) / 1e6
    note("a feed of %.1f MB with %d entries, processor time: 'feed parse --json' reads it, makes the HTML of every entry safe and prints it all"
         % (megabytes, entries))
    ours = megabytes / seconds(10, BINARY, 'feed', 'parse', '--json', feed)
    need('xmllint')
    report('megabytes a second, xmllint --noout', ours, megabytes / seconds(10, 'xmllint', '--noout', feed))
    if subprocess.run([PYTHON, '-c', 'import feedparser'], stderr=subprocess.DEVNULL).returncode:
        raise Missing('feedparser is not installed: apt-get install python3-feedparser')
    theirs = megabytes / seconds(2, PYTHON, '-c', 'import feedparser, sys; sys.exit(not feedparser.parse(sys.argv[1]).entries)', feed)
    report('megabytes a second, feedparser', ours, theirs)
