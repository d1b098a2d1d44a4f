#!/usr/bin/python3
"""dkim-verify RECORDS MESSAGE... - what dkimpy says of each signature.

RECORDS has lines "NAME<TAB>TXT", as the DNS would.  One line for each
message: "good" or "bad" for each of its DKIM-Signature headers, or "none".
Ends with status 77 where dkimpy or PyNaCl is not installed.
"""

import sys

try:
    import dkim
    import nacl.signing  # noqa: F401  dkimpy imports it late, for Ed25519
except ImportError:
    sys.exit(77)


def main():
    with open(sys.argv[1]) as file:
        records = dict(line.rstrip("\n").split("\t", 1) for line in file)

    def lookup(name, timeout=5):
        return records.get(name.decode().rstrip("."), "").encode()

    for path in sys.argv[2:]:
        with open(path, "rb") as file:
            message = file.read()
        verdicts = []
        for i in range(message.split(b"\r\n\r\n", 1)[0].lower().count(b"dkim-signature:")):
            try:
                verdicts.append("good" if dkim.DKIM(message).verify(idx=i, dnsfunc=lookup) else "bad")
            except dkim.DKIMException:
                verdicts.append("bad")
        print(" ".join(verdicts) or "none")


main()
