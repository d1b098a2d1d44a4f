#include "feeds/text/repair.h"
#include "gateway/base/memory/mem.h"
#include "tap.h"
#include <libxml/parser.h>

static const struct { const char *in, *out; bool wrong; } cases[] = {
	/* what is fine stays, less what no reader needs */
	{ "<a>b</a>", "<a>b</a>", false },
	{ "<?xml version='1.0' encoding='x'?>\n<a b='c'/>\n", "<a b=\"c\"/>", false },
	{ "<a>x<!-- <b> & -->y<?php echo 1 ?>z</a>", "<a>xyz</a>", false },
	{ "<a><![CDATA[<b> & &nbsp; ]] > ]]></a>", "<a><![CDATA[<b> & &nbsp; ]] > ]]></a>", false },
	{ "<a>&amp;&lt;&gt;&quot;&apos;&#65;&#x42;</a>", "<a>&amp;&lt;&gt;&quot;&apos;&#65;&#66;</a>", false },
	{ "<a b='\"'>\"</a>", "<a b=\"&quot;\">&quot;</a>", false },
	{ "<a:b xmlns:a='u'/>", "<a:b xmlns:a=\"u\"/>", false },
	{ "<a>\xC2\xA0\xE2\x80\xA6\xF0\x9F\x90\x9D</a>", "<a>\xC2\xA0\xE2\x80\xA6\xF0\x9F\x90\x9D</a>", false },
	/* references */
	{ "<a>R&D & &</a>", "<a>R&amp;D &amp; &amp;</a>", true },
	{ "<a href='?a=1&b=2&copy=3'/>", "<a href=\"?a=1&amp;b=2&amp;copy=3\"/>", true },
	{ "<a>&eacute;&nbsp;&unknown;</a>", "<a>&#233;&#160;&amp;unknown;</a>", true },
	{ "<a>&#150;&#x80;</a>", "<a>&#8211;&#8364;</a>", false },
	{ "<a>&#0;&#55296;&#1114112;&#99999999999999;</a>", "<a>&#65533;&#65533;&#65533;&#65533;</a>", true },
	{ "<a>&#65 &#x; &#;</a>", "<a>&#65; &amp;#x; &amp;#;</a>", true },
	{ "<a>&#X41;</a>", "<a>&#65;</a>", true },
	{ "<a>it&acirc;&euro;&trade;s 3&#195;&#151;4&#xE2;&#x80;&#xA6; &#240;&#159;&#144;&#157;</a>", "<a>it’s 3×4… 🐝</a>", true },
	{ "<a>&Acirc;&#128;</a>", "<a>€</a>", true },
	{ "<a>&Atilde;&copy;&acirc;&euro;&acirc;</a>", "<a>&#195;&#169;&#226;&#8364;&#226;</a>", true },
	{ "<a>&#55357;&#56349; &#xD83D;&#xDC1D; &#55357; &#56349;&#55357;</a>", "<a>&#128029; &#128029; &#65533; &#65533;&#65533;</a>", true },
	{ "<!DOCTYPE a [<!ENTITY e 'x&amp;y'>]><a>&e;</a>", "<a>x&amp;y</a>", false },
	{ "<!DOCTYPE a [<!ENTITY e '<b>'> <!ENTITY f '&e;&e;'>]><a>&e;&f;</a>", "<a>&lt;b&gt;&amp;e;&amp;e;</a>", true },
	{ "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>", "<a>&amp;e;</a>", true },
	{ "<!DOCTYPE a [<!-- ]> --> <!ENTITY e \">\">]><a>&e;</a>", "<a>&gt;</a>", false },
	{ "<!doctype a><a>&eacute;</a>", "<a>&#233;</a>", false },
	/* characters */
	{ "<a>x\x01\x0By</a>", "<a>xy</a>", true },
	{ "<a><![CDATA[x\x01y]]\x02>z]]></a>", "<a><![CDATA[xy]] >z]]></a>", true },
	{ "<a><![CDATA[x]\x01]>\x02y]]></a>", "<a><![CDATA[x] ]>y]]></a>", true },
	{ "<a>\xEF\xBF\xBE" "x\xEF\xBF\xBD</a>", "<a>x\xEF\xBF\xBD</a>", true },
	{ "<a>don\xC2\x92t<![CDATA[\xC2\x96]]></a>", "<a>don’t<![CDATA[–]]></a>", false },
	{ "<a>1 < 2 <3 ]]> </a>", "<a>1 &lt; 2 &lt;3 ]]&gt; </a>", true },
	/* where it begins and ends */
	{ "\n \n<?xml version='1.0'?><rss/>", "<rss/>", true },
	{ "junk <rss>x</rss>", "<rss>x</rss>", true },
	{ "<br />\n<b>Warning</b>: no & no\n<?xml version='1.0'?>\n<rss version='2.0'/>", "<rss version=\"2.0\"/>", true },
	{ "<p>Notice</p><feed>x</feed>", "<feed>x</feed>", true },
	{ "<!-- c --><?xml version='1.0'?><rss/>", "<rss/>", true },
	{ "<a/>bye", "<a/>", true },
	{ "<a/><b/>", "<a/>", true },
	{ "<a><![CDATA[x", "<a><![CDATA[x]]></a>", true },
	{ "<a><b>x</b><c d='e", "<a><b>x</b></a>", true },
	{ "<a>x</a", "<a>x</a>", true },
	{ "<a>x<", "<a>x&lt;</a>", true },
	{ "<a><!-- never</a>", "<a> never</a>", true },
	{ "<a>x<?php y</a>", "<a>x</a>", true },
	{ "<?xml version='1.0'><a>x</a>", "<a>x</a>", true },
	{ "<?xml version='1.0'>\n<?style x?><a>x</a>", "<a>x</a>", true },
	{ "<a><b><![CDATA[x</b><c>y</c></a>", "<a><b><![CDATA[x]]></b><c>y</c></a>", true },
	{ "<a", "<a></a>", true },
	{ "", "", false },
	{ "no markup", "", true },
	/* tags */
	{ "<a><b>x</a>", "<a><b>x</b></a>", true },
	{ "<a>x</b></a>", "<a>x</a>", true },
	{ "<a><b><c>x</b>y</a>", "<a><b><c>x</c></b>y</a>", true },
	{ "<A><B>x</b><C>y</C></a>", "<A><B>x</B><C>y</C></A>", true },
	{ "<A><a>x</A></a>", "<A><a>x</a></A>", true },
	{ "<rss><item><title>a</title><item><title>b</item></rss>", "<rss><item><title>a</title></item><item><title>b</title></item></rss>", true },
	{ "<rss><title>a<link>b<item><description>c <p>d<pubDate>e</rss>",
	  "<rss><title>a</title><link>b</link><item><description>c <p>d</p></description><pubDate>e</pubDate></item></rss>", true },
	{ "<item>x<item>y<title><b>z</title></item>", "<item>x<item>y<title><b>z</b></title></item></item>", true },
	{ "<feed><entry><content><title>a</title></content></entry></feed>", "<feed><entry><content><title>a</title></content></entry></feed>", false },
	{ "<rss><item><source><title>a</title></source></item></rss>", "<rss><item><source><title>a</title></source></item></rss>", false },
	/* an element without an end tag contains nothing but what it may */
	{ "<rss><channel><title>F</title><atom:link href='a'>\n<item><title>a</title></item><item/></channel></rss>",
	  "<rss xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel><title>F</title><atom:link href=\"a\">\n</atom:link><item><title>a</title></item><item/></channel></rss>", true },
	{ "<rss><channel><list><item>a</item><item>b</item></channel></rss>", "<rss><channel><list></list><item>a</item><item>b</item></channel></rss>", true },
	{ "<rss><channel><list><cloud x='1'><item>a</item></list></channel></rss>", "<rss><channel><list><cloud x=\"1\"></cloud><item>a</item></list></channel></rss>", true },
	{ "<feed><author><name>A<title>F</title><author><email>m</author><entry>a</entry></feed>",
	  "<feed><author><name>A</name></author><title>F</title><author><email>m</email></author><entry>a</entry></feed>", true },
	{ "<rss><channel><image><url>u</url><title>t</title><ttl>1</ttl><image><url>v</url><item/></channel></rss>",
	  "<rss><channel><image><url>u</url><title>t</title></image><ttl>1</ttl><image><url>v</url></image><item/></channel></rss>", true },
	{ "<rss><item><enclosure url='u'><link>l</link><enclosure url='v'></enclosure></item></rss>",
	  "<rss><item><enclosure url=\"u\"></enclosure><link>l</link><enclosure url=\"v\"></enclosure></item></rss>", true },
	{ "<feed><entry><link href='u'><link href='v'><category term='c'><odd><id>i</id></entry></feed>",
	  "<feed><entry><link href=\"u\"></link><link href=\"v\"></link><category term=\"c\"><odd></odd></category><id>i</id></entry></feed>", true },
	{ "<feed><entry><content><div><br><details><summary>x</summary></details></div></content><id>i</id></entry></feed>",
	  "<feed><entry><content><div><br><details><summary>x</summary></details></br></div></content><id>i</id></entry></feed>", true },
	{ "<rss><item><odd><title>x</title></odd><ttl></item></rss>", "<rss><item><odd><title>x</title></odd><ttl></ttl></item></rss>", true },
	{ "<rss><CHANNEL><ITEM>a<ITEM>b</CHANNEL></rss>", "<rss><CHANNEL><ITEM>a</ITEM><ITEM>b</ITEM></CHANNEL></rss>", true },
	{ "<a b=c d e='f'g=\"h\"/>", "<a b=\"c\" d=\"d\" e=\"f\" g=\"h\"/>", true },
	{ "<a b='1' b='2'/>", "<a b=\"1\"/>", true },
	{ "<a b='<x>'/>", "<a b=\"&lt;x&gt;\"/>", false },
	{ "<a href=x/>", "<a href=\"x\"/>", true },
	{ "<a <b>x</b></a>", "<a><b>x</b></a>", true },
	{ "<a\n b = 'c' ></a >", "<a b=\"c\"></a>", false },
	{ "<dc:a dc:b='1'/>", "<dc:a xmlns:dc=\"http://purl.org/dc/elements/1.1/\" dc:b=\"1\"/>", true },
	{ "<a><x:b/><xml:c xml:d=''/></a>", "<a xmlns:x=\"urn:undeclared:x\"><x:b/><xml:c xml:d=\"\"/></a>", true },
};

/* Whatever goes in, libxml2 reads what comes out, strictly. */
static bool reads(const struct repaired *r)
{
	xmlDoc *doc = xmlReadMemory(r->text, (int)r->size, NULL, "UTF-8", XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	xmlFreeDoc(doc);
	return doc != NULL;
}

static void deep(void *t)
{
	char *deep = mem_dup(t, "");
	for (int i = 0; i < 1000; i++)
		deep = talloc_strdup_append_buffer(deep, "<a>");
	struct repaired *r = repair_xml(t, deep, strlen(deep));
	ok(reads(r) && r->wrong, "a thousand open elements are cut to what can be read");
	char *items = mem_dup(t, "<rss>");
	for (int i = 0; i < 1000; i++)
		items = talloc_strdup_append_buffer(items, "<item>");
	ok(strstr(repair_xml(t, items, strlen(items))->text, "<item></item><item></item></rss>"), "a thousand items without an end are beside each other");
	char *laughs = mem_dup(t, "<!DOCTYPE a [<!ENTITY e '0123456789012345678901234567890123456789'>]><a>");
	for (int i = 0; i < 20000; i++)
		laughs = talloc_strdup_append_buffer(laughs, "&e;");
	r = repair_xml(t, laughs, strlen(laughs));
	ok(reads(r) && r->size < 2 * strlen(laughs) + 66000, "entities add no more than they may");
	char *ands = mem_dup(t, "<a>");
	for (int i = 0; i < 50000; i++)
		ands = talloc_strdup_append_buffer(ands, "&&&&");
	r = repair_xml(t, ands, strlen(ands));
	ok(reads(r) && r->wrong, "a text that would grow too long is cut, and still closed");
}

int main(void)
{
	void *t = talloc_new(NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct repaired *r = repair_xml(t, cases[i].in, strlen(cases[i].in));
		is(r->text, cases[i].out, cases[i].in);
		ok(!!r->wrong == cases[i].wrong, cases[i].wrong ? "… and it is told" : "… which was right");
		ok(!*cases[i].out || reads(r), "… is well-formed");
	}
	deep(t);
	talloc_free(t);
	return tap_done();
}
