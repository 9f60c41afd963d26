/*
 * sim-llm-transcription.c - POST /v1/audio/transcriptions: a made-up ear.
 *
 * Pure but for the exchange. Hears what stands in the file after "SAYS:", up to the end of the line, and else how many
 * bytes there were. Source of the rules: "Create transcription" of OpenAI's reference.
 */
#include "simulator/llm/sim-llm.h"

#include "simulator/media/sim-form.h"

#define FILE_MAX_BYTES 25000000

static bool sim_llm_hears_format(struct str file_name)
{
	static const char *const endings[] = { ".flac", ".mp3", ".mp4", ".mpeg", ".mpga", ".m4a", ".ogg", ".wav",
		".webm" };

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
		if (str_has_suffix(file_name, str_of(endings[i])))
			return true;
	return false;
}

static bool sim_llm_check_file(struct llm_call *call, const struct sim_form_part *file)
{
	if (!file || !file->file_name.p)
		return llm_refuse(call, "file", "missing_required_parameter", "Missing required parameter: 'file'.");
	if (!sim_llm_hears_format(file->file_name))
		return llm_refuse(call, "file", NULL,
			"Invalid file format. Supported formats: ['flac', 'm4a', 'mp3', 'mp4', 'mpeg', 'mpga', 'ogg', "
			"'wav', 'webm']");
	if (file->value.n > FILE_MAX_BYTES)
		return llm_fail(call, &(struct llm_error){ .http = 413,
					      .type = "invalid_request_error",
					      .message = "Maximum content size limit (26214400) exceeded" });
	return file->value.n > 0
	       || llm_refuse(call, "file", NULL, "The audio file could not be decoded or its format is not supported.");
}

static struct str sim_llm_hear(struct llm_call *call, struct str sound)
{
	static const struct str word = { "SAYS:", 5 };
	const char *at = memmem(sound.p, sound.n, word.p, word.n);
	if (!at)
		return pool_printf(call->ex->pool, "I hear %zu bytes.", sound.n);
	struct str rest = { at + word.n, sound.n - (size_t)(at - sound.p) - word.n };
	struct str line = str_trim(str_take_until(&rest, '\n'));
	return str_is_utf8(line) ? line : STR_NONE;
}

void llm_post_transcription(struct llm_call *call)
{
	struct exchange *ex = call->ex;
	struct sim_form form;
	struct json_writer w;

	if (!sim_form_read(ex, &form)) {
		llm_refuse(call, NULL, NULL, "Could not parse multipart form");
		return;
	}
	const struct sim_form_part *file = sim_form_find(&form, STR("file"));
	struct str format = sim_form_text(&form, "response_format");
	struct str heard[] = { file ? file->value : STR_NONE };
	call->model = sim_form_text(&form, "model");
	if (!llm_knows_model(call, &call->sim->llm.settings.transcription_models) || !sim_llm_check_file(call, file)
		|| (format.p && !str_equal(format, STR("json"))
			&& !llm_refuse(call, "response_format", "unsupported_value",
				"The simulator writes json: leave 'response_format' out."))
		|| !llm_choose(call, "transcription", &(struct llm_texts){ .list = heard, .n = 1 }))
		return;
	json_writer_init(&w, &ex->out);
	json_begin_object(&w);
	json_member_str(&w, "text", call->reply.p ? call->reply : sim_llm_hear(call, file->value));
	json_end_object(&w);
	llm_succeed(call);
}
