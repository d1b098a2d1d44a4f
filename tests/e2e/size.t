#!/usr/bin/python3
"""size.t - functions and files stay of a size to be read at once (contrib/size tells the limits)."""

import subprocess

import lab

lab.require(programs=["pmccabe"])
done = subprocess.run([lab.TOP + "/contrib/size"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
lab.eq(done.returncode, 0, "nothing is over the limits")
lab.diag(done.stdout + done.stderr)
lab.done()
