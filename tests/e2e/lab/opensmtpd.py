"""opensmtpd - a real OpenSMTPD: takes letters at port 25, where STARTTLS is offered, and by its sendmail."""

import glob
import os
import shutil

from . import needs, stage, tls
from .mail import maildir
from .peers import CACHE
from .process import Process, wait_port

USERS = ("opensmtpd", "opensmtpq")
UNPACKED = os.path.join(CACHE, "opensmtpd")


class OpenSMTPD:
    """conf is what its configuration has besides port 25, whose filter is the one of that name; {place} is its folder, and {place}/box a Maildir of nobody's."""

    def __init__(self, conf, filter=None, host="relay.test"):
        needs.used("OpenSMTPD")
        self.place, self.host = stage.directory("opensmtpd"), host
        stage.names(host)
        stage.users(*USERS)
        stage.libraries(*glob.glob(os.path.join(UNPACKED, "usr/lib/*-linux-gnu*")))
        self.install()
        certificate, key = (shutil.copy(path, self.place) for path in tls.certificate(host))
        config = os.path.join(self.place, "smtpd.conf")
        stage.own(config, f'pki {host} cert "{certificate}"\npki {host} key "{key}"\n'
                  + conf.format(place=self.place) + "listen on socket\n"
                  f"listen on 127.0.0.1 port 25 tls pki {host} hostname {host}" + (f' filter "{filter}"' if filter else "") + "\n")
        os.chmod(config, 0o600)
        self.process = Process("opensmtpd", ["/usr/sbin/smtpd", "-d", "-f", config])
        wait_port(25, self.process)

    def install(self):
        """Its places are compiled in."""
        for folder in ("/usr/sbin", "/usr/libexec", "/var/lib", "/var/spool"):
            stage.extend(folder)
        for name in ("smtpd", "smtpctl"):
            shutil.copy(os.path.join(UNPACKED, "usr/sbin", name), "/usr/sbin/" + name)
        shutil.copytree(os.path.join(UNPACKED, "usr/libexec/opensmtpd"), "/usr/libexec/opensmtpd")
        shutil.chown("/usr/sbin/smtpctl", "root", USERS[1])
        os.chmod("/usr/sbin/smtpctl", 0o2755)
        # It is sendmail when it is called so.
        self.sendmail = os.path.join(self.place, "sendmail")
        os.symlink("/usr/sbin/smtpctl", self.sendmail)
        os.makedirs("/var/lib/opensmtpd/empty")
        os.makedirs("/var/spool/smtpd")
        shutil.chown(stage.directory(self.place, "box"), "nobody", "nogroup")
        os.chmod("/var/spool/smtpd", 0o711)
        # Its socket.
        stage.run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run")

    def letters(self, address):
        """What came for that address, as lab.Mail."""
        return maildir(os.path.join(self.place, "box"), "Delivered-To", address)

    def log(self):
        return self.process.log()
