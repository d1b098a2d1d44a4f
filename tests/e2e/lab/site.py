"""site - a web server that says exactly what it is told, and counts who asked."""

import html
import threading
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from . import tap


@dataclass
class Page:
    body: bytes
    status: int = 200
    headers: dict = field(default_factory=dict)


class Site:
    """Pages by path and query; one with an ETag or Last-Modified answers 304 to who has it already.

    `requests` are (method, path, headers, status) of all that came.
    """

    def __init__(self, port=8001):
        self.port, self.pages, self.requests = port, {}, []
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
                self.end_headers()
                self.wfile.write(body)

            do_HEAD = do_GET

            def log_message(self, *words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        tap.at_end.insert(0, self.server.shutdown)

    def set(self, path, body, kind="application/rss+xml; charset=UTF-8", status=200, **headers):
        """Serves body there from now on; headers as keywords, etag="..." and so on."""
        body = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        self.pages[path] = Page(body, status, {"Content-Type": kind, **named})

    def count(self, path):
        return sum(1 for request in list(self.requests) if request[1] == path)


def current(asked, said):
    """RFC 9110 section 13.2.2: If-None-Match rules where both are there."""
    said = {name.lower(): value for name, value in said.items()}
    if asked.get("If-None-Match") is not None:
        return said.get("etag") is not None and said["etag"] in asked["If-None-Match"]
    return asked.get("If-Modified-Since") is not None and asked["If-Modified-Since"] == said.get("last-modified")


def rss(title, link, items):
    """An RSS 2.0 feed; each item is a dict: guid, title, content, and if need be link and time (seconds since 1970)."""
    out = ['<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
           f"<channel><title>{html.escape(title)}</title><link>{html.escape(link)}</link><description/>\n"]
    for number, item in enumerate(items):
        time = item.get("time", 1788000000 - number * 86400)
        out.append(f'<item><title>{html.escape(item["title"])}</title>'
                   f'<link>{html.escape(item.get("link", link + "/" + item["guid"]))}</link>'
                   f'<guid isPermaLink="false">{html.escape(item["guid"])}</guid><pubDate>{formatdate(time)}</pubDate>'
                   f'<content:encoded>{html.escape(item["content"])}</content:encoded></item>\n')
    return "".join(out) + "</channel></rss>\n"
