#include "smtp/spf/spf_record.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "smtp/spf/spf_macro.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* More than any record that receivers would evaluate. */
enum { TERMS_MAX = 512 };

static const struct {
	const char *name;
	enum spf_mechanism mechanism;
} mechanisms[] = { { "all", SPF_ALL }, { "include", SPF_INCLUDE }, { "a", SPF_A }, { "mx", SPF_MX }, { "ptr", SPF_PTR }, { "ip4", SPF_IP4 }, { "ip6", SPF_IP6 },
	           { "exists", SPF_EXISTS } };

bool spf_record_is(const char *text)
{
	return strncasecmp(text, "v=spf1", 6) == 0 && (text[6] == ' ' || text[6] == '\0');
}

const char *spf_result_name(enum spf_result result)
{
	static const char *const names[] = { [SPF_NONE] = "none", [SPF_NEUTRAL] = "neutral", [SPF_PASS] = "pass", [SPF_FAIL] = "fail", [SPF_SOFTFAIL] = "softfail",
	                                     [SPF_TEMPERROR] = "temperror", [SPF_PERMERROR] = "permerror" };
	return names[result];
}

static bool find_mechanism(const char *name, size_t size, enum spf_mechanism *found)
{
	for (size_t i = 0; i < sizeof mechanisms / sizeof *mechanisms; i++)
		if (strlen(mechanisms[i].name) == size && strncasecmp(mechanisms[i].name, name, size) == 0) {
			*found = mechanisms[i].mechanism;
			return true;
		}
	return false;
}

/* A number without leading zeros, up to most; *s moves behind it. */
static bool read_bits(const char **s, int most, int *bits)
{
	char *end;
	if (!isdigit((unsigned char)**s) || (**s == '0' && isdigit((unsigned char)(*s)[1])))
		return false;
	long n = strtol(*s, &end, 10);
	*s = end;
	*bits = (int)n;
	return n <= most;
}

/* "/24", "//64", "/24//64", or nothing. */
static bool read_dual(const char *s, struct spf_term *t)
{
	if (s[0] == '/' && s[1] != '/') {
		s++;
		if (!read_bits(&s, 32, &t->bits4))
			return false;
	}
	if (s[0] == '/' && s[1] == '/') {
		s += 2;
		if (!read_bits(&s, 128, &t->bits6))
			return false;
	}
	return !*s;
}

/* The first slash that is not inside of "%{…}", or the end. */
static const char *slash(const char *s)
{
	for (; *s && *s != '/'; s++)
		if (s[0] == '%' && s[1] == '{')
			s += strcspn(s, "}") - (strchr(s, '}') ? 0 : 1);
	return s;
}

static bool read_network(const char *s, bool six, struct spf_term *t)
{
	const char *end = s + strcspn(s, "/");
	char *text = mem_ndup(NULL, s, (size_t)(end - s));
	bool fine = network_address_parse(text, &t->network.first) && (strchr(text, ':') != NULL) == six;
	int bits = six ? 128 : 32;
	talloc_free(text);
	if (*end) {
		end++;
		fine = fine && read_bits(&end, bits, &bits) && !*end;
	}
	t->network.bits = six ? bits : bits + 96;
	/* What is beyond the mask does not count. */
	for (int i = t->network.bits; i < 128; i++)
		t->network.first.bytes[i / 8] &= (unsigned char)~(0x80 >> i % 8);
	return fine;
}

/* What stands behind the name of a mechanism: ":DOMAIN", "/24", both or nothing. */
static bool read_rest(void *owner, const char *rest, struct spf_term *t)
{
	bool colon = *rest == ':', dual = t->mechanism == SPF_A || t->mechanism == SPF_MX;
	switch (t->mechanism) {
	case SPF_ALL: return !*rest;
	case SPF_IP4: return colon && read_network(rest + 1, false, t);
	case SPF_IP6: return colon && read_network(rest + 1, true, t);
	case SPF_INCLUDE: case SPF_EXISTS:
		if (!colon)
			return false;
		break;
	default: break;
	}
	const char *end = dual ? slash(rest) : rest + strlen(rest);
	if (colon) {
		t->domain = mem_ndup(owner, rest + 1, (size_t)(end - rest - 1));
		return spf_macro_valid(t->domain) && read_dual(end, t);
	}
	return end == rest && read_dual(end, t);
}

static bool read_mechanism(struct spf_record *r, const char *text)
{
	static const char signs[] = "+-~?";
	static const enum spf_result results[] = { SPF_PASS, SPF_FAIL, SPF_SOFTFAIL, SPF_NEUTRAL };
	const char *sign = strchr(signs, *text), *name = sign ? text + 1 : text;
	size_t size = strcspn(name, ":/");
	struct spf_term *t = mem_push(r, r->terms, r->count);
	*t = (struct spf_term){ .text = text, .qualifier = sign ? results[sign - signs] : SPF_PASS, .bits4 = 32, .bits6 = 128 };
	return find_mechanism(name, size, &t->mechanism) && read_rest(r, name + size, t);
}

static bool read_modifier(struct spf_record *r, const char *text, const char *equals)
{
	size_t size = (size_t)(equals - text);
	const char *value = equals + 1;
	bool redirect = size == 8 && strncasecmp(text, "redirect", size) == 0, exp = size == 3 && strncasecmp(text, "exp", size) == 0;
	const char **field = redirect ? &r->redirect : &r->exp;
	if (!redirect && !exp)
		return spf_macro_valid_text(value);
	if (*field || !spf_macro_valid(value))
		return false;
	*field = value;
	return true;
}

/* The "=" of a modifier: name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." ); NULL for a mechanism. */
static const char *modifier(const char *text)
{
	size_t n = isalpha((unsigned char)*text) ? strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") : 0;
	return n && text[n] == '=' ? text + n : NULL;
}

struct spf_record *spf_record_parse(void *owner, const char *text, struct error *err)
{
	struct spf_record *r = mem_new(owner, struct spf_record);
	size_t terms = 0;
	for (const char *p = text + 6; *p;) {
		size_t space = strspn(p, " "), size = strcspn(p + space, " ");
		p += space + size;
		if (size == 0)
			break;
		char *term = mem_ndup(r, p - size, size);
		const char *equals = modifier(term);
		if (terms++ < TERMS_MAX && (equals ? read_modifier(r, term, equals) : read_mechanism(r, term)))
			continue;
		error_set(err, ERROR_INVALID, "'%s' in it is not understood", term);
		talloc_free(r);
		return NULL;
	}
	return r;
}
