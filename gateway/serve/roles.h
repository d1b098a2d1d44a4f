#pragma once
/*
 * roles - the table of roles that pennypost serve runs.
 */
#include "gateway/base/role/role.h"

enum { ROLE_KINDS = 6 };
struct role_kind {
	const char *name;
	role_run *run;
	const char *(*listens)(const struct config *config); /* where its socket listens, or NULL: nowhere */
	int (*workers)(const struct config *config); /* how many processes it has; NULL: it must be alone */
	void *(*share)(void); /* makes the memory that they share, once, before the first of them starts; NULL: none */
	bool sends_mail;      /* needs the password of the mail server */
	bool polls_mailbox;   /* needs the password of mailbox { } */
	bool executes;        /* starts programs */
	bool serves;          /* takes connections */
};
extern const struct role_kind role_kinds[ROLE_KINDS];
