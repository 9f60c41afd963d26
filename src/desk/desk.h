/*
 * desk.h - the desk's process, and one request to it.
 *
 * A handler gets a request whose caller has been identified and may call the route; for POST the body has been read and
 * the CSRF token was right. It either answers (a page, a redirect, a file) and returns ERR_OK, or returns an error,
 * which becomes a page. Nothing is on the wire before that.
 */
#ifndef DESKBELL_DESK_DESK_H
#define DESKBELL_DESK_DESK_H

#include "core/conf.h"
#include "core/json/json.h"
#include "core/text/reason.h"
#include "db/db-pool.h"
#include "db/statements.h"
#include "desk/assets.h"
#include "desk/desk-routes.h"
#include "desk/form.h"
#include "desk/access/gate.h"
#include "http/request.h"
#include "desk/format/locale.h"
#include "http/params.h"

#include "core/crypto/crypt.h"

#include <stdatomic.h>

struct password_gate;
struct desk_uploads;

/* For the life of the process. */
struct desk {
	const struct conf *conf; /* database_url is the desk's own */
	struct db_pool *db;
	const struct template_set *templates;
	const struct asset *assets;
	struct password_gate *passwords;
	struct gate *gate;
	const struct crypt_keys *keys; /* NULL when the key file cannot be used: nothing is sealed or opened then */
	bool secure;                   /* public.base_url is https */
	const char *owner_url;         /* the database as its owner, for an update */
	atomic_bool is_current;        /* the database has been found to be of this version */
	const char *own_path;          /* of the program: a sender is looked for next to it */
	const char *picture_program;   /* that reads pictures; NULL: there is none */
};

/* Never NULL; templates that do not compile end the program. `connections`: to the database. */
struct desk *desk_new(struct pool *pool, const struct conf *conf, const char *own_path, int connections);
void desk_free(struct desk *desk);
/* Serves one request; for fcgi_run. `desk` is a struct desk. */
void desk_serve(void *desk, struct request *request, struct response *response);

enum role { ROLE_NONE, ROLE_OPERATOR, ROLE_ADMIN, ROLE_OWNER };

/* Who calls. */
struct caller {
	enum { CALLER_NOBODY, CALLER_PERSON, CALLER_TOKEN } kind;
	int64_t id; /* of the user, or of the API token */
	struct str email, name;
	struct str token; /* the session's, from its cookie; or the API token */
	int64_t org_id;   /* 0: none */
	struct str org_name, bot_mode;
	enum role role;
	bool may_write;      /* an API token's scope; users may */
	struct str orgs;     /* JSON: all of the person's organisations */
	bool second_missing; /* the organisation asks for a second factor, and the account has none */
};

enum answer_kind { ANSWER_HTML, ANSWER_JSON, ANSWER_TEXT };

struct desk_request {
	struct desk *desk;
	struct request *request;
	struct response *response;
	struct pool *pool;              /* the request's */
	const struct desk_route *route; /* NULL while none is found */
	struct path_values path;
	enum answer_kind answer;
	struct caller caller;
	struct locale locale;
	struct params params;               /* of the body */
	bool form_read;                     /* the body was read, or it was tried */
	struct desk_uploads *uploads;       /* its files, where the route streams them; NULL: none */
	struct str csrf;                    /* the token that forms of this page carry; absent for programs */
	struct db *db;                      /* NULL while none is needed */
	bool secure;                        /* the browser speaks https: cookies are for https only */
	int place;                          /* for long work, of the gate; -1: none */
	bool is_busy;                       /* there was none */
	bool answered;                      /* with a refusal */
	bool no_counts;                     /* pages do without what the menu counts: the database may be the reason */
	struct sql_desk_counts_row *counts; /* what the menu counts; NULL: not loaded */
	struct sql_desk_bars_row *bars;     /* what stands in the way of every reply; loaded with it */
	struct str snapshot;                /* of the database when the caller was looked up; absent for programs */
	struct str stamp;                   /* of a fragment: the digest of all that decides what is in it */
	bool fragment;                      /* a part of a page: no layout around it, and nothing is said in it */
	const char *template;               /* of the page that is begun */
	struct buf model;
	struct json_writer w;
};

/* ---- words ---- */

/* In the user's language; `words` is marked T("...") for the translators. */
const char *request_translate(const struct desk_request *v, const char *words);
/* A stored reason (core/text/reason.h) as a sentence in the user's language. Absent stays absent. */
struct str request_reason(struct desk_request *v, struct str reason);
/* What to do about it, and both together; absent where there is nothing. */
struct str request_reason_next(struct desk_request *v, struct str reason);
struct str request_reason_whole(struct desk_request *v, struct str reason);
/* What an explanation says, as a sentence in the user's language, in the pool. */
struct str request_explain(struct desk_request *v, const struct explain *why);

/* ---- database ---- */

/* The connection; taken on first use, put back when the request ends. */
struct db *request_db(struct desk_request *v);
/* Puts it back early: before something slow. Outside a transaction. */
void request_put_db(struct desk_request *v);
/* Runs `body` in a transaction of the caller's organisation, again when a race was lost. */
enum err request_transaction(
	struct desk_request *v, enum err (*body)(struct desk_request *v, void *arg), void *arg) MUST_CHECK;
/* One of the functions for sign-in and sessions: outside a transaction. */
#define REQUEST_CALL(v, statement, ...) statement(request_db(v), (v)->pool, ##__VA_ARGS__)
/* Who calls, in the words of the audit log: "user:7". */
const char *request_actor(const struct desk_request *v);
/* Inside request_transaction: who changed what. `detail` is JSON text, absent for none. */
enum err request_audit(struct desk_request *v, const char *action, struct str detail) MUST_CHECK;

/* What ERR_QUOTA explained (domain/quota.h), as a sentence in the person's language. */
const char *request_quota(struct desk_request *v, const struct explain *why);

/* ---- long work (gate.h) ---- */

/* Before what takes longer than a page may: a place for it until the request ends, never waited for. False when there
 * is none: nothing may be begun, Retry-After is set, and request_busy_text has the words for a 503. */
bool request_enter_gate(struct desk_request *v, enum gate_kind kind);
const char *request_busy_text(const struct desk_request *v, enum gate_kind kind);
/* Says in the response that it is to be tried again in some seconds. */
void request_is_busy(struct desk_request *v);
/* Gives the place back; the request's end does. */
void request_leave_gate(struct desk_request *v);
/* The whole answer where no form is shown again: 503 with those words. */
enum err request_refuse_busy(struct desk_request *v, enum gate_kind kind) MUST_CHECK;

/* ---- answers ---- */

/* Begins the page's model: the common members are written, the page's own follow. `name` is the template's, `nav` the
 * part of the desk that it belongs to, `title` is translated here. Outside a transaction. */
struct json_writer *page_begin(struct desk_request *v, const char *name, const char *nav, const char *title);
/* The member `key`: {WHICH: true}, one flag of a choice; {} for none. */
void page_write_flag(struct json_writer *w, const char *key, struct str which);
/* The member `key`: the text, "" where there is none: an absent member would be looked for further out. */
void page_write_text(struct json_writer *w, const char *key, struct str text);
/* The member "pager": where older and the newest are; absent texts for "not from here". */
void page_write_pager(struct json_writer *w, struct str newer, struct str older);
/* Ends it and answers with it, as HTML or as JSON. */
enum err page_end(struct desk_request *v, int status) MUST_CHECK;
/* Writes a text, or false when there is none: so that a template takes no name further out for it. */
void page_member_or_false(struct json_writer *w, const char *key, struct str s);
/* A stored reason: its sentence as `key`, its code as `key`_code; both false when there is none. */
void page_write_reason(struct desk_request *v, const char *key, struct str reason);
/* How many bytes the text takes on a page, at most. */
size_t page_html_bytes(struct str s);
/* page_begin for what a page asks for again and again: its template without the layout. */
struct json_writer *fragment_begin(struct desk_request *v, const char *name, const char *nav);
/* Before anything else: 304 is answered when nothing at all was committed since the caller asked last. */
bool fragment_is_fresh(struct desk_request *v);
/* Inside request_transaction, before anything that the fragment shows is read: `stamp` changes whenever that does. */
enum err fragment_stamp(struct desk_request *v, struct str stamp) MUST_CHECK;
/* Whether the caller has what the stamp stands for: nothing needs to be read. */
bool fragment_is_known(struct desk_request *v);
/* 304 when the stamp is known. */
bool fragment_not_modified(struct desk_request *v);
/* 200 with what was begun. */
enum err fragment_end(struct desk_request *v) MUST_CHECK;
/* Inside request_transaction: what the menu counts; a page that does not load it does so by itself when it begins. */
enum err page_load_counts(struct desk_request *v) MUST_CHECK;
/* 200 with an object that the caller fills and ends, of a media type. */
struct json_writer request_begin_object(struct desk_request *v, const char *type);
/* 200 with an asset, or 304; NULL is not found. */
enum err request_answer_asset(struct desk_request *v, const struct asset *asset) MUST_CHECK;
/* 303 to a path of our own; a header for a script of ours that asks for it with "X-Redirect: header", {"ok": true,
 * "location"} for a program. */
void request_redirect(struct desk_request *v, const char *path);
/* Says something on the page that comes after the redirect; `code` is in the table of flash.c. */
void flash_set(struct desk_request *v, const char *code);
/* Answers with an error; `words` are translated here, NULL takes the status' own. Returns ERR_OK, since it is answered.
 */
enum err request_refuse(struct desk_request *v, int status, const char *words) MUST_CHECK;
/* The same, with Retry-After. */
enum err request_refuse_for(struct desk_request *v, int status, const char *words, int64_t seconds) MUST_CHECK;
/* What is asked for behind the "?": text that can be searched for, cut to `max` bytes; absent when missing or no text.
 */
struct str request_query_text(struct desk_request *v, const char *name, size_t max);
/* Takes the next of the versions that the caller has off `list`, the header If-None-Match; false at its end. */
bool request_next_etag(struct str *list, struct str *etag);
/* Marks the answer as this version; it may be kept, to be asked for again each time, unless cache_control is set
 * already. */
void request_set_etag(struct desk_request *v, struct str etag);
/* The same, and true when the caller has it already: 304 is answered. `etag` without quotes. */
bool request_not_modified(struct desk_request *v, struct str etag);
/* Inside request_transaction: whether some sender has sent a heartbeat lately; for request_wake_sender after it. */
enum err request_sender_is_alive(struct desk_request *v, bool *out) MUST_CHECK;
/* There is something to send: after the answer is on the wire a sender is woken, or started where none is alive.
 * `sender_is_alive`: one has sent a heartbeat lately. */
void request_wake_sender(struct desk_request *v, bool sender_is_alive);
/* A path of ours and nothing else: for what comes from outside and goes into a Location. */
bool path_is_own(struct str path);
/* How this host is reached: public.base_url, else as the request says. In the pool, without a slash at the end. */
struct str request_base_url(struct desk_request *v);

/* ---- flash.c ---- */

/* The words of a code, NULL when there are none; `good` says whether it is a success. */
const char *flash_find(struct str code, bool *good);

/* What is known of every request before it is looked at: form of the answer, language, headers. `v` has desk,
 * request, response and pool. */
void desk_request_begin(struct desk_request *v);

/* ---- cookies (cookies.c) ---- */

/* Whether the browser that sent the request speaks https, here or to a proxy. */
bool request_is_secure(const struct desk *desk, const struct request *request);

enum cookie { COOKIE_SESSION, COOKIE_FORM, COOKIE_FLASH, COOKIE_ATTEMPT, COOKIE_SETUP };
struct str request_cookie(const struct desk_request *v, enum cookie cookie);
/* `max_age_s` 0 ends the cookie, -1: until the browser is closed. */
void request_set_cookie(struct desk_request *v, enum cookie cookie, struct str value, int64_t max_age_s);
/* True for what crypt_random_token makes of 32 bytes. */
bool token_is_shaped(struct str s);

/* ---- who (caller.c) ---- */

/* The token of "Authorization: Bearer TOKEN", borrowed; absent for any other header. Some servers hand it on under
 * another name after a rewrite. */
struct str bearer_of(const struct request *request);
/* Finds the caller: by API token when there is an Authorization header, else by the session cookie unless the route is
 * for people who are signed out. */
enum err caller_find(struct desk_request *v) MUST_CHECK;
/* ERR_OK when the caller may call the route, else the refusal is answered and it is ERR_DENIED. */
enum err caller_check(struct desk_request *v) MUST_CHECK;
/* The CSRF token that belongs to a secret (of a session, or of a signed-out form's cookie). */
struct str csrf_of(struct pool *pool, struct str secret);
/* The token as one page carries it: under a mask that is another every time, so that the length of a compressed page
 * tells nothing of it (BREACH). Absent stays absent. */
struct str csrf_masked(struct pool *pool, struct str token);
/* Whether a POST is ours: origin and token. */
bool csrf_is_right(struct desk_request *v);
/* Whether the browser says that a page of ours has sent the request; a browser that says nothing is not believed. */
bool request_is_from_here(struct desk_request *v);
/* SHA-256 of a token, as it is stored. */
struct str token_hash(struct pool *pool, struct str token);
enum role role_parse(struct str s);
const char *role_name(enum role role);

/* ---- kept.c ---- */

/* The member "kept" of an error page: what was typed into the form that was not taken; false where nothing was. */
void kept_write(struct desk_request *v, struct json_writer *w, int status);

/* ---- confirm.c ---- */

/* What is asked before something that cannot be undone. Words are translated already. */
struct confirmation {
	const char *title, *nav;
	const char *question, *words, *button;
	const char *effects[4]; /* ends with NULL */
	struct str type;        /* what has to be typed; absent: nothing */
	const char *action, *back;
};
/* True when this POST is confirmed. Else the page that asks is the answer, and `*e` what to return. */
bool request_confirmed(struct desk_request *v, const struct confirmation *c, enum err *e);

/* ---- passwords.c ---- */

/* Refuses the field new_password of a form when its value is easy to guess for who knows these texts (the address, the
 * name of the organisation; absent ones are allowed). False when it is. */
bool new_password_is_good(struct desk_request *v, struct form *form, const struct str *personal, int n_personal);
struct password_gate *password_gate_new(void);
void password_gate_free(struct password_gate *gate);
/* Both wait for their turn, as hashing takes much memory; ERR_TIMEOUT when too many wait already. */
enum err password_hash(struct password_gate *gate, struct str password, struct buf *out) MUST_CHECK;
/* What proves `password` to the database, see crypt_password_proof. An absent setting takes as long as a real one; what
 * cannot be hashed proves nothing. */
enum err password_prove(struct password_gate *gate, struct str password, struct str setting,
	unsigned char proof[CRYPT_SHA256_BYTES]) MUST_CHECK;

/* ---- sign-in.c ---- */

struct sign_in {
	int64_t user_id;   /* 0: address or password are wrong */
	int64_t wait_s;    /* over 0: too many attempts, nothing was looked at */
	struct str token;  /* of the attempt, for the browser that goes on with a second factor */
	struct str hash;   /* its digest: what else wants the proof names the attempt by it */
	bool needs_second; /* a session needs the account's second factor, too */
};
/* Proves a password, slowed down as sql/functions/sign-in.sql says. */
enum err sign_in_check(struct desk_request *v, struct str email, struct str password, struct sign_in *out) MUST_CHECK;
/* A new session out of a proven attempt, whose it is; the browser's old one ends. ERR_DENIED when the attempt is not
 * good (any more). */
enum err session_begin(struct desk_request *v, struct str attempt_hash) MUST_CHECK;
/* After a password was right: a session and on to `next` (an own path, or anything for the beginning), or to the page
 * that asks for the second factor. */
enum err sign_in_finish(struct desk_request *v, const struct sign_in *result, struct str next) MUST_CHECK;
/* A fresh token, in the pool. */
struct str token_new(struct pool *pool);

#endif
