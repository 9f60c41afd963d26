/*
 * speak.c - a piece of a document as a sentence for a customer. Pure.
 *
 * Nothing is reworded. A row is read out: its first cell, then the cells that were asked for with the names of their
 * columns. Marks of lists and tables go.
 */
#include "answer/evidence/speak.h"

#include "core/buf.h"

#include <math.h>

#define ROWS_MAX 4
#define AS_GOOD 0.02 /* a row whose score is at most so much less is as good */
#define SPOKEN_MAX_BYTES 4096
#define COLUMN_NAMED 0.6
#define TEXT_MOST 600 /* bytes of running text */

/* How well each column is named by each word of the question that the row's first cell does not say. */
static void name_columns(const struct evidence *e, const struct unit *u, double named[CELLS_MAX][CONTENT_MAX])
{
	struct asked_words *asked = asked_words_new(e->pool, e->content);
	struct str language = e->hits[u->hit].language;
	double label[CONTENT_MAX] = { 0 };
	support_add(asked, &u->label_words, language, 1, label);
	for (int i = 1; i < u->n_cells; i++) {
		support_add(asked, &u->column_words[i], language, 1, named[i]);
		support_add_span(e->content, &u->column_words[i], language, 1, named[i]);
		for (int w = 0; w < e->content->n; w++)
			if (named[i][w] < COLUMN_NAMED || label[w] >= COLUMN_NAMED || e->content->words[w].asks
				|| e->content->words[w].concept == CONCEPT_PRICE)
				named[i][w] = 0;
	}
}

/* Whether a column is another of the same kind as one that was asked for, and named as well: "dog and cat". */
static bool is_named_with(const struct evidence *e, const struct unit_words *column, const struct unit_words *chosen)
{
	for (int i = 0; i < column->n; i++) {
		bool same = false, kind = false;
		for (int k = 0; k < chosen->n; k++) {
			same |= str_equal(column->all[i].folded, chosen->all[k].folded);
			kind |= column->all[i].concept && column->all[i].concept == chosen->all[k].concept;
		}
		for (int w = 0; w < e->n_words && kind && !same; w++)
			if (str_equal(e->words[w].folded, column->all[i].folded))
				return true;
	}
	return false;
}

/* The columns that most words name, and of a word that names none of these the best one. */
static void choose_named(const struct evidence *e, const struct unit *u, bool chosen[CELLS_MAX])
{
	double named[CELLS_MAX][CONTENT_MAX] = { { 0 } }, sum[CELLS_MAX] = { 0 }, best = 0;
	int words = e->content->n;
	name_columns(e, u, named);
	for (int i = 1; i < u->n_cells; i++) {
		for (int w = 0; w < words; w++)
			sum[i] += named[i][w] * e->content->words[w].weight;
		best = fmax(best, sum[i]);
	}
	for (int i = 1; i < u->n_cells; i++)
		chosen[i] = best > 0 && sum[i] >= best - 0.01;
	for (int w = 0; w < words; w++) {
		int most = 0;
		bool said = false;
		for (int i = 1; i < u->n_cells; i++) {
			said |= chosen[i] && named[i][w] > 0;
			most = named[i][w] > named[most][w] ? i : most;
		}
		chosen[most] |= !said && most > 0;
	}
	for (int i = 1; i < u->n_cells; i++)
		for (int k = 1; k < u->n_cells && !chosen[i]; k++)
			chosen[i] = chosen[k] && is_named_with(e, &u->column_words[i], &u->column_words[k]);
}

void speak_choose_cells(const struct evidence *e, const struct unit *u, bool chosen[CELLS_MAX])
{
	struct str language = e->hits[u->hit].language;
	bool money = false, any = false;
	choose_named(e, u, chosen);
	for (int i = 1; i < u->n_cells; i++)
		money |= chosen[i] && unit_has_money(e->pool, u->cells[i]);
	for (int i = 1; i < u->n_cells && !money && content_asks(e->content, CONCEPT_PRICE); i++)
		chosen[i] |= unit_has_money(e->pool, u->cells[i]);
	for (int i = 1; i < u->n_cells && content_asks(e->content, CONCEPT_DURATION); i++) {
		struct unit_words words = unit_words_of(e->pool, u->cells[i], language);
		chosen[i] |= unit_has_duration(&words);
	}
	for (int i = 1; i < u->n_cells; i++)
		any |= chosen[i];
	for (int i = 1; i < u->n_cells && !any; i++)
		chosen[i] = true;
}

void speak_row(const struct evidence *e, const struct unit *u, struct buf *out)
{
	if (u->kind != UNIT_ROW) {
		buf_add_str(out, u->text);
		return;
	}
	bool chosen[CELLS_MAX] = { false };
	const char *gap = ": ";
	speak_choose_cells(e, u, chosen);
	buf_add_str(out, u->cells[0]);
	for (int i = 1; i < u->n_cells; i++) {
		if (!chosen[i] || !u->cells[i].n)
			continue;
		buf_add_cstr(out, gap);
		if (u->columns[i].n) {
			buf_add_str(out, u->columns[i]);
			buf_add_char(out, ' ');
		}
		buf_add_str(out, u->cells[i]);
		gap = ", ";
	}
}

static bool is_as_good(const struct candidates *c, const struct evidence *e, int at, int other)
{
	const struct candidate *a = &c->all[at], *b = &c->all[other];
	if (b->kind != CANDIDATE_UNIT || a->score - b->score > AS_GOOD)
		return false;
	const struct unit *u = &e->units->all[a->unit], *v = &e->units->all[b->unit];
	return v->kind == UNIT_ROW && u->table == v->table;
}

static struct str whole_sentences(struct str text)
{
	if (text.n <= TEXT_MOST)
		return text;
	size_t n = TEXT_MOST;
	while (n > TEXT_MOST / 3 && !(strchr(".!?\n", text.p[n - 1]) && (n == text.n || strchr(" \n", text.p[n]))))
		n--;
	return str_trim((struct str){ text.p, n });
}

struct str speak_unit(const struct evidence *e, const struct candidates *c, int at)
{
	const struct unit *u = &e->units->all[c->all[at].unit];
	if (u->kind != UNIT_ROW)
		return whole_sentences(u->text);
	struct buf out;
	buf_init(&out, SPOKEN_MAX_BYTES);
	speak_row(e, u, &out);
	for (int i = at + 1, rows = 1; i < c->n && rows < ROWS_MAX; i++) {
		if (!is_as_good(c, e, at, i))
			continue;
		buf_add_char(&out, '\n');
		speak_row(e, &e->units->all[c->all[i].unit], &out);
		rows++;
	}
	return pool_take(e->pool, &out);
}
