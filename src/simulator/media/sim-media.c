/*
 * sim-media.c - the files that customers and businesses have sent.
 *
 * Owns their bytes; the oldest goes when there are too many. Never looks into them.
 */
#include "simulator/media/sim-media.h"

#include "core/crypto/crypt.h"
#include "simulator/state/sim-memory.h"

#include <stdio.h>
#include <string.h>

#define BYTES_MAX (12u << 20)

static const char *const fault_names[] = { [SIM_MEDIA_GOOD] = "none",
	[SIM_MEDIA_CUT] = "cut",
	[SIM_MEDIA_WRONG_HASH] = "wrong_hash",
	[SIM_MEDIA_NOT_READY] = "not_ready",
	[SIM_MEDIA_EXPIRED] = "expired",
	[SIM_MEDIA_ELSEWHERE] = "elsewhere",
	[SIM_MEDIA_EMPTY] = "empty",
	[SIM_MEDIA_SLOW] = "slow",
	[SIM_MEDIA_NO_DOWNLOAD] = "no_download" };
#define FAULTS (sizeof(fault_names) / sizeof(fault_names[0]))

static void sim_media_release(struct sim_media *file)
{
	free(file->mime_type);
	free(file->name);
	free(file->bytes);
	*file = (struct sim_media){ .n = 0 };
}

static struct sim_media *sim_media_room(struct sim_media_list *list)
{
	if (!list->files)
		list->files = memory_new(SIM_MEDIA_MAX * sizeof(*list->files));
	struct sim_media *file = &list->files[list->next];
	list->next = (list->next + 1) % SIM_MEDIA_MAX;
	list->n += list->n < SIM_MEDIA_MAX;
	sim_media_release(file);
	return file;
}

static bool sim_media_read_fault(const struct json *json, struct sim_media *out)
{
	struct str name = json_str(json_get(json, "fault"));
	size_t i = 0;
	if (!json_i64(json_get(json, "faults"), &out->faults_left))
		out->faults_left = 1;
	while (name.p && i < FAULTS && !str_equal(name, str_of(fault_names[i])))
		i++;
	out->fault = i < FAULTS ? (enum sim_media_fault)i : SIM_MEDIA_GOOD;
	return i < FAULTS;
}

enum err sim_media_put(struct sim_media_list *list, const struct json *json, uint64_t serial,
	const struct sim_media **out, struct explain *why)
{
	struct sim_media read = { .n = 0 };
	struct buf bytes;
	if (!sim_media_read_fault(json, &read))
		return explain(why, ERR_INVALID, "there is no such fault");
	buf_init(&bytes, BYTES_MAX);
	if (!crypt_base64url_decode(&bytes, json_str(json_get(json, "base64url")))) {
		buf_fini(&bytes);
		return explain(why, ERR_INVALID, "base64url is needed, without padding");
	}
	struct sim_media *file = sim_media_room(list);
	*file = read;
	file->n = bytes.len;
	file->bytes = memory_copy((struct str){ bytes.len ? bytes.data : "", bytes.len });
	buf_fini(&bytes);
	snprintf(file->id, sizeof(file->id), "90%016llu", (unsigned long long)serial % 10000000000000000ULL);
	file->mime_type = memory_copy(json_str(json_get(json, "mime_type")));
	file->name = memory_copy(json_str(json_get(json, "name")));
	*out = file;
	return ERR_OK;
}

struct sim_media *sim_media_keep(
	struct sim_media_list *list, struct str mime_type, struct str name, struct str bytes, uint64_t serial)
{
	struct sim_media *file = sim_media_room(list);
	file->n = bytes.n;
	file->bytes = memory_copy(bytes);
	snprintf(file->id, sizeof(file->id), "80%016llu", (unsigned long long)serial % 10000000000000000ULL);
	file->mime_type = memory_copy(mime_type);
	file->name = memory_copy(name);
	return file;
}

struct sim_media *sim_media_find(const struct sim_media_list *list, struct str id)
{
	for (size_t i = 0; i < list->n; i++)
		if (str_equal(str_of(list->files[i].id), id))
			return &list->files[i];
	return NULL;
}

enum sim_media_fault sim_media_take_fault(struct sim_media *file, unsigned kinds)
{
	static const unsigned lasting = SIM_MEDIA_BIT(SIM_MEDIA_EXPIRED) | SIM_MEDIA_BIT(SIM_MEDIA_ELSEWHERE);
	if (!(kinds & SIM_MEDIA_BIT(file->fault)) || file->fault == SIM_MEDIA_GOOD)
		return SIM_MEDIA_GOOD;
	if (lasting & SIM_MEDIA_BIT(file->fault))
		return file->fault;
	return file->faults_left-- > 0 ? file->fault : SIM_MEDIA_GOOD;
}

void sim_media_forget(struct sim_media_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		sim_media_release(&list->files[i]);
	free(list->files);
	*list = (struct sim_media_list){ .n = 0 };
}
