#include "gateway/doctor/doctor.h"
#include "gateway/base/address/mailbox.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/doctor/examination.h"
#include "gateway/mail/transport.h"

/* For all questions to DNS together. */
#define DNS_BUDGET (40 * CLOCK_SECOND)

static const struct {
	doctor_check *check;
	bool quick;
} checks[] = {
	{ check_servers, true }, { check_spf, true }, { check_dkim, true }, { check_dmarc, true }, { check_ptr, true }, { check_mx, true }, { check_soa, true },
	{ check_relay, false }, { check_mta_sts, false }, { check_tls_rpt, true }, { check_one_click, false }, { check_webfinger, false },
	                { check_actor, false }, { check_former, false },
	{ check_clock, false }, { check_letters, false }, { check_postal, true }, { check_owner, true },
};

const char *doctor_level_name(enum doctor_level level)
{
	static const char *const names[] = { [DOCTOR_OK] = "ok", [DOCTOR_WARNING] = "warning", [DOCTOR_WRONG] = "wrong" };
	return names[level];
}

const struct doctor_finding *doctor_worst(const struct doctor_report *r)
{
	const struct doctor_finding *worst = NULL;
	for (size_t i = 0; i < r->count; i++)
		if (!worst || r->findings[i].level > worst->level)
			worst = &r->findings[i];
	return worst;
}

struct doctor_report *doctor_examine(void *owner, struct db *db, const struct config *config, const struct publication *p, const struct doctor_wish *wish,
                                     struct error *err)
{
	struct doctor_report *r = mem_new(owner, struct doctor_report);
	struct examination x = { .owner = r, .db = db, .config = config, .p = p, .wish = wish, .report = r, .domain = mailbox_domain(p->mail_from) };
	x.dns = dns_new(r, config->resolver, DNS_BUDGET, err);
	x.http = x.dns ? http_client_new(r, &(struct http_options){ .allow_networks = config->allow_networks, .ca_file = config->ca_file }, err) : NULL;
	if (!x.http) {
		talloc_free(r);
		return NULL;
	}
	transport_options(r, config, config->mail.servers, p->host, &x.relay);
	for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
		if (checks[i].quick || !wish->quick)
			checks[i].check(&x);
	r->unanswered = dns_failures(x.dns);
	return r;
}
