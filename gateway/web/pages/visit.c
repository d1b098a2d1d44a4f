#include "gateway/web/pages/visit.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include "gateway/base/text/language.h"
#include "gateway/base/text/text.h"
#include "gateway/web/server/limiter.h"
#include "subscribers/proof/ask_limit.h"
#include "subscribers/proof/session.h"
#include <ctype.h>
#include <string.h>

enum { FIELD_MAX = 1000 };

/* The publication's own pictures where it has some; a preview is wide, so its header rather than its icon. */
static void add_pictures(struct visit *v, json_t *data)
{
	const struct publication *p = v->x->publication;
	const char *own = p->icon.path, *picture = own ? own : v->pages->assets[ASSET_PICTURE];
	json_object_set_new(data, "icon", json_string(own ? own : v->pages->assets[ASSET_ICON]));
	json_object_set_new(data, "icon_type", json_string(own ? p->icon.type : "image/svg+xml"));
	json_object_set_new(data, "picture", json_string(picture));
	json_object_set_new(data, "preview_picture", json_string(p->header.path ? p->header.path : picture));
}

/* The fields that every template may use. */
static json_t *common(struct visit *v)
{
	const struct publication *p = v->x->publication;
	const char *reader = v->viewer.kind == VIEWER_ANYBODY ? NULL : v->x->mark;
	char *address = publication_address(v->owner, p);
	json_t *data = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s?, s:b, s:s}", "name", p->name, "title", p->name, "heading", p->name,
	                 "handle", p->handle, "address", address, "url", p->url, "host", p->host, "language", p->language,
	                 "mail_from", p->mail_from, "style", v->pages->assets[ASSET_STYLE], "reader", reader,
	                 "letters", v->pages->config->letters, "direction", language_direction(p->language));
	json_object_set_new(data, "stamp", json_string(v->x->stamp));
	add_pictures(v, data);
	return data;
}

void visit_page(struct visit *v, int status, const char *template_name, json_t *data)
{
	struct error err = { 0 };
	json_t *all = common(v);
	json_object_update(all, data);
	json_decref(data);
	FILE *out = exchange_answer(v->x, status, "text/html; charset=utf-8");
	if (!template_render(v->pages->templates, template_name, all, out, &err)) {
		log_error("page not rendered", log_text("template", template_name), log_text("error", err.text));
		v->x->status = 0;
	}
	json_decref(all);
}

void visit_note(struct visit *v, int status, const char *heading, const char *text)
{
	char *title = mem_printf(v->owner, "%s · %s", heading, v->x->publication->name);
	visit_page(v, status, "note", json_pack("{s:s, s:s, s:[s], s:b, s:s}", "heading", heading, "title", title, "paragraphs", text,
	                                        "narrow", 1, "robots", "noindex"));
	v->x->shows = 0;
}

void visit_failed(struct visit *v, const struct error *err)
{
	log_error("request failed", log_text("method", v->x->method), log_text("route", v->route), log_text("error", err->text));
	visit_note(v, err->kind == ERROR_TEMPORARY ? 503 : 500, "Something went wrong here",
	           "It is not your fault, and nothing was lost. Please try again in a moment.");
	if (err->kind == ERROR_TEMPORARY)
		exchange_reply(v->x, "Retry-After", "2");
}

void visit_go(struct visit *v, const char *path)
{
	exchange_answer(v->x, 303, NULL);
	exchange_reply(v->x, "Location", path);
	exchange_reply(v->x, "Cache-Control", "no-store");
}

void visit_moved(struct visit *v, const char *path)
{
	const char *query = v->x->query;
	exchange_answer(v->x, 301, NULL);
	/* Absolute: "//other.example" would be another host. */
	exchange_reply(v->x, "Location", mem_printf(v->owner, "%s%s%s%s", v->x->publication->url, path, query ? "?" : "", query ? query : ""));
	/* Nobody may keep it for long: a publication can move back. */
	if (v->x->former)
		exchange_reply(v->x, "Cache-Control", "max-age=300");
}

static char *form_text(struct visit *v)
{
	if (strcmp(v->x->method, "POST") != 0)
		return mem_dup(v->owner, v->x->query ? v->x->query : "");
	return mem_ndup(v->owner, v->x->body ? v->x->body : "", v->x->body_size);
}

const char *visit_field(struct visit *v, const char *name)
{
	char *form = form_text(v), *value = url_form_value(v->owner, form, name);
	talloc_free(form);
	if (!value || strlen(value) > FIELD_MAX || !text_utf8(value, strlen(value)))
		return NULL;
	return text_trim(v->owner, value);
}

void visit_too_many(struct visit *v, const char *heading, int64_t wait)
{
	char *seconds = mem_printf(v->owner, "%lld", (long long)(wait / 1000 + 1));
	char *text = mem_printf(v->owner, "You can go on in %s seconds.", seconds);
	visit_note(v, 429, heading, text);
	exchange_reply(v->x, "Retry-After", seconds);
}

bool visit_limited(struct visit *v)
{
	int64_t wait = limiter_take(v->pages->limiter, v->x->remote);
	if (wait)
		visit_too_many(v, "Too many tries", wait);
	return wait > 0;
}

bool visit_may_ask(struct visit *v, const char *mail)
{
	struct error err = { 0 };
	int64_t wait;
	if (!ask_limit_take(v->x->db, mail ? mail : "", v->x->remote, &wait, &err))
		return visit_failed(v, &err), false;
	if (wait)
		visit_too_many(v, "Too many letters at the moment", wait);
	return !wait;
}

void visit_set_cookie(struct visit *v, const char *name, const char *value, int64_t life)
{
	const char *secure = text_starts(v->x->publication->url, "https:") ? "; Secure" : "";
	exchange_reply(v->x, "Set-Cookie", mem_printf(v->owner, "%s=%s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Lax%s", name, value,
	                                              (long long)life, secure));
}

/* The nth value of that name in one header; *n counts down past those that were there. */
static const char *cookie_in(struct visit *v, const char *s, const char *name, size_t *n)
{
	size_t length = strlen(name);
	while (*s) {
		s += strspn(s, "; \t");
		size_t size = strcspn(s, ";"), used = size;
		while (used && strchr(" \t", s[used - 1]))
			used--;
		if (used > length + 1 && strncmp(s, name, length) == 0 && s[length] == '=' && used < FIELD_MAX && (*n)-- == 0)
			return mem_ndup(v->owner, s + length + 1, used - length - 1);
		s += size;
	}
	return NULL;
}

const char *visit_cookie(struct visit *v, const char *name, size_t n)
{
	const char *value = NULL;
	for (const struct http_header *h = v->x->headers; !value && h && h->name; h++)
		if (text_same(h->name, "Cookie"))
			value = cookie_in(v, h->value, name, &n);
	return value;
}

bool visit_recognise(struct visit *v, struct error *err)
{
	bool fine = true;
	v->viewer = (struct viewer){ VIEWER_ANYBODY, 0, 0, 0 };
	for (size_t n = 0; fine && n < VISIT_SESSIONS_MAX && v->viewer.kind == VIEWER_ANYBODY; n++) {
		const char *cookie = visit_cookie(v, "session", n);
		if (!cookie)
			break;
		v->cookie = cookie;
		fine = session_viewer(v->owner, v->x->db, v->x->publication, cookie, &v->viewer, err);
	}
	return fine;
}

const char *visit_local_path(const char *s)
{
	if (!s || s[0] != '/' || s[1] == '/' || s[1] == '\\' || strlen(s) > 500)
		return "/";
	for (const char *p = s; *p; p++)
		if (iscntrl((unsigned char)*p) || *p == '\\' || *p == ' ')
			return "/";
	return s;
}

void visit_private(struct visit *v)
{
	exchange_reply(v->x, "Cache-Control", "no-store");
	exchange_reply(v->x, "Referrer-Policy", "no-referrer");
	exchange_reply(v->x, "X-Robots-Tag", "noindex");
	v->x->shows = 0;
}

struct consent visit_consent(struct visit *v, const char *wording) { return (struct consent){ .remote = v->x->remote, .wording = wording }; }
