"""wordpress - a WordPress that others wrote, live, through the script of the peers that lie beside the repository."""

import os
import shutil
import subprocess

from . import needs, stage, tap
from .process import Process, wait_port

SCRIPT = os.path.join(os.path.dirname(needs.SUITES), "peers", "wordpress.sh")
PLACE = os.environ.get("LAB_DIR", os.path.join(os.environ.get("TMPDIR", "/tmp"), "penny-lab"))
PROGRAM = os.path.join(PLACE, "wp", "trixie", "usr", "share", "wordpress", "wp-load.php")
CONF = """
daemon off;
user root;
pid {dir}/wordpress.pid;
error_log stderr;
events {{ worker_connections 256; }}
http {{
    access_log {dir}/wordpress-access.log;
    client_body_temp_path {dir}/body; proxy_temp_path {dir}/proxy; fastcgi_temp_path {dir}/fcgi; uwsgi_temp_path {dir}/uwsgi; scgi_temp_path {dir}/scgi;
    types {{ text/css css; application/javascript js; image/png png; image/jpeg jpg jpeg; }}
    server {{ listen 127.0.0.1:{port}; server_name wp.test; include {place}/nginx/wp.test.locations; }}
}}
"""


def installed():
    return os.path.exists(PROGRAM) and shutil.which("mariadbd") and shutil.which("php")


def why_missing():
    """Outside the stage, where the network is: installs it when it never was.  None when it is here then."""
    if not os.path.exists(SCRIPT):
        return "shared/peers is not beside the repository"
    if not installed():
        tap.diag("installing WordPress, once")
        done = subprocess.run([SCRIPT, "install"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900, check=False)
        if done.returncode or not installed():
            return "it could not be installed: " + " ".join(done.stderr.split())[-300:]
        subprocess.run([SCRIPT, "stop"], capture_output=True, timeout=60, check=False)
    return None


needs.PEERS["WordPress"] = why_missing


class WordPress:
    """The blog of 62 posts at https://wp.test, fresh for this test: what is changed is changed on the stage only."""

    def __init__(self, port=8015):
        needs.used("WordPress")
        self.port, self.serial = port, 0
        upper, work = stage.directory("wordpress", "upper"), stage.directory("wordpress", "work")
        for folder in (stage.ROOT, os.path.dirname(upper)):
            os.chmod(folder, 0o755)
        stage.run("mount", "-t", "overlay", "overlay", "-o", f"lowerdir={PLACE},upperdir={upper},workdir={work}", PLACE)
        for name in ("mariadb", "php-fpm"):
            if os.path.exists(f"{PLACE}/run/{name}.pid"):
                os.remove(f"{PLACE}/run/{name}.pid")
        self.run("start")
        place = stage.directory("nginx-wordpress")
        conf = os.path.join(place, "nginx.conf")
        with open(conf, "w") as out:
            out.write(CONF.format(dir=place, port=port, place=PLACE))
        self.process = Process("wordpress", ["nginx", "-p", place, "-c", conf])
        wait_port(port, self.process)
        tap.at_end.insert(0, self.stop)

    def run(self, *words):
        # Its programs stay in the background, so that their end of a pipe would never close: a file it is.
        self.serial += 1
        said = os.path.join(stage.directory("log"), f"wordpress-{self.serial}.log")
        with open(said, "w") as out:
            done = subprocess.run([SCRIPT, *words], stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, timeout=120, check=False)
        with open(said) as text:
            text = text.read()
        if done.returncode:
            raise RuntimeError(f"wordpress.sh {' '.join(words)}: {text}")
        return text

    def stop(self):
        self.run("stop")

    def post(self, title, html):
        """(number, link) of a new post."""
        number, link = self.run("post", title, html).split()[:2]
        return int(number), link

    def edit(self, number, html):
        self.run("edit", str(number), html)

    def delete(self, number):
        """Into the trash, as an author's button does."""
        self.run("delete", str(number))

    def php(self, code):
        """What a script inside WordPress prints."""
        path = os.path.join(stage.directory("wordpress"), "script.php")
        with open(path, "w") as out:
            out.write("<?php require getenv( 'WP_ROOT' ) . '/wp-load.php'; wp_set_current_user( 2 );\n" + code)
        return self.run("php", path).strip()

    def rename(self, number, slug):
        """The new link of a post."""
        return self.php(f"wp_update_post( array( 'ID' => {number}, 'post_name' => '{slug}' ) ); echo get_permalink( {number} );")
