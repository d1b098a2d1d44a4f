#pragma once
/* html_source - the sink that writes HTML in one plain form, for gumbo. */
#include "gateway/base/html/html_sink.h"
#include <stdio.h>

struct html_source {
	struct html_sink sink;
	FILE *out;
	void *scratch; /* owns the tags that may be written again */
};

/* Foreign elements (svg, math, select, template, noscript …) come out as NAME HTML_SOURCE_MARK, which to gumbo is an
 * element like span; a mark cannot come in, as no name of a token holds one. */
#define HTML_SOURCE_MARK '!'

void html_source_begin(struct html_source *s, FILE *out, void *scratch);
