"""Pages, against nginx serving the same bytes as files."""
import os
import re
import urllib.request

from bench import Instance, free_port, listening, need, note, report, run, start, stop, wait, write_feed

SECONDS = int(os.environ.get('BENCH_SECONDS', 5))
NGINX = '''
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr; {user}
events {{ worker_connections 1000; }}
http {{
    access_log off; sendfile on; keepalive_requests 100000000; default_type "text/html; charset=utf-8";
    client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3; uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
    server {{ listen 127.0.0.1:{port}; root {folder}/pages; }}
}}
'''


def fetch(url):
    return urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=20).read()


def rate(url):
    """Requests a second, by wrk over 16 connections."""
    said = run('wrk', '-t1', '-c16', '-d%ds' % SECONDS, url)
    if 'Non-2xx' in said or 'Socket errors' in said:
        raise RuntimeError('wrk: ' + said)
    return float(re.search(r'Requests/sec:\s+([\d.]+)', said)[1])


def nginx(folder, pages):
    port, conf = free_port(), os.path.join(folder, 'nginx.conf')
    os.mkdir(os.path.join(folder, 'pages'))
    for name, content in pages.items():
        with open(os.path.join(folder, 'pages', name), 'wb') as out:
            out.write(content)
    with open(conf, 'w') as out:
        out.write(NGINX.format(folder=folder, port=port, user='user root;' if os.geteuid() == 0 else ''))
    process = start('nginx', '-p', folder, '-e', 'stderr', '-c', conf)
    wait('nginx', lambda: listening(port), process)
    return process, 'http://127.0.0.1:%d/' % port


def bench(folder):
    need('wrk', 'nginx')
    penny = Instance(os.path.join(folder, 'web'))
    feed = os.path.join(folder, 'feed.xml')
    write_feed(feed, range(1, 101), 700)
    penny.command('source', 'add', feed)
    web = penny.serve('web')
    wait('the web role', lambda: listening(penny.port), web)
    urls = {'home': penny.url + '/', 'post': penny.command('entry', 'list').split('\n')[0].split('\t')[4]}
    pages = {name: fetch(url) for name, url in urls.items()}
    server, base = nginx(folder, pages)
    for name in pages:
        note('%s page of %d bytes, to wrk over 16 connections for %d s; theirs is nginx with the same bytes in a file' % (name, len(pages[name]), SECONDS))
        theirs = rate(base + name)
        report('requests a second, %s page' % name, rate(urls[name]), theirs)
    stop(server)
    stop(web)
