#!/usr/bin/python3
"""rooms.t - contrib/rooms finds what climbs, circles, crowds and strays, in a small house made for it."""
import pathlib
import subprocess
import tempfile

import lab

lab.require(programs=["git"])
CHECK = pathlib.Path(__file__).resolve().parents[2] / "contrib" / "rooms"
MAP = """# The map
```floors
gateway/main.c  top

feeds/

gateway/base/
```
```floors
feeds/parse/  knows the text
feeds/write/  its neighbour

feeds/text/
```
"""
HOUSE = {
    "HACKING.md": MAP,
    "gateway/main.c": '#include "feeds/parse/parse.h"\nint main(void)\n{\n\treturn parse_all();\n}\n',
    "gateway/base/mem.h": "int mem_get(void);\n",
    "gateway/base/mem.c": '#include "gateway/base/mem.h"\nint mem_get(void)\n{\n\treturn 1;\n}\n',
    "feeds/text/decode.h": "int decode_it(void);\n",
    "feeds/text/decode.c": '#include "feeds/text/decode.h"\n#include "gateway/base/mem.h"\nint decode_it(void)\n{\n\treturn mem_get();\n}\n',
    "feeds/parse/parse.h": "int parse_all(void);\nint parse_one(void);\n",
    "feeds/parse/parse.c": '#include "feeds/parse/parse.h"\n#include "feeds/text/decode.h"\nint parse_all(void)\n{\n\treturn decode_it();\n}\n',
    "feeds/write/write.h": "int write_all(void);\n",
    "feeds/write/write.c": '#include "feeds/write/write.h"\nint write_all(void)\n{\n\treturn 0;\n}\n',
}
# what is changed in the house; what is said of it, or None when nothing is to be found
CASES = [
    ("a house in order", {}, None),
    ("an include that climbs", {"feeds/text/decode.h": '#include "feeds/parse/parse.h"\nint decode_it(void);\n'},
     "feeds/text/decode.h includes feeds/parse/parse.h, which is not below it"),
    ("from one wing up to another", {"gateway/base/mem.c": '#include "gateway/base/mem.h"\n#include "feeds/text/decode.h"\nint mem_get(void)\n{\n\treturn decode_it();\n}\n'},
     "gateway/base/mem uses decode_it of feeds/text/decode, which is not below it"),
    ("a neighbour on the same floor", {"feeds/write/write.c": '#include "feeds/parse/parse.h"\nint write_all(void)\n{\n\treturn 0;\n}\n'},
     "feeds/write/write.c includes feeds/parse/parse.h, which is not below it"),
    ("two files that call each other through one header", {
        "feeds/parse/parse.c": '#include "feeds/parse/parse.h"\nint parse_all(void)\n{\n\treturn parse_one();\n}\n',
        "feeds/parse/one.c": '#include "feeds/parse/parse.h"\nint parse_one(void)\n{\n\treturn parse_all();\n}\n'}, "2 files in a circle"),
    ("the same where both return an enum", {
        "feeds/parse/parse.h": "enum kind { A };\nenum kind parse_all(void);\nenum kind parse_one(void);\n",
        "feeds/parse/parse.c": '#include "feeds/parse/parse.h"\nenum kind parse_all(void)\n{\n\treturn parse_one();\n}\n',
        "feeds/parse/one.c": '#include "feeds/parse/parse.h"\nenum kind parse_one(void)\n{\n\treturn parse_all();\n}\n'}, "2 files in a circle"),
    ("a file beside the table of commands", {"gateway/stray.c": "static int stray;\n"}, "gateway/stray.c: gateway is not a room of the map"),
    ("a name in a comment or a text is no call", {
        "feeds/parse/parse.c": '#include "feeds/parse/parse.h"\nint parse_all(void)\n{\n\treturn parse_one();\n}\n',
        "feeds/parse/one.c": '#include "feeds/parse/parse.h"\n/* parse_all() calls it. */\nint parse_one(void)\n{\n\treturn sizeof "parse_all";\n}\n'}, None),
    ("a folder that is not on the map", {"feeds/attic/old.c": "static int old;\n"}, "feeds/attic/old.c: feeds/attic is not a room of the map"),
    ("a room of the map without code", {"HACKING.md": MAP + "```floors\nsmtp/client/\n```\n"}, "smtp/client is on the map in HACKING.md, but holds no code"),
    ("a crowd", {f"feeds/text/t{n}.c": "static int t;\n" for n in range(50)}, "feeds/text: 52 files, more than 50"),
]


def check(changes):
    """What the check says of the house with these changes: its exit status and its words."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in {**HOUSE, **changes}.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        subprocess.run(["git", "init", "-q", folder], check=True)
        done = subprocess.run([CHECK], cwd=folder, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr


for what, changes, wanted in CASES:
    status, said = check(changes)
    lab.eq(status, 1 if wanted else 0, f"{what}: exit status")
    lab.has(said, wanted or "0 uses that climb, 0 circles of files", what)
lab.done()
