#pragma once
/*
 * phrases - the words of refusals, by what they speak of.
 *
 * Matched against text as phrases_plain leaves it.  A '*' inside a phrase
 * stands for a few words, one at its end for the rest of the word.
 */
enum topic {
	TOPIC_NONE,
	TOPIC_GONE,      /* no such recipient, from one that says so only after the message */
	TOPIC_SENDER,    /* us: our address, host, authentication, rate */
	TOPIC_FULL,
	TOPIC_CONTENT,
	TOPIC_BUSY,      /* a lookup or a server that may answer later, whatever else is said */
	TOPIC_DISABLED,  /* an account that is there and takes nothing */
	TOPIC_UNKNOWN,   /* no such recipient */
	TOPIC_HOST,      /* no such domain */
	TOPIC_TEMPORARY,
	TOPIC_REFUSED    /* by a choice of the recipient or its host */
};

/* Folded, on one line; without addresses, codes, and all of URLs but their hosts.  At most a few thousand bytes.  Belongs to owner. */
char *phrases_plain(void *owner, const char *words);
/* What plain text speaks of; status, "5.1.1" or "", decides where a phrase means something only with it. */
enum topic phrases_topic(const char *plain, const char *status);
