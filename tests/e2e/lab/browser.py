"""browser - reads pages, keeps cookies, fills in forms; no script runs, none should be needed."""

import http.client
import http.cookies
import time
import urllib.parse
from dataclasses import dataclass, field
from html.parser import HTMLParser

from . import tls
from .process import wait_for


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes
    url: str
    came: float = field(default_factory=time.monotonic)

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    @property
    def location(self):
        return self.headers.get("Location")

    def forms(self):
        reader = FormReader()
        reader.feed(self.text)
        return reader.forms

    def form(self, action):
        """The form whose action holds that text; None when there is none."""
        return next((form for form in self.forms() if action in form.action), None)

    def look(self):
        """As long as somebody does who fills in a form: what is sent sooner looks like a program's."""
        wait_for(lambda: time.monotonic() - self.came > 3)
        return self


@dataclass
class Form:
    action: str
    method: str
    fields: dict


class FormReader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms = []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form":
            self.forms.append(Form(attributes.get("action") or "", (attributes.get("method") or "get").upper(), {}))
        elif tag in ("input", "textarea", "button", "select") and self.forms and attributes.get("name"):
            if attributes.get("type") not in ("checkbox", "radio") or "checked" in attributes:
                self.forms[-1].fields[attributes["name"]] = attributes.get("value") or ""


class Browser:
    """One person at one site.  Redirects are followed only when asked for."""

    def __init__(self, base, headers=None):
        self.base, self.headers, self.cookies = base, headers or {}, {}

    def request(self, method, url, body=None, headers=None, follow=False):
        for _ in range(6):
            answer = self.once(method, urllib.parse.urljoin(self.base + "/", url), body, headers or {})
            if not follow or answer.status not in (301, 302, 303, 307, 308) or not answer.location:
                break
            url = urllib.parse.urljoin(answer.url, answer.location)
            if answer.status == 303 or method == "POST" and answer.status in (301, 302):
                method, body, headers = "GET", None, {}
        return answer

    def once(self, method, url, body, headers):
        parts = urllib.parse.urlsplit(url)
        if parts.scheme == "https":
            connection = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=30, context=tls.client_context())
        else:
            connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
        sent = {**self.headers, **headers}
        if self.cookies:
            sent.setdefault("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        try:
            connection.request(method, urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, "")), body, sent)
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read(), url)
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.take_cookie(line)
        return answer

    def take_cookie(self, line):
        for name, morsel in http.cookies.SimpleCookie(line).items():
            if morsel["max-age"] == "0" or not morsel.value:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value

    def get(self, url, headers=None, follow=False):
        return self.request("GET", url, None, headers, follow)

    def post(self, url, fields=None, headers=None, follow=False):
        """A form as browsers send it."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.request("POST", url, urllib.parse.urlencode(fields or {}).encode(), {**kind, **(headers or {})}, follow)

    def submit(self, page, form, follow=True, **fields):
        """Sends a form of that page, as it stands but for these fields."""
        url, values = urllib.parse.urljoin(page.url, form.action), {**form.fields, **fields}
        if form.method == "POST":
            return self.post(url, values, {"Origin": "{0.scheme}://{0.netloc}".format(urllib.parse.urlsplit(page.url))}, follow)
        return self.get(url + "?" + urllib.parse.urlencode(values), None, follow)
