"""walk_reader - what demo-walk reads with: pages, and a browser without scripts."""
import html.parser
import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request

INLINE = {'a', 'abbr', 'b', 'bdi', 'cite', 'code', 'data', 'em', 'i', 'kbd', 'mark', 'q', 's', 'small', 'span', 'strong', 'time', 'u'}


class Wrong(Exception):
    """A step that was not seen to work, and why."""


def check(good, why):
    if not good:
        raise Wrong(why)


class Page(html.parser.HTMLParser):
    """text; links [[href, rel, text]]; ids; forms [(action, {name: value})]; notes {id of an li: [ids that it links to]}."""

    def __init__(self, source):
        super().__init__()
        self.parts, self.links, self.ids, self.forms, self.notes = [], [], [], [], {}
        self.silent = self.link = self.item = None
        self.feed(source)
        self.close()
        self.text = squeeze(''.join(self.parts))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag not in INLINE:
            self.parts.append(' ')
        if 'id' in attrs:
            self.ids.append(attrs['id'])
        if tag in ('style', 'script', 'svg'):
            self.silent = tag
        elif tag == 'li':
            self.item = attrs.get('id')
        elif tag == 'a':
            self.link = [attrs.get('href', ''), attrs.get('rel', ''), '']
            self.links.append(self.link)
            if self.item and self.link[0].startswith('#'):
                self.notes.setdefault(self.item, []).append(self.link[0][1:])
        elif tag == 'form':
            self.forms.append((attrs.get('action', ''), {}))
        elif tag == 'input' and self.forms and attrs.get('name'):
            self.forms[-1][1][attrs['name']] = attrs.get('value') or ''

    def handle_endtag(self, tag):
        if tag not in INLINE:
            self.parts.append(' ')
        if tag == self.silent:
            self.silent = None
        elif tag == 'li':
            self.item = None
        elif tag == 'a':
            self.link = None

    def handle_data(self, data):
        if not self.silent:
            self.parts.append(data)
            if self.link:
                self.link[2] += data

    def form(self, action):
        """Where the form posts to, and what is filled in already."""
        for path, fields in self.forms:
            if path.startswith(action):
                return path, dict(fields)
        raise Wrong('the page has no form for %s' % action)


def squeeze(text):
    return ' '.join(text.split())


def words_of(text):
    return [word.lower() for word in re.findall(r'[^\W\d_]+', text)]


class Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect, so that it can be looked at."""

    def redirect_request(self, *_):
        return None


class Answer:
    def __init__(self, answer):
        with answer:
            self.status, self.headers, self.body = answer.status, answer.headers, answer.read()
        self.text = self.body.decode('utf-8', 'replace')

    def page(self):
        return Page(self.text)


class Browser:
    """Keeps its own cookies; goes only where it is told."""

    def __init__(self, base):
        self.base = base
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), Stay, urllib.request.HTTPCookieProcessor(self.cookies))

    def ask(self, path, data=None, headers={}, wanted=200):
        """path may be a whole URL, data a dict of form fields or bytes."""
        url = urllib.parse.urljoin(self.base + '/', path)
        body = urllib.parse.urlencode(data).encode() if isinstance(data, dict) else data
        try:
            answer = Answer(self.opener.open(urllib.request.Request(url, body, headers), timeout=20))
        except urllib.error.HTTPError as error:
            answer = Answer(error)
        check(answer.status == wanted, '%s %s answered %d: %s' % ('GET' if body is None else 'POST', path, answer.status, squeeze(answer.text)[:200]))
        return answer

    def page(self, path):
        return self.ask(path).page()

    def send(self, page, action, **fields):
        """Fills in the page's form and presses its button; where it leads to."""
        path, hidden = page.form(action)
        return self.ask(path, {**hidden, **fields}, {'Origin': self.base}, 303).headers['Location']
