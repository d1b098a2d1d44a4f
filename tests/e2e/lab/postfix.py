"""postfix - a real Postfix: takes letters at port 25, and the server behind it, at port 2526, refuses some."""

import os
import pwd

from . import needs, stage, tls
from .process import Process, wait_port

MAIN = """
compatibility_level = 3.6
queue_directory = {directory}/spool
data_directory = {directory}/data
mail_owner = postfix
setgid_group = postdrop
maillog_file = /dev/stdout
myhostname = mail.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtp_dns_support_level = disabled
relay_domains = {relay}
transport_maps = regexp:{directory}/transport
alias_maps =
local_recipient_maps =
queue_run_delay = 1s
{settings}
"""

MASTER = """
smtp      inet  n - n - - smtpd
2526      inet  n - n - - smtpd
  -o myhostname=far.test -o smtpd_recipient_restrictions=check_recipient_access,regexp:{directory}/refuse
smtp      unix  - - n - - smtp
lmtp      unix  - - n - - lmtp
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 1 1 qmgr
proxymap  unix  - - n - - proxymap
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
anvil     unix  - - n - 1 anvil
postlog   unix-dgram n - n - 1 postlogd
{services}
"""


class Postfix:
    """transport and refuse are regexp tables: where mail goes, and what the server behind answers to RCPT."""

    def __init__(self, transport, refuse, relay, services="", settings=""):
        needs.used("postfix")
        self.directory = stage.directory("postfix")
        for name in ("spool", "data"):
            os.makedirs(os.path.join(self.directory, name))
        os.chown(os.path.join(self.directory, "data"), pwd.getpwnam("postfix").pw_uid, -1)
        self.write("main.cf", MAIN.format(directory=self.directory, relay=relay, settings=settings))
        self.write("transport", transport)
        self.write("refuse", refuse)
        self.write("master.cf", MASTER.format(directory=self.directory, services=services))
        self.process = Process("postfix", ["postfix", "-c", self.directory, "start-fg"])
        wait_port(25, self.process)

    def write(self, name, text):
        with open(os.path.join(self.directory, name), "w") as file:
            file.write(text)


class Submission(Postfix):
    """Takes letters for mail.test at port 587, by STARTTLS, and by its sendmail, and hands them to a Dovecot."""

    def __init__(self, dovecot, host="relay.test"):
        stage.names(host)
        self.host, self.port = host, 587
        certificate, key = tls.certificate(host)
        super().__init__(f"/./ lmtp:unix:{dovecot.lmtp}", "", "mail.test", """
587       inet  n - n - - smtpd
tlsmgr    unix  - - n 1000? 1 tlsmgr
pickup    unix  n - n 1 1 pickup
""", f"""
smtpd_tls_security_level = encrypt
smtpd_tls_chain_files = {key}, {certificate}
smtpd_relay_restrictions = reject_unauth_destination
smtpd_data_restrictions = reject_unauth_pipelining
strict_rfc821_envelopes = yes
smtpd_forbid_bare_newline = yes
setgid_group = postdrop
""")
        # Its sendmail looks there.
        stage.run("mount", "--bind", self.directory, "/etc/postfix")
        wait_port(587, self.process)
