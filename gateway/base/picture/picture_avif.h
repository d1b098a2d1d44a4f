#pragma once
/*
 * picture_avif - the size of an AVIF, turned as it says.
 */
#include "gateway/base/picture/picture_bytes.h"

bool picture_avif(const struct picture_bytes *bytes, struct picture_head *head);
