#!/usr/bin/python3
"""wordpress-live.t - a WordPress of today, live: all its pages are read, and each thing that its author does is followed."""

import time

import lab
from lab import eq, has, lacks, ok, wait_for

lab.enter(modules=["aiosmtpd"], programs=["nginx", "openssl"], peers=["WordPress"])
wp = lab.wordpress.WordPress()
lab.proxy({"wp.test": wp.port, "penny.test": 8080})
sink = lab.Sink(port=2525)
penny = lab.Pennypost().init(name="The Source Blog", handle="source")
penny.mail_to(sink)
penny.run("subscriber", "add", "--confirmed", "reader@mail.test")


def rows(state=0):
    return {link: (number, title, content) for number, title, content, link in
            penny.peek("SELECT id, title, content, link FROM entry WHERE state = ?", state)}


def named(title, state=0):
    """[(number, link)] of the entries of that title."""
    return [(number, link) for link, (number, known, _) in rows(state).items() if known == title]


def letters():
    return [str(mail.message["Subject"]) for mail in sink.mails]


# --- the whole archive
said = penny.run("source", "add", "https://wp.test/")
has(said, "https://wp.test/feed/", "the blog's page leads to its feed")
count = int(wp.php("echo wp_count_posts()->publish;"))
ok(count >= 62, f"the blog has {count} posts")
eq(len(rows()), count, "and all its pages are read")
hidden = wp.php("foreach ( get_posts( array( 'numberposts' => -1 ) ) as $p ) { echo get_permalink( $p ), ' '; }").split()
eq(sorted(rows()), sorted(hidden), "post by post, by their links")
eq(sink.mails, [], "nothing of it is sent")
penny.serve()

# --- a new post
time.sleep(1.1)
first, link = wp.post("Fresh from WordPress", "<p>Some <em>new</em> words.</p>")
ok(wait_for(lambda: link in rows(), 30), "a new post is an entry")
ok(wait_for(lambda: letters() == ["Fresh from WordPress"], 30), "and a letter")
has(rows()[link][2], "<em>new</em>", "with its text")

# --- an edit
wp.edit(first, "<p>Some <em>better</em> words.</p>")
ok(wait_for(lambda: "better" in rows()[link][2], 30), "an edit is a revision")
eq(len(rows()), count + 1, "of the same entry")

# --- a new slug
number = rows()[link][0]
moved = wp.rename(first, "another-address")
ok(moved.endswith("/another-address/"), "the author gives it another address")
ok(wait_for(lambda: moved in rows(), 30), "which the entry gets")
eq(named("Fresh from WordPress"), [(number, moved)], "and it is the same entry")

# --- a second post, and the first one goes
second, other = wp.post("A second one", "<p>More of it.</p>")
ok(wait_for(lambda: other in rows() and len(letters()) == 2, 30), "the next post comes in too")
wp.delete(first)
ok(wait_for(lambda: named("Fresh from WordPress", 1), 60), "a post in the trash is withdrawn, once its page was seen to be gone")
eq(named("Fresh from WordPress"), [], "from the archive")
ok(other in rows(), "and the other stays")

# --- the newest goes
wp.delete(second)
third, last = wp.post("A third one", "<p>And this.</p>")
ok(wait_for(lambda: named("A second one", 1), 60), "the newest goes as well")
ok(wait_for(lambda: last in rows(), 30), "and another comes")

# --- out of the trash again
wp.php(f"wp_untrash_post( {first} ); wp_publish_post( {first} );")
ok(wait_for(lambda: named("Fresh from WordPress"), 60), "a post that comes back is there again")
eq(named("Fresh from WordPress")[0][0], number, "as the same entry")
eq(len(rows()), count + 2, "every post of the blog is one entry")
ok(wait_for(lambda: len(letters()) == 3, 30), "three posts were new")
time.sleep(3)
eq(letters(), ["Fresh from WordPress", "A second one", "A third one"], "and made three letters: nothing else did")
eq(penny.rows("source", "list")[0][-1], "fine", "the source is fine")
lacks(penny.log(), "level=error", "and the log has no error")
lab.done()
