/*
 * second-factor-page.c - /account/second-factor: setting a second factor up, its recovery codes, taking it away.
 *
 * Whatever changes it asks for the password once more, so that a session that was left open is not enough. The secret
 * is shown, as a QR code and in letters, until a code of it was given; recovery codes are shown once.
 */
#include "desk/access/second-factor.h"

#include "core/formats/query.h"
#include "core/log.h"
#include "core/formats/qr.h"
#include "core/crypto/totp.h"
#include "domain/account.h"

#define PASSWORD_FIELD \
	{ \
		"password", FIELD_PASSWORD, FIELD_REQUIRED, PASSWORD_MAX_BYTES, NULL, T("Write your password.") \
	}
#define CODE_FIELD \
	{ \
		"code", FIELD_LINE, FIELD_REQUIRED, 40, NULL, T("Enter the six digits that your application shows.") \
	}
static const struct field password_fields[] = { PASSWORD_FIELD, FIELD_LAST };
static const struct field code_fields[] = { CODE_FIELD, FIELD_LAST };
static const struct field all_fields[] = { PASSWORD_FIELD, CODE_FIELD, FIELD_LAST };

struct codes {
	int n;
	struct str text[RECOVERY_CODES];
	struct str array; /* their digests, as an array for the database */
};

static void codes_make(struct pool *pool, struct codes *out)
{
	struct buf array;
	struct db_array a;
	out->n = RECOVERY_CODES;
	buf_init(&array, 4096);
	db_array_begin(&a, &array);
	for (int i = 0; i < RECOVERY_CODES; i++) {
		out->text[i] = recovery_code_new(pool);
		db_array_bytes(&a, recovery_code_hash(pool, out->text[i]));
	}
	db_array_end(&a);
	out->array = pool_take(pool, &array);
}

static struct str second_factor_page_own_hash(struct desk_request *v)
{
	return token_hash(v->pool, v->caller.token);
}

/* The secret in letters, and as an image whose address holds the whole picture. */
static void write_secret(struct desk_request *v, struct json_writer *w, struct str sealed)
{
	struct buf letters, uri, image, address;
	struct secret *secret = second_factor_open(v, v->caller.id, sealed);
	if (!secret)
		return;
	buf_init(&letters, 100);
	buf_init(&uri, 2000);
	buf_init(&image, 200000);
	buf_init(&address, 600000);
	base32(&letters, secret_bytes(secret));
	secret_free(secret);
	buf_add_cstr(&uri, "otpauth://totp/Deskbell:");
	percent_encode(&uri, v->caller.email);
	buf_addf(&uri, "?secret=%s&issuer=Deskbell&algorithm=SHA1&digits=%d&period=%d", buf_cstr(&letters), TOTP_DIGITS,
		TOTP_STEP_S);
	json_member_str(w, "secret", buf_str(&letters));
	if (qr_svg(buf_str(&uri), &image) == ERR_OK) {
		buf_add_cstr(&address, "data:image/svg+xml,");
		percent_encode(&address, buf_str(&image));
		json_member_str(w, "image", buf_str(&address));
	}
	secret_wipe(letters.data, letters.len);
	secret_wipe(uri.data, uri.len);
	buf_fini(&letters);
	buf_fini(&uri);
	buf_fini(&image);
	buf_fini(&address);
}

static void second_factor_page_write_state(
	struct desk_request *v, struct json_writer *w, const struct sql_second_state_row *state)
{
	json_member_bool(w, "is_on", state->has_confirmed_ms);
	json_member_bool(w, "is_missing", v->caller.second_missing && !state->has_confirmed_ms);
	json_member_bool(w, "is_pending", state->secret.p != NULL);
	json_member_str(w, "codes_left", locale_number(v->pool, &v->locale, state->codes_left));
	if (state->has_confirmed_ms)
		locale_write_time(w, "since", &v->locale, state->confirmed_ms);
	if (state->secret.p)
		write_secret(v, w, state->secret);
}

static void write_codes(struct json_writer *w, const struct codes *codes)
{
	json_member_bool(w, "has_codes", codes != NULL);
	json_key(w, "codes");
	json_begin_array(w);
	for (int i = 0; codes && i < codes->n; i++)
		json_write_str(w, codes->text[i]);
	json_end_array(w);
}

/* `sent`: a form with what is wrong in it, NULL for none; `codes`: fresh ones, NULL for none. */
static enum err second_factor_page_show(
	struct desk_request *v, const struct form *sent, const struct codes *codes, int status)
{
	struct sql_second_state_rows rows;
	struct form form;
	enum err e = sql_second_state(request_db(v), v->pool, second_factor_page_own_hash(v), &rows);
	if (e != ERR_OK)
		return e;
	struct sql_second_state_row state = sql_second_state_row(&rows, 0);
	form_init(&form, all_fields);
	for (size_t i = 0; sent && sent->fields[i].name; i++)
		if (sent->errors[i])
			form_refuse(&form, sent->fields[i].name, sent->errors[i]);
	struct json_writer *w = page_begin(v, "second-factor", "account", T("Second factor"));
	form_write(w, "form", "/account/second-factor", &form);
	second_factor_page_write_state(v, w, &state);
	write_codes(w, codes);
	return page_end(v, status);
}

enum err desk_second_factor(struct desk_request *v)
{
	return second_factor_page_show(v, NULL, NULL, 200);
}

/* The password once more. ERR_DENIED: the answer is given; else `attempt` is the digest of the proven attempt. */
static enum err prove_again(struct desk_request *v, struct str *attempt)
{
	struct form form;
	struct sign_in result;
	enum err e;
	v->answered = true;
	if (!form_parse(v->pool, &form, password_fields, &v->params, v->locale.translation)) {
		e = second_factor_page_show(v, &form, NULL, 400);
		return e == ERR_OK ? ERR_DENIED : e;
	}
	e = sign_in_check(v, v->caller.email, form_value(&form, "password"), &result);
	if (e == ERR_TIMEOUT)
		e = request_refuse_for(v, 503, NULL, 2);
	else if (e == ERR_OK && result.wait_s > 0)
		e = request_refuse_for(v, 429, NULL, result.wait_s);
	else if (e == ERR_OK && result.user_id != v->caller.id) {
		form_refuse(&form, "password", request_translate(v, T("The password is wrong.")));
		e = second_factor_page_show(v, &form, NULL, 401);
	} else if (e == ERR_OK) {
		v->answered = false;
		*attempt = result.hash;
		return ERR_OK;
	}
	return e == ERR_OK ? ERR_DENIED : e;
}

enum err desk_second_factor_begin(struct desk_request *v)
{
	struct sql_second_set_rows rows;
	struct str attempt, sealed;
	enum err e = second_factor_new(v, v->caller.id, &sealed);
	if (e == ERR_CONFIG)
		return request_refuse(
			v, 503, T("The key file cannot be used. Ask the administrator of the server to check it."));
	if (e == ERR_OK)
		e = prove_again(v, &attempt);
	if (e == ERR_OK)
		e = sql_second_set(request_db(v), v->pool, second_factor_page_own_hash(v), attempt, sealed, &rows);
	if (e != ERR_OK)
		return e;
	if (!sql_second_set_row(&rows, 0).done)
		return ERR_CONFLICT;
	request_redirect(v, "/account/second-factor");
	return ERR_OK;
}

/* The step of the code that was typed, by the secret that waits to be confirmed; 0: of none. */
static enum err second_factor_page_find_step(struct desk_request *v, struct str code, int64_t *step)
{
	struct sql_second_state_rows rows;
	enum err e = sql_second_state(request_db(v), v->pool, second_factor_page_own_hash(v), &rows);
	*step = 0;
	if (e != ERR_OK)
		return e;
	struct sql_second_state_row state = sql_second_state_row(&rows, 0);
	if (!state.secret.p)
		return ERR_CONFLICT;
	struct secret *secret = second_factor_open(v, v->caller.id, state.secret);
	if (!secret)
		return ERR_SEALED;
	*step = totp_find(secret_bytes(secret), code, state.step);
	secret_free(secret);
	return ERR_OK;
}

enum err desk_second_factor_confirm(struct desk_request *v)
{
	struct sql_second_confirm_rows rows;
	struct form form;
	struct codes codes;
	int64_t step;
	if (!form_parse(v->pool, &form, code_fields, &v->params, v->locale.translation))
		return second_factor_page_show(v, &form, NULL, 400);
	enum err e = second_factor_page_find_step(v, form_value(&form, "code"), &step);
	if (e != ERR_OK)
		return e;
	if (step == 0) {
		form_refuse(&form, "code",
			request_translate(
				v, T("This code is wrong. Check the clock of your telephone, and enter the code "
				     "that is shown now.")));
		return second_factor_page_show(v, &form, NULL, 400);
	}
	codes_make(v->pool, &codes);
	e = sql_second_confirm(request_db(v), v->pool, second_factor_page_own_hash(v), step, codes.array, &rows);
	if (e != ERR_OK)
		return e;
	if (!sql_second_confirm_row(&rows, 0).done)
		return ERR_CONFLICT;
	LOG_INFO("second_factor.set", F_INT("user", v->caller.id), F_STR("remote", v->request->remote_address));
	return second_factor_page_show(v, NULL, &codes, 200);
}

enum err desk_second_factor_codes(struct desk_request *v)
{
	struct sql_recovery_renew_rows rows;
	struct codes codes;
	struct str attempt;
	enum err e = prove_again(v, &attempt);
	if (e != ERR_OK)
		return e;
	codes_make(v->pool, &codes);
	e = sql_recovery_renew(request_db(v), v->pool, second_factor_page_own_hash(v), attempt, codes.array, &rows);
	if (e != ERR_OK)
		return e;
	return sql_recovery_renew_row(&rows, 0).done ? second_factor_page_show(v, NULL, &codes, 200) : ERR_CONFLICT;
}

enum err desk_second_factor_remove(struct desk_request *v)
{
	struct sql_second_remove_rows rows;
	struct str attempt;
	enum err e = prove_again(v, &attempt);
	if (e == ERR_OK)
		e = sql_second_remove(request_db(v), v->pool, second_factor_page_own_hash(v), attempt, &rows);
	if (e != ERR_OK)
		return e;
	if (!sql_second_remove_row(&rows, 0).done)
		return ERR_CONFLICT;
	flash_set(v, "second-factor-removed");
	request_redirect(v, "/account/second-factor");
	return ERR_OK;
}
