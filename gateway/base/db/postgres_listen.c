#include "gateway/base/db/postgres_listen.h"

void postgres_hear(struct postgres_listener *l, PGconn *pg)
{
	for (PGnotify *n; (n = PQnotifies(pg)); PQfreemem(n))
		if (n->be_pid != PQbackendPID(pg))
			l->heard++;
}

void postgres_listen(struct postgres_listener *l, PGconn *pg, bool in_transaction)
{
	/* What was committed before was not heard of. */
	l->heard += !l->listens;
	if (!l->listens && !in_transaction) {
		PGresult *r = PQexec(pg, POSTGRES_LISTEN);
		l->listens = PQresultStatus(r) == PGRES_COMMAND_OK;
		PQclear(r);
	}
	PQconsumeInput(pg);
	postgres_hear(l, pg);
}
