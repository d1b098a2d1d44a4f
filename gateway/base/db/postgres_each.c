#include "gateway/base/db/postgres_each.h"

static bool is_bad(const PGresult *r)
{
	ExecStatusType status = PQresultStatus(r);
	return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE;
}

/* Every statement has a result and a NULL behind it; the sync has a result alone. */
static PGresult *take_answers(PGconn *pg)
{
	PGresult *failed = NULL;
	for (bool synced = false; !synced;) {
		PGresult *r = PQgetResult(pg);
		if (!r && PQstatus(pg) != CONNECTION_OK)
			break;
		synced = PQresultStatus(r) == PGRES_PIPELINE_SYNC;
		if (!failed && is_bad(r))
			failed = r;
		else
			PQclear(r);
	}
	return failed;
}

PGresult *postgres_run_each(PGconn *pg, const char *name, const struct postgres_arguments *sets, size_t count)
{
	bool sent = PQenterPipelineMode(pg) == 1;
	for (size_t i = 0; sent && i < count; i++)
		sent = PQsendQueryPrepared(pg, name, sets[i].count, sets[i].values, sets[i].sizes, sets[i].formats, 0) == 1;
	/* The answers to what was sent are taken even when the rest could not be, or the connection would stay in pipeline mode. */
	PGresult *failed = PQpipelineSync(pg) == 1 ? take_answers(pg) : NULL;
	PQexitPipelineMode(pg);
	return !sent && !failed ? PQmakeEmptyPGresult(pg, PGRES_FATAL_ERROR) : failed;
}
