/* fuzz-picture - any bytes as a picture: what is read has a type and a size. */
#include "gateway/base/picture/picture_head.h"
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct picture_head head;
	if (picture_head_read(data, size, &head) &&
	    (!picture_media_type(head.type) || head.width < 1 || head.height < 1 || head.width > 65535 || head.height > 65535))
		abort();
	return 0;
}
