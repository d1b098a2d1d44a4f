/* Lists of people: what is read of each program's columns, and what becomes of the people. */
#include "gateway/base/system/file.h"
#include "gateway/base/text/legacy.h"
#include "gateway/base/text/text.h"
#include "subscribers/people/erasure.h"
#include "subscribers/people/subscriber_tag.h"
#include "subscribers/proof/proof.h"
#include "subscribers/roster/roster_export.h"
#include "subscribers/roster/roster_import.h"
#include "subscribers/roster/seen.h"
#include "unit/fixture.h"
#include <stdint.h>

static struct error err;
static char path[] = "/tmp/roster-XXXXXX";

#define MC "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,"
#define MC_NONE ",,,,,,,"

/* Each row as "[agreed] [supporter] STATE ADDRESS asked/IP confirmed/IP [tags] reason", or what is wrong with its line. */
static const struct {
	const char *what, *text;
	size_t size; /* 0: to its NUL */
	const char *format, *expect;
} lists[] = {
	{ "Mailchimp, subscribed", MC "LAST_CHANGED,LEID,EUID,NOTES,TAGS\r\nada@example.net,Ada,\"Love \"\"L\"\"\",2,2021-03-04 05:06:07,192.0.2.7,2021-03-04 05:07:00,192.0.2.8,"
	  MC_NONE "2022-01-01 00:00:00,1,e,\"two\r\nlines\",\"\"\"Editors\"\",\"\"Founding, members\"\"\"\r\nbob%40example.net,,,2,,,2021-03-04 05:07:00,192.0.2.8,"
	  MC_NONE "2022-01-01 00:00:00,1,e,,\r\n", 0, "mailchimp",
	  "agreed 0 ada@example.net asked 1614834367000 192.0.2.7 confirmed 1614834420000 192.0.2.8 [Editors][Founding, members]\n"
	  "0 bob@example.net confirmed 1614834420000 192.0.2.8\n" },
	{ "Mailchimp, unsubscribed", MC "UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER,LEID,EUID,NOTES,TAGS\n"
	  "cyd@example.net,C,,2,2021-03-04 05:06:07,192.0.2.7,,," MC_NONE "2022-02-02 01:02:03,T,9,NO_LONGER,,1,e,,\n", 0, "mailchimp",
	  "agreed 2 cyd@example.net asked 1614834367000 192.0.2.7 (unsubscribed at Mailchimp: NO_LONGER)\n" },
	{ "Mailchimp, cleaned", MC "CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID,LEID,EUID,NOTES,TAGS\ndee@example.net,D,,2,,,,," MC_NONE "2022-02-02 01:02:03,T,9,1,e,,\n", 0,
	  "mailchimp", "3 dee@example.net (cleaned at Mailchimp)\n" },
	{ "Substack, who signed up", "email,active_subscription,expiry,email_disabled,prefer_digests,created_at\nada@example.net,false,,false,false,2021-03-04T05:06:07.000Z\n"
	  "bob@example.net,true,,true,false,2021-03-04T05:06:07.000Z\ncyd@example.net,TRUE,2999-01-02T03:04:05.000Z,false,false,\ndee@example.net,true,2022-01-02T03:04:05.000Z,false,false,\n", 0,
	  "substack",
	  "0 ada@example.net asked 1614834367000 \nsupporter 2 bob@example.net asked 1614834367000  (letters are switched off at Substack)\n"
	  "supporter 0 cyd@example.net\n0 dee@example.net\n" },
	{ "Substack, who subscribes", "email,expiry,email_disabled,prefer_digests,stripe_connected_customer_id,type\nada@example.net,,false,false,cus_1,monthly\nbob@example.net,,false,false,,free\n"
	  "cyd@example.net,2022-01-02,false,false,cus_2,annual\ndee@example.net,2999-01-02,false,false,,comp\n", 0, "substack",
	  "supporter 0 ada@example.net\n0 bob@example.net\n0 cyd@example.net\nsupporter 0 dee@example.net\n" },
	{ "Ghost", "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,tiers\n"
	  "1,ada@example.net,Ada,,true,false,,2021-03-04T05:06:07.000Z,,\"a, b\",\n2,bob@example.net,,,false,,,,,,\n3,cyd@example.net,,,true,,,,2022-02-02T00:00:00Z,,\n"
	  "4,dee@example.net,,,true,false,cus_1,,,,Bronze\n5,eve@example.net,,,true,true,,,,,\n6,fay@example.net,,,true,false,cus_2,,,,\n7,gil@example.net,,,true,FALSE,,,,,\"Bronze, Gold\"\n"
	  "8,hal@example.net,,,false,,cus_3,,,,Gold\n9,ivo@example.net,,,true,false,,,,,Free\n", 0, "ghost",
	  "0 ada@example.net asked 1614834367000  [a][b]\n2 bob@example.net (letters are switched off at Ghost)\n2 cyd@example.net (ended at Ghost)\n"
	  "supporter 0 dee@example.net\nsupporter 0 eve@example.net\n0 fay@example.net\nsupporter 0 gil@example.net\nsupporter 2 hal@example.net (letters are switched off at Ghost)\n"
	  "0 ivo@example.net\n" },
	{ "listmonk, exported", "uuid,email,name,attributes,status,created_at,updated_at\nu1,ada@example.net,Ada,\"{\"\"a\"\": \"\"b,c\"\"}\",enabled,2021-03-04 05:06:07+00,x\n"
	  "u2,bob@example.net,,{},blocklisted,,\nu3,cyd@example.net,,{},disabled,,\n", 0, "listmonk",
	  "0 ada@example.net asked 1614834367000 \n3 bob@example.net (blocklisted at listmonk)\n3 cyd@example.net (disabled at listmonk)\n" },
	{ "listmonk, to import", "email,name,attributes\nada@example.net,Ada,{}\n", 0, "listmonk", "0 ada@example.net\n" },
	{ "Buttondown", "id,creation_date,email_address,notes,metadata,tags,referrer_url,secondary_id,type,source\ni,2021-03-04T05:06:07Z,ada@example.net,,{},\"[\"\"x\"\",\"\"y z\"\"]\",,1,regular,api\n"
	  "i,2021-03-04,bob@example.net,,{},[],,2,unactivated,\ni,,cyd@example.net,,{},[],,3,unsubscribed,\ni,,dee@example.net,,{},[],,4,undeliverable,\n"
	  "i,,eve@example.net,,{},[],,5,premium,\ni,,fay@example.net,,{},[],,6,gifted,\ni,,gil@example.net,,{},[],,7,churned,\ni,,hal@example.net,,{},[],,8,churning,\n"
	  "i,,ivo@example.net,,{},[],,9,past_due,\n", 0, "buttondown",
	  "0 ada@example.net asked 1614834367000  [x][y z]\n1 bob@example.net asked 1614816000000 \n2 cyd@example.net (unsubscribed at Buttondown)\n"
	  "3 dee@example.net (undeliverable at Buttondown)\nsupporter 0 eve@example.net\nsupporter 0 fay@example.net\n0 gil@example.net\nsupporter 0 hal@example.net\n0 ivo@example.net\n" },
	{ "beehiiv", "email,First Name,Last Name,status,tier,created_at,stripe_customer_id,Gold,unsubscribed_at\nada@example.net,A,,active,free,2021-03-04 05:06:07 UTC,,No,\n"
	  "bob@example.net,,,inactive,free,,,No,2022-02-02 00:00:00 UTC\ncyd@example.net,,,pending,free,,,No,\ndee@example.net,,,active,premium,,,No,\n", 0, "beehiiv",
	  "0 ada@example.net asked 1614834367000 \n2 bob@example.net (inactive at beehiiv)\n1 cyd@example.net\nsupporter 0 dee@example.net\n" },
	{ "Keila", "Email;First name;Last name;Data;Status;External ID\nada@example.net;A;;\"{\"\"a\"\": 1}\";active;\nbob@example.net;;;;unreachable;\n", 0, "keila",
	  "0 ada@example.net\n3 bob@example.net (unreachable at Keila)\n" },
	{ "Mailman's roster", "email,display_name,delivery_mode,delivery_status,role\nada@example.net,Ada,regular,enabled,member\nbob@example.net,,regular,by_bounces,member\n"
	  "cyd@example.net,,regular,by_user,member\ndee@example.net,,regular,enabled,moderator\n", 0, "mailman",
	  "0 ada@example.net\n3 bob@example.net (by_bounces at Mailman)\n2 cyd@example.net (by_user at Mailman)\n4 dee@example.net\n" },
	{ "a plain list", "ada@example.net\r\n\r\nBob B. <bob@example.net>\r\nrubbish\r\nCyd, C. <cyd@example.net>", 0, "csv",
	  "0 ada@example.net\n0 bob@example.net\n4: 'rubbish' is not a mail address\n0 cyd@example.net\n" },
	{ "names in quotes", "\"Name, X.\" <ada@example.net>\n\"bob@elsewhere.example\" <bob@example.net>\n\"cyd@example.net\"\n", 0, "csv",
	  "0 ada@example.net\n0 bob@example.net\n0 cyd@example.net\n" },
	{ "a table with semicolons and a mark", "\xEF\xBB\xBFName;E-Mail\n\"A;B\";ada@example.net\n", 0, "csv", "0 ada@example.net\n" },
	{ "a table with tabs", "mail\tname\nada@example.net\tA\n", 0, "csv", "0 ada@example.net\n" },
	{ "a line that names the separator", "sep=;\nname;email\nx,y;ada@example.net\n", 0, "csv", "0 ada@example.net\n" },
	{ "old line ends", "email\rada@example.net\rbob@example.net\r", 0, "csv", "0 ada@example.net\n0 bob@example.net\n" },
	{ "Windows-1252", "email,tags\nada@example.net,Caf\xE9 \x80\n", 0, "csv", "0 ada@example.net [Café €]\n" },
	{ "UTF-16, little end first", "\xFF\xFE""e\0m\0a\0i\0l\0\n\0\xE4\0@\0a\0.\0d\0e\0\n\0", 28, "csv", "0 ä@a.de\n" },
	{ "UTF-16, big end first, no mark", "\0e\0m\0a\0i\0l\0\n\0a\0@\0a\0.\0d\0e\0\n", 26, "csv", "0 a@a.de\n" },
	{ "a quote without an end", "email,name\nada@example.net,\"A\nbob@example.net,B\n", 0, "csv", "2: a quote in this line has no end\n0 bob@example.net\n" },
	{ "no address in a row", "email,name\n,B\n", 0, "csv", "2: there is no mail address\n" },
	{ "a column of tiers", "email,tier\nada@example.net,Supporter\nbob@example.net,paid \ncyd@example.net,gold\ndee@example.net,\n", 0, "csv",
	  "supporter 0 ada@example.net\nsupporter 0 bob@example.net\n0 cyd@example.net\n0 dee@example.net\n" },
	{ "a formula in a table", "email,tags\n'=a@example.net,'+vip\n", 0, "csv", "0 =a@example.net [+vip]\n" },
};

static void write_file(const void *data, size_t size) { fixture_must(file_write(path, data, size, 0600, &err), &err); }

static char *describe(char *all, const struct roster_row *row)
{
	if (row->wrong)
		return talloc_asprintf_append(all, "%zu: %s\n", row->line, row->wrong);
	all = talloc_asprintf_append(all, "%s%s%d %s", row->agreed ? "agreed " : "", row->tier == TIER_SUPPORTER ? "supporter " : "", (int)row->state, row->value);
	for (size_t i = 0; i < row->consent_count; i++)
		all = talloc_asprintf_append(all, " %s %lld %s", consent_event_name(row->consents[i].event), (long long)row->consents[i].time, row->consents[i].remote);
	for (size_t i = 0; i < row->tag_count; i++)
		all = talloc_asprintf_append(all, "%s[%s]", i ? "" : " ", row->tags[i]);
	return talloc_asprintf_append(all, row->reason ? " (%s)\n" : "\n", row->reason);
}

static void reading(void)
{
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		void *scratch = talloc_new(NULL);
		struct roster_row *row;
		write_file(lists[i].text, lists[i].size ? lists[i].size : strlen(lists[i].text));
		struct roster *r = roster_open(scratch, path, NULL, &err);
		char *all = talloc_strdup(scratch, "");
		while (r && roster_next(scratch, r, &row, &err) && row)
			all = describe(all, row);
		is(all, lists[i].expect, lists[i].what);
		is(r ? r->format : NULL, lists[i].format, "and is recognised");
		talloc_free(scratch);
	}
}

static const struct {
	const char *what, *text, *format, *says;
} refused[] = {
	{ "a table without addresses", "name,age\nAda,36\n", NULL, "call it 'email'" },
	{ "an empty file", "", NULL, "nothing in" },
	{ "another's JSON", "{\"a\": 1}", "csv", "export a CSV" },
	{ "an unknown format", "email\n", "excel", "mailchimp, substack" },
	{ "a table of another format", "email\na@example.net\n", "ghost", "format 'ghost'" },
};

static void refusing(void)
{
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		struct roster_row *row;
		write_file(refused[i].text, strlen(refused[i].text));
		err = (struct error){ 0 };
		struct roster *r = roster_open(NULL, path, refused[i].format, &err);
		bool fine = r && roster_next(r, r, &row, &err);
		ok(!fine && strstr(err.text, refused[i].says), refused[i].what);
		talloc_free(r);
	}
}

/* The counts of an import, as "new 2, doubled in the file 1, supporters 1". */
static char *import(struct db *db, const struct publication *p, const char *text, const struct roster_settings *settings, int64_t *id)
{
	struct roster_row **rows = NULL, *row;
	size_t count = 0;
	void *scratch = talloc_new(db);
	if (text)
		write_file(text, strlen(text));
	struct roster *r = roster_open(scratch, path, NULL, &err);
	while (r && roster_next(scratch, r, &row, &err) && row)
		*mem_push(scratch, rows, count) = row;
	struct roster_import *im = roster_import_new(scratch, db, p->id, r, settings);
	char *told = talloc_strdup(db, "");
	fixture_must(roster_import_rows(im, rows, count, &err), &err);
	for (int i = 0; i < ROSTER_OUTCOMES; i++)
		if (im->counts[i])
			told = talloc_asprintf_append(told, "%s%s %lld", *told ? ", " : "", roster_outcome_words[i], (long long)im->counts[i]);
	if (im->supporters)
		told = talloc_asprintf_append(told, ", supporters %lld", (long long)im->supporters);
	*id = im->id;
	talloc_free(scratch);
	return told;
}

static int64_t count(struct db *db, const char *sql)
{
	int64_t n = -1;
	db_get_int(db, sql, DB_NONE, &n, &err);
	return n;
}

static enum address_state state(struct db *db, const struct publication *p, const char *mail)
{
	struct address *a = address_find(db, db, p->id, ADDRESS_MAIL, mail, &err);
	return a ? a->state : (enum address_state)-1;
}

static const char three[] = "email,tags\nada@example.net,a\nBOB@example.net,\nada@EXAMPLE.net,b\nnobody\n";

static void importing(struct db *db, const struct publication *p)
{
	struct roster_settings dry = { .dry = true }, plain = { 0 }, sure = { .words = "a sheet at the fair", .tag = "fair" };
	int64_t id, changed, n;
	is(import(db, p, three, &dry, &id), "new, held 2, doubled in the file 1, invalid 1", "a dry run counts");
	is_int(count(db, "SELECT count(*) FROM address") + count(db, "SELECT count(*) FROM roster_import"), 0, "and writes nothing");
	is(import(db, p, three, &plain, &id), "new, held 2, doubled in the file 1, invalid 1", "the same import says the same");
	ok(state(db, p, "ada@example.net") == ADDRESS_HELD, "who is not known to have agreed is held");
	is(import(db, p, three, &plain, &changed), "known already 2, doubled in the file 1, invalid 1", "once more nothing is new");
	is_int(changed, 0, "and there is no second import");
	ok(subscriber_count(db, p->id, -1, &n, &err) && n == 0, "nobody counts as confirmed");
	ok(roster_import_approve(db, p->id, id, &changed, &err) && changed == 2 && state(db, p, "bob@example.net") == ADDRESS_CONFIRMED, "until the owner approves");
	ok(subscriber_count(db, p->id, -1, &n, &err) && n == 2, "then they do");
	is_int(count(db, "SELECT count(*) FROM address a JOIN consent c ON c.id = a.consent WHERE c.event = 3"), 2, "by a consent of that moment");
	ok(!roster_import_approve(db, p->id, 99, &changed, &err) && err.kind == ERROR_NOT_FOUND, "an import that is not there is told");

	struct address *ada = address_find(db, db, p->id, ADDRESS_MAIL, "ada@example.net", &err);
	ok(subscriber_leave(db, ada->id, &(struct consent){ "", "Unsubscribe" }, &err), "one leaves by herself");
	is(import(db, p, three, &sure, &changed), "known already 1, left by themselves 1, doubled in the file 1, invalid 1", "no import brings her back");
	ok(roster_import_undo(db, p->id, id, &changed, &err) && changed == 1 && state(db, p, "ada@example.net") == ADDRESS_LEFT, "undo leaves her alone");
	ok(roster_import_undo(db, p->id, id, &changed, &err) && changed == 0 && state(db, p, "bob@example.net") == (enum address_state)-1, "and removes the other");
	ok(!roster_import_undo(db, p->id, id, &changed, &err) && err.kind == ERROR_INVALID, "once");
	ok(subscriber_count(db, p->id, -1, &n, &err) && n == 0, "and the count follows");

	is(import(db, p, "email\nbob@example.net\ncyd@example.net\n", &sure, &id), "new 2", "an owner who knows how they agreed says so");
	is_int(count(db, "SELECT count(*) FROM consent WHERE event = 6 AND wording LIKE 'a sheet at the fair%'"), 2, "which is kept with each");
	struct address *bob = address_find(db, db, p->id, ADDRESS_MAIL, "bob@example.net", &err);
	ok(subscriber_tag_add(db, bob->subscriber, "vip", 0, &err), "a tag is a touch");
	ok(roster_import_undo(db, p->id, id, &changed, &err) && changed == 1 && state(db, p, "bob@example.net") == ADDRESS_CONFIRMED, "that undo respects");
}

static void ending(struct db *db, const struct publication *p)
{
	struct roster_settings sure = { .words = "x" };
	int64_t id, consent, address, n;
	static const char gone[] = MC "UNSUB_TIME,UNSUB_REASON\nold@example.net,,,,,,,," MC_NONE "2022-02-02 01:02:03,\nown@example.net,,,,,,,," MC_NONE "2022-02-02 01:02:03,\nnew@example.net,,,,,,,,"
	                           MC_NONE "2022-02-02 01:02:03,\n";
	import(db, p, "email\nold@example.net\n", &sure, &id);
	ok(proof_ask_subscription(db, p, &(struct proof_request){ "own@example.net", "/", { "192.0.2.1", "Get" }, 0 }, &err) &&
	   db_get_int(db, "SELECT id FROM address WHERE folded = 'own@example.net'", DB_NONE, &address, &err) &&
	   consent_record(db, address, CONSENT_CONFIRMED, &(struct consent){ "192.0.2.1", "Get" }, &consent, &err) && address_confirm(db, address, consent, &err), "one confirms here");
	subscriber_count(db, p->id, -1, &n, &err);
	is(import(db, p, gone, &sure, &id), "new, not to be written to 1, known, ended now 1, known already 1", "who left there");
	ok(state(db, p, "new@example.net") == ADDRESS_LEFT && state(db, p, "old@example.net") == ADDRESS_LEFT, "has left here");
	ok(state(db, p, "own@example.net") == ADDRESS_CONFIRMED, "but for one who confirmed here since");
	int64_t after;
	ok(subscriber_count(db, p->id, -1, &after, &err) && after == n - 1, "and the count follows");
	ok(!subscriber_add_confirmed(db, p->id, "new@example.net", &id, &err) && err.kind == ERROR_INVALID, "the owner cannot bring them back either");
}

/* All that is stored of people, but for ids and what a confirmation begins anew. */
static char *people(struct db *db)
{
	char *all = talloc_strdup(db, "");
	struct db_rows *rows = db_query(db, "SELECT a.value, a.state, a.confirmed, a.ended, coalesce(a.reason, ''), a.consent, a.import, (SELECT count(*) FROM consent c WHERE c.address = a.id),"
	                                    " (SELECT count(*) FROM subscriber_tag t WHERE t.subscriber = a.subscriber) FROM address a ORDER BY a.id", DB_NONE);
	while (db_next(rows))
		for (int i = 0; i < 9; i++)
			all = talloc_asprintf_append(all, i < 8 ? "%s " : "%s\n", db_column_text(rows, i));
	fixture_must(db_finish(rows, &err), &err);
	return all;
}

/* What was there before an import is so again after its undo. */
static void undoing(struct db *t)
{
	struct db *db = fixture_db(t);
	struct publication *p = fixture_publication(db, db, "https://undo.example", PUBLICATION_FREE, 0);
	struct roster_settings sure = { .words = "x", .tag = "fair" }, none = { 0 };
	int64_t first, id, changed, sum = 0, n;
	import(db, p, "email\nend@example.net\nback@example.net\n", &sure, &first);
	for (int i = 0; i < 3; i++)
		fixture_must(proof_ask_subscription(db, p, &(struct proof_request){ i ? i > 1 ? "hold@example.net" : "raise@example.net" : "touch@example.net", "/", { "192.0.2.1", "Get" }, 0 }, &err), &err);
	fixture_must(db_run(db, "UPDATE proof SET created = created - 1000", DB_NONE, &err), &err);
	char *before = people(db);
	is(import(db, p, MC "UNSUB_TIME,UNSUB_REASON\nend@example.net,,,,,,,," MC_NONE "2022-02-02 01:02:03,X\nback@example.net,,,,,,,," MC_NONE "2022-02-02 01:02:03,Y\n", &none, &id), "known, ended now 2", "one import ends two");
	struct address *back = address_find(db, db, p->id, ADDRESS_MAIL, "back@example.net", &err);
	ok(roster_import_undo(db, p->id, id, &changed, &err) && changed == 2 && roster_import_undo(db, p->id, id, &changed, &err) && changed == 0, "its undo");
	is(people(db), before, "brings them back");
	ok(subscriber_count(db, p->id, -1, &n, &err) && n == 2, "and into the count");
	import(db, p, "email,tags\nhold@example.net,a\n", &none, &id);
	ok(state(db, p, "hold@example.net") == ADDRESS_HELD && roster_import_approve(db, p->id, id, &changed, &err) && state(db, p, "hold@example.net") == ADDRESS_CONFIRMED, "one who had not confirmed is approved");
	ok(roster_import_undo(db, p->id, id, &changed, &err) && changed == 1 && roster_import_undo(db, p->id, id, &changed, &err), "the undo of that");
	is(people(db), before, "too");
	is(import(db, p, "email\nraise@example.net\ntouch@example.net\nfresh@example.net\n", &sure, &id), "new 1, known, confirmed now 2", "others are confirmed by a list");
	struct address *touch = address_find(db, db, p->id, ADDRESS_MAIL, "touch@example.net", &err);
	fixture_must(subscriber_leave(db, touch->id, &(struct consent){ "", "Unsubscribe" }, &err), &err);
	while (roster_import_undo(db, p->id, id, &changed, &err) && changed)
		sum += changed;
	ok(sum == 2 && state(db, p, "raise@example.net") == ADDRESS_PENDING && state(db, p, "fresh@example.net") == (enum address_state)-1, "and undone");
	ok(state(db, p, "touch@example.net") == ADDRESS_LEFT && count(db, "SELECT count(*) FROM roster_before") == 1, "but not who has left since");
	ok(subscriber_count(db, p->id, -1, &n, &err) && n == 2 && back, "the count follows");
	talloc_free(db);
}

static const char ghost[] = "email,subscribed_to_emails,complimentary_plan,tiers\npays@example.net,true,false,Gold\nreads@example.net,true,false,\n"
                            "known@example.net,true,true,\nleft@example.net,true,false,Gold\npays@example.net,true,false,Gold\nnolonger@example.net,false,false,Gold\n";

static bool supports(struct db *db, const struct publication *p, const char *mail)
{
	struct address *a = address_find(db, db, p->id, ADDRESS_MAIL, mail, &err);
	return a && a->tier == TIER_SUPPORTER;
}

/* Who pays elsewhere is a supporter here, whether known or new; an undo takes back what the list gave, and no more. */
static void supporting(struct db *t)
{
	struct db *db = fixture_db(t);
	struct publication *p = fixture_publication(db, db, "https://tiers.example", PUBLICATION_FREE, 0);
	struct roster_settings dry = { .words = "x", .dry = true }, sure = { .words = "x" };
	int64_t known, left, id, changed, sum = 0;
	fixture_must(subscriber_add_confirmed(db, p->id, "known@example.net", &known, &err) && subscriber_add_confirmed(db, p->id, "left@example.net", &left, &err) &&
	             subscriber_leave(db, left, &(struct consent){ "", "Unsubscribe" }, &err), &err);
	static const char says[] = "new 2, new, not to be written to 1, known already 1, left by themselves 1, doubled in the file 1, supporters 3";
	is(import(db, p, ghost, &dry, &id), says, "a dry run counts supporters");
	ok(!supports(db, p, "known@example.net"), "and makes none");
	is(import(db, p, ghost, &sure, &id), says, "the import says the same");
	ok(supports(db, p, "pays@example.net") && supports(db, p, "nolonger@example.net") && supports(db, p, "known@example.net"), "who pays there is a supporter here");
	ok(!supports(db, p, "reads@example.net") && !supports(db, p, "left@example.net"), "others are not");
	is(import(db, p, ghost, &sure, &changed), "known already 3, left by themselves 2, doubled in the file 1", "the same list again changes nothing");
	ok(import(db, p, "email\nknown@example.net\n", &sure, &changed) && supports(db, p, "known@example.net"), "and one that says nothing takes nothing");
	struct address *granted = address_find(db, db, p->id, ADDRESS_MAIL, "reads@example.net", &err);
	fixture_must(tier_set(db, granted->subscriber, TIER_SUPPORTER, &err), &err);
	while (roster_import_undo(db, p->id, id, &changed, &err) && changed)
		sum += changed;
	ok(sum == 3 && state(db, p, "pays@example.net") == (enum address_state)-1 && !supports(db, p, "known@example.net"), "undo takes back what the list gave");
	ok(state(db, p, "reads@example.net") == ADDRESS_CONFIRMED && supports(db, p, "reads@example.net"), "and not what the owner granted since");
	ok(tier_take_back(db, 0, 10, &changed, &err) && changed == 0 && supports(db, p, "reads@example.net"), "nor what no list gave");
	talloc_free(db);
}

static void erasing(struct db *db, const struct publication *p)
{
	struct roster_settings sure = { .words = "x", .tag = "t" };
	int64_t id, n, after;
	import(db, p, "email\neve@example.net\n", &sure, &id);
	subscriber_count(db, p->id, -1, &n, &err);
	struct address *eve = address_find(db, db, p->id, ADDRESS_MAIL, "eve@example.net", &err);
	char *known = roster_person(db, db, p, eve->subscriber, &err);
	ok(known && strstr(known, "eve@example.net") && strstr(known, "imported") && strstr(known, "\"t\""), "a person's own export has all of it");
	ok(subscriber_erase(db, p, eve->subscriber, &err), "a person is erased");
	is_int(count(db, "SELECT count(*) FROM address WHERE value LIKE 'eve%'") + count(db, "SELECT count(*) FROM subscriber_tag WHERE subscriber NOT IN (SELECT id FROM subscriber)"),
	       0, "nothing stays");
	ok(subscriber_count(db, p->id, -1, &after, &err) && after == n - 1, "and the count follows");
	is(import(db, p, "email\nEVE@example.net\n", &sure, &id), "asked to be forgotten 1", "no import brings them back");
	ok(!subscriber_add_confirmed(db, p->id, "Eve@example.net", &id, &err) && strstr(err.text, "forgotten"), "nor the owner");
	ok(proof_ask_subscription(db, p, &(struct proof_request){ "eve@example.net", "/", { "", "Get" }, 0 }, &err) && state(db, p, "eve@example.net") == ADDRESS_PENDING, "they may ask again");
}

static char *export(struct db *db, const struct publication *p, bool json)
{
	char *data = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&data, &size);
	fixture_must(roster_export(out, db, p->id, json, &err), &err);
	fclose(out);
	char *kept = talloc_strdup(db, data);
	free(data);
	return kept;
}

/* Rows that could not be stored, because somebody was in the way, come once more: they are not doubled. */
static void again(struct db *t)
{
	struct db *db = fixture_db(t);
	struct publication *p = fixture_publication(db, db, "https://again.example", PUBLICATION_FREE, 0);
	struct roster_row *rows[2] = { 0 };
	write_file("email\nada@example.net\nbob@example.net\n", strlen("email\nada@example.net\nbob@example.net\n"));
	struct roster *r = roster_open(db, path, NULL, &err);
	for (int i = 0; i < 2; i++)
		fixture_must(roster_next(db, r, &rows[i], &err), &err);
	struct roster_import *im = roster_import_new(db, db, p->id + 1, r, &(struct roster_settings){ .words = "x" });
	ok(!roster_import_rows(im, rows, 2, &err), "rows that cannot be stored");
	im->publication = p->id;
	ok(roster_import_rows(im, rows, 2, &err), "are stored the next time");
	is_int(im->counts[ROSTER_NEW], 2, "and counted as new");
	is_int(im->counts[ROSTER_DOUBLED], 0, "not as doubled");
	talloc_free(db);
}

/* Everything that was done above, and what spreadsheets and parsers stumble over. */
static void coming_back(struct db *db, const struct publication *p)
{
	struct roster_settings sure = { .words = "=\"sheet\"\n,'quoted';\ttab" }, none = { 0 };
	int64_t id;
	import(db, p, "email,tags\n=1+1@example.net,\"\"\"-tag, \"\"\"\"x\"\"\"\"\"\",'y\"\n+plus@example.net,\n-dash@example.net,\nzoë@example.net,日本語\n", &sure, &id);
	subscriber_follow(db, p->id, "https://elsewhere.example/users/ada", "https://elsewhere.example/follow/1", &id, &err);
	subscriber_contact(db, p->id, ADDRESS_MAIL, "owner@example.net", &id, &err);
	import(db, p, "email\nheld@example.net\n", &none, &id);
	struct address *plus = address_find(db, db, p->id, ADDRESS_MAIL, "+plus@example.net", &err);
	fixture_must(plus && tier_set(db, plus->subscriber, TIER_SUPPORTER, &err), &err);
	struct address *dash = address_find(db, db, p->id, ADDRESS_MAIL, "-dash@example.net", &err);
	fixture_must(subscriber_suppress(db, dash->id, "=HYPERLINK(\"x\") '", &err), &err);
	for (int json = 0; json < 2; json++) {
		char *all = export(db, p, json), *told;
		struct db *other = fixture_db(db);
		struct publication *q = fixture_publication(other, other, "https://lamp.example", PUBLICATION_FREE, 0);
		write_file(all, strlen(all));
		told = import(other, q, NULL, &none, &id);
		ok(supports(other, q, "+plus@example.net") && !supports(other, q, "held@example.net"), "a supporter is one there, too");
		is(export(other, q, json), all, json ? "JSON comes back without loss" : "a table comes back without loss");
		ok(!strstr(told, "invalid") && !strstr(told, "known"), "all of it is new");
		told = import(other, q, NULL, &none, &id);
		ok(!strstr(told, "new") && id == 0, "once more nothing is");
		int64_t n, m;
		ok(subscriber_count(db, p->id, -1, &n, &err) && subscriber_count(other, q->id, -1, &m, &err) && n == m && n > 4, "as many are confirmed");
		talloc_free(other);
	}
	const char *table = export(db, p, false);
	bool formula = false;
	for (const char *c = table; *c; c++)
		formula = formula || ((c == table || c[-1] == ',' || c[-1] == '\n') && strchr("=+@\t", *c)) || (c > table && c[-1] == ',' && *c == '"' && strchr("=+@-", c[1]));
	ok(!formula, "no cell is a formula");
}

static void seeing(void)
{
	struct seen *seen = seen_new(NULL);
	bool fine = true;
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 5000; i++) {
			char *text = talloc_asprintf(seen, "person%d@example.net", i);
			fine = fine && seen_before(seen, text) == (round == 1);
			talloc_free(text);
		}
	ok(fine, "what was seen is known, what was not is not");
	talloc_free(seen);
}

int main(void)
{
	close(mkstemp(path));
	reading();
	refusing();
	seeing();
	struct db *db = fixture_db(NULL);
	struct publication *p = fixture_publication(db, db, "https://lamp.example", PUBLICATION_FREE, 0);
	importing(db, p);
	ending(db, p);
	erasing(db, p);
	undoing(db);
	supporting(db);
	again(db);
	coming_back(db, p);
	talloc_free(db);
	unlink(path);
	return tap_done();
}
