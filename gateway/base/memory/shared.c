#include "gateway/base/memory/shared.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

void *shared_new(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p != MAP_FAILED)
		return p;
	perror("pennypost: out of memory");
	abort();
}
