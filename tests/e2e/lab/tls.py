"""tls - a certificate authority for one test, and nginx ending TLS."""

import os
import ssl
import subprocess

from . import needs, stage
from .process import Process, wait_port

EC = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"]
proxies = {}
nginx = None


def openssl(*words):
    needs.used("openssl")
    subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=stage.directory("tls"))


def ca_file():
    """The CA's certificate; it is made, and made what the system trusts, on first use."""
    path = os.path.join(stage.directory("tls"), "ca.pem")
    if not os.path.exists(path):
        openssl("req", "-x509", *EC, "-days", "30", "-subj", "/CN=A test's own CA", "-keyout", "ca.key", "-out", "ca.pem",
                "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        if os.path.exists(stage.CA_BUNDLE):
            stage.run("mount", "--bind", path, os.path.realpath(stage.CA_BUNDLE))
        os.environ["NODE_EXTRA_CA_CERTS"] = path
    return path


def certificate(*hosts):
    """A certificate for these names, and its key."""
    ca_file()
    name = hosts[0]
    with open(os.path.join(stage.directory("tls"), name + ".ext"), "w") as ext:
        ext.write("subjectAltName=" + ",".join("DNS:" + host for host in hosts))
        ext.write("\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n")
    openssl("req", *EC, "-subj", "/CN=" + name, "-keyout", name + ".key", "-out", name + ".csr")
    openssl("x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30",
            "-extfile", name + ".ext", "-out", name + ".pem")
    return tuple(os.path.join(stage.directory("tls"), name + end) for end in (".pem", ".key"))


def client_context():
    return ssl.create_default_context(cafile=ca_file())


def server_context(*hosts):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate(*hosts))
    return context


HEAD = """
daemon off;
user root;
worker_processes 1;
pid {dir}/nginx.pid;
error_log stderr;
events {{ worker_connections 512; }}
http {{
    access_log {dir}/access.log;
    client_body_temp_path {dir}/body; proxy_temp_path {dir}/proxy; fastcgi_temp_path {dir}/fcgi;
    uwsgi_temp_path {dir}/uwsgi; scgi_temp_path {dir}/scgi;
    client_max_body_size 40m;
    ssl_certificate {cert}; ssl_certificate_key {key};
"""
HOST = """
    server {{ listen 127.0.0.1:80; server_name {host}; return 301 https://$host$request_uri; }}
    server {{
        listen 127.0.0.1:443 ssl; server_name {host};
        location / {{
            proxy_pass http://127.0.0.1:{port};
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header X-Forwarded-Host $host;
            proxy_set_header X-Forwarded-Proto https;
        }}
    }}
"""


def proxy(hosts):
    """nginx answers https://NAME/ from 127.0.0.1:PORT for each of {NAME: PORT}, besides those named before."""
    global nginx
    proxies.update(hosts)
    stage.names(*hosts)
    if nginx:
        nginx.stop()
    place = stage.directory("nginx")
    cert, key = certificate(*proxies)
    with open(os.path.join(place, "nginx.conf"), "w") as conf:
        conf.write(HEAD.format(dir=place, cert=cert, key=key))
        for host, port in proxies.items():
            conf.write(HOST.format(host=host, port=port))
        conf.write("}\n")
    nginx = Process("nginx", ["nginx", "-p", place, "-c", os.path.join(place, "nginx.conf")])
    wait_port(443, nginx)
    return nginx
