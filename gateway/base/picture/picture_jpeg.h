#pragma once
/*
 * picture_jpeg - the size of a JPEG, turned as its Exif data says.
 */
#include "gateway/base/picture/picture_bytes.h"

bool picture_jpeg(const struct picture_bytes *bytes, struct picture_head *head);
