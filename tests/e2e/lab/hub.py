"""hub - a WebSub hub (W3C Recommendation of 2018) that does as it is told, and remembers what it was asked."""

import hashlib
import hmac
import secrets
import threading
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from . import stage, tap
from .process import wait_for


@dataclass
class Request:
    path: str
    mode: str
    topic: str
    callback: str
    secret: str
    lease: str
    kind: str                 # its Content-Type
    verified: list = field(default_factory=list)  # (status, body, content type) of each verification


class Hub:
    """At http://HOST:PORT.  What it answers depends on the path that it is asked at:

    /          202, then it verifies
    /sync      verifies, then 204, as hubs of PubSubHubbub 0.3 did
    /to/N/...  N and a Location that is the rest of the path
    /say/N     N, and nothing else
    /deny      202, then it says hub.mode=denied
    /silent    202, and nothing else

    lease: the seconds that it grants; extra: put before the parameters of what it asks the callback.
    """

    def __init__(self, host="hub.test", port=8020):
        stage.names(host)
        self.url, self.requests, self.lease, self.extra, self.down = f"http://{host}:{port}", [], 864000, "", {}
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode(), keep_blank_values=True)
                value = lambda name: form.get("hub." + name, [""])[0]
                request = Request(self.path, value("mode"), value("topic"), value("callback"), value("secret"), value("lease_seconds"),
                                  self.headers["Content-Type"])
                hub.requests.append(request)
                hub.answer(self, request)

            def say(self, status, text=b"", **headers):
                self.send_response_only(status)
                for name, value in {"Content-Type": "text/plain", "Content-Length": str(len(text)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        tap.at_end.insert(0, self.server.shutdown)

    def answer(self, handler, request):
        words = request.path.partition("?")[0].split("/")
        if self.down.get(request.path, 0):
            self.down[request.path] -= 1
            handler.say(503, b"out for lunch")
        elif words[1] == "to":
            handler.say(int(words[2]), Location=self.url + "/" + "/".join(words[3:]))
        elif words[1] == "say":
            handler.say(int(words[2]), b"not\nwith us")
        elif words[1] == "sync":
            self.verify(request)
            handler.say(204)
        else:
            handler.say(202)
            if words[1] == "deny":
                self.intend(request, mode="denied", topic=request.topic, reason="we do not know you")
            elif words[1] != "silent":
                self.verify(request)

    def verify(self, request, **changes):
        """Asks the callback whether it wants this, and whether it says so; changes: what to ask otherwise."""
        challenge = secrets.token_urlsafe(20)
        asked = {"mode": request.mode, "topic": request.topic, "challenge": challenge, "lease_seconds": self.lease, **changes}
        if request.mode == "unsubscribe":
            del asked["lease_seconds"]
        status, body, kind = self.intend(request, **asked)
        request.verified.append((status, body, kind))
        return status // 100 == 2 and body == challenge

    def intend(self, request, **asked):
        query = urllib.parse.urlencode({"hub." + name: value for name, value in asked.items()})
        return self.get(request.callback + ("&" if "?" in request.callback else "?") + self.extra + query)

    @staticmethod
    def get(url, method="GET", data=None, headers=None):
        """(status, body, content type)"""
        try:
            with urllib.request.urlopen(urllib.request.Request(url, data, headers or {}, method=method), timeout=20) as answer:
                return answer.status, answer.read().decode(), answer.headers["Content-Type"]
        except urllib.error.HTTPError as problem:
            return problem.code, problem.read().decode(), problem.headers["Content-Type"]

    def push(self, request, body, kind="application/atom+xml", method="sha256", secret=None, signature=None):
        """Posts body to the callback, signed; signature: another one, or "" for none.  The status."""
        body = body.encode()
        digest = hmac.new((secret or request.secret).encode(), body, getattr(hashlib, method)).hexdigest()
        headers = {"Content-Type": kind, "Link": f'<{self.url}/>; rel="hub", <{request.topic}>; rel="self"'}
        if signature != "":
            headers["X-Hub-Signature"] = signature or f"{method}={digest}"
        return self.get(request.callback, "POST", body, headers)[0]

    def asked(self, topic, mode="subscribe", path=None):
        """All requests for a topic, in their order."""
        return [request for request in list(self.requests)
                if (request.topic, request.mode) == (topic, mode) and (path is None or request.path == path)]

    def subscribed(self, topic, seconds=20, **which):
        """The request for a topic that was verified, once there is one; None when there was none in time."""
        return wait_for(lambda: next((request for request in self.asked(topic, **which) if request.verified and request.verified[0][0] == 200), None), seconds)
