"""tap - what a test says, in the Test Anything Protocol."""

import sys
import traceback

count = 0
failed = 0
at_end = []  # called before the plan is printed; may add results


def say(line):
    print(line, flush=True)


def diag(text):
    for line in str(text).splitlines():
        say("# " + line)


def ok(good, what):
    """A result; returns whether it was good."""
    global count, failed
    count += 1
    what = " ".join(str(what).split()).replace("#", "\\#")
    say(f"{'ok' if good else 'not ok'} {count} - {what}")
    if not good:
        failed += 1
        frame = sys._getframe(1)
        while frame and frame.f_code.co_filename == __file__:
            frame = frame.f_back
        if frame:
            diag(f"at {frame.f_code.co_filename}:{frame.f_lineno}")
    return bool(good)


def eq(got, want, what):
    if not ok(got == want, what):
        diag(f"got:  {shorten(got)}\nwant: {shorten(want)}")
        return False
    return True


def has(text, part, what):
    """Is part in text (or in that list)?"""
    if not ok(part in text, what):
        diag(f"missing: {part!r}\nin: {shorten(text)}")
        return False
    return True


def lacks(text, part, what):
    if not ok(part not in text, what):
        diag(f"there, but should not be: {part!r}\nin: {shorten(text)}")
        return False
    return True


def shorten(value, most=2000):
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= most else f"{text[:most]}... ({len(text)} characters)"


def skip(why, what):
    """One result that could not be had."""
    global count
    count += 1
    say(f"ok {count} - {what} # SKIP {why}")


def skip_all(why):
    """The whole test cannot run here: says why, by name, and ends."""
    say(f"1..0 # SKIP {why}")
    sys.exit(0)


def bail(why):
    """Without this nothing that follows makes sense: one failure, and the end."""
    ok(False, why)
    done()


def done():
    """The plan, last; ends the program."""
    for step in at_end:
        step()
    say(f"1..{count}")
    sys.exit(1 if failed else 0)


def died(kind, value, trace):
    """A test that raises has failed there, and says where."""
    diag("".join(traceback.format_exception(kind, value, trace)))
    ok(False, f"the test died: {kind.__name__}: {value}")
    for step in at_end:
        try:
            step()
        except Exception as problem:
            diag(f"and while clearing up: {problem}")
    say(f"1..{count}")
