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

void speak_choose_cells(const struct evidence *e, const struct unit *u, bool chosen[CELLS_MAX])
{
	struct asked_words *asked = asked_words_new(e->pool, e->content);
	struct str language = e->hits[u->hit].language;
	double label[CONTENT_MAX] = { 0 }, best = 0, named[CELLS_MAX] = { 0 };
	int n = 0;
	support_add(asked, &u->label_words, language, 1, label);
	for (int i = 1; i < u->n_cells; i++) {
		double column[CONTENT_MAX] = { 0 };
		support_add(asked, &u->column_words[i], language, 1, column);
		support_add_span(e->content, &u->column_words[i], language, 1, column);
		for (int w = 0; w < e->content->n; w++)
			if (column[w] >= COLUMN_NAMED && label[w] < COLUMN_NAMED && !e->content->words[w].asks
				&& e->content->words[w].concept != CONCEPT_PRICE)
				named[i] += column[w] * e->content->words[w].weight;
		best = fmax(best, named[i]);
	}
	for (int i = 1; i < u->n_cells; i++)
		chosen[i] = best > 0 ? named[i] >= best - 0.01 : false;
	bool money = false;
	for (int i = 1; i < u->n_cells; i++)
		money |= chosen[i] && unit_has_money(e->pool, u->cells[i]);
	for (int i = 1; i < u->n_cells && !money && content_asks(e->content, CONCEPT_PRICE); i++)
		chosen[i] |= unit_has_money(e->pool, u->cells[i]);
	for (int i = 1; i < u->n_cells && content_asks(e->content, CONCEPT_DURATION); i++) {
		struct unit_words words = unit_words_of(e->pool, u->cells[i], language);
		chosen[i] |= unit_has_duration(&words);
	}
	n = 0;
	for (int i = 1; i < u->n_cells; i++)
		n += chosen[i];
	for (int i = 1; i < u->n_cells && !n; i++)
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
