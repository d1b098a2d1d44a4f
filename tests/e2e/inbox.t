#!/usr/bin/python3
"""inbox.t - what an inbox has answered with 202 is on the disk, when its process is killed among many requests, and when it is stopped."""

import base64
import email.utils
import hashlib
import json
import signal
import socket
import threading

import lab
from lab import eq, ok, wait_for

SENDERS = 24
BODY = "convert_from(body, 'UTF8')" if lab.postgres.WANTED else "CAST(body AS TEXT)"

lab.enter(programs=["openssl"])
lab.names("penny.test")
penny = lab.Pennypost().init("http://penny.test:8080")


def follow(sender, number):
    """The Follow of somebody whose key is not known: it is stored until that has been fetched."""
    actor = f"https://{sender}.fedi.test/users/{number}"
    body = json.dumps({"type": "Follow", "id": f"{actor}/follow", "actor": actor, "object": "http://penny.test:8080/@penny"}).encode()
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    signature = f'keyId="{actor}#main-key",algorithm="rsa-sha256",headers="(request-target) host date digest",signature="{base64.b64encode(bytes(256)).decode()}"'
    head = [
        "POST /inbox HTTP/1.1", "Host: penny.test:8080", "Date: " + email.utils.formatdate(usegmt=True), "Digest: SHA-256=" + digest,
        "Signature: " + signature, "Content-Type: application/activity+json", f"Content-Length: {len(body)}", "", "",
    ]
    return f"{actor}/follow", "\r\n".join(head).encode() + body


def send(sender, taken, others):
    """Posts one after the other until the connection ends."""
    with socket.create_connection(("127.0.0.1", 8080), timeout=20) as peer:
        for number in range(100000):
            name, request = follow(sender, number)
            try:
                peer.sendall(request)
                said = peer.recv(65536)
            except ConnectionError:
                return
            if not said:
                return
            (taken if said.startswith(b"HTTP/1.1 202 ") else others).append(name if b" 202 " in said else said.decode())


def during(what, end):
    """Calls end while all senders are at it; each 202 must be in the database then."""
    taken, others = [], []
    threads = [threading.Thread(target=send, args=(f"{what}-{n}", taken, others)) for n in range(SENDERS)]
    for thread in threads:
        thread.start()
    ok(wait_for(lambda: len(taken) > 400, 60), f"{what}: some hundred were answered")
    end()
    for thread in threads:
        thread.join(30)
    ok(not any(thread.is_alive() for thread in threads), f"{what}: nobody is left without an end")
    stored = {json.loads(body)["id"] for body, in penny.peek(f"SELECT {BODY} FROM inbox")}
    eq([name for name in taken if name not in stored], [], f"{what}: all {len(taken)} that were answered with 202 are stored")
    eq(others, [], f"{what}: nobody was sent away")


server = penny.serve("web")
during("kill", lambda: penny.kill_role("web"))
ok(wait_for(lambda: penny.role_pid("web"), 20), "the web role is there again")
during("stop", lambda: server.signal(signal.SIGTERM))
eq(wait_for(lambda: server.handle.poll() is not None, 20) and server.handle.returncode, 0, "SIGTERM ends it well")
lab.done()
