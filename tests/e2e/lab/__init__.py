"""lab - a small internet for one test, that leaves no trace.

A test begins with `lab.enter(...)`, which runs it again inside a network, a
mount table and a process table of its own: there ports 25, 80 and 443 are
free, names are ours to give, the CA is ours to be, and whatever was started
ends with the test.  The rest are players to put on that stage:

    lab.proxy({"penny.test": 8080})     nginx, ending TLS for these names
    lab.Pennypost(...)                  the real binary, with its configuration
    lab.Sink()                          a mail server (aiosmtpd)
    lab.Postfix(...)                    a real one; lab.Submission(dovecot), one that takes our letters
    lab.Exim(...), lab.OpenSMTPD(...)   mail servers by others
    lab.Mutt(...)                       a mail program, which answers letters
    lab.Dovecot()                       mailboxes by IMAP, POP3 and LMTP
    lab.Dns()                           a DNS server that says what it is told
    lab.Site(), lab.Blog(site)          a web server that says what it is told, and a feed there
    lab.Hub()                           a WebSub hub
    lab.Machine("front")                another machine, at the other end of a cable
    lab.Browser("https://penny.test")   a browser without a screen
    lab.Chromium()                      a real one, which runs scripts where there are any
    lab.Fedify(), lab.Snac()            fediverse servers by others
    lab.wordpress.WordPress()           a WordPress, where one can be had

Results are TAP: `lab.ok(...)`, `lab.eq(...)`, and `lab.done()` last.  What
is awaited has a deadline: `lab.wait_for(lambda: ...)`; nothing sleeps.  What
is missing is a skip: `lab.enter(...)` and `lab.available(...)` say it, by name.
"""

from . import needs, postgres, stage, wordpress
from .browser import Browser
from .chromium import Chromium
from .dns import Dns
from .dovecot import Dovecot
from .exim import Exim
from .hub import Hub
from .judges import Rspamd, mailauth, spamassassin
from .machine import Machine
from .mail import Sink, dkim_verdicts, txt_records
from .peers import Fedify, Snac
from .mutt import Mutt
from .needs import TOP, available, require, suite
from .opensmtpd import OpenSMTPD
from .pennypost import Pennypost
from .postfix import Postfix, Submission
from .process import Process, children, state, wait_for, wait_port
from .site import Blog, Site, rss
from .stage import directory, enter, names
from .tap import bail, diag, done, eq, has, lacks, ok, skip_all
from .tls import certificate, ca_file, client_context, proxy

__all__ = [name for name in dir() if not name.startswith("_")]
