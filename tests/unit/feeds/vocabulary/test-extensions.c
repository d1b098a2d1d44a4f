/* The vocabularies that stand in feeds of every kind: what they say, as it is printed. */
#include "feeds/parse/feed_parse.h"
#include "feeds/parse/feed_json.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "tap.h"
#include <string.h>

static void *t;

static const char *const spaces =
	" xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:dcterms='http://purl.org/dc/terms/'"
	" xmlns:media='http://search.yahoo.com/mrss/' xmlns:itunes='http://www.itunes.com/DTDs/Podcast-1.0.dtd' xmlns:podcast='https://podcastindex.org/namespace/1.0'"
	" xmlns:thr='http://purl.org/syndication/thread/1.0' xmlns:wfw='http://wellformedweb.org/CommentAPI/' xmlns:slash='http://purl.org/rss/1.0/modules/slash/'"
	" xmlns:sy='http://purl.org/rss/1.0/modules/syndication/' xmlns:georss='http://www.georss.org/georss' xmlns:gml='http://www.opengis.net/gml'"
	" xmlns:geo='http://www.w3.org/2003/01/geo/wgs84_pos#' xmlns:cc='http://backend.userland.com/creativeCommonsRssModule' xmlns:psc='http://podlove.org/simple-chapters'"
	" xmlns:atom='http://www.w3.org/2005/Atom' xmlns:googleplay='http://www.google.com/schemas/play-podcasts/1.0'";

/* What is printed of a feed with these in its one item, without white space between the values. */
static const char *printed(const char *item)
{
	struct error err;
	char *text = mem_printf(t, "<rss version='2.0'%s><channel><title>x</title><link>https://a.example/</link><item>%s</item></channel></rss>", spaces, item);
	struct feed *f = feed_parse(t, text, strlen(text), "text/xml", "https://a.example/feed", &err);
	struct document *d = document_new(NULL);
	if (f)
		feed_write_json(document_out(d), f);
	char *all = document_finish(d, t);
	const char *entries = strstr(all, "\"entries\"");
	return f && entries ? text_replace(t, text_squeeze(t, entries), ": ", ":") : "";
}

static void values(void)
{
	static const struct { const char *what, *item, *want; } cases[] = {
		{ "a point", "<georss:point>45.256 -71.92</georss:point>", "\"where\":{ \"type\":\"Point\", \"coordinates\":[ -71.92, 45.256 ] }" },
		{ "a point with a comma", "<georss:point>45.5,-71.5</georss:point>", "\"coordinates\":[ -71.5, 45.5 ]" },
		{ "a line", "<georss:line>45.5 -110.5 46.5 -109.5</georss:line>", "\"LineString\", \"coordinates\":[ [ -110.5, 45.5 ], [ -109.5, 46.5 ] ]" },
		{ "a polygon", "<georss:polygon>45 -110 46 -109 43 -109 45 -110</georss:polygon>", "\"Polygon\", \"coordinates\":[ [ [ -110.0, 45.0 ]," },
		{ "a box", "<georss:box>42.5 -71.5 43.5 -69.5</georss:box>", "\"Box\", \"coordinates\":[ [ -71.5, 42.5 ], [ -69.5, 43.5 ] ]" },
		{ "a point of GML", "<georss:where><gml:Point><gml:pos>45.25 -71.5</gml:pos></gml:Point></georss:where>", "\"coordinates\":[ -71.5, 45.25 ]" },
		{ "a line of GML", "<georss:where><gml:LineString><gml:posList>45 -110 46 -109</gml:posList></gml:LineString></georss:where>", "\"LineString\"" },
		{ "a polygon of GML", "<georss:where><gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>45 -110 46 -109 43 -109 45 -110</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></georss:where>", "\"Polygon\"" },
		{ "an envelope", "<georss:where><gml:Envelope><gml:lowerCorner>42 -71</gml:lowerCorner><gml:upperCorner>43 -69</gml:upperCorner></gml:Envelope></georss:where>", "\"Box\"" },
		{ "a line of single positions", "<georss:where><gml:LineString><gml:pos>45 -110</gml:pos><gml:pos>46 -109</gml:pos></gml:LineString></georss:where>", "[ [ -110.0, 45.0 ], [ -109.0, 46.0 ] ]" },
		{ "heights left out", "<georss:where><gml:LineString><gml:posList srsDimension='3'>45 -110 9 46 -109 9</gml:posList></gml:LineString></georss:where>", "[ [ -110.0, 45.0 ], [ -109.0, 46.0 ] ]" },
		{ "a hole left out", "<georss:where><gml:Polygon><gml:interior><gml:posList>1 2 1 3 4 2 1 2</gml:posList></gml:interior><gml:exterior><gml:LinearRing><gml:posList>45 -110 46 -109 43 -109 45 -110</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></georss:where>",
		  "[ [ [ -110.0, 45.0 ], [ -109.0, 46.0 ], [ -109.0, 43.0 ], [ -110.0, 45.0 ] ] ]" },
		{ "degrees by number", "<georss:where><gml:Point srsName='urn:ogc:def:crs:EPSG::4326'><gml:pos>45.25 -71.5</gml:pos></gml:Point></georss:where>", "\"coordinates\":[ -71.5, 45.25 ]" },
		{ "how long it holds", "<dcterms:valid>start=2026-01-01; end=2026-02-01;</dcterms:valid>", "\"validity_start\":\"2026-01-01\", \"validity_end\":\"2026-02-01\"" },
		{ "latitude and longitude", "<geo:lat>45.5</geo:lat><geo:long>-71.5</geo:long>", "\"coordinates\":[ -71.5, 45.5 ]" },
		{ "in a point", "<geo:Point><geo:lat>45.5</geo:lat><geo:long>-71.5</geo:long></geo:Point>", "\"geo_lat\":\"45.5\"" },
		{ "a place by name", "<georss:featurename>Podunk</georss:featurename>", "\"georss_featurename\":\"Podunk\"" },
		{ "a person", "<podcast:person role='guest' href='/bob' img='/bob.png'>Bob</podcast:person>",
		  "\"podcast_person\":[ { \"role\":\"guest\", \"href\":\"https://a.example/bob\", \"img\":\"https://a.example/bob.png\", \"value\":\"Bob\" } ]" },
		{ "two transcripts", "<podcast:transcript url='/t.vtt' type='text/vtt'/><podcast:transcript url='/t.srt' type='application/srt'/>", "\"url\":\"https://a.example/t.srt\"" },
		{ "chapters in a file", "<podcast:chapters url='c.json' type='application/json+chapters'/>", "\"podcast_chapters\":{ \"url\":\"https://a.example/c.json\"" },
		{ "season and episode", "<podcast:season name='One'>1</podcast:season><podcast:episode>3</podcast:episode>", "\"podcast_season\":{ \"name\":\"One\", \"value\":\"1\" }, \"podcast_episode\":{ \"value\":\"3\" }" },
		{ "funding", "<podcast:funding url='https://pay.example/'>Help</podcast:funding>", "\"value\":\"Help\"" },
		{ "another form of the recording", "<podcast:alternateEnclosure type='audio/opus' length='9'><podcast:source uri='/a.opus'/></podcast:alternateEnclosure>",
		  "\"rel\":\"enclosure\", \"href\":\"https://a.example/a.opus\", \"type\":\"audio/opus\"" },
		{ "Podlove's chapters", "<psc:chapters version='1.1'><psc:chapter start='00:00:01' title='One'/><psc:chapter start='5' title='Two' href='/2'/></psc:chapters>",
		  "\"psc_chapters\":{ \"version\":\"1.1\", \"chapters\":[ { \"start\":\"00:00:01\", \"start_parsed\":1.0, \"title\":\"One\" }, { \"start\":\"5\", \"start_parsed\":5.0," },
		{ "iTunes by another name", "<googleplay:explicit>yes</googleplay:explicit>", "\"itunes_explicit\":true" },
		{ "what is answered", "<thr:in-reply-to ref='urn:1' href='https://b.example/1'/>", "\"in_reply_to\":{ \"ref\":\"urn:1\"" },
		{ "how many answers", "<thr:total>7</thr:total>", "\"thr_total\":\"7\"" },
		{ "behind which link", "<atom:link rel='replies' href='/c' thr:count='9'/>", "\"thr_count\":\"9\"" },
		{ "comments", "<wfw:comment>/c</wfw:comment><wfw:commentRss>/c.rss</wfw:commentRss><slash:comments>3</slash:comments>", "\"wfw_commentrss\":\"https://a.example/c.rss\", \"slash_comments\":\"3\"" },
		{ "misspelled", "<wfw:commentRSS>/c.rss</wfw:commentRSS>", "\"wfw_commentrss\":\"https://a.example/c.rss\"" },
		{ "Slashdot's own", "<slash:section>articles</slash:section><slash:department>not-an-ocean</slash:department>", "\"slash_section\":\"articles\", \"slash_department\":\"not-an-ocean\"" },
		{ "a licence", "<cc:license>https://creativecommons.org/licenses/by/4.0/</cc:license>", "\"rel\":\"license\", \"href\":\"https://creativecommons.org/licenses/by/4.0/\"" },
		{ "Dublin Core's", "<dcterms:license>https://l.example/</dcterms:license>", "\"rel\":\"license\"" },
		{ "terms", "<dcterms:issued>2026-01-02</dcterms:issued><dcterms:modified>2026-01-03</dcterms:modified><dcterms:created>2026-01-01</dcterms:created>",
		  "\"published\":\"2026-01-02\"" },
		{ "an abstract", "<dcterms:abstract>In short</dcterms:abstract>", "\"value\":\"In short\"" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *got = printed(cases[i].item);
		if (!ok(strstr(got, cases[i].want) != NULL, cases[i].what))
			printf("# wanted %s\n# in %s\n", cases[i].want, got);
	}
}

/* What is no place, and no end of them. */
static void refused(void)
{
	static const char *const items[] = {
		"<georss:point>45.256</georss:point>", "<georss:point>45 71 3</georss:point>", "<georss:point>91 0</georss:point>", "<georss:point>0 181</georss:point>",
		"<georss:point>nan 0</georss:point>", "<georss:point>inf 0</georss:point>", "<georss:point>0x10 0</georss:point>", "<georss:point>1e999 0</georss:point>",
		"<georss:point>45 north</georss:point>", "<georss:point></georss:point>", "<georss:line>45 -110</georss:line>", "<georss:polygon>45 -110 46 -109</georss:polygon>",
		"<georss:where><gml:Point/></georss:where>", "<geo:lat>45</geo:lat>",
		"<georss:where><gml:Point srsName='EPSG:26913'><gml:pos>33 52</gml:pos></gml:Point></georss:where>",
		"<georss:where><gml:Point srsDimension='4'><gml:pos>33 52 1 1</gml:pos></gml:Point></georss:where>",
	};
	for (size_t i = 0; i < sizeof items / sizeof *items; i++)
		ok(!strstr(printed(items[i]), "\"where\""), items[i]);
	struct document *d = document_new(NULL);
	for (int i = 0; i < 20000; i++)
		fputs("<podcast:person a='1' b='2' c='3' d='4' e='5' f='6' g='7' h='8' i='9' j='10' k='11' l='12' m='13' n='14' o='15' p='16' q='17'>x</podcast:person>", document_out(d));
	const char *got = printed(document_finish(d, t));
	ok(strstr(got, "\"p\":\"16\"") && !strstr(got, "\"q\""), "attributes have an end");
	size_t count = 0;
	for (const char *p = got; (p = strstr(p, "\"a\":\"1\"")); p++)
		count++;
	is_int((long long)count, 2000, "and so have persons");
}

int main(void)
{
	t = talloc_new(NULL);
	values();
	refused();
	talloc_free(t);
	return tap_done();
}
