#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/template/template.h"
#include "tap.h"
#include <stdlib.h>

#define POSTS "{\"site\":\"Tide\",\"posts\":[{\"title\":\"One\",\"tags\":[\"a\",\"b\"]},{\"title\":\"Two\",\"tags\":[]}]}"

/* Each section of the spec in turn: what a template makes of data. */
static const struct {
	const char *what, *template, *data, *want;
} cases[] = {
	{ "nothing", "", "{}", "" },
	{ "text alone", "a {b} } c\n\nd", "{}", "a {b} } c\n\nd" },

	{ "a variable", "Dear {{name}}, hello", "{\"name\":\"Ada\"}", "Dear Ada, hello" },
	{ "escaped", "{{x}}", "{\"x\":\"<a href='\\\"'>&\"}", "&lt;a href=&#39;&quot;&#39;&gt;&amp;" },
	{ "verbatim by three braces", "{{{x}}}", "{\"x\":\"<b>&\\\"\"}", "<b>&\"" },
	{ "verbatim by ampersand", "{{&x}}", "{\"x\":\"<b>&\\\"\"}", "<b>&\"" },
	{ "padding inside", "{{ x }}{{{  x\t}}}{{& x }}", "{\"x\":1}", "111" },
	{ "a line break inside", "{{\nx\n}}", "{\"x\":1}", "1" },
	{ "white space around stays", " \t{{x}} \n {{{x}}}\n  {{&x}}\n", "{\"x\":1}", " \t1 \n 1\n  1\n" },
	{ "an integer", "{{x}}{{{x}}}{{&x}}", "{\"x\":-20}", "-20-20-20" },
	{ "a large integer", "{{x}}", "{\"x\":9007199254740993}", "9007199254740993" },
	{ "a decimal", "{{x}} {{y}}", "{\"x\":1.21,\"y\":0.1}", "1.21 0.1" },
	{ "true and false", "{{x}} {{y}}", "{\"x\":true,\"y\":false}", "true false" },
	{ "null is nothing", "({{x}}{{{x}}}{{&x}})", "{\"x\":null}", "()" },
	{ "a missing name is nothing", "({{x}}{{{x}}}{{&x}})", "{}", "()" },
	{ "an object or a list is nothing", "({{x}}{{y}})", "{\"x\":{\"z\":1},\"y\":[1]}", "()" },
	{ "UTF-8", "\xC3\xA9{{\xC3\xA9t\xC3\xA9}}", "{\"\xC3\xA9t\xC3\xA9\":\"\xE2\x98\x80\"}", "\xC3\xA9\xE2\x98\x80" },
	{ "values are not templates", "{{x}}", "{\"x\":\"{{y}}\",\"y\":1}", "{{y}}" },

	{ "dots go inward", "{{a.b.c}} {{{a.b.c}}} {{&a.b.c}}", "{\"a\":{\"b\":{\"c\":\"&\"}}}", "&amp; & &" },
	{ "a broken chain is nothing", "({{a.b.c}}{{x.y}})", "{\"a\":{}}", "()" },
	{ "a chain through null or text is nothing", "({{a.b}}{{c.d}})", "{\"a\":null,\"c\":\"text\"}", "()" },
	{ "only the first part looks outward", "({{#in}}{{a.b}}{{/in}})", "{\"in\":{\"a\":{}},\"a\":{\"b\":1},\"b\":2}", "()" },
	{ "the first part does look outward", "{{#in}}{{a.b}}{{/in}}", "{\"in\":{},\"a\":{\"b\":1}}", "1" },
	{ "null within hides what is without", "({{#in}}{{a}}{{/in}})", "{\"in\":{\"a\":null},\"a\":1}", "()" },
	{ "a key with a dot is not found by it", "({{a.b}})", "{\"a.b\":1}", "()" },

	{ "the dot of an item", "{{#x}}<{{.}}>{{/x}}", "{\"x\":[\"a\",2,3.5,true]}", "<a><2><3.5><true>" },
	{ "the dot escapes", "{{#x}}{{.}}{{{.}}}{{&.}}{{/x}}", "{\"x\":[\"<\"]}", "&lt;<<" },
	{ "the dot of all", "{{.}}", "\"<\"", "&lt;" },
	{ "a list of lists", "{{#x}}({{#.}}{{.}}{{/.}}){{/x}}", "{\"x\":[[1,2],[\"a\"],[]]}", "(12)(a)()" },
	{ "a list is all", "{{#.}}{{n}}{{/.}}", "[{\"n\":1},{\"n\":2}]", "12" },
	{ "the dot of a section over text", "{{#x}}{{.}} is {{x}}{{/x}}", "{\"x\":\"it\"}", "it is it" },

	{ "true shows", "[{{#x}}y{{/x}}]", "{\"x\":true}", "[y]" },
	{ "false does not", "[{{#x}}y{{/x}}]", "{\"x\":false}", "[]" },
	{ "nor null, nothing, zero, the empty", "[{{#a}}1{{/a}}{{#b}}2{{/b}}{{#c}}3{{/c}}{{#d}}4{{/d}}{{#e}}5{{/e}}{{#f}}6{{/f}}]",
	  "{\"a\":null,\"b\":0,\"c\":0.0,\"d\":\"\",\"e\":[]}", "[]" },
	{ "an empty object does", "[{{#x}}y{{/x}}]", "{\"x\":{}}", "[y]" },
	{ "names within an object", "{{#x}}{{a}}{{b}}{{/x}}", "{\"x\":{\"a\":1},\"a\":2,\"b\":3}", "13" },
	{ "items of a list", "{{#posts}}{{title}} of {{site}}; {{/posts}}", POSTS, "One of Tide; Two of Tide; " },
	{ "lists within lists", "{{#posts}}{{title}}:{{#tags}} {{.}}{{title}}{{/tags}}\n{{/posts}}", POSTS, "One: aOne bOne\nTwo:\n" },
	{ "a false item is an item", "{{#x}}({{.}}){{/x}}", "{\"x\":[false,0,\"\",null]}", "(false)(0)()()" },
	{ "the same section twice", "{{#x}}\n1\n{{/x}}\n2\n{{#x}}\n3\n{{/x}}\n", "{\"x\":true}", "1\n2\n3\n" },
	{ "a section in itself", "{{#x}}a{{#x}}b{{/x}}c{{/x}}", "{\"x\":true}", "abc" },
	{ "hidden with all that is in it", "a{{#x}}b{{#y}}c{{/y}}d{{/x}}e", "{\"x\":false,\"y\":true}", "ae" },
	{ "dots in a section", "{{#a.b}}{{c}}{{/a.b}}{{#a.x}}no{{/a.x}}", "{\"a\":{\"b\":{\"c\":1}}}", "1" },
	{ "padding in a section's tags", "{{# x }}y{{/ x }}", "{\"x\":1}", "y" },

	{ "inverted: false shows", "[{{^x}}n{{/x}}]", "{\"x\":false}", "[n]" },
	{ "inverted: true does not", "[{{^x}}n{{/x}}]", "{\"x\":true}", "[]" },
	{ "inverted: the missing and the empty show", "{{^a}}1{{/a}}{{^b}}2{{/b}}{{^c}}3{{/c}}{{^d.e}}4{{/d.e}}", "{\"b\":[],\"c\":null,\"d\":{}}", "1234" },
	{ "inverted: a list with items does not", "[{{^x}}n{{/x}}]", "{\"x\":[0]}", "[]" },
	{ "either or", "{{#x}}y{{/x}}{{^x}}n{{/x}}", "{\"x\":0}", "n" },
	{ "inverted within inverted", "{{^x}}a{{^x}}b{{/x}}c{{/x}}", "{}", "abc" },

	{ "a comment", "a{{! b }}c{{!d}}", "{}", "ac" },
	{ "a comment of several lines", "a {{!\n b\n c }} d", "{}", "a  d" },
	{ "a comment with a line for itself", "a\n  {{! b }}  \nc\n", "{}", "a\nc\n" },
	{ "several lines for itself", "a\n  {{! b\n b }}\nc\n", "{}", "a\nc\n" },
	{ "a comment that looks like a tag", "{{! {{x }}|{{!#y}}|{{!=}}", "{}", "||" },
	{ "a comment does not hide a name", "{{!x}}({{! x }})", "{\"!x\":1,\"! x\":2,\"x\":3}", "()" },

	{ "lines of tags alone vanish", "| a\n{{#x}}\n| b\n{{/x}}\n| c\n", "{\"x\":1}", "| a\n| b\n| c\n" },
	{ "indented ones too", "| a\n  {{#x}}\n| b\n\t{{/x}}\t\n| c\n", "{\"x\":1}", "| a\n| b\n| c\n" },
	{ "hidden ones too", "| a\n  {{^x}}\n| b\n  {{/x}}\n| c\n", "{\"x\":1}", "| a\n| c\n" },
	{ "with CR LF", "|\r\n{{#x}}\r\n{{/x}}\r\n{{! c }}\r\n|", "{\"x\":1}", "|\r\n|" },
	{ "a bare CR is no line end", "{{#x}}\r{{/x}}", "{\"x\":1}", "\r" },
	{ "at the very beginning", "  {{#x}}\n#{{/x}}\n/", "{\"x\":1}", "#\n/" },
	{ "at the very end", "#{{#x}}\n/\n  {{/x}}", "{\"x\":1}", "#\n/\n" },
	{ "two tags share a line: it stays", " {{#x}} {{! c }}\n {{/x}} {{! d }}\n", "{\"x\":1}", "  \n  \n" },
	{ "text shares a line: it stays", " {{#x}}y{{/x}}\n {{^x}}n{{/x}}\n", "{\"x\":1}", " y\n \n" },
	{ "a variable has no line for itself", "  {{x}}\n", "{}", "  \n" },
	{ "behind a comment that ends on the line", "{{! a\n b }} {{#x}}\ny\n{{/x}}\n", "{\"x\":1}", " \ny\n" },
	{ "only tabs and spaces count as blank", "\f{{#x}}\ny{{/x}}\n", "{\"x\":1}", "\f\ny\n" },

	{ "other delimiters", "{{=<% %>=}}(<%x%>{{x}})", "{\"x\":1}", "(1{{x}})" },
	{ "of one letter", "({{=[ ]=}}[x])", "{\"x\":1}", "(1)" },
	{ "and back", "{{=| |=}}|x||={{ }}=|{{x}}", "{\"x\":1}", "11" },
	{ "padding in the change", "({{=  @   @  =}}@x@)", "{\"x\":1}", "(1)" },
	{ "a line break in the change", "({{=@\n@=}}@x@)", "{\"x\":1}", "(1)" },
	{ "with a line for itself", "a\n  {{=@ @=}}  \nb@x@\n", "{\"x\":1}", "a\nb1\n" },
	{ "all kinds of tag within", "{{=<< >>=}}<<#x>><<{y}>><<&y>><<y>><<! c >><</x>><<^x>>n<</x>>", "{\"x\":1,\"y\":\"<\"}", "<<&lt;" },
	{ "inside a section", "{{#x}}{{=| |=}}|.||/x||x|", "{\"x\":1}", "11" },

	{ "a partial", "[{{>p}}]", "{\"x\":1,\"partials\":{\"p\":\"<{{x}}>\"}}", "[<1>]" },
	{ "padding in its tag", "[{{> p }}]", "{\"partials\":{\"p\":\"x\"}}", "[x]" },
	{ "one that is missing is nothing", "[{{>p}}]", "{}", "[]" },
	{ "in the middle of its caller's scope", "{{#posts}}{{>p}}{{/posts}}", "{\"posts\":[{\"t\":1},{\"t\":2}],\"partials\":{\"p\":\"({{t}})\"}}", "(1)(2)" },
	{ "a tree", "{{>p}}", "{\"n\":1,\"of\":[{\"n\":2,\"of\":[]},{\"n\":3,\"of\":[{\"n\":4,\"of\":0}]}],\"partials\":{\"p\":\"{{n}}<{{#of}}{{>p}}{{/of}}>\"}}",
	  "1<2<>3<4<>>>" },
	{ "partials in partials", "{{>p}}", "{\"partials\":{\"p\":\"a{{>q}}c\",\"q\":\"b\"}}", "abc" },
	{ "a name with dots, dashes, slashes is one name", "{{>a.b-c/d}}", "{\"partials\":{\"a.b-c/d\":\"x\"}}", "x" },
	{ "delimiters stay at home", "{{=| |=}}|>p||x|{{x}}", "{\"x\":1,\"partials\":{\"p\":\"{{x}}|x|\"}}", "1|x|1{{x}}" },
	{ "and do not come back", "{{>p}}{{x}}|x|", "{\"x\":1,\"partials\":{\"p\":\"{{=| |=}}|x|\"}}", "11|x|" },
	{ "white space around an inline one", "| {{>p}} |\n", "{\"partials\":{\"p\":\"\\t|\\t\"}}", "| \t|\t |\n" },
	{ "an inline one is not indented", "  {{x}}  {{>p}}\n", "{\"x\":1,\"partials\":{\"p\":\">\\n>\"}}", "  1  >\n>\n" },
	{ "its line end goes", "|\r\n{{>p}}\r\n|", "{\"partials\":{\"p\":\">\"}}", "|\r\n>|" },
	{ "every line is indented", "  {{>p}}\n<", "{\"partials\":{\"p\":\">\\n>\\n\"}}", "  >\n  >\n<" },
	{ "at the end too", "<\n\t{{>p}}", "{\"partials\":{\"p\":\">\\n>\"}}", "<\n\t>\n\t>" },
	{ "but not lines of values", " {{>p}}\n/", "{\"x\":\"1\\n2\",\"partials\":{\"p\":\"|\\n{{{x}}}\\n|\\n\"}}", " |\n 1\n2\n |\n/" },
	{ "nor blank lines", "  {{>p}}\n", "{\"partials\":{\"p\":\"a\\n\\nb\\r\\n\\r\\nc\\n\"}}", "  a\n\n  b\r\n\r\n  c\n" },
	{ "lines that begin with a tag", "  {{>p}}\n", "{\"x\":[1,2],\"partials\":{\"p\":\"{{#x}}{{.}}{{/x}}\\n{{#x}}\\n{{.}}\\n{{/x}}\\n\"}}", "  12\n  1\n  2\n" },
	{ "lines of tags alone leave nothing", "  {{>p}}\n|", "{\"x\":1,\"partials\":{\"p\":\"{{#x}}\\n{{! c }}\\n{{/x}}\\n\"}}", "|" },
	{ "indents add up", " {{>p}}\n", "{\"partials\":{\"p\":\"p\\n\\t{{>q}}\\n{{>q}}\\n\",\"q\":\"q\\nq\\n\"}}", " p\n \tq\n \tq\n q\n q\n" },
	{ "an inline one inside starts anew", " {{>p}}\n", "{\"partials\":{\"p\":\"p {{>q}}\\n\",\"q\":\"q\\nq\"}}", " p q\nq\n" },
};

static const struct {
	const char *template, *want;
} mistakes[] = {
	{ "a\n\n{{x", "t:3: a tag is opened and not closed with '}}'" },
	{ "{{{x}}", "t:1: a tag is opened and not closed with '}}}'" },
	{ "{{=<% %>", "t:1: a tag is opened and not closed with '=}}'" },
	{ "{{=<% %>=}}\n<%x}}", "t:2: a tag is opened and not closed with '%>'" },
	{ "{{}}", "t:1: a tag without a name" },
	{ "\n{{# }}", "t:2: a tag without a name" },
	{ "{{a b}}", "t:1: 'a b' is no name" },
	{ "{{{x}} and {{{y}}}", "t:1: 'x}} and {{{y' is no name" },
	{ "{{.a}}", "t:1: '.a' is no name: something is missing beside a dot" },
	{ "{{a.}}", "t:1: 'a.' is no name: something is missing beside a dot" },
	{ "{{a..b}}", "t:1: 'a..b' is no name: something is missing beside a dot" },
	{ "{{..}}", "t:1: '..' is no name: something is missing beside a dot" },
	{ "a\n{{#x}}\nb\n", "t:2: section 'x' is not closed" },
	{ "{{#x}}\n{{^y}}\n{{/y}}\n", "t:1: section 'x' is not closed" },
	{ "{{#x}}\n{{/y}}\n", "t:2: '/y' stands where section 'x' of line 1 is to be closed" },
	{ "{{#x}}{{#xy}}{{/x}}{{/xy}}", "t:1: '/x' stands where section 'xy' of line 1 is to be closed" },
	{ "a{{! \n\n }}\n{{/x}}", "t:4: '/x' closes a section that is not open" },
	{ "{{=x=}}", "t:1: 'x' are no delimiters: it must be two words of at most 8 bytes without '='" },
	{ "{{=a b c=}}", "t:1: 'a b c' are no delimiters: it must be two words of at most 8 bytes without '='" },
	{ "{{=a= b=}}", "t:1: 'a= b' are no delimiters: it must be two words of at most 8 bytes without '='" },
	{ "{{= =}}", "t:1: '' are no delimiters: it must be two words of at most 8 bytes without '='" },
	{ "{{=a 123456789=}}", "t:1: 'a 123456789' are no delimiters: it must be two words of at most 8 bytes without '='" },
	{ "{{<x}}{{/x}}", "t:1: '<x': inheritance is not supported" },
	{ "{{$x}}{{/x}}", "t:1: '$x': inheritance is not supported" },
	{ "{{>*x}}", "t:1: '*x': dynamic names are not supported" },
};

static char *rendered(void *t, struct template_set *set, const char *name, const json_t *data, struct error *err)
{
	struct document *d = document_new(t);
	return template_render(set, name, data, document_out(d), err) ? document_finish(d, t) : NULL;
}

static void check(const char *what, const char *template, const char *json, const char *want)
{
	void *t = talloc_new(NULL);
	struct error err;
	const char *name;
	json_t *data = json_loads(json, JSON_DECODE_ANY, NULL), *partial;
	struct template_set *set = template_set_new(t);
	bool fine = data && template_set_add(set, "main", template, TEMPLATE_HTML, &err);
	json_object_foreach(json_object_get(data, "partials"), name, partial)
		fine = fine && template_set_add(set, name, json_string_value(partial), TEMPLATE_HTML, &err);
	is(fine ? rendered(t, set, "main", data, &err) : data ? err.text : "bad JSON", want, what);
	json_decref(data);
	talloc_free(t);
}

static void check_mistakes(void)
{
	for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
		struct error err = { 0 };
		struct template_set *set = template_set_new(NULL);
		bool taken = template_set_add(set, "t", mistakes[i].template, TEMPLATE_HTML, &err);
		is(taken ? "no complaint" : err.text, mistakes[i].want, mistakes[i].want);
		ok(!taken && err.kind == ERROR_INVALID, "which is ERROR_INVALID");
		ok(!template_render(set, "t", NULL, stdout, &err) && err.kind == ERROR_NOT_FOUND, "and it is not in the set");
		talloc_free(set);
	}
}

static char *repeated(void *t, const char *before, const char *after, int times)
{
	char *text = mem_dup(t, "");
	for (int i = 0; i < times; i++)
		text = mem_printf(t, "%s%s%s", before, text, after);
	return text;
}

static void check_limits(void)
{
	void *t = talloc_new(NULL);
	struct error err;
	struct template_set *set = template_set_new(t);
	ok(template_set_add(set, "64", repeated(t, "{{#x}}", "{{/x}}", 64), TEMPLATE_HTML, &err), "64 sections deep");
	ok(!template_set_add(set, "65", repeated(t, "{{#x}}", "{{/x}}", 65), TEMPLATE_HTML, &err), "65 are too deep");
	is(err.text, "65:1: sections are nested deeper than 64", "and it says so");
	ok(template_set_add(set, "loop", "x\n{{>loop}}{{>loop}}", TEMPLATE_HTML, &err), "a template may call itself");
	ok(!rendered(t, set, "loop", NULL, &err) && err.kind == ERROR_PERMANENT, "but not for ever");
	is(err.text, "loop:2: partials are nested deeper than 64", "and it says so");
	ok(!template_set_add(set, "loop", "y", TEMPLATE_HTML, &err) && err.kind == ERROR_EXISTS, "a name is taken once");
	ok(!template_set_add(set, "long", mem_printf(t, "{{%s}}", repeated(t, "a", "", 201)), TEMPLATE_HTML, &err), "a name has 200 bytes at most");
	talloc_free(t);
}

static void check_modes(void)
{
	void *t = talloc_new(NULL);
	struct error err;
	struct template_set *set = template_set_new(t);
	json_t *data = json_pack("{ss}", "x", "<");
	ok(template_set_add(set, "page", "{{x}}{{{x}}}{{>letter}}", TEMPLATE_HTML, &err) &&
	   template_set_add(set, "letter", "{{x}}{{{x}}}{{&x}}", TEMPLATE_TEXT, &err), "a set of two modes");
	is(rendered(t, set, "letter", data, &err), "<<<", "text is not escaped");
	is(rendered(t, set, "page", data, &err), "&lt;<<<<", "a partial has its own mode");
	is(rendered(t, set, "page", NULL, &err), "", "no data at all");
	json_decref(data);
	talloc_free(t);
}

int main(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check(cases[i].what, cases[i].template, cases[i].data, cases[i].want);
	check_mistakes();
	check_limits();
	check_modes();
	return tap_done();
}
