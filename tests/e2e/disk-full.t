#!/usr/bin/python3
"""disk-full.t - the disk is full for a while in the middle of deliveries to other servers: nothing is lost, and nothing stays held."""

import collections
import json
import os
import sqlite3
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import lab
from lab import eq, has, ok, wait_for

FOLLOWERS, HOSTS, FULL = 80, 8, 9
lab.enter(programs=["openssl"])
if lab.postgres.WANTED:
    lab.skip_all("PostgreSQL looks after its own disk")
blog = lab.Blog(lab.Site())
blog.publish("An old post")
penny = lab.Pennypost()
lab.stage.run("mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", penny.directory)
penny.init()
penny.run("source", "add", blog.url)
posted = collections.Counter()


class Peer(BaseHTTPRequestHandler):
    """An actor at each path, whose inbox is slow."""
    protocol_version = "HTTP/1.1"

    def answer(self, status, body=b""):
        self.send_response_only(status)
        self.send_header("Content-Type", "application/activity+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        time.sleep(0.2)
        actor = f"http://{self.headers['Host']}{self.path}"
        self.answer(200, json.dumps({
            "@context": "https://www.w3.org/ns/activitystreams", "id": actor, "type": "Person", "preferredUsername": "p", "inbox": actor + "/inbox",
            "publicKey": {"id": actor + "#k", "owner": actor, "publicKeyPem": "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n"}}).encode())

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(0.2)
        posted[f"http://{self.headers['Host']}{self.path}"] += 1
        self.answer(202)

    def log_message(self, *words):
        pass


actors = []
for number in range(HOSTS):
    server = ThreadingHTTPServer((f"127.0.0.{number + 10}", 9000), Peer)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    actors += [f"http://127.0.0.{number + 10}:9000/users/{name}" for name in range(FOLLOWERS // HOSTS)]
db = sqlite3.connect(penny.database, timeout=10)
for actor in actors:
    subscriber = db.execute("INSERT INTO subscriber (publication, created) VALUES (1, 1)").lastrowid
    db.execute("INSERT INTO address (subscriber, publication, kind, value, state, created, confirmed, ended) VALUES (?, 1, 1, ?, 1, 1, 1, 0)", (subscriber, actor))
db.commit()
db.close()

penny.serve()
blog.publish("The post")
ok(wait_for(lambda: len(posted) >= 5, 60, 0.01), "deliveries are under way")
filler = os.path.join(penny.directory, "filler")
with open(filler, "wb", buffering=0) as file:
    try:
        while True:
            file.write(bytes(4096))
    except OSError:
        pass
before = len(posted)
time.sleep(FULL)
lab.diag(f"{before} of {FOLLOWERS} had it before the disk was full, {len(posted)} after")
has(penny.log(), "federation pauses", "the role says that it cannot record")
ok(len(posted) < FOLLOWERS, "and sends no more than it must")
os.unlink(filler)
ok(wait_for(lambda: len(posted) == FOLLOWERS, 120), "when there is room again, everybody gets the post")
rows = lambda: penny.peek("SELECT state, count(*) FROM delivery WHERE kind = 1 GROUP BY state")
ok(wait_for(lambda: rows() == [(2, FOLLOWERS)], 60), "the ledger says so") or lab.diag(rows())
eq(penny.peek("SELECT count(*) FROM delivery WHERE holder IS NOT NULL"), [(0,)], "and nobody holds a row any more")
eq([inbox for inbox, times in posted.items() if times > 2], [], "few got it twice, nobody more often")
eq(penny.rows("quarantine", "list"), [], "nothing is in quarantine")
lab.done()
