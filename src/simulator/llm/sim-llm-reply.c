/*
 * sim-llm-reply.c - answers by extraction: the sentence of a source that shares most words with the question.
 *
 * Pure but for the pool. Never says what no source says, and declines when too little is shared: a test that gets an
 * answer knows that the prompt held it. Reads a prompt that is a JSON object {"question":..,"sources":[{"id":..,
 * "title":..,"text":..}]}, or text with a numbered list of sources ("[1] ...", "2. ...") and "Question: ...".
 */
#include "simulator/llm/sim-llm-reply.h"

#include <inttypes.h>

#define SOURCES_MAX 1000

struct source {
	int64_t id;
	struct str title, text;
};

struct prompt {
	const struct llm_chat *chat;
	struct pool *pool;
	struct str question;
	struct source sources[SOURCES_MAX];
	size_t n;
	const struct json *lead; /* the messages of a customer; NULL: a question */
	bool json;               /* the prompt is JSON, and so is the answer */
};

struct choice {
	struct str sentence; /* absent: declined */
	int64_t source;
	size_t score;
};

/* What the question shares with a source. A word bears the number of the last title or sentence that had it, so that
 * nothing has to be cleared in between. */
struct tally {
	struct pool *pool;
	const struct llm_synonyms *synonyms;
	struct llm_words question; /* sorted */
	size_t needed;
	size_t *in_title, *in_sentence; /* one stamp a word of the question */
	size_t title, sentence;         /* the present stamps */
};

struct str llm_take_sentence(struct str *text)
{
	struct str s = str_trim(*text);
	size_t n = 0;

	while (n < s.n && s.p[n] != '\n') {
		bool ends = s.p[n] == '.' || s.p[n] == '!' || s.p[n] == '?';

		n++;
		if (ends && (n == s.n || s.p[n] == ' ' || s.p[n] == '\n'))
			break;
	}
	*text = n < s.n ? (struct str){ s.p + n, s.n - n } : STR_NONE;
	return n ? str_trim((struct str){ s.p, n }) : STR_NONE;
}

/* False past the maximum. */
static bool add_source(struct prompt *prompt, int64_t id, struct str title, struct str text)
{
	if (prompt->n == SOURCES_MAX)
		return false;
	prompt->sources[prompt->n++] = (struct source){ id, title, text };
	return true;
}

static bool read_json(struct prompt *prompt, struct str text)
{
	const struct json *v, *sources;

	if (json_parse(prompt->pool, text, &v, NULL) != ERR_OK || json_kind(v) != JSON_OBJECT)
		return false;
	prompt->json = true;
	if (str_equal(json_str(json_get(v, "task")), STR("lead")) || !json_get(v, "question"))
		prompt->lead = json_get(v, "messages");
	prompt->question = json_str(json_get(v, "question"));
	sources = json_get(v, "sources");
	for (size_t i = 0; i < json_length(sources); i++) {
		const struct json *source = json_at(sources, i);
		int64_t id;

		if (!json_i64(json_get(source, "id"), &id))
			id = (int64_t)i + 1;
		if (!add_source(prompt, id, json_str(json_get(source, "title")), json_str(json_get(source, "text"))))
			break;
	}
	return true;
}

/* "[12] text", "12. text", "12) text": takes the number off. */
static bool sim_llm_reply_take_number(struct str *line, int64_t *number)
{
	struct str s = *line;
	size_t n = 0;

	if (s.n && *s.p == '[')
		s = (struct str){ s.p + 1, s.n - 1 };
	while (n < s.n && n < 9 && s.p[n] >= '0' && s.p[n] <= '9')
		n++;
	if (!n || n == s.n || !memchr(".)]", s.p[n], 3) || !str_to_i64((struct str){ s.p, n }, number))
		return false;
	*line = str_trim((struct str){ s.p + n + 1, s.n - n - 1 });
	return true;
}

/* Numbered lines are sources; lines that follow one without a gap belong to it; the last other line is the question. */
static void sim_llm_reply_read_text(struct prompt *prompt, struct str text)
{
	bool in_source = false;

	while (text.p) {
		struct str line = str_trim(str_take_until(&text, '\n')), rest = line;
		int64_t id;

		if (sim_llm_reply_take_number(&rest, &id)) {
			in_source = add_source(prompt, id, STR_NONE, rest);
		} else if (str_is_empty(line) || str_has_prefix(line, STR("```"))) {
			in_source = false;
		} else if (in_source && llm_find_nocase(line, STR("question:")) != 0) {
			struct str *body = &prompt->sources[prompt->n - 1].text;

			body->n = (size_t)(line.p + line.n - body->p);
		} else {
			prompt->question = line;
		}
	}
}

static void read_prompt(struct prompt *prompt)
{
	const struct llm_texts *texts = &prompt->chat->texts;

	if (texts->last < texts->n && read_json(prompt, texts->list[texts->last]))
		return;
	for (size_t i = 0; i < texts->n; i++)
		sim_llm_reply_read_text(prompt, texts->list[i]);
	if (llm_find_nocase(prompt->question, STR("question:")) == 0)
		prompt->question = (struct str){ prompt->question.p + 9, prompt->question.n - 9 };
}

/* Counts the question's words that the text has and that do not bear the stamp yet; they get it. Adds
 * to `new_words` those that the title does not have. */
static size_t count_shared(struct tally *tally, struct str text, size_t *stamps, size_t stamp, size_t *new_words)
{
	struct llm_words words = llm_words(tally->pool, tally->synonyms, text);
	size_t shared = 0;

	for (size_t i = 0; i < words.n; i++) {
		ptrdiff_t k = words.list[i].content ? llm_words_find(&tally->question, words.list[i].text) : -1;

		if (k < 0 || stamps[k] == stamp)
			continue;
		stamps[k] = stamp;
		shared++;
		*new_words += tally->in_title[k] != tally->title;
	}
	return shared;
}

static void tally_init(struct tally *tally, const struct prompt *prompt)
{
	size_t n = 0;

	tally->pool = prompt->pool;
	tally->synonyms = &prompt->chat->call->sim->llm.settings.synonyms;
	tally->question = llm_words(tally->pool, tally->synonyms, prompt->question);
	for (size_t i = 0; i < tally->question.n; i++)
		if (tally->question.list[i].content)
			tally->question.list[n++] = tally->question.list[i];
	tally->question.n = n;
	llm_words_sort(&tally->question);
	tally->in_title = pool_new_array(tally->pool, tally->question.n, size_t);
	tally->in_sentence = pool_new_array(tally->pool, tally->question.n, size_t);
	tally->needed = (size_t)prompt->chat->call->sim->llm.settings.overlap_min;
	if (tally->needed > tally->question.n)
		tally->needed = tally->question.n;
}

/* A title helps, but what the sentence itself says counts double. */
static void choose_in(struct tally *tally, const struct source *source, struct choice *best)
{
	struct str rest = source->text, sentence;
	size_t ignored = 0, titled;

	titled = count_shared(tally, source->title, tally->in_title, ++tally->title, &ignored);
	while ((sentence = llm_take_sentence(&rest)).n) {
		size_t new_words = 0;
		size_t own = count_shared(tally, sentence, tally->in_sentence, ++tally->sentence, &new_words);
		size_t score = titled + own + new_words;

		if (score > best->score && titled + new_words >= tally->needed)
			*best = (struct choice){ sentence, source->id, score };
	}
}

static struct choice sim_llm_reply_choose(const struct prompt *prompt)
{
	struct choice best = { .score = 0 };
	struct tally tally = { .title = 0 };

	tally_init(&tally, prompt);
	for (size_t i = 0; i < prompt->n; i++)
		choose_in(&tally, &prompt->sources[i], &best);
	return best;
}

static struct str answer_as_json(struct pool *pool, const struct choice *choice)
{
	struct json_writer w;
	struct buf out;

	buf_init(&out, (size_t)64 * 1024 * 1024);
	json_writer_init(&w, &out);
	json_begin_object(&w);
	json_key(&w, "answer");
	json_write_str(&w, choice->sentence);
	json_key(&w, "sources");
	json_begin_array(&w);
	if (choice->sentence.p)
		json_write_i64(&w, choice->source);
	json_end_array(&w);
	json_end_object(&w);
	return pool_take(pool, &out);
}

struct str llm_reply(const struct llm_chat *chat)
{
	struct pool *pool = chat->call->ex->pool;
	struct prompt *prompt = pool_new_of(pool, struct prompt);
	struct choice choice;

	prompt->chat = chat;
	prompt->pool = pool;
	read_prompt(prompt);
	if (prompt->lead)
		return llm_reply_lead(pool, prompt->lead);
	choice = sim_llm_reply_choose(prompt);
	if (chat->wants_json || prompt->json)
		return answer_as_json(pool, &choice);
	if (!choice.sentence.p)
		return STR("The sources do not say.");
	return pool_printf(pool, "%.*s [%" PRId64 "]", (int)choice.sentence.n, choice.sentence.p, choice.source);
}
