#include "gateway/base/system/embed.h"
#include <string.h>

const struct embed *embed_find(const char *name)
{
	for (const struct embed *e = embed_all; e->name; e++)
		if (strcmp(e->name, name) == 0)
			return e;
	return NULL;
}
