/*
 * sim-form.c - multipart/form-data as both platforms take it (RFC 7578). One pass, nothing is copied. Fails as a whole.
 */
#include "simulator/media/sim-form.h"

#define HEAD_MAX 4096

static struct str sim_form_after(struct str s, const char *from)
{
	return (struct str){ from, s.n - (size_t)(from - s.p) };
}

static const char *sim_form_search(struct str s, struct str what)
{
	return s.n ? memmem(s.p, s.n, what.p, what.n) : NULL;
}

/* The quoted value of a parameter of a line. */
static struct str sim_form_quoted(struct str line, const char *begin)
{
	struct str what = str_of(begin);
	const char *at = sim_form_search(line, what);
	if (!at)
		return STR_NONE;
	struct str rest = sim_form_after(line, at + what.n);
	return str_take_until(&rest, '"');
}

static bool sim_form_read_head(struct str head, struct sim_form_part *part)
{
	while (head.p) {
		struct str line = str_take_until(&head, '\n'), name = str_take_until(&line, ':');
		if (str_equal_nocase(name, STR("Content-Disposition"))) {
			part->name = sim_form_quoted(line, " name=\"");
			part->file_name = sim_form_quoted(line, " filename=\"");
		} else if (str_equal_nocase(name, STR("Content-Type"))) {
			part->type = str_trim(line);
		}
	}
	return part->name.p != NULL;
}

static bool sim_form_take(struct str *body, struct str next, struct sim_form_part *part)
{
	struct str room = { body->p, body->n < HEAD_MAX ? body->n : HEAD_MAX };
	const char *head_end = sim_form_search(room, STR("\r\n\r\n"));
	const char *end = head_end ? sim_form_search(sim_form_after(*body, head_end + 2), next) : NULL;
	if (!end || !sim_form_read_head((struct str){ body->p, (size_t)(head_end - body->p) }, part))
		return false;
	part->value = (struct str){ head_end + 4, end > head_end + 4 ? (size_t)(end - head_end) - 4 : 0 };
	*body = sim_form_after(*body, end + next.n);
	return true;
}

bool sim_form_read(const struct exchange *ex, struct sim_form *out)
{
	struct str type = exchange_header(ex, "Content-Type"), body = ex->body;
	const char *at = sim_form_search(type, STR("boundary="));
	out->n = 0;
	if (!str_has_prefix(type, STR("multipart/form-data")) || !at)
		return false;
	struct str boundary = sim_form_after(type, at + 9);
	boundary = str_take_until(&boundary, ';');
	struct str next = pool_printf(ex->pool, "\r\n--%.*s", (int)boundary.n, boundary.p);
	struct str first = { next.p + 2, next.n - 2 };
	if (!str_has_prefix(body, first))
		return false;
	body = sim_form_after(body, body.p + first.n);
	while (str_has_prefix(body, STR("\r\n")) && out->n < SIM_FORM_PARTS_MAX) {
		body = sim_form_after(body, body.p + 2);
		out->parts[out->n] = (struct sim_form_part){ .name = STR_NONE };
		if (!sim_form_take(&body, next, &out->parts[out->n]))
			return false;
		out->n++;
	}
	return str_has_prefix(body, STR("--"));
}

const struct sim_form_part *sim_form_find(const struct sim_form *form, struct str name)
{
	for (size_t i = 0; i < form->n; i++)
		if (str_equal(form->parts[i].name, name))
			return &form->parts[i];
	return NULL;
}

struct str sim_form_text(const struct sim_form *form, const char *name)
{
	const struct sim_form_part *part = sim_form_find(form, str_of(name));
	return part && !part->file_name.p ? part->value : STR_NONE;
}
