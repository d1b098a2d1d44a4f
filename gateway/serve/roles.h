#pragma once
/*
 * roles - the table of roles that pennypost serve runs.
 */
#include "gateway/base/role/role.h"

enum { ROLE_KINDS = 5 };
struct role_kind {
	const char *name;
	role_run *run;
	bool listens; /* gets the listening socket */
	int (*workers)(const struct config *config); /* how many processes it has; NULL: it must be alone */
	void *(*share)(void); /* makes the memory that they share, once, before the first of them starts; NULL: none */
	bool sends_mail;      /* needs the password of the mail server */
	bool executes;        /* starts programs */
};
extern const struct role_kind role_kinds[ROLE_KINDS];
