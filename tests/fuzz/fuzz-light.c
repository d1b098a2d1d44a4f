/* The lighter form of any HTML: however it is read again, nothing in it acts. */
#include "feeds/clean/clean_light.h"
#include "gateway/base/html/html.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool acts(const struct html_node *n)
{
	static const char *const elements[] = { "script", "style", "iframe", "object", "embed", "form", "input", "link", "meta", "base", "use", "animate", "set", "image",
	                                        "foreignobject", "annotation-xml", "template", "noscript", "xmp", "textarea", "select", "plaintext" };
	if (n->kind == HTML_COMMENT)
		return true;
	for (size_t i = 0; n->kind == HTML_ELEMENT && i < sizeof elements / sizeof *elements; i++)
		if (!strcasecmp(n->name, elements[i]))
			return true;
	for (size_t i = 0; i < n->attribute_count; i++) {
		const char *name = n->attributes[i].name, *value = n->attributes[i].value;
		bool address = !strcmp(name, "href") || !strcmp(name, "src") || !strcmp(name, "xlink:href") || !strcmp(name, "poster") || !strcmp(name, "cite");
		size_t scheme = strcspn(value, ":/?#\\");
		if (!strncmp(name, "on", 2) || !strcmp(name, "id") || !strcmp(name, "name") || !strcmp(name, "srcdoc") || !strcmp(name, "action"))
			return true;
		if (address && value[scheme] == ':' && strncasecmp(value, "http", 4) && strncasecmp(value, "mailto:", 7) && strncasecmp(value, "tel:", 4))
			return true;
		if (!strcmp(name, "style") && (strcasestr(value, "url(") || strpbrk(value, "\\@{}\"'<>") || strcasestr(value, "expression(")))
			return true;
	}
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!text_utf8((const char *)data, size))
		return 0;
	const char *base = size && data[0] % 2 ? "https://blog.test/a/" : NULL;
	char *light = clean_light(NULL, (const char *)data, size, base);
	if (!text_utf8(light, strlen(light)))
		abort();
	struct html_node *root = html_parse(light, light, strlen(light));
	for (const struct html_node *n = html_next(root, root); n; n = html_next(root, n))
		if (acts(n))
			abort();
	talloc_free(light);
	return 0;
}
