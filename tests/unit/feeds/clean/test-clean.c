#include "feeds/clean/clean.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/file.h"
#include "clean_check.h"
#include "tap.h"
#include <dirent.h>
#include <jansson.h>
#include <stdlib.h>

#define BASE "https://blog.test/2026/tides/"

static char *clean(void *t, const char *html) { return clean_html(t, html, strlen(html), BASE); }

#define FILM "<p><a href=\"https://www.youtube.com/watch?v=abcdefghijk\"><img src=\"https://i.ytimg.com/vi/abcdefghijk/hqdefault.jpg\" alt=\"Video: youtube.com\"></a></p>"

static const struct { const char *what, *html, *want; } cases[] = {
	/* what stays */
	{ "plain markup", "<p>a <em>b</em> <a href=\"https://x.test/\">c</a></p>", "<p>a <em>b</em> <a href=\"https://x.test/\">c</a></p>" },
	{ "phrases alone stay phrases", "12 <b>x</b>", "12 <b>x</b>" },
	{ "old elements get new names", "<h1>a</h1><p><strike>b</strike> <tt>c</tt> <acronym title=d>e</acronym>",
	  "<h2>a</h2>\n<p><s>b</s> <code>c</code> <abbr title=\"d\">e</abbr></p>" },
	{ "attributes of lists and cells", "<ol start=3 type=a reversed><li value=4>x</li></ol><table><tr><th scope=ROW colspan=2 width=9>y",
	  "<ol start=\"3\" type=\"a\" reversed=\"\"><li value=\"4\">x</li></ol>\n"
	  "<table><tbody><tr><th scope=\"row\" colspan=\"2\">y</th></tr></tbody></table>" },
	{ "the language of code", "<pre class='wp-block-code x'><code class='hl language-c++'>a\n\n b</code></pre>",
	  "<pre><code class=\"language-c++\">a\n\n b</code></pre>" },
	{ "language and direction", "<p lang=he dir=RTL xml:lang=x onclick=y()>a", "<p lang=\"he\" dir=\"rtl\">a</p>" },
	{ "styles that mean something", "<p style='color:red;text-align:CENTER !important;position:fixed'>a", "<p style=\"text-align: center\">a</p>" },
	{ "alignment in its older forms", "<center>a</center><p align=right>b<p class=has-text-align-left>c",
	  "<p style=\"text-align: center\">a</p>\n<p style=\"text-align: right\">b</p>\n<p style=\"text-align: left\">c</p>" },
	{ "what a word processor writes for strong", "<p><b style='font-weight:normal'><span style='font-weight:700'>a</span><span style='font-weight:400'>b</span></b>",
	  "<p><strong>a</strong>b</p>" },
	/* what goes */
	{ "scripts and styles with their text", "<p>a<script>b</script><style>c</style></p><noscript>d</noscript><template>e</template>", "<p>a</p>" },
	{ "a form that asks, with its words", "<p>a</p><form><p>Type your email</p><input type=email><button>Go</button></form>", "<p>a</p>" },
	{ "but not the words that a form is put round", "<form method=post><input type=hidden name=x><p>a</p></form>", "<p>a</p>" },
	{ "what the source hides", "<p>a<span style='display: none'>b</span></p><div hidden>c</div>", "<p>a</p>" },
	{ "unknown elements leave their words", "<p><foo:bar>a</foo:bar> <blink>b</blink>", "<p>a b</p>" },
	{ "comments", "<p>a<!-- b --></p><!--[if mso]>c<![endif]-->", "<p>a</p>" },
	{ "empty elements", "<p>a</p><p>&nbsp;</p><p><b></b></p><div></div><ul><li></li></ul><p>b<i> </i>c</p>", "<p>a</p>\n<p>b c</p>" },
	/* addresses */
	{ "links are resolved", "<a href=../x>a</a> <a href='?q=1'>b</a> <img src=//c.test/d.png>",
	  "<a href=\"https://blog.test/2026/x\">a</a> <a href=\"https://blog.test/2026/tides/?q=1\">b</a> <img src=\"https://c.test/d.png\" alt=\"\">" },
	{ "mail and telephone", "<a href='mailto:a@b.test?subject=x y'>a</a><a href=TEL:+1-2>b</a>",
	  "<a href=\"mailto:a@b.test?subject=x%20y\">a</a><a href=\"tel:+1-2\">b</a>" },
	{ "no other scheme", "<a href=ftp://a.test/>a</a><a href=data:,x>b</a><a href=vbscript:x>c</a><img src=data:image/png;base64,AA alt=d>", "abc[image: d]" },
	{ "rel in known words", "<a href=/ rel='NOFOLLOW opener me'>a</a>", "<a href=\"https://blog.test/\" rel=\"nofollow me\">a</a>" },
	{ "pictures keep their size and words", "<img src=a.png width=640 height='480px' alt='A &quot;b&quot;' srcset='b 2x' loading=lazy onerror=x>",
	  "<img src=\"https://blog.test/2026/tides/a.png\" width=\"640\" height=\"480\" alt=\"A &quot;b&quot;\">" },
	/* ids */
	{ "headings keep their id, others when linked to", "<h2 id='The Sum'>a</h2><p id=x>b</p><p id=y><a href='#x'>c</a>",
	  "<h2 id=\"p-The-Sum\">a</h2>\n<p id=\"p-x\">b</p>\n<p><a href=\"#p-x\">c</a></p>" },
	{ "the page's own address is here too", "<p id=x><a href='http://blog.test/2026/tides#x'>a</a> <a href='#z'>b</a>",
	  "<p id=\"p-x\"><a href=\"#p-x\">a</a> <a href=\"https://blog.test/2026/tides/#z\">b</a></p>" },
	{ "an id is given once, and never a note's", "<h2 id=x>a</h2><h3 id=x>b</h3><h2 id=n1>c</h2><h2 id=p-notes>d</h2>",
	  "<h2 id=\"p-x\">a</h2>\n<h3>b</h3>\n<h2 id=\"p-x-n1\">c</h2>\n<h2 id=\"p-x-notes\">d</h2>" },
	{ "old anchors", "<p><a name=top></a>a <a href='#top'>b</a>", "<p><a id=\"p-top\"></a>a <a href=\"#p-top\">b</a></p>" },
	/* nesting */
	{ "emphasis around paragraphs", "<b><p>One</p><p>Two</p></b>", "<p><b>One</b></p>\n<p><b>Two</b></p>" },
	{ "emphasis around words and blocks", "<b>intro <blockquote>q</blockquote> outro</b>", "<p><b>intro </b></p>\n<blockquote><p><b>q</b></p></blockquote>\n<p><b> outro</b></p>" },
	{ "emphasis around a list, and in one", "<strong><ul><li>x <i>y</i></li></ul></strong><ul><b><li>z</li></b></ul>",
	  "<ul><li><strong>x <i>y</i></strong></li></ul>\n<ul><li><b>z</b></li></ul>" },
	{ "several of them", "<b><i><p>deep</p></i>tail</b>", "<p><b><i>deep</i></b></p>\n<p><b>tail</b></p>" },
	{ "around a table", "<em><table><tr><td>1</td><td> </td></tr></table></em>", "<table><tbody><tr><td><em>1</em></td><td></td></tr></tbody></table>" },
	{ "around headings and rules", "<em><h2>H</h2><hr>text</em>", "<h2><em>H</em></h2>\n<hr>\n<p><em>text</em></p>" },
	{ "code around pre", "<code><pre>a\n b</pre></code>", "<pre><code>a\n b</code></pre>" },
	{ "a link around blocks may stay, emphasis around it not", "<b><a href=/x><p>t</p><p>u</p></a></b>",
	  "<a href=\"https://blog.test/x\"><p><b>t</b></p><p><b>u</b></p></a>" },
	{ "an element with attributes", "<abbr title=x><p>a</p><p>b</p></abbr>", "<p><abbr title=\"x\">a</abbr></p>\n<p><abbr title=\"x\">b</abbr></p>" },
	{ "blocks in a heading", "<h2><p>One</p><div>Two <b>three</b></div></h2>", "<h2>One<br>Two <b>three</b></h2>" },
	{ "one block in a heading", "<h3><div><p>One</p></div></h3>", "<h3>One</h3>" },
	/* shape */
	{ "wrappers vanish", "<div class=entry><div><p>a</p></div><article><section><p>b</p></section></article></div>", "<p>a</p>\n<p>b</p>" },
	{ "a div of words is a paragraph", "<div>a</div><div>b<div>c</div>d</div>", "<p>a</p>\n<p>b</p>\n<p>c</p>\n<p>d</p>" },
	{ "but not inside a list item", "<ul><li><div>a</div></li></ul>", "<ul><li>a</li></ul>" },
	{ "two line breaks make a paragraph", "a<br><br>\n<br>b<br>c<p>d<br/><br/></p>", "<p>a</p>\n<p>b<br>c</p>\n<p>d</p>" },
	{ "words among blocks", "a <b>b</b><p>c</p>d", "<p>a <b>b</b></p>\n<p>c</p>\n<p>d</p>" },
	{ "a quote's words", "<blockquote>a<cite>b</cite></blockquote>", "<blockquote><p>a<cite>b</cite></p></blockquote>" },
	/* media */
	{ "emoji pictures become characters", "a <img class=wp-smiley src=https://s.w.org/images/core/emoji/15/svg/1f30a.svg alt='🌊'>", "a 🌊" },
	{ "late pictures come at once", "<img class=lazy src='data:image/gif;base64,R0' data-src=/a.png style='display:none'>",
	  "<img src=\"https://blog.test/a.png\" alt=\"\">" },
	{ "the widest that is not too wide", "<img data-lazy-srcset='/a,1.png 300w, /b.png 1200w,/c.png 4000w'>", "<img src=\"https://blog.test/b.png\" alt=\"\">" },
	{ "a picture's copy for readers without scripts", "<figure><img src='data:,' class=lazy><noscript><img src=/a.png></noscript></figure>",
	  "<figure><img src=\"https://blog.test/a.png\" alt=\"\"></figure>" },
	{ "which may be the only one", "<p>x</p><noscript><img src=/a.png></noscript>", "<p>x</p>\n<p><img src=\"https://blog.test/a.png\" alt=\"\"></p>" },
	{ "Jetpack's own mark stays away", "<img src='/a.png?w=9' data-lazy-src='/a.png?w=9&amp;is-pending-load=1' srcset='data:,'>", "<img src=\"https://blog.test/a.png?w=9\" alt=\"\">" },
	{ "Medium's blurred one goes", "<div><img class=progressiveMedia-thumbnail src=/60.png><canvas></canvas><noscript><img src=/1600.png></noscript></div>", "<p><img src=\"https://blog.test/1600.png\" alt=\"\"></p>" },
	{ "commas in addresses", "<img srcset='https://c.test/w_300,c_fit/a.png 300w, https://c.test/w_900,c_fit/a.png 900w'>", "<img src=\"https://c.test/w_900,c_fit/a.png\" alt=\"\">" },
	{ "captions of old", "<div class='wp-caption alignright' style='width:9px'><img src=/a.png alt=A><p class=wp-caption-text>b</p></div>",
	  "<figure><img src=\"https://blog.test/a.png\" alt=\"A\"><figcaption>b</figcaption></figure>" },
	{ "a gallery", "<figure class=wp-block-gallery><figure><img src=/a.png alt=A></figure>\n<figure><img src=/b.png alt=B><figcaption>c</figcaption></figure></figure>",
	  "<figure><figure><img src=\"https://blog.test/a.png\" alt=\"A\"></figure><figure><img src=\"https://blog.test/b.png\" alt=\"B\"><figcaption>c</figcaption></figure></figure>" },
	{ "what is drawn twice is there once", "<p><span class=katex><span class=katex-mathml><math alttext=y></math></span><span class=katex-html aria-hidden=true>y</span></span>", "<p><code>y</code></p>" },
	{ "code without the numbers of its lines", "<table><tr><td class='gutter linenos'><pre>1\n2</pre></td><td><pre>a\nb</pre></td></tr></table>", "<table><tbody><tr><td><pre>a\nb</pre></td></tr></tbody></table>" },
	{ "what folds", "<details><summary>a</summary><p>b</p></details>", "<details><summary>a</summary><p>b</p></details>" },
	{ "one picture of several", "<picture><source srcset='/a.webp 1x'><img src=/a.png></picture>", "<img src=\"https://blog.test/a.png\" alt=\"\">" },
	{ "pictures that count readers", "<p>a<img src=https://x.test/p.gif width=1 height=1><img src=https://pixel.wp.com/b.gif?x></p>", "<p>a</p>" },
	{ "a player becomes a link", "<figure><iframe title='The film' src='https://www.youtube-nocookie.com/embed/abc-DEF?rel=0'></iframe><figcaption>b</figcaption></figure>",
	  "<figure><a href=\"https://www.youtube.com/watch?v=abc-DEF\"><img src=\"https://i.ytimg.com/vi/abc-DEF/hqdefault.jpg\" alt=\"The film\"></a><figcaption>b</figcaption></figure>" },
	{ "as scripts and AMP write it", "<lite-youtube videoid=a1></lite-youtube><amp-vimeo data-videoid=77 title=Film></amp-vimeo><amp-img src=/a.png width=3 height=2 alt=A><noscript><img src=/a.png></noscript></amp-img>",
	  "<p><a href=\"https://www.youtube.com/watch?v=a1\"><img src=\"https://i.ytimg.com/vi/a1/hqdefault.jpg\" alt=\"Video: youtube.com\"></a></p>\n"
	  "<p><a href=\"https://vimeo.com/77\">Film</a></p>\n<p><img src=\"https://blog.test/a.png\" width=\"3\" height=\"2\" alt=\"A\"></p>" },
	{ "sound", "<iframe src='https://open.spotify.com/embed/track/5?x'></iframe><iframe src='https://w.soundcloud.com/player/?url=https%3A%2F%2Fsoundcloud.com%2Fada%2Fsong&amp;x=y'></iframe>"
	  "<iframe src='https://bandcamp.com/EmbeddedPlayer/album=1/'></iframe>",
	  "<p><a href=\"https://open.spotify.com/track/5\">Audio: open.spotify.com</a></p>\n<p><a href=\"https://soundcloud.com/ada/song\">Audio: soundcloud.com</a></p>\n"
	  "<p><a href=\"https://bandcamp.com/EmbeddedPlayer/album=1/\">Audio: bandcamp.com</a></p>" },
	{ "and what runs under any name", "<iframe src='https://tube.test/videos/embed/9c-1?a=b' title=F></iframe><iframe src='https://social.test/@ada/12/embed'></iframe>",
	  "<p><a href=\"https://tube.test/w/9c-1\">F</a></p>\n<p><a href=\"https://social.test/@ada/12\">Embedded: social.test</a></p>" },
	{ "a player whose address hides markup", "<iframe src='https://www.youtube.com/embed/a\"><b>'></iframe>",
	  "<p><a href=\"https://www.youtube.com/watch?v=a%22%3E%3Cb%3E\"><img src=\"https://i.ytimg.com/vi/a%22%3E%3Cb%3E/hqdefault.jpg\" alt=\"Video: youtube.com\"></a></p>" },
	{ "a quoted post of another blog, once", "<blockquote class=wp-embedded-content><a href=https://b.test/p/>P</a></blockquote><iframe class=wp-embedded-content src=https://b.test/p/embed/></iframe>",
	  "<blockquote><p><a href=\"https://b.test/p/\">P</a></p></blockquote>" },
	{ "a quoted toot, tweet, skeet", "<blockquote class=twitter-tweet><p lang=en>a</p>&mdash; Ada <a href=https://t.test/1>Nov</a></blockquote><script async src=x></script>",
	  "<blockquote><p lang=\"en\">a</p><p>— Ada <a href=\"https://t.test/1\">Nov</a></p></blockquote>" },
	{ "with its poster", "<video poster=/p.jpg controls><source src=/v.mp4>Your browser is old.</video>",
	  "<p><a href=\"https://blog.test/v.mp4\"><img src=\"https://blog.test/p.jpg\" alt=\"Video: blog.test\"></a></p>" },
	{ "any frame and object", "<iframe src=javascript:x></iframe><embed src=/e.swf><object data=/o.pdf>x</object><object><p>y</p></object>",
	  "<p><a href=\"https://blog.test/e.swf\">Embedded: blog.test</a></p>\n<p><a href=\"https://blog.test/o.pdf\">Embedded: blog.test</a></p>\n<p>y</p>" },
	/* what scripts would show */
	{ "a late player", "<p>Watch:</p><iframe src='about:blank' data-src='https://www.youtube.com/embed/abcdefghijk'></iframe>", "<p>Watch:</p>\n" FILM },
	{ "with the one for readers without scripts", "<div class=rll-youtube-player data-src='https://www.youtube.com/embed/abcdefghijk'></div><noscript><iframe src='https://www.youtube.com/embed/abcdefghijk'></iframe></noscript>", FILM },
	{ "which may be the only one", "<noscript><iframe src='https://www.youtube.com/embed/abcdefghijk'></iframe></noscript>", FILM },
	{ "or come first", "<noscript><iframe src='https://www.youtube.com/embed/abcdefghijk'></iframe></noscript><iframe data-lazy-src='https://www.youtube.com/embed/abcdefghijk'></iframe>", FILM },
	{ "behind a consent", "<iframe src='data:text/html,x' data-cookieblock-src='https://www.youtube.com/embed/abcdefghijk'></iframe>", FILM },
	{ "late sound and film", "<audio><source data-src=/a.mp3></audio><video data-src=/v.mp4 data-poster=/p.jpg poster=data:,></video>",
	  "<p><a href=\"https://blog.test/a.mp3\">Audio: blog.test</a></p>\n<p><a href=\"https://blog.test/v.mp4\"><img src=\"https://blog.test/p.jpg\" alt=\"Video: blog.test\"></a></p>" },
	{ "an empty element that is no player", "<p>a</p><div data-src='https://x.test/slider.json'></div>", "<p>a</p>" },
	{ "a link for readers without scripts", "<p>Vote:</p><noscript><a href='https://poll.test/1'>Take our poll</a></noscript>", "<p>Vote:</p>\n<p><a href=\"https://poll.test/1\">Take our poll</a></p>" },
	{ "with its picture", "<noscript><a href='https://poll.test/1'><img src=/a.png alt=A></a></noscript>", "<a href=\"https://poll.test/1\"><img src=\"https://blog.test/a.png\" alt=\"A\"></a>" },
	{ "but no request to switch them on", "<p>a</p><noscript>Please enable JavaScript to view the <a href='https://disqus.test/?ref_noscript'>comments.</a></noscript>", "<p>a</p>" },
	{ "code that a script fetches", "<p>Code:</p><script src='https://gist.github.com/u/abc123.js'></script><script src='https://gist.github.com/u/abc123.js?file=a.c'></script>",
	  "<p>Code:</p>\n<p><a href=\"https://gist.github.com/u/abc123\">Embedded: gist.github.com</a></p>\n<p><a href=\"https://gist.github.com/u/abc123\">Embedded: gist.github.com</a></p>" },
	{ "and other scripts go", "<p>a</p><script src='https://gist.github.com/'></script><script src='https://x.test/gist.github.com/u/1.js'></script>", "<p>a</p>" },
	{ "formulas of MathJax", "<p>We have <span class=MathJax_Preview>x2</span><script type='math/tex'>x^2</script> here, <script type='math/tex; mode=display'>y</script></p>",
	  "<p>We have <code>x^2</code> here, <code>y</code></p>" },
	/* addresses that stand for an embed */
	{ "WordPress's block", "<figure class='wp-block-embed is-provider-youtube'><div class='wp-block-embed__wrapper'>\nhttps://www.youtube.com/watch?v=abcdefghijk\n</div><figcaption>A film</figcaption></figure>",
	  "<figure><a href=\"https://www.youtube.com/watch?v=abcdefghijk\"><img src=\"https://i.ytimg.com/vi/abcdefghijk/hqdefault.jpg\" alt=\"Video: youtube.com\"></a><figcaption>A film</figcaption></figure>" },
	{ "of any kind", "<figure class='wp-block-embed'><div class='wp-block-embed__wrapper'>https://x.test/p/1</div></figure>", "<figure><a href=\"https://x.test/p/1\">Embedded: x.test</a></figure>" },
	{ "a film's address alone", "<p>https://youtu.be/abcdefghijk</p><p><a href='https://m.youtube.com/watch?v=abcdefghijk&amp;t=5'>https://m.youtube.com/watch?v=abcdefghijk&amp;t=5</a></p>", FILM "\n" FILM },
	{ "but not among words, nor another's", "<p>See https://youtu.be/abcdefghijk</p><p>https://x.test/</p><p><a href=https://youtu.be/abcdefghijk>the film</a></p>",
	  "<p>See https://youtu.be/abcdefghijk</p>\n<p>https://x.test/</p>\n<p><a href=\"https://youtu.be/abcdefghijk\">the film</a></p>" },
	{ "Ghost's film", "<figure class='kg-card kg-video-card' data-kg-thumbnail='https://g.test/t.jpg'><video src='https://g.test/v.mp4' poster='https://img.spacergif.org/v1/1280x720/0a/spacer.png'"
	  " style=\"background: transparent url('https://g.test/u.jpg') 50% 50% / cover no-repeat;\"></video></figure>",
	  "<figure><a href=\"https://g.test/v.mp4\"><img src=\"https://g.test/t.jpg\" alt=\"Video: g.test\"></a></figure>" },
	{ "the poster that its author chose", "<figure data-kg-thumbnail=/t.jpg data-kg-custom-thumbnail=/c.jpg><video src=/v.mp4 poster=/spacer.gif></video></figure>",
	  "<figure><a href=\"https://blog.test/v.mp4\"><img src=\"https://blog.test/c.jpg\" alt=\"Video: blog.test\"></a></figure>" },
	{ "one that is in its style", "<video src=/v.mp4 style='background:url(/u.jpg)'></video>", "<p><a href=\"https://blog.test/v.mp4\"><img src=\"https://blog.test/u.jpg\" alt=\"Video: blog.test\"></a></p>" },
	{ "or words", "<video src=/v.mp4 poster='https://img.spacergif.org/v1/1x1/0a/spacer.png'></video>", "<p><a href=\"https://blog.test/v.mp4\">Video: blog.test</a></p>" },
	/* what is left out leaves a trace */
	{ "pictures without an address", "<p>Chart:</p><img alt='Chart of &lt;tides&gt;' width=200 src='data:image/svg+xml,x'><img alt='No src'><img alt='Of a file' src='file:///a.png'><img src=''>",
	  "<p>Chart:</p>\n<p>[image: Chart of &lt;tides&gt;][image: No src][image: Of a file]</p>" },
	{ "drawings with words", "<p><svg role=img aria-label='A chart'><path d=M0></svg></p><p><svg><title>Depth</title><text>3 m</text></svg></p><p><svg><text>3</text> <text>m</text></svg></p>",
	  "<p>[image: A chart]</p>\n<p>[image: Depth]</p>\n<p>[image: 3 m]</p>" },
	{ "but no ornaments", "<p>a<svg><title>icon</title><path></svg><svg aria-hidden=true><text>b</text></svg></p>", "<p>a</p>" },
	{ "boxes of tasks", "<ul><li><input type=checkbox checked disabled> Sail</li><li><label><input type=checkbox>Row</label></li><li><p><input type=CHECKBOX checked=''> Swim</p></li></ul><p><input type=checkbox>b</p>",
	  "<ul><li>[x] Sail</li><li>[ ] Row</li><li><p>[x] Swim</p></li></ul>\n<p>b</p>" },
	{ "but not of a form", "<p>a</p><form><ul><li><input type=checkbox> Send me more</li></ul></form>", "<p>a</p>" },
	{ "a gauge's words", "<p><meter value=.7>70 %</meter> <progress>3 of 4</progress></p>", "<p>70 % 3 of 4</p>" },
	{ "parts of a card", "<p><span class=kg-bookmark-author>Ann</span><span class=kg-bookmark-publisher>Tides</span></p><pre><span class=hljs-title>a</span><span class=hljs-name>b</span></pre>"
	  "<p><span class=c1>on</span><span class=c2>ly</span></p>", "<p>Ann Tides</p>\n<pre>ab</pre>\n<p>only</p>" },
	{ "a formula by its places", "<p><math><msup><mi>x</mi><mn>2</mn></msup><mo>+</mo><mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac></math> <math><msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup></math>"
	  " <math><msqrt><mn>2</mn></msqrt></math></p>", "<p><code>x^2 + (a + b)/2</code> <code>x_i^2</code> <code>√(2)</code></p>" },
	{ "a formula becomes its words", "<p><math alttext='x^2'><mi>x</mi></math> <math><mi>y</mi><mn>3</mn></math>", "<p><code>x^2</code> <code>y 3</code></p>" },
	/* the cut */
	{ "WordPress's cut", "<p>a</p><p><span id=more-61></span></p><p>b</p>", "<p>a</p>\n<!--more-->\n<p>b</p>" },
	{ "the cut as a comment, once", "<p>a<!--more Read on-->b</p><!--more-->", "<p>a<!--more-->b</p>" },
	{ "Ghost's, a paywall's, Blogger's", "<p>a</p><!--members-only--><p>b</p><hr class=paywall><a name='more'></a>", "<p>a</p>\n<!--more-->\n<p>b</p>\n<hr>" },
};

static void test_cases(void *t)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *once = clean(t, cases[i].html);
		is(once, cases[i].want, cases[i].what);
		is(clean(t, once), once, "and stays so");
	}
	is(clean_html(t, "<a href=/x>a</a><a href=https://b.test>b</a>", 43, NULL), "a<a href=\"https://b.test/\">b</a>", "without a base relative links go");
	is(clean_html(t, "<a href=x>a</a>", 15, "javascript:x"), "a", "so they do with a useless one");
	is(clean(t, ""), "", "nothing is nothing");
}

/* Notes in the forms that programs give them, and the one that all come to. */
#define MARK(n) "<sup><a id=\"p-r" n "\" href=\"#p-n" n "\" role=\"doc-noteref\" aria-label=\"Note " n "\">" n "</a></sup>"
#define BACK(n) "\xC2\xA0<a href=\"#p-r" n "\" role=\"doc-backlink\" aria-label=\"Back to reference " n "\">↩</a>"
#define NOTES(heading, items) \
	"<section class=\"notes\" role=\"doc-endnotes\" aria-labelledby=\"p-notes\"><h2 id=\"p-notes\">" heading "</h2><ol>" items "</ol></section>"
#define ONE "<p>a" MARK("1") " b</p>\n" NOTES("Notes", "<li id=\"p-n1\">Text <em>x</em>." BACK("1") "</li>")

static const struct { const char *what, *html, *want; } notes[] = {
	{ "WordPress", "<p>a<sup data-fn=\"8f-1\" class=\"fn\"><a href=\"#8f-1\" id=\"8f-1-link\">1</a></sup> b</p>\n<ol class=\"wp-block-footnotes\">"
	  "<li id=\"8f-1\">Text <em>x</em>. <a href=\"#8f-1-link\" aria-label=\"Jump to footnote reference 1\"><img class=\"wp-smiley\" alt=\"↩\" src=\"x\" />\xEF\xB8\x8E</a></li></ol>", ONE },
	{ "Jetpack Markdown", "<p>a<sup id=\"fnref-61-1\"><a href=\"#fn-61-1\" class=\"jetpack-footnote\" title=\"Read footnote.\">1</a></sup> b</p>"
	  "<div class=\"footnotes\"><hr /><ol><li id=\"fn-61-1\"> Text <em>x</em>. <a href=\"#fnref-61-1\" title=\"Return to main content.\">&#8617;</a></li></ol></div>", ONE },
	{ "Goldmark", "<p>a<sup id=\"fnref:1\"><a href=\"#fn:1\" class=\"footnote-ref\" role=\"doc-noteref\">1</a></sup> b</p><div class=\"footnotes\" role=\"doc-endnotes\">\n<hr>\n"
	  "<ol>\n<li id=\"fn:1\">\n<p>Text <em>x</em>.&#160;<a href=\"#fnref:1\" class=\"footnote-backref\" role=\"doc-backlink\">&#x21a9;&#xfe0e;</a></p>\n</li>\n</ol>\n</div>", ONE },
	{ "Pandoc", "<p>a<a href=\"#fn1\" class=\"footnote-ref\" id=\"fnref1\" role=\"doc-noteref\"><sup>1</sup></a> b</p><section id=\"footnotes\" class=\"footnotes\" role=\"doc-endnotes\">"
	  "<hr /><ol><li id=\"fn1\"><p>Text <em>x</em>.<a href=\"#fnref1\" class=\"footnote-back\" role=\"doc-backlink\">↩︎</a></p></li></ol></section>", ONE },
	{ "Substack", "<p>a<a class=\"footnote-anchor\" data-component-name=\"FootnoteAnchorToDOM\" id=\"footnote-anchor-1\" href=\"#footnote-1\" target=\"_self\">1</a> b</p>"
	  "<div class=\"footnote\" data-component-name=\"FootnoteToDOM\"><a id=\"footnote-1\" href=\"#footnote-anchor-1\" class=\"footnote-number\" target=\"_self\">1</a>"
	  "<div class=\"footnote-content\"><p>Text <em>x</em>.</p></div></div>", ONE },
	{ "Substack with whole addresses", "<p>a<a class=\"footnote-anchor\" id=\"footnote-anchor-1-99\" href=\"https://other.test/p/x#footnote-1-99\">1</a> b</p>"
	  "<div class=\"footnote\"><a id=\"footnote-1-99\" href=\"https://other.test/p/x#footnote-anchor-1-99\">1</a><div><p>Text <em>x</em>.</p></div></div>", ONE },
	{ "by hand, in brackets, with a heading", "<p>a[<a href=\"#_ftn1\" name=\"_ftnref1\">1</a>] b</p><hr><h3>Footnotes</h3>"
	  "<p><a name=\"_ftn1\" href=\"#_ftnref1\">[1]</a> Text <em>x</em>.</p>",
	  "<p>a" MARK("1") " b</p>\n" NOTES("Footnotes", "<li id=\"p-n1\">Text <em>x</em>." BACK("1") "</li>") },
	{ "kramdown", "<p>a<sup id=\"fnref:1\" role=\"doc-noteref\"><a href=\"#fn:1\" class=\"footnote\" rel=\"footnote\">1</a></sup> b</p>\n<div class=\"footnotes\" role=\"doc-endnotes\">\n  <ol>\n"
	  "    <li id=\"fn:1\">\n      <p>Text <em>x</em>.&nbsp;<a href=\"#fnref:1\" class=\"reversefootnote\" role=\"doc-backlink\">&#8617;</a></p>\n    </li>\n  </ol>\n</div>", ONE },
	{ "python-markdown", "<p>a<sup id=\"fnref:n\"><a class=\"footnote-ref\" href=\"#fn:n\">1</a></sup> b</p>\n<div class=\"footnote\">\n<hr />\n<ol>\n<li id=\"fn:n\">\n"
	  "<p>Text <em>x</em>.&#160;<a class=\"footnote-backref\" href=\"#fnref:n\" title=\"Jump back\">&#8617;</a></p>\n</li>\n</ol>\n</div>", ONE },
	{ "GitHub", "<p>a<sup><a href=\"#user-content-fn-1-ab\" id=\"user-content-fnref-1-ab\" data-footnote-ref=\"\" aria-describedby=\"footnote-label\">1</a></sup> b</p>\n<section data-footnotes=\"\" class=\"footnotes\">"
	  "<ol>\n<li id=\"user-content-fn-1-ab\">\n<p>Text <em>x</em>. <a href=\"#user-content-fnref-1-ab\" data-footnote-backref=\"\"><g-emoji>↩</g-emoji></a></p>\n</li>\n</ol>\n</section>", ONE },
	{ "Ghost and markdown-it", "<p>a<sup class=\"footnote-ref\"><a href=\"#fn1\" id=\"fnref1\">[1]</a></sup> b</p>\n<hr class=\"footnotes-sep\">\n<section class=\"footnotes\">\n<ol class=\"footnotes-list\">\n"
	  "<li id=\"fn1\" class=\"footnote-item\"><p>Text <em>x</em>. <a href=\"#fnref1\" class=\"footnote-backref\">↩︎</a></p>\n</li>\n</ol>\n</section>", ONE },
	{ "Asciidoctor", "<p>a<sup class=\"footnote\">[<a id=\"_footnoteref_1\" class=\"footnote\" href=\"#_footnotedef_1\">1</a>]</sup> b</p><div id=\"footnotes\"><hr>"
	  "<div class=\"footnote\" id=\"_footnotedef_1\"><a href=\"#_footnoteref_1\">1</a>. Text <em>x</em>.</div></div>", ONE },
	{ "Docutils", "<p>a<a class=\"footnote-reference\" href=\"#footnote-1\" id=\"footnote-reference-1\"><span>[</span>1<span>]</span></a> b</p><aside class=\"footnote-list\">"
	  "<aside class=\"footnote\" id=\"footnote-1\"><span class=\"label\"><span>[</span><a href=\"#footnote-reference-1\">1</a><span>]</span></span><p>Text <em>x</em>.</p></aside></aside>", ONE },
	{ "Org", "<p>a<sup><a id=\"fnr.1\" class=\"footref\" href=\"#fn.1\">1</a></sup> b</p><div id=\"footnotes\"><div class=\"footdef\"><sup><a id=\"fn.1\" class=\"footnum\" href=\"#fnr.1\">1</a></sup> "
	  "<div class=\"footpara\"><p>Text <em>x</em>.</p></div></div></div>", ONE },
	{ "a word processor", "<p>a<sup><a href=\"#ftnt1\" id=\"ftnt_ref1\">[1]</a></sup> b</p><hr><div><p><a href=\"#ftnt_ref1\" id=\"ftnt1\">[1]</a><span>&nbsp;Text <em>x</em>.</span></p></div>", ONE },
	{ "the number once more, set high", "<p>a<sup><a id=r1 href=\"#f1\">1</a></sup> b</p><p id=f1><sup>1</sup> Text <em>x</em>. <a href=\"#r1\">↩</a></p>", ONE },
	{ "Modern Footnotes, in the text", "<p>a<sup class=\"modern-footnotes-footnote\"><a href=\"javascript:void(0)\">1</a></sup><span class=\"modern-footnotes-footnote__note\">Text <em>x</em>.</span> b</p>", ONE },
	{ "beside the text", "<p>a<label for=s1 class=\"margin-toggle sidenote-number\"></label><input type=checkbox id=s1><span class=sidenote>Text <em>x</em>.</span> b</p>", ONE },
	{ "no links back, but a role", "<p>a<sup><a href=\"#x\">*</a></sup></p><section role=\"doc-endnotes\"><h2>Anmerkungen</h2><ol><li id=\"x\">b</li></ol></section>",
	  "<p>a" MARK("1") "</p>\n" NOTES("Anmerkungen", "<li id=\"p-n1\">b" BACK("1") "</li>") },
	{ "in the order of their marks, the rest behind", "<p>a<sup><a id=b1 href=#f2>2</a></sup> <sup><a id=b2 href=#f1>1</a></sup></p>"
	  "<ol class=wp-block-footnotes><li id=f1>one <a href=#b2>↩</a></li><li id=f2>two <a href=#b1>↩</a></li><li>three</li></ol>",
	  "<p>a" MARK("1") " " MARK("2") "</p>\n" NOTES("Notes", "<li id=\"p-n1\">two" BACK("1") "</li><li id=\"p-n2\">one" BACK("2") "</li><li id=\"p-n3\">three</li>") },
	{ "two marks of one note", "<p>a<sup id=r1><a href=#f>1</a></sup> b<sup id=r2><a href=#f>1</a></sup></p><ol class=footnotes><li id=f>c <a href=#r1>↩</a> <a href=#r2>↩</a></li></ol>",
	  "<p>a" MARK("1") " b<sup><a id=\"p-r1-2\" href=\"#p-n1\" role=\"doc-noteref\" aria-label=\"Note 1\">1</a></sup></p>\n"
	  NOTES("Notes", "<li id=\"p-n1\">c\xC2\xA0<a href=\"#p-r1\" role=\"doc-backlink\" aria-label=\"Back to reference 1a\">↩ᵃ</a>"
	                 "\xC2\xA0<a href=\"#p-r1-2\" role=\"doc-backlink\" aria-label=\"Back to reference 1b\">↩ᵇ</a></li>") },
	{ "a note of several paragraphs", "<p>a<sup id=r><a href=#f>1</a></sup></p><div class=footnotes><ol><li id=f><p>b</p><pre>c</pre><p><a href=#r>↩</a></p></li></ol></div>",
	  "<p>a" MARK("1") "</p>\n" NOTES("Notes", "<li id=\"p-n1\"><p>b</p><pre>c</pre><p><a href=\"#p-r1\" role=\"doc-backlink\" aria-label=\"Back to reference 1\">↩</a></p></li>") },
	{ "a table of contents is no note", "<ul><li id=t1><a href=#c1>1</a></li></ul><div id=c1><h2>One</h2><p>a <a href=#t1>top</a></p></div>",
	  "<ul><li id=\"p-t1\"><a href=\"#p-c1\">1</a></li></ul>\n<div id=\"p-c1\"><h2>One</h2><p>a <a href=\"#p-t1\">top</a></p></div>" },
	{ "a false mark gets no role", "<p><a role=doc-noteref aria-label=x href=/y>1</a></p><section class=notes role=doc-endnotes><p>z</p></section>",
	  "<p><a href=\"https://blog.test/y\">1</a></p>\n<p>z</p>" },
};

static void test_notes(void *t)
{
	for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
		char *once = clean(t, notes[i].html);
		is(once, notes[i].want, notes[i].what);
		is(clean(t, once), once, "and stays so");
	}
}

/* More notes than anybody writes stay what they were: gathered in part they would be gathered again, and again. */
static void test_many_notes(void *t)
{
	char *marks = mem_dup(t, ""), *list = mem_dup(t, "");
	for (int i = 0; i < 1100; i++) {
		marks = talloc_asprintf_append_buffer(marks, "<sup><a href=\"#f%d\" id=\"m%d\">1</a></sup>", i, i);
		list = talloc_asprintf_append_buffer(list, "<li id=\"f%d\">x <a href=\"#m%d\">b</a></li>", i, i);
	}
	char *once = clean(t, mem_printf(t, "<p>%s</p><ol class=footnotes>%s</ol>", marks, list));
	ok(strstr(once, "<li id=\"p-f1099\">x <a href=\"#p-m1099\">b</a></li></ol>") != NULL, "a thousand notes and more stay links");
	is(clean(t, once), once, "and stay so");
}

/* Ways to smuggle a script in; whatever comes out must keep the promises. */
static const char *const hostile[] = {
	"<a href='java\nscript:alert(1)'>", "<a href='&#x6A;avascript&colon;alert(1)'>", "<a href=' \x01javascript:alert(1)'>", "<a href=JaVaScRiPt&#58;alert(1)>",
	"<a href='javascript&Tab;:alert(1)'>", "<a href='//x\"onclick=alert(1)//'>", "<a href='http:javascript:alert(1)'>", "<a href='\\\\x\\javascript:'>",
	"<img src=x onerror=alert(1)>", "<img src='x' ONERROR='alert(1)' / / onload=alert(1)>", "<svg><script>alert(1)</script>", "<svg/onload=alert(1)>",
	"<math><mtext></p><style><img src=x onerror=alert(1)></style>", "<p title='</p><script>alert(1)</script>'>", "<p style='background:url(javascript:alert(1))'>",
	"<p style=\"width:expression(alert(1))\">", "<p style='text-align:center;&#0;behavior:url(x)'>", "<div style='te\\78t-align:x'>a",
	"<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "<textarea><p title='</textarea><img src=x onerror=alert(1)>'>",
	"<xmp><p title='</xmp><img src=x onerror=alert(1)>'>", "<title><p title='</title><img src=x onerror=alert(1)>'>", "<!--><img src=x onerror=alert(1)>-->",
	"<!-- --!><img src=x onerror=alert(1)>", "<![CDATA[<img src=x onerror=alert(1)>]]>", "<?x <img src=x onerror=alert(1)>?>", "</<img src=x onerror=alert(1)>",
	"<form id=x></form><button form=x formaction=javascript:alert(1)>a", "<iframe srcdoc='<script>alert(1)</script>'>", "<iframe src=' javascript:alert(1)'>",
	"<video poster=javascript:alert(1) src=javascript:alert(1)>", "<object data='data:text/html,<script>alert(1)</script>'>", "<embed src=data:text/html,x>",
	"<base href=javascript:/a/><a href=b>", "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>", "<link rel=stylesheet href=//x>",
	"<a id=location name=cookie href='#location'>", "<img name=getElementById id=body>", "<section class=notes role=doc-endnotes id=notes aria-label='x' onclick=y>a",
	"<sup><a href='#x' id=r onclick=alert(1) style='x:y'>1</a></sup><ol class=footnotes><li id=x onmouseover=alert(1)>a<a href='#r' onclick=alert(1)>b</a></li></ol>",
	"<img class=wp-smiley alt='<script>alert(1)</script>' src=x>", "<img data-src=javascript:alert(1)>", "<img srcset='javascript:alert(1) 1x'>",
	"<noscript><img src=javascript:alert(1)></noscript>", "<p id='p-n1\" onclick=x'><a href='#p-n1\" onclick=x'>a", "<table background=javascript:alert(1)><td background=x>a",
	"<a href='mailto:x\" onclick=alert(1)'>a", "<a href='tel:1\"onclick=\"alert(1)'>a", "<a href=https://x.test/`onclick=alert(1)>a", "<a href='feed:javascript:alert(1)'>a",
	"<select><template><img src=x onerror=alert(1)></template></select>", "<a href='\xE2\x80\xA8javascript:alert(1)'>a", "<a href='\xC2\xA0javascript:alert(1)'>a",
	"<b><b><b><a><table><a><svg><desc><a><table><style><img src=x onerror=alert(1)>", "<p><p><form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
	"<a href='view-source:javascript:x'>a", "<details ontoggle=alert(1) open=x>a", "<details open><summary onclick=x>a</summary>b", "<plaintext><img src=x onerror=alert(1)>",
};

static void check(void *t, const char *html, const char *what)
{
	char *once = clean(t, html);
	const char *bad = clean_check(t, once);
	if (!ok(!bad, what))
		printf("# %s in: %s\n", bad, once);
	is(clean(t, once), once, "and stays so");
}

static void test_hostile(void *t)
{
	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
		check(t, hostile[i], mem_printf(t, "harmless: %zu", i));
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check(t, cases[i].html, cases[i].what);
}

/* A paragraph that is split gives each part its attributes, but no long one. */
static void test_split(void *t)
{
	char *long_title = mem_printf(t, "%*s", 200, "x");
	is(clean(t, "<p title=t>a<br><br>b</p>"), "<p title=\"t\">a</p>\n<p title=\"t\">b</p>", "both have a short title");
	is(clean(t, mem_printf(t, "<p title='%s' lang=cy>a<br><br>b<br><br>c</p>", long_title)),
	   mem_printf(t, "<p lang=\"cy\">a</p>\n<p lang=\"cy\">b</p>\n<p title=\"%s\" lang=\"cy\">c</p>", long_title), "one has a long one");
}

/* More tags than are read: the rest is words, not run together, and markup that is never closed takes nothing with it. */
static void test_too_many_tags(void *t)
{
	struct document *d = document_new(t);
	fputs("<table>", document_out(d));
	for (int i = 0; i < 60000; i++)
		fputs("<td>x", document_out(d));
	fputs("<p>The <b>last</b> of<script>words</script> it.<style>none", document_out(d));
	char *cleaned = clean(t, document_finish(d, t));
	ok(strncmp(cleaned, "<table>", 7) == 0, "so many cells are a table");
	const char *end = strstr(cleaned, "</table>");
	ok(end && !strstr(end, "<td") && strstr(end, " x x The last of it.</p>"), "what follows them are words");
	is(clean(t, cleaned), cleaned, "and they stay as they are");
}

static void test_suite(void *t)
{
	static const char path[] = "../shared/suites/xss/dev.json";
	if (!tap_here(path, "the payloads of the XSS suite"))
		return;
	json_t *all = json_load_file(path, 0, NULL);
	ok(json_array_size(all) > 0, "the suite has payloads");
	size_t i;
	json_t *one;
	json_array_foreach(all, i, one)
		check(t, json_string_value(json_object_get(one, "payload")), mem_printf(t, "suite %lld", json_integer_value(json_object_get(one, "n"))));
	json_decref(all);
}

/* tests/corpus/posts/NAME.html -> NAME.clean: whole posts as programs publish them. */
static void test_corpus(void *t)
{
	struct dirent **files = NULL;
	struct error err;
	int count = scandir("tests/corpus/posts", &files, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		size_t n = strlen(files[i]->d_name);
		if (n > 5 && strcmp(files[i]->d_name + n - 5, ".html") == 0) {
			struct buf *html = file_read(t, mem_printf(t, "tests/corpus/posts/%s", files[i]->d_name), 1 << 20, &err);
			struct buf *want = file_read(t, mem_printf(t, "tests/corpus/posts/%.*s.clean", (int)n - 5, files[i]->d_name), 1 << 20, &err);
			is(html ? mem_printf(t, "%s\n", clean(t, html->data)) : NULL, want ? want->data : "(no file)", files[i]->d_name);
			is(html ? clean_check(t, clean(t, html->data)) : "(no file)", NULL, "and harmless");
		}
		free(files[i]);
	}
	ok(count > 2, "there are posts to clean");
	free(files);
}

#define GIF "data:image/gif;base64,R0lGODlhCgAUAIA="
#define OWN "picture:a9b00555ab29f4b738be08d937b2a9b3948329a0f02974f9dd9014480340a02a.gif"

/* Pictures that are in the text itself. */
static void own_pictures(void *t)
{
	static const struct { const char *what, *html, *clean; size_t count; } texts[] = {
		{ "one in the text", "<p><img src='" GIF "' alt=A onload=x></p>", "<p><img src=\"" OWN "\" alt=\"A\"></p>", 1 },
		{ "the same twice", "<img src='" GIF "' alt=A><img src='" GIF "' alt=B>", "<img src=\"" OWN "\" alt=\"A\"><img src=\"" OWN "\" alt=\"B\">", 1 },
		{ "a script was to load another", "<img src='" GIF "' data-src=/a.png alt=A>", "<img src=\"https://blog.test/a.png\" alt=\"A\">", 0 },
		{ "a drawing", "<p><img src='data:image/svg+xml;base64,PHN2Zy8+' alt=A></p>", "<p>[image: A]</p>", 0 },
		{ "the address of one that is not in the text", "<p><img src='" OWN "' alt=A></p>", "<p>[image: A]</p>", 0 },
		{ "is no link", "<p><a href='" OWN "'>a</a><a href='" GIF "'>b</a></p>", "<p>ab</p>", 0 },
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct picture_list *list = picture_list_new(t);
		char *once = clean_html_pictures(t, texts[i].html, strlen(texts[i].html), BASE, list);
		is(once, texts[i].clean, texts[i].what);
		is_int((long long)list->count, (long long)texts[i].count, "… with its pictures");
		is(clean_html_pictures(t, once, strlen(once), BASE, list), once, "… which cleaning again does not change");
	}
}

int main(void)
{
	void *t = talloc_new(NULL);
	test_cases(t);
	test_notes(t);
	test_many_notes(t);
	test_hostile(t);
	test_split(t);
	test_too_many_tags(t);
	test_suite(t);
	test_corpus(t);
	own_pictures(t);
	talloc_free(t);
	return tap_done();
}
