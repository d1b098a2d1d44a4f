#pragma once
/* html_gumbo - gumbo's tree of any source; html_parse asks for it where html_build stops, tests to compare the two. */
#include "gateway/base/html/html.h"

#define HTML_GUMBO_FRAGMENT "<!DOCTYPE html><html><head></head><body>"

/* before: what stands before the source, and says with that what it is a part of. */
struct html_node *html_gumbo(void *owner, const char *before, const char *source, size_t size);
