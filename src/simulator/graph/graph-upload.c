/*
 * graph-upload.c - POST /{phone number}/media and DELETE /{media id}: files of the business.
 *
 * Keeps what is uploaded and what Meta takes it for, which the ending of its name decides; whether that fits the
 * message is seen only when it is sent, as at Meta. Source: Meta, "Media": Upload media, Supported media types.
 */
#include "simulator/graph/graph.h"
#include "simulator/media/sim-form.h"

#define MB ((size_t)1000000)

static const struct {
	const char *extension, *type, *kind;
	size_t max_bytes;
} kinds[] = { { ".jpg", "image/jpeg", "image", 5 * MB }, { ".jpeg", "image/jpeg", "image", 5 * MB },
	{ ".png", "image/png", "image", 5 * MB }, { ".mp4", "video/mp4", "video", 16 * MB },
	{ ".3gp", "video/3gpp", "video", 16 * MB }, { ".ogg", "audio/ogg", "audio", 16 * MB },
	{ ".mp3", "audio/mpeg", "audio", 16 * MB }, { ".m4a", "audio/mp4", "audio", 16 * MB },
	{ ".aac", "audio/aac", "audio", 16 * MB }, { ".amr", "audio/amr", "audio", 16 * MB },
	{ ".webp", "image/webp", "sticker", MB / 2 }, { ".pdf", "application/pdf", "document", 100 * MB },
	{ ".txt", "text/plain", "document", 100 * MB }, { ".doc", "application/msword", "document", 100 * MB },
	{ ".xls", "application/vnd.ms-excel", "document", 100 * MB },
	{ ".ppt", "application/vnd.ms-powerpoint", "document", 100 * MB },
	{ ".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "document", 100 * MB },
	{ ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "document", 100 * MB },
	{ ".pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", "document",
		100 * MB } };
#define KINDS (sizeof(kinds) / sizeof(*kinds))

const char *graph_media_kind(struct str file_name)
{
	for (size_t i = 0; i < KINDS; i++)
		if (str_has_suffix(file_name, str_of(kinds[i].extension)))
			return kinds[i].kind;
	return "unknown";
}

static size_t graph_upload_type(struct str type)
{
	size_t i = 0;

	while (i < KINDS && !str_equal(type, str_of(kinds[i].type)))
		i++;
	return i;
}

static bool graph_upload_fails(struct graph_call *call)
{
	struct behaviour *b = &call->sim->behaviour;

	if (b->fail_uploads <= 0)
		return false;
	b->fail_uploads--;
	graph_fail(call, graph_error_find(STR("unknown")));
	return true;
}

static bool graph_upload_check(struct graph_call *call, const struct sim_form *form, const struct sim_form_part *file)
{
	struct str type = sim_form_text(form, "type");
	size_t i = graph_upload_type(type);

	if (!str_equal(sim_form_text(form, "messaging_product"), STR("whatsapp")))
		return graph_refuse(call, "(#100) The parameter messaging_product is required.");
	if (!file || !file->file_name.p || !file->value.n)
		return graph_refuse(call, "(#100) The parameter file is required.");
	if (i == KINDS)
		return graph_refuse(call,
			"(#100) Param file must be a file with one of the following types: audio/aac, audio/mp4, "
			"image/jpeg, image/png, video/mp4, application/pdf and others. Received file of type '%.*s'.",
			(int)type.n, type.p ? type.p : "");
	if (file->value.n > kinds[i].max_bytes)
		return graph_refuse(call, "(#100) Param file must be at most %zu bytes.", kinds[i].max_bytes);
	return true;
}

void graph_post_media(struct graph_call *call)
{
	struct sim_form form;
	struct buf plain;

	call->has_secrets = true; /* not recorded: it is no text */
	if (call->ex->too_large || !sim_form_read(call->ex, &form)) {
		graph_refuse(call, "(#100) The parameter messaging_product is required.");
		return;
	}
	const struct sim_form_part *file = sim_form_find(&form, STR("file"));
	if (graph_upload_fails(call) || !graph_upload_check(call, &form, file))
		return;
	const struct sim_media *kept = sim_media_keep(&call->sim->media, sim_form_text(&form, "type"), file->file_name,
		file->value, simulator_serial(call->sim));
	call->outcome = "uploaded";
	buf_init(&plain, 256);
	buf_addf(&plain, "{\"id\":\"%s\"}", kept->id);
	graph_succeed(call, &plain);
	buf_fini(&plain);
}

bool graph_delete_media(struct graph_call *call)
{
	struct sim_media *file = sim_media_find(&call->sim->media, call->object);

	if (!file)
		return false;
	file->id[0] = '\0';
	graph_succeed_bool(call);
	return true;
}
