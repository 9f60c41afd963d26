/*
 * passages.c - a document cut into passages. Pure.
 *
 * A question that stands alone on its line, as in a list of frequent questions, begins a passage and is its last
 * heading, so that it stays with its answer however long that is. Lines that were broken by an editor are joined first.
 * The work is linear in the text's length, whatever it holds.
 */
#include "answer/retrieval/passages.h"

#include "answer/question-labels.h"
#include "answer/retrieval/sentences.h"
#include "core/buf.h"
#include "documents/plain-text.h"

#define WORDS_ENOUGH 80 /* from here on a paragraph's end is a good place to passages_cut */
#define WORDS_MOST 120
#define WORDS_OF_PART 100     /* of a sentence that is longer than a passage */
#define WORDS_OF_REST 25      /* less than this behind a passages_cut goes to the passage before it */
#define WORDS_OF_OVERLAP 40   /* a longer sentence is not repeated */
#define WORDS_OF_QUESTION 40  /* a longer one is prose */
#define LINE_BROKEN_BYTES 50  /* a shorter line was not broken by an editor */
#define HEADING_MAX_BYTES 300 /* of one level */
#define LEVELS 7              /* of headings, and the question below them */
#define QUESTION_LEVEL (LEVELS - 1)

struct cutter {
	struct pool *pool;
	struct passages out;
	int room;
	int section_starts; /* the first passage under the present headings */
	struct str headings[LEVELS];
	struct buf body;
	int words;               /* of the body */
	int fresh;               /* of them those that are not repeated from the passage before */
	struct str last;         /* the last sentence */
	size_t fresh_at;         /* where in the body they begin */
	struct str answer_label; /* what the answer to the present question begins with, "A" */
};

static struct str heading_path(struct cutter *c)
{
	struct buf path;
	buf_init(&path, LEVELS * (HEADING_MAX_BYTES + 3));
	for (int i = 0; i < LEVELS; i++) {
		if (str_is_empty(c->headings[i]))
			continue;
		if (path.len)
			buf_add_cstr(&path, " > ");
		buf_add_str(&path, c->headings[i]);
	}
	return pool_take(c->pool, &path);
}

static void add_passage(struct cutter *c, struct str text)
{
	if (c->out.n == c->room) {
		struct passage *more =
			pool_new_array(c->pool, (size_t)(c->room = c->room ? 2 * c->room : 8), struct passage);
		if (c->out.n)
			memcpy(more, c->out.all, (size_t)c->out.n * sizeof(*more));
		c->out.all = more;
	}
	c->out.all[c->out.n++] = (struct passage){ heading_path(c), pool_str(c->pool, text) };
}

/* What little is left belongs to the passage before. */
static void add_rest(struct cutter *c)
{
	struct passage *before = &c->out.all[c->out.n - 1];
	struct str fresh = str_trim((struct str){ c->body.data + c->fresh_at, c->body.len - c->fresh_at });
	before->text = pool_printf(c->pool, "%.*s\n%.*s", (int)before->text.n, before->text.p, (int)fresh.n, fresh.p);
}

/* Ends a passage. `goes_on`: under the same headings, so the last sentence is repeated. */
static void passages_cut(struct cutter *c, bool goes_on)
{
	struct str last = c->last;
	if (c->fresh > 0) {
		if (!goes_on && c->fresh < WORDS_OF_REST && c->out.n > c->section_starts)
			add_rest(c);
		else
			add_passage(c, buf_str(&c->body));
	}
	buf_reset(&c->body);
	c->words = c->fresh = 0;
	c->last = STR_NONE;
	if (goes_on && last.n && sentence_words(last) <= WORDS_OF_OVERLAP) {
		buf_add_str(&c->body, last);
		c->words = sentence_words(last);
	}
	c->fresh_at = c->body.len;
	if (!goes_on)
		c->section_starts = c->out.n;
}

static void add_sentence(struct cutter *c, struct str sentence, const char *gap)
{
	int words = sentence_words(sentence);
	if (c->fresh > 0 && c->words + words > WORDS_MOST)
		passages_cut(c, true);
	if (c->words + words > WORDS_MOST) { /* what is repeated leaves no room */
		buf_reset(&c->body);
		c->words = 0;
		c->fresh_at = 0;
	}
	if (c->body.len)
		buf_add_cstr(&c->body, gap);
	buf_add_str(&c->body, sentence);
	c->words += words;
	c->fresh += words;
	c->last = sentence;
}

static void add_block(struct cutter *c, struct str block)
{
	const char *gap = "\n";
	for (struct str sentence = sentence_next(&block); sentence.n; sentence = sentence_next(&block)) {
		while (sentence_first_words(sentence, WORDS_MOST).n < sentence.n) {
			struct str part = sentence_first_words(sentence, WORDS_OF_PART);
			add_sentence(c, str_trim(part), gap);
			sentence = (struct str){ sentence.p + part.n, sentence.n - part.n };
			gap = " ";
		}
		add_sentence(c, str_trim(sentence), gap);
		gap = " ";
	}
	if (c->words >= WORDS_ENOUGH)
		passages_cut(c, true);
}

/* 1 to 6 for a line "## Heading", whose words it takes; else 0. */
static int passages_heading_level(struct str *line)
{
	size_t level = 0;
	while (level < line->n && line->p[level] == '#')
		level++;
	if (level == 0 || level > QUESTION_LEVEL || level == line->n || line->p[level] != ' ')
		return 0;
	*line = str_trim((struct str){ line->p + level, line->n - level });
	return (int)level;
}

static void set_heading(struct cutter *c, int level, struct str words)
{
	passages_cut(c, false);
	for (int i = level; i < LEVELS; i++)
		c->headings[i] = STR_NONE;
	while (words.n > HEADING_MAX_BYTES)
		words = sentence_first_words(words, sentence_words(words) / 2);
	c->headings[level] = words;
}

static bool passages_is_question(struct str line)
{
	struct str rest = line;
	struct str first = sentence_next(&rest);
	return str_is_empty(str_trim(rest)) && sentence_is_question(first) && !str_has_prefix(line, STR("- "))
	       && first.n <= HEADING_MAX_BYTES && sentence_words(first) <= WORDS_OF_QUESTION;
}

static bool is_prose(struct str line)
{
	return line.n && line.p[0] != '#' && !str_has_prefix(line, STR("- ")) && !str_has_prefix(line, STR("* "))
	       && str_find_char(line, '|') < 0;
}

/* Whether the line was broken in the middle of a paragraph. */
static bool passages_goes_on(struct str line, struct str next)
{
	if (plain_is_entry(line) && plain_is_entry(next))
		return false;
	return is_prose(line) && is_prose(next) && line.n >= LINE_BROKEN_BYTES && !strchr(".!?:;", line.p[line.n - 1])
	       && !sentence_is_question(line);
}

static struct str passages_unbroken(struct pool *pool, struct str text)
{
	struct buf out;
	buf_init(&out, 2 * text.n + 16);
	while (text.p) {
		struct str line = str_trim(str_take_until(&text, '\n')), rest = text;
		buf_add_str(&out, line);
		buf_add_char(&out, passages_goes_on(line, str_trim(str_take_until(&rest, '\n'))) ? ' ' : '\n');
	}
	return pool_take(pool, &out);
}

static struct str passages_next_line(struct str *rest)
{
	struct str line = STR_NONE;
	while (rest->p && !line.n)
		line = str_trim(str_take_until(rest, '\n'));
	return line;
}

/* `rest` is what stands below the line. */
static void passages_take_line(struct cutter *c, struct str line, struct str rest)
{
	struct str label = question_label_take(&line, passages_next_line(&rest));
	int level = label.n ? 0 : passages_heading_level(&line);
	if (level) {
		set_heading(c, level - 1, line);
		return;
	}
	if (label.n || passages_is_question(line)) {
		set_heading(c, QUESTION_LEVEL, line);
		c->answer_label = label;
	} else if (answer_label_take(&line, c->answer_label)) {
		c->answer_label = STR_NONE;
	}
	add_block(c, line);
}

struct passages passages_of(struct pool *pool, struct str text)
{
	struct cutter c = { .pool = pool };
	struct str rest = passages_unbroken(pool, text);
	buf_init(&c.body, 2 * rest.n + 16);
	for (struct str line = passages_next_line(&rest); line.n; line = passages_next_line(&rest))
		passages_take_line(&c, line, rest);
	passages_cut(&c, false);
	if (c.out.n == 0 && str_trim(text).n) /* headings only */
		add_passage(&c, heading_path(&c));
	buf_fini(&c.body);
	return c.out;
}
