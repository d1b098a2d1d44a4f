#pragma once
/*
 * nodeinfo - NodeInfo 2.0 and 2.1, and host-meta (RFC 6415).
 *
 * The host of each publication is a node of its own with one user, even when
 * the same instance serves others.
 */
#include "gateway/archive/store/publication.h"
#include "gateway/fediverse/document/jsonld.h"
#include <stdio.h>

/* The documents that /.well-known/nodeinfo points to: /nodeinfo/2.0 and /nodeinfo/2.1. */
json_t *nodeinfo_links(void *owner, const struct publication *p);
/* minor: 0 or 1.  NULL with err when db fails. */
json_t *nodeinfo_document(void *owner, struct db *db, const struct publication *p, int minor, struct error *err);
/* host-meta as XRD and as JRD, with the template for WebFinger. */
void nodeinfo_host_meta(FILE *out, const struct publication *p);
json_t *nodeinfo_host_meta_json(void *owner, const struct publication *p);
