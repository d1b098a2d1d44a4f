"""exim - a real Exim: takes letters at ports 25 (STARTTLS is offered) 2526 and 2527 (servers behind it), and by its sendmail."""

import glob
import os
import pwd
import shutil

from . import needs, stage, tls
from .mail import maildir
from .peers import CACHE
from .process import Process, wait_port

USER = "Debian-exim"

# The server at 2527 takes little; what passes any of them more than a few times is in a loop.
CONF = """
primary_hostname = {host}
exim_path = {place}/exim
spool_directory = {place}/spool
log_file_path = {place}/%s.log
pid_file_path = {place}/pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = 25 : 2526 : 2527
keep_environment =
add_environment =
host_lookup =
rfc1413_query_timeout = 0s
tls_advertise_hosts = *
tls_certificate = {place}/relay.pem
tls_privatekey = {place}/relay.key
message_size_limit = ${{if eq{{$received_port}}{{2527}}{{200}}{{10M}}}}
received_headers_max = 4
acl_smtp_rcpt = recipient
acl_smtp_data = accepted
acl_not_smtp = accepted
trusted_users = root
{main}

begin acl
accepted:
  accept
recipient:
{recipient}
  accept

begin routers
{routers}

begin transports
smtp:
  driver = smtp
  hosts_try_dane =
  dnssec_request_domains =
  # It takes servers at other ports of one host for the same server.
  connection_max_messages = 1
maildir:
  driver = appendfile
  maildir_format
  directory = {place}/box
  user = {user}
  return_path_add
  envelope_to_add
lmtp:
  driver = lmtp
  socket = {lmtp}
  user = {user}
{transports}

begin retry
{retry}
"""


class Exim:
    """recipient is the ACL for RCPT; routers say where mail goes (to smtp, maildir, lmtp, and your own transports); main, transports and retry are added."""

    def __init__(self, routers, recipient="", host="relay.test", **more):
        needs.used("Exim")
        self.place, self.host = stage.directory("exim"), host
        stage.names(host)
        stage.users(USER)
        stage.libraries(*glob.glob(os.path.join(CACHE, "exim/usr/lib/*-linux-gnu*")))
        self.sendmail = shutil.copy(os.path.join(CACHE, "exim/usr/sbin/exim4"), os.path.join(self.place, "exim"))
        # It is root only for what must be done as root, and gets to be it again.
        os.chmod(self.sendmail, 0o4755)
        for name in ("spool", "box"):
            os.makedirs(os.path.join(self.place, name))
        for source, name in zip(tls.certificate(host), ("relay.pem", "relay.key")):
            shutil.copy(source, os.path.join(self.place, name))
        user = pwd.getpwnam(USER)
        for name in ("", "spool", "box", "relay.key"):
            os.chown(os.path.join(self.place, name), user.pw_uid, user.pw_gid)
        # Only the file at its own place is read as root.
        os.makedirs("/etc/exim4")
        settings = {"main": "", "transports": "", "retry": "* * F,1h,1s", "lmtp": "/nowhere", **more}
        stage.own("/etc/exim4/exim4.conf", CONF.format(place=self.place, host=host, user=USER, recipient=recipient, routers=routers, **settings))
        self.process = Process("exim", [self.sendmail, "-bdf", "-q1s"])
        wait_port(25, self.process)

    def letters(self, address):
        """What came for that address, as lab.Mail."""
        return maildir(os.path.join(self.place, "box"), "Envelope-to", address)

    def log(self):
        """What it did, and what it did not like."""
        return "".join(stage.read(path) for path in sorted(glob.glob(os.path.join(self.place, "*.log")))) + self.process.log()
