#pragma once
/*
 * advice - what an owner can mend when mail servers refuse the publication.
 */

/* A paragraph, by the status code and the words of the refusal. */
const char *advice_on(const char *status, const char *words);
