"""site - a web server that says exactly what it is told, and counts who asked."""

import hashlib
import html
import re
import threading
import time
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from . import stage, tap


@dataclass
class Page:
    body: bytes
    status: int = 200
    headers: dict = field(default_factory=dict)


class Site:
    """Pages by path and query; one with an ETag or Last-Modified answers 304 to who has it already.

    `requests` are (method, path, headers, status) of all that came.
    """

    def __init__(self, port=8001, address="127.0.0.1"):
        self.address, self.port, self.pages, self.requests = address, port, {}, []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                page = site.pages.get(self.path, Page(b"not here", 404, {"Content-Type": "text/plain"}))
                page = page() if callable(page) else page
                status = 304 if page.status == 200 and current(self.headers, page.headers) else page.status
                site.requests.append((self.command, self.path, dict(self.headers), status))
                body = b"" if status == 304 or self.command == "HEAD" else page.body
                self.send_response_only(status)
                for name, value in page.headers.items():
                    self.send_header(name, value)
                if status != 304:
                    self.send_header("Content-Length", str(len(page.body)))
                try:
                    self.end_headers()
                    self.wfile.write(body)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True  # whoever asked is gone

            do_HEAD = do_GET

            def log_message(self, *words):
                pass

        self.server = ThreadingHTTPServer((address, port), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        tap.at_end.insert(0, self.server.shutdown)

    def set(self, path, body, kind="application/rss+xml; charset=UTF-8", status=200, **headers):
        """Serves body there from now on; headers as keywords, etag="..." and so on."""
        body = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        self.pages[path] = Page(body, status, {"Content-Type": kind, **named})

    def recorded(self, path, body, headers):
        """Serves a body as it was once answered, with the headers (as curl -D writes them) that it then had."""
        with open(headers, newline="") as lines:
            status, *fields = lines.read().split("\r\n")
        named = dict(field.split(": ", 1) for field in fields if ": " in field)
        dropped = ("connection", "transfer-encoding", "content-length", "content-encoding")
        with open(body, "rb") as file:
            self.pages[path] = Page(file.read(), int(status.split()[1]),
                                    {name: value for name, value in named.items() if name.lower() not in dropped})

    def count(self, path):
        return sum(1 for request in list(self.requests) if request[1] == path)


class Blog:
    """A blog with a feed of RSS 2.0, which publish() adds to.  Several may share a site: each has a path of its own."""

    def __init__(self, site, host="blog.test", title="A Test Blog"):
        stage.names(host, address=site.address)
        self.site, self.title, self.path, self.items = site, title, f"/{host}/feed/", []
        self.link = f"http://{host}:{site.port}"
        self.url = self.link + self.path
        self.serve()

    def publish(self, title, content="", **more):
        """A new post, the newest; its content is a few paragraphs unless given."""
        number = len(self.items) + 1
        content = content or "".join(f"<p>{title}, paragraph {n}. {SENTENCE * 3}</p>" for n in range(1, 8))
        self.items.insert(0, {"guid": f"post-{number}", "link": f"{self.link}/{slug(title)}/", "title": title, "content": content, "time": int(time.time()), **more})
        self.serve()
        return self.items[0]

    def serve(self):
        text = rss(self.title, self.link, self.items)
        self.site.set(self.path, text, etag=f'"{hashlib.sha256(text.encode()).hexdigest()[:20]}"')


def slug(title):
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


SENTENCE = "The water in the leat runs level for a mile and nobody hurries it. "


def current(asked, said):
    """RFC 9110 section 13.2.2: If-None-Match rules where both are there."""
    said = {name.lower(): value for name, value in said.items()}
    if asked.get("If-None-Match") is not None:
        return said.get("etag") is not None and said["etag"] in asked["If-None-Match"]
    return asked.get("If-Modified-Since") is not None and asked["If-Modified-Since"] == said.get("last-modified")


def rss(title, link, items):
    """An RSS 2.0 feed; each item is a dict: guid, title, content, and if need be time (seconds since 1970), link, summary,
    tags, and extra, which is XML of the item's own."""
    out = ['<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
           f"<channel><title>{html.escape(title)}</title><link>{html.escape(link)}</link><description/>\n"]
    for number, item in enumerate(items):
        when = item.get("time", 1788000000 - number * 86400)
        more = "".join(f"<category>{html.escape(tag)}</category>" for tag in item.get("tags", []))
        if "summary" in item:
            more += f'<description>{html.escape(item["summary"])}</description>'
        out.append(f'<item><title>{html.escape(item["title"])}</title>'
                   f'<link>{html.escape(item.get("link", link + "/" + item["guid"]))}</link>'
                   f'<guid isPermaLink="false">{html.escape(item["guid"])}</guid><pubDate>{formatdate(when)}</pubDate>'
                   f'<content:encoded>{html.escape(item["content"])}</content:encoded>{more}{item.get("extra", "")}</item>\n')
    return "".join(out) + "</channel></rss>\n"
