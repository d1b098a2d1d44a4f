"""dovecot - a real Dovecot: mailboxes by IMAP and POP3, which take letters by LMTP; anybody's password is "secret"."""

import email
import email.policy
import imaplib
import os
import shutil
import time

from . import needs, stage, tls
from .mail import Mail
from .process import Process, wait_for, wait_port

CONF = """
base_dir = {directory}/run
state_dir = {directory}/state
log_path = /dev/stderr
protocols = imap pop3 lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
default_internal_user = nobody
default_login_user = nobody
default_internal_group = nogroup
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{directory}/home/%u
{people}
hostname = imap.test
postmaster_address = postmaster@imap.test
submission_host = 127.0.0.1:25
mail_plugins = quota
plugin {{
  quota = maildir:User quota
}}
protocol lmtp {{
  auth_username_format = %Lu
  {lmtp}
}}
service lmtp {{
  unix_listener {directory}/lmtp {{
    mode = 0666
  }}
}}
service auth {{
  unix_listener auth-userdb {{
    mode = 0666
  }}
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
}}
service pop3-login {{
  chroot =
}}
mail_max_userip_connections = 100
"""


# Whoever logs in is somebody; or those in a file are, and nobody else.
ANYBODY = """
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={directory}/home/%u
}}
"""
USERS = """
passdb {{
  driver = passwd-file
  args = username_format=%u {directory}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {directory}/users
  default_fields = uid=nobody gid=nogroup home={directory}/home/%u
}}
"""


class Dovecot:
    """At the ports of IMAP and POP3, and by LMTP at the socket `lmtp`, for `users`, or everybody.  put() stores a message as a mail server does.
    Who is among `full` has room for 1 kB; configure() says more of its LMTP."""

    def __init__(self, users=None, host="imap.test", full=()):
        needs.used("/usr/sbin/dovecot")
        stage.names(host)
        self.host, self.count = host, 0
        self.directory = stage.directory("dovecot")
        self.lmtp = os.path.join(self.directory, "lmtp")
        self.config = os.path.join(self.directory, "dovecot.conf")
        self.certificate, self.key = tls.certificate(host)
        shutil.chown(stage.directory("dovecot", "home"), "nobody", "nogroup")
        self.people = (USERS if users else ANYBODY).format(directory=self.directory)
        with open(os.path.join(self.directory, "users"), "w") as file:
            file.writelines(f"{address}:{{PLAIN}}secret::::::{'userdb_quota_rule=*:bytes=1k' if address in full else ''}\n" for address in users or [])
        self.configure()
        self.start()

    def configure(self, lmtp=""):
        with open(self.config, "w") as file:
            file.write(CONF.format(directory=self.directory, certificate=self.certificate, key=self.key, people=self.people, lmtp=lmtp))

    def start(self):
        self.process = Process("dovecot", ["/usr/sbin/dovecot", "-F", "-c", self.config])
        for port in (143, 993, 110, 995):
            wait_port(port, self.process)
        wait_for(lambda: os.path.exists(self.lmtp))

    def stop(self):
        self.process.stop()

    def folder(self, user, name):
        path = os.path.join(self.directory, "home", user, name)
        os.makedirs(path, exist_ok=True)
        for owned in (os.path.dirname(path), path):
            shutil.chown(owned, "nobody", "nogroup")
        return path

    def put(self, user, text):
        """Another message in the mailbox, as a mail server delivers it."""
        for name in ("tmp", "cur", "new"):
            self.folder(user, name)
        self.count += 1
        name = f"{int(time.time())}.M{self.count:06}.lab"
        with open(os.path.join(self.folder(user, "tmp"), name), "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        shutil.chown(os.path.join(self.folder(user, "tmp"), name), "nobody", "nogroup")
        os.rename(os.path.join(self.folder(user, "tmp"), name), os.path.join(self.folder(user, "new"), name))

    def messages(self, user):
        """What the mailbox holds."""
        return sorted(name for part in ("cur", "new") for name in os.listdir(self.folder(user, part)))

    def letters(self, user):
        """What is in a reader's INBOX, as lab.Mail, the oldest first."""
        with imaplib.IMAP4("127.0.0.1", 143) as imap:
            imap.login(user, "secret")
            imap.select("INBOX", readonly=True)
            raws = [data[1] for number in imap.search(None, "ALL")[1][0].split() for data in imap.fetch(number, "(BODY.PEEK[])")[1] if isinstance(data, tuple)]
        return [Mail(str(email.message_from_bytes(raw, policy=email.policy.default)["Return-Path"]), user, raw, 0, False, "", 0) for raw in raws]
