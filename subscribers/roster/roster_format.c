#include "subscribers/roster/roster_format.h"
#include "gateway/base/text/text.h"
#include <string.h>

const char roster_formats[] = "mailchimp, substack, ghost, listmonk, buttondown, beehiiv, keila, mailman, pennypost, csv";

#define SUBSCRIBED { NULL, ROSTER_SUBSCRIBED }
#define NOBODY { { ROSTER_MAIL, NULL } }
#define PAYS { ROSTER_TIER, NULL }
#define MAILCHIMP_COLUMNS \
	{ ROSTER_MAIL, "Email Address" }, { ROSTER_ASKED, "OPTIN_TIME" }, { ROSTER_ASKED_IP, "OPTIN_IP" }, { ROSTER_CONFIRMED, "CONFIRM_TIME" }, \
		{ ROSTER_CONFIRMED_IP, "CONFIRM_IP" }, { ROSTER_TAGS, "TAGS" }

const struct roster_format roster_all[] = {
	{ "pennypost", "Pennypost", { "address", "kind", "state", "consents" },
	  { { ROSTER_MAIL, "address" }, { ROSTER_KIND, "kind" }, { ROSTER_STATUS, "state" }, { ROSTER_CREATED, "created" }, { ROSTER_CONFIRMED, "confirmed" },
	    { ROSTER_ENDED, "ended" }, { ROSTER_WHY, "reason" }, { ROSTER_TAGS, "tags" }, { ROSTER_FOLLOW, "follow" }, { ROSTER_CONSENTS, "consents" },
	    { ROSTER_TIER, "tier" } },
	  { { "confirmed", ROSTER_SUBSCRIBED }, { "pending", ROSTER_UNCONFIRMED }, { "left", ROSTER_LEFT }, { "suppressed", ROSTER_SUPPRESSED },
	    { "held", ROSTER_HELD }, { "contact", ROSTER_CONTACT }, { NULL, ROSTER_UNCONFIRMED } }, { { ROSTER_TIER, "supporter" } }, NULL, true },
	/* Mailchimp's three files.  OPTIN_TIME is empty for who was imported there; CONFIRM_TIME then is when. */
	{ "mailchimp", "Mailchimp", { "Email Address", "UNSUB_TIME" },
	  { MAILCHIMP_COLUMNS, { ROSTER_ENDED, "UNSUB_TIME" }, { ROSTER_WHY, "UNSUB_REASON" } }, { { NULL, ROSTER_LEFT } }, NOBODY, "unsubscribed", true },
	{ "mailchimp", "Mailchimp", { "Email Address", "CLEAN_TIME" },
	  { MAILCHIMP_COLUMNS, { ROSTER_ENDED, "CLEAN_TIME" } }, { { NULL, ROSTER_SUPPRESSED } }, NOBODY, "cleaned", true },
	{ "mailchimp", "Mailchimp", { "Email Address", "OPTIN_TIME" }, { MAILCHIMP_COLUMNS }, { SUBSCRIBED }, NOBODY, NULL, true },
	/* Who has switched letters off there gets none from us. */
	{ "substack", "Substack", { "email", "email_disabled" },
	  { { ROSTER_MAIL, "email" }, { ROSTER_STATUS, "email_disabled" }, { ROSTER_CREATED, "created_at" }, { ROSTER_TIER, "active_subscription" },
	    { ROSTER_TIER, "type" }, { ROSTER_PAID_UNTIL, "expiry" } },
	  { { "true", ROSTER_LEFT }, { "1", ROSTER_LEFT }, { "t", ROSTER_LEFT }, { "yes", ROSTER_LEFT }, SUBSCRIBED }, { PAYS }, "letters are switched off", false },
	{ "ghost", "Ghost", { "email", "subscribed_to_emails" },
	  { { ROSTER_MAIL, "email" }, { ROSTER_STATUS, "subscribed_to_emails" }, { ROSTER_CREATED, "created_at" }, { ROSTER_ENDED, "deleted_at" },
	    { ROSTER_TAGS, "labels" }, { ROSTER_TIER, "tiers" }, { ROSTER_GIFT, "complimentary_plan" } },
	  { { "false", ROSTER_LEFT }, { "0", ROSTER_LEFT }, { "no", ROSTER_LEFT }, SUBSCRIBED }, { PAYS, { ROSTER_GIFT, NULL } }, "letters are switched off", false },
	{ "listmonk", "listmonk", { "uuid", "email", "attributes", "status" },
	  { { ROSTER_MAIL, "email" }, { ROSTER_STATUS, "status" }, { ROSTER_CREATED, "created_at" } },
	  { { "enabled", ROSTER_SUBSCRIBED }, { "", ROSTER_SUBSCRIBED }, { "blocklisted", ROSTER_SUPPRESSED }, { "disabled", ROSTER_SUPPRESSED },
	    { "unsubscribed", ROSTER_LEFT }, { NULL, ROSTER_UNCONFIRMED } }, NOBODY, NULL, false },
	{ "listmonk", "listmonk", { "email", "name", "attributes" }, { { ROSTER_MAIL, "email" } }, { SUBSCRIBED }, NOBODY, NULL, false },
	{ "buttondown", "Buttondown", { "creation_date", "type" },
	  { { ROSTER_MAIL, "email_address" }, { ROSTER_MAIL, "email" }, { ROSTER_STATUS, "type" }, { ROSTER_CREATED, "creation_date" },
	    { ROSTER_ENDED, "unsubscription_date" }, { ROSTER_WHY, "unsubscription_reason" }, { ROSTER_TAGS, "tags" } },
	  { { "regular", ROSTER_SUBSCRIBED }, { "premium", ROSTER_SUBSCRIBED }, { "gifted", ROSTER_SUBSCRIBED }, { "trialed", ROSTER_SUBSCRIBED },
	    { "churning", ROSTER_SUBSCRIBED }, { "churned", ROSTER_SUBSCRIBED }, { "past_due", ROSTER_SUBSCRIBED }, { "", ROSTER_SUBSCRIBED },
	    { "unsubscribed", ROSTER_LEFT }, { "paused", ROSTER_LEFT }, { "removed", ROSTER_SUPPRESSED }, { "complained", ROSTER_SUPPRESSED },
	    { "undeliverable", ROSTER_SUPPRESSED }, { "blocked", ROSTER_SUPPRESSED }, { "spammy", ROSTER_SUPPRESSED }, { "disabled", ROSTER_SUPPRESSED },
	    { NULL, ROSTER_UNCONFIRMED } },
	  { { ROSTER_STATUS, "premium" }, { ROSTER_STATUS, "gifted" }, { ROSTER_STATUS, "trialed" }, { ROSTER_STATUS, "churning" } }, NULL, false },
	{ "beehiiv", "beehiiv", { "email", "status", "tier" },
	  { { ROSTER_MAIL, "email" }, { ROSTER_STATUS, "status" }, { ROSTER_CREATED, "created_at" }, { ROSTER_ENDED, "unsubscribed_at" }, { ROSTER_TAGS, "tags" },
	    { ROSTER_TIER, "tier" } },
	  { { "active", ROSTER_SUBSCRIBED }, { "", ROSTER_SUBSCRIBED }, { "inactive", ROSTER_LEFT }, { "unsubscribed", ROSTER_LEFT },
	    { "invalid", ROSTER_SUPPRESSED }, { "bounced", ROSTER_SUPPRESSED }, { "complained", ROSTER_SUPPRESSED }, { NULL, ROSTER_UNCONFIRMED } }, { PAYS }, NULL, false },
	{ "keila", "Keila", { "Email", "Data", "Status" }, { { ROSTER_MAIL, "Email" }, { ROSTER_STATUS, "Status" } },
	  { { "active", ROSTER_SUBSCRIBED }, { "", ROSTER_SUBSCRIBED }, { "unsubscribed", ROSTER_LEFT }, { "unreachable", ROSTER_SUPPRESSED },
	    { NULL, ROSTER_UNCONFIRMED } }, NOBODY, NULL, false },
	{ "mailman", "Mailman", { "delivery_status", "role" },
	  { { ROSTER_MAIL, "email" }, { ROSTER_MAIL, "address" }, { ROSTER_STATUS, "delivery_status" }, { ROSTER_KIND, "role" } },
	  { { "by_user", ROSTER_LEFT }, { "by_bounces", ROSTER_SUPPRESSED }, { "by_moderator", ROSTER_SUPPRESSED }, SUBSCRIBED }, NOBODY, NULL, false },
	{ "csv", "table", { NULL },
	  { { ROSTER_MAIL, "email" }, { ROSTER_MAIL, "e-mail" }, { ROSTER_MAIL, "email address" }, { ROSTER_MAIL, "e-mail address" },
	    { ROSTER_MAIL, "email_address" }, { ROSTER_MAIL, "emailaddress" }, { ROSTER_MAIL, "mail" }, { ROSTER_MAIL, "address" },
	    { ROSTER_MAIL, "e-mail-adresse" }, { ROSTER_MAIL, "adresse e-mail" }, { ROSTER_MAIL, "correo electrónico" }, { ROSTER_MAIL, "courriel" },
	    { ROSTER_MAIL, "subscriber" }, { ROSTER_TAGS, "tags" }, { ROSTER_TAGS, "labels" }, { ROSTER_TIER, "tier" } },
	  { SUBSCRIBED }, { { ROSTER_TIER, "supporter" }, { ROSTER_TIER, "paid" }, { ROSTER_TIER, "premium" } }, NULL, false },
	{ 0 },
};

static bool signs(const struct roster_format *f, const struct csv *csv)
{
	for (size_t i = 0; i < sizeof f->sign / sizeof *f->sign && f->sign[i]; i++)
		if (csv_column(csv, f->sign[i]) == CSV_FIELDS)
			return false;
	size_t places[ROSTER_COLUMNS];
	roster_columns(f, csv, places);
	return places[ROSTER_MAIL] != CSV_FIELDS;
}

const struct roster_format *roster_recognise(const struct csv *csv, const char *named)
{
	for (const struct roster_format *f = roster_all; f->name; f++)
		if ((!named || strcmp(f->name, named) == 0) && signs(f, csv))
			return f;
	return NULL;
}

void roster_columns(const struct roster_format *f, const struct csv *csv, size_t places[ROSTER_COLUMNS])
{
	for (size_t i = 0; i < ROSTER_COLUMNS; i++)
		places[i] = CSV_FIELDS;
	for (size_t i = 0; i < sizeof f->columns / sizeof *f->columns && f->columns[i].name; i++)
		if (places[f->columns[i].column] == CSV_FIELDS)
			places[f->columns[i].column] = csv_column(csv, f->columns[i].name);
}
