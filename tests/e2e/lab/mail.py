"""mail - a mail server to send to, and an independent look at DKIM."""

import asyncio
import email
import email.policy
import logging
import os
import re
import threading
import time
from dataclasses import dataclass

from . import needs, stage, tap, tls


@dataclass
class Mail:
    sender: str
    recipient: str
    raw: bytes
    connection: int
    tls: bool
    user: str
    time: float

    @property
    def message(self):
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    def part(self, kind):
        """The text of the first part of that type ("text/plain")."""
        for part in self.message.walk():
            if part.get_content_type() == kind:
                return part.get_content()
        return ""


class Sink:
    """A mail server (aiosmtpd) that keeps what it takes, in `mails`.

    verdicts   {"a@b": "550 5.1.1 no such user"}: the answer to RCPT; a list is used up one by one, then all is well
    after_data the same for the answer to the final dot
    delay      seconds to take over each message
    starttls   offered, and insisted on; login: (user, password) insisted on
    """

    def __init__(self, port=2525, host="mail.test", starttls=True, login=None, address="127.0.0.1"):
        needs.used("aiosmtpd")
        from aiosmtpd.controller import Controller
        from aiosmtpd.smtp import AuthResult

        logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)
        self.mails, self.refused, self.sessions = [], [], []
        self.verdicts, self.after_data, self.delay = {}, {}, 0
        self.lock = threading.Lock()
        self.host, self.port = host, port
        stage.names(host, address=address)
        options = {}
        if starttls:
            options.update(tls_context=tls.server_context(host), require_starttls=True)
        if login:
            wanted = tuple(word.encode() for word in login)

            def check(server, session, envelope, mechanism, data):
                session.login_user = getattr(data, "login", b"").decode()
                return AuthResult(success=(data.login, data.password) == wanted, handled=False)
            options.update(authenticator=check, auth_required=True, auth_require_tls=starttls)
        self.controller = Controller(self, hostname=address, port=port, server_hostname=host, ready_timeout=20,
                                     data_size_limit=32 << 20, enable_SMTPUTF8=True, **options)
        self.controller.start()
        tap.at_end.insert(0, self.controller.stop)

    def number(self, session):
        """The same for all messages of one connection."""
        with self.lock:
            if session not in self.sessions:
                self.sessions.append(session)
            return self.sessions.index(session)

    def verdict(self, table, address):
        answer = table.get(address)
        if isinstance(answer, list):
            answer = answer.pop(0) if answer else None
        return answer

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        answer = self.verdict(self.verdicts, address)
        if answer:
            self.refused.append((address, answer))
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.delay:
            await asyncio.sleep(self.delay)
        for address in envelope.rcpt_tos:
            answer = self.verdict(self.after_data, address)
            if answer:
                self.refused.append((address, answer))
                return answer
        for address in envelope.rcpt_tos:
            self.mails.append(Mail(envelope.mail_from, address, bytes(envelope.original_content), self.number(session),
                                   session.ssl is not None, getattr(session, "login_user", ""), time.monotonic()))
        return "250 2.0.0 taken"

    def to(self, address):
        return [mail for mail in list(self.mails) if mail.recipient == address]


def maildir(path, header, recipient):
    """What is new in a Maildir for that recipient, whom the server that put it there names in that header; with the line ends of the network."""
    mails = []
    folder = os.path.join(path, "new")
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        with open(os.path.join(folder, name), "rb") as file:
            raw = file.read().replace(b"\n", b"\r\n")
        message = email.message_from_bytes(raw, policy=email.policy.compat32)
        if message[header].lower() == recipient.lower():
            mails.append(Mail(message["Return-Path"].strip("<>"), recipient, raw, 0, False, "", 0))
    return mails


def txt_records(zone):
    """{name: text} of the TXT records in lines of a zone file, whose strings may be split and in brackets."""
    records = {}
    for name, strings in re.findall(r'^(\S+)\s+(?:\d+\s+)?(?:IN\s+)?TXT\s+\(?((?:\s*"(?:[^"\\]|\\.)*")+)', zone, re.M):
        text = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', strings))
        records[name.rstrip(".").lower()] = re.sub(r"\\(.)", r"\1", text)
    return records


def dkim_verdicts(raw, records):
    """What dkimpy says of each signature of a message: [(algorithm, selector, True or False)]."""
    needs.used("dkim"), needs.used("nacl")
    import dkim

    def dns(name, timeout=5):
        text = records.get(name.decode().rstrip(".").lower())
        return text.encode() if text else None
    verdicts = []
    for number, header in enumerate(email.message_from_bytes(raw).get_all("DKIM-Signature") or []):
        tags = dict(re.findall(r"(\w+)=\s*([^;]*)", re.sub(r"\s+", "", header)))
        try:
            good = dkim.DKIM(raw, minkey=1024).verify(idx=number, dnsfunc=dns)
        except dkim.DKIMException as problem:
            tap.diag(f"dkimpy: {problem}")
            good = False
        verdicts.append((tags.get("a"), tags.get("s"), bool(good)))
    return verdicts
