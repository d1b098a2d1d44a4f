#pragma once
/*
 * examination - what the checks of the doctor share; private to this room.
 */
#include "gateway/base/dns/dns.h"
#include "gateway/base/http/http.h"
#include "gateway/doctor/doctor.h"
#include "smtp/client/submission.h"

/* An address that letters leave from. */
struct sending_server {
	struct network_address address;
	const char *text;
};

struct examination {
	void *owner;
	struct db *db;
	const struct config *config;
	const struct publication *p;
	const struct doctor_wish *wish;
	struct doctor_report *report;
	struct dns *dns;
	struct http_client *http;
	const char *domain;            /* of From, and of the envelope: of b+TOKEN@DOMAIN */
	struct smtp_options relay;     /* the first of the mail servers, or the one that is examined */
	struct sending_server *servers;
	size_t server_count;
	bool servers_named;            /* the configuration names them, or the mail server is on this machine; else they are those of another's
	                                * mail server, which may send from others */
	const char *dated;             /* whose clock ours was held against, or NULL */
	int64_t ahead;                 /* by how many ms ours is ahead */
};

typedef void doctor_check(struct examination *x);
doctor_check check_servers, check_spf, check_dkim, check_dmarc, check_ptr, check_mx, check_soa, check_mta_sts, check_tls_rpt, check_relay, check_owner, check_one_click,
	check_webfinger, check_actor, check_former, check_clock, check_letters, check_postal;

/* Adds a finding; seen and fix belong to x->owner. */
void examination_add(struct examination *x, const char *check, enum doctor_level level, const char *seen, const char *fix);
/* For a name that nobody could look up. */
void examination_failed(struct examination *x, const char *check, const char *name, const struct dns_answer *answer);
/* Can mail come to this domain (MX, or an address)?  OK, or what is wrong with it and how to put it right. */
enum doctor_level check_reachable(struct examination *x, const char *domain, const char **seen, const char **fix);
/* A clock that said it is so late. */
void examination_dated(struct examination *x, const char *whose, int64_t then);
