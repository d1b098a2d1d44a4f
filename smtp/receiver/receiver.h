#pragma once
/*
 * receiver - who runs a mail server: what receivers count letters by.
 *
 * Thousands of domains have their mail at Google; Google counts what comes
 * to all of them together.  A receiver is the organisation that an MX host
 * belongs to, which is the domain that somebody registered.
 */
#include <stddef.h>

/* "google", "microsoft", "yahoo" and the like for hosts of those; else the registered domain of host ("mx1.mail.example.co.uk" is
 * "example.co.uk").  host in small letters.  The result is borrowed from host, or static. */
const char *receiver_of(const char *host);
