"""judges - what programs by others say of a letter: mailauth, caniemail, SpamAssassin, rspamd."""

import base64
import json
import os
import shutil
import subprocess
import urllib.request

from . import needs, peers, stage, tap
from .process import Process, wait_port

# What readers open letters with: their newest versions.
CLIENTS = ["gmail.*", "outlook.*", "apple-mail.*", "yahoo.desktop-webmail"]
# One process reads the rules once; what wants a network is left out.
SPAMASSASSIN = r"""
use Mail::SpamAssassin;
my $all = Mail::SpamAssassin->new({ local_tests_only => 1, dont_copy_prefs => 1, userprefs_filename => "/dev/null", userstate_dir => $ARGV[0], home_dir_for_helpers => $ARGV[0] });
shift;
for my $file (@ARGV) {
    open my $in, "<:raw", $file or die $!;
    my $mail = $all->parse([<$in>]);
    my $status = $all->check($mail);
    printf "%s %s\n", $status->get_score, join ",", map { "$_=" . $all->{conf}{scores}{$_} } split /,/, $status->get_names_of_tests_hit;
    $status->finish;
    $mail->finish;
}
"""


def received(mail, host, address):
    """The letter as a mailbox has it: with the field of the server that took it from ours."""
    return (f"Return-Path: <{mail.sender}>\r\nReceived: from {host} ({host} [{address}])\r\n\tby mx.test (Postfix) with ESMTPS id 4Xy1Qz0ABCz1\r\n"
            f"\tfor <{mail.recipient}>; {mail.message['Date']}\r\n").encode() + mail.raw


def mailauth(mails, records, ip):
    """For each letter {dkim, spf, dmarc, html}, see peers/letters/check.mjs; records are {name: text} of TXT."""
    needs.used("mailauth"), needs.used("caniemail")
    place = stage.directory("judges")
    shutil.copy(os.path.join(stage.TOP, "tests/e2e/peers/letters/check.mjs"), place)
    if not os.path.exists(os.path.join(place, "node_modules")):
        os.symlink(os.path.join(peers.CACHE, "letters/node_modules"), os.path.join(place, "node_modules"))
    asked = {"dns": records, "ip": ip, "clients": CLIENTS,
             "letters": [{"raw": base64.b64encode(mail.raw).decode(), "from": mail.sender, "html": mail.part("text/html")} for mail in mails]}
    done = subprocess.run([peers.Fedify.node(), os.path.join(place, "check.mjs")], input=json.dumps(asked), capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        tap.bail(f"mailauth: {done.stderr[-2000:]}")
    return json.loads(done.stdout)


def spamassassin(mails, host, address):
    """[(score, "TEST=score,...")], by its local tests alone."""
    needs.used("spamassassin")
    place = stage.directory("spamassassin")
    files = []
    for number, mail in enumerate(mails):
        files.append(os.path.join(place, f"{number}.eml"))
        with open(files[-1], "wb") as out:
            out.write(received(mail, host, address).replace(b"\r\n", b"\n"))
    done = subprocess.run(["perl", "-e", SPAMASSASSIN, place, *files], capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        tap.bail(f"SpamAssassin: {done.stderr[-2000:]}")
    return [(float(line.split()[0]), line.partition(" ")[2]) for line in done.stdout.splitlines()]


class Rspamd:
    """One worker of rspamd with the rules that Debian ships, and without Redis and lists of others."""

    # Modules that ask the network or a Redis; and what says that the lab has no Internet.
    OFF = ["rbl", "fuzzy_check", "surbl", "asn", "greylist", "ratelimit", "replies", "history_redis", "neural", "reputation", "mx_check", "phishing", "url_redirector"]

    def __init__(self, port=11333):
        needs.used("rspamd")
        self.port = port
        place = stage.directory("rspamd")
        config = os.path.join(place, "rspamd.conf")
        with open(config, "w") as out:
            out.write(".include \"$CONFDIR/common.conf\"\n"
                      f"options {{ pidfile = \"{place}/pid\"; .include \"$CONFDIR/options.inc\"\n dns {{ nameserver = [\"127.0.0.1:53\"]; timeout = 1s; retransmits = 1; }} }}\n"
                      "logging { type = \"console\"; level = \"warning\"; }\n"
                      f"worker \"normal\" {{ bind_socket = \"127.0.0.1:{port}\"; count = 1; }}\n"
                      "classifier \"bayes\" { enabled = false; }\n" + "".join(f"{name} {{ enabled = false; }}\n" for name in self.OFF))
        self.process = Process("rspamd", ["rspamd", "-f", "-i", "-c", config, "--var", f"DBDIR={place}", "--var", f"RUNDIR={place}", "--var", f"LOGDIR={place}"], cwd=place)

    def wait(self):
        wait_port(self.port, self.process, 120)

    def score(self, mail, host, address):
        """(score, {symbol: score of those that count})"""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/checkv2", mail.raw,
                                         {"From": mail.sender, "Rcpt": mail.recipient, "IP": address, "Helo": host, "Hostname": host})
        with urllib.request.urlopen(request, timeout=60) as answer:
            said = json.loads(answer.read())
        return said["score"], {name: symbol["score"] for name, symbol in said["symbols"].items() if symbol["score"]}
