/*
 * form.c - declared fields: taking, checking, showing again.
 *
 * Owns the shapes. Every text that passes is valid UTF-8 without NUL or other control characters, so it can be stored
 * and shown; no layer below has to look again. Never logs a value.
 */
#include "desk/form.h"

#include "domain/account.h"
#include "domain/text.h"

static size_t form_position(const struct form *form, const char *name)
{
	for (size_t i = 0; form->fields[i].name; i++)
		if (!strcmp(form->fields[i].name, name))
			return i;
	bug("the form has no field %s", name);
}

void form_init(struct form *form, const struct field *fields)
{
	*form = (struct form){ .fields = fields };
	for (size_t i = 0; fields[i].name; i++)
		if (i == FORM_FIELDS_MAX)
			bug("a form of more than %d fields", FORM_FIELDS_MAX);
}

/* Valid UTF-8 without control characters, but line ends and tabs when it may have several lines. */
static bool is_text(struct str s, bool lines)
{
	uint32_t c;
	size_t n;
	for (; s.n > 0; s.p += n, s.n -= n) {
		n = str_utf8_next(s, &c);
		if (n == 0 || c == 0x7f || (c >= 0x80 && c < 0xa0)
			|| (c < 0x20 && !(lines && (c == '\n' || c == '\t'))))
			return false;
	}
	return true;
}

/* Browsers send line ends as CRLF. */
static struct str with_plain_line_ends(struct pool *pool, struct str s)
{
	char *out = pool_alloc(pool, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '\r' || i + 1 == s.n || s.p[i + 1] != '\n')
			out[n++] = s.p[i];
	return (struct str){ out, n };
}

static bool form_is_choice(const char *choices, struct str value)
{
	struct str rest = str_of(choices);
	while (rest.p)
		if (str_equal(str_take_until(&rest, '|'), value))
			return true;
	return false;
}

static bool form_fits(const struct field *field, struct str v)
{
	int64_t number;
	switch (field->shape) {
	case FIELD_LINE: return is_text(v, false);
	case FIELD_TEXT: return is_text(v, true);
	case FIELD_EMAIL: return email_is_valid(v);
	case FIELD_PASSWORD: return true;
	case FIELD_NEW_PASSWORD: return password_check(v, NULL, 0, NULL) == ERR_OK;
	case FIELD_NUMBER: return str_to_i64(v, &number);
	case FIELD_CHOICE: return form_is_choice(field->choices, v);
	case FIELD_CHECK: return str_equal(v, STR("on"));
	case FIELD_FILE: return true;
	}
	return false;
}

static struct str form_clean(struct pool *pool, const struct field *field, struct str v)
{
	if (field->shape == FIELD_PASSWORD || field->shape == FIELD_NEW_PASSWORD || field->shape == FIELD_FILE)
		return v;
	if (field->shape == FIELD_TEXT)
		return str_trim(with_plain_line_ends(pool, v));
	/* What turns the text around it has no place in a name or title, and is pasted without being seen. */
	return str_trim(field->shape == FIELD_LINE ? text_without_direction(pool, v) : v);
}

static int times_given(const struct params *params, const char *name)
{
	int n = 0;
	for (int i = 0; i < params->n; i++)
		n += str_equal(params->items[i].name, str_of(name));
	return n;
}

static bool form_take(struct pool *pool, struct form *form, size_t i, const struct params *params)
{
	const struct field *field = &form->fields[i];
	const struct param *param = params_find(params, field->name);
	if (!param)
		return field->need == FIELD_OPTIONAL && times_given(params, field->name) == 0;
	if ((field->shape == FIELD_FILE) != (param->file_name.p != NULL))
		return false;
	form->values[i] = form_clean(pool, field, param->value);
	form->file_names[i] = is_text(param->file_name, false) ? param->file_name : STR_NONE;
	if (str_is_empty(form->values[i]))
		return field->need == FIELD_OPTIONAL;
	if (form->values[i].n <= field->max_bytes && form_fits(field, form->values[i]))
		return true;
	/* What is not text is not shown again. */
	if (!str_is_utf8(form->values[i]))
		form->values[i] = STR_NONE;
	return false;
}

bool form_parse(struct pool *pool, struct form *form, const struct field *fields, const struct params *params,
	const struct translation *translation)
{
	form_init(form, fields);
	for (size_t i = 0; fields[i].name; i++) {
		if (form_take(pool, form, i, params))
			continue;
		form->errors[i] = translation_find(translation, fields[i].words);
		form->wrong = true;
	}
	return !form->wrong;
}

const char *form_error(const struct form *form, const char *name)
{
	return form->errors[form_position(form, name)];
}

struct str form_value(const struct form *form, const char *name)
{
	return form->values[form_position(form, name)];
}

struct str form_file_name(const struct form *form, const char *name)
{
	return form->file_names[form_position(form, name)];
}

bool form_checked(const struct form *form, const char *name)
{
	return !str_is_empty(form_value(form, name));
}

int64_t form_number(const struct form *form, const char *name)
{
	int64_t number;
	return str_to_i64(form_value(form, name), &number) ? number : 0;
}

void form_set(struct form *form, const char *name, struct str value)
{
	form->values[form_position(form, name)] = value;
}

void form_refuse(struct form *form, const char *name, const char *words)
{
	form->errors[form_position(form, name)] = words;
	form->wrong = true;
}

const char *form_first_error(const struct form *form)
{
	for (size_t i = 0; form->fields[i].name; i++)
		if (form->errors[i])
			return form->errors[i];
	return NULL;
}

void form_fail(struct form *form, const char *words)
{
	form->error = words;
	form->wrong = true;
}

static bool form_is_shown(const struct field *field)
{
	return field->shape != FIELD_PASSWORD && field->shape != FIELD_NEW_PASSWORD && field->shape != FIELD_FILE;
}

static void form_write_field(struct json_writer *w, const struct field *field, struct str value, const char *error)
{
	json_key(w, field->name);
	json_begin_object(w);
	json_member_str(w, "value", form_is_shown(field) && value.p ? value : STR(""));
	json_member_str(w, "error", str_of(error));
	if (field->shape == FIELD_CHECK)
		json_member_bool(w, "checked", !str_is_empty(value));
	if (field->shape == FIELD_CHOICE && form_is_choice(field->choices, value)) {
		char key[64] = "";
		memcpy(key, value.p, value.n < sizeof(key) ? value.n : sizeof(key) - 1);
		json_key(w, "is");
		json_begin_object(w);
		json_member_bool(w, key, true);
		json_end_object(w);
	}
	json_end_object(w);
}

void form_write(struct json_writer *w, const char *key, const char *action, const struct form *form)
{
	json_key(w, key);
	json_begin_object(w);
	json_member_str(w, "action", str_of(action));
	json_member_str(w, "error", str_of(form->error));
	for (size_t i = 0; form->fields[i].name; i++)
		form_write_field(w, &form->fields[i], form->values[i], form->errors[i]);
	json_end_object(w);
}
