#pragma once
/*
 * postgres_listen - what a connection hears of the commits of others.
 *
 * Whoever commits sends a notification, and the server wakes all who listen at
 * each: so a connection listens only once it is asked what was committed.
 * Included by db_postgres.c alone.
 */
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#define POSTGRES_NOTIFY "NOTIFY pennypost"
#define POSTGRES_LISTEN "LISTEN pennypost"

struct postgres_listener {
	bool listens;
	int64_t heard; /* grows with each commit of another connection */
	int64_t seen;  /* of heard, when somebody who waits last looked */
};

/* Counts the notifications that came with the answers of the server: they would pile up in a connection that is too busy to wait. */
void postgres_hear(struct postgres_listener *l, PGconn *pg);
/* Begins to listen, unless it does already, or a transaction would end that; then counts what has come. */
void postgres_listen(struct postgres_listener *l, PGconn *pg, bool in_transaction);
