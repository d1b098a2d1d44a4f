#!/usr/bin/python3
"""The demonstration's blog: what its feed says, read by feedparser, and the HTML of every post."""
import glob
import html.parser
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request

import lab
from lab import eq as is_

BLOG = os.path.join(lab.TOP, 'contrib', 'demo-blog')
RSS = 'application/rss+xml; charset=UTF-8'
VOID = {'br', 'hr', 'img', 'wbr'}


def ok(passed, what, why=''):
    lab.ok(passed, what) or lab.diag(why)


class Balance(html.parser.HTMLParser):
    """Finds tags that are not closed in order; collects ids, links and images."""

    def __init__(self):
        super().__init__()
        self.open, self.faults, self.ids, self.links, self.images = [], [], [], [], []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if 'id' in attrs:
            self.ids.append(attrs['id'])
        if tag == 'a':
            self.links.append(attrs.get('href', ''))
        if tag == 'img':
            self.images.append(attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.faults.append('<%s/>' % tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append('</%s>' % tag)


def faults_of(text):
    parser = Balance()
    parser.feed(text)
    parser.close()
    faults = parser.faults + ['<%s> not closed' % tag for tag in parser.open]
    faults += ['id %s twice' % i for i in set(parser.ids) if parser.ids.count(i) > 1]
    faults += ['link to nothing: ' + link for link in parser.links if link.startswith('#') and link[1:] not in parser.ids]
    faults += ['image without width, height or alt' for image in parser.images if not all(map(image.get, ('width', 'height', 'alt')))]
    return faults, parser


MARK = re.compile(r'<sup data-fn="([^"]+)" class="fn"><a href="#([^"]+)" id="([^"]+)-link">(\d+)</a></sup>')
NOTE = re.compile(r'<li id="([^"]+)">(?:(?!</li>).)+ '
                  r'<a href="#([^"]+)-link" aria-label="Jump to footnote reference (\d+)">\u21a9\ufe0e</a></li>', re.S)


def note_faults(text):
    """A mark, a note and a way back for each footnote, numbered from 1 in the order of the marks."""
    marks, notes = MARK.findall(text), NOTE.findall(text)
    faults = []
    if text.count('class="fn"') != len(marks) or text.count('footnote reference') != len(notes):
        faults.append('a mark or a note looks otherwise')
    if [(mark[0], mark[3]) for mark in marks] != [(note[0], note[2]) for note in notes]:
        faults.append('marks %r, notes %r' % (marks, notes))
    faults += ['mark %s is torn' % mark[3] for mark in marks if len(set(mark[:3])) != 1]
    faults += ['note %s is torn' % note[2] for note in notes if note[0] != note[1]]
    faults += ['number %s at place %d' % (mark[3], n) for n, mark in enumerate(marks, 1) if mark[3] != str(n)]
    return faults, len(marks)


class Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect, so that the test sees it."""

    def redirect_request(self, *_):
        return None


class Blog:
    """The server, on a free port."""

    def __init__(self, *options):
        self.process = subprocess.Popen([sys.executable, BLOG + '/serve', '--port', '0', '--quiet', *options],
                                        stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip().rstrip('/')
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), Stay)

    def ask(self, path, method='GET', **headers):
        """Status, headers and body of an answer; path may be a whole URL of this blog."""
        url = path if path.startswith(self.url) else self.url + path
        headers = {name.replace('_', '-'): value for name, value in headers.items()}
        try:
            answer = self.opener.open(urllib.request.Request(url, method=method, headers=headers), timeout=20)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.headers, answer.read()

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


def sources():
    faults, with_notes, titles, words = [], 0, [], []
    for path in sorted(glob.glob(BLOG + '/posts/*.html') + glob.glob(BLOG + '/next/*.html')):
        with open(path, encoding='utf-8') as file:
            head, _, body = file.read().partition('\n\n')
        found, count = note_faults(body)
        faults += ['%s: %s' % (os.path.basename(path), fault) for fault in faults_of(body)[0] + found]
        with_notes += count > 0
        titles.append('title: ' in head)
        words.append(len(re.sub('<[^>]*>', ' ', body).split()))
    is_('\n'.join(faults), '', 'every post is balanced, and every footnote has its mark, its note and the way back')
    ok(with_notes >= 15, 'at least 15 posts have footnotes', with_notes)
    is_(titles.count(False), 1, 'one post has no title')
    ok(sum(n >= 1500 for n in words) >= 12, 'at least 12 posts have 1,500 words', sorted(words))


def whole_feed(feedparser):
    blog = Blog('--per-page', '100')
    status, headers, text = blog.ask('/feed/')
    feed = feedparser.parse(text, response_headers={'content-type': headers['Content-Type']})
    entries = feed.entries
    is_((status, headers['Content-Type']), (200, RSS), 'the feed is RSS')
    is_((feed.bozo, feed.version, len(entries)), (False, 'rss20', 62), 'feedparser reads 62 entries without complaint')
    is_(len({entry.id for entry in entries}), 62, 'their guids are unique')
    ok(all(re.fullmatch(re.escape(blog.url) + r'/\?p=\d+', entry.id) for entry in entries), 'and look like ?p=N')
    dates = [entry.published_parsed for entry in entries]
    ok(dates == sorted(set(dates), reverse=True), 'newest first', dates)
    ok(all(entry.author == 'Judith Pellow' and entry.content[0].value.strip() for entry in entries), 'each has its author and its text')
    served(blog, entries)
    conditional(blog, headers)
    publishing(blog, feedparser, headers['ETag'])
    blog.stop()


def served(blog, entries):
    """Every link within the blog, every picture and every permalink answers."""
    faults, wanted = [], set()
    for entry in entries:
        found, parser = faults_of(entry.content[0].value)
        faults += found
        wanted |= {entry.link} | {link for link in parser.links if link.startswith(blog.url)}
        wanted |= {image['src'] for image in parser.images}
    faults += [url for url in wanted if not url.startswith(blog.url) or blog.ask(url)[0] != 200]
    is_('\n'.join(faults), '', 'as feedparser gives them the posts are balanced, and what they link to here is there')
    is_([entry.link for entry in entries if faults_of(main_of(blog, entry))[0]], [], 'the pages of the posts are balanced')
    link = '<link rel="alternate" type="application/rss+xml" title="The Counterweight &raquo; Feed" href="%s/feed/" />' % blog.url
    ok(link.encode() in blog.ask('/')[2], 'the front page names the feed')


def main_of(blog, entry):
    text = blog.ask(entry.link)[2].decode()
    return text[text.index('<main>'):text.index('</main>') + len('</main>')]


def conditional(blog, headers):
    tag, changed = headers['ETag'], headers['Last-Modified']
    status, again, text = blog.ask('/feed/', If_None_Match=tag)
    is_((status, again['ETag'], text), (304, tag, b''), 'its ETag brings a 304 without a body')
    is_(blog.ask('/feed/', If_Modified_Since=changed)[0], 304, 'so does its Last-Modified')
    is_(blog.ask('/feed/', If_None_Match='"other"', If_Modified_Since=changed)[0], 200, 'another ETag outweighs the date')
    status, headers, _ = blog.ask('/feed')
    is_((status, headers['Location']), (301, blog.url + '/feed/'), '/feed leads to /feed/')


def publishing(blog, feedparser, tag):
    is_(blog.ask('/publish')[0], 301, 'a GET publishes nothing')
    is_(blog.ask('/publish', 'POST', Origin='https://elsewhere.example')[0], 403, 'nor does a page of another site')
    is_(blog.ask('/feed/', If_None_Match=tag)[0], 304, 'so far')
    status, headers, _ = blog.ask('/publish', 'POST')
    is_(status, 201, 'a POST does')
    status, _, text = blog.ask('/feed/', If_None_Match=tag)
    feed = feedparser.parse(text)
    is_((status, len(feed.entries), len({entry.id for entry in feed.entries})), (200, 63, 63), 'then the feed has 63 entries')
    is_(feed.entries[0].link, headers['Location'], 'the new one at the front')
    is_(blog.ask(headers['Location'])[0], 200, 'with a page')
    is_(blog.ask('/publish', 'POST')[0], 409, 'and nothing is left to publish')


def pages(feedparser):
    blog = Blog()
    seen = [len(feedparser.parse(blog.ask('/feed/' + page)[2]).entries) for page in [''] + ['?paged=%d' % n for n in range(2, 8)]]
    is_(seen, [10, 10, 10, 10, 10, 10, 2], 'seven pages of ten posts')
    status, headers, _ = blog.ask('/feed/?paged=8')
    is_((status, headers['Content-Type']), (404, RSS), 'and then a 404 that says it is RSS')
    is_([blog.ask(path)[0] for path in ('/wp-content/uploads/../serve', '/wp-content/uploads/serve', '/2021/01/none/', '/?p=none')],
        [404] * 4, 'what is not there is not there')
    before = blog.ask('/feed/')[1]['ETag']
    blog.process.send_signal(signal.SIGUSR1)
    after = before
    for _ in range(1000):
        after = blog.ask('/feed/')[1]['ETag']
        if after != before:
            break
    ok(after != before, 'SIGUSR1 publishes too')
    blog.stop()


def main():
    sources()
    if lab.available('the feed as a reader sees it', modules=['feedparser']):
        import feedparser
        whole_feed(feedparser)
        pages(feedparser)
    lab.done()


main()
