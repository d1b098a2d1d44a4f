/* What real programs write into header fields, parameters and bodies. */
#include "gateway/base/memory/mem.h"
#include "gateway/base/mime/charset.h"
#include "gateway/base/mime/encoded_word.h"
#include "gateway/base/mime/multipart.h"
#include "gateway/base/mime/transfer.h"
#include "tap.h"

static const struct {
	const char *value, *text;
} words[] = {
	{ "plain", "plain" },
	{ "", "" },
	{ "=?utf-8?q?caf=C3=A9_au_lait?=", "café au lait" },
	{ "=?utf-8?b?4LmE4LiX4Li?= =?utf-8?b?ouC4geC5hw==?=", "ไทยก็" },       /* a character cut in two */
	{ "=?utf-8?Q?=E6=BD?=\t=?UTF-8?B?rg==?=", "潮" },                       /* and between two encodings */
	{ "[SPAM]=?utf-8?B?dGlkZQ==?=high", "[SPAM]tidehigh" },                 /* touched on both sides */
	{ "=?utf-8?B?dGlkZQ?=", "tide" },                                       /* without its padding */
	{ "=?iso-8859-1?Q?G=E9rez_\"Pack\"?=", "Gérez \"Pack\"" },
	{ "=?utf-8?Q?two words?=", "two words" },                               /* a blank that must not be */
	{ "=?utf-8*en?Q?tide?=", "tide" },
	{ "=?x-unknown?Q?caf=E9?=", "café" },
	{ "=?utf-8?Q?caf=E9?=", "café" },                                       /* a wrong label */
	{ "=?iso-2022-jp?B?GyRCRCwbKEI=?=", "潮" },
	{ "=?gb2312?B?s7E=?=", "潮" },
	{ "=?utf-8?B?" "?=", "" },
	{ "a =?utf-8?B?" "?= b", "a  b" },
	{ "=?utf-8?X?abc?=", "=?utf-8?X?abc?=" },
	{ "=?utf-8?Q?open", "=?utf-8?Q?open" },
	{ "=?utf-8?Q?a=00b=0Ac?=", "a b c" },
	{ "caf\xe9", "café" },
};

static const struct {
	const char *value, *name, *text;
} parameters[] = {
	{ "text/plain; charset=utf-8", "charset", "utf-8" },
	{ "text/plain; Charset = \"utf-8\" ; x=y", "charset", "utf-8" },
	{ "text/plain; x=\"a;charset=no\"; charset=yes", "charset", "yes" },
	{ "text/plain", "charset", NULL },
	{ "attachment; filename=\"a \\\"b\\\".png\"", "filename", "a \"b\".png" },
	{ "attachment; filename*=utf-8''t%C3%ADde.png", "filename", "tíde.png" },
	{ "attachment; filename*=iso-8859-1'en'caf%E9.png", "filename", "café.png" },
	{ "attachment; filename*0=\"long\"; filename*1=\"er.png\"", "filename", "longer.png" },
	{ "attachment; filename*1*=%AD.png; filename*0*=utf-8''t%C3; filename=old.png", "filename", "t\xc3\xad.png" },
	{ "attachment; filename=\"=?utf-8?Q?t=C3=ADde?=.png\"", "filename", "tíde.png" },
	{ "attachment; filenames=no; filename=yes", "filename", "yes" },
	{ "attachment; filename*=%", "filename", "%" },
	{ "attachment; filename*0*=utf-8''%4", "filename", "%4" },
};

static const struct {
	const char *encoding, *body, *bytes;
} bodies[] = {
	{ "7bit", "a=3D", "a=3D" },
	{ "quoted-printable", "a=3Db=\nc=  \nd=\te=zz=4", "a=bcd=\te=zz=4" },
	{ "Quoted-Printable", "=e2=82=ac", "€" },
	{ "base64", "dGlk\n ZSE=\nignored", "tide!" },
	{ "BASE64", "dGlkZSE", "tide!" },
	{ "x-uuencode", "begin 644 f\n$=&ED90``\n`\nend\n", "tide" },
	{ "x-uuencode", "nothing of the kind", "nothing of the kind" },
};

static void check_parts(void *t)
{
	static const char body[] = "preamble\n--b\none\n--bb\n--b \ntwo\n--b--\n--b\nepilogue";
	static const char *const wants[] = { "one\n--bb\n", "two\n" };
	struct multipart m = { .at = body, .boundary = "b" };
	const char *part;
	size_t size, n = 0;
	while (multipart_next(&m, &part, &size) && n < 2)
		is(mem_ndup(t, part, size), wants[n++], "a part");
	is_int((long long)n, 2, "and what is behind the end is none");
	m = (struct multipart){ .at = "--b\nopen", .boundary = "b" };
	ok(multipart_next(&m, &part, &size) && size == 4 && !multipart_next(&m, &part, &size), "one that is not closed is a part");
	m = (struct multipart){ .at = "no boundary at all", .boundary = "b" };
	ok(!multipart_next(&m, &part, &size), "without a boundary there is none");
}

int main(void)
{
	void *t = talloc_new(NULL);
	size_t size;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		is(encoded_word_text(t, words[i].value), words[i].text, words[i].value);
	for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++)
		is(encoded_word_parameter(t, parameters[i].value, parameters[i].name), parameters[i].text, parameters[i].value);
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
		is(transfer_decode(t, bodies[i].body, strlen(bodies[i].body), bodies[i].encoding, &size), bodies[i].bytes, bodies[i].encoding);
	char *short_lines = mem_dup(t, "begin 644 f\n");
	for (int i = 0; i < 200; i++)
		short_lines = talloc_strdup_append(short_lines, "M\n");
	struct transfer_file file;
	short_lines = talloc_strdup_append(short_lines, "`\nend\n");
	ok(!transfer_uuencoded(t, short_lines, &file), "lines that promise more than they hold are no file");
	is(charset_text(t, "\x93tide\x94", 6, "iso-8859-1"), "“tide”", "what is called ISO 8859-1 is Windows-1252");
	is(charset_text(t, "t\0i", 3, ""), "t i", "a NUL is a blank");
	is(charset_text(t, "\xff\xfet\0i\0", 6, "utf-16"), "ti", "but not in UTF-16");
	check_parts(t);
	talloc_free(t);
	return tap_done();
}
