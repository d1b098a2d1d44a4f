#pragma once
/*
 * namespace_uris - the namespaces that occur in feeds: their URIs, old and misspelled ones included, and their usual prefixes.
 *
 * Knows nothing of the elements in a namespace: feeds/vocabulary/namespaces.h does.
 */

/* The usual prefix of the namespace of that URI; NULL when it is unknown.  Case, "http" or "https", "www." and a final "/" or
 * "#" do not matter. */
const char *namespace_usual_prefix(const char *uri);
/* The correct URI of the namespace with that usual prefix; NULL when the prefix is unknown. */
const char *namespace_usual_uri(const char *prefix);
