/*
 * desk-routes.h - every address of the desk, who may call it, and what it may be sent.
 *
 * A page is a row here and a file with its handler, `enum err desk_NAME(struct desk_request *v)`. Every column is
 * mandatory: an authority that does not exist, or none, does not compile. POST always needs the CSRF token; GET and
 * HEAD never change anything but when a person was last seen.
 */
#ifndef DESKBELL_DESK_DESK_ROUTES_H
#define DESKBELL_DESK_DESK_ROUTES_H

#include "core/err.h"
#include "core/str.h"

#include <stdio.h>

enum desk_authority {
	DESK_PUBLIC,          /* any visitor: says nothing about any tenant, and takes no form */
	DESK_SIGNED_OUT_FORM, /* any visitor, with a token of the form's own; a session does not count */
	DESK_PERSON,          /* a user who is signed in, even without an organisation: their own account */
	DESK_OPERATOR,        /* a member of the organisation that is looked at */
	DESK_ADMIN,
	DESK_OWNER
};

/* Whether an API token may call it, and with which scope: a token that may write may also read. */
enum desk_api { DESK_API_NO, DESK_API_READ, DESK_API_WRITE };

#define KB 1024
#define MB (1024 * KB)
/* A form whose files are streamed to the store (upload.h); its fields, and any other body, are at most 64 kB. */
#define STREAMED SIZE_MAX

/*
 * method, path, authority, API token, largest body, handler
 * {id} is a whole number from 1, {token} 20 to 64 characters of base64url, {file} a file name, {platform} a word.
 */
#define DESK_ROUTES(X) \
	X(GET, "/", PERSON, NO, 0, home) \
	X(GET, "/healthz", PUBLIC, NO, 0, health_live) \
	X(GET, "/readyz", PUBLIC, NO, 0, health_ready) \
	X(GET, "/assets/{file}", PUBLIC, NO, 0, asset) \
	X(GET, "/manifest.webmanifest", PUBLIC, NO, 0, manifest) \
	X(GET, "/sw.js", PUBLIC, NO, 0, service_worker) \
	X(GET, "/offline", PUBLIC, NO, 0, offline) \
	X(GET, "/setup", SIGNED_OUT_FORM, NO, 0, setup) \
	X(POST, "/setup", SIGNED_OUT_FORM, NO, 16 * KB, setup_save) \
	X(GET, "/sign-in", SIGNED_OUT_FORM, NO, 0, sign_in) \
	X(POST, "/sign-in", SIGNED_OUT_FORM, NO, 16 * KB, sign_in_save) \
	X(GET, "/sign-in/forgotten", SIGNED_OUT_FORM, NO, 0, forgotten) \
	X(POST, "/sign-in/forgotten", SIGNED_OUT_FORM, NO, 4 * KB, forgotten_ask) \
	X(GET, "/sign-in/second", SIGNED_OUT_FORM, NO, 0, sign_in_second) \
	X(POST, "/sign-in/second", SIGNED_OUT_FORM, NO, 4 * KB, sign_in_second_check) \
	X(POST, "/sign-out", PERSON, NO, 4 * KB, sign_out) \
	X(GET, "/invitations/{token}", SIGNED_OUT_FORM, NO, 0, invitation) \
	X(POST, "/invitations/{token}", SIGNED_OUT_FORM, NO, 16 * KB, invitation_accept) \
	X(GET, "/reset/{token}", SIGNED_OUT_FORM, NO, 0, reset) \
	X(POST, "/reset/{token}", SIGNED_OUT_FORM, NO, 16 * KB, reset_save) \
	X(POST, "/organisations/{id}", PERSON, NO, 4 * KB, organisation_choose) \
	X(GET, "/account", PERSON, NO, 0, account) \
	X(POST, "/account", PERSON, NO, 16 * KB, account_save) \
	X(POST, "/account/password", PERSON, NO, 16 * KB, account_password) \
	X(POST, "/account/sessions/end", PERSON, NO, 4 * KB, account_sessions_end) \
	X(POST, "/account/sessions/{id}/end", PERSON, NO, 4 * KB, account_session_end) \
	X(POST, "/account/calls", OPERATOR, NO, 4 * KB, ring_save) \
	X(POST, "/account/away", OPERATOR, NO, 4 * KB, away_save) \
	X(POST, "/account/push", OPERATOR, NO, 8 * KB, push_subscribe) \
	X(POST, "/account/push/key", OPERATOR, NO, 4 * KB, push_key) \
	X(POST, "/account/push/remove", OPERATOR, NO, 4 * KB, push_remove) \
	X(POST, "/account/push/test", OPERATOR, NO, 4 * KB, push_test) \
	X(GET, "/account/second-factor", PERSON, NO, 0, second_factor) \
	X(POST, "/account/second-factor/begin", PERSON, NO, 4 * KB, second_factor_begin) \
	X(POST, "/account/second-factor/confirm", PERSON, NO, 4 * KB, second_factor_confirm) \
	X(POST, "/account/second-factor/codes", PERSON, NO, 4 * KB, second_factor_codes) \
	X(POST, "/account/second-factor/remove", PERSON, NO, 4 * KB, second_factor_remove) \
	X(GET, "/start", ADMIN, READ, 0, start) \
	X(GET, "/start/updates", ADMIN, READ, 0, start_updates) \
	X(POST, "/start", ADMIN, NO, 4 * KB, start_mark) \
	X(GET, "/start/skills", ADMIN, NO, 0, trade_skills) \
	X(POST, "/start/skills", ADMIN, NO, 16 * KB, trade_skills_save) \
	X(GET, "/inbox", OPERATOR, READ, 0, inbox) \
	X(GET, "/updates", OPERATOR, READ, 0, updates) \
	X(GET, "/logo", OPERATOR, READ, 0, logo) \
	X(POST, "/inbox/filters", OPERATOR, NO, 4 * KB, filter_add) \
	X(POST, "/inbox/filters/{id}/remove", OPERATOR, NO, 4 * KB, filter_remove) \
	X(GET, "/inbox/updates", OPERATOR, READ, 0, inbox_updates) \
	X(GET, "/inbox/today", OPERATOR, READ, 0, inbox_today) \
	X(GET, "/inbox/{id}", OPERATOR, READ, 0, conversation) \
	X(GET, "/inbox/{id}/updates", OPERATOR, READ, 0, conversation_updates) \
	X(GET, "/files/{id}/{id}", OPERATOR, READ, 0, file) \
	X(POST, "/files/{id}/{id}/retry", OPERATOR, NO, 4 * KB, file_retry) \
	X(POST, "/files/{id}/{id}/played", OPERATOR, NO, 4 * KB, file_played) \
	X(POST, "/inbox/{id}/messages", OPERATOR, NO, STREAMED, conversation_say) \
	X(POST, "/inbox/{id}/later", OPERATOR, NO, 4 * KB, conversation_later) \
	X(POST, "/inbox/{id}/send-draft", OPERATOR, NO, 4 * KB, conversation_send_draft) \
	X(POST, "/inbox/{id}/take-over", OPERATOR, NO, 4 * KB, conversation_take_over) \
	X(POST, "/inbox/{id}/return", OPERATOR, NO, 4 * KB, conversation_return) \
	X(POST, "/inbox/{id}/assign", OPERATOR, NO, 4 * KB, conversation_assign) \
	X(POST, "/inbox/{id}/close", OPERATOR, NO, 4 * KB, conversation_close) \
	X(POST, "/inbox/{id}/reopen", OPERATOR, NO, 4 * KB, conversation_reopen) \
	X(POST, "/inbox/{id}/tags", OPERATOR, NO, 4 * KB, conversation_tags) \
	X(POST, "/inbox/{id}/note", OPERATOR, NO, 32 * KB, conversation_note) \
	X(POST, "/inbox/{id}/notes/{id}/remove", OPERATOR, NO, 4 * KB, contact_note_remove) \
	X(POST, "/inbox/{id}/read", OPERATOR, NO, 4 * KB, conversation_read) \
	X(POST, "/inbox/{id}/unread", OPERATOR, NO, 4 * KB, conversation_unread) \
	X(POST, "/inbox/{id}/snooze", OPERATOR, NO, 4 * KB, conversation_snooze) \
	X(POST, "/inbox/{id}/undo", OPERATOR, NO, 4 * KB, conversation_undo) \
	X(POST, "/inbox/{id}/contact/name", OPERATOR, NO, 4 * KB, contact_name) \
	X(POST, "/inbox/{id}/contact/block", OPERATOR, NO, 4 * KB, contact_block) \
	X(POST, "/inbox/{id}/contact/unblock", OPERATOR, NO, 4 * KB, contact_unblock) \
	X(POST, "/inbox/{id}/contact/value", OPERATOR, NO, 8 * KB, contact_value) \
	X(POST, "/inbox/{id}/contact/fields", ADMIN, NO, 4 * KB, contact_field_add) \
	X(POST, "/inbox/{id}/contact/fields/{id}/remove", ADMIN, NO, 4 * KB, contact_field_remove) \
	X(POST, "/inbox/{id}/wrong-answer", ADMIN, WRITE, 4 * KB, conversation_wrong) \
	X(POST, "/counter-examples/{id}/remove", ADMIN, WRITE, 4 * KB, counter_example_remove) \
	X(POST, "/inbox/{id}/contact/export", ADMIN, NO, 4 * KB, contact_export) \
	X(POST, "/inbox/{id}/contact/erase", ADMIN, NO, 4 * KB, contact_erase) \
	X(POST, "/inbox/{id}/contact/merge", ADMIN, NO, 4 * KB, contact_merge) \
	X(POST, "/inbox/{id}/contact/separate", ADMIN, NO, 4 * KB, contact_separate) \
	X(POST, "/account/tokens", OWNER, NO, 4 * KB, account_token_add) \
	X(POST, "/account/tokens/{id}/revoke", OWNER, NO, 4 * KB, account_token_revoke) \
	X(GET, "/leads", OPERATOR, READ, 0, leads) \
	X(GET, "/leads/export.csv", OPERATOR, READ, 0, leads_export) \
	X(GET, "/leads/{id}", OPERATOR, READ, 0, lead) \
	X(POST, "/leads/{id}", OPERATOR, NO, 16 * KB, lead_save) \
	X(GET, "/queue", OPERATOR, READ, 0, queue) \
	X(POST, "/queue", ADMIN, NO, 4 * KB, queue_change) \
	X(GET, "/status", OPERATOR, READ, 0, status) \
	X(GET, "/figures", ADMIN, READ, 0, figures) \
	X(GET, "/figures/export.csv", ADMIN, READ, 0, figures_export) \
	X(GET, "/audit", ADMIN, READ, 0, audit) \
	X(GET, "/settings/people", ADMIN, READ, 0, people) \
	X(POST, "/settings/people/invite", OWNER, NO, 16 * KB, people_invite) \
	X(POST, "/settings/people/invitations/{id}/remove", OWNER, NO, 4 * KB, people_invitation_remove) \
	X(POST, "/settings/people/{id}/role", OWNER, NO, 4 * KB, people_role) \
	X(POST, "/settings/people/{id}/remove", OWNER, NO, 4 * KB, people_remove) \
	X(POST, "/settings/people/{id}/reset", OWNER, NO, 4 * KB, people_reset) \
	X(POST, "/settings/people/{id}/second-factor/reset", OWNER, NO, 4 * KB, people_second_reset) \
	X(GET, "/settings/security", OWNER, NO, 0, security) \
	X(POST, "/settings/security", OWNER, NO, 4 * KB, security_save) \
	X(GET, "/skills", ADMIN, READ, 0, skills) \
	X(GET, "/skills/new", ADMIN, NO, 0, skill_new) \
	X(POST, "/skills/new", ADMIN, WRITE, 3 * MB, skill_add) \
	X(GET, "/skills/try", ADMIN, NO, 0, skill_try) \
	X(POST, "/skills/try", ADMIN, READ, 32 * KB, skill_try_ask) \
	X(GET, "/skills/import", ADMIN, NO, 0, skill_import) \
	X(POST, "/skills/import", ADMIN, WRITE, 5 * MB, skill_import_save) \
	X(GET, "/skills/export", ADMIN, READ, 0, skill_export) \
	X(GET, "/skills/unanswered", ADMIN, READ, 0, unanswered) \
	X(POST, "/skills/unanswered", ADMIN, WRITE, 16 * KB, unanswered_save) \
	X(GET, "/skills/proposals", ADMIN, READ, 0, proposals) \
	X(POST, "/skills/proposals", ADMIN, WRITE, 128 * KB, proposals_save) \
	X(GET, "/skills/{id}", ADMIN, READ, 0, skill) \
	X(POST, "/skills/{id}", ADMIN, WRITE, 3 * MB, skill_save) \
	X(POST, "/skills/{id}/delete", ADMIN, WRITE, 4 * KB, skill_delete) \
	X(POST, "/skills/{id}/toggle", ADMIN, WRITE, 4 * KB, skill_toggle) \
	X(GET, "/skills/{id}/content", ADMIN, READ, 0, skill_content) \
	X(POST, "/skills/{id}/content", ADMIN, WRITE, STREAMED, skill_content_save) \
	X(GET, "/knowledge", ADMIN, READ, 0, knowledge) \
	X(GET, "/knowledge/new", ADMIN, NO, 0, knowledge_new) \
	X(POST, "/knowledge/new", ADMIN, WRITE, 20 * MB + 64 * KB, knowledge_add) \
	X(POST, "/knowledge/site", ADMIN, WRITE, 512 * KB, knowledge_site) \
	X(GET, "/knowledge/{id}", ADMIN, READ, 0, document) \
	X(POST, "/knowledge/{id}", ADMIN, WRITE, 2 * MB, document_save) \
	X(POST, "/knowledge/{id}/delete", ADMIN, WRITE, 4 * KB, document_delete) \
	X(GET, "/settings/channels", ADMIN, READ, 0, channels) \
	X(GET, "/settings/channels/{platform}", ADMIN, READ, 0, channel) \
	X(POST, "/settings/channels/{platform}", ADMIN, NO, 16 * KB, channel_save) \
	X(GET, "/settings/channels/{platform}/updates", ADMIN, READ, 0, channel_updates) \
	X(POST, "/settings/channels/{platform}/test", ADMIN, NO, 4 * KB, channel_test) \
	X(POST, "/settings/channels/{platform}/subscribe", ADMIN, NO, 4 * KB, channel_subscribe) \
	X(POST, "/settings/channels/{platform}/disconnect", OWNER, NO, 4 * KB, channel_disconnect) \
	X(GET, "/settings/bot", ADMIN, READ, 0, bot) \
	X(POST, "/settings/bot", ADMIN, NO, 64 * KB, bot_save) \
	X(GET, "/settings/bot/content", ADMIN, READ, 0, bot_content) \
	X(POST, "/settings/bot/content", ADMIN, NO, STREAMED, bot_content_save) \
	X(GET, "/settings/bot/hours", ADMIN, READ, 0, bot_hours) \
	X(POST, "/settings/bot/hours", ADMIN, NO, 64 * KB, bot_hours_save) \
	X(GET, "/settings/bot/expert", ADMIN, READ, 0, bot_expert) \
	X(POST, "/settings/bot/expert", ADMIN, NO, 16 * KB, bot_expert_save) \
	X(GET, "/settings/organisation", ADMIN, READ, 0, organisation) \
	X(POST, "/settings/organisation", ADMIN, NO, 4 * KB, organisation_save) \
	X(POST, "/settings/organisation/logo", ADMIN, NO, STREAMED, logo_save) \
	X(GET, "/settings/replies", ADMIN, READ, 0, replies) \
	X(POST, "/settings/replies", ADMIN, NO, 64 * KB, replies_save) \
	X(GET, "/settings/replies/{id}/content", ADMIN, READ, 0, reply_content) \
	X(POST, "/settings/replies/{id}/content", ADMIN, NO, STREAMED, reply_content_save) \
	X(POST, "/settings/replies/{id}/delete", ADMIN, NO, 4 * KB, reply_delete)

struct desk_request;

struct desk_route {
	const char *method;
	const char *path;
	enum desk_authority authority;
	enum desk_api api;
	size_t body_max;
	enum err (*handle)(struct desk_request *v);
};

#define X(method, path, authority, api, body_max, handler) enum err desk_##handler(struct desk_request *v);
DESK_ROUTES(X)
#undef X

/* Ends with a NULL method. */
extern const struct desk_route desk_routes[];

#define PATH_IDS_MAX 2

/* What the braces of a path held. */
struct path_values {
	int64_t ids[PATH_IDS_MAX];
	int n_ids;
	struct str word; /* {token}, {file} or {platform} */
};

/* Whether the path fits the pattern. */
bool desk_path_fits(const char *pattern, struct str path, struct path_values *out);
/* The route; HEAD counts as GET. NULL with the methods that the path has ("GET, POST"; "" when there is no such path).
 */
const struct desk_route *desk_route_find(
	const struct desk_route *routes, struct str method, struct str path, struct path_values *out, char allow[64]);
/* All routes as a JSON array, for tests that go through them. */
void desk_routes_print(FILE *to);

#endif
