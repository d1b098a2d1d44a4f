"""walk_follower - one account on one small fediverse server, for demo-walk.

Knows nothing of Pennypost: it does what the servers of others do.  The openssl
program signs and verifies.
"""
import base64
import email.utils
import hashlib
import http.server
import json
import os
import re
import subprocess
import threading
import time
import urllib.parse

from walk_reader import Browser, check

ACTIVITY = 'application/activity+json'


class Follower:
    """An actor with a key of its own, and an inbox that keeps what comes."""

    def __init__(self, folder):
        self.folder, self.inbox = folder, []
        self.openssl('genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', self.file('key.pem'))
        self.public = self.openssl('pkey', '-in', self.file('key.pem'), '-pubout').decode()
        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), self.handler())
        self.server.daemon_threads = True
        self.host = '127.0.0.1:%d' % self.server.server_address[1]
        self.base = 'http://' + self.host
        self.id = self.base + '/users/ines'
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def file(self, name, data=None):
        path = os.path.join(self.folder, name)
        if data is not None:
            with open(path, 'wb') as file:
                file.write(data)
        return path

    @staticmethod
    def openssl(*words, data=b''):
        done = subprocess.run(['openssl', *words], input=data, capture_output=True)
        check(done.returncode == 0, 'openssl %s: %s' % (words[0], (done.stdout + done.stderr).decode(errors='replace').strip()))
        return done.stdout

    def document(self, path):
        if path == '/.well-known/webfinger':
            link = {'rel': 'self', 'type': ACTIVITY, 'href': self.id}
            return {'subject': 'acct:ines@' + self.host, 'links': [link]}
        if path == '/users/ines':
            key = {'id': self.id + '#main-key', 'owner': self.id, 'publicKeyPem': self.public}
            return {'@context': ['https://www.w3.org/ns/activitystreams', 'https://w3id.org/security/v1'], 'type': 'Person',
                    'id': self.id, 'preferredUsername': 'ines', 'inbox': self.id + '/inbox', 'outbox': self.id + '/outbox', 'publicKey': key}
        return None

    def handler(follower):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def do_GET(self):
                path = self.path.partition('?')[0]
                found = follower.document(path)
                kind = 'application/jrd+json' if 'webfinger' in path else ACTIVITY
                self.answer(200 if found else 404, kind, json.dumps(found).encode() if found else b'')

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get('Content-Length', 0)))
                follower.inbox.append((self.path, self.headers, body))
                self.answer(202, 'text/plain', b'')

            def answer(self, status, kind, body):
                self.send_response(status)
                self.send_header('Content-Type', kind)
                self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass
        return Handler

    def post(self, url, activity):
        """Signs and sends, the way of draft-cavage-http-signatures-12."""
        body, parts = json.dumps(activity).encode(), urllib.parse.urlsplit(url)
        headers = {'Host': parts.netloc, 'Date': email.utils.formatdate(usegmt=True), 'Digest': digest_of(body)}
        base = signing_base('post ' + parts.path, ['(request-target)', 'host', 'date', 'digest'], headers)
        signature = base64.b64encode(self.openssl('dgst', '-sha256', '-sign', self.file('key.pem'), data=base)).decode()
        headers['Signature'] = ('keyId="%s#main-key",algorithm="rsa-sha256",headers="(request-target) host date digest",signature="%s"'
                                % (self.id, signature))
        Browser('').ask(url, body, {**headers, 'Content-Type': ACTIVITY}, wanted=202)

    def verify(self, path, headers, body, key):
        """Is the request that came signed with that key, over all that matters?"""
        said = dict(re.findall(r'(\w+)="([^"]*)"', headers.get('Signature', '')))
        covered = said.get('headers', '').split()
        check(said.get('keyId') == key['id'], 'signed by %r instead of %r' % (said.get('keyId'), key['id']))
        check({'(request-target)', 'host', 'date', 'digest'} <= set(covered), 'the signature covers only %s' % covered)
        check(headers['Digest'] == digest_of(body), 'the Digest is of another body')
        age = time.time() - email.utils.parsedate_to_datetime(headers['Date']).timestamp()
        check(abs(age) < 3600 and headers['Host'] == self.host, 'the date or the host is not that of the request')
        self.openssl('dgst', '-sha256', '-verify', self.file('theirs.pem', key['publicKeyPem'].encode()), '-signature',
                     self.file('signature', base64.b64decode(said['signature'])), data=signing_base('post ' + path, covered, headers))

    def received(self, kind):
        return [(path, headers, body) for path, headers, body in list(self.inbox) if json.loads(body).get('type') == kind]


def digest_of(body):
    return 'SHA-256=' + base64.b64encode(hashlib.sha256(body).digest()).decode()


def signing_base(target, covered, headers):
    values = {'(request-target)': target, **{name.lower(): value for name, value in headers.items()}}
    return '\n'.join('%s: %s' % (name, values[name]) for name in covered).encode()
