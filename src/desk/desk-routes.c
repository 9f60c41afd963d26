/*
 * desk-routes.c - from a path to its row in the table. Paths are compared as they came: nothing is decoded, a trailing
 * slash, a second slash or a dot segment is another path, and there is none.
 */
#include "desk/desk-routes.h"

#include "core/json/json.h"

#define TOKEN_MIN 20
#define TOKEN_MAX 64

const struct desk_route desk_routes[] = {
#define X(method, path, authority, api, body_max, handler) \
	{ #method, path, DESK_##authority, DESK_API_##api, body_max, desk_##handler },
	DESK_ROUTES(X)
#undef X
		{ NULL, NULL, DESK_OWNER, DESK_API_NO, 0, NULL }
};

static bool desk_routes_is_word(struct str s, const char *also)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		if (!plain && (c == '\0' || !strchr(also, c)))
			return false;
	}
	return s.n > 0;
}

/* One canonical form: "01", "+1" or "1 " are no ids. */
static bool take_id(struct str s, struct path_values *out)
{
	int64_t id;
	if (out->n_ids == PATH_IDS_MAX || s.n == 0 || s.p[0] < '1' || s.p[0] > '9' || !str_to_i64(s, &id))
		return false;
	out->ids[out->n_ids++] = id;
	return true;
}

static bool segment_fits(struct str pattern, struct str s, struct path_values *out)
{
	if (str_equal(pattern, STR("{id}")))
		return take_id(s, out);
	if (!str_has_prefix(pattern, STR("{")))
		return str_equal(pattern, s);
	out->word = s;
	if (str_equal(pattern, STR("{token}")))
		return s.n >= TOKEN_MIN && s.n <= TOKEN_MAX && desk_routes_is_word(s, "_-");
	return s.n <= TOKEN_MAX && desk_routes_is_word(s, "_-.");
}

bool desk_path_fits(const char *pattern, struct str path, struct path_values *out)
{
	struct str rest = str_of(pattern);
	*out = (struct path_values){ .n_ids = 0 };
	if (!path.p)
		return false;
	while (rest.p && path.p)
		if (!segment_fits(str_take_until(&rest, '/'), str_take_until(&path, '/'), out))
			return false;
	return !rest.p && !path.p;
}

const struct desk_route *desk_route_find(
	const struct desk_route *routes, struct str method, struct str path, struct path_values *out, char allow[64])
{
	bool head = str_equal(method, STR("HEAD"));
	size_t used = 0;
	allow[0] = '\0';
	for (const struct desk_route *r = routes; r->method; r++) {
		struct path_values values;
		if (!desk_path_fits(r->path, path, &values))
			continue;
		*out = values;
		if (str_equal(head ? STR("GET") : method, str_of(r->method)))
			return r;
		if (used < 50)
			used += (size_t)snprintf(allow + used, 64 - used, "%s%s", used ? ", " : "", r->method);
	}
	return NULL;
}

void desk_routes_print(FILE *to)
{
	static const char *const authorities[] = { [DESK_PUBLIC] = "public",
		[DESK_SIGNED_OUT_FORM] = "signed-out-form",
		[DESK_PERSON] = "person",
		[DESK_OPERATOR] = "operator",
		[DESK_ADMIN] = "admin",
		[DESK_OWNER] = "owner" };
	static const char *const scopes[] = {
		[DESK_API_NO] = "", [DESK_API_READ] = "read", [DESK_API_WRITE] = "write"
	};
	struct buf text;
	struct json_writer w;
	buf_init(&text, 1 << 20);
	json_writer_init(&w, &text);
	json_begin_array(&w);
	for (const struct desk_route *r = desk_routes; r->method; r++) {
		json_begin_object(&w);
		json_member_str(&w, "method", str_of(r->method));
		json_member_str(&w, "path", str_of(r->path));
		json_member_str(&w, "authority", str_of(authorities[r->authority]));
		json_member_str(&w, "api", str_of(scopes[r->api]));
		json_member_i64(&w, "body_max", (int64_t)r->body_max);
		json_end_object(&w);
	}
	json_end_array(&w);
	fprintf(to, "%s\n", buf_cstr(&text));
	buf_fini(&text);
}
