#pragma once
/*
 * import_media - the pictures whose files are beside an export, in its archive or its folder.
 *
 * A post shows a picture by its address at the old server, which may be gone
 * one day; what the export has of it is kept instead.  Only files within the export are
 * read: no links, nothing above it.  What an archive has of them is
 * unpacked once, into a file without a name.
 */
#include "gateway/archive/picture/picture.h"
#include "gateway/base/text/error.h"
#include <jansson.h>

struct import_media;

struct import_media *import_media_new(void *owner);
/* The picture at address is in the export's file of that path, "media_attachments/files/1/original/x.jpg". */
void import_media_note(struct import_media *media, const char *address, const char *path);
/* Finds the noted files in the folder of the file at path. */
void import_media_in_folder(struct import_media *media, const char *path);
/* The same in an archive, in which they have prefix before their path ("export/", or ""). */
bool import_media_in_bundle(struct import_media *media, const char *path, const char *prefix, struct error *err);
/* How many of those that were noted are not there, or are no pictures that can be kept. */
size_t import_media_missing(const struct import_media *media);
/* Those of the addresses that are there, an array of owner's, with their bytes. */
struct picture *import_media_take(void *owner, const struct import_media *media, const char *const *addresses, size_t address_count, size_t *count);
