/* test-dmarc - policy records, the tree walk, alignment (RFC 9989). */
#include "gateway/base/memory/mem.h"
#include "smtp/dmarc/dmarc.h"
#include "tap.h"
#include "tests/unit/zone.h"

/* want: "p sp np adkim aspf psd t", or what is wrong. */
static const struct {
	const char *text, *want;
} records[] = {
	{ "v=DMARC1; p=none", "none   r r u n" },
	{ "v=DMARC1;p=reject", "reject   r r u n" },
	{ "v = DMARC1 ; p = quarantine ;", "quarantine   r r u n" },
	{ "v=DMARC1; p=REJECT; sp=None; np=Quarantine; adkim=S; aspf=s; psd=N; t=Y", "reject none quarantine s s n y" },
	{ "v=DMARC1; p=none; psd=y", "none   r r y n" },
	{ "v=DMARC1; p=none; psd=u; adkim=r; aspf=r; t=n", "none   r r u n" },
	{ "v=DMARC1; p=none; rua=mailto:a@example.com,mailto:b@example.net; ruf=mailto:c@example.com; fo=1", "none   r r u n" },
	{ "v=DMARC1; p=none; unknown=1; X_y2=z", "none   r r u n" },
	{ "v=DMARC1; p=none; pct=50; ri=86400; rf=afrf", "none   r r u n old pct" },
	{ "v=DMARC1; sp=reject; p=none", "none reject  r r u n" },
	{ "v=DMARC1; p=none; sp=nothing", "none   r r u n doubtful sp=nothing" },
	{ "v=DMARC1; p=none; adkim=strict", "none   r r u n doubtful adkim=strict" },
	{ "v=DMARC1; p=nothing; rua=mailto:a@example.com", "none   r r u n doubtful p=nothing" },
	{ "v=DMARC1; rua=mailto:a@example.com", "none   r r u n" },
	{ "v=DMARC1;; p=none", "none   r r u n" },
	{ "v=DMARC1", "it has no p= of none, quarantine or reject" },
	{ "v=DMARC1; p=nothing", "it has no p= of none, quarantine or reject" },
	{ "v=DMARC1; p", "'p' in it is not understood" },
	{ "v=DMARC1; p=none; p=reject", "'p=' stands in it twice" },
	{ "v=DMARC1; 1p=none", "'1p' in it is not understood" },
	{ "v=DMARC1; p=none, sp=none", "it has no p= of none, quarantine or reject" },
	{ "v=DMARC2; p=none", "it does not begin with v=DMARC1" },
	{ "v=dmarc1; p=none", "it does not begin with v=DMARC1" },
	{ "V=DMARC1; p=none", "it does not begin with v=DMARC1" },
	{ "p=none; v=DMARC1", "it does not begin with v=DMARC1" },
	{ " v=DMARC1; p=none", "it does not begin with v=DMARC1" },
	{ "v=DMARC10; p=none", "it does not begin with v=DMARC1" },
	{ "", "it does not begin with v=DMARC1" },
};

static char *told(void *owner, const char *text)
{
	struct error err = { 0 };
	struct dmarc_record *r = dmarc_record_parse(owner, text, &err);
	if (!r)
		return mem_dup(owner, err.text);
	return mem_printf(owner, "%s %s %s %c %c %c %c%s%s%s%s", dmarc_policy_name(r->p), dmarc_policy_name(r->sp), dmarc_policy_name(r->np), r->strict_dkim ? 's' : 'r',
	                  r->strict_spf ? 's' : 'r', "uyn"[r->psd], r->testing ? 'y' : 'n', r->old ? " old " : "", r->old ? r->old : "", r->doubtful ? " doubtful " : "",
	                  r->doubtful ? r->doubtful : "");
}

/* Appendix B.4 and siblings. */
static const char zone[] =
	"_dmarc.example.com TXT v=DMARC1; p=reject; sp=quarantine; np=none\nexample.com A 192.0.2.1\nsub.example.com A 192.0.2.2\nb.sub.example.com MX 0 .\n"
	"_dmarc.own.example.com TXT v=DMARC1; p=none\nown.example.com A 192.0.2.3\n"
	"_dmarc.apart.example.com TXT v=DMARC1; p=none; psd=n\napart.example.com A 192.0.2.4\n"
	"_dmarc.bank TXT v=DMARC1; p=reject; psd=y; np=reject\n_dmarc.giant.bank TXT v=DMARC1; p=quarantine\ngiant.bank A 192.0.2.5\nmail.giant.bank A 192.0.2.6\n"
	"small.bank A 192.0.2.7\nx.small.bank A 192.0.2.8\n"
	"_dmarc.test.example TXT v=DMARC1; p=reject; t=y; sp=quarantine\nsub.test.example A 192.0.2.9\n"
	"_dmarc.two.example TXT v=DMARC1; p=none\n_dmarc.two.example TXT v=DMARC1; p=reject\n_dmarc.beside.example TXT hello\n_dmarc.beside.example TXT v=DMARC1; p=none\n"
	"_dmarc.wrong.example TXT v=DMARC1; p=\n_dmarc.broken.example FAIL\n_dmarc.h.example TXT v=DMARC1; p=quarantine\n"
	"a.b.c.d.e.f.g.h.example A 192.0.2.10\n";

static const struct {
	const char *domain, *at, *policy, *organisation;
	int steps;
} walks[] = {
	{ "example.com", "example.com", "reject", "example.com", 2 },
	{ "Example.COM", "example.com", "reject", "example.com", 2 },
	{ "sub.example.com", "example.com", "quarantine", "example.com", 3 },
	{ "b.sub.example.com", "example.com", "quarantine", "example.com", 4 },
	{ "nowhere.example.com", "example.com", "none", "example.com", 3 },
	{ "own.example.com", "own.example.com", "none", "example.com", 3 },
	{ "sub.own.example.com", "example.com", "none", "example.com", 4 },
	{ "apart.example.com", "apart.example.com", "none", "apart.example.com", 1 },
	{ "x.apart.example.com", "apart.example.com", "none", "apart.example.com", 2 },
	{ "bank", "bank", "reject", "bank", 1 },
	{ "giant.bank", "giant.bank", "quarantine", "giant.bank", 2 },
	{ "mail.giant.bank", "giant.bank", "quarantine", "giant.bank", 3 },
	{ "small.bank", "bank", "reject", "small.bank", 2 },
	{ "x.small.bank", "bank", "reject", "small.bank", 3 },
	{ "test.example", "test.example", "quarantine", "test.example", 2 },
	{ "sub.test.example", "test.example", "none", "test.example", 3 },
	{ "two.example", NULL, "", "two.example", 2 },
	{ "beside.example", "beside.example", "none", "beside.example", 2 },
	{ "wrong.example", NULL, "", "wrong.example", 2 },
	{ "broken.example", NULL, "", "broken.example", 2 },
	{ "none.example", NULL, "", "none.example", 2 },
	/* ten labels: the first name, then the last seven, six, ... */
	{ "a.b.c.d.e.f.g.h.example", "h.example", "quarantine", "h.example", 8 },
	{ "1.2.3.4.5.6.7.8.9.10.11.12.13.h.example", "h.example", "quarantine", "h.example", 8 },
	{ "1.2.3.4.5.6.7.h.example.x.y", NULL, "", "1.2.3.4.5.6.7.h.example.x.y", 8 },
};

static const struct {
	const char *author, *identifier;
	bool strict, want;
} alignments[] = {
	{ "example.com", "example.com", true, true },
	{ "example.com", "EXAMPLE.com", true, true },
	{ "example.com", "sub.example.com", true, false },
	{ "example.com", "sub.example.com", false, true },
	{ "sub.example.com", "example.com", false, true },
	{ "sub.example.com", "b.sub.example.com", false, true },
	{ "own.example.com", "sub.example.com", false, true },
	{ "apart.example.com", "example.com", false, false },
	{ "x.apart.example.com", "apart.example.com", false, true },
	{ "giant.bank", "small.bank", false, false },
	{ "giant.bank", "mail.giant.bank", false, true },
	{ "x.small.bank", "small.bank", false, true },
	{ "example.com", "example.net", false, false },
	{ "none.example", "other.example", false, false },
	/* without any record nothing says where the organisation begins */
	{ "none.example", "sub.none.example", false, false },
};

int main(void)
{
	void *t = talloc_new(NULL);
	for (size_t i = 0; i < sizeof records / sizeof *records; i++)
		is(told(t, records[i].text), records[i].want, mem_printf(t, "'%s'", records[i].text));
	for (size_t i = 0; i < sizeof walks / sizeof *walks; i++) {
		struct dmarc_found f;
		dmarc_discover(t, zone_new(t, zone), walks[i].domain, &f);
		is(f.at, walks[i].at, mem_printf(t, "the record for %s", walks[i].domain));
		is(dmarc_policy_name(f.policy), walks[i].policy, "its policy");
		is(f.organisation, walks[i].organisation, "the organisational domain");
		is_int(f.steps, walks[i].steps, "the steps of the walk");
	}
	for (size_t i = 0; i < sizeof alignments / sizeof *alignments; i++)
		is_int(dmarc_aligned(t, zone_new(t, zone), alignments[i].author, alignments[i].identifier, alignments[i].strict), alignments[i].want,
		       mem_printf(t, "%s and %s%s", alignments[i].author, alignments[i].identifier, alignments[i].strict ? ", strict" : ""));
	static const struct {
		const char *domain, *passed;
	} words[] = {
		{ "two.example", "'_dmarc.two.example' has 2 DMARC records, so that none of them counts" },
		{ "wrong.example", "the DMARC record of 'wrong.example' counts for nothing: it has no p= of none, quarantine or reject" },
		{ "broken.example", "'_dmarc.broken.example' cannot be looked up: the resolver is silent" },
		{ "example.com", NULL },
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct dmarc_found f;
		dmarc_discover(t, zone_new(t, zone), words[i].domain, &f);
		is(f.passed, words[i].passed, words[i].domain);
	}
	talloc_free(t);
	return tap_done();
}
