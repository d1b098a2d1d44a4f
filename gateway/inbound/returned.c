#include "gateway/inbound/returned.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "smtp/report/report.h"
#include <string.h>

static const enum bounce_kind kinds[] = {
	[REPORT_DEAD] = BOUNCE_DEAD, [REPORT_FULL] = BOUNCE_FULL, [REPORT_TEMPORARY] = BOUNCE_TEMPORARY, [REPORT_POLICY] = BOUNCE_POLICY,
	[REPORT_CONTENT] = BOUNCE_CONTENT, [REPORT_REJECTED] = BOUNCE_REJECTED, [REPORT_COMPLAINT] = BOUNCE_COMPLAINT,
};

/* Complaints come from feedback loops, which do not use the return path, and often take it out. */
static bool is_complaint(const struct reports *r) { return r->count && r->all[0].class == REPORT_COMPLAINT; }

/* The delivery whose token the message shows; *origin is NULL when there is none. */
static bool find_origin(void *owner, struct db *db, const struct reports *r, const char *recipient, struct bounce_origin **origin, struct error *err)
{
	const char *const places[] = { recipient ? recipient : "", r->sent_to, r->envelope_id, r->return_path, is_complaint(r) ? r->message_id : "" };
	size_t count = sizeof places / sizeof *places;
	struct error why = { 0 };
	*origin = NULL;
	for (size_t i = 0; i < count && !*origin; i++) {
		char *token = bounce_token_in(owner, places[i]);
		if (token && !(*origin = bounce_token_find(owner, db, token, i + 1 == count, &why)) && why.kind != ERROR_NOT_FOUND) {
			*err = why;
			return false;
		}
	}
	return true;
}

/* What it says of the address; *elsewhere when it names only others, that the letter was sent on to. */
static const struct report *report_on(const struct reports *r, const char *address, bool *elsewhere)
{
	*elsewhere = false;
	for (size_t i = 0; i < r->count; i++)
		if (text_same(r->all[i].recipient, address) || text_same(r->all[i].alias, address))
			return &r->all[i];
	*elsewhere = true;
	return r->count ? &r->all[0] : NULL;
}

/* NULL when it counts; else why it does not, for people. */
static const char *why_not(const struct report *report)
{
	if (!report)
		return "it is no report";
	if (report->class == REPORT_DELIVERED)
		return "it reports a success";
	if (report->class == REPORT_AUTOREPLY)
		return "it is an automatic answer";
	if (strcmp(report->action, "delayed") == 0)
		return "the letter is still tried";
	if (report->class == REPORT_COMPLAINT && (strcmp(report->feedback, "not-spam") == 0 || strcmp(report->feedback, "auth-failure") == 0))
		return "it is no complaint of a reader";
	return NULL;
}

bool returned_take(void *owner, struct db *db, const char *message, size_t size, const char *recipient, struct returned *out, struct error *err)
{
	struct bounce_origin *origin;
	bool elsewhere;
	*out = (struct returned){ .address = "", .words = "" };
	struct reports *r = reports_read(owner, message, size);
	if (!find_origin(owner, db, r, recipient, &origin, err))
		return false;
	out->ours = origin != NULL;
	out->why = "it is about no letter of ours";
	if (!origin)
		return true;
	const struct report *report = report_on(r, origin->value, &elsewhere);
	out->address = origin->value;
	out->why = why_not(report);
	if (out->why)
		return true;
	out->counts = true;
	/* The address is there, and sends what it gets to one that is not. */
	out->kind = elsewhere && report->class == REPORT_DEAD ? BOUNCE_TEMPORARY : kinds[report->class];
	out->words = out->kind == BOUNCE_COMPLAINT ? report->feedback : report->words;
	const struct bounce b = { .delivery = origin->delivery, .address = origin->address, .publication = origin->publication, .kind = out->kind,
	                          .status = report->status, .words = out->words };
	return bounce_apply(db, &b, &out->effect, err);
}
