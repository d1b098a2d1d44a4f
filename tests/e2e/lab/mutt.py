"""mutt - a real mail program: its person writes, reads the letters in a Maildir, and answers them."""

import os
import pty
import signal
import subprocess

from . import needs, stage, tap
from .process import wait_for

# It asks nothing: all that it would ask has its answer here.
RC = """
set from="{address}" realname="{name}" hostname=mail.test
set smtp_url="smtp://127.0.0.1:25/" ssl_starttls=no ssl_force_tls=no
set editor="{editor}" autoedit fast_reply include=yes reply_to=yes edit_headers=no
set abort_nosubject=no abort_unmodified=no abort_noattach=no postpone=no recall=no copy=no
set quit=yes delete=no move=no mark_old=no wait_key=no confirmappend=no beep=no
set tmpdir="{place}" mbox_type=Maildir folder="{place}" spoolfile="{box}" sort=mailbox-order charset=utf-8
{settings}
"""
# What its person writes goes above what is quoted.
EDITOR = """#!/bin/sh
cat "{words}" "$1" >"{words}.all" && cat "{words}.all" >"$1"
"""


class Mutt:
    """address and name are the author's; box is the Maildir that their letters come to; settings are more lines of its muttrc."""

    def __init__(self, address, name, box, settings=""):
        needs.used("mutt")
        self.place = stage.directory("mutt-" + address.partition("@")[0])
        self.rc, self.words, editor = (os.path.join(self.place, file) for file in ("muttrc", "words", "editor"))
        self.box = box
        with open(self.rc, "w") as file:
            file.write(RC.format(address=address, name=name, editor=editor, place=self.place, box=box, settings=settings))
        with open(editor, "w") as file:
            file.write(EDITOR.format(words=self.words))
        os.chmod(editor, 0o755)

    def send(self, to, subject="", text="", *more):
        """A new message, from a command line; more are its options."""
        done = subprocess.run(["mutt", "-F", self.rc, "-s", subject, *more, "--", to], input=text, capture_output=True, text=True, timeout=30)
        tap.eq((done.returncode, done.stdout + done.stderr), (0, ""), f"mutt sends to {to.partition('-')[0]}")

    def press(self, keys, subject, text=""):
        """Opens the newest letter with these words in its subject, and presses keys (names as in <reply>); text is written where it asks for some."""
        with open(self.words, "w") as file:
            file.write(text)
        keys = f"<limit>~s '{subject}'<enter><last-entry>{keys}<quit>"
        child, screen = pty.fork()
        if child == 0:
            os.environ["TERM"] = "xterm"
            os.execvp("mutt", ["mutt", "-F", self.rc, "-f", self.box, "-e", f'push "{keys}"'])
        os.set_blocking(screen, False)
        shown = b""

        def ended():
            nonlocal shown
            try:
                shown += os.read(screen, 65536)
            except BlockingIOError:
                pass
            except OSError:  # nobody has the other end of the terminal any more
                return True
            return False
        if not wait_for(ended, 30):
            os.kill(child, signal.SIGKILL)
            tap.diag(shown[-3000:].decode(errors="replace"))
            tap.bail(f"mutt comes to its end after {keys}")
        os.close(screen)
        tap.eq(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0, f"mutt does {keys}")
