/*
 * app.c - what makes the desk an application of a telephone or a computer: its manifest, its service worker, and the
 * page that is shown without a network.
 *
 * All three are the same for everybody and say nothing about any tenant. The worker has to stand at the top of the desk
 * to be in charge of all of it, and is asked for again each time, so that an update arrives.
 */
#include "desk/desk.h"

static struct str app_path(struct desk_request *v, const char *name)
{
	const struct asset *asset = asset_named(v->desk->assets, name);
	return str_of(asset ? asset->path : "");
}

static void app_write_icon(struct desk_request *v, struct json_writer *w, const char *name, const char *sizes,
	const char *type, const char *purpose)
{
	json_begin_object(w);
	json_member_str(w, "src", app_path(v, name));
	json_member_str(w, "sizes", str_of(sizes));
	json_member_str(w, "type", str_of(type));
	json_member_str(w, "purpose", str_of(purpose));
	json_end_object(w);
}

static void app_write_icons(struct desk_request *v, struct json_writer *w)
{
	json_key(w, "icons");
	json_begin_array(w);
	app_write_icon(v, w, "icon-192.png", "192x192", "image/png", "any");
	app_write_icon(v, w, "icon-512.png", "512x512", "image/png", "any");
	app_write_icon(v, w, "icon-maskable.png", "512x512", "image/png", "maskable");
	app_write_icon(v, w, "logo.svg", "any", "image/svg+xml", "any");
	json_end_array(w);
}

enum err desk_manifest(struct desk_request *v)
{
	struct json_writer w = request_begin_object(v, "application/manifest+json");
	v->response->cache_control = "public, max-age=3600";
	json_member_str(&w, "id", STR("/"));
	json_member_str(&w, "name", STR("Deskbell"));
	json_member_str(&w, "short_name", STR("Deskbell"));
	json_member_str(&w, "description",
		str_of(request_translate(v, T("Your team and a bot answer customers on WhatsApp and Telegram."))));
	json_member_str(&w, "lang", str_of(v->locale.language));
	json_member_str(&w, "start_url", STR("/inbox?view=waiting"));
	json_member_str(&w, "scope", STR("/"));
	json_member_str(&w, "display", STR("standalone"));
	json_member_str(&w, "background_color", STR("#f4f5f2"));
	json_member_str(&w, "theme_color", STR("#17362c"));
	app_write_icons(v, &w);
	json_end_object(&w);
	return v->response->body.err;
}

enum err desk_service_worker(struct desk_request *v)
{
	return request_answer_asset(v, asset_named(v->desk->assets, "sw.js"));
}

enum err desk_offline(struct desk_request *v)
{
	page_begin(v, "offline", "none", T("No connection"));
	return page_end(v, 200);
}
