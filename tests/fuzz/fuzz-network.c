/* fuzz-network - any text as a network and as an address: what is read is held by its own network. */
#include "gateway/base/address/network.h"
#include "gateway/base/memory/mem.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *t = talloc_new(NULL);
	char *text = mem_ndup(t, (const char *)data, size);
	struct network network;
	struct network_address address, again;
	struct error err;
	if (network_parse(text, &network, &err) && !network_holds(&network, &network.first))
		abort();
	if (network_address_parse(text, &address)) {
		network_reserved(&address);
		if (!network_address_parse(network_address_text(t, &address), &again) || memcmp(&address, &again, sizeof address) != 0)
			abort();
	}
	talloc_free(t);
	return 0;
}
