"""needs - what a test wants of others, and the only words for what is missing.

    lab.enter(modules=["dkim"], programs=["nginx"], peers=["snac"], suites=["wordpress"])
        ends the test where one of these is missing; lab.require() does so without a stage
    if lab.available("its lists of feeds", programs=["newsboat"]):
        guards a part of a test: one skipped result where one is missing

Modules are Python's, programs are looked for in PATH: each has its line in contrib/install-deps.  Peers are
servers by others, suites are folders in shared/suites beside the repository.

Both calls are made on every machine, and what is named in none of them may not be used (see used), so that no
test can break only where something is missing.  PENNYPOST_WITHOUT names what counts as missing although it is
here, with spaces between; `*` is everything.  skips.t tries that with each test.
"""

import importlib.util
import os
import shutil

from . import tap

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
SUITES = os.environ.get("PENNYPOST_SUITES", os.path.join(os.path.dirname(TOP), "shared", "suites"))
WITHOUT = os.environ.get("PENNYPOST_WITHOUT", "").split()

PEERS = {}  # name: a function that says why it is not here; None when it is
named = set()


def without(name):
    return name in WITHOUT or "*" in WITHOUT


def missing(modules=(), programs=(), peers=(), suites=()):
    """Says in words what of these is not here; empty when nothing is missing."""
    named.update(modules, programs, peers, suites)
    # Peers first: one may install programs.
    words = [f"not here: {name} ({why})" for name in peers if (why := peer(name))]
    absent = [name for name in programs if without(name) or not shutil.which(name)]
    absent += [f"the Python module {name}" for name in modules if without(name) or not importlib.util.find_spec(name)]
    words += [f"not installed: {', '.join(absent)} (contrib/install-deps test)"] if absent else []
    words += [f"not beside the repository: shared/suites/{name}" for name in suites
              if without(name) or not os.path.isdir(os.path.join(SUITES, name))]
    return "; ".join(words)


def peer(name):
    return "PENNYPOST_WITHOUT names it" if without(name) else PEERS[name]()


def require(*needs, **more):
    if why := missing(*needs, **more):
        tap.skip_all(why)


def available(what, **needs):
    why = missing(**needs)
    if why:
        tap.skip(why, what)
    return not why


def used(name):
    """Whoever uses one of these calls this first: a test that does not name what it needs fails everywhere."""
    if name not in named:
        raise LookupError(f"this test uses {name}: name it in lab.enter() or lab.available()")


def suite(name):
    used(name)
    return os.path.join(SUITES, name)
