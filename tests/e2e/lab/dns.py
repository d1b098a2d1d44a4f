"""dns - a DNS server for one test, by UDP and TCP, that says what it is told, and fails where it is told to."""

import socket
import socketserver
import struct
import threading

from . import tap

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28}
NOERROR, SERVFAIL, NXDOMAIN = 0, 2, 3
LONGEST_BY_UDP = 512


def encode_name(name):
    out = b""
    for label in name.rstrip(".").split(".") if name.rstrip(".") else []:
        out += bytes([len(label)]) + label.encode()
    return out + b"\0"


def encode(kind, data):
    if kind == "A":
        return socket.inet_aton(data)
    if kind == "AAAA":
        return socket.inet_pton(socket.AF_INET6, data)
    if kind == "MX":
        preference, host = data.split()
        return struct.pack("!H", int(preference)) + encode_name(host)
    if kind == "TXT":
        pieces = data if isinstance(data, list) else [data[at:at + 255] for at in range(0, len(data), 255)] or [""]
        return b"".join(bytes([len(piece)]) + piece for piece in (piece if isinstance(piece, bytes) else piece.encode() for piece in pieces))
    if kind == "SOA":
        return encode_name(data) + encode_name("hostmaster." + data) + struct.pack("!5I", 1, 3600, 600, 86400, 60)
    return encode_name(data)


class Dns:
    """records: {(name, type): [data, ...]}; a name in fails has none to look it up, one in silent no answer at all."""

    def __init__(self, port=53, address="127.0.0.1"):
        self.records, self.fails, self.silent, self.asked = {}, set(), set(), []
        self.place = f"{address}:{port}" if "." in address else f"[{address}]:{port}"
        family = socket.AF_INET if "." in address else socket.AF_INET6
        dns = self

        class Datagram(socketserver.BaseRequestHandler):
            def handle(self):
                message, sock = self.request
                answer = dns.answer(message)
                if answer and len(answer) > LONGEST_BY_UDP:
                    # Cut: TC is set, and nothing but the question stays.
                    answer = answer[:2] + bytes([answer[2] | 2]) + answer[3:6] + b"\0" * 6 + message[12:]
                if answer:
                    sock.sendto(answer, self.client_address)

        class Stream(socketserver.StreamRequestHandler):
            def handle(self):
                size = struct.unpack("!H", self.rfile.read(2))[0]
                answer = dns.answer(self.rfile.read(size), "tcp")
                if answer:
                    self.wfile.write(struct.pack("!H", len(answer)) + answer)

        for kind, handler in ((socketserver.ThreadingUDPServer, Datagram), (socketserver.ThreadingTCPServer, Stream)):
            server = type("Server", (kind,), {"allow_reuse_address": True, "address_family": family, "daemon_threads": True})((address, port), handler)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            tap.at_end.insert(0, server.shutdown)

    def put(self, name, kind, *data):
        """These are the records of that name and type from now on; none: there is no such record."""
        if data:
            self.records[name.lower(), kind] = list(data)
        else:
            self.records.pop((name.lower(), kind), None)

    def zone(self, text):
        """Adds lines like 'penny.test MX 10 mail.test'."""
        for line in text.strip().splitlines():
            name, kind, data = line.split(None, 2)
            self.records.setdefault((name.lower(), kind), []).append(data)

    def answer(self, message, by="udp"):
        number, = struct.unpack("!H", message[:2])
        labels, at = [], 12
        while message[at]:
            labels.append(message[at + 1:at + 1 + message[at]].decode("latin-1"))
            at += message[at] + 1
        kind, = struct.unpack("!H", message[at + 1:at + 3])
        name = ".".join(labels).lower()
        self.asked.append((name, next((word for word in TYPES if TYPES[word] == kind), kind), by))
        if name in self.silent:
            return None
        question = message[12:at + 5]
        found, code, authority = self.find(name, kind)
        head = struct.pack("!6H", number, 0x8180 | code, 1, len(found), len(authority), 0)
        return head + question + b"".join(found) + b"".join(authority)

    def find(self, name, kind):
        """Records, RCODE, the SOA above when there are none."""
        if name in self.fails:
            return [], SERVFAIL, []
        found, alias = [], name
        while (alias, "CNAME") in self.records and len(found) < 9:
            target = self.records[alias, "CNAME"][0]
            found.append(self.record(alias, "CNAME", target))
            alias = target.lower().rstrip(".")
        for word, number in TYPES.items():
            if number == kind:
                found += [self.record(alias, word, data) for data in self.records.get((alias, word), [])]
        if found:
            return found, NOERROR, []
        there = any(known == name or known.endswith("." + name) for known, _ in self.records)
        above = [zone for zone, word in self.records if word == "SOA" and (name == zone or name.endswith("." + zone))]
        authority = [self.record(zone, "SOA", self.records[zone, "SOA"][0]) for zone in above[:1]]
        return [], NOERROR if there else NXDOMAIN, authority

    @staticmethod
    def record(name, kind, data):
        body = encode(kind, data)
        return encode_name(name) + struct.pack("!HHIH", TYPES[kind], 1, 60, len(body)) + body
