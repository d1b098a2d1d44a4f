"""chromium - a real browser, told what to do over its debugging pipe: for what only such a one can tell."""

import json
import os
import select
import subprocess
import time
import urllib.parse

from . import needs, stage, tap

# Whatever one of these would do, we hear of it: that, too, when no page's policy keeps it from running.
WATCH = """
(() => {
  window.ran = [];
  const told = name => function () { window.ran.push(name + ': ' + String(arguments[0]).slice(0, 80)); return null; };
  for (const name of ['alert', 'confirm', 'prompt', 'print', 'open', 'postMessage', 'fetch', 'eval']) window[name] = told(name);
  document.write = document.writeln = told('document.write');
  XMLHttpRequest.prototype.open = told('XMLHttpRequest');
  navigator.sendBeacon = told('sendBeacon');
})();
"""

# What no page of ours and no text of a source may hold; pages have scripts of data, and forms of their own.
LOOK = """
(root => {
  const found = [];
  const address = /^(href|src|srcset|action|formaction|poster|data|background|cite|ping|xlink:href|to|from|values|manifest|codebase|srcdoc)$/i;
  const walk = node => {
    for (const e of node.querySelectorAll('*')) {
      const name = e.localName;
      if (/^(script|iframe|frame|frameset|object|embed|applet|base|meta|link|style|form|input|button|textarea|select|template|portal|svg|math|animate|set|video|audio|marquee|dialog|noscript)$/.test(name)
          && !window.allowed(e))
        found.push('<' + name + '>');
      for (const a of e.attributes) {
        if (/^on/i.test(a.name)) found.push(name + ' ' + a.name + '=' + a.value.slice(0, 60));
        if (address.test(a.name) && /^[\\u0000-\\u0020]*(javascript|vbscript|data|blob|file|view-source|about):/i.test(a.value.replace(/[\\t\\n\\r]/g, '')) && !window.allowed(e))
          found.push(name + ' ' + a.name + '=' + a.value.slice(0, 60));
        if (a.name === 'style' && /url|expression|import|behavior|binding|position/i.test(a.value) && !window.allowed(e))
          found.push(name + ' style=' + a.value.slice(0, 60));
      }
      if (e.shadowRoot) found.push(name + ' has a shadow root');
      if (e.content instanceof DocumentFragment) walk(e.content);
    }
  };
  walk(root);
  return found;
})
"""


class Chromium:
    """One page of one browser.  Requests go nowhere but to `hosts`; `asked` are the (url, kind) of all others, `dialogs` what was opened."""

    def __init__(self, hosts=()):
        needs.used("chromium")
        self.hosts, self.asked, self.dialogs, self.answers, self.number, self.rest = hosts, [], [], {}, 0, b""
        self.loaded = False
        to_read, to_write = os.pipe()
        from_read, from_write = os.pipe()

        def pipes():
            os.dup2(to_read, 10), os.dup2(from_write, 11)
            os.dup2(10, 3), os.dup2(11, 4)

        folder = stage.directory("chromium")
        with open(os.path.join(stage.directory("log"), "chromium.log"), "ab") as log:
            self.process = subprocess.Popen(
                ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
                 "--disable-component-update", "--ignore-certificate-errors", f"--user-data-dir={folder}", "--remote-debugging-pipe", "about:blank"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=pipes, close_fds=False, env={**os.environ, "HOME": folder})
        os.close(to_read), os.close(from_write)
        self.out, self.into = to_write, from_read
        tap.at_end.insert(0, self.stop)
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = None
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for method in ("Page.enable", "Runtime.enable"):
            self.call(method)
        self.call("Fetch.enable", patterns=[{"urlPattern": "*"}])
        # What a page forbids itself must not hide what it would run.
        self.call("Page.setBypassCSP", enabled=True)
        self.call("Page.addScriptToEvaluateOnNewDocument", source=WATCH)

    session = None

    def send(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params, **({"sessionId": self.session} if self.session else {})}
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.out, data):]
        return self.number

    def read(self, seconds):
        """Takes what the browser says next."""
        if not select.select([self.into], [], [], seconds)[0]:
            return
        data = os.read(self.into, 1 << 20)
        if not data:
            tap.bail("chromium ended")
        *messages, self.rest = (self.rest + data).split(b"\0")
        for message in map(json.loads, messages):
            self.take(message)

    def take(self, message):
        params = message.get("params", {})
        match message.get("method"):
            case None:
                self.answers[message["id"]] = message
            case "Fetch.requestPaused":
                self.paused(params)
            case "Page.javascriptDialogOpening":
                self.dialogs.append(params["message"])
                self.send("Page.handleJavaScriptDialog", accept=True)
            case "Page.loadEventFired":
                self.loaded = True

    def paused(self, params):
        url = params["request"]["url"]
        if urllib.parse.urlsplit(url).hostname in self.hosts:
            self.send("Fetch.continueRequest", requestId=params["requestId"])
            return
        self.asked.append((url, params["resourceType"]))
        self.send("Fetch.failRequest", requestId=params["requestId"], errorReason="BlockedByClient")

    def wait(self, what, condition, seconds=60):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                tap.bail(f"waited in vain for chromium: {what}")
            self.read(1)

    def call(self, method, **params):
        number = self.send(method, **params)
        self.wait(method, lambda: number in self.answers)
        answer = self.answers.pop(number)
        if "error" in answer:
            tap.bail(f"{method}: {answer['error']}")
        return answer["result"]

    def evaluate(self, script):
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            tap.bail(f"chromium: {result['exceptionDetails']}"[:1000])
        return result["result"].get("value")

    def open(self, url):
        self.loaded = False
        self.asked, self.dialogs = [], []
        self.call("Page.navigate", url=url)
        self.wait(f"{url} is loaded", lambda: self.loaded)

    def ran(self):
        """What a script did on this page, if one did; two turns are given to what waits for one."""
        self.evaluate("new Promise(done => setTimeout(() => setTimeout(done, 10), 0))")
        return self.evaluate("window.ran") + [f"dialog: {text}" for text in self.dialogs]

    def found(self, root="document.body", allowed="e => false"):
        """What is in the page that should not be; allowed is a function of an element."""
        return self.evaluate(f"window.allowed = {allowed}; {LOOK}({root})")

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
